"""Pictures that set a run beside its market: stops over the price, what orders got, and the worst windows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.lab.made import HOUR_MS, START_MS, crossed, flat, waves
from tests.lab.test_charges import shown as perpetual
from tests.lab.test_share_actions import shown as share
from tests.lab.test_tape import run_of
from tests.lab.validation.test_judging import noise

from botswain import made_candles
from botswain.lab.metrics.costs import slipped_fills
from botswain.lab.metrics.figures import Columns
from botswain.lab.pages.price import price_plot
from botswain.lab.pages.slippage import BINS, slippage_plot
from botswain.lab.pages.windows import windows_plot
from botswain.lab.result import Result
from botswain.model.candles import Candles

EXITS = {"stop_loss": "0.02", "take_profit": "0.03"}


def gapped(count: int = 600) -> Candles:
    """Noise whose opens lie one tick above the close before on even candles, and two below it on odd ones."""
    one = noise(count)
    opens = one.open.copy()
    moves = np.where(np.arange(1, count) % 2, -0.02, 0.01)
    opens[1:] = np.round(one.close[:-1] + moves, 2)
    highs, lows = np.maximum(one.high, opens), np.minimum(one.low, opens)
    return Candles(one.symbol, one.timeframe, one.ts, opens, highs, lows, one.close, one.volume)


def lines(result: Result, name: str) -> list[tuple[int, int, float, float]]:
    """A trace's pieces: from when to when, and at which prices."""
    found = [one for one in price_plot(Columns(result), 0, "p").traces if one["name"] == name]
    if not found:
        return []
    x, y = found[0]["x"], found[0]["y"]
    assert x[2::3] == y[2::3] == [None] * (len(x) // 3)
    return list(zip(x[0::3], x[1::3], y[0::3], y[1::3], strict=True))


@pytest.mark.parametrize("direction", ["long", "both"])
def test_stops_and_targets_stand_over_each_position_from_its_entry_to_its_exit(direction: str) -> None:
    result = perpetual(params={"fast": 3, "slow": 9, "direction": direction}, exits=EXITS)
    trips = result.round_trips
    assert trips
    assert {one.direction for one in trips} == ({1} if direction == "long" else {1, -1})
    for name, way, part in (("stop", -1, 0.02), ("target", 1, 0.03)):
        for trip, (began, ended, first, last) in zip(trips, lines(result, name), strict=True):
            assert (began, ended) == (trip.entry_ms, trip.exit_ms)
            assert first == last == pytest.approx(float(trip.entry_price) * (1 + way * trip.direction * part))
    stopped = [one for one in trips if one.exit_reason == "stop_loss"]
    for trip in stopped:
        at = next(level for began, _, level, _ in lines(result, "stop") if began == trip.entry_ms)
        assert float(trip.exit_price) * trip.direction <= at * trip.direction + 0.011
    assert "Dashed: the stop and the target of each position" in price_plot(Columns(result), 0, "p").note


def test_what_is_not_set_is_not_drawn_and_a_target_that_sinks_neither() -> None:
    assert lines(crossed(), "stop") == lines(crossed(), "target") == []
    assert "Dashed" not in price_plot(Columns(crossed()), 0, "p").note
    sinking = crossed(exits=EXITS | {"roi_60": "0.01"})
    assert lines(sinking, "stop")
    assert lines(sinking, "target") == []


@pytest.mark.parametrize("bps", [0, 12])
def test_slippage_is_against_the_close_before_the_open_that_was_met(bps: int) -> None:
    result = crossed(gapped(), size="0.5", slippage_bps=bps)
    one = result.market.candles[0]
    true = []
    for fill in result.fills:
        k = int(np.searchsorted(one.ts, fill.time_ms))
        assert one.ts[k] == fill.time_ms
        true.append((float(fill.price) / one.close[k - 1] - 1) * (1 if fill.side == "buy" else -1))
    np.testing.assert_allclose(slipped_fills(result, 0).since_close, true, rtol=1e-9, atol=1e-12)
    plot = slippage_plot(Columns(result))
    assert plot is not None
    (trace,) = plot.traces
    assert len(trace["x"]) == BINS
    assert sum(trace["y"]) == len(true)
    assert f"{len(true):,} fills of market orders at an open" in plot.note
    assert f"on average {np.mean(true) * 1e4:+,.3g};" in plot.note
    assert {colour for x, colour in zip(trace["x"], trace["marker"]["color"], strict=True) if x > 0} == {"@down"}


def test_what_a_price_set_off_within_a_candle_is_no_slippage() -> None:
    result = crossed(noise(600), exits={"stop_loss": "0.01"})
    since = slipped_fills(result, 0).since_close
    protective = [one.reason == "stop_loss" for one in result.fills]
    within = [
        one.reason == "stop_loss" and float(one.price) != result.market.candles[0].open[k]
        for one in result.fills
        for k in [int(np.searchsorted(result.market.candles[0].ts, one.time_ms))]
    ]
    assert any(within)
    assert any(protective)
    assert np.isnan(since[np.array(within)]).all()
    assert not np.isnan(since[~np.array(protective)]).any()


@pytest.mark.parametrize("made", [lambda: crossed(flat()), run_of, share])
def test_of_few_fills_of_trades_and_through_splits_there_is_none(made: Any) -> None:
    assert slippage_plot(Columns(made())) is None


def test_the_worst_windows_say_what_became_of_both() -> None:
    result = crossed(waves(24 * 40))
    plot = windows_plot(Columns(result))
    assert plot is not None
    own, market = plot.traces
    assert own["x"] == market["x"] == ["fall over 1 day", "fall over 7 days", "fall over 30 days", "deepest drawdown"]
    one = result.market.candles[0]
    place = 3
    peak = int(one.close[: int(one.close.argmin()) + 1].argmax())
    falls = one.close / np.maximum.accumulate(one.close)
    trough = int(falls.argmin())
    peak = int(one.close[: trough + 1].argmax())
    equity = dict(result.equity)
    first, last = (float(equity[int(one.ts[k]) + HOUR_MS]) for k in (peak, trough))
    assert own["y"][place] == pytest.approx(last / first - 1, rel=1e-6)
    assert market["y"][place] == pytest.approx(falls[trough] - 1, rel=1e-6)
    began = np.datetime64(START_MS + HOUR_MS * peak, "ms").item()
    assert market["text"][place].startswith(f"{began:%Y-%m-%d %H:%M} to ")


def test_of_a_run_with_a_start_they_are_of_what_was_decided() -> None:
    candles = made_candles(3_000)
    whole, late = (windows_plot(Columns(crossed(candles, **more))) for more in ({}, {"start": int(candles.ts[2_000])}))
    assert whole is not None
    assert late is not None
    assert all(
        text[:10] >= f"{np.datetime64(int(candles.ts[2_000]), 'ms').item():%Y-%m-%d}" for text in late.traces[0]["text"]
    )
    assert late.traces[1]["y"] != whole.traces[1]["y"]


@pytest.mark.parametrize("made", [lambda: crossed(flat(1)), run_of, share])
def test_without_windows_of_trades_and_through_splits_there_are_none(made: Any) -> None:
    assert windows_plot(Columns(made())) is None
