"""What all signal bots share, told on a drawn market by a bot whose signal is the candle's volume.

Volume 1 calls for a long, 2 for a short, 0 for neither; leaving is their absence.
"""

import pytest
from tests.stage import drawn, market, play, told

from botswain.core.codes import FILL
from botswain.core.indicators import ta
from botswain.core.strategy import step
from botswain.strategies.signals import SignalBot, filled, follow

FIXED = {"sizing": "fixed", "size": 10}
SHORTABLE = market(shortable=True)


class Told(SignalBot):
    """Follows the volume."""

    name = "told"

    def indicators(self):
        close = ta.SMA(2)
        return {"trend": self.trend_average(close)}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == FILL:
            filled(p, my)
        else:
            up = candle.volume == 1.0
            down = candle.volume == 2.0
            follow(now, p, candle, my, wanted, up, down, not up, not down)


def run(calls, prices=None, *, instrument=SHORTABLE, exits=None, **params):
    """Sides taken by minute, as the fills tell: +10 and -10 are whole positions."""
    rows = prices or [100] * len(calls)
    candles = drawn(rows, volume=[float(one) for one in calls])
    result = play(Told, candles, params=params, instrument=instrument, exits=exits or {}, **FIXED)
    assert result.halt is None
    return [(minute, qty if side == "buy" else -qty) for minute, side, qty, _price, _reason in told(result)]


def test_a_long_is_held_while_it_is_called_for():
    assert run([0, 1, 1, 1, 0, 0]) == [(2, 10), (5, -10)]


def test_a_signal_that_stood_before_anyone_looked_is_old():
    assert run([1, 1, 1, 0, 1, 1]) == [(5, 10)]
    assert run([1, 1, 1, 0, 0, 0], late=True) == [(1, 10), (4, -10)]


def test_a_signal_is_followed_when_it_has_stood_long_enough():
    assert run([0, 1, 1, 0, 1, 1, 1, 1], confirm=3) == [(7, 10)]


@pytest.mark.parametrize(
    ("direction", "fills"),
    [("long", [(2, 10), (4, -10)]), ("short", [(4, -10), (6, 10)]), ("both", [(2, 10), (4, -20), (6, 10)])],
)
def test_it_takes_the_sides_it_may(direction, fills):
    assert run([0, 1, 1, 2, 2, 0, 0], direction=direction) == fills


def test_where_nothing_may_be_sold_short_it_stands_aside():
    assert run([0, 1, 1, 2, 2, 0], instrument=market(), direction="both") == [(2, 10), (4, -10)]


def test_after_a_position_it_stays_out_for_the_pause():
    # Left after the close of minute 3; minutes 4 and 5 are the pause, so the call of minute 5 comes too early.
    calls = [0, 1, 1, 0, 0, 1, 0, 1, 1]
    assert run(calls, cooldown=3) == [(2, 10), (4, -10), (8, 10)]
    assert run(calls) == [(2, 10), (4, -10), (6, 10), (7, -10), (8, 10)]


def test_late_it_enters_when_the_pause_is_over():
    calls = [0, 1, 0, 1, 1, 1, 1, 1]
    assert run(calls, cooldown=3) == [(2, 10), (3, -10)]
    assert run(calls, cooldown=3, late=True) == [(2, 10), (3, -10), (6, 10)]


def test_a_long_needs_a_close_above_the_trend():
    # Averages of two closes: 100, 95, 95, 105. Only the last call finds the close above.
    prices = [100, 100, 90, 90, 100, 100, 110, 110]
    assert run([0, 0, 1, 0, 0, 0, 1, 1], prices, trend=2) == [(7, 10)]
    assert run([0, 0, 2, 0, 0, 0, 2, 2], prices, trend=2, direction="short") == [(3, -10), (4, 10)]


def test_before_the_trend_is_known_nothing_is_entered():
    assert run([0, 1, 1, 1, 1], trend=4) == []


def test_a_signal_whose_position_was_stopped_out_is_used_up():
    # Bought at 100, stopped at 95 in minute 3. The call goes on: it is the same signal, so nothing is bought again.
    prices = [100, 100, 100, (100, 100, 94, 96), 96, 96, 96, 96]
    stop = {"stop_loss": "0.05"}
    assert run([0, 1, 1, 1, 1, 1, 1, 1], prices, exits=stop, late=True) == [(2, 10), (3, -10)]
    assert run([0, 1, 1, 1, 1, 0, 1, 1], prices, exits=stop, late=True) == [(2, 10), (3, -10), (7, 10)]


def test_a_stopped_position_begins_the_pause():
    # Stopped in minute 3, whose own close is the first of the three.
    prices = [100, 100, 100, (100, 100, 94, 96), 96, 96, 96, 96]
    calls = [0, 1, 1, 0, 1, 1, 1, 1]
    stop = {"stop_loss": "0.05"}
    assert run(calls, prices, exits=stop) == [(2, 10), (3, -10), (5, 10)]
    assert run(calls, prices, exits=stop, cooldown=3, late=True) == [(2, 10), (3, -10), (6, 10)]


def test_the_bots_own_parameters_come_before_the_shared_ones():
    assert list(Told.parameters()) == ["direction", "confirm", "late", "trend", "cooldown"]
    assert all(one.search is None or one.low <= one.search[0] < one.search[1] <= one.high
               for one in Told.parameters().values())  # fmt: skip
