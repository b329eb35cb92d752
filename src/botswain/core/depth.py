"""A recorded order book beside a tape: what stands at each level, and who waits in line there.

All prices that a level ever has are known beforehand, in ascending order; a level is a *place* among them. Bids have
the places from 0 on, asks the same prices again after those. Two flat arrays say how many lots stand at a place and how
many own orders wait there; a change of the book is a store, and a search for the next level only where the best one
went.
docs/decisions/0020 and docs/rules.md section 10.
"""

from botswain.core.access import (
    ahead_at,
    change_lots,
    change_place,
    change_time,
    depth_of,
    level_ticks,
    order_of,
    place_at,
    queued_at,
    set_ahead,
    set_place,
    set_queued,
    set_standing,
    standing_at,
    width_of,
)
from botswain.core.codes import NO_UP

# The place of an order in no line, and of one at a price where nothing ever stands.
NOWHERE = -1
ALONE = -2


def bring_book(sim, s, upto_ms):
    """Take the changes of the book of times before `upto_ms`."""
    book = depth_of(sim, s)
    n = book.next
    while n < book.changes and change_time(sim, n) < upto_ms:
        set_level(sim, s, change_place(sim, n), change_lots(sim, n))
        n += 1
    book.next = n


def set_level(sim, s, place, lots):
    """So many lots stand at a place from now on. The best places are kept at hand."""
    book = depth_of(sim, s)
    more = min(lots, 1) - min(standing_at(sim, place), 1)
    set_standing(sim, place, lots)
    if queued_at(sim, place) > 0:
        move_up(sim, s, place, lots)
    if place < book.levels:
        book.bids += more
        if lots > 0:
            book.bid = max(book.bid, place)
        elif place == book.bid:
            book.bid = next_bid(sim, place) if book.bids > 0 else NOWHERE
    else:
        book.asks += more
        if lots > 0:
            book.ask = min(book.ask, place)
        elif place == book.ask:
            book.ask = next_ask(sim, place) if book.asks > 0 else 2 * book.levels


def next_bid(sim, place):
    """The best bid from a place on, where one stands."""
    while standing_at(sim, place) == 0:
        place -= 1
    return place


def next_ask(sim, place):
    """The best ask from a place on, where one stands."""
    while standing_at(sim, place) == 0:
        place += 1
    return place


def move_up(sim, s, place, lots):
    """No more than `lots` are ahead of the orders in line at a place."""
    for slot in range(width_of(sim)):
        if place_at(sim, s, slot) == place:
            set_ahead(sim, s, slot, min(ahead_at(sim, s, slot), lots))


def best_for(sim, s, side):
    """The place of the best level that an order of a side can take from, or NOWHERE."""
    book = depth_of(sim, s)
    if side < 0:
        return book.bid
    return book.ask if book.ask < 2 * book.levels else NOWHERE


def best_price(sim, s, side):
    """Its price in ticks; where there is none, one that no order reaches."""
    place = best_for(sim, s, side)
    return side * NO_UP if place == NOWHERE else level_ticks(sim, place)


def stands_upto(sim, s, side, price, lots):
    """Whether `lots` stand for an order of a side at its price or better."""
    place = best_for(sim, s, side)
    end = 2 * depth_of(sim, s).levels if side > 0 else NOWHERE
    while lots > 0 and place != NOWHERE and place != end and (level_ticks(sim, place) - price) * side <= 0:
        lots -= standing_at(sim, place)
        place += side
    return lots <= 0


def join_line(sim, s, slot):
    """A limit order begins to rest: behind what stands at its price. One that is in line stays where it is."""
    if place_at(sim, s, slot) != NOWHERE:
        return
    order = order_of(sim, s, slot)
    place = place_of_price(sim, s, order.side, order.price)
    set_place(sim, s, slot, place)
    set_ahead(sim, s, slot, 0)
    if place != ALONE:
        set_ahead(sim, s, slot, standing_at(sim, place))
        set_queued(sim, place, queued_at(sim, place) + 1)


def leave_line(sim, s, slot):
    """An order is taken off."""
    place = place_at(sim, s, slot)
    if place >= 0:
        set_queued(sim, place, queued_at(sim, place) - 1)
    set_place(sim, s, slot, NOWHERE)


def place_of_price(sim, s, side, price):
    """The place of a side's level at a price in ticks, or ALONE."""
    levels = depth_of(sim, s).levels
    low = 0
    high = levels
    while low < high:
        middle = (low + high) // 2
        if level_ticks(sim, middle) < price:
            low = middle + 1
        else:
            high = middle
    if low == levels or level_ticks(sim, low) != price:
        return ALONE
    return low if side > 0 else low + levels
