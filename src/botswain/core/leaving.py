"""Positions that must go: too old, held when hours that flatten are over, or of an account that fell too far.

docs/rules.md section 6.

Such a position leaves by the market, in the slot of its stop, which protects nothing any more. Whether it is to go is
worked out anew each time it is asked, from the time and the position alone, so that nothing must be remembered of an
end that was missed.
"""

from botswain.core.access import account_of, book_of, lane_of, row_of, rules_of
from botswain.core.codes import (
    ASKED,
    CAPS,
    FLAT,
    FLATTEN,
    MARKET,
    R_DRAWDOWN_EXIT,
    R_SESSION_END,
    R_TIME_EXIT,
    WAITING,
    WORKING,
)
from botswain.core.entries import end_row
from botswain.core.freeing import free_children_of_part
from botswain.core.rows import mark_dirty
from botswain.core.windows import outside


def due(sim, s):
    """Why a position that a symbol has must go now, as a reason's code; 0 while it may stay."""
    rules = rules_of(sim)
    if rules.at_end == FLATTEN and outside(sim):
        return R_SESSION_END
    if CAPS and account_of(sim).tier == FLAT:
        return R_DRAWDOWN_EXIT
    lane = lane_of(sim, s)
    if rules.exit_candles > 0 and lane.age >= rules.exit_candles:
        return R_TIME_EXIT
    if rules.exit_ms > 0 and age_ms(sim, s) >= rules.exit_ms:
        return R_TIME_EXIT
    return 0


def overdue(sim, s):
    """Whether a symbol has a position that must go now."""
    return book_of(sim, s).pos != 0 and due(sim, s) != 0


def begin_age(sim, s):
    """A position was opened: it is as old as the candle that it was opened in."""
    lane = lane_of(sim, s)
    lane.since_ms = opening_of(sim)
    lane.age = 0


def age_ms(sim, s):
    """How much later the candle of the decision opens than that in which the position was opened."""
    return opening_of(sim) - lane_of(sim, s).since_ms


def opening_of(sim):
    """When the candle that holds the time of the decision opens, on the grid of the timeframe.

    A fill has its own time live and that of its candle in a backtest: so both say the same.
    """
    account = account_of(sim)
    return account.time_ms - account.time_ms % account.timeframe_ms


def grow_older(sim, s):
    """A symbol's candle closed: what it holds is a candle older."""
    if book_of(sim, s).pos != 0:
        lane_of(sim, s).age += 1


def end_covering(sim, s, side, code):
    """End the strategy's resting orders of the side on which a position leaves: they lock what is to be sold."""
    for slot in range(rules_of(sim).slots):
        row = row_of(sim, s, slot)
        if row.side == side and row.kind != MARKET:
            if row.state == WORKING or row.state == ASKED or row.state == WAITING:
                end_row(sim, s, slot, code, row.qty, row.filled)
                mark_dirty(sim, s, slot)
                free_children_of_part(sim, s, slot)
