"""Indicators on longer candles: only closed ones are seen, the same bits in columns and streams, gaps included."""
# ruff: noqa: ARG002

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from tests.stage import DAY_MS, MINUTE_MS, T0, drawn, play, tries

from botswain.core.anchor import anchor_ms, needed_candles
from botswain.core.indicators import before, candle_column, columns, longer, ta
from botswain.core.longer import longer_candles
from botswain.core.panes import pane_of
from botswain.core.strategy import Strategy, step
from botswain.core.streams import Streams
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

FIVE = 5 * MINUTE_MS
CLOSE = longer(candle_column("close"), FIVE)
EVERY = {
    **{name: longer(candle_column(name), FIVE) for name in ("ts", *COLUMNS)},
    "mean": longer(ta.SMA(3), FIVE),
    "was": longer(before(ta.RSI(2)), FIVE),
    "hour": longer(ta.BBANDS(2, out="upperband"), 60 * MINUTE_MS),
    "same": longer(candle_column("close"), MINUTE_MS),
    "own": before(ta.SMA(2)),
}


def values(declared, candles):
    """A column as a list, NaN as None."""
    (found,) = columns({"one": declared}, candles)
    return [None if x != x else x for x in found.tolist()]


def streamed(declared, candles):
    """The same a candle at a time; peeking moves nothing on."""
    streams, rows = Streams(declared, MINUTE_MS), []
    for i in range(len(candles)):
        candle = {name: float(getattr(candles, name)[i]) for name in ("ts", *COLUMNS)}
        streams.peek({name: 1.5 * value for name, value in candle.items()})
        rows.append(streams.update(candle))
    return [np.array(column) for column in zip(*rows, strict=True)]


def assert_same_bits(declared, candles):
    """Columns and streams hold the same float64s."""
    for name, one, other in zip(declared, columns(declared, candles), streamed(declared, candles), strict=True):
        same = (one.view(np.int64) == other.view(np.int64)) | (np.isnan(one) & np.isnan(other))
        assert same.all(), f"{name} differs at candle {int(np.argmin(same))}: {one} {other}"


def test_a_longer_candle_is_seen_at_its_last_piece_and_until_the_next_is_over():
    assert values(CLOSE, drawn(range(1, 13))) == [None] * 4 + [5] * 5 + [10] * 3


def test_it_opens_reaches_and_closes_as_its_pieces_do():
    rows = [(10, 14, 9, 12), (12, 20, 11, 13), (13, 15, 8, 11), 11, (11, 12, 11, 12)]
    candles, _ = longer_candles(drawn(rows, volume=[1, 2, 3, 4, 5]), FIVE)
    assert [float(getattr(candles, name)[0]) for name in ("ts", *COLUMNS)] == [T0, 10, 20, 8, 12, 15]
    assert candles.timeframe == "5m"


def test_one_whose_last_piece_is_missing_is_over_when_the_next_candle_has_closed():
    assert values(CLOSE, drawn([1, 2, 3, 4, 6, 7], minutes=[0, 1, 2, 3, 5, 6])) == [None] * 4 + [4, 4]


def test_two_may_be_over_at_one_close_and_the_later_is_seen():
    assert values(CLOSE, drawn([1, 2, 9, 9], minutes=[0, 1, 9, 10])) == [None, None, 9, 9]
    was = longer(before(candle_column("close")), FIVE)
    assert values(was, drawn([1, 2, 9, 9], minutes=[0, 1, 9, 10])) == [None, None, 2, 2]


def test_one_that_began_before_the_history_is_left_out():
    assert values(CLOSE, drawn(range(8), minutes=range(2, 10))) == [None] * 7 + [7]


def test_a_candle_that_forms_does_not_move_it():
    streams = Streams({"close": CLOSE}, MINUTE_MS)
    for minute in range(5):
        streams.update({"ts": T0 + minute * MINUTE_MS, **dict.fromkeys(COLUMNS, float(minute))})
    assert streams.peek({"ts": T0 + 9 * MINUTE_MS, **dict.fromkeys(COLUMNS, 99.0)}) == (4.0,)


@tries(25)
@given(some.data())
def test_columns_and_streams_are_the_same_bit_for_bit(data):
    count = data.draw(some.integers(1, 200))
    first = data.draw(some.integers(0, 70))
    seed = data.draw(some.integers(0, 1 << 30))
    rng = np.random.default_rng(seed)
    minutes = first + np.flatnonzero(rng.random(count) > data.draw(some.sampled_from([0.0, 0.2, 0.9])))
    prices = 100 * np.exp(np.cumsum(rng.normal(0, 0.01, (len(minutes), 4)), axis=0))
    high, low = prices.max(axis=1), prices.min(axis=1)
    candles = Candles(
        "ABC/USD", "1m", T0 + minutes * MINUTE_MS, prices[:, 0], high, low, prices[:, 3], rng.random(len(minutes)) * 9
    )
    if len(candles):
        assert_same_bits(EVERY, candles)


@tries(25)
@given(some.integers(1, 90), some.integers(0, 9))
def test_the_future_never_changes_the_past(count, seed):
    rng = np.random.default_rng(seed)
    rows = (100 + np.cumsum(rng.integers(-3, 4, 90))).tolist()
    minutes = sorted(rng.choice(200, 90, replace=False).tolist())
    whole, cut = drawn(rows, minutes=minutes), drawn(rows[:count], minutes=minutes[:count])
    for name, one, other in zip(EVERY, columns(EVERY, whole), columns(EVERY, cut), strict=True):
        assert one[:count].tobytes() == other.tobytes(), name


def test_a_run_decides_by_the_last_one_that_closed():
    class Slow(Strategy):
        """Holds while the last whole five minutes closed above 10."""

        def indicators(self):
            return {"slow": CLOSE}

        @step
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if now.slow > 10.0 else 0.0)

    result = play(Slow, [9, 12, 12, 12, 12, 12, 12, 12, 12, 8, 8], sizing="fixed", size=1)
    assert [(fill.time_ms - T0) // MINUTE_MS for fill in result.fills] == [5, 10]


def test_an_anchor_leaves_room_for_whole_longer_candles():
    hour = longer(ta.RSI(14), 60 * MINUTE_MS)
    assert needed_candles([hour, ta.SMA(20)], MINUTE_MS) == (140 + 1) * 60
    assert anchor_ms(T0 + 5 * MINUTE_MS, MINUTE_MS, needed_candles([hour], MINUTE_MS)) % (60 * MINUTE_MS) == 0
    assert needed_candles([longer(ta.SMA(2), 7 * DAY_MS)], DAY_MS) == 21 * 7
    assert (before(ta.SMA(3)).lookback, candle_column("close").lookback) == (3, 0)


@pytest.mark.parametrize("length", [3 * MINUTE_MS + 1_000, MINUTE_MS // 2])
def test_a_length_that_is_no_multiple_is_refused(length):
    with pytest.raises(BadInput, match="is not made of whole candles of 1m"):
        columns({"one": longer(candle_column("close"), length)}, drawn([1, 2, 3]))


def test_who_does_not_know_how_long_candles_are_cannot_put_them_together():
    with pytest.raises(BadInput, match="nobody said how long"):
        Streams({"one": CLOSE})


def test_they_are_drawn_where_what_they_are_made_of_is():
    assert pane_of(CLOSE) == "price"
    assert pane_of(longer(before(ta.RSI(14)), FIVE)) == pane_of(ta.RSI(14))
