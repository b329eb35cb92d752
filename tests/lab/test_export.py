"""A result as one JSON object."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from tests.lab.made import INTERPRETED, START_MS, Raising, crossed, flat, used, waves

from botswain.lab.backtest import backtest
from botswain.lab.export import decimal_unit, money_text, refuse_unwritable, result_object, write_json
from botswain.model.errors import BadInput


def test_every_part_is_there_and_can_be_written() -> None:
    run = crossed(limits={"max_drawdown": "0.01"})
    found = json.loads(msgspec.json.encode(result_object(run, used(run))))
    assert list(found) == [
        *("strategy", "parameters", "assumptions", "data", "fills", "round_trips", "equity", "metrics"),
        *("figures", "validation", "notes", "halt"),
    ]
    assert list(found["fills"][0])[:10] == [
        *("time_ms", "seq", "symbol", "side", "qty", "price", "fee", "fee_asset", "slot", "reason")
    ]
    assert list(found["data"])[:7] == ["symbol", "timeframe", "first_ms", "last_ms", "candles", "gaps", "hash"]
    assert found["notes"][0]["code"] == "drawdown"


def test_money_is_text_and_figures_are_numbers() -> None:
    run = crossed()
    metrics = result_object(run, used(run))["metrics"]
    for name in ("start_equity", "final_equity", "profit", "fees", "volume", "realized_pnl", "trips_best"):
        assert isinstance(metrics[name], str), name
    for name in ("total_return", "max_drawdown", "sharpe", "trips_win_rate", "exposure"):
        assert isinstance(metrics[name], float), name
    assert Decimal(metrics["trips_best"]) == max(one.profit for one in run.round_trips)
    assert Decimal(metrics["trips_worst"]) == min(one.profit for one in run.round_trips)
    mean = sum(one.profit for one in run.round_trips) / len(run.round_trips)
    assert abs(Decimal(metrics["trips_expectancy"]) - mean) < Decimal("1e-10")


def test_a_run_without_trades_has_figures_without_value() -> None:
    run = crossed(flat())
    found = result_object(run, used(run))
    assert (found["fills"], found["round_trips"], found["notes"]) == ([], [], [])
    assert found["metrics"]["trips_expectancy"] is None
    assert found["metrics"]["sharpe"] is None
    assert found["metrics"]["exposure"] == 0.0
    assert {value for _, value in found["equity"]} == {"10000"}


def test_equity_has_every_mark_exactly() -> None:
    run = crossed(capital="123.45")
    rows = result_object(run, used(run))["equity"]
    assert [(at, Decimal(value)) for at, value in rows] == run.equity


def test_a_halt_says_when_and_where() -> None:
    run = backtest(Raising, waves(), options=INTERPRETED)
    halt = result_object(run, used(run))["halt"]
    assert halt["reason"] == "step_raised"
    assert halt["time_ms"] == START_MS + 3_600_000 * int((waves().close > 115).argmax())
    assert "made.py, line " in halt["message"]
    assert "ValueError: too high" in halt["message"]


def test_several_symbols_are_summed_and_listed() -> None:
    run = crossed({"BTC/USDT": waves(), "ETH/USDT": waves(200, "ETH/USDT", first=60)}, size="0.4")
    data = result_object(run, used(run))["data"]
    assert data["symbol"] == "BTC/USDT,ETH/USDT"
    assert (data["candles"], data["first_ms"]) == (440, START_MS)
    assert data["last_ms"] == data["symbols"][1]["last_ms"] > data["symbols"][0]["last_ms"]


@pytest.mark.parametrize(
    ("units", "text"),
    [(0, "0"), (5, "0.005"), (-5, "-0.005"), (1000, "1"), (-1500, "-1.5"), (10**30 + 1, f"{10**27}.001")],
)
def test_money_is_spelled_exactly(units: int, text: str) -> None:
    assert money_text(units, 3) == text
    assert money_text(units, 0) == str(units)


def test_a_unit_is_a_number_of_decimals() -> None:
    assert decimal_unit(Fraction(1, 8)) == (125, 3)
    assert decimal_unit(Fraction(30)) == (30, 0)


def test_a_file_is_written_whole_through_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    link.symlink_to(real)
    write_json(link, {"a": 1})
    assert real.read_text() == '{"a":1}\n'
    assert link.is_symlink()


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_json(pipe, {"a": 1})
        assert os.read(reader, 100) == b'{"a":1}\n'
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_folder_that_went_away_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot be written \(No such file or directory\); free space or name another"):
        write_json(tmp_path / "gone" / "x.json", {})


def test_a_folder_without_the_right_to_write_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # who runs tests as root may write everywhere
    with pytest.raises(BadInput, match="may not be written; name another"):
        refuse_unwritable(tmp_path / "x.json")
