"""What a venue does with orders and a trade, where a recorded book stands beside the tape (DEPTH).

First the book as it was before the trade; then the trade's lots are given out: to own orders in front, to those ahead
in line, to own orders behind them. docs/rules.md section 10.
"""

from botswain.core.access import (
    ahead_at,
    close_at,
    depth_of,
    down_at,
    lane_of,
    order_of,
    room_at,
    set_ahead,
    standing_at,
    time_at,
    up_at,
    width_of,
)
from botswain.core.codes import ANY_DOWN, ANY_UP, LIMIT, MARKET, NO_DOWN, NO_UP
from botswain.core.dealing import execute
from botswain.core.depth import best_price, bring_book, set_level
from botswain.core.taking import take_by_market, take_levels
from botswain.core.tape_matching import trigger_all


def meet_depth(sim, s, i):
    """Trade i, which is at instant i, and the book before it meet what rests."""
    lane = lane_of(sim, s)
    bring_book(sim, s, time_at(sim, i))
    # Asks reach buy limits as a fall does, bids sell limits as a rise; what waits for the market goes at any price.
    if lane.lo >= min(best_price(sim, s, 1), ANY_DOWN) or lane.hi <= max(best_price(sim, s, -1), ANY_UP):
        take_waiting(sim, s)
    price = close_at(sim, i)
    lane.room = room_at(sim, i)
    if lane.lo >= price:
        give_out(sim, s, 1, price)
    if lane.hi <= price:
        give_out(sim, s, -1, price)
    pass_over(sim, s, price, lane.room)
    if lane.lo >= price or lane.hi <= price:
        trigger_all(sim, s, price)


def take_waiting(sim, s):
    """What waits for the market goes on, and limits that the other side has reached fill, by arrival."""
    slot = next_arrival(sim, s, -1)
    while slot >= 0:
        order = order_of(sim, s, slot)
        arrival = order.arrival
        if order.kind == MARKET:
            take_by_market(sim, s, slot)
        elif order.kind == LIMIT:
            take_levels(sim, s, slot, order.price, 1)
        slot = next_arrival(sim, s, arrival)


def next_arrival(sim, s, after):
    """The resting order that arrived next after an arrival, or -1."""
    found = -1
    for slot in range(width_of(sim)):
        arrival = order_of(sim, s, slot).arrival
        if rests(sim, s, slot) and arrival > after and (found < 0 or arrival < order_of(sim, s, found).arrival):
            found = slot
    return found


def rests(sim, s, slot):
    """Whether an order is in the book."""
    return down_at(sim, s, slot) != NO_DOWN or up_at(sim, s, slot) != NO_UP


def give_out(sim, s, side, price):
    """The lots of a trade, which are in `room`, go to the resting limits of a side that it passed, then to its line."""
    lane = lane_of(sim, s)
    slot = passed_limit(sim, s, side, price)
    while slot >= 0 and lane.room > 0:
        execute(sim, s, slot, order_of(sim, s, slot).price, 1)
        slot = passed_limit(sim, s, side, price)
    slot = next_in_line(sim, s, side, price, -1)
    while slot >= 0:
        arrival = order_of(sim, s, slot).arrival
        ahead = ahead_at(sim, s, slot)
        if lane.room > ahead:
            lane.room -= ahead
            execute(sim, s, slot, price, 1)
            lane.room += ahead
        slot = next_in_line(sim, s, side, price, arrival)
    slot = next_in_line(sim, s, side, price, -1)
    while slot >= 0:
        set_ahead(sim, s, slot, max(ahead_at(sim, s, slot) - lane.room, 0))
        slot = next_in_line(sim, s, side, price, order_of(sim, s, slot).arrival)


def passed_limit(sim, s, side, price):
    """The best resting limit of a side that is better than `price`, of equals the earliest, or -1."""
    found = -1
    for slot in range(width_of(sim)):
        order = order_of(sim, s, slot)
        if order.kind != LIMIT or order.side != side or not rests(sim, s, slot) or (order.price - price) * side <= 0:
            continue
        other = order_of(sim, s, max(found, 0))
        better = (order.price - other.price) * side
        if found < 0 or better > 0 or (better == 0 and order.arrival < other.arrival):
            found = slot
    return found


def next_in_line(sim, s, side, price, after):
    """Of a side's resting limits at a price the one that arrived next after an arrival, or -1."""
    found = -1
    for slot in range(width_of(sim)):
        order = order_of(sim, s, slot)
        if order.kind != LIMIT or order.side != side or order.price != price or not rests(sim, s, slot):
            continue
        if order.arrival > after and (found < 0 or order.arrival < order_of(sim, s, found).arrival):
            found = slot
    return found


def pass_over(sim, s, price, lots):
    """A trade at a price took `lots` from the level there; nothing stands any more that it went through."""
    book = depth_of(sim, s)
    while best_price(sim, s, 1) < price:
        set_level(sim, s, book.ask, 0)
    while best_price(sim, s, -1) > price:
        set_level(sim, s, book.bid, 0)
    if best_price(sim, s, 1) == price:
        set_level(sim, s, book.ask, max(standing_at(sim, book.ask) - lots, 0))
    elif best_price(sim, s, -1) == price:
        set_level(sim, s, book.bid, max(standing_at(sim, book.bid) - lots, 0))
