"""`botswain stress`: what it says, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.candle_files import instrument, waves
from tests.cli.shell import Shell
from tests.history.samples import write


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "1h.parquet", waves())


def test_it_shows_the_ladder_and_the_worst_times_and_writes_them(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "stress.json"
    command = ("stress", "grid", "--candles", file, "--param", "levels=100", "--param", "step=0.004", "--json", out)
    ended = shell(*command, "--fall", "0.6", "--instrument", instrument(tmp_path, taker_fee="0.002", maker_fee="0.001"))
    assert ended.code == 0
    for words in ("What can be lost", "The ladder", "fall over 7 days", "60.00 %", "...", "levels 100"):
        assert words in ended.out
    found = json.loads(out.read_bytes())
    rungs = found["ladder"]["rungs"]
    assert sum(one["orders"] for one in rungs) == 100
    assert float(found["needed"]) == pytest.approx(sum(float(one["money"]) + float(one["fee"]) for one in rungs))
    assert found["verdict"] in " ".join(ended.out.split())
    assert [one["name"] for one in found["windows"]][-1] == "deepest drawdown"
    assert found["windows"][0]["metrics"]["start_equity"] == "10000"
    assert float(found["windows"][0]["least_equity"]) <= 10_000
    assert found["move"]["candles"] in (2, 50, 2_000)


def test_a_bot_that_opens_nothing_has_no_ladder(shell: Shell, file: Path) -> None:
    ended = shell("stress", "dip", "--candles", file, "--param", "drop=0.9", "--fall", "0.3")
    assert ended.code == 0
    assert "It opens nothing when the price falls by 30.01 % in one go" in ended.out
    assert "The ladder" not in ended.out


def test_what_cannot_be_asked_is_refused_in_a_line(shell: Shell, file: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "ETH-USDT" / "1h.parquet", waves())
    both = ("stress", "grid", "--candles", file, "--candles", other)
    assert shell.refused(*both) == (
        "stress is of one symbol, and candles of BTC/USDT, ETH/USDT are given; give those of one"
    )
    said = shell.refused("stress", "grid", "--candles", file, "--fall", "1.5")
    assert said == "fall is 1.5; write a fraction above 0 and below 1, such as 0.5 for half"
    assert shell.refused("stress", "grid", "--candles", file, "--param", "levls=3").startswith("strategy grid has no")
