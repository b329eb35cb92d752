"""Figures of whole runs: what they are, and what they are where there is nothing to tell."""

from __future__ import annotations

import json
import math
import warnings
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.lab.made import HOUR_MS, INTERPRETED, crossed, flat, waves

from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import backtest
from botswain.lab.metrics.benchmark import held_curve
from botswain.lab.metrics.excursions import excursions
from botswain.lab.metrics.figures import Columns, figures
from botswain.lab.metrics.holdings import position_at_closes
from botswain.lab.metrics.trip_columns import trip_columns
from botswain.model.actions import ShareAction
from botswain.model.instrument import Instrument

GROUPS = ["returns", "risk", "ratios", "trades", "execution", "benchmark", "bot"]


def numbers(value: Any) -> list[float]:
    """All numbers in nested values."""
    if isinstance(value, dict | list):
        return [one for part in (value.values() if isinstance(value, dict) else value) for one in numbers(part)]
    return [value] if isinstance(value, int | float) else []


def test_they_stand_in_groups_and_agree_with_those_that_were_there() -> None:
    run = crossed()
    found, before = figures(run), run.metrics
    assert list(found) == GROUPS
    for group, name in (
        ("returns", "total_return"),
        ("returns", "cagr"),
        ("risk", "max_drawdown"),
        ("ratios", "sharpe"),
    ):
        assert found[group][name] == before[name]
    assert found["returns"]["net_profit"] == pytest.approx(float(before["profit"]))
    assert found["returns"]["profit_before_fees"] == pytest.approx(float(before["profit"] + before["fees"]))
    for name in ("count", "won", "win_rate", "expectancy"):
        assert found["trades"][name] == pytest.approx(float(before[f"trips_{name}"])), name
    assert found["trades"]["profit_factor"] == before["trips_profit_factor"]
    assert found["trades"]["mean_ms"] == before["trips_mean_ms"]
    assert found["execution"]["fills"] == before["fills"]
    assert found["benchmark"]["total_return"] == pytest.approx(before["market_change"])
    assert found["risk"]["max_drawdown"] == pytest.approx(found["risk"]["deepest"][0]["depth"])
    assert found["ratios"]["recovery_factor"] == pytest.approx(
        found["returns"]["net_profit"] / found["risk"]["max_drawdown_money"]
    )


