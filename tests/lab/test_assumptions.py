"""What a run says it assumed."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from tests.lab.made import INTERPRETED, START_MS, crossed, used, waves

from botswain.core.codes import LIMIT
from botswain.core.strategy import Param, Strategy, step
from botswain.lab.assumptions import assumptions, plain, too_small
from botswain.lab.backtest import backtest
from botswain.lab.data_used import Origin
from botswain.model.instrument import Instrument

DAY_MS = 86_400_000


def facts(**more: Any) -> Instrument:
    """An instrument for BTC/USDT."""
    return Instrument("BTC/USDT", Decimal("0.01"), Decimal(more.pop("lot_size", "0.0001")), **more)


def told(**options: Any) -> dict[str, str]:
    """The assumptions of a small run."""
    run = crossed(**options)
    return assumptions(run, used(run))


def test_without_an_instrument_the_usual_rules_are_told() -> None:
    found = told()
    assert found["tick"] == "0.01 (the finest decimals in the candles)"
    assert found["lot"] == "0.00000001 (usual, no instrument was given)"
    assert found["order size"] == "no minimum and no maximum"
    assert found["fee"] == "0.001 as maker and as taker, in USDT, rounded half up to 0.0000000001"
    assert found["short selling"] == "not allowed: a target below zero is none"
    assert found["slippage"] == "none"
    assert found["sizing"] == "percent 1, with a reserve of 0.5 % for fees and moves"
    assert (found["exits"], found["limits"]) == ("none", "none")
    assert found["indicators"] == "start at the first candle and have no value before they have enough"
    assert found["end of data"].endswith("not closed")
    assert found["arithmetic"].startswith("Python integers")  # these runs are interpreted


def test_an_instruments_own_rules_are_told_with_their_file() -> None:
    run = crossed(
        instrument=facts(min_qty=Decimal("0.001"), max_qty=Decimal(9), min_notional=Decimal(5), shortable=True)
    )
    found = assumptions(run, used(run, BTC=Origin("x.csv", rules="btc.yaml")))
    assert found["tick"] == "0.01 (btc.yaml)"
    assert found["order size"] == "at least 0.001 BTC, at least 5 USDT, at most 9 BTC"
    assert found["short selling"] == "allowed"


@pytest.mark.parametrize(
    ("more", "text"),
    [
        ({"fee_precision": 8}, "in USDT, rounded half up to 0.00000001"),
        ({}, "in USDT, rounded half up to 0.000001"),
        (
            {"fee_asset": "BTC", "fee_precision": 8},
            "of buys in BTC, rounded half up to 0.00000001, of sells in USDT, to 0.00000001",
        ),
        (
            {"fee_asset": "BTC"},
            "of buys in BTC, rounded half up to 0.0001, of sells in USDT, to 0.000001",
        ),
        (
            {"fee_asset": "BNB", "fee_asset_price": Decimal(300)},
            "in BNB at 300 USDT, rounded half up to 0.00000001",
        ),
    ],
)
def test_where_fees_are_taken_and_how_they_are_rounded_is_told(more: dict[str, Any], text: str) -> None:
    rules = facts(maker_fee=Decimal("0.0002"), taker_fee=Decimal("0.0004"), **more)
    assert told(instrument=rules)["fee"] == f"0.0002 as maker and 0.0004 as taker, {text}"


def test_what_differs_between_symbols_is_told_for_each() -> None:
    runs = {"BTC/USDT": waves(), "ETH/USDT": waves(240, "ETH/USDT")}
    rules = {"BTC/USDT": facts(), "ETH/USDT": Instrument("ETH/USDT", Decimal("0.01"), Decimal("0.01"))}
    run = crossed(runs, instrument=rules, size="0.4")
    found = assumptions(run, used(run, BTC=Origin("b", "r.yaml"), ETH=Origin("e", "r.yaml")))
    assert found["tick"] == "0.01 (r.yaml)"
    assert found["lot BTC/USDT"] == "0.0001 (r.yaml)"
    assert found["lot ETH/USDT"] == "0.01 (r.yaml)"


def test_options_are_told() -> None:
    found = told(slippage_bps="2.5", fill="through", sizing="fixed", size=3, exits={"stop_loss": "0.10"})
    assert found["slippage"] == "2.5 bps on market orders and triggers"
    assert found["limit fills"].startswith("through: ")
    assert (
        told(slippage="spread", slippage_bps=4)["slippage"] == "half of a spread of 4 bps on market orders and triggers"
    )
    assert told(slippage="spread")["slippage"] == "none"
    assert told(slippage="volatility")["slippage"] == (
        "0.1 times the mean true range of the last 20 closed candles, together at most 1000 bps, on market orders and "
        "triggers"
    )
    assert found["sizing"] == "fixed 3"
    assert found["exits"] == "stop_loss 0.1"
    assert told(limits={"max_orders_day": 10, "max_drawdown": 0})["limits"] == "max_orders_day 10"


def test_where_indicators_start_is_told_with_what_is_lacking() -> None:
    long = told(candles=waves(400), start=START_MS + 10 * DAY_MS)["indicators"]
    assert long == "start for BTC/USDT at 2024-01-07T06:00:00Z, 90 candles before the start"
    short = told(candles=waves(400), start=START_MS + DAY_MS)["indicators"]
    assert short.endswith("24 candles before the start (the rule asks for 90 or more; there are no others)")


def test_money_beyond_64_bits_is_told() -> None:
    assert "Python integers" in told(capital="1e22")["arithmetic"]


def test_notes_about_the_data_are_told() -> None:
    run = crossed()
    found = assumptions(run, used(run, BTC=Origin("x.csv", notes=("one thing", "another"))))
    assert found["data BTC/USDT"] == "one thing; another"


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E-8", "0.00000001"), ("10.500", "10.5"), ("100", "100"), ("1E+3", "1000"), ("0.00", "0"), ("0", "0")],
)
def test_numbers_are_plain(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_a_plain_number_keeps_every_digit() -> None:
    digits = "12345678901234567890123456789012345678.125"
    assert plain(Decimal(digits)) == digits


def test_capital_that_does_not_buy_one_smallest_order_is_told() -> None:
    rules = facts(min_notional=Decimal(10), taker_fee=Decimal("0.001"))
    assert told(instrument=rules, capital=5)["capital BTC/USDT"] == (
        "TOO SMALL: 4.975 USDT for an order does not buy the smallest one, 0.0985 BTC for 10.013664 USDT with its fee "
        "at the first close; give more capital, a larger size or fewer orders"
    )
    # Of what is there half a percent stays in reserve.
    assert "capital BTC/USDT" in told(instrument=rules, capital="10.06")
    assert "capital BTC/USDT" not in told(instrument=rules, capital="10.07")
    assert "capital BTC/USDT" in told(instrument=rules, capital=20, size="0.5")
    assert "capital BTC/USDT" not in told(instrument=rules, capital=20, sizing="fixed", size="0.1")


def test_a_size_that_is_less_than_one_smallest_order_is_told() -> None:
    rules = facts(min_notional=Decimal(10), taker_fee=Decimal("0.001"))
    assert told(instrument=rules, sizing="fixed", size="0.09")["capital BTC/USDT"] == (
        "TOO SMALL: an order of 0.09 BTC is less than the smallest one, 0.0985 BTC; give a larger size"
    )
    assert "9 USDT for an order" in told(instrument=rules, sizing="fixed_quote", size=9)["capital BTC/USDT"]
    assert "capital BTC/USDT" not in told(instrument=rules, sizing="fixed_quote", size=11)


def test_one_smallest_order_is_a_lot_or_the_least_quantity_where_the_venue_says_no_notional() -> None:
    assert "0.0001 BTC" in told(instrument=facts(), capital="0.01")["capital BTC/USDT"]
    assert "0.5 BTC" in told(instrument=facts(min_qty=Decimal("0.5")), capital="1")["capital BTC/USDT"]


@pytest.mark.parametrize(
    "sizing",
    [
        {"sizing": "risk", "size": "0.00001", "exits": {"stop_loss": "0.5"}},
        {"sizing": "volatility", "size": "0.000001"},
    ],
)
def test_a_run_whose_every_order_was_too_small_says_so_whatever_sized_it(sizing: dict[str, Any]) -> None:
    run = crossed(instrument=facts(lot_size="0.5"), **sizing)
    assert not run.fill_count
    assert re.fullmatch(
        r"every order that was asked for was too small, the latest qty 0 BTC on 20\d\d-\S+ where the least is "
        r"0\.5 BTC; give more capital or a larger size",
        too_small(run),
    )
    assert "capital BTC/USDT" not in assumptions(run, used(run))


class Withdrawn(Strategy):
    """Has an order rest far below the price, takes it back, and asks for one that is too small."""

    first = Param(2, 0, 20, help="the close at which it asks for it; 0 for never")

    def memory(self) -> dict[str, float]:
        return {"closes": 0}

    def slots(self) -> int:
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        my.mem.closes += 1
        if my.mem.closes == p.first:
            wanted.row(0, LIMIT, 1, 5000, 100)
        if my.mem.closes == 20:
            wanted.withdraw(0)
        if my.mem.closes == 30:
            wanted.row(1, LIMIT, 1, 5000, 1)
        if my.mem.closes == 31:
            wanted.withdraw(1)


def test_an_order_that_rested_and_was_taken_back_was_not_too_small() -> None:
    rules = facts(lot_size="0.01", min_notional=Decimal(10))
    rested = backtest(Withdrawn, waves(60), instrument=rules, options=INTERPRETED)
    assert [one.code for one in rested.notes] == ["below_minimum"]
    assert not too_small(rested)
    never = backtest(Withdrawn, waves(60), instrument=rules, options=INTERPRETED, params={"first": 0})
    assert "the latest notional 0.5 USDT on" in too_small(never)
    assert "where the least is 10 USDT" in too_small(never)


def test_a_run_that_traded_or_asked_for_nothing_is_not_told_that_orders_were_too_small() -> None:
    assert not too_small(crossed())
    assert not too_small(crossed(params={"fast": 499, "slow": 500}))
