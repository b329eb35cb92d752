"""What rests at the venue: an order is put in the book and taken off it, and the nearest prices are kept at hand."""

from botswain.core.access import down_at, lane_of, order_of, set_down, set_up, terms_of, up_at, width_of
from botswain.core.codes import ANY_DOWN, ANY_UP, DEPTH, LIMIT, MARKET, NO_DOWN, NO_UP, STOP, STOP_LIMIT, TRADES
from botswain.core.depth import join_line, leave_line


def rest(sim, s, slot):
    """Put an order on the book and keep the nearest prices at hand."""
    order = order_of(sim, s, slot)
    lane = lane_of(sim, s)
    limit = order.kind == LIMIT
    ticks = order.price if limit else order.trigger
    # Limit buys, stop sells and take-profit buys wait below; the others above.
    if order.kind == STOP or order.kind == STOP_LIMIT:
        downward = order.side < 0
    else:
        downward = order.side > 0
    if DEPTH and limit:
        join_line(sim, s, slot)
    through = terms_of(sim, s).through if limit else 0
    if TRADES and order.kind == MARKET:
        downward = order.side < 0
        ticks = ANY_DOWN if downward else ANY_UP
    if downward:
        ticks -= through
        set_down(sim, s, slot, ticks)
        if ticks > lane.lo or (ticks == lane.lo and order.arrival < order_of(sim, s, lane.lo_slot).arrival):
            lane.lo = ticks
            lane.lo_slot = slot
    else:
        ticks += through
        set_up(sim, s, slot, ticks)
        if ticks < lane.hi or (ticks == lane.hi and order.arrival < order_of(sim, s, lane.hi_slot).arrival):
            lane.hi = ticks
            lane.hi_slot = slot


def remove(sim, s, slot):
    """Take an order off the book."""
    lane = lane_of(sim, s)
    if DEPTH:
        leave_line(sim, s, slot)
    order_of(sim, s, slot).active = 0
    set_down(sim, s, slot, NO_DOWN)
    set_up(sim, s, slot, NO_UP)
    if lane.lo_slot == slot:
        find_lo(sim, s)
    if lane.hi_slot == slot:
        find_hi(sim, s)


def refresh(sim, s):
    """Find both nearest orders again, after one changed its place."""
    find_lo(sim, s)
    find_hi(sim, s)


def find_lo(sim, s):
    """Find the resting order that a falling price meets first; of equals, the earliest arrival."""
    best = NO_DOWN
    for slot in range(width_of(sim)):
        best = max(best, down_at(sim, s, slot))
    at = -1
    if best != NO_DOWN:
        for slot in range(width_of(sim)):
            if down_at(sim, s, slot) == best:
                if at < 0 or order_of(sim, s, slot).arrival < order_of(sim, s, at).arrival:
                    at = slot
    lane = lane_of(sim, s)
    lane.lo = best
    lane.lo_slot = at


def find_hi(sim, s):
    """Find the resting order that a rising price meets first; of equals, the earliest arrival."""
    best = NO_UP
    for slot in range(width_of(sim)):
        best = min(best, up_at(sim, s, slot))
    at = -1
    if best != NO_UP:
        for slot in range(width_of(sim)):
            if up_at(sim, s, slot) == best:
                if at < 0 or order_of(sim, s, slot).arrival < order_of(sim, s, at).arrival:
                    at = slot
    lane = lane_of(sim, s)
    lane.hi = best
    lane.hi_slot = at
