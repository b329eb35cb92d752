"""A bot's candles through splits: a chart is of the shares of its end, and a decision shows what its step saw."""

from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest

from botswain.api.markets import cut
from botswain.control.markets import watched
from botswain.control.recorded import Columns, Record
from botswain.lab.actions import Shown
from botswain.model.actions import ShareAction
from botswain.strategies.sma_crossover import SmaCrossover

ABC, MINUTE_MS = "ABC/USD", 60_000
CLOSES = [100.0, 104.0, 108.0, 27.0, 28.0, 29.0, 290.0, 300.0]


def record():
    """Candles of which four became of one before the fourth, and one of ten before the seventh."""
    found = Columns()
    for place, close in enumerate(CLOSES):
        candle = SimpleNamespace(
            open_ms=place * MINUTE_MS, open=close, high=close + 1, low=close - 1, close=close, volume=8.0
        )
        found.take(place + 1, candle)
    return Record(len(CLOSES), {ABC: found})


def terms(*shares):
    """What is asked of a bot's terms here."""
    return SimpleNamespace(
        bot_name="trend", instruments=[SimpleNamespace(symbol=ABC)], timeframe_ms=MINUTE_MS, after=0, anchor_ms=0,
        strategy=SmaCrossover(fast=2, slow=3), shares=shares,
    )  # fmt: skip


SPLITS = (
    ShareAction(ABC, 3 * MINUTE_MS - 1, Fraction(4)),
    ShareAction(ABC, 6 * MINUTE_MS, Fraction(1, 10)),
)
ELSEWHERE = (ShareAction("XYZ/USD", 3 * MINUTE_MS, Fraction(2)), ShareAction(ABC, 0, Fraction(3)))


def test_a_chart_is_of_the_shares_of_its_end_and_says_which_splits_there_were():
    found = cut(ABC, watched(terms(*SPLITS, *ELSEWHERE), record(), ABC), None, None, 1000)
    assert [row[4] for row in found.rows] == pytest.approx([250, 260, 270, 270, 280, 290, 290, 300])
    assert [row[5] for row in found.rows] == pytest.approx([3.2] * 3 + [0.8] * 3 + [8.0] * 2)
    assert found.indicators["fast"][1:] == pytest.approx([255, 265, 270, 275, 285, 290, 295])
    assert [(one.time_ms, one.split) for one in found.splits] == [(179_999, "4:1"), (360_000, "1:10")]
    part = cut(ABC, watched(terms(*SPLITS), record(), ABC), MINUTE_MS, 3 * MINUTE_MS, 1000)
    assert [row[4] for row in part.rows] == pytest.approx([260, 270]), "of the end, whatever part is asked for"


def test_what_a_step_saw_is_of_the_shares_of_its_time_as_in_a_backtest():
    one = watched(terms(*SPLITS), record(), ABC)
    assert one.indicators["fast"][1:].tolist() == pytest.approx([102, 106, 27, 27.5, 28.5, 290, 295])
    places = [(3, Fraction(4)), (6, Fraction(1, 10))]
    shown = Shown.of(one.seen.candles, places, SmaCrossover(fast=2, slow=3).indicators())
    for name, column in zip(SmaCrossover(fast=2, slow=3).indicators(), shown.columns, strict=True):
        if name in one.indicators:
            np.testing.assert_array_equal(one.indicators[name], column[shown.rows])


def test_where_nothing_was_split_all_is_as_it_was_recorded():
    one = watched(terms(*ELSEWHERE), record(), ABC)
    assert (one.drawn, one.splits) == (None, ())
    assert [row[4] for row in cut(ABC, one, None, None, 1000).rows] == CLOSES
