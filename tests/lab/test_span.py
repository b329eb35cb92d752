"""Which candles a run decides on, and what its indicators warm up on."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from tests.lab.made import HOUR_MS, INTERPRETED, START_MS, crossed, waves

from botswain.lab.backtest import backtest
from botswain.lab.span import Span, span_of, spanned
from botswain.model.errors import BadInput
from botswain.strategies.sma_crossover import SmaCrossover

DAY_MS = 24 * HOUR_MS


def test_times_are_read_as_people_write_them() -> None:
    assert span_of("2024-01-02", START_MS + 2 * DAY_MS) == Span(START_MS + DAY_MS, START_MS + 2 * DAY_MS)
    assert span_of(None, None) == Span(None, None)
    with pytest.raises(BadInput, match="start 'soon' is not a time"):
        span_of("soon", None)


@pytest.mark.parametrize("end", [START_MS, START_MS - 1])
def test_an_end_that_is_not_after_the_start_is_refused(end: int) -> None:
    with pytest.raises(BadInput, match="is empty; give an end after the start"):
        span_of(START_MS, end)


def test_without_a_span_every_candle_is_decided_on() -> None:
    runs = {"BTC/USDT": waves()}
    assert spanned(runs, Span(), SmaCrossover()) == runs


def test_candles_go_from_the_anchor_to_the_end() -> None:
    start = START_MS + 30 * DAY_MS + 5 * HOUR_MS
    cut = spanned({"BTC/USDT": waves(1_000)}, Span(start, start + DAY_MS), SmaCrossover())["BTC/USDT"]
    # 10 x 50 candles before the day of the start
    assert cut.ts[0] == START_MS + 30 * DAY_MS - 500 * HOUR_MS
    assert cut.ts[-1] == start + DAY_MS - HOUR_MS


def test_without_enough_history_indicators_start_at_the_first_candle() -> None:
    cut = spanned({"BTC/USDT": waves(240)}, Span(START_MS + DAY_MS, None), SmaCrossover())["BTC/USDT"]
    assert len(cut) == 240


def test_a_range_without_candles_says_what_there_is() -> None:
    runs = {"BTC/USDT": waves(), "ETH/USDT": waves(symbol="ETH/USDT", first=100)}
    with pytest.raises(BadInput, match=r"no candle of ETH/USDT is in the range .*; there are candles from 2024-01-05"):
        spanned(runs, Span(None, START_MS + DAY_MS), SmaCrossover())


def test_no_candles_at_all_are_refused() -> None:
    with pytest.raises(BadInput, match="there are no candles of BTC/USDT; import or download some"):
        backtest("sma_crossover", waves().slice(0, 0), options=INTERPRETED)


def test_the_first_decision_is_at_the_start_with_warm_indicators() -> None:
    candles = waves(400)
    slow = np.convolve(candles.close, np.ones(9) / 9, "valid")
    fast = np.convolve(candles.close, np.ones(3) / 3, "valid")[6:]
    rising = [k + 8 for k in range(len(slow)) if fast[k] > slow[k] + 1 and k > 200]
    start = int(candles.ts[rising[0]])
    run = crossed(candles, start=start)
    assert run.fills[0].time_ms == start + HOUR_MS  # decided on the very first close: averages need nine
    assert run.equity[0] == (start + HOUR_MS, Decimal(10_000))
    assert len(run.equity) == 400 - rising[0]
    assert int(run.market.instants[0]) == start


def test_a_range_is_the_same_run_as_on_candles_cut_at_the_anchor() -> None:
    candles = waves(400)
    start, end = START_MS + 6 * DAY_MS, START_MS + 12 * DAY_MS
    whole = crossed(candles, start=start, end=end)
    anchor = (6 * 24) - 90
    again = crossed(candles.slice(anchor, 12 * 24), start=start)
    assert whole.fills == again.fills
    assert whole.equity == again.equity
    assert whole.metrics == again.metrics


def test_figures_are_those_of_the_range() -> None:
    candles = waves(400)
    run = crossed(candles, start=START_MS + 6 * DAY_MS)
    closes = candles.close[6 * 24 :]
    assert run.metrics["market_change"] == pytest.approx(closes[-1] / closes[0] - 1)
    assert 0 < run.metrics["exposure"] < 1
    assert run.metrics["final_equity"] == run.equity[-1][1]


def test_two_symbols_begin_at_the_same_moment() -> None:
    runs = {"BTC/USDT": waves(400), "ETH/USDT": waves(300, "ETH/USDT", first=100)}
    start = START_MS + 6 * DAY_MS
    run = crossed(runs, start=start, size="0.4")
    assert min(one.time_ms for one in run.fills) >= start + HOUR_MS
    assert {one.symbol for one in run.fills} == {"BTC/USDT", "ETH/USDT"}
    assert run.equity[0][0] == start + HOUR_MS
