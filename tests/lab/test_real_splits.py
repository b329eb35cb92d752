"""Real shares through real splits and dividends: what a holder has at the end is what adjusted prices say.

Prices as they were traded, and the splits and dividends that the same files carry or that factor files tell, against
the adjusted closes and the factors of their publishers.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.history.samples import shared_data

from botswain import CLOSE, MARKET, Options, Strategy, backtest, step
from botswain.history.action_file import read_actions
from botswain.history.files import read_candles
from botswain.history.grid import tick_of
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument

PLAIN = Options(compiled=False)
RECENT = "1d_2024-2026.parquet"
DAY_MS = 86_400_000


class Hold(Strategy):
    """Buys all it can at its first close and keeps it."""

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        wanted.target(1.0)


class Reinvest(Strategy):
    """Buys at every close for all the cash there is."""

    def events(self) -> tuple[int, ...]:
        return (CLOSE,)

    @step
    def decide(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:  # noqa: ARG002
        lots = int(my.cash * 0.999 / (candle.close * my.lot))
        if lots > 0:
            wanted.renew(0)
            wanted.row(0, MARKET, 1, 0, lots)


def folder(name: str) -> Path:
    path = shared_data() / "us-equity" / name
    if not path.exists():
        pytest.skip(f"no real shares at {path.name} of the shared data")
    return path


def share(candles: Candles, lot: str = "1") -> Instrument:
    return Instrument(candles.symbol, tick_of(candles), Decimal(lot), maker_fee=Decimal(0), taker_fee=Decimal(0))


def held(strategy: type[Strategy], name: str, file: str, actions: str, lot: str = "1", since: int = 0) -> Any:
    candles = read_candles(folder(name) / file, f"{name}/USD")
    candles = candles.slice(since, len(candles))
    told = read_actions(folder(name) / actions, f"{name}/USD")
    return backtest(
        strategy, candles, instrument=share(candles, lot), capital=1_000_000, sizing="fixed_quote", size=900_000,
        actions=told, options=PLAIN,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "splits"), [("NVDA", ["10:1"]), ("UVXY", ["1:5", "1:5"]), ("SMCI", ["10:1"])])
def test_whole_shares_through_the_splits_of_a_file_are_what_its_own_factors_make_of_them(name, splits):
    result = held(Hold, name, RECENT, RECENT)
    done = [one for one in result.actions if one.split is not None]
    assert [f"{one.split.numerator}:{one.split.denominator}" for one in done] == splits
    for one in done:
        exact = Fraction(one.position_before) * one.split
        assert Fraction(one.position_after) == exact.numerator // exact.denominator
    (bought,) = result.fills
    paid = sum((one.cash for one in result.actions), Decimal(0))
    last = Decimal(repr(float(result.market.candles[0].close[-1])))
    assert result.cash == result.plan.capital - bought.qty * bought.price + paid
    assert result.final_equity == result.cash + result.position(f"{name}/USD") * last
    assert result.metrics["dividends"] == sum(
        (one.cash for one in result.actions if one.dividend is not None), Decimal(0)
    )
    # No day's worth jumps as the price does.
    marks = np.array([float(value) for _, value in result.equity])
    raw = result.market.candles[0].close
    jump = max(abs(float(one.split) - 1) for one in done) / 2
    assert np.abs(np.diff(raw) / raw[:-1]).max() > min(jump, 0.8)
    assert np.abs(np.diff(marks) / marks[:-1]).max() < 0.75


@pytest.mark.parametrize(
    ("name", "far"), [("UVXY", 0.005), ("NVDA", 0.002), ("AAPL", 0.002), ("MSFT", 0.002), ("SPY", 0.002)]
)
def test_who_reinvests_has_the_total_return_of_the_adjusted_closes(name, far):
    """He buys a day after the dividend, and keeps a thousandth in cash: so near, over two years."""
    result = held(Reinvest, name, RECENT, RECENT, "0.0001")
    adjusted = pl.read_parquet(folder(name) / RECENT)["adj_close"].to_numpy()
    candles, first = result.market.candles[0], result.fills[0]
    at = int(np.searchsorted(candles.ts, first.time_ms))
    paid = float(first.price) / float(candles.close[at]) * adjusted[at]
    assert float(result.final_equity) / 1_000_000 == pytest.approx(adjusted[-1] / paid, rel=far)
    assert len(result.actions) >= 2


def test_apple_from_1998_to_2021_is_what_its_factor_file_says():
    """Four splits, 56 to 1 and 2 to 1 in all, and the dividends since 2012, none of them in the candles."""
    result = held(Hold, "AAPL", "1d_1998-2021.parquet", "factors.csv")
    (bought,) = result.fills
    assert [str(one.split) for one in result.actions if one.split is not None] == ["2", "2", "7", "4"]
    assert result.position("AAPL/USD") == bought.qty * 112
    assert all(one.cash == 0 for one in result.actions if one.split is not None)
    factors = pl.read_csv(folder("AAPL") / "factors.csv")
    # The dividends that made the price factor 0.861 of 1: put back in, they are the price factor again.
    whole = Fraction(1)
    raw = {int(t): c for t, c in zip(result.market.candles[0].ts, result.market.candles[0].close, strict=True)}
    days = sorted(raw)
    for one in result.actions:
        if one.dividend is not None:
            before = raw[max(day for day in days if day < one.time_ms)]
            whole *= 1 - Fraction(one.dividend) / Fraction(before)
    assert float(whole) == pytest.approx(factors["price_factor"][0], rel=2e-4)


def test_the_dividends_of_a_factor_file_are_those_that_were_paid():
    told = {
        one.time_ms: one.dividend for one in read_actions(folder("AAPL") / "factors.csv", "AAPL/USD") if one.dividend
    }
    assert Decimal("0.8200") in told.values()  # August 2020, before four to one
    assert all(abs(value / Decimal("0.0001") % 1) == 0 for value in told.values())


def test_a_strategy_does_not_take_a_split_for_a_crash():
    """Apple in 2020: without the split an average crosses down, and a stop at 20 % fires, on the day of 4:1."""
    candles = read_candles(folder("AAPL") / "1d_1998-2021.parquet", "AAPL/USD")
    told = [one for one in read_actions(folder("AAPL") / "factors.csv", "AAPL/USD") if one.split != 1]
    day = told[-1].time_ms  # the Saturday before the Monday
    first = int(np.searchsorted(candles.ts, day)) - 200
    candles = candles.slice(first, first + 260)
    settings = {"params": {"fast": 10, "slow": 60}, "exits": {"stop_loss": "0.2"}, "options": PLAIN}
    without = backtest("sma_crossover", candles, instrument=share(candles), **settings)
    with_it = backtest("sma_crossover", candles, instrument=share(candles), actions=told, **settings)
    assert [one.reason for one in without.fills if 0 <= one.time_ms - day < 3 * DAY_MS] == ["stop_loss"]
    assert not [one for one in with_it.fills if 0 <= one.time_ms - day < 5 * DAY_MS]
    assert with_it.final_equity > without.final_equity * 3
