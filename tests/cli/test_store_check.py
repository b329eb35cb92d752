"""`botswain data check` without a target: everything in the store, judged and summed up."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.history.samples import sound_columns, write

from botswain.cli.context import Context
from botswain.cli.data import data


@pytest.fixture
def run(tmp_path):
    """The command on a store of two sound runs of candles."""

    def typed(*arguments):
        return CliRunner().invoke(data, arguments, obj=Context(tmp_path / "botswain"), terminal_width=200)

    for symbol in ("BTC", "ETH"):
        path = write(tmp_path / f"{symbol}-USDT" / "1h.parquet", sound_columns(30))
        assert typed("import", str(path)).exit_code == 0
    return typed


def stored(tmp_path: Path, symbol: str) -> Path:
    """Where a run of candles is stored."""
    return tmp_path / "botswain" / "candles" / "local" / symbol / "1h.parquet"


def test_a_sound_store_is_summed_up(run):
    done = run("check")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["venue", "symbol", "timeframe", "candles", "gaps", "missing", "warnings", "verdict"],
        ["local", "BTC/USDT", "1h", "30", "0", "0", "0", "sound"],
        ["local", "ETH/USDT", "1h", "30", "0", "0", "0", "sound"],
    ]
    assert lines[3].startswith("60 candles in 2 files: all sound; ")


def test_a_damaged_and_an_altered_file_are_told_and_the_command_fails(run, tmp_path):
    stored(tmp_path, "BTC-USDT").write_bytes(b"no parquet")
    done = run("check")
    assert done.exit_code == 1
    assert "damaged" in done.stdout
    assert f"ERROR {stored(tmp_path, 'BTC-USDT')}: " in done.stdout
    assert "30 candles in 2 files: 1 not sound, which a backtest refuses" in done.stdout


def test_candles_with_errors_are_told_with_the_first_of_them(run, tmp_path):
    columns = sound_columns(30)
    columns["close"][3] = float("nan")
    write(stored(tmp_path, "ETH-USDT"), columns)
    done = run("check")
    assert done.exit_code == 1
    assert "NOT SOUND" in done.stdout
    assert "nan" in done.stdout.lower()


def test_only_one_symbol_or_timeframe_or_venue_is_judged_when_asked(run):
    assert "30 candles in 1 file: all sound" in run("check", "--symbol", "ETH/USDT").stdout
    assert "60 candles in 2 files" in run("check", "--timeframe", "1h", "--venue", "local").stdout
    done = run("check", "--timeframe", "5m")
    assert done.exit_code == 2
    assert "is 5m; `botswain data list` shows what is there" in done.stderr


def test_as_json_every_file_is_an_object(run, tmp_path):
    stored(tmp_path, "BTC-USDT").write_bytes(b"no parquet")
    first, second = json.loads(run("check", "--json").stdout)
    assert (first["symbol"], first["sound"], bool(first["damage"])) == ("BTC/USDT", False, True)
    assert (second["symbol"], second["sound"], second["damage"], second["rows"]) == ("ETH/USDT", True, "", 30)


def test_an_empty_store_says_how_to_fill_it(tmp_path):
    done = CliRunner().invoke(data, ["check"], obj=Context(tmp_path))
    assert done.exit_code == 0
    assert "is empty" in done.stdout
