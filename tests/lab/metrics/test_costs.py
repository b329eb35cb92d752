"""What a run paid beside its fees, counted again from its fills and candles; and how much money it would bear."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, START_MS, Raising, crossed, flat, waves
from tests.lab.test_charges import fundings
from tests.lab.test_charges import shown as perpetual
from tests.lab.test_share_actions import shown as share
from tests.lab.test_tape import run_of
from tests.lab.validation.test_judging import noise
from tests.stage import bot

from botswain.lab.backtest import backtest
from botswain.lab.metrics.execution import LIMITS, outside
from botswain.lab.metrics.figures import figures
from botswain.lab.result import Result
from botswain.model.candles import Candles

HOUR_MS = 3_600_000


def open_of(result: Result, time_ms: int) -> Decimal:
    """The open of the candle of a time, in quote."""
    one = result.market.candles[0]
    place = int(np.searchsorted(one.ts, time_ms, side="right")) - 1
    return Decimal(str(one.open[place]))


@pytest.mark.parametrize(
    "slippage",
    [
        {"slippage_bps": 12},
        {"slippage_bps": 12, "slippage": "spread"},
        {"slippage": {"model": "volatility", "factor": "0.4"}, "slippage_bps": 3},
        {"slippage": {"model": "impact", "factor": "0.02", "most_bps": 400}, "slippage_bps": 3},
    ],
)
def test_slippage_in_money_is_how_far_fills_are_from_the_opens_they_went_by(slippage: dict[str, Any]) -> None:
    result = crossed(noise(600), size="0.5", **slippage)
    by_hand = sum(
        (one.price - open_of(result, one.time_ms)) * one.qty * (1 if one.side == "buy" else -1) for one in result.fills
    )
    assert by_hand > 0
    ticks = sum(float(one.qty) * 0.01 for one in result.fills)
    found = figures(result)["execution"]["slippage_cost"]
    assert found == pytest.approx(float(by_hand), abs=1.01 * ticks)
    assert figures(crossed(noise(600)))["execution"]["slippage_cost"] == 0.0


def test_a_limit_order_that_crosses_when_it_comes_does_not_slip() -> None:
    """It fills at the open, as a taker; the sale by the market after it slips."""

    def cross(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG001
        if my.mem.done == 0.0:
            wanted.limit(0, 1, candle.close * 1.05, 1.0)
        my.mem.done += 1.0
        if my.mem.done == 20.0:
            wanted.renew(0)
            wanted.market(0, -1, 1.0)

    result = backtest(bot(cross, memory={"done": 1}), waves(60), slippage_bps=50, options=INTERPRETED)
    bought, sold = result.fills
    assert not bought.maker
    assert bought.price == open_of(result, bought.time_ms)
    slipped = float(open_of(result, sold.time_ms) - sold.price) * float(sold.qty)
    assert figures(result)["execution"]["slippage_cost"] == pytest.approx(slipped, abs=0.011)


def test_funding_and_borrow_fees_are_those_that_were_paid() -> None:
    result = perpetual(funding=fundings(), borrow="0.03", params={"fast": 3, "slow": 9, "direction": "both"})
    found = figures(result)["execution"]
    assert found["funding_cost"] == pytest.approx(float(result.metrics["funding_paid"]))
    assert found["borrow_cost"] == pytest.approx(float(result.metrics["borrow_paid"]))
    assert found["borrow_cost"] > 0
    none = figures(crossed())["execution"]
    assert (none["funding_cost"], none["borrow_cost"]) == (None, None)


def test_capacity_is_where_the_impact_of_its_own_orders_is_the_profit() -> None:
    """Each fill slips by the root of (sum of squared returns of 20 candles x its quantity / their volume)."""
    candles = waves(600)
    result = crossed(candles, size="0.5")
    found = figures(result)
    before, closes = np.concatenate((candles.open[:1], candles.close[:-1])), np.asarray(candles.close)
    squares = (closes / before - 1.0) ** 2
    impact = 0.0
    for one in result.fills:
        last = int(np.searchsorted(candles.ts + HOUR_MS, one.time_ms, side="right"))
        first = max(last - 20, 0)
        moved = math.sqrt(squares[first:last].sum() * float(one.qty) / candles.volume[first:last].sum())
        impact += float(one.qty * one.price) * min(moved, 0.1)
    profit = found["returns"]["net_profit"]
    assert profit > 0
    scale = (profit / impact) ** 2
    assert found["execution"]["capacity"] == pytest.approx(10_000 * scale, rel=1e-4)
    assert scale * profit == pytest.approx(scale**1.5 * impact, rel=1e-9), "there impact eats all of it"


@pytest.mark.parametrize(
    "made", [lambda: crossed(fee="0.3"), lambda: share(), lambda: run_of(), lambda: crossed(flat())]
)
def test_what_has_no_capacity(made: Any) -> None:
    assert figures(made())["execution"]["capacity"] is None


def test_fills_after_a_gap_and_outside_of_hours_are_counted() -> None:
    whole = waves(300)
    keep = np.ones(300, bool)
    keep[[one for one in range(300) if one % 10 == 5]] = False
    columns = (getattr(whole, name)[keep] for name in ("open", "high", "low", "close", "volume"))
    result = crossed(Candles("BTC/USDT", "1h", whole.ts[keep], *columns), params={"fast": 2, "slow": 3})
    late = {START_MS + one * HOUR_MS for one in range(300) if one % 10 == 6}
    counted = sum(one.time_ms in late for one in result.fills)
    assert counted > 0
    found = figures(result)["execution"]
    assert (found["stale_fills"], found["off_session_fills"], found["latency_ms"]) == (counted, None, None)
    assert outside((10, 20, 30, 40), np.array([5, 10, 19, 20, 35, 40])) == 3
    hours = figures(crossed(noise(600), window="08:00-12:00 UTC"))["execution"]
    run = crossed(noise(600), window="08:00-12:00 UTC")
    assert hours["off_session_fills"] == sum(not 8 <= one.time_ms // HOUR_MS % 24 < 12 for one in run.fills) > 0
    assert figures(run_of(latency_ms=250))["execution"]["latency_ms"] == 250


def test_halts_limits_and_how_far_a_run_came() -> None:
    halted = backtest(Raising, waves(), options=INTERPRETED)
    found = figures(halted)
    assert halted.halt is not None
    assert (found["execution"]["halts"], found["execution"]["limit_hits"]) == (1, 0)
    assert found["risk"]["completion"] == halted.halt.instant / 240
    held = figures(crossed(noise(600), limits={"max_drawdown": "0.01"}))
    assert held["execution"]["limit_hits"] > 0
    assert held["execution"]["halts"] == 0
    assert held["risk"]["completion"] == 1.0
    assert "drawdown" in LIMITS
    assert "below_minimum" not in LIMITS


def test_realised_days_know_nothing_of_what_is_open() -> None:
    result = crossed(waves(24 * 30))
    found = figures(result)["returns"]
    balances, balance, made = [], 10_000.0, {}
    for one in result.round_trips:
        made.setdefault((one.exit_ms - 1) // (24 * HOUR_MS), []).append(float(one.profit))
    first = START_MS // (24 * HOUR_MS)
    for day in range(first, first + 30):
        before = balance
        balance += sum(made.get(day, []))
        balances.append(balance / before - 1.0)
    assert found["adg_pnl"] == pytest.approx(np.mean(balances))
    assert found["mdg_pnl"] == pytest.approx(np.median(balances))
    assert found["adg_pnl"] != pytest.approx(found["adg"])


def test_recoveries_are_those_of_falls_that_are_over() -> None:
    found = figures(crossed(waves(900)))["risk"]
    spread = found["recoveries_ms"]
    assert 0 < spread["count"] <= found["drawdowns"]
    assert spread["p5"] <= spread["p25"] <= spread["p50"] <= spread["p75"] <= spread["p95"] <= spread["longest"]
    assert spread["p50"] == found["median_recovery_ms"]
    assert figures(crossed(flat()))["risk"]["recoveries_ms"] == {"count": 0} | dict.fromkeys(
        ("p5", "p25", "p50", "p75", "p95", "longest")
    )
