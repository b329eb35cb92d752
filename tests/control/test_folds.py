"""Where folds lie, by hand: in hours, so that a place is a number of candles and a day is 24 of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from botswain.control.folds import Fold, Timeline, Wished, folds_of
from botswain.control.lengths import length_of
from botswain.model.errors import BadInput

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z


def line(hours: int) -> Timeline:
    return Timeline(START_MS + HOUR_MS * np.arange(hours, dtype=np.int64), HOUR_MS)


def wished(**more: Any) -> Wished:
    lengths = {name: more.pop(name) for name in ("train", "test") if name in more}
    left = {name: more.pop(name) for name in ("purge", "embargo") if name in more}
    return Wished(
        **{name: length_of(name, one, dated=True) for name, one in lengths.items()},
        **{name: length_of(name, one, none=True) for name, one in left.items()},
        **more,
    )


def places(hours: int, **more: Any) -> list[tuple[int, int, int, int]]:
    """Begin and end of training and test span of each fold, in hours."""
    return [
        tuple((at - START_MS) // HOUR_MS for at in (f.train_start_ms, f.train_end_ms, f.test_start_ms, f.test_end_ms))
        for f in folds_of(line(hours), wished(**more))
    ]


def test_by_their_number_alone_one_trains_on_three_times_what_one_tests_on_and_the_newest_candles_are_tested() -> None:
    # 102 // (2 + 3) = 20: the two oldest are left out.
    assert places(102, folds=2) == [(2, 62, 62, 82), (22, 82, 82, 102)]


def test_anchored_ones_train_on_all_that_was_before() -> None:
    assert places(102, folds=2, anchored=True) == [(0, 62, 62, 82), (0, 82, 82, 102)]


def test_by_both_lengths_there_are_as_many_as_there_is_room_for() -> None:
    assert places(100, train="40h", test="20 candles") == [(0, 40, 40, 60), (20, 60, 60, 80), (40, 80, 80, 100)]
    assert places(105, train=40, test="20h") == [(5, 45, 45, 65), (25, 65, 65, 85), (45, 85, 85, 105)]
    assert places(105, train=40, test="20h", folds=1) == [(45, 85, 85, 105)]


def test_by_one_length_the_rest_is_shared_out() -> None:
    assert places(100, train="40%", folds=3) == [(0, 40, 40, 60), (20, 60, 60, 80), (40, 80, 80, 100)]
    assert places(101, train=40, folds=3)[-1] == (40, 80, 80, 101)
    assert places(100, test=20, folds=2) == [(0, 60, 60, 80), (20, 80, 80, 100)]


def test_dates_say_where_the_first_spans_end() -> None:
    assert places(100, train="2024-01-02T16:00", test="2024-01-03T12:00") == places(100, train=40, test=20)
    # From a date on one goes forward, and what is left over is the newest.
    assert places(105, train="2024-01-02T16:00", test=20)[-1] == (40, 80, 80, 100)
    assert places(105, train="2024-01-02T16:00", folds=3) == places(105, train=40, folds=3)


def test_purge_and_embargo_leave_out_what_is_between() -> None:
    one = {"train": 40, "test": 20, "purge": "3h", "embargo": "5 candles"}
    assert places(100, **one) == [(0, 37, 45, 60), (20, 57, 65, 80), (40, 77, 85, 100)]
    (first, *_) = folds_of(line(100), wished(**one))
    assert (first.train_candles, first.test_candles, first.purged, first.embargoed) == (37, 15, 3, 5)


def test_a_time_is_rounded_up_to_whole_candles() -> None:
    assert places(60, train=40, test=20, purge="90m", embargo="1s") == [(0, 38, 41, 60)]


def test_where_a_market_was_shut_candles_are_counted_and_times_are_times() -> None:
    shut = np.concatenate([np.arange(50), np.arange(74, 124)])
    gap = Timeline(START_MS + HOUR_MS * shut.astype(np.int64), HOUR_MS)
    (by_count,) = folds_of(gap, wished(train=30, test=30))[-1:]
    assert (by_count.train_candles, by_count.test_candles) == (30, 30)
    # 40 hours back from the end are 40 candles, 40 more reach over the gap to 16.
    (by_time,) = folds_of(gap, wished(train="40h", test="40h", folds=1))
    assert (by_time.test_candles, by_time.train_candles) == (40, 16)


def test_no_candle_is_trained_and_tested_on_in_one_fold() -> None:
    for fold in folds_of(line(500), wished(folds=7, embargo="2h")):
        assert fold.train_start_ms < fold.train_end_ms <= fold.test_start_ms < fold.test_end_ms


@pytest.mark.parametrize(
    ("hours", "more", "said"),
    [
        (19, {}, "there are 19 candles in the range; a walk-forward needs 10 to choose on and 10 to judge on"),
        (79, {"folds": 5}, "79 candles are too few for 5 folds: each would be judged on 9, and 10 are the least"),
        (100, {"folds": 0}, "folds is 0; write a whole number from 1 to 1,000"),
        (100, {"train": "100h", "folds": 1}, "the training span of 100h leaves nothing of the 100 candles from"),
        (100, {"train": 90, "folds": 2}, "after a training span of 90 candles 10 candles are left, too few for 2"),
        (100, {"train": 60, "test": 20, "folds": 3}, "3 folds with a training span of 60 candles and test spans of 20"),
        (100, {"train": 90, "test": 20}, "one fold with a training span of 90 candles and test spans of 20 candles do"),
        (100, {"test": 40, "folds": 3}, "3 test spans of 40 candles leave fewer than 10 of 100 candles before them"),
        (100, {"test": 48, "folds": 2}, "2 test spans of 48 candles leave fewer than 10 of 100 candles before them"),
        (100, {"test": "2024-01-03"}, "test is 2024-01-03, a date at which the first test span ends; say with train"),
        (100, {"train": "2025-01-03"}, "train is 2025-01-03, outside the candles, which are from 2024-01-01T00:00:00Z"),
        (100, {"train": 40, "test": "2024-01-02"}, "the first test span is to end at 2024-01-02, and the training"),
        (
            100,
            {"train": 40, "test": 20, "purge": 31},
            "the training span of fold 1 has 40 candles, and the purge of",
        ),
        (100, {"train": 40, "test": 20, "purge": "9d"}, "the training span of fold 1 has 40 candles, and the purge of"),
        (100, {"train": 40, "test": 20, "embargo": "1d"}, "the test span of fold 1 has 20 candles, and the embargo of"),
        (100, {"train": 40, "test": 5}, "the test span of fold 1 has 5 candles; 10 are the least, give longer spans"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_with_what_there_is(hours: int, more: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        folds_of(line(hours), wished(**more))
    assert str(raised.value).startswith(said)
    assert "give" in str(raised.value) or "write" in str(raised.value) or "say" in str(raised.value)


def test_a_test_span_without_a_candle_is_refused() -> None:
    shut = np.concatenate([np.arange(50), np.arange(200, 250)])
    gap = Timeline(START_MS + HOUR_MS * shut.astype(np.int64), HOUR_MS)
    with pytest.raises(BadInput, match="the test span 24h holds no candle at 2024-01-09T08:00:00Z; give a longer one"):
        folds_of(gap, wished(train=20, test="24h"))
    with pytest.raises(BadInput, match=r"the test span 0\.1% holds no candle"):
        folds_of(line(100), wished(train=20, test="0.1%"))


def test_a_fold_says_where_it_is() -> None:
    fold: Fold = folds_of(line(100), wished(folds=1))[0]
    assert fold.text() == (
        "fold 1 (chosen on 2024-01-01T00:00:00Z to 2024-01-04T03:00:00Z, judged on 2024-01-04T03:00:00Z to "
        "2024-01-05T04:00:00Z)"
    )
