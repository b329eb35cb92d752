"""What was filled of a cell's order when the cell moved, and what its order of before fills after that.

A cell sells no more than it holds and buys for no more than its money, however its orders fill: of a sale the rest goes
along, and a part that was bought is sold before the rest is bought. `beside` has the money that is not in what the cell
sells: what parts of the sale brought, or what the purchase has not spent. docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.codes import ENDED, R_BELOW_MINIMUM
from botswain.strategies.grid_cells import (
    add_received,
    anew,
    note_filled,
    remember,
    remembered,
    take_received,
    turn_cell,
    worth_of,
)
from botswain.strategies.ticks import NEAR
from botswain.strategies.whole_lots import kept


def count_parts(my, wanted, cell):
    """Before a cell moves: what its order has filled is settled at the lines at which that was asked for."""
    left = remembered(my, cell) - wanted.filled(cell)
    if my.mem.side[cell] < 0:
        my.mem.beside[cell] += brought(my, cell)
        take_received(my, cell)
        remember(my, cell, left)
        note_part(my, cell)
    elif my.mem.got[cell] > 0:
        sell_part(my, cell, left)
    else:
        remember(my, cell, left)


def sell_part(my, cell, left):
    """A purchase is given up of which a part has come: that is for sale, beside it what the rest would have cost."""
    my.mem.beside[cell] = left * my.mem.lines[cell] * (1.0 + my.taker_fee)
    my.mem.side[cell] = -1
    my.mem.waiting[cell] = 0
    remember(my, cell, take_received(my, cell))
    note_part(my, cell)


def note_part(my, cell):
    """A sale of less than a whole cell may be too small to be sent."""
    if my.mem.beside[cell] > 0.0:
        my.mem.any_part = 1


def counted(my, wanted, cell):
    """Count a fill of the cell's row as it is now, and say so; not of an order of before it moved."""
    filled = wanted.filled(cell)
    if filled == int(my.mem.seen[cell]) + int(my.mem.seen_rest[cell]):
        return False
    note_filled(my, cell, filled)
    return True


def take_late(p, my, wanted, cell):
    """An order of before the cell moved was not off yet, and has filled: the cell has so much less to sell, or more."""
    money = my.received * my.nearest_tick(my.fill_price)
    if my.side < 0:
        sold_late(my, cell, money)
    elif my.received > 0:
        bought_late(my, wanted, cell, money)
    if my.mem.side[cell] < 0:
        if my.shortable == 0:
            my.mem.quantity[cell] = min(my.mem.quantity[cell], worth_of(my, cell, remembered(my, cell)))
        if remembered(my, cell) <= wanted.filled(cell):
            turn_cell(p, my, wanted, cell)


def sold_late(my, cell, money):
    """It has sold so much of what it would sell at its new place, or of what it would sell with its next purchase."""
    if my.mem.side[cell] >= 0:
        add_received(my, cell, max(take_received(my, cell) - my.received, 0))
        return
    remember(my, cell, remembered(my, cell) - my.received)
    my.mem.beside[cell] += money * (1.0 - my.taker_fee)
    note_part(my, cell)


def bought_late(my, wanted, cell, money):
    """It has bought after all: that is for sale, beside what it sells already."""
    if my.mem.side[cell] < 0:
        remember(my, cell, remembered(my, cell) + my.received)
        if too_small(wanted, cell):
            anew(my, wanted, cell)
    else:
        left = remembered(my, cell) - wanted.filled(cell)
        add_received(my, cell, my.received)
        sell_part(my, cell, left)
        anew(my, wanted, cell)
    my.mem.beside[cell] -= money * (1.0 + my.taker_fee)


def leave_small(p, my, wanted):
    """What is too small to be sold alone is sold with what the cell buys next, for the money beside it."""
    if my.mem.any_part == 0:
        return
    my.mem.any_part = 0
    for cell in range(p.levels):
        if my.mem.side[cell] < 0 and my.mem.beside[cell] > 0.0:
            my.mem.any_part = 1
            if too_small(wanted, cell):
                buy_beside(p, my, wanted, cell)


def buy_beside(p, my, wanted, cell):
    """Buy what makes a whole cell of the coins that are left, for no more than the money that is beside them."""
    left = remembered(my, cell) - wanted.filled(cell)
    money = my.mem.beside[cell] + brought(my, cell)
    most = int(money / (my.mem.lines[cell] * (1.0 + my.taker_fee)) + NEAR)
    if p.compound == 0:
        most = min(most, int(my.mem.quantity[cell]) - left)
    if most <= 0:
        return
    anew(my, wanted, cell)
    take_received(my, cell)
    add_received(my, cell, left)
    remember(my, cell, kept(most))
    if p.compound > 0:
        my.mem.quantity[cell] = kept(left + most)
    my.mem.beside[cell] = 0.0
    my.mem.stale = 1
    want_purchase(my, cell)


def brought(my, cell):
    """The money that what is filled of a cell's sale brought, by its own price."""
    return (int(my.mem.got[cell]) + int(my.mem.got_rest[cell])) * my.mem.sales[cell] * (1.0 - my.taker_fee)


def want_purchase(my, cell):
    """A cell wants to buy, or waits for a close above its line."""
    my.mem.side[cell] = 1
    my.mem.waiting[cell] = 0
    if my.mem.lines[cell] >= my.close_ticks:
        my.mem.side[cell] = 0
        my.mem.waiting[cell] = 1
        my.mem.any_waiting = 1


def too_small(wanted, cell):
    """Whether a cell's order was too small to be sent."""
    return wanted.state(cell) == ENDED and wanted.why(cell) == R_BELOW_MINIMUM
