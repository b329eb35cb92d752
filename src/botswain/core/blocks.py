"""What blocks the entries of the whole account: watched at every close, and at every round trip that ends.

A day's or a week's loss, a drawdown, losses in a row, hours that are over: docs/rules.md section 7, at its beginning.
"""

from botswain.core.access import account_of, book_of, lane_of, rules_of
from botswain.core.codes import (
    CAPS,
    FLAT,
    PAUSE,
    R_COOL_DOWN,
    R_DAILY_LOSS,
    R_DRAWDOWN,
    R_DRAWDOWN_FLATTEN,
    R_DRAWDOWN_PAUSE,
    R_OUTSIDE_WINDOW,
    R_SYMBOL_COOL_DOWN,
    R_WEEKLY_LOSS,
)
from botswain.core.entries import note
from botswain.core.windows import outside
from botswain.ledger.exact import E8, ratio_floor

DAY_MS = 86_400_000
WEEK_MS = 7 * DAY_MS
# The first Monday there was.
MONDAY_MS = 4 * DAY_MS


def watch_account(sim):
    """At a close instant, after marking: turn the risk day, keep the peak, start and end account-wide blocks."""
    account = account_of(sim)
    rules = rules_of(sim)
    equity = account.equity
    if account.day_known == 0 or account.time_ms >= account.day_end:
        into = (account.time_ms - rules.day_offset_ms) % DAY_MS
        account.day_end = account.time_ms - into + DAY_MS
        account.orders_today = 0
        account.day_halted = 0
        account.changes += 1
        account.day_start = equity if account.day_known != 0 else account.capital
        account.day_floor = fraction_of(account.day_start, E8 - rules.max_daily_loss)
        if account.day_known == 0:
            account.peak_floor = fraction_of(account.peak, E8 - rules.max_drawdown)
        account.day_known = 1
    if equity > account.peak:
        account.peak = equity
        account.peak_floor = fraction_of(equity, E8 - rules.max_drawdown)
    if rules.max_daily_loss > 0 and account.day_halted == 0 and equity <= account.day_floor:
        account.day_halted = 1
        note(sim, 0, -1, R_DAILY_LOSS, equity, account.day_floor)
    if rules.max_drawdown > 0 and account.drawn_down == 0 and equity <= account.peak_floor:
        account.drawn_down = 1
        note(sim, 0, -1, R_DRAWDOWN, equity, account.peak_floor)
    if CAPS:
        watch_week(sim)


def watch_week(sim):
    """The loss of a risk week, which begins with the risk day of a Monday."""
    account = account_of(sim)
    rules = rules_of(sim)
    equity = account.equity
    if account.week_known == 0 or account.time_ms >= account.week_end:
        into = (account.time_ms - rules.day_offset_ms - MONDAY_MS) % WEEK_MS
        account.week_end = account.time_ms - into + WEEK_MS
        account.week_halted = 0
        account.week_start = equity if account.week_known != 0 else account.capital
        account.week_floor = fraction_of(account.week_start, E8 - rules.max_weekly_loss)
        account.week_known = 1
    if rules.max_weekly_loss > 0 and account.week_halted == 0 and equity <= account.week_floor:
        account.week_halted = 1
        note(sim, 0, -1, R_WEEKLY_LOSS, equity, account.week_floor)


def fraction_of(money, share_e8):
    """floor(money x share), share in units of 1e-8; for money below zero, the money itself."""
    if money <= 0:
        return money
    return ratio_floor(money, share_e8, 1, E8, 1, 1)


def count_streak(sim, s, time_ms):
    """After a round trip closed: lengthen or end the losing streak, and start a cool-down at its limit.

    A loss starts the symbol's own.
    """
    account = account_of(sim)
    rules = rules_of(sim)
    if book_of(sim, s).trip_profit >= 0:
        account.losses = 0
        return
    if CAPS and rules.symbol_cooldown_ms > 0:
        lane_of(sim, s).cool_until = time_ms + rules.symbol_cooldown_ms
        note(sim, s, -1, R_SYMBOL_COOL_DOWN, -book_of(sim, s).trip_profit, 0)
    account.losses += 1
    if rules.max_losses > 0 and account.losses >= rules.max_losses:
        account.cool_until = time_ms + rules.cooldown_ms
        note(sim, s, -1, R_COOL_DOWN, account.losses, rules.max_losses)
        account.losses = 0


def blocked_by(sim, s):
    """The code of the block that holds now for entries of a symbol, or 0: the account's, or its own."""
    account = account_of(sim)
    if account.drawn_down != 0:
        return R_DRAWDOWN
    if CAPS and account.tier == FLAT:
        return R_DRAWDOWN_FLATTEN
    if CAPS and account.week_halted != 0:
        return R_WEEKLY_LOSS
    if account.day_halted != 0:
        return R_DAILY_LOSS
    if CAPS and account.tier == PAUSE:
        return R_DRAWDOWN_PAUSE
    if account.time_ms < account.cool_until:
        return R_COOL_DOWN
    if CAPS and account.time_ms < lane_of(sim, s).cool_until:
        return R_SYMBOL_COOL_DOWN
    if outside(sim):
        return R_OUTSIDE_WINDOW
    return 0