@pytest.mark.parametrize(
    "made", [lambda: crossed(flat()), lambda: crossed(flat(hours=12)), lambda: crossed(waves(30)), crossed]
)
def test_what_has_no_value_is_none_and_nobody_is_warned(made: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = figures(made())
    assert all(math.isfinite(one) for one in numbers(found))
    json.dumps(found, allow_nan=False)


def test_a_run_without_trips_has_no_figures_of_them() -> None:
    found = figures(crossed(flat()))
    assert (found["trades"]["count"], found["trades"]["win_rate"], found["trades"]["mean_mae"]) == (0, None, None)
    assert (found["ratios"]["sharpe"], found["risk"]["drawdowns"], found["benchmark"]["beta"]) == (None, 0, None)
    assert found["execution"]["fee_bps"] is None


def test_stakes_are_those_of_the_exact_round_trips() -> None:
    for run in (crossed(), crossed({"BTC/USDT": waves(), "ETH/USDT": waves(240, "ETH/USDT", 7)}, size="0.4")):
        told = [float(one.qty * one.entry_price) for one in run.round_trips]
        assert len(told) > 2
        assert trip_columns(run).stakes == pytest.approx(told, rel=1e-6)


def test_cells_have_stakes_too() -> None:
    run = backtest("grid", waves(), params={"lower": 80, "upper": 125, "levels": 9}, options=INTERPRETED)
    found = figures(run)
    assert found["trades"]["count"] == len(run.round_trips) > 3
    assert found["trades"]["mean_stake"] == pytest.approx(
        np.mean([float(one.qty * one.entry_price) for one in run.round_trips])
    )
    assert found["execution"]["maker_share"] > 0.5


def test_what_is_held_goes_by_fills_and_fees_in_base() -> None:
    rules = Instrument(
        *("BTC/USDT", Decimal("0.01"), Decimal("0.01")), taker_fee=Decimal("0.001"), fee_asset="BTC", fee_precision=8
    )
    for run in (crossed(waves(210)), crossed(waves(210), instrument=rules)):
        held = position_at_closes(run, 0)
        assert held[-1] == pytest.approx(float(run.position("BTC/USDT") + run.dust("BTC/USDT")))
        assert held[-1] > 0
    found = figures(crossed())["risk"]
    assert 0.0 < found["mean_gross_exposure"] < found["exposure"] + 0.05
    assert 0.9 < found["max_gross_exposure"] < 1.1


def test_excursions_go_by_the_candles_of_a_trip() -> None:
    run = crossed()
    trips = trip_columns(run)
    loss, gain, kept = excursions(run, trips)
    market = run.market.candles[0]
    for k, one in enumerate(run.round_trips):
        inside = (market.ts >= one.entry_ms) & (market.ts <= one.exit_ms)
        entry = float(one.entry_price)
        assert loss[k] == pytest.approx(max(1.0 - market.low[inside].min() / entry, 0.0))
        assert gain[k] == pytest.approx(max(market.high[inside].max() / entry - 1.0, 0.0))
        assert kept[k] == pytest.approx(float(one.exit_price) / entry - 1.0)


class Once(Strategy):
    """Buys at its first close and keeps it."""

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        wanted.target(1.0)


def test_who_holds_is_the_benchmark() -> None:
    columns = Columns(backtest(Once, waves(), fee=0, options=INTERPRETED))
    found = figures(columns.result)["benchmark"]
    # It buys at the open after the first close: these stand apart by 2 cents at most.
    assert found["beta"] == pytest.approx(1.0, abs=0.01)
    assert found["correlation"] == pytest.approx(1.0, abs=1e-6)
    assert abs(found["alpha"]) < 0.05
    assert (found["up_capture"], found["down_capture"]) == (pytest.approx(1.0, abs=0.01), pytest.approx(1.0, abs=0.01))


def test_several_symbols_are_held_in_equal_parts_and_one_that_begins_later_is_cash_before() -> None:
    late = waves(100, "ETH/USDT", 20)
    run = crossed({"BTC/USDT": waves(120), "ETH/USDT": late}, size="0.4")
    held = held_curve(1000.0, run.market)
    first = waves(120).close
    assert held[10] == pytest.approx(500.0 * first[10] / first[0] + 500.0)
    assert held[50] == pytest.approx(500.0 * first[50] / first[0] + 500.0 * late.close[30] / late.close[0])


def test_a_split_leaves_the_holder_as_rich_and_excursions_without_a_value() -> None:
    at = waves().ts[120]
    prices = waves()
    halved = [
        np.where(prices.ts >= at, np.round(getattr(prices, name) / 2, 2), getattr(prices, name))
        for name in ("open", "high", "low", "close")
    ]
    split = type(prices)(prices.symbol, "1h", prices.ts, *halved, prices.volume)
    run = crossed(split, actions=[ShareAction("BTC/USDT", int(at), split=Fraction(2))])
    held = held_curve(100.0, run.market)
    assert held[-1] == pytest.approx(100.0 * prices.close[-1] / prices.close[0], rel=1e-3)
    found = figures(run)
    assert (found["trades"]["mean_mae"], found["execution"]["shortfall"], found["risk"]["max_gross_exposure"]) == (
        None,
        None,
        None,
    )


def test_the_shortfall_is_the_way_from_the_last_close_and_the_fees() -> None:
    run = crossed(slippage_bps=50, size="0.5")
    ts, closes = run.market.candles[0].ts, run.market.candles[0].close
    away = 0.0
    for one in run.fills:
        place = (one.time_ms - int(ts[0])) // HOUR_MS
        way = 1 if one.side == "buy" else -1
        away += way * float(one.qty) * (float(one.price) - closes[place - 1])
    found = figures(run)["execution"]
    assert found["shortfall"] == pytest.approx(away + float(run.fees))
    assert found["shortfall_bps"] == pytest.approx((away + float(run.fees)) / float(run.volume) * 1e4)
    assert found["shortfall_bps"] > 45.0
