"""Protective rows: stop-loss, trailing stop and take-profit, kept in the two slots after the strategy's own.

A position that must go by the clock (`core.leaving`) goes in the slot of its stop.

Called after every fill and every close of a symbol. It only says what should rest (docs/rules.md section 6); the
venue, or the engine where the venue cannot, does the rest.
"""

from botswain.core.access import book_of, lane_of, row_of, rules_of, terms_of
from botswain.core.codes import (
    CLOCK,
    DONE,
    EMPTY,
    ENDED,
    LIMIT,
    MARKET,
    PROTECTIVE,
    R_BELOW_MINIMUM,
    R_STOP_LOSS,
    R_TAKE_PROFIT,
    R_TRAILING_STOP,
    REDUCE_ONLY,
    STOP,
    WORKING,
)
from botswain.core.entries import too_small
from botswain.core.freeing import coming_lots
from botswain.core.leaving import begin_age, due, end_covering
from botswain.core.rows import asked_lots, held_lots
from botswain.core.wanted import ask_again, put_row, renew, withdraw
from botswain.ledger.exact import E8, ratio_ceil, ratio_floor

EXIT_LINK = 1 << 40


def note_price(sim, s, ticks):
    """Let a price count for the trailing stop:

    the best since the position opened. Returns whether it is a new best.
    """
    lane = lane_of(sim, s)
    pos = book_of(sim, s).pos
    direction = 1 if pos > 0 else -1
    if pos == 0:
        lane.best_known = 0
        return False
    if lane.best_known == direction and (ticks - lane.best) * direction <= 0:
        return False
    lane.best_known = direction
    lane.best = ticks
    return True


def protect(sim, s):
    """Write the stop and target rows for the position as it is now."""
    rules = rules_of(sim)
    lots = held_lots(sim, s)
    stop_slot = rules.slots
    target_slot = rules.slots + 1
    lane = lane_of(sim, s)
    if lots == 0:
        lane.opened = 0
        withdraw(sim, s, stop_slot)
        withdraw(sim, s, target_slot)
        return
    direction = 1 if lots > 0 else -1
    if CLOCK and lane.opened != direction:
        begin_age(sim, s)
    if lane.opened != direction or spent(sim, s, stop_slot) or spent(sim, s, target_slot):
        lane.opened = direction
        renew(sim, s, stop_slot)
        renew(sim, s, target_slot)
    free = abs(lots) - leaving_lots(sim, s, direction)
    if CLOCK:
        code = due(sim, s)
        if code != 0:
            end_covering(sim, s, -direction, code)
            place_exit(sim, s, stop_slot, MARKET, -direction, 0, free)
            row_of(sim, s, stop_slot).tag = code
            withdraw(sim, s, target_slot)
            return
    if rules.stop_loss > 0 or rules.trailing > 0:
        place_exit(sim, s, stop_slot, STOP, -direction, stop_ticks(sim, s, direction), free)
        row_of(sim, s, stop_slot).tag = R_TRAILING_STOP if lane.trailing == 1 else R_STOP_LOSS
    if rules.take_profit > 0:
        ticks = entry_ticks(sim, s, E8 + direction * rules.take_profit, direction)
        place_exit(sim, s, target_slot, LIMIT, -direction, ticks, free)
        row_of(sim, s, target_slot).tag = R_TAKE_PROFIT


def follow_best(sim, s):
    """A new best and nothing else has happened: `protect`, where all that can move is the trailing stop."""
    slot = rules_of(sim).slots
    row = row_of(sim, s, slot)
    if row.state != WORKING:
        protect(sim, s)
        return
    ticks = trailing_ticks(sim, s, -row.side)
    if (row.trigger - ticks) * row.side > 0:
        lane_of(sim, s).trailing = 1
        put_row(sim, s, slot, STOP, row.side, ticks, row.qty)
        row.tag = R_TRAILING_STOP


def spent(sim, s, slot):
    """Whether a protective row was filled or ended by the venue while there is still something to protect."""
    row = row_of(sim, s, slot)
    return row.state == DONE or (row.state == ENDED and row.ended != R_BELOW_MINIMUM)


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


def entry_ticks(sim, s, factor_e8, direction):
    """entry price x factor in ticks: up for a long, down for a short."""
    if factor_e8 <= 0:
        # A short that is to gain its whole entry price or more: no price is low enough.
        return 0
    book = book_of(sim, s)
    held = abs(book.pos) * terms_of(sim, s).unit_money
    if direction > 0:
        return ratio_ceil(book.cost, factor_e8, 1, held, E8, 1)
    return ratio_floor(book.cost, factor_e8, 1, held, E8, 1)


def stop_ticks(sim, s, direction):
    """The binding stop trigger, noting in the lane whether it is the trailing one."""
    rules = rules_of(sim)
    lane = lane_of(sim, s)
    lane.trailing = 0
    ticks = 0
    if rules.stop_loss > 0:
        ticks = entry_ticks(sim, s, E8 - direction * rules.stop_loss, direction)
    if rules.trailing > 0:
        trail = trailing_ticks(sim, s, direction)
        if ticks == 0 or (trail - ticks) * direction > 0:
            ticks = trail
            lane.trailing = 1
    return ticks


def trailing_ticks(sim, s, direction):
    """Where the trailing stop stands: its share from the best price."""
    factor = E8 - direction * rules_of(sim).trailing
    if direction > 0:
        return ratio_ceil(lane_of(sim, s).best, factor, 1, E8, 1, 1)
    return ratio_floor(lane_of(sim, s).best, factor, 1, E8, 1, 1)
