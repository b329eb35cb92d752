"""A grid whose band follows the price: the far cell is given up and put on at the near end, coins and all.

A cell that moves keeps its side. One that would buy buys at its new line, for the money a cell gets there; one that
has something to sell sells it at its new place, which after a move down is less than it was bought for: the loss is
taken when that sale fills, and what it brings is all that the cell buys with again. One whose purchase has filled in
part has something to sell. docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.num import above, below
from botswain.strategies.grid_cells import anew, remember, remembered, worth_of
from botswain.strategies.grid_lines import line_above, line_below, sale_of
from botswain.strategies.grid_parts import count_parts, want_purchase
from botswain.strategies.ticks import NEAR
from botswain.strategies.whole_lots import kept

# Places of the choices of `trail`, as the step sees them.
UP, DOWN, BOTH = 1, 2, 3


def follow(p, my, wanted):
    """After a close outside the band: move it, a cell at a time and no more of them than there are."""
    for _ in range(p.levels):
        moved = False
        if my.close_ticks > my.mem.top and (p.trail == UP or p.trail == BOTH):
            moved = move_up(p, my, wanted)
        elif my.close_ticks < my.mem.lines[int(my.mem.base)] and (p.trail == DOWN or p.trail == BOTH):
            moved = move_down(p, my, wanted)
        if not moved:
            return


def move_up(p, my, wanted):
    """The lowest cell becomes the highest, if its new end is not too high; whether it did."""
    high = line_above(p, my, my.mem.high)
    top = my.nearest_tick(high)
    if top <= my.mem.top or (p.trail_top > 0 and above(high, p.trail_top)):
        return False
    cell = int(my.mem.base)
    my.mem.low = line_above(p, my, my.mem.low)
    my.mem.high = high
    my.mem.base = (cell + 1) % p.levels
    place_cell(p, my, wanted, cell, my.mem.top, top)
    my.mem.top = top
    return True


def move_down(p, my, wanted):
    """The highest cell becomes the lowest, if its new line is not too low; whether it did."""
    low = line_below(p, my, my.mem.low)
    line = my.nearest_tick(low)
    bottom = my.mem.lines[int(my.mem.base)]
    if line < 1 or line >= bottom or (p.trail_bottom > 0 and below(low, p.trail_bottom)):
        return False
    cell = int(my.mem.base + p.levels - 1) % p.levels
    my.mem.low = low
    my.mem.high = line_below(p, my, my.mem.high)
    my.mem.top = my.mem.lines[cell]
    my.mem.base = cell
    place_cell(p, my, wanted, cell, line, bottom)
    return True


def place_cell(p, my, wanted, cell, line, following):
    """Put a cell between two lines; what it wants is wanted there, less what was filled of it."""
    wants = my.mem.side[cell] != 0 or my.mem.waiting[cell] > 0
    if wants:
        count_parts(my, wanted, cell)
    old = my.mem.lines[cell]
    my.mem.lines[cell] = line
    my.mem.sales[cell] = sale_of(p, my, line, following)
    my.mem.stale = 1
    if not wants:
        return
    if my.shortable == 0:
        size_cell(p, my, wanted, cell, old)
    anew(my, wanted, cell)


def size_cell(p, my, wanted, cell, old):
    """What a moved cell buys: for a cell's money, and with coins to sell first for no more than there will be then."""
    line = my.mem.lines[cell]
    quantity = kept(wanted.size(line))
    if p.compound > 0:
        quantity = int(my.mem.quantity[cell] * old / line + NEAR)
    if my.mem.side[cell] < 0:
        my.mem.quantity[cell] = min(quantity, worth_of(my, cell, remembered(my, cell)))
        return
    my.mem.quantity[cell] = quantity
    remember(my, cell, quantity)
    want_purchase(my, cell)
