"""Where the stop of a position stands: a share from its entry, behind its best price, or at the entry after a gain.

The nearest of them binds. What a gain switches on stays on while the position is open (docs/rules.md section 6,
docs/decisions/0013).
"""

from botswain.core.access import book_of, lane_of, rules_of, terms_of
from botswain.core.codes import ARMED, R_BREAK_EVEN, R_STOP_LOSS, R_TRAILING_STOP
from botswain.ledger.exact import E8, ratio_ceil, ratio_floor

# What is armed, as bits of a lane's `armed`.
TRAILING = 1
BREAK_EVEN = 2


def note_price(sim, s, ticks):
    """Let a price count for the stops that follow it:

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
    if ARMED and lane.best_known != direction:
        lane.armed = 0
    lane.best_known = direction
    lane.best = ticks
    return True


def follows(sim):
    """Whether a new best price may move a stop."""
    rules = rules_of(sim)
    return rules.trailing > 0 or (ARMED and rules.break_even > 0)


def arm(sim, s, direction):
    """Note which stops the best price since the position opened switches on."""
    rules = rules_of(sim)
    lane = lane_of(sim, s)
    if lane.armed & TRAILING == 0 and gained(sim, s, rules.trailing_from, direction):
        lane.armed |= TRAILING
    if lane.armed & BREAK_EVEN == 0 and rules.break_even > 0 and gained(sim, s, rules.break_even, direction):
        lane.armed |= BREAK_EVEN


def gained(sim, s, gain_e8, direction):
    """Whether the best price is that share beyond the entry; 0 is from the first fill on."""
    if gain_e8 == 0:
        return True
    return (lane_of(sim, s).best - entry_ticks(sim, s, E8 + direction * gain_e8, direction)) * direction >= 0


def stop_ticks(sim, s, direction):
    """The binding stop trigger, its reason noted in the lane; 0 where no stop is to stand yet."""
    rules = rules_of(sim)
    lane = lane_of(sim, s)
    lane.binding = R_STOP_LOSS
    ticks = 0
    if rules.stop_loss > 0:
        ticks = entry_ticks(sim, s, E8 - direction * rules.stop_loss, direction)
    if rules.trailing > 0 and (not ARMED or lane.armed & TRAILING):
        trail = trailing_ticks(sim, s, direction)
        if ticks == 0 or (trail - ticks) * direction > 0:
            ticks = trail
            lane.binding = R_TRAILING_STOP
    if ARMED and lane.armed & BREAK_EVEN:
        # A short that was added to far below where it was armed may have it under one tick: no stop at all is less yet.
        even = max(entry_ticks(sim, s, E8 + direction * rules.break_even_offset, direction), 1)
        if ticks == 0 or (even - ticks) * direction > 0:
            ticks = even
            lane.binding = R_BREAK_EVEN
    return ticks


def trailing_ticks(sim, s, direction):
    """Where the trailing stop stands: its share from the best price."""
    factor = E8 - direction * rules_of(sim).trailing
    if direction > 0:
        return ratio_ceil(lane_of(sim, s).best, factor, 1, E8, 1, 1)
    return ratio_floor(lane_of(sim, s).best, factor, 1, E8, 1, 1)


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
