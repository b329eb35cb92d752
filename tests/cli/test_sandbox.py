"""`botswain sandbox` as a person types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest
from tests.cli.shell import BOTSWAIN, KERNELS, Shell

from botswain.cli.sandbox_run import Asked, settings_of

ROWS = "ts,open,high,low,close,volume\n" + "".join(
    f"{1_700_000_040_000 + 60_000 * k},{100 + k},{103 + k},{99 + k},{101 + k},1.5\n" for k in range(5)
)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "BTC-USDT.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def started(*arguments: str | Path) -> subprocess.Popen[str]:
    """The command on a free port, with its lines to be read."""
    return subprocess.Popen(
        [str(BOTSWAIN), "sandbox", "--port", "0", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "BOTSWAIN_CACHE_DIR": str(KERNELS), "PYTHONUNBUFFERED": "1"},
    )


def asked(*arguments: str | Path) -> tuple[dict[str, object], int]:
    """Start it, ask for its books, interrupt it; the books and how it ended."""
    process = started(*arguments)
    with process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[1]
        with urlopen(f"{address}/sandbox/status", timeout=30) as answer:
            books = json.loads(answer.read())
        process.send_signal(signal.SIGINT)
        return books, process.wait(60)


def test_it_serves_a_file_until_it_is_interrupted(file: Path) -> None:
    books, code = asked("--candles", file, "--step", "--history", "2", "--account", "ann", "--balance", "USDT=5")
    assert code == 0
    assert books["market_ms"] == 1_700_000_040_000 + 120_000
    assert books["accounts"]["ann"]["free"] == {"USDT": "5.00000000"}  # type: ignore[index]


def test_without_a_file_it_makes_a_market_up() -> None:
    books, code = asked("--seed", "7", "--step", "--price", "ADA/USDT=0.5")
    assert code == 0
    assert books["accounts"]["main"]["free"] == {"USDT": "10000.00000000"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("given", "part"),
    [
        (["--step", "--speed", "2"], "--step moves only when told"),
        (["--seed", "1", "--trades", "x.parquet"], "exclude each other"),
        (["--speed", "-1"], "speed is -1.0"),
        (["--price", "BTC/USDT"], "price 'BTC/USDT' is not NAME=VALUE"),
        (["--price", "BTC/USDT=dear"], "BTC/USDT is 'dear', not a number"),
        (["--price", "BTC/USDT=0"], "it must be above zero"),
        (["--balance", "USDT=-1"], "the balance of USDT is -1"),
        (["--candles", "none.csv"], "none.csv"),
        (["--trades", "none.csv"], "none.csv"),
    ],
)
def test_what_makes_no_sense_is_refused(shell: Shell, given: list[str], part: str) -> None:
    assert part in shell.refused("sandbox", *given)


def test_files_that_do_not_fit_are_refused(shell: Shell, file: Path) -> None:
    assert "same symbol" in shell.refused("sandbox", "--candles", file, "--candles", file)
    assert "no candles are left" in shell.refused("sandbox", "--candles", file, "--history", "9")


def test_its_keys_are_not_printed_where_that_is_asked(file: Path) -> None:
    process = started("--candles", file, "--step", "--hide-keys")
    with process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("sandbox: http")
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == ""


def test_an_exchange_that_was_kept_goes_on_whether_its_keys_are_printed_or_not() -> None:
    given = {"history": 0, "fee": "0.001", "seed": 7, "speed": 1.0, "step": False, "port": 1}
    lists = dict.fromkeys(("candles", "trades", "symbol", "instrument", "price", "account", "balance"), ())
    assert settings_of(Asked(**given, **lists)) == settings_of(Asked(**given, **lists, hide_keys=True))  # type: ignore[arg-type]
