"""The hours in which positions may be opened, as times at which they begin and end: docs/rules.md section 7.

What the clock of a place shows is worked out outside; here are only milliseconds, so that a backtest, paper and live
trading look at the same numbers. Nothing is remembered of how long the list is, so another part of it leads to the
same.
"""

from botswain.core.access import account_of, rules_of, window_at
from botswain.core.codes import LEAVE, NO_UP, R_OUTSIDE_WINDOW


def outside(sim):
    """Whether entries must wait for the hours to begin, by the time of the decision under way."""
    if rules_of(sim).windows == 0:
        return False
    account = account_of(sim)
    if account.time_ms >= account.window_end:
        look_up(sim)
    return account.window_shut != 0


def over_by(sim, time_ms):
    """Whether the hours that lasted at the last decision are over by a time; not where nobody has looked at them."""
    account = account_of(sim)
    return account.window_shut == 0 and 0 < account.window_end <= time_ms


def takes_off(sim, code):
    """Whether a block keeps out what it finds working too, and not only what is asked for while it lasts."""
    return code != 0 and (code != R_OUTSIDE_WINDOW or rules_of(sim).at_end != LEAVE)


def look_up(sim):
    """Find where the time lies: so many times have passed, and an odd number of them means that hours have begun."""
    account = account_of(sim)
    low = 0
    high = rules_of(sim).windows
    while low < high:
        middle = (low + high) // 2
        if window_at(sim, middle) <= account.time_ms:
            low = middle + 1
        else:
            high = middle
    account.window_shut = 1 - low % 2
    account.window_end = window_at(sim, low) if low < rules_of(sim).windows else NO_UP
