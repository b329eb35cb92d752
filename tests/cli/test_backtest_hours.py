"""Trading hours on the command line: what is refused, with the value and what to write, and what the report says."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.candle_files import waves
from tests.cli.shell import Shell
from tests.history.samples import candles_of, write

from botswain import Options, backtest
from botswain.control.trading_times import TradingWindow
from botswain.lab.assumptions import assumptions, length_text
from botswain.lab.data_used import data_used
from botswain.lab.result import Result


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "1h.parquet", waves())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--hours", "09:30-12:00 New Yrk"), "time zone 'New Yrk' is unknown; did you mean 'America/New_York'?"),
        (("--window", "noon"), "hours 'noon' are not understood; write it as \"09:30-16:00 America/New_York mon-fri\""),
        (("--calendar", "XNYC"), "calendar 'XNYC' is unknown; did you mean 'XNYS'?"),
        (
            ("--at-end", "flatten"),
            "--at-end is flatten, and there are no hours that end; give --hours or --calendar too",
        ),
        (("--minutes-before", "3"), "--minutes-before is 3, and there are no hours that end"),
        (
            ("--hours", "09:30-12:00", "--minutes-before", "3"),
            "--minutes-before is 3, which only flatten needs; give --at-end flatten too",
        ),
        (("--hours", "09:30-12:00", "--at-end", "flaten"), "at_end is 'flaten'; did you mean 'flatten'?"),
        (
            ("--hours", "09:30-12:00", "--at-end", "flatten", "--minutes-before", "150"),
            "09:30 to 12:00 UTC, every day is never open, of which the last 150 minutes are left out",
        ),
        (("--exit", "time_candles=2.5"), "exit time_candles is 2.5; write a whole number of candles"),
        (("--exit", "time_candle=2"), "exit 'time_candle' is unknown; did you mean 'time_candles'?"),
    ],
)
def test_what_cannot_be_is_refused(shell: Shell, file: Path, given: tuple[str, ...], said: str) -> None:
    assert said in shell.refused("backtest", "sma_crossover", "--candles", file, *given)


def run(window: TradingWindow) -> Result:
    """Hourly candles, 2 and 4 of them averaged."""
    candles = candles_of(waves())
    return backtest("sma_crossover", candles, params={"fast": 2, "slow": 4}, window=window,
                    options=Options(compiled=False))  # fmt: skip


def said(result: Result) -> str:
    """What the report says of the hours."""
    return assumptions(result, data_used(result.market, {}))["hours"]


def test_the_report_says_how_long_it_was_open() -> None:
    result = run(TradingWindow("08:00", "16:00", at_end="flatten", minutes_before=60))
    hours = [one // 3_600_000 for one in result.market.instants.tolist() if 8 <= one // 3_600_000 % 24 < 15]
    days = len({one // 24 for one in hours})
    text = said(result)
    assert text.startswith(f"open {days} times, {length_text(len(hours) * 3_600_000)} of ")
    assert "08:00" in text
    assert "15:00" in text
    assert "positions are closed by the market, at the next open that there is" in text


def test_the_report_shouts_where_it_was_never_open() -> None:
    result = run(TradingWindow(hours="00:15-00:45"))
    assert not result.fills
    assert said(result).startswith(f"NEVER OPEN at any of the {len(result.market.instants):,} closes")
