"""Runs that know what comes later, and runs that hang on where their indicators began: found, and told by name."""
# ruff: noqa: ARG002

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, START_MS, Raising, crossed, waves
from tests.lab.test_charges import fundings
from tests.lab.test_charges import shown as perpetual
from tests.lab.test_finer import walk
from tests.lab.test_share_actions import shown as share
from tests.lab.test_tape import run_of
from tests.lab.validation.test_judging import codes, judged, noise

from botswain import ta
from botswain.core.indicators import Given, Indicator, given_column
from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.market_part import since, until
from botswain.lab.result import Result
from botswain.lab.validation.foresight import look_ahead
from botswain.lab.validation.warm_up import warm_up
from botswain.model.candles import Candles

HOUR_MS = 3_600_000


class Centred(Given):
    """A mean of the closes around each candle, the next ones among them."""

    def at(self, candles: Candles) -> Any:
        """The column."""
        return np.convolve(candles.close, np.ones(5) / 5, "same")


class OnCentred(Strategy):
    """Holds while the price is below the mean around it."""

    def indicators(self) -> dict[str, Indicator]:
        return {"middle": given_column(Centred("middle", {}))}

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
        if candle.close < now.middle:
            wanted.target(0.9)
        else:
            wanted.target(0.0)


class OnVolume(Strategy):
    """Holds while a running total, which never forgets where it began, is above zero."""

    def indicators(self) -> dict[str, Indicator]:
        return {"total": ta.OBV(), "mean": ta.SMA(timeperiod=5)}

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
        if now.total > 0.0:
            wanted.target(0.9)
        else:
            wanted.target(0.0)


class Late(Strategy):
    """Waits for a mean that needs more candles than there are."""

    def indicators(self) -> dict[str, Indicator]:
        return {"mean": ta.SMA(timeperiod=9_000)}

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
        if now.mean < candle.close:
            wanted.target(0.9)


def ran_on(strategy: Any, candles: Any, **told: Any) -> Result:
    return backtest(strategy, candles, options=INTERPRETED, **told)


def test_an_indicator_that_looks_ahead_is_named_and_the_run_is_no_evidence() -> None:
    run = ran_on(OnCentred, noise(900))
    found = look_ahead(run, INTERPRETED)
    assert (found["verdict"], found["columns"]) == ("failed", ["middle"])
    told = judged(run)
    assert told["verdict"].startswith("This run is no evidence: middle looks ahead")
    assert "looks_ahead" in codes(told)


class Peeks(Strategy):
    """Finds the run in the function that called it, and reads a candle there that comes three later."""

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
        wanted.target(0.9 if later_close(candle.close) > 0.0 else 0.0)


def later_close(close: float) -> float:
    """How far a later close is from this one, in a run that is interpreted."""
    asked = sys._getframe(1).f_locals
    closes = asked["sim_"].close
    return float(closes[min(asked["row_"] + 3, len(closes) - 1)]) - close


def test_a_step_that_gets_by_the_columns_is_caught_by_what_it_does() -> None:
    found = look_ahead(ran_on(Peeks, noise(900)), INTERPRETED)
    assert (found["verdict"], found["columns"]) == ("failed", [])
    assert found["what"].startswith("without the candles from 2024-01-")
    assert "on it does otherwise at 2024-01-" in found["what"]


@pytest.mark.parametrize(
    "run",
    [
        lambda: crossed(waves(400)),
        lambda: crossed({"BTC/USDT": waves(400), "ETH/USDT": waves(300, "ETH/USDT", 60)}),
        lambda: crossed(waves(400), start=START_MS + 100 * HOUR_MS),
        lambda: perpetual(funding=fundings(), borrow="0.03"),
        lambda: share(),
        lambda: crossed(walk(600), timeframe="5m", trading_frequency=60),
    ],
)
def test_honest_runs_of_every_kind_do_the_same_without_what_comes_later(run: Any) -> None:
    found = look_ahead(run(), INTERPRETED)
    assert found["verdict"] == "ok", found
    assert found["cuts"] == 4


def test_a_running_total_drifts_and_is_named() -> None:
    run = ran_on(OnVolume, noise(900))
    found = warm_up(run, INTERPRETED)
    assert (found["verdict"], found["columns"]) == ("failed", ["total"])
    assert found["drift"] > 0.01
    assert "total is " in found["what"]
    assert "drifts" in codes(judged(run))


