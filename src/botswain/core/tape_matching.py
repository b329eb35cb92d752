"""What a venue does with orders and a trade, where a market is a tape of those (TRADES). docs/rules.md section 10."""

from botswain.core.access import close_at, down_at, lane_of, order_of, set_down, set_up, up_at, width_of
from botswain.core.codes import DEPTH, LIMIT, MARKET, NO_DOWN, NO_UP, PARTS, STOP_LIMIT
from botswain.core.matching import become_limit, fire, take, triggered
from botswain.core.resting import refresh, rest


def meet_trade(sim, s, i):
    """Match resting orders with trade i: triggers first, then limits, each at its own price as a maker.

    By the market goes what waits for it, as it arrived, before the limits of its side.
    """
    price = close_at(sim, i)
    trigger_all(sim, s, price)
    lane = lane_of(sim, s)
    while (not PARTS or lane.room > 0) and lane.lo >= price:
        fire(sim, s, lane.lo_slot, price, False)
    while (not PARTS or lane.room > 0) and lane.hi <= price:
        fire(sim, s, lane.hi_slot, price, False)


def trigger_all(sim, s, price):
    """Stops and take-profits that a trade reached go by the market from now on; a stop-limit arrives as a limit."""
    for slot in range(width_of(sim)):
        order = order_of(sim, s, slot)
        if down_at(sim, s, slot) == NO_DOWN and up_at(sim, s, slot) == NO_UP:
            continue
        if order.kind == LIMIT or order.kind == MARKET or not triggered(order, price):
            continue
        if order.kind == STOP_LIMIT:
            become_limit(sim, s, slot, price)
        else:
            order.kind = MARKET
            set_down(sim, s, slot, NO_DOWN)
            set_up(sim, s, slot, NO_UP)
            if DEPTH:
                take(sim, s, slot, price)
            else:
                rest(sim, s, slot)
        refresh(sim, s)
