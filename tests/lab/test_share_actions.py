"""Splits and dividends from a caller's side: what is refused, what a result tells of them, and what a file has."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, START_MS, crossed, used, waves
from tests.stage import bot, drawn, market, play

from botswain import backtest
from botswain.core.strategy import Strategy
from botswain.lab.assumptions import assumptions
from botswain.lab.export import result_object, write_json
from botswain.lab.report import console_for_report, print_report
from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.trades import Trades
from botswain.strategies.catalog import PLACES, strategy_class

SYMBOL = "ABC/USD"
HOUR_MS = 3_600_000


def shares(hours: int = 240, at: int = 120) -> Candles:
    """Waves that a share draws which splits two for one."""
    made = waves(hours, SYMBOL)
    columns = {}
    for name in ("open", "high", "low", "close"):
        prices = getattr(made, name) * 4
        prices[at:] = np.round(prices[at:] / 2, 2)
        columns[name] = np.round(prices, 2)
    return Candles(SYMBOL, "1h", made.ts, **columns, volume=made.volume)


def told_of(at: int = 120, amount: str = "1.5") -> list[ShareAction]:
    """Its split, and a dividend at most hours after it."""
    split = ShareAction(SYMBOL, START_MS + at * HOUR_MS, Fraction(2))
    paid = [ShareAction(SYMBOL, START_MS + hour * HOUR_MS, dividend=Decimal(amount)) for hour in range(20, 230, 10)]
    return [split, *paid]


def shown(**options: Any) -> Any:
    return crossed(shares(), actions=told_of(), instrument=market(SYMBOL, "0.01", "1"), **options)


class TestRefused:
    """What cannot be done is said with what to do."""

    def run(self, strategy: Any = "sma_crossover", **options: Any) -> Any:
        given = {"params": {"fast": 3, "slow": 9}, "options": INTERPRETED, "actions": told_of()} | options
        return backtest(strategy, given.pop("candles", shares()), **given)

    def test_of_another_symbol(self) -> None:
        with pytest.raises(BadInput, match="an action is of ABD/USD, which is not traded; did you mean 'ABC/USD'"):
            self.run(actions=[ShareAction("ABD/USD", 0, Fraction(2))])

    def test_of_what_takes_its_fees_in_itself(self) -> None:
        with pytest.raises(BadInput, match="whose fees are taken in ABC: that is no share"):
            self.run(instrument=market(SYMBOL, "0.01", "1", fee_asset="ABC"))

    def test_the_same_twice(self) -> None:
        with pytest.raises(BadInput, match="an action of ABC/USD, of 2024-01-06T00:00:00Z, is given twice; give it on"):
            self.run(actions=[*told_of(), told_of()[0]])

    def test_two_splits_of_one_time(self) -> None:
        twice = [ShareAction(SYMBOL, START_MS + HOUR_MS, Fraction(one)) for one in (2, 3)]
        with pytest.raises(BadInput, match="two splits of ABC/USD are of one time, 2024-"):
            self.run(actions=twice)

    def test_where_orders_meet_finer_candles(self) -> None:
        with pytest.raises(BadInput, match="leave out the trading frequency or the trades, or the actions"):
            self.run(timeframe="4h", trading_frequency=3_600)

    def test_where_slippage_goes_by_closed_candles(self) -> None:
        with pytest.raises(BadInput, match="slippage model volatility goes by closed candles, and a split makes"):
            self.run(slippage="volatility")

    def test_on_trades(self) -> None:
        trades = Trades(SYMBOL, np.arange(200) * 1_000, np.full(200, 5.0), np.ones(200))
        with pytest.raises(BadInput, match="whose orders meet finer candles or trades"):
            self.run(candles=trades)

    @pytest.mark.parametrize(
        ("strategy", "why"),
        [
            ("grid", "its cells are laid out in shares"), ("dca", "it remembers stage, first, age"),
            ("scalper", "it remembers laid, size"),
        ],
    )  # fmt: skip
    def test_a_bot_whose_plans_are_in_old_shares(self, strategy: str, why: str) -> None:
        with pytest.raises(BadInput, match=f"strategy {strategy} does not run through a split of shares: {why}"):
            self.run(strategy, params={})
        # Dividends change nothing that it remembers, nor does a split before it decides.
        assert self.run(strategy, params={}, actions=told_of()[1:]).halt is None
        assert self.run(strategy, params={}, start=START_MS + 130 * HOUR_MS).halt is None

    def test_a_bot_that_says_of_its_memory_what_is_nothing(self) -> None:
        strategy = bot(lambda now, was, p, candle, my, wanted: None, memory={"last": 1})  # noqa: ARG005
        strategy.memory_units = {"last": "prise"}
        with pytest.raises(BadInput, match="memory_units of Story: last is 'prise'; did you mean 'price'"):
            play(strategy, shares(), actions=told_of(), instrument=market(SYMBOL, "0.01", "1"))

    def test_every_bot_that_ships_says_what_all_of_its_memory_is_or_nothing(self) -> None:
        for name in PLACES:
            one: Strategy = strategy_class(name)()
            assert set(one.memory_units) in (set(), set(one.memory())), name


class TestTold:
    """What a result, its file and the report say."""

    def test_all_that_came_to_pass_with_what_was_held(self) -> None:
        result = shown()
        split = next(one for one in result.actions if one.split is not None)
        assert (split.split, split.time_ms) == (2, START_MS + 120 * HOUR_MS)
        paid = [one for one in result.actions if one.dividend is not None]
        assert len(paid) == 21
        assert all(one.dividend == Decimal("1.5") and one.cash == one.position_before * one.dividend for one in paid)
        assert result.metrics["dividends"] == sum((one.cash for one in paid), Decimal(0)) > 0
        # Closes as of the last one's shares.
        closes = result.market.candles[0].close
        assert result.metrics["market_change"] == pytest.approx(2 * closes[-1] / closes[0] - 1)

    def test_the_file_has_them_as_text(self, tmp_path: Path) -> None:
        result = shown()
        write_json(tmp_path / "out.json", result_object(result, used(result)))
        found = json.loads((tmp_path / "out.json").read_text())
        assert len(found["actions"]) == 22
        split = next(one for one in found["actions"] if one["kind"] == "split")
        assert (split["split"], split["dividend"], split["symbol"]) == ("2:1", None, SYMBOL)
        other = next(one for one in found["actions"] if one["kind"] == "dividend")
        assert (other["split"], other["dividend"], other["cash"]) == (None, "1.5", "33")
        assert found["metrics"]["dividends"] == f"{result.metrics['dividends']:f}"

    def test_the_report_has_those_that_met_a_position(self) -> None:
        result = shown()
        console = console_for_report(record=True, file=io.StringIO())
        print_report(result, used(result), console)
        text = console.export_text()
        met = [one for one in result.actions if one.position_before]
        assert f"the last 8 of {len(met)} that met a position" in text
        assert "dividend 1.5" in text
        assert "Splits and dividends" in text
        assert "22 came to pass of 22 given" in " ".join(text.split())

    def test_the_report_of_one_that_held_nothing_says_how_many_there_were(self) -> None:
        result = crossed(drawn([10.0] * 30), actions=[ShareAction(SYMBOL, int(drawn([1] * 9).ts[8]), Fraction(2))])
        console = console_for_report(record=True, file=io.StringIO())
        print_report(result, used(result), console)
        text = console.export_text()
        assert "came to pass" in text
        assert "held before" not in text

    def test_without_any_nothing_is_said(self) -> None:
        result = crossed(shares(), instrument=market(SYMBOL, "0.01", "1"))
        assert result.actions == []
        assert "dividends" not in result.metrics
        assert "actions" not in result_object(result, used(result))
        assert "splits, dividends" not in assumptions(result, used(result))

    def test_none_that_concern_these_candles_change_nothing(self) -> None:
        early = [ShareAction(SYMBOL, 5, Fraction(2)), ShareAction(SYMBOL, 5, dividend=Decimal(1))]
        rules = market(SYMBOL, "0.01", "1")
        with_them, without = crossed(shares(), instrument=rules, actions=early), crossed(shares(), instrument=rules)
        assert with_them.fills == without.fills
        assert with_them.equity == without.equity
        assert with_them.position_trips == without.position_trips
