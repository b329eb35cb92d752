"""How far an account has fallen from its peak, in tiers: entries are made smaller, wait, or all is closed.

Two falls count, the one there is and a smoothed one: a tier begins where both reach it and ends where neither does, so
that one candle's wick changes nothing. docs/rules.md section 7, "Tiers".
"""

from botswain.core.access import account_of, rules_of
from botswain.core.blocks import fraction_of
from botswain.core.codes import (
    FLAT,
    NO_DOWN,
    NO_TIER,
    PAUSE,
    R_DRAWDOWN_FLATTEN,
    R_DRAWDOWN_OVER,
    R_DRAWDOWN_PAUSE,
    REDUCE,
)
from botswain.core.entries import note
from botswain.ledger.exact import E8


def watch_tiers(sim):
    """At a close instant, after the peak was kept: follow the falls, and say which tier stands."""
    account = account_of(sim)
    span = rules_of(sim).fall_span
    if span == 0 or account.tier == FLAT:
        return
    if account.tier_peak != account.peak:
        account.tier_peak = account.peak
        draw_floors(sim)
    fall = account.peak - account.equity
    if fall == 0:
        account.smooth_fall = 0
    else:
        # Rounded up, or it would never reach a fall that lasts.
        account.smooth_fall -= (account.smooth_fall - fall) // span
    worse = account.peak - max(fall, account.smooth_fall)
    better = account.peak - min(fall, account.smooth_fall)
    tell_tier(sim, max(tier_at(account, better), min(account.tier, tier_at(account, worse))), better, worse)


def draw_floors(sim):
    """What each tier leaves of the peak."""
    account = account_of(sim)
    rules = rules_of(sim)
    account.floor_reduce = floor_of(account.peak, rules.fall_reduce)
    account.floor_pause = floor_of(account.peak, rules.fall_pause)
    account.floor_flat = floor_of(account.peak, rules.fall_flatten)


def floor_of(peak, fall_e8):
    """What a fall leaves of the peak; of none, what no equity comes down to."""
    return fraction_of(peak, E8 - fall_e8) if fall_e8 > 0 else NO_DOWN


def tier_at(account, equity):
    """The last tier that an equity reaches."""
    if equity <= account.floor_flat:
        return FLAT
    if equity <= account.floor_pause:
        return PAUSE
    return REDUCE if equity <= account.floor_reduce else NO_TIER


def tell_tier(sim, tier, better, worse):
    """Let a tier stand: note what begins to keep entries out and what ends that, and let what waits ask again."""
    account = account_of(sim)
    was = account.tier
    if tier == was:
        return
    account.tier = tier
    account.changes += 1
    if tier == FLAT:
        note(sim, 0, -1, R_DRAWDOWN_FLATTEN, better, account.floor_flat)
    elif tier == PAUSE:
        note(sim, 0, -1, R_DRAWDOWN_PAUSE, better, account.floor_pause)
    elif was == PAUSE:
        note(sim, 0, -1, R_DRAWDOWN_OVER, worse, account.floor_pause)
