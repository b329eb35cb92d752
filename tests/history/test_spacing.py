"""How far apart candles stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from botswain.history.spacing import common_step_ms, floor_to_grid, spelled, timeframe_for
from botswain.model.errors import BadInput

MINUTE_MS = 60_000
DAY_MS = 86_400_000


def at(*minutes: int) -> np.ndarray:
    return np.array(minutes, dtype=np.int64) * MINUTE_MS


@pytest.mark.parametrize(
    ("ts", "step_ms"),
    [
        (at(0, 5, 10, 15), 5 * MINUTE_MS),
        (at(15, 10, 5, 0), 5 * MINUTE_MS),
        (at(0, 1, 3, 4, 6, 8, 9), MINUTE_MS),
        (at(0, 2, 4, 6, 7, 9, 11, 12), MINUTE_MS),
        (at(0, 60, 120, 180, 180, 240), 60 * MINUTE_MS),
        (at(7), None),
        (at(7, 7), None),
        (at(), None),
    ],
)
def test_the_step_is_found_in_any_order_with_gaps_and_repeats(ts: np.ndarray, step_ms: int | None) -> None:
    assert common_step_ms(ts) == step_ms


def test_days_with_daylight_saving_are_days() -> None:
    days = np.arange(400) * DAY_MS + np.where((np.arange(400) // 180) % 2, 4, 5) * 3_600_000
    assert common_step_ms(days[np.arange(400) % 7 < 5]) == DAY_MS


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), min_size=60, max_size=60))
def test_a_market_with_absent_minutes_keeps_its_timeframe(present: list[bool]) -> None:
    minutes = [n for n, there in enumerate(present) if there] + [100, 101, 102, 103, 104, 105, 106, 107, 108, 109]
    assert common_step_ms(at(*minutes)) == MINUTE_MS


def test_the_numbers_decide_over_the_name_and_a_note_says_so() -> None:
    assert timeframe_for(at(0, 5, 10), None, None, "f") == ("5m", ())
    assert timeframe_for(at(0, 5, 10), None, "1m", "f") == ("1m", ())
    found, notes = timeframe_for(at(0, 5, 10), None, "1h", "f")
    assert found == "5m"
    assert notes == ("the name says 1h, but candles are 5m apart: 5m is used",)


def test_a_word_against_the_numbers_is_refused() -> None:
    assert timeframe_for(at(0, 5, 10), "5m", None, "f") == ("5m", ())
    with pytest.raises(BadInput, match=r"f: candles are 5m apart, so timeframe 1h cannot be right; .* name 5m"):
        timeframe_for(at(0, 5, 10), "1h", None, "f")


def test_a_finer_word_than_any_two_candles_show_is_refused() -> None:
    with pytest.raises(BadInput, match="all candles are 1h apart or more, so they are not of timeframe 5m; leave it"):
        timeframe_for(at(0, 60, 120, 240), "5m", None, "x.csv")


def test_a_finer_word_that_some_candles_show_is_taken_and_told() -> None:
    found, notes = timeframe_for(at(*range(0, 200, 10), 195), "5m", None, "x.csv")
    assert found == "5m"
    assert notes == ("most candles are 10m apart; they are taken as 5m with gaps, as was said",)


def test_one_candle_needs_a_word_or_a_name() -> None:
    assert timeframe_for(at(0), "1h", None, "f") == ("1h", ())
    assert timeframe_for(at(0), None, "4h", "f") == ("4h", ())
    with pytest.raises(BadInput, match=r"one candle does not show its timeframe; name it with --timeframe"):
        timeframe_for(at(0), None, None, "f")


def test_a_step_that_is_no_timeframe_is_refused() -> None:
    with pytest.raises(BadInput, match=r"candles 90 ms apart have no timeframe"):
        timeframe_for(np.array([0, 90, 180]), None, None, "f")
    assert spelled(90) == "90 ms"
    assert spelled(90_000) == "90s"


def test_the_grid_counts_from_1970_and_weeks_from_monday() -> None:
    monday = 1_704_067_200_000
    assert floor_to_grid(monday + 5 * DAY_MS, 7 * DAY_MS) == monday
    assert floor_to_grid(monday + 3_599_999, 3_600_000) == monday
