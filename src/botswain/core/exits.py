"""Protective rows: a stop and a target, kept in the two slots after the strategy's own.

Where they stand is in `core.stops` and `core.targets`; a position that must go by the clock (`core.leaving`) goes in
the slot of its stop. With a take-profit ladder every piece of a position has such a pair (`core.ladder`).

Called after every fill and every close of a symbol. It only says what should rest (docs/rules.md section 6); the
venue, or the engine where the venue cannot, does the rest.
"""

from botswain.core.access import lane_of, row_of, rules_of
from botswain.core.codes import (
    ARMED,
    CLOCK,
    EMPTY,
    ENDED,
    LADDER,
    LIMIT,
    MARKET,
    PROTECTIVE,
    R_TAKE_PROFIT,
    R_TAKE_PROFIT_1,
    R_TRAILING_STOP,
    REDUCE_ONLY,
    STOP,
    WORKING,
)
from botswain.core.entries import too_small
from botswain.core.freeing import coming_lots
from botswain.core.ladder import fit_pieces, leave_whole, left_of, renew_pieces, rung_ticks, stop_slot, withdraw_pieces
from botswain.core.leaving import begin_age, due, end_covering
from botswain.core.rows import asked_lots, exit_lots, held_lots, name_row, spent
from botswain.core.stops import arm, stop_ticks, trailing_ticks
from botswain.core.targets import NO_TARGET, has_targets, target_ticks
from botswain.core.wanted import ask_again, put_row, renew, withdraw

EXIT_LINK = 1 << 40


def protect(sim, s):
    """Write the stop and target rows for the position as it is now."""
    rules = rules_of(sim)
    lots = held_lots(sim, s)
    first = rules.slots
    target_slot = rules.slots + 1
    lane = lane_of(sim, s)
    if lots == 0:
        lane.opened = 0
        withdraw(sim, s, first)
        withdraw(sim, s, target_slot)
        if LADDER:
            withdraw_pieces(sim, s)
        return
    direction = 1 if lots > 0 else -1
    if CLOCK and lane.opened != direction:
        begin_age(sim, s)
    if lane.opened != direction or (not LADDER and (spent(sim, s, first) or spent(sim, s, target_slot))):
        lane.opened = direction
        if LADDER:
            renew_pieces(sim, s)
        else:
            renew(sim, s, first)
            renew(sim, s, target_slot)
    if ARMED:
        arm(sim, s, direction)
    free = exit_lots(sim, s, abs(lots)) - leaving_lots(sim, s, direction)
    if CLOCK:
        code = due(sim, s)
        if code != 0:
            end_covering(sim, s, -direction, code)
            if LADDER:
                leave_whole(sim, s)
            place_exit(sim, s, first, MARKET, -direction, 0, free)
            name_row(sim, s, first, code)
            withdraw(sim, s, target_slot)
            return
    if LADDER:
        place_pieces(sim, s, direction, free)
        return
    if rules.stop_loss > 0 or rules.trailing > 0 or (ARMED and rules.break_even > 0):
        ticks = stop_ticks(sim, s, direction)
        place_exit(sim, s, first, STOP, -direction, ticks, free if ticks > 0 else 0)
        name_row(sim, s, first, lane.binding)
    if has_targets(sim):
        ticks = target_ticks(sim, s, direction)
        place_exit(sim, s, target_slot, LIMIT, -direction, ticks, free if ticks != NO_TARGET else 0)
        name_row(sim, s, target_slot, R_TAKE_PROFIT)


def place_pieces(sim, s, direction, lots):
    """Want a stop and a target for every piece of the position: the rungs of its ladder, and the rest."""
    rules = rules_of(sim)
    stops = rules.stop_loss > 0 or rules.trailing > 0 or (ARMED and rules.break_even > 0)
    ticks = stop_ticks(sim, s, direction) if stops else 0
    fit_pieces(sim, s, direction, lots, ticks)
    for k in range(rules.rungs + 1):
        slot = stop_slot(sim, k)
        left = left_of(sim, s, k)
        if stops:
            place_exit(sim, s, slot, STOP, -direction, ticks, left if ticks > 0 else 0)
            name_row(sim, s, slot, lane_of(sim, s).binding)
            row_of(sim, s, slot).link = EXIT_LINK + k
        if k > 0:
            place_exit(sim, s, slot + 1, LIMIT, -direction, rung_ticks(sim, s, k, direction), left)
            name_row(sim, s, slot + 1, R_TAKE_PROFIT_1 + k - 1)
            row_of(sim, s, slot + 1).link = EXIT_LINK + k


def follow_best(sim, s):
    """A new best and nothing else has happened: `protect`, where all that can move is the trailing stop."""
    slot = rules_of(sim).slots
    row = row_of(sim, s, slot)
    if ARMED or LADDER or row.state != WORKING:
        protect(sim, s)
        return
    ticks = trailing_ticks(sim, s, -row.side)
    if (row.trigger - ticks) * row.side > 0:
        lane_of(sim, s).binding = R_TRAILING_STOP
        put_row(sim, s, slot, STOP, row.side, ticks, row.qty)
        row.tag = R_TRAILING_STOP


def place_exit(sim, s, slot, kind, side, ticks, lots):
    """Want one protective row, or nothing where the position is already leaving by the market."""
    row = row_of(sim, s, slot)
    if lots <= 0:
        withdraw(sim, s, slot)
        return
    if row.flag_bits == 0:
        row.flag_bits = REDUCE_ONLY | PROTECTIVE
        row.link = EXIT_LINK
    if row.state == ENDED and (row.qty != lots + row.filled or row.price + row.trigger != ticks):
        # It was too small to send; what it is now may not be.
        row.state = EMPTY
    if row.state == ENDED and kind == MARKET and not too_small(sim, s, lots, lane_of(sim, s).mark):
        # By the clock it is asked for at every close, and is worth more at this one.
        row.state = EMPTY
    put_row(sim, s, slot, kind, side, ticks, lots + row.filled)
    if row.state == WORKING and row.eff - row.filled < asked_lots(sim, s, slot):
        # As much as before, but an order was filled that had been cut to what the venue takes in one.
        ask_again(sim, s, slot)


def leaving_lots(sim, s, direction):
    """Leaves of the strategy's market rows that reduce the position, less those that wait for a parent."""
    total = 0
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        if row.kind == MARKET and row.side == -direction:
            total += coming_lots(sim, s, slot)
    return total
