"""The worst times of candles, by hand."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from tests.lab.made import HOUR_MS, START_MS

from botswain.lab.stress.windows import BAND, deepest_places, longest_sideways, steepest, worst_windows
from botswain.model.candles import Candles

DAY_MS = 24 * HOUR_MS


def daily(closes: Any, *, wide: float = 0.0, step_ms: int = DAY_MS) -> Candles:
    """Candles of these closes, their highs and lows so much wider."""
    values = np.array(closes, np.float64)
    ts = START_MS + step_ms * np.arange(len(values), dtype=np.int64)
    frame = "1d" if step_ms == DAY_MS else "1h"
    return Candles("BTC/USDT", frame, ts, values, values + wide, values - wide, values, np.ones(len(values)))


def test_the_steepest_fall_is_the_greatest_from_a_close_to_that_so_many_days_later() -> None:
    candles = daily([100, 90, 99, 80, 85, 60, 70])
    one = steepest(candles, 1, -1)
    assert one is not None
    assert (one.name, one.start_ms, one.end_ms) == (
        "fall over 1 day",
        START_MS + 4 * DAY_MS,
        START_MS + 6 * DAY_MS,
    )
    assert one.change == pytest.approx(60 / 85 - 1)
    up = steepest(candles, 1, +1)
    assert up is not None
    assert (up.name, up.change) == ("rise over 1 day", pytest.approx(70 / 60 - 1))
    assert steepest(candles, 7, -1) is None
    assert steepest(daily([1, 2, 3]), 1, -1) is None


def test_a_time_is_a_time_where_candles_are_missing() -> None:
    candles = daily([100, 50, 100, 99, 98, 97])
    gap = Candles(
        "BTC/USDT",
        "1d",
        *(getattr(candles, name)[[0, 3, 4, 5]] for name in ("ts", "open", "high", "low", "close", "volume")),
    )
    one = steepest(gap, 1, -1)
    assert one is not None
    assert one.change == pytest.approx(97 / 98 - 1)


def test_the_deepest_drawdown_is_from_its_peak_to_its_trough() -> None:
    assert deepest_places(np.array([100.0, 120.0, 90.0, 130.0, 91.0, 140.0])) == (3, 4)
    assert deepest_places(np.array([1.0, 2.0, 2.0])) is None


def test_the_longest_sideways_is_the_most_days_within_the_band() -> None:
    candles = daily([100, 120, 121, 125, 131, 128, 130, 150, 151], wide=0.5)
    one = longest_sideways(candles)
    assert one is not None
    # From the lowest low 120.5 to the highest high 131.5; 119.5 would be too low.
    assert (one.start_ms, one.end_ms) == (START_MS + 2 * DAY_MS, START_MS + 7 * DAY_MS)
    assert longest_sideways(daily([100, 120, 150])) is None


def test_it_is_what_trying_all_spans_of_days_finds() -> None:
    chance = np.random.default_rng(4)
    for _ in range(20):
        closes = 100 * np.exp(np.cumsum(chance.normal(0, 0.02, 24 * 30)))
        candles = daily(closes, step_ms=HOUR_MS)
        days = closes.reshape(-1, 24)
        spans = ((b - a, days[a : b + 1]) for a, b in combinations(range(30), 2))
        best = max((long for long, one in spans if one.max() <= one.min() * (1 + BAND)), default=0)
        one = longest_sideways(candles)
        assert (0 if one is None else (one.end_ms - one.start_ms) // DAY_MS - 1) == best


def test_all_that_there_is_room_for_is_found() -> None:
    closes = 100 + 20 * np.sin(np.arange(60) / 5)
    assert [one.name for one in worst_windows(daily(closes), rises=True)] == [
        "fall over 1 day",
        "fall over 7 days",
        "fall over 30 days",
        "rise over 1 day",
        "rise over 7 days",
        "rise over 30 days",
        "deepest drawdown",
        "longest within 10%",
    ]
    assert [one.name for one in worst_windows(daily([100, 80]))] == ["fall over 1 day", "deepest drawdown"]
