"""`botswain backtest --actions`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.shell import Shell
from tests.history.samples import START_MS

HOUR_MS = 3_600_000


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


def shares(folder: Path, name: str, hours: int = 60) -> Path:
    """Hourly candles that rise, and are divided by two from the thirtieth on; the file says so itself."""
    path = folder / name / "1h.parquet"
    path.parent.mkdir()
    at = np.arange(hours)
    close = np.round((100.0 + at) / np.where(at < 30, 1, 2), 2)
    columns = dict.fromkeys(("open", "high", "low", "close"), close)
    carried = {"dividend": np.where(at == 40, 0.5, 0.0), "split_factor": np.where(at == 30, 2.0, 1.0)}
    pl.DataFrame({"ts": START_MS + HOUR_MS * at, **columns, "volume": at + 1.0, **carried}).write_parquet(path)
    return path


SETTINGS = ("--param", "fast=2", "--param", "slow=4", "--fee", "0", "--size", "0.4")


def test_candles_that_carry_them_are_their_own_file_of_actions(shell: Shell, tmp_path: Path) -> None:
    file, out = shares(tmp_path, "ABC-USD"), tmp_path / "out.json"
    ended = shell(
        "backtest", "sma_crossover", "--candles", file, "--actions", file, *SETTINGS, "--json", out
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "Splits and dividends" in ended.out
    found = json.loads(out.read_bytes())
    assert [(one["kind"], one["time_ms"]) for one in found["actions"]] == [
        ("split", START_MS + 30 * HOUR_MS), ("dividend", START_MS + 40 * HOUR_MS),
    ]  # fmt: skip
    # It rises all the time, so it is never sold: the split is no fall.
    assert len(found["fills"]) == 1
    assert float(found["metrics"]["dividends"]) > 0


def test_of_several_symbols_a_file_each_or_one_with_a_column(shell: Shell, tmp_path: Path) -> None:
    first, second = shares(tmp_path, "ABC-USD"), shares(tmp_path, "XYZ-USD")
    listed = tmp_path / "all.csv"
    listed.write_text(
        f"symbol,ts,split,dividend\nXYZ/USD,{START_MS + 30 * HOUR_MS},2:1,\nABC/USD,{START_MS + 30 * HOUR_MS},2,\n"
        f"ABC/USD,{START_MS + 40 * HOUR_MS},,0.5\nXYZ/USD,{START_MS + 40 * HOUR_MS},,0.5\n"
    )
    told = []
    for given in (("--actions", first, "--actions", second), ("--actions", listed)):
        out = tmp_path / "out.json"
        candles = ("--candles", first, "--candles", second)
        ended = shell("backtest", "sma_crossover", *candles, *given, *SETTINGS, "--json", out)
        assert ended.code == 0, ended.err
        told.append(json.loads(out.read_bytes()))
    assert len(told[0]["actions"]) == 4
    assert len(told[0]["fills"]) == 2
    assert told[0]["actions"] == told[1]["actions"]
    assert told[0]["equity"] == told[1]["equity"]


def test_what_is_wrong_is_said(shell: Shell, tmp_path: Path) -> None:
    file, other = shares(tmp_path, "ABC-USD"), shares(tmp_path, "XYZ-USD")
    assert "there is no such file" in shell.refused(
        "backtest", "sma_crossover", "--candles", file, "--actions", tmp_path / "none.csv"
    )
    assert "nothing says whose splits and dividends these are; add a column symbol" in shell.refused(
        "backtest", "sma_crossover", "--candles", file, "--candles", other, "--actions", file
    )
    assert "strategy grid does not run through a split of shares" in shell.refused(
        "backtest", "grid", "--candles", file, "--actions", file
    )
