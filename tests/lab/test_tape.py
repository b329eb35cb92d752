"""Runs on recorded trades from the library's door: what is assumed is said, what cannot be is refused."""
# ruff: noqa: ARG001

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from tests.stage import T0, bot, drawn, market

from botswain import Options, backtest
from botswain.lab.assumptions import assumptions
from botswain.lab.data_used import data_used
from botswain.lab.report import console_for_report, print_report
from botswain.lab.result import Result
from botswain.lab.tape import rooms_of
from botswain.model.errors import BadInput
from botswain.model.trades import OnTrades, Trades

TAPE = Trades(
    "ABC/USD", T0 + np.array([0, 30_000, 60_000, 90_000, 119_999]), np.array([100.0, 101, 102, 103, 104]), np.ones(5)
)


def hold(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
    wanted.target(1.0)


def run_of(tape: Any = TAPE, **settings: Any) -> Result:
    """A run of one unit."""
    rules = settings.pop("instrument", market())
    return backtest(bot(hold), tape, instrument=rules, sizing="fixed", options=Options(compiled=False), **settings)


def said_of(result: Result) -> dict[str, str]:
    """The assumptions."""
    return assumptions(result, data_used(result.market, {}))


def test_the_assumptions_say_how_orders_meet_trades_and_on_what_is_decided() -> None:
    said = said_of(run_of(latency_ms=250, participation="0.1", trading_frequency=10))
    assert said["orders meet"].startswith("trades, latency 250 ms: what arrives between two of them meets the next one")
    assert said["quantity"] == "10 % of each trade's quantity; what is left of an order waits"
    assert said["decisions"].startswith("on closed candles of 1m, made of the trades, and every 10 s on the one that")
    assert "path in a candle" not in said
    said = said_of(run_of(timeframe="tick", meets="last", fill="through"))
    assert (
        said["orders meet"] == "trades, latency 0 ms: what arrives between two of them meets the price of the last one"
    )
    assert said["decisions"].startswith("on every trade")
    assert said["limit fills"].startswith("through")


def test_the_report_counts_trades_and_no_gaps_between_them(capsys: pytest.CaptureFixture[str]) -> None:
    result = run_of(timeframe="tick")
    used = data_used(result.market, {})
    assert (used[0].candles, used[0].gaps, used[0].missing) == (5, 0, 0)
    print_report(result, used, console_for_report())
    assert "5 trades" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"latency_ms": -1}, "latency is -1 ms; write 0 to"),
        ({"latency_ms": 1.5}, "latency_ms is 1.5; give whole milliseconds, or 0"),
        ({"participation": "1.5"}, "participation is 1.5; write a share of each trade's quantity"),
        ({"participation": "nan"}, "participation is 'nan'; write a finite number"),
        ({"participation": "0.5", "meets": "last"}, "orders meet the last trade, of which nothing is left to be had"),
        ({"meets": "lost"}, "meets is 'lost'; did you mean 'last'?"),
        ({"timeframe": "tick", "trading_frequency": 5}, "leave one of them out"),
        ({"timeframe": "1h"}, "do not reach the end of one of 1h; give more"),
        ({"tape": {"ABC/USD": TAPE}}, "a run on trades has one: give them alone"),
        ({"tape": drawn([100.0]), "latency_ms": 5}, "of runs on trades; give trades, or leave them out"),
        ({"instrument": market(tick="5")}, "price"),
    ],
)
def test_what_cannot_be_run_is_refused_with_what_to_do(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        run_of(**settings)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        (([1.5], [1.0], [1.0]), "ts is float64; give int64"),
        (([1, 2], [1.0], [1.0, 2.0]), "price has the shape (1,) beside 2 times"),
        (([], [], []), "there are no trades of A/B"),
    ],
)
def test_columns_that_are_no_trades_are_refused(columns: tuple[Any, ...], said: str) -> None:
    with pytest.raises(BadInput) as refused:
        Trades("A/B", np.array(columns[0], None if columns[0] else np.int64), *map(np.array, columns[1:]))
    assert said in str(refused.value)


def test_room_is_a_share_of_whole_lots_rounded_down() -> None:
    quantities = np.array([0.000577, 0.085362, 0.0000019, 2.0, 90_071_992.54740993])
    assert rooms_of(quantities, Decimal("0.000001"), Decimal("0.3")).tolist() == [
        173, 25_608, 0, 600_000, 27_021_597_764_223,
    ]  # fmt: skip
    assert OnTrades().share == 0
