"""`botswain backtest --funding` and `--borrow`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from tests.cli.shell import Shell
from tests.history.samples import START_MS

HOUR_MS = 3_600_000
SETTINGS = (
    "--param", "fast=2", "--param", "slow=4", "--param", "direction=both", "--size", "0.4",
)  # fmt: skip


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


def candles(folder: Path, name: str = "BTC-USDT") -> Path:
    """Ten days of hours that rise for five days and then fall."""
    path = folder / name / "1h.parquet"
    path.parent.mkdir()
    at = np.arange(240)
    close = 100.0 + np.where(at < 120, at, 240 - at)
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    pl.DataFrame({"ts": START_MS + HOUR_MS * at, **columns, "volume": at + 1.0}).write_parquet(path)
    return path


def rules(folder: Path, symbol: str = "BTC/USDT") -> Path:
    path = folder / f"{symbol[:3]}.yaml"
    path.write_text(
        f"symbol: {symbol}\ntick_size: '1'\nlot_size: '0.001'\nmaker_fee: '0'\ntaker_fee: '0'\nshortable: true\n"
    )
    return path


def fundings(folder: Path, symbol: str = "BTCUSDT") -> Path:
    """Three a day, as an exchange answers them."""
    path = folder / "funding.csv"
    rows = [f"{symbol},{START_MS + hour * HOUR_MS + 3},0.00010000" for hour in range(0, 240, 8)]
    path.write_text("\n".join(["symbol,fundingTime,fundingRate", *rows]) + "\n")
    return path


def found(shell: Shell, folder: Path, *given: Any) -> dict[str, Any]:
    out = folder / "out.json"
    ended = shell("backtest", "sma_crossover", *given, *SETTINGS, "--json", out)
    assert ended.code == 0, ended.err
    assert "Funding and borrow fees" in ended.out
    told: dict[str, Any] = json.loads(out.read_bytes())
    return told


def test_funding_and_borrow_are_charged_and_told(shell: Shell, tmp_path: Path) -> None:
    file, contract, rates = candles(tmp_path), rules(tmp_path), fundings(tmp_path)
    given = ("--candles", file, "--instrument", contract)
    told = found(shell, tmp_path, *given, "--funding", rates, "--borrow", "0.36")
    kinds = [(one["kind"], float(one["position"]) > 0, float(one["cash"]) > 0) for one in told["charges"]]
    # Longs pay funding while it rises; shorts get it and pay for what they borrowed while it falls.
    assert set(kinds) == {("funding", True, False), ("funding", False, True), ("borrow", False, False)}
    assert sum(kind == "borrow" for kind, _, _ in kinds) == 4
    assert float(told["metrics"]["borrow_paid"]) > 0
    assert "funding" in told["assumptions"]
    borrow = tmp_path / "borrow.csv"
    borrow.write_text("date,rate\n2020-01-01,0.36\n")
    for same in ("BTC/USDT=0.36", borrow):
        again = found(shell, tmp_path, *given, "--funding", rates, "--borrow", same)
        assert again["charges"] == told["charges"]


def test_what_is_wrong_is_said(shell: Shell, tmp_path: Path) -> None:
    file, contract = candles(tmp_path), rules(tmp_path)
    command = ("backtest", "sma_crossover", "--candles", file)
    short = (*command, "--instrument", contract)
    assert "there is no such file" in shell.refused(*command, "--funding", tmp_path / "none.csv")
    assert "symbol 'ETHUSDT' is not BASE/QUOTE" in shell.refused(*command, "--funding", fundings(tmp_path, "ETHUSDT"))
    assert "none of BTC/USDT can be sold short here" in shell.refused(*command, "--borrow", "0.03")
    assert "borrow rate of BTC/USDT is -1" in shell.refused(*short, "--borrow", "-1")
    assert "--borrow is BTC/USDT=0.01 among others; give one rate of all symbols" in shell.refused(
        *short, "--borrow", "BTC/USDT=0.01", "--borrow", "0.03"
    )
    assert "--borrow is BTC/USDT=0.02 and BTC/USDT=0.01; give one rate of BTC/USDT" in shell.refused(
        *short, "--borrow", "BTC/USDT=0.01", "--borrow", "BTC/USDT=0.02"
    )
    assert "a borrow rate is of ETH/USDT, which is not traded" in shell.refused(*short, "--borrow", "ETH/USDT=0.01")
    said = "--borrow is 'much'; give a rate a year such as 0.03, SYMBOL=0.03 for one symbol, or a file of rates"
    assert said in shell.refused(*short, "--borrow", "much")
    assert "a file of borrow rates ends in .parquet or .csv, not '.txt'" in shell.refused(
        *short, "--borrow", "much.txt"
    )


def test_of_several_symbols_a_file_each_or_one_with_a_column(shell: Shell, tmp_path: Path) -> None:
    first, second = candles(tmp_path), candles(tmp_path, "ETH-USDT")
    given: list[Any] = ["--candles", first, "--candles", second]
    given += ["--instrument", rules(tmp_path), "--instrument", rules(tmp_path, "ETH/USDT")]
    each = [tmp_path / "btc.csv", tmp_path / "eth.csv"]
    rows = [f"{START_MS + hour * HOUR_MS},0.0001" for hour in range(0, 240, 8)]
    for path in each:
        path.write_text("\n".join(["ts,rate", *rows]) + "\n")
    listed = tmp_path / "all.csv"
    listed.write_text(
        "\n".join(["symbol,ts,rate", *(f"{symbol},{row}" for symbol in ("BTC/USDT", "ETH/USDT") for row in rows)])
        + "\n"
    )
    told = found(shell, tmp_path, *given, "--funding", each[0], "--funding", each[1])
    assert {one["symbol"] for one in told["charges"]} == {"BTC/USDT", "ETH/USDT"}
    assert found(shell, tmp_path, *given, "--funding", listed)["charges"] == told["charges"]
    assert "nothing says whose funding rates these are" in shell.refused(
        "backtest", "sma_crossover", *given, "--funding", each[0]
    )
