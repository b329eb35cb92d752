"""Where the target of a position stands: a gain on its entry, which may become less as the position grows older.

docs/rules.md section 6.
"""

from botswain.core.access import book_of, lane_of, roi_at, rules_of
from botswain.core.codes import CLOCK
from botswain.core.leaving import age_ms
from botswain.core.stops import entry_ticks
from botswain.ledger.exact import E8

NO_TARGET = -1


def has_targets(sim):
    """Whether positions have a target, from the beginning or later."""
    rules = rules_of(sim)
    return rules.take_profit > 0 or (CLOCK and rules.roi > 0)


def target_ticks(sim, s, direction):
    """The target's price for the position as old as it is now; NO_TARGET while it is too young to have one."""
    gain = rules_of(sim).take_profit
    if CLOCK:
        lane = lane_of(sim, s)
        lane.step = step_of(sim, s)
        if lane.step > 0:
            gain = roi_at(sim, 2 * lane.step - 1)
        elif gain == 0:
            return NO_TARGET
    return entry_ticks(sim, s, E8 + direction * gain, direction)


def step_of(sim, s):
    """How many ages of a target that falls a position has come to."""
    count = 0
    age = age_ms(sim, s)
    while count < rules_of(sim).roi and roi_at(sim, 2 * count) <= age:
        count += 1
    return count


def falls(sim, s):
    """Whether a symbol's position has come to the next age since its target was placed."""
    return rules_of(sim).roi > 0 and book_of(sim, s).pos != 0 and step_of(sim, s) != lane_of(sim, s).step
