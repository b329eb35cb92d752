"""`--html` and `botswain compare`, as a person types them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.cli.candle_files import waves
from tests.cli.shell import Shell
from tests.history.samples import write


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "1h.parquet", waves())


def test_reports_are_written_and_laid_side_by_side(shell: Shell, file: Path, tmp_path: Path) -> None:
    made = []
    for fast in (3, 4):
        made.append(tmp_path / f"{fast}.json")
        page = tmp_path / f"{fast}.html"
        settings = ("--param", f"fast={fast}", "--param", "slow=9", "--trials", "3")
        ended = shell("backtest", "sma_crossover", "--candles", file, *settings, "--json", made[-1], "--html", page)
        assert ended.code == 0, ended.err
        text = page.read_text("utf-8")
        assert "As the best of 3 tried" in text
        assert str(file) in text, "where the candles were read from"
    both = tmp_path / "both.html"
    ended = shell("compare", *made, "--html", both)
    assert ended.code == 0, ended.err
    assert "sma_crossover 1" in ended.out
    assert "Can they be believed?" in ended.out
    assert "2 runs side by side" in both.read_text("utf-8")


def test_without_validation_the_page_has_none(shell: Shell, file: Path, tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    ended = shell("backtest", "sma_crossover", "--candles", file, "--no-validation", "--html", page)
    assert ended.code == 0
    assert 'id="belief"' not in page.read_text("utf-8")


def test_a_place_that_cannot_be_written_is_said_before_the_run(shell: Shell, file: Path, tmp_path: Path) -> None:
    ended = shell("backtest", "sma_crossover", "--candles", file, "--html", tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert "--html" in ended.err
    assert "is a folder; name a file in it" in ended.err
    ended = shell("compare", file, file, "--html", tmp_path / "no" / "x.html")
    assert ended.code == 2
    assert "there is no folder" in ended.err


def test_what_is_no_report_is_refused(shell: Shell, file: Path) -> None:
    ended = shell("compare", file, file)
    assert ended.code == 2
    assert "is no report" in ended.err


def test_ratios_beyond_a_risk_free_rate_are_told_as_such(shell: Shell, file: Path, tmp_path: Path) -> None:
    told = shell("backtest", "sma_crossover", "--candles", file, "--risk-free", "0.04", "--no-validation")
    plain = shell("backtest", "sma_crossover", "--candles", file, "--no-validation", "--html", tmp_path / "x.html")
    assert re.search(r"Sharpe over 4\.00 %", told.out)
    one, other = (re.search(r"Sharpe(?: over 4\.00 %)? +(-?[\d.]+)", ended.out) for ended in (told, plain))
    assert one is not None
    assert other is not None
    assert float(one[1]) < float(other[1])
    refused = shell("backtest", "sma_crossover", "--candles", file, "--risk-free", "4")
    assert (refused.code, refused.err.count("the risk-free rate is 4")) == (2, 1)