@pytest.mark.parametrize(
    "run",
    [
        lambda: crossed(waves(400)),
        lambda: perpetual(funding=fundings(), borrow="0.03"),
        lambda: crossed({"BTC/USDT": waves(400), "ETH/USDT": waves(400, "ETH/USDT")}),
        lambda: crossed(walk(4_000), timeframe="5m", trading_frequency=60),
    ],
)
def test_averages_forget_where_they_began(run: Any) -> None:
    found = warm_up(run(), INTERPRETED)
    assert (found["verdict"], found["drift"]) == ("ok", 0.0), found


def test_an_indicator_without_any_value_is_named() -> None:
    found = warm_up(ran_on(Late, waves(400)), INTERPRETED)
    assert (found["verdict"], found["columns"]) == ("failed", ["mean"])


@pytest.mark.parametrize(
    ("run", "ahead", "later"),
    [
        (lambda: ran_on(Raising, waves()), "was halted", "was halted"),
        (lambda: run_of(), "on recorded trades", "on recorded trades"),
        (lambda: share(), "", "splits or dividends"),
        (lambda: crossed(waves(60)), "", "so many candles"),
        (
            lambda: crossed({"BTC/USDT": waves(400), "ETH/USDT": waves(100, "ETH/USDT", 300)}),
            "",
            "begins after the others",
        ),
        (lambda: crossed(waves(25_000)), "", ""),
        (lambda: crossed(waves(40_000)), "too long", "too long"),
    ],
)
def test_what_cannot_be_looked_at_is_said(run: Any, ahead: str, later: str) -> None:
    made = run()
    for found, why in ((look_ahead(made, INTERPRETED), ahead), (warm_up(made, INTERPRETED), later)):
        assert found["verdict"] == ("skipped" if why else "ok"), found
        assert why in found["what"]


def test_one_candle_cannot_be_cut_and_no_indicator_has_a_value_on_it() -> None:
    one = crossed(waves(1))
    assert look_ahead(one, INTERPRETED)["what"] == "there are too few candles to be cut"
    assert warm_up(one, INTERPRETED)["columns"] == ["fast", "slow", "trend"]


def test_of_a_long_run_it_is_looked_after_as_many_places_as_there_is_time_for() -> None:
    assert look_ahead(crossed(waves(12_500)), INTERPRETED)["cuts"] == 2


def test_columns_that_were_computed_elsewhere_are_said_to_be_unseen() -> None:
    candles = waves(400)
    given = Given("theirs", {candles.symbol: (candles.ts, np.asarray(candles.close))})

    class OnGiven(Strategy):
        def indicators(self) -> dict[str, Indicator]:
            return {"theirs": ta.SMA(3, of=given_column(given))}

        @step
        def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
            if now.theirs > candle.close:
                wanted.target(0.9)
            else:
                wanted.target(0.0)

    found = look_ahead(ran_on(OnGiven, candles), INTERPRETED)
    assert found["verdict"] == "ok"
    assert "theirs was computed elsewhere" in found["what"]


def test_machine_code_is_asked_as_python_is(kernels: Path) -> None:
    how = Options(folder=kernels)
    run = crossed(waves(400), options=how)
    assert run.ran.compiled
    assert look_ahead(run, how)["verdict"] == "ok"
    assert warm_up(run, how)["drift"] == 0.0


def test_a_part_of_a_market_has_what_falls_into_it() -> None:
    market = share().market
    cut = until(market, START_MS + 100 * HOUR_MS, 0)
    assert [len(one) for one in cut.candles] == [100]
    assert cut.actions is not None
    assert cut.actions.splits == ((),)
    assert [one.instant for one in cut.actions.placed] == [20, 30, 40, 50, 60, 70, 80, 90]
    rates = perpetual(funding=fundings("0.001")).market
    begun = since(rates, START_MS + 50 * HOUR_MS, START_MS + 60 * HOUR_MS, 0)
    assert begun.charges is not None
    first = begun.charges.placed[0]
    assert (begun.first, first.instant, first.time_ms) == (10, 14, START_MS + 64 * HOUR_MS)
    assert first.rate == Decimal("0.001")
