"""The cells of a managed grid: what each of them wants, and which of their orders may rest now.

Slot j holds a cell: it buys at `lines[j]` and sells at `sales[j]` (ticks). `side` is what it wants (+1, -1, 0: nothing
that is laid here), `lots` how much; `quantity` is what it buys. What is wanted and what rests are two things: an order
beyond the number that may rest, or one that is held back, waits here and not at the venue. `beside` is what of a cell's
money is not in the coins that it sells (`grid_parts`), in ticks x lots. docs/rules.md section 8.
"""

from __future__ import annotations

from botswain.core.codes import DONE, ENDED, LIMIT, MARKET, R_EXPIRED, R_VENUE_CANCELED
from botswain.strategies.grid_lines import sale_of
from botswain.strategies.ticks import NEAR
from botswain.strategies.whole_lots import kept

MARKET_START = 0
EQUAL_COINS = 1
# A row of no lots: 0 would have it sized by its own price.
NO_LOTS = -1


def open_cells(p, my, wanted):
    """Every cell's first order: a buy below the price; above it a sell where there is something to sell."""
    upper = 0
    for cell in range(p.levels):
        my.mem.sales[cell] = sale_of(p, my, my.mem.lines[cell], my.mem.lines[cell + 1])
        if my.mem.lines[cell] >= my.close_ticks:
            upper += 1
    bought = int(upper * p.initial_part + 0.5) if p.initial == MARKET_START and my.shortable == 0 else 0
    for cell in range(p.levels):
        below = my.mem.lines[cell] < my.close_ticks
        by_market = not below and bought > 0
        quantity = first_quantity(p, my, wanted, 0 if by_market else my.mem.lines[cell])
        my.mem.quantity[cell] = quantity
        remember(my, cell, quantity)
        my.mem.side[cell] = 0
        my.mem.waiting[cell] = 0
        if below:
            my.mem.side[cell] = 1
        elif my.shortable > 0:
            my.mem.side[cell] = -1
        elif by_market:
            bought -= 1
            wanted.row(cell, MARKET, 1, 0, quantity if quantity > 0 else NO_LOTS)
        else:
            my.mem.waiting[cell] = 1
            my.mem.any_waiting = 1


