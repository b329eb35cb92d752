"""`botswain data`, as a person types it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.history.klines_server import FIRST_MS, MINUTE_MS, KlinesServer, binance_at
from tests.history.samples import START_MS, candles_of, same, sound, sound_columns, write

from botswain.cli import downloads
from botswain.cli.context import Context, usual_context
from botswain.cli.data import data
from botswain.history import pages
from botswain.history.labels import Label, label_text
from botswain.history.parquet_file import write_parquet
from botswain.history.shelf import Shelf

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run_it(*arguments: str) -> Result:
        result = CliRunner().invoke(data, arguments, obj=Context(tmp_path / "botswain"), terminal_width=200)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run_it


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "botswain" / "candles")


def spoiled(path: Path) -> Path:
    columns = sound_columns(10)
    columns["close"][3] = float("nan")
    return write(path, columns)


def test_importing_the_commands_loads_nothing_heavy() -> None:
    heavy = "('ccxt', 'numpy', 'polars', 'rich', 'yaml')"
    code = f"import sys, botswain.cli.data; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_import_is_stored_listed_and_checked(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    path = write(tmp_path / "BTC-USDT" / "1h.parquet", sound_columns(30))
    result = run("import", str(path), "--venue", "binance")
    assert result.exit_code == 0
    assert "BTC/USDT 1h: 30 candles added, 0 were there already; 30 are stored in" in result.stdout
    assert same(shelf.find("BTC/USDT", "1h", "binance"), sound(30))
    table = run("list").stdout.split()
    assert table[-8:] == ["binance", "BTC/USDT", "1h", "2024-01-01", "2024-01-02", "30", "0", table[-1]]
    checked = run("check", "BTC/USDT")
    assert checked.exit_code == 0
    assert "30 candles from 2024-01-01T00:00:00Z to 2024-01-02T05:00:00Z" in checked.stdout
    assert "finest price step 0.01" in checked.stdout
    assert "no gaps" in checked.stdout
    assert "sound: a backtest takes it" in checked.stdout


def test_an_import_tells_gaps_and_what_was_assumed(run: Run, tmp_path: Path) -> None:
    columns = {name: values[:5] + values[9:] for name, values in sound_columns(30).items()}
    result = run("import", str(write(tmp_path / "x.csv", columns)), "--symbol", "ETH/EUR")
    assert "ETH/EUR 1h: 26 candles added" in result.stdout
    assert "warning gaps: 4 candles are missing in 1 gap" in result.stdout
    assert "4 missing between 2024-01-01T04:00:00Z and 2024-01-01T09:00:00Z" in result.stdout


def test_the_list_as_json_has_the_label(run: Run, tmp_path: Path) -> None:
    run("import", str(write(tmp_path / "BTC-USDT-1h.csv", sound_columns(30))))
    (entry,) = json.loads(run("list", "--json").stdout)
    assert (entry["venue"], entry["symbol"], entry["timeframe"], entry["rows"]) == ("local", "BTC/USDT", "1h", 30)
    assert (entry["first_ms"], entry["missing"], entry["damage"]) == (START_MS, 0, "")
    assert len(entry["hash"]) == 64


def test_an_empty_store_says_how_to_fill_it(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert "is empty. Put candles there with `botswain data import FILE` or" in result.stdout
    assert json.loads(run("list", "--json").stdout) == []


def test_a_damaged_stored_file_is_listed_with_the_reason(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    run("import", str(write(tmp_path / "BTC-USDT-1h.csv", sound_columns(30))))
    write(shelf.root / "mine" / "ETH-USDT" / "1h.parquet", sound_columns(3))
    shelf.path("local", "BTC/USDT", "1h").write_bytes(b"torn")
    result = run("list")
    assert result.exit_code == 0
    assert "damaged" in result.stdout
    assert "cannot be read as Parquet" in result.stdout
    assert "no label" in result.stdout
    assert {one["damage"] == "" for one in json.loads(run("list", "--json").stdout)} == {True, False}


def test_a_file_with_errors_is_refused_in_one_line_and_changes_nothing(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    run("import", str(write(tmp_path / "BTC-USDT-1h.csv", sound_columns(5))))
    before = shelf.path("local", "BTC/USDT", "1h").read_bytes()
    result = run("import", str(spoiled(tmp_path / "bad" / "BTC-USDT-1h.csv")))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert (
        "row 4 (2024-01-01T03:00:00Z = 1704078000000): close is empty or nan, which is no number; remove"
        in result.stderr
    )
    assert shelf.path("local", "BTC/USDT", "1h").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("import", "{}/none.csv"), "there is no such file; did you mean 'nameless.csv'?"),
        (("import", "{}/nameless.csv"), "tell no symbol; say it, such as --symbol BTC/USDT"),
        (("import", "{}/nameless.csv", "--symbol", "BTCUSDT"), "symbol 'BTCUSDT' is not BASE/QUOTE"),
        (("import", "{}/nameless.csv", "--symbol", "A/B", "--venue", "My Bank"), "venue 'My Bank' is not a name"),
        (("import", "{}/nameless.csv", "--symbol", "A/B", "--timeframe", "2h"), "candles are 1h apart, so timeframe"),
        (("import", "{}/nameless.csv", "--symbol", "A/B", "--decimals", "99"), "decimals is 99; write 0 to 12"),
        (("check", "BTC/USDT"), "no candles of BTC/USDT in the store"),
        (("check", "{}"), "is a folder; name one .parquet or .csv file in it"),
        (("download", "BTC/USDT", "--venue", "binanse"), "did you mean 'binance'"),
        (("download", "BTC/USDT", "--venue", "zzzzzz"), "venue 'zzzzzz' is not known to CCXT; write it as CCXT does"),
        (("download", "BTC/USDT", "--start", "soon"), "--start 'soon' is not a time; write 2024-01-31"),
        (("download", "BTC/USDT", "--end", "soon"), "--end 'soon' is not a time"),
    ],
)
def test_bad_input_is_named_with_the_remedy_and_exit_code_2(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    write(tmp_path / "nameless.csv", sound_columns(5))
    result = run(*(one.format(tmp_path) for one in arguments))
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_rows_in_disorder_are_taken_when_asked_to_sort(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    columns = {name: values[::-1] + values[:1] for name, values in sound_columns(30).items()}
    path = str(write(tmp_path / "BTC-USDT-1h.csv", columns))
    refused = run("import", path)
    assert refused.exit_code == 2
    assert "--sort" in refused.stderr
    result = run("import", path, "--sort")
    assert "note: 1 rows were equal to another and dropped" in result.stdout
    assert same(shelf.find("BTC/USDT"), sound(30))


def test_noisy_prices_are_rounded_when_asked(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    columns = sound_columns(10)
    columns["close"][4] = 104.8699951171875
    path = str(write(tmp_path / "BTC-USDT-1h.csv", columns))
    noisy = run("import", path)
    assert "note: BTC/USDT: row 5" in noisy.stdout
    assert "--decimals 2 --replace" in noisy.stdout
    result = run("import", path, "--decimals", "2", "--replace")
    assert "warning: 1 candles differ from the stored ones and were replaced" in result.stdout
    assert shelf.find("BTC/USDT").close[4] == 104.87


def test_differing_candles_are_kept_and_told(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    run("import", str(write(tmp_path / "BTC-USDT-1h.csv", sound_columns(10))))
    columns = sound_columns(10)
    columns["volume"] = [value + 1 for value in columns["volume"]]
    result = run("import", str(write(tmp_path / "BTC-USDT-1h.csv", columns)))
    assert result.exit_code == 0
    assert "10 candles differ from the stored ones and were kept as stored; --replace takes the new" in result.stdout
    assert "2024-01-01T00:00:00Z = 1704067200000: volume was 1.0, now 2.0" in result.stdout
    assert "and 5 more" in result.stdout
    assert same(shelf.find("BTC/USDT"), sound(10))


def test_a_check_that_finds_errors_exits_with_1_and_shows_all_of_them(run: Run, tmp_path: Path) -> None:
    columns = sound_columns(42)
    columns["close"][3] = float("nan")
    columns["low"][5] = -1.0
    columns = {
        name: [value for row, value in enumerate(values) if row % 3 or row < 9] for name, values in columns.items()
    }
    path = str(write(tmp_path / "[red]BTC-USDT-1h.csv", columns))
    result = run("check", path, "--symbol", "BTC/USDT", "--timeframe", "1h")
    assert result.exit_code == 1
    assert "[red]BTC-USDT-1h.csv: BTC/USDT 1h" in result.stdout
    assert "ERROR not_finite: row 4" in result.stdout
    assert "ERROR not_positive: row 6" in result.stdout
    assert "11 candles are missing in 11 gaps" in result.stdout
    assert "and 1 shorter ones (--json lists all)" in result.stdout
    assert "not sound: a backtest refuses it" in result.stdout
    found = run("check", path, "--json")
    assert found.exit_code == 1
    report = json.loads(found.stdout)
    assert report["sound"] is False
    assert [one["kind"] for one in report["findings"] if one["error"]] == ["not_finite", "not_positive"]
    assert len(report["gaps"]) == report["missing"]


def test_stored_candles_that_were_altered_are_told_by_their_hash(run: Run, shelf: Shelf, tmp_path: Path) -> None:
    run("import", str(write(tmp_path / "BTC-USDT-1h.csv", sound_columns(30))))
    path = shelf.path("local", "BTC/USDT", "1h")
    label = shelf.entries()[0].label
    assert label is not None
    columns = sound_columns(30)
    columns["volume"][7] += 1
    write_with_label(path, columns, label)
    result = run("check", "BTC/USDT")
    assert result.exit_code == 1
    assert "ERROR altered: these are not the candles that were stored; move the file away" in result.stdout


def write_with_label(path: Path, columns: dict[str, list[Any]], label: Label) -> None:
    with path.open("wb") as target:
        write_parquet(target, candles_of(columns), label_text(label))


def test_the_data_folder_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "BTC-USDT-1h.csv", sound_columns(5))
    result = CliRunner().invoke(data, ["--data-dir", str(tmp_path / "else"), "import", str(path)])
    assert result.exit_code == 0
    assert (tmp_path / "else" / "candles" / "local" / "BTC-USDT" / "1h.parquet").exists()
    assert usual_context().candles_dir.parts[-2:] == ("botswain", "candles")


@pytest.fixture
def server() -> Iterator[KlinesServer]:
    with KlinesServer(FIRST_MS + 300 * MINUTE_MS) as running:
        yield running


@pytest.fixture
def at_server(server: KlinesServer, monkeypatch: pytest.MonkeyPatch) -> KlinesServer:
    monkeypatch.setattr(downloads, "exchange", lambda _venue: binance_at(server.url))
    monkeypatch.setattr(pages, "TRIES", 1)
    return server


DOWNLOAD = ("download", "BTC/USDT", "--timeframe", "1m", "--start", "2024-01-01")


@pytest.mark.usefixtures("at_server")
def test_a_download_is_stored_and_its_gaps_told(run: Run, shelf: Shelf) -> None:
    result = run(*DOWNLOAD)
    assert result.exit_code == 0, result.output
    assert "BTC/USDT 1m: 288 candles added" in result.stdout
    assert "288 candles are stored, 2024-01-01T00:00:00Z to 2024-01-01T04:59:00Z, 12 missing in 4 gaps" in result.stdout
    assert "100 %" in result.stderr
    assert len(shelf.find("BTC/USDT", "1m", "binance")) == 288
    assert "0 candles added" in run("download", "BTC/USDT", "--timeframe", "1m").stdout


@pytest.mark.usefixtures("at_server")
def test_a_download_from_before_the_venue_began_says_what_is_not_there(run: Run) -> None:
    result = run(*DOWNLOAD[:-1], "2023-12-30", "--end", "2024-01-01T01:00")
    assert "note: binance has nothing from 2023-12-30T00:00:00Z to 2024-01-01T00:00:00Z" in result.stdout


def test_a_venue_that_does_not_answer_is_told_without_a_traceback(run: Run, at_server: KlinesServer) -> None:
    at_server.faults[3] = "drop"
    result = run(*DOWNLOAD)
    assert result.exit_code == 2
    assert "error: binance did not answer in 1 tries" in result.stderr
    assert "run the same command again" in result.stderr


def test_ctrl_c_says_how_to_go_on(run: Run, at_server: KlinesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads.ProgressBar, "moved", interrupt)
    result = run(*DOWNLOAD)
    assert result.exit_code == 130
    assert "stopped; what came is stored: give the same command again to go on" in result.stderr
    assert len(at_server.asked) == 1


def test_waiting_for_a_venue_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with downloads.ProgressBar("a [b] c") as bar:
        bar.waiting("429 [too many]: trying again in 1 s")
    shown = capsys.readouterr().err
    assert "429 [too many]: trying again in 1 s" in shown
    assert "a [b] c" in shown


def test_the_exchange_of_a_download_paces_itself_and_holds_no_key() -> None:
    source: Any = downloads.exchange("kraken")
    assert source.enableRateLimit is True
    assert not source.apiKey
    assert not source.secret
