"""`botswain backtest --trading-frequency`: with a file of finer candles, with stored ones, and without any."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.candle_files import waves
from tests.cli.shell import KERNELS, Shell
from tests.history.samples import HOUR_MS, candles_of, write

from botswain.history.shelf import Shelf
from botswain.lab.backtest import Options, backtest
from botswain.lab.coarser import coarser

EVERY = ("--trading-frequency", "3600", "--timeframe", "4h", "--param", "fast=3", "--param", "slow=8")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "hours.parquet", waves())


def test_a_file_of_finer_candles_is_decided_on_as_its_longer_ones_form(
    shell: Shell, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "result.json"
    said = shell("backtest", "sma_crossover", "--candles", file, *EVERY, "--json", out)
    assert said.code == 0, said.err
    found = json.loads(out.read_bytes())
    made = backtest(
        "sma_crossover", candles_of(waves()), params={"fast": 3, "slow": 8}, timeframe="4h", trading_frequency=3_600,
        options=Options(folder=KERNELS),
    )  # fmt: skip
    assert [(one["time_ms"], one["side"], one["price"]) for one in found["fills"]] == [
        (one.time_ms, one.side, f"{one.price:f}") for one in made.fills
    ]
    assert any(one.time_ms % (4 * HOUR_MS) for one in made.fills)
    assert (found["data"]["timeframe"], len(found["equity"])) == ("4h", 375)
    assert "every 3600 s on the one that forms" in found["assumptions"]["decisions"]
    assert "every 3600 s on the one that forms" in " ".join(said.out.split())


def test_stored_candles_are_the_bots_own_unless_finer_ones_are_named(shell: Shell, tmp_path: Path) -> None:
    shelf = Shelf(shell.home / "candles")
    hours = candles_of(waves())
    for one in (hours, coarser(hours, "4h")):
        shelf.put("binance", one)
    out = tmp_path / "result.json"
    args = ("backtest", "sma_crossover", "--candles", hours.symbol, *EVERY, "--json", out)
    said = shell(*args)
    assert said.code == 0, said.err
    assert json.loads(out.read_bytes())["assumptions"]["decisions"].startswith("AT CLOSES ONLY: a trading frequency")
    assert shell(*args, "--finer", "1h").code == 0
    assert json.loads(out.read_bytes())["assumptions"]["decisions"].startswith(
        "on closed candles of 4h, and every 3600"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--finer", "1m"), "--finer is 1m, which only a --trading-frequency needs"),
        (("--trading-frequency", "5400", "--timeframe", "4h"), "is 5400 s, which is no multiple of the candles' 1h"),
        (("--trading-frequency", "3600"), "trading_frequency_s is 3600, and a candle lasts 3600 s"),
        (("--trading-frequency", "-1"), "write 1 to 86400 seconds"),
    ],
)
def test_what_cannot_be_is_refused(shell: Shell, file: Path, given: tuple[str, ...], said: str) -> None:
    found = shell("backtest", "sma_crossover", "--candles", file, *given)
    assert found.code != 0
    assert said in " ".join(found.err.split())