def first_quantity(p, my, wanted, ticks):
    """What a cell buys at a price (0: the last close): for equal money, or as many coins as every other."""
    if p.equal != EQUAL_COINS:
        return kept(wanted.size(ticks))
    total = 0.0
    for cell in range(p.levels):
        total += my.mem.lines[cell]
    return kept(wanted.size((int(total) + p.levels - 1) // p.levels))


def filled_whole(my, wanted, cell):
    """Count a fill of a cell's order, and whether that was all of it: of a part the rest stands where it is.

    A venue fills an order in as many parts as it likes. A cell that turned at the first would leave its other coins
    without an order.
    """
    add_received(my, cell, my.received)
    return wanted.state(cell) == DONE


def add_received(my, cell, lots):
    """So much more has come of what a cell's order is for."""
    got = int(my.mem.got[cell]) + int(my.mem.got_rest[cell]) + lots
    my.mem.got[cell] = kept(got)
    my.mem.got_rest[cell] = got - kept(got)


def take_received(my, cell):
    """The lots that a cell's order brought in all, and nothing is remembered of them."""
    received = int(my.mem.got[cell]) + int(my.mem.got_rest[cell])
    my.mem.got[cell] = 0
    my.mem.got_rest[cell] = 0
    return received


def remember(my, cell, lots):
    """What a cell's order is for, to the last lot."""
    my.mem.lots[cell] = kept(lots)
    my.mem.lots_rest[cell] = lots - kept(lots)


def remembered(my, cell):
    """The same read back."""
    return int(my.mem.lots[cell]) + int(my.mem.lots_rest[cell])


def anew(my, wanted, cell):
    """The next rev of a cell's row, of which nothing is filled yet, nor ended."""
    wanted.renew(cell)
    my.mem.lost[cell] = 0
    note_filled(my, cell, 0)


def note_filled(my, cell, lots):
    """What of a row has filled, as far as it was told: by that a fill of an older rev is known, which moves it not."""
    my.mem.seen[cell] = kept(lots)
    my.mem.seen_rest[cell] = lots - kept(lots)


def turn_cell(p, my, wanted, cell):
    """A cell's order was filled: it wants the opposite one."""
    anew(my, wanted, cell)
    received = take_received(my, cell)
    if my.side > 0:
        my.mem.side[cell] = -1 if received > 0 else 0
        remember(my, cell, received)
    else:
        if p.compound > 0:
            my.mem.quantity[cell] = max(my.mem.quantity[cell], worth_of(my, cell, received))
        my.mem.side[cell] = 1
        remember(my, cell, int(my.mem.quantity[cell]))
    my.mem.beside[cell] = 0.0


def worth_of(my, cell, lots):
    """What a cell can buy for so many lots once they are sold, and for the money beside them, all fees paid."""
    lot = my.mem.sales[cell] * (1.0 - my.taker_fee) / (my.mem.lines[cell] * (1.0 + my.taker_fee))
    return max(int(lots * lot + my.mem.beside[cell] / (my.mem.lines[cell] * (1.0 + my.taker_fee)) + NEAR), 0)


def wake_cells(p, my):
    """Cells without coins above the price want their buy once a close is above their line."""
    if my.mem.any_waiting == 0:
        return
    my.mem.any_waiting = 0
    for cell in range(p.levels):
        if my.mem.waiting[cell] > 0 and my.close_ticks > my.mem.lines[cell]:
            my.mem.waiting[cell] = 0
            my.mem.side[cell] = 1
            my.mem.stale = 1
        elif my.mem.waiting[cell] > 0:
            my.mem.any_waiting = 1


def lose_cell(my, wanted, cell):
    """A cell's order ended at the venue.

    What that ended by itself is asked for again, and what it would not take after the next fill; what somebody took off
    there stays off until a person says otherwise.
    """
    if my.reason == R_EXPIRED:
        ask_rest(my, wanted, cell)
    elif my.reason != R_VENUE_CANCELED:
        my.mem.any_lost = 1
        my.mem.lost[cell] = 1


def ask_lost_again(p, my, wanted):
    """Ask again for the orders that the venue would not take: now that a cell was filled, it may."""
    if my.mem.any_lost == 0:
        return
    my.mem.any_lost = 0
    for cell in range(p.levels):
        if my.mem.lost[cell] > 0:
            my.mem.lost[cell] = 0
            ask_rest(my, wanted, cell)


def ask_rest(my, wanted, cell):
    """Ask again for an order that ended. A part of it may have filled: it is the rest that the next order is for."""
    if wanted.state(cell) == ENDED:
        remember(my, cell, remembered(my, cell) - wanted.filled(cell))
        wanted.again(cell)
        note_filled(my, cell, 0)


def lay(p, my, wanted):
    """Have the orders rest that may: of each side those nearest to the price, and none of a side that is held."""
    my.mem.stale = 0
    lay_side(p, my, wanted, 1)
    lay_side(p, my, wanted, -1)


def lay_side(p, my, wanted, side):
    """The buys from the highest cell down, or the sells from the lowest up."""
    room = p.resting if p.resting > 0 else p.levels
    if my.mem.hold == side:
        room = 0
    for place in range(p.levels):
        cell = int(my.mem.base + (p.levels - 1 - place if side > 0 else place)) % p.levels
        if my.mem.side[cell] == side:
            if room > 0:
                room -= 1
                lots = remembered(my, cell)
                line = my.mem.lines[cell] if side > 0 else my.mem.sales[cell]
                wanted.row(cell, LIMIT, side, line, lots if lots > 0 else NO_LOTS)
            else:
                wanted.withdraw(cell)
