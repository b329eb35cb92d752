"""The candle store."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.history.samples import HOUR_MS, START_MS, candles_of, same, sound, sound_columns, write

from botswain.history.content import content_hash
from botswain.history.labels import Label, label_from, label_of, label_text
from botswain.history.parquet_file import read_note, write_parquet
from botswain.history.shelf import Shelf
from botswain.history.sources import find_source
from botswain.history.whole_file import only_writer
from botswain.model.errors import BadInput, Unavailable


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "candles")


def test_what_is_put_is_found_again_bit_for_bit(shelf: Shelf) -> None:
    merged = shelf.put("binance", sound(100))
    assert (merged.added, merged.equal) == (100, 0)
    found = shelf.find("BTC/USDT", "1h", "binance")
    assert same(found, sound(100))
    assert (found.symbol, found.timeframe) == ("BTC/USDT", "1h")
    assert shelf.path("binance", "BTC/USDT", "1h") == shelf.root / "binance" / "BTC-USDT" / "1h.parquet"


def test_the_stored_file_is_an_ordinary_candle_file(shelf: Shelf) -> None:
    shelf.put("binance", sound(10))
    frame = pl.read_parquet(shelf.path("binance", "BTC/USDT", "1h"))
    assert frame.columns == ["ts", "open", "high", "low", "close", "volume"]
    assert frame["ts"].to_list() == sound_columns(10)["ts"]


def test_parts_in_any_order_give_the_same_bytes_as_the_whole(shelf: Shelf) -> None:
    whole = sound(100)
    for venue, cuts in (("a", [(0, 100)]), ("b", [(50, 80), (0, 60), (70, 100)])):
        for first, last in cuts:
            shelf.put(venue, whole.slice(first, last))
    read = [shelf.path(venue, "BTC/USDT", "1h").read_bytes() for venue in ("a", "b")]
    assert read[0] == read[1]


def test_a_second_equal_import_writes_nothing(shelf: Shelf) -> None:
    shelf.put("a", sound(10))
    before = shelf.path("a", "BTC/USDT", "1h").stat().st_mtime_ns
    assert shelf.put("a", sound(10)).equal == 10
    assert shelf.path("a", "BTC/USDT", "1h").stat().st_mtime_ns == before


def test_a_label_tells_what_is_inside_without_reading_it(shelf: Shelf) -> None:
    columns = {name: values[:4] + values[6:] for name, values in sound_columns(10).items()}
    columns["volume"][0] = 0.0
    shelf.put("a", candles_of(columns), asked=[(START_MS, START_MS + HOUR_MS), (START_MS + HOUR_MS, START_MS + 99)])
    shelf.put("a", sound(0), asked=[(START_MS + HOUR_MS, START_MS + 2 * HOUR_MS)])
    (entry,) = shelf.entries()
    assert entry.label == Label(
        version=1,
        symbol="BTC/USDT",
        timeframe="1h",
        rows=8,
        first_ms=START_MS,
        last_ms=START_MS + 9 * HOUR_MS,
        gaps=1,
        missing=2,
        zero_volume=1,
        hash=content_hash(candles_of(columns)),
        asked=((START_MS, START_MS + 2 * HOUR_MS),),
    )
    assert shelf.asked("a", "BTC/USDT", "1h") == ((START_MS, START_MS + 2 * HOUR_MS),)
    assert shelf.asked("b", "BTC/USDT", "1h") == ()


def test_nothing_put_makes_no_file(shelf: Shelf) -> None:
    shelf.put("a", sound(0), asked=[(0, 1)])
    assert shelf.entries() == ()


def test_candles_with_errors_are_refused_and_change_nothing(shelf: Shelf) -> None:
    shelf.put("a", sound(10))
    before = shelf.path("a", "BTC/USDT", "1h").read_bytes()
    columns = sound_columns(20)
    columns["close"][15] = float("nan")
    with pytest.raises(BadInput, match=r"BTC/USDT 1h for a: row 16 .*close is empty or nan"):
        shelf.put("a", candles_of(columns))
    assert shelf.path("a", "BTC/USDT", "1h").read_bytes() == before


def test_candles_that_lie_between_those_that_are_stored_are_refused_and_change_nothing(shelf: Shelf) -> None:
    shelf.put("a", sound(10))
    before = shelf.path("a", "BTC/USDT", "1h").read_bytes()
    columns = sound_columns(10)
    columns["ts"] = [ts + 17 for ts in columns["ts"]]
    with pytest.raises(BadInput) as raised:
        shelf.put("a", candles_of(columns))
    assert str(raised.value).startswith("BTC/USDT 1h for a, with what is stored: row 2 (")
    assert "it opens 0.017 s after the row above" in str(raised.value)
    assert shelf.path("a", "BTC/USDT", "1h").read_bytes() == before


def test_entries_stand_in_order_of_venue_symbol_and_length(shelf: Shelf) -> None:
    shelf.put("kraken", sound(5))
    shelf.put("binance", sound(5, timeframe="30m"))
    shelf.put("binance", sound(5))
    shelf.put("binance", sound(5, timeframe="5m"))
    shelf.put("binance", sound(5, symbol="ADA/USDT"))
    assert [(one.venue, one.symbol, one.timeframe) for one in shelf.entries()] == [
        ("binance", "ADA/USDT", "1h"),
        ("binance", "BTC/USDT", "5m"),
        ("binance", "BTC/USDT", "30m"),
        ("binance", "BTC/USDT", "1h"),
        ("kraken", "BTC/USDT", "1h"),
    ]


def test_a_file_put_there_by_hand_is_known_by_its_place(shelf: Shelf) -> None:
    write(shelf.root / "mine" / "BTC-PERP-USD" / "1h.parquet", sound_columns(5))
    write(shelf.root / "mine" / "BTC-PERP-USD" / "notes_2024.parquet", sound_columns(5))
    (entry,) = shelf.entries()
    assert (entry.venue, entry.symbol, entry.timeframe, entry.label) == ("mine", "BTC-PERP/USD", "1h", None)
    assert same(shelf.find("BTC-PERP/USD"), sound(5))


def test_what_is_not_there_is_told_with_what_is(shelf: Shelf) -> None:
    with pytest.raises(BadInput, match=r"no candles of BTC/USDT in the store .*, which is empty; .*data import FILE"):
        shelf.find("BTC/USDT")
    shelf.put("binance", sound(5))
    shelf.put("kraken", sound(5))
    shelf.put("binance", sound(5, timeframe="5m"))
    with pytest.raises(BadInput, match=r"no candles of BTC/USTD .*; did you mean 'BTC/USDT'\?; there is BTC/USDT"):
        shelf.find("BTC/USTD")
    with pytest.raises(BadInput, match=r"no BTC/USDT 4h in the store .*; there is 5m of binance, 1h of binance, 1h of"):
        shelf.find("BTC/USDT", "4h")
    with pytest.raises(BadInput, match=r"more than once: 1h of binance, 1h of kraken; name one with --timeframe and"):
        shelf.find("BTC/USDT", "1h")
    assert shelf.find("BTC/USDT", "5m").timeframe == "5m"
    assert shelf.find("BTC/USDT", venue="kraken").timeframe == "1h"


@pytest.mark.parametrize(
    ("venue", "symbol", "timeframe", "message"),
    [
        ("../x", "BTC/USDT", "1h", r"venue '\.\./x' is not a name; write small letters"),
        ("", "BTC/USDT", "1h", r"venue '' is not a name"),
        ("a", "../../etc/x", "1h", r"symbol '\.\./\.\./etc/x' is not BASE/QUOTE"),
        ("a", "BTC/USDT", "../1h", r"timeframe '\.\./1h' is not understood"),
    ],
)
def test_no_name_leads_out_of_the_store(shelf: Shelf, venue: str, symbol: str, timeframe: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        shelf.path(venue, symbol, timeframe)


def test_a_damaged_file_is_listed_as_such_and_never_overwritten(shelf: Shelf) -> None:
    shelf.put("a", sound(5))
    shelf.put("a", sound(5, symbol="ETH/USDT"))
    path = shelf.path("a", "BTC/USDT", "1h")
    path.write_bytes(path.read_bytes()[:-50])
    damaged = shelf.entries()[0]
    assert "cannot be read as Parquet" in damaged.damage
    for use in (lambda: shelf.find("BTC/USDT"), lambda: shelf.put("a", sound(9))):
        with pytest.raises(BadInput, match=r"1h\.parquet: cannot be read as Parquet .*get it again"):
            use()
    assert same(shelf.find("ETH/USDT"), sound(5))


def test_altered_candles_are_refused_by_all_who_read_them_and_never_get_a_label_that_calls_them_sound(
    shelf: Shelf,
) -> None:
    shelf.put("a", sound(30))
    path = shelf.path("a", "BTC/USDT", "1h")
    note = read_note(path, str(path))
    assert note is not None
    columns = sound_columns(30)
    columns["high"][7] += 3
    with path.open("wb") as target:
        write_parquet(target, candles_of(columns), note)
    altered = path.read_bytes()
    uses = (
        lambda: shelf.find("BTC/USDT"),
        lambda: shelf.read("a", "BTC/USDT", "1h"),
        lambda: shelf.put("a", sound(31)),
        lambda: shelf.put("a", sound(30), replace=True),
        lambda: find_source("BTC/USDT", shelf).checked(),
    )
    for use in uses:
        with pytest.raises(BadInput, match=r"1h\.parquet: these are not the candles that were stored; move the file"):
            use()
    assert path.read_bytes() == altered
    path.rename(path.with_suffix(".away"))
    assert shelf.put("a", sound(31)).added == 31  # as the message says


def test_a_second_writer_is_told_to_wait(shelf: Shelf) -> None:
    folder = shelf.path("a", "BTC/USDT", "1h").parent
    with only_writer(folder), pytest.raises(Unavailable, match="another botswain process"):
        shelf.put("a", sound(5))


def test_a_label_of_a_newer_version_is_refused_and_one_that_is_none_too() -> None:
    text = label_text(label_of(sound(5)))
    assert label_from(text, "f") == label_of(sound(5))
    newer = text.replace('"version":1', '"version":2')
    with pytest.raises(BadInput, match=r"f: was written by a newer botswain \(label version 2, known: 1\); update"):
        label_from(newer, "f")
    for broken in ("{}", "[", '{"version":1}'):
        with pytest.raises(
            BadInput, match=r"f: its label cannot be read .*move the file away, then import or download it again"
        ):
            label_from(broken, "f")
