"""Walk-forwards before they wait: values as a search takes them, and spans on a line laid without the candles."""

import numpy as np
import pytest

from botswain.control.datasets import Dataset
from botswain.control.refusals import Wrong
from botswain.control.walks import at_vary, check_spans, line_of, spans_of, to_be_read, values_of
from botswain.model.errors import BadInput

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
SPAN = {"start_ms": None, "end_ms": None}
NONE = {"values": [], "least": None, "most": None, "step": None}
WALK = {
    "kind": "walk_forward", "vary": {}, "folds": None, "anchored": False, "train": None, "test": None, "purge": "0",
    "embargo": "0", "objective": "sharpe", "random": 0, "seed": 0,
}  # fmt: skip


def hours(first, count, symbol="BTC/USDT", candles=None):
    """A data set of so many hours from the first on, counted from the start."""
    first_ms = START_MS + first * HOUR_MS
    last_ms = first_ms + (count - 1) * HOUR_MS
    return Dataset(f"history:v:1h:{symbol}", symbol, symbol, "1h", first_ms, last_ms, candles or count)


def test_values_are_those_given_or_a_range():
    assert values_of("fast", NONE | {"values": [5, 9]}) == [5, 9]
    assert values_of("fast", NONE | {"least": "5", "most": "9"}) == "5..9"
    assert values_of("fast", NONE | {"least": "-5", "most": "9", "step": "0.5"}) == "-5..9:0.5"
    for given, words in (
        (NONE, "fast has nothing to try"),
        (NONE | {"least": "5"}, "fast has nothing to try"),
        (NONE | {"step": "5"}, "fast has nothing to try"),
        (NONE | {"values": [5], "most": "9"}, "fast has values and a range too"),
    ):
        with pytest.raises(BadInput, match=words):
            values_of("fast", given)


def test_a_line_is_that_of_the_candles_that_are_decided_on():
    line = line_of([hours(0, 100)], HOUR_MS, None, None, {})
    assert line.times.tolist() == [START_MS + k * HOUR_MS for k in range(100)]
    later = line_of([hours(50, 100), hours(0, 60, "ETH/USDT")], HOUR_MS, None, None, {})
    assert (len(later), later.instant(0)) == (150, START_MS)
    within = line_of([hours(0, 100)], HOUR_MS, START_MS + 1, START_MS + 50 * HOUR_MS, {})
    assert (within.instant(0), within.instant(len(within))) == (START_MS + HOUR_MS, START_MS + 50 * HOUR_MS)
    # From 05:00 on, up to 02:00 of the fifth day: that one is not whole, the first one is as it stands.
    days = line_of([hours(5, 93)], DAY_MS, None, None, {})
    assert days.times.tolist() == [START_MS + k * DAY_MS for k in range(4)]
    assert len(line_of([hours(5, 91)], DAY_MS, None, None, {})) == 4
    assert len(line_of([hours(5, 90)], DAY_MS, None, None, {})) == 3
    assert np.all(np.diff(days.times) == DAY_MS)


def test_of_candles_with_gaps_the_line_is_that_of_the_times_that_were_read():
    gaps = hours(0, 100, candles=98)
    times = START_MS + HOUR_MS * np.array([0, 1, *range(4, 100)], dtype=np.int64)
    assert line_of([gaps], HOUR_MS, None, None, {gaps.id: times}).times.tolist() == times.tolist()
    # Days with hours missing are days; one of which all are missing is none, and the fifth has four of its hours.
    gone = times[(times < START_MS + DAY_MS) | (times >= START_MS + 2 * DAY_MS)]
    days = line_of([gaps], DAY_MS, None, None, {gaps.id: gone})
    assert days.times.tolist() == [START_MS + k * DAY_MS for k in (0, 2, 3)]
    # Where another symbol has candles, the line has them too.
    both = line_of([gaps, hours(0, 100, "ETH/USDT")], HOUR_MS, None, None, {gaps.id: times})
    assert len(both) == 100


def test_a_line_that_nobody_knows_is_not_laid():
    assert line_of([hours(0, 100, candles=99)], HOUR_MS, None, None, {}) is None
    assert line_of([hours(0, 100), hours(0, 100, "ETH/USDT", candles=99)], HOUR_MS, None, None, {}) is None
    assert line_of([hours(0, 100)], 90 * 60_000, None, None, {}) is None
    assert line_of([hours(0, 5_000_001)], HOUR_MS, None, None, {}) is None
    assert line_of([], HOUR_MS, None, None, {}) is None


