"""Funding and borrow fees from a caller's side: what is refused, and what a result tells of them."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.made import INTERPRETED, START_MS, crossed, used, waves
from tests.stage import market

from botswain import backtest as library_backtest
from botswain.lab.assumptions import assumptions
from botswain.lab.backtest import backtest
from botswain.lab.export import result_object, write_json
from botswain.lab.report import console_for_report, print_report
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.errors import BadInput
from botswain.model.trades import Trades

SYMBOL = "ABC/USD"
HOUR_MS = 3_600_000
PERPETUAL = market(SYMBOL, "0.01", "1", shortable=True)


def fundings(rate: str = "0.001", late_ms: int = 0) -> list[FundingRate]:
    """Three a day, ten days long."""
    return [FundingRate(SYMBOL, START_MS + hour * HOUR_MS + late_ms, Decimal(rate)) for hour in range(8, 240, 8)]


def shown(**options: Any) -> Any:
    return crossed(waves(240, SYMBOL), instrument=options.pop("instrument", PERPETUAL), **options)


class TestRefused:
    """What cannot be done is said with what to do."""

    def run(self, **options: Any) -> Any:
        given = {"instrument": PERPETUAL, "params": {"fast": 3, "slow": 9}, "options": INTERPRETED} | options
        return backtest("sma_crossover", given.pop("candles", waves(240, SYMBOL)), **given)

    def test_of_another_symbol(self) -> None:
        with pytest.raises(
            BadInput, match=r"a funding rate is of ABD/USD, which is not traded; did you mean 'ABC/USD'"
        ):
            self.run(funding=[FundingRate("ABD/USD", 0, Decimal(0))])
        with pytest.raises(BadInput, match="a borrow rate is of ABD/USD, which is not traded; did you mean 'ABC/USD'"):
            self.run(borrow={"ABD/USD": "0.03"})

    def test_of_what_takes_its_fees_in_itself(self) -> None:
        with pytest.raises(BadInput, match="a borrow rate is of ABC/USD, whose fees are taken in ABC: what is sold is"):
            self.run(instrument=market(SYMBOL, "0.01", "1", fee_asset="ABC", shortable=True), borrow="0.03")

    def test_two_of_one_time_with_both_values(self) -> None:
        late = FundingRate(SYMBOL, START_MS + 8 * HOUR_MS + 5, Decimal("0.002"))
        told = r"two funding rates of ABC/USD are of 2024-01-01T08:00:00Z = .*: 0.001 and 0.002; give one"
        with pytest.raises(BadInput, match=told):
            self.run(funding=[*fundings(), late])
        twice = [BorrowRate(SYMBOL, START_MS, Decimal(rate)) for rate in ("0.01", "0.02")]
        with pytest.raises(BadInput, match=r"two borrow rates of ABC/USD are of .*: 0.01 and 0.02; give one"):
            self.run(borrow=twice)

    def test_borrowing_what_cannot_be_sold_short(self) -> None:
        rules = market(SYMBOL, "0.01", "1")
        with pytest.raises(BadInput, match=r"borrow is 0.03, and none of ABC/USD can be sold short here; leave it out"):
            self.run(instrument=rules, borrow="0.03")
        with pytest.raises(BadInput, match="borrow is given for ABC/USD, which cannot be sold short here; leave it ou"):
            self.run(instrument=rules, borrow=[BorrowRate(SYMBOL, 0, Decimal("0.03"))])

    def test_what_is_no_rate(self) -> None:
        with pytest.raises(BadInput, match="borrow is 'much'; write a number"):
            self.run(borrow="much")
        with pytest.raises(BadInput, match=r"borrow rate of ABC/USD is -0.01; write a fraction a year"):
            self.run(borrow=-0.01)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"funding": fundings()}, "a run on trades knows no funding; run it on candles, or leave it out"),
            (
                {"funding": fundings(), "borrow": "0.1"},
                "a run on trades knows no funding and borrow fees; run it on candles",
            ),
        ],
    )
    def test_on_trades(self, given: dict[str, Any], said: str) -> None:
        trades = Trades(SYMBOL, np.arange(200) * 1_000, np.full(200, 5.0), np.ones(200))
        with pytest.raises(BadInput, match=said):
            self.run(candles=trades, **given)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"funding": 0.01}, "funding has 0.01; give a list of botswain.FundingRate, such as botswain.read_funding"),
            ({"funding": [1]}, "funding has 1; give a list"),
            ({"borrow": [1]}, "borrow has 1; give a rate a year such as 0.03, or by symbol, or a list of botswain.Bor"),
            ({"borrow": True}, "borrow has True; give a rate a year"),
            ({"borrow": None}, "borrow has None; give a rate a year"),
        ],
    )
    def test_of_another_type_at_the_front_door(self, given: dict[str, Any], said: str) -> None:
        with pytest.raises(BadInput, match=said):
            library_backtest("sma_crossover", waves(240, SYMBOL), **given)


class TestTold:
    """What a result, its file and the report say."""

    def test_what_was_paid_is_told_apart_and_is_what_is_missing(self) -> None:
        # Sizes do not grow with what was earned, so that both trade the same.
        plain, paid = shown(compounding=False), shown(funding=fundings(), compounding=False)
        assert len(paid.charges) > 5
        assert all(one.cash < 0 for one in paid.charges)
        assert paid.metrics["funding_paid"] == -sum((one.cash for one in paid.charges), Decimal(0))
        assert paid.fills == plain.fills
        assert plain.final_equity - paid.final_equity == paid.metrics["funding_paid"] > 0
        trips = [sum((one.profit for one in run.position_trips), Decimal(0)) for run in (plain, paid)]
        still_open = sum(
            (one.cash for one in paid.charges if one.time_ms > paid.position_trips[-1].exit_ms), Decimal(0)
        )
        assert trips[0] - trips[1] == paid.metrics["funding_paid"] + still_open

    def test_the_file_has_them_as_text(self, tmp_path: Path) -> None:
        result = shown(funding=fundings())
        write_json(tmp_path / "out.json", result_object(result, used(result)))
        found = json.loads((tmp_path / "out.json").read_text())
        assert len(found["charges"]) == len(result.charges)
        first, of = found["charges"][0], result.charges[0]
        assert first == {
            "time_ms": of.time_ms, "symbol": SYMBOL, "kind": "funding", "rate": "0.001",
            "position": f"{of.position:f}", "price": f"{of.price:f}", "cash": f"{of.cash:f}",
        }  # fmt: skip
        assert found["metrics"]["funding_paid"] == f"{result.metrics['funding_paid']:f}"
        assert "borrow_paid" not in found["metrics"]
        assert "actions" not in found

    def test_the_report_has_what_was_paid_and_what_was_assumed(self) -> None:
        result = shown(funding=fundings(late_ms=1_500), borrow="0.1")
        console = console_for_report(record=True, file=io.StringIO())
        print_report(result, used(result), console)
        text = console.export_text()
        assert "Funding and borrow fees" in text
        assert f"{len(result.charges)} of 29" in text
        flat = " ".join(text.split())
        assert "29 came to pass of 29 rates given from 2024-01-01T08:00:01.500Z to 2024-01-10T16:00:01.500Z" in flat
        assert "29 LAY WITHIN A CANDLE" in flat
        assert "rates a year given: 1; what is short when a day (UTC) ends pays 1 / 360" in flat
        assert "days short" in text

    def test_rates_that_are_not_of_these_times_are_told_and_change_nothing(self) -> None:
        early = [FundingRate(SYMBOL, 5_000, Decimal("0.5"))]
        with_them, without = shown(funding=early), shown()
        assert with_them.equity == without.equity
        assert with_them.charges == []
        assert with_them.metrics["funding_paid"] == 0
        told = assumptions(with_them, used(with_them))["funding"]
        assert told.startswith("0 came to pass of 1 rates given from 1970-01-01T00:00:05Z to 1970-01-01T00:00:05Z")

    def test_without_any_nothing_is_said(self) -> None:
        for result in (shown(), shown(borrow=0)):
            assert result.charges == []
            assert not {"funding_paid", "borrow_paid"} & set(result.metrics)
            assert "charges" not in result_object(result, used(result))
            assert not {"funding", "borrow fees"} & set(assumptions(result, used(result)))
            assert not result.plan.features(curve=True).actions
