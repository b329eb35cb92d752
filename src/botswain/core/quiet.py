"""The simulator for a step that most candles change nothing for: those are asked, and passed over.

Where one symbol has no order at work or on its way, and neither gate nor exits nor a curve look at each candle, a
close at which the strategy wants what it wanted before leaves no trace but the time and the last price. So a question
made of the step (`botswain.build.asking`) is asked of candle after candle, whether it would change anything there; the
first that it would is gone through by `simulate`, as all would be without this, and so is the one after it, in which
what was asked for fills. What comes out is the same to the last bit.
"""

from botswain.core.access import account_of, close_at, expect_whole, lane_of, row_of, time_at
from botswain.core.codes import CLOSE, FINISHED, NO_DOWN, NO_UP
from botswain.core.simulate import AHEAD, LINE, simulate

# A decision and its fill.
DECIDED = 2
# Where nothing is ever passed over, it is tried again only after so many candles, twice as many each time.
MOST = 1 << 16


def user_asks(sim, s, i):
    """Whether the step would change anything on candle i; replaced when a simulator is linked."""


def simulate_quietly(sim, last):
    """`simulate`, candles that change nothing passed over; it answers the same."""
    account = account_of(sim)
    busy = DECIDED
    while account.instant < last:
        busy = DECIDED if pass_over(sim, last) else min(2 * busy, MOST)
        code = simulate(sim, min(account.instant + busy, last))
        if code != FINISHED:
            return code
    return FINISHED


def pass_over(sim, last):
    """Go to the next candle on which something changes, or to the last one. Returns whether any was passed."""
    account = account_of(sim)
    lane = lane_of(sim, 0)
    if lane.dirty != 0 or lane.lo != NO_DOWN or lane.hi != NO_UP:
        return False
    k = account.instant
    start = k
    account.event = CLOSE
    while k < last and not user_asks(sim, 0, k):
        k += 1
        if k % LINE == 0:
            # Nothing that is passed over is read but what is asked for: what trades would wait for far memory.
            expect_whole(sim, k + AHEAD)
        account.instant = k  # where it stands if the question raises, as the step would
    if k == start:
        return False
    lane.i = k - 1
    lane.last = k - 1
    lane.mark = close_at(sim, k - 1)
    account.open_ms = time_at(sim, k - 1)
    account.time_ms = account.open_ms + account.timeframe_ms
    return True


def differs(sim, s, x):
    """Whether a target is another than the one that is wanted, as `want_target` has it."""
    return x != row_of(sim, s, 0).x