def test_what_has_gaps_is_to_be_read_for_a_walk_alone():
    whole, gaps, other = hours(0, 100), hours(0, 100, "ETH/USDT", candles=90), hours(0, 100, "SOL/USDT", candles=90)
    request = {"walk": WALK, "dataset_ids": [whole.id, gaps.id]}
    assert to_be_read(request, [whole, gaps, other]) == [gaps]
    assert to_be_read(request | {"walk": None}, [whole, gaps, other]) == []
    huge = hours(0, 5_000_002, "ETH/USDT", candles=5_000_001)
    assert to_be_read(request, [whole, huge]) == []


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"train": "long"}, "train", "train is 'long', neither a length nor a date"),
        ({"test": "0d"}, "test", "test is 0d"),
        ({"purge": "2024-01-01"}, "purge", "purge is '2024-01-01', which is no length"),
        ({"embargo": "x"}, "embargo", "embargo is 'x'"),
        ({"folds": 60}, "folds", "480 candles are too few for 60 folds"),
        ({"train": "10d", "test": "10d", "folds": 2}, "folds", "2 folds with a training span of 10d"),
        ({"train": "20d"}, "train", "leaves nothing of the 480 candles"),
        ({"purge": "11d"}, "purge", "the purge of 11d takes"),
        ({"embargo": "2d 12h"}, "embargo", "embargo is '2d 12h'"),
        ({"embargo": "60 candles"}, "embargo", "the embargo of 60 candles takes 60"),
        ({"train": "2024-01-10", "test": "2024-01-09"}, "test", "the first test span is to end at 2024-01-09"),
        ({"train": "2025-01-10"}, "train", "train is 2025-01-10, outside the candles"),
        ({"train": "2d", "test": "30s"}, "test", "the test span of fold 1 has 1 candles"),
        ({"train": "5h", "test": "2d"}, "train", "the training span of fold 1 has 5 candles"),
        ({"kind": "holdout", "test": "30d"}, "test", "leave fewer than 10 of 480 candles"),
        ({"kind": "holdout", "train": "3d"}, "train", "a holdout has one fold; leave train out"),
        ({"kind": "holdout", "anchored": True}, "anchored", "leave anchored out"),
        ({"kind": "holdout", "folds": 2}, "folds", "leave folds out"),
        ({"kind": "holdout"}, "", ""),
        ({"kind": "holdout", "test": "2024-01-15"}, "", ""),
        ({"anchored": True, "folds": 7}, "", ""),
    ],
)
def test_what_cannot_be_is_told_at_its_field(change, field, words):
    used = [hours(0, 480)]
    if not field:
        check_spans(WALK | change, used, HOUR_MS, SPAN, {})
        return
    with pytest.raises(Wrong) as refused:
        check_spans(WALK | change, used, HOUR_MS, SPAN, {})
    assert refused.value.field == f"/walk/{field}"
    assert words in str(refused.value)


def test_lengths_are_looked_at_where_no_line_is_laid():
    gaps = [hours(0, 480, candles=400)]
    check_spans(WALK | {"folds": 60}, gaps, HOUR_MS, SPAN, {})
    with pytest.raises(Wrong, match="train is 'long'"):
        check_spans(WALK | {"train": "long"}, gaps, HOUR_MS, SPAN, {})


def test_a_holdout_is_of_a_quarter_where_nobody_says_how_much():
    assert spans_of(WALK | {"kind": "holdout"}) == {"purge": "0", "embargo": "0", "test": "25%"}
    assert spans_of(WALK | {"folds": 3})["folds"] == 3


def test_a_refusal_of_what_varies_points_at_where_it_varies():
    walk = WALK | {"vary": {"a/b": NONE}}
    for field, found in (("/parameters/a~1b", "/walk/vary/a~1b"), ("/parameters/c", "/parameters/c"), (None, None)):
        with pytest.raises(Wrong) as refused, at_vary(walk):
            raise Wrong("no", field=field)
        assert refused.value.field == found
    with pytest.raises(Wrong) as refused, at_vary(None):
        raise Wrong("no", field="/parameters/a~1b")
    assert refused.value.field == "/parameters/a~1b"
