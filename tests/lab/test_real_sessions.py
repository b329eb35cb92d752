"""Real candles of stocks through a half day and the change to summer time: nothing is held over night.

The calendar and the candles know nothing of each other, so each is held against the other.
"""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from tests.history.samples import shared_data

from botswain import Options, backtest
from botswain.control.exchange_sessions import sessions_of
from botswain.control.trading_times import TradingWindow
from botswain.history.files import read_candles
from botswain.history.grid import tick_of
from botswain.model.instrument import Instrument

FRAME_MS = 300_000
HALF_DAY = datetime(2025, 12, 24, 18, tzinfo=UTC).timestamp() * 1000
FILE = "us-equity/{}/5m_2025-12.parquet"


def stock(name):
    """Two and a half months of five-minute candles and what is known of its orders."""
    path = shared_data() / FILE.format(name)
    if not path.exists():
        pytest.skip(f"no real candles at {FILE.format(name)} of the shared data")
    candles = read_candles(path, f"{name}/USD")
    return candles, Instrument(f"{name}/USD", tick_of(candles), Decimal(1))


def spans(candles):
    """The exchange's hours that the candles lie in."""
    first, last = int(candles.ts[0]), int(candles.ts[-1])
    return [one for one in sessions_of("XNYS").spans if first <= one[0] <= last]


@pytest.mark.parametrize("name", ["SPY", "QQQ"])
def test_the_calendar_knows_every_session_of_the_file(name):
    candles, _ = stock(name)
    found = spans(candles)
    begins = np.array([one[0] for one in found])
    ends = np.array([one[1] for one in found])
    place = np.searchsorted(begins, candles.ts, side="right") - 1
    assert (place >= 0).all()
    assert (candles.ts < ends[place]).all()
    # And each session has candles, from its very first to its last one.
    assert set(place.tolist()) == set(range(len(found)))
    assert set(begins.tolist()) <= set(candles.ts.tolist())
    assert len({one % 86_400_000 for one in begins.tolist()}) == 2, "the clocks do not change in this file"
    assert HALF_DAY in ends


def run(name, strategy, minutes_before):
    """A bot that is flat every evening, or so it should be."""
    candles, rules = stock(name)
    params = {"fast": 3, "slow": 9} if strategy == "sma_crossover" else {"take_profit": "0.02"}
    window = TradingWindow(calendar="XNYS", at_end="flatten", minutes_before=minutes_before)
    result = backtest(
        strategy, candles, params=params, instrument=rules, fee="0.0001", exits={"stop_loss": "0.03"},
        capital=1_000_000, window=window, options=Options(compiled=False),
    )  # fmt: skip
    return candles, list(result.fills)


@pytest.mark.parametrize(("name", "strategy"), [("SPY", "sma_crossover"), ("QQQ", "dca")])
def test_nothing_is_held_over_night(name, strategy):
    """Twenty minutes before the end: of the half day's last ten minutes there are no candles."""
    candles, fills = run(name, strategy, 20)
    held, reasons = Decimal(0), set()
    for opens, closes in spans(candles):
        end = closes - 4 * FRAME_MS
        while fills and fills[0].time_ms < closes:
            one = fills.pop(0)
            assert opens <= one.time_ms <= end
            assert (one.reason == "session_end") <= (one.time_ms == end)
            assert one.side == "sell" or one.time_ms < end
            held += one.qty if one.side == "buy" else -one.qty
            reasons.add((one.reason, closes == HALF_DAY))
        assert held == 0, f"something was held over the night after {datetime.fromtimestamp(closes / 1000, UTC)}"
    assert ("session_end", True) in reasons
    assert ("session_end", False) in reasons


def test_where_the_last_candles_are_missing_it_is_sold_at_the_next_days_open():
    """Five minutes before the end of the half day: there is no candle any more, and no other price to be had."""
    candles, fills = run("SPY", "sma_crossover", 5)
    after = next(one for one in spans(candles) if one[0] > HALF_DAY)
    late = next(one for one in fills if one.time_ms > HALF_DAY - 2 * FRAME_MS)
    assert (late.side, late.time_ms) == ("sell", after[0])
    others = {one.time_ms for one in fills if one.reason == "session_end"} - {after[0]}
    assert others
    assert others <= {closes - FRAME_MS for _, closes in spans(candles)}
