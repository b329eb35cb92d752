"""Reading people's candle files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.samples import HOUR_MS, START_MS, candles_of, same, sound, sound_columns, write

from botswain.history.files import read_candles, read_file
from botswain.model.candles import COLUMNS
from botswain.model.errors import BadInput

SUFFIXES = ("parquet", "csv")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_columns_are_found_by_name_in_any_order_and_case_beside_others(tmp_path: Path, suffix: str) -> None:
    columns = sound_columns(20)
    odd: dict[str, list[Any]] = {
        "Volume": columns["volume"],
        "note": ["x"] * 20,
        "CLOSE": columns["close"],
        " low ": columns["low"],
        "High": columns["high"],
        "open": columns["open"],
        "TS": columns["ts"],
    }
    candles = read_candles(write(tmp_path / f"BTC-USDT-1h.{suffix}", odd))
    assert same(candles, sound(20))
    assert (candles.symbol, candles.timeframe) == ("BTC/USDT", "1h")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_arrays_are_contiguous_read_only_int64_and_float64(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"1h.{suffix}"
    columns = sound_columns(50)
    if suffix == "parquet":
        pl.DataFrame(columns).write_parquet(path, row_group_size=7)
    else:
        write(path, columns)
    candles = read_candles(path)
    for name in ("ts", *COLUMNS):
        column = getattr(candles, name)
        assert column.flags.c_contiguous
        assert not column.flags.writeable
        assert column.dtype == (np.int64 if name == "ts" else np.float64)


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        (
            "ts",
            [START_MS // 1000 + n * 3600 for n in range(5)],
            r"'ts' is 1704067200 in row 1, which is seconds.*1000",
        ),
        (
            "ts",
            [(START_MS + n) * 1000 for n in range(5)],
            r"is microseconds; times are milliseconds.* divide .* 1000",
        ),
        ("ts", [(START_MS + n) * 1_000_000 for n in range(5)], r"which is nanoseconds.*divide the column by 1000000"),
        (
            "ts",
            [START_MS + n + 0.5 for n in range(5)],
            r"row 1: column 'ts' is 1704067200000.5, not whole",
        ),
        ("ts", [START_MS, None, START_MS + 2, 3, 4], r"row 2: column 'ts' is empty, not a time.*remove the row"),
        ("ts", ["2024-01-01", "soon", "x", "y", "z"], r"row 2: column 'ts' is 'soon', not a time; write milliseconds"),
        (
            "close",
            [100.5, 100.5, None, 100.5, 100.5],
            r"row 3 \(2024-01-01T02:00:00Z = \d+\): close is empty or nan.*remove",
        ),
        ("close", [100.5, float("inf"), 100.5, 1, 1], r"row 2 .*: close is inf, which is no number"),
        ("open", [100.5, -1.0, 100.5, 100.5, 100.5], r"row 2 .*: open is -1\.0; prices are above zero"),
        ("low", [99.0, 0.0, 99.0, 99.0, 99.0], r"row 2 .*: low is 0\.0; prices are above zero"),
        ("volume", [1.0, 2.0, 3.0, -4.0, 5.0], r"row 4 .*: volume is -4\.0; .*volume is not below it"),
        ("low", [99.0, 99.0, 99.0, 99.0, 5000.0], r"row 5 .*: no candle has .*low 5000\.0.*low <= open, close <= high"),
        (
            "close",
            [100.0, "1,5", "2", "3", "4"],
            r"row 2: column 'close' is '1,5', not a number; write it with",
        ),
    ],
)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_spoiled_column_is_refused_naming_row_value_and_remedy(
    tmp_path: Path, suffix: str, column: str, values: list[Any], message: str
) -> None:
    columns = sound_columns(5)
    columns[column] = [str(one) for one in values] if any(isinstance(one, str) for one in values) else values
    path = write(tmp_path / f"1h.{suffix}", columns)
    before = path.read_bytes()
    with pytest.raises(BadInput, match=message):
        read_candles(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_missing_candles_stay_missing(tmp_path: Path, suffix: str) -> None:
    columns = {name: values[:7] + values[9:] for name, values in sound_columns(20).items()}
    candles = read_candles(write(tmp_path / f"x.{suffix}", columns))
    assert len(candles) == 18
    assert candles.timeframe == "1h"


def test_a_column_that_holds_no_numbers_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "x.parquet", {**sound_columns(3), "high": [True, False, True]})
    with pytest.raises(BadInput, match=r"column 'high' holds Boolean, not numbers; write it as float64"):
        read_candles(path)
    path = write(tmp_path / "x.parquet", {**sound_columns(3), "ts": [True, False, True]})
    with pytest.raises(BadInput, match=r"column 'ts' holds Boolean, not times; write int64 milliseconds"):
        read_candles(path)


def test_float32_prices_are_read_with_a_note(tmp_path: Path) -> None:
    frame = pl.DataFrame(sound_columns(3)).with_columns(pl.col("close").cast(pl.Float32))
    frame.write_parquet(tmp_path / "BTC-USDT.parquet")
    read = read_file(tmp_path / "BTC-USDT.parquet")
    assert read.notes == ("column 'close' is float32: its prices may carry noise in the last digits",)


@pytest.mark.parametrize("second", ["close", "Close", " CLOSE "])
def test_two_columns_of_one_name_are_refused_rather_than_one_taken(tmp_path: Path, second: str) -> None:
    path = write(tmp_path / "BTC-USDT.csv", sound_columns(3))
    lines = path.read_text().splitlines()
    lines = [f"{line},{second if place == 0 else 1.5}" for place, line in enumerate(lines)]
    path.write_text("\n".join(lines))
    with pytest.raises(BadInput, match=rf"2 columns are called close \('close', '{second}'\); leave one of them"):
        read_file(path)


def test_a_missing_column_is_named_beside_those_there(tmp_path: Path) -> None:
    columns = sound_columns(3)
    columns["volum"] = columns.pop("volume")
    with pytest.raises(BadInput, match=r"no column volume \(the file has .*volum\); did you mean 'volum'\?; name the"):
        read_candles(write(tmp_path / "x.csv", columns))


def test_a_file_without_a_header_is_told_to_have_one(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("1704067200000,1,2,1,1,5\n1704070800000,1,2,1,1,5\n")
    with pytest.raises(BadInput, match=r"first line is 1704067200000,1,2,1,1,5, which is data; write the names"):
        read_candles(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.csv", b"", r"the file is empty; give one with the columns"),
        ("x.csv", b"ts,open,high,low,close,volume\n", r"columns but no candles; give a file with at least one row"),
        ("x.csv", b"ts;open;high;low;close;volume\n1;1;1;1;1;1\n", r"has ts;open;.*separated by commas"),
        (
            "x.csv",
            b"ts,open,high,low,close,volume\n1,1,1,1,1,1,1,1\n",
            r"cannot be read as CSV \(.*\); write one",
        ),
        ("x.csv", b"ts,\xff\xfe,high\n1,2,3\n", r"x\.csv: "),
        ("x.csv", b"ts,open,high,low,close,volume\n1704067200000,1,1\n", r"one candle does not show its timeframe"),
        ("x.parquet", b"", r"cannot be read as Parquet .*damaged, cut short or of another kind"),
        ("x.parquet", b"PAR1" + b"x" * 50 + b"PAR1", r"cannot be read as Parquet .*get it again"),
        ("x.feather", b"", r"ends in .parquet or .csv, not '.feather'; write it as Parquet or CSV"),
        ("x", b"", r"ends in .parquet or .csv, not 'in nothing'"),
    ],
)
def test_a_file_that_is_no_candle_file_is_refused(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=message):
        read_candles(tmp_path / name)


def test_a_parquet_file_cut_short_is_refused(tmp_path: Path) -> None:
    whole = write(tmp_path / "1h.parquet", sound_columns(1000)).read_bytes()
    for size in (5, len(whole) // 2, len(whole) - 1):
        (tmp_path / "cut.parquet").write_bytes(whole[:size])
        with pytest.raises(BadInput, match="cannot be read as Parquet"):
            read_candles(tmp_path / "cut.parquet")


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    write(tmp_path / "BTC-USDT-1h.parquet", sound_columns(3))
    with pytest.raises(BadInput, match=r"there is no such file; did you mean 'BTC-USDT-1h.parquet'\?"):
        read_candles(tmp_path / "BTC-USD-1h.parquet")
    with pytest.raises(BadInput, match=r"there is no such file; check the path"):
        read_candles(tmp_path / "nothing-alike.csv")
    with pytest.raises(BadInput, match=r"the folder .*nowhere does not exist either"):
        read_candles(tmp_path / "nowhere" / "x.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BadInput, match=r"this is a folder; name one file in it"):
        read_candles(tmp_path / "folder.csv")


def test_a_name_with_wildcards_means_itself(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        path = write(tmp_path / f"BTC[1]*-1h.{suffix}", sound_columns(3))
        assert same(read_candles(path), sound(3))


def test_a_nameless_file_is_called_base_quote_and_a_note_says_so(tmp_path: Path) -> None:
    read = read_file(write(tmp_path / "mine.csv", sound_columns(3)))
    assert read.candles.symbol == "BASE/QUOTE"
    assert any("no symbol was given" in note for note in read.notes)


def test_a_path_may_be_text(tmp_path: Path) -> None:
    path = write(tmp_path / "BTC-USDT" / "1h.parquet", sound_columns(5))
    assert same(read_candles(str(path)), read_candles(path))
    with pytest.raises(BadInput, match=r"there is no such file"):
        read_candles(str(path) + ".parquet")


def test_a_given_symbol_and_timeframe_are_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "BTC-USDT-1h.csv", sound_columns(3))
    assert read_candles(path, "ETH/EUR", "1h").symbol == "ETH/EUR"
    with pytest.raises(BadInput, match=r"symbol 'ETHEUR' is not BASE/QUOTE; write it as BTC/USDT"):
        read_candles(path, "ETHEUR")
    with pytest.raises(BadInput, match=r"timeframe 'hour' is not understood"):
        read_candles(path, timeframe="hour")
    with pytest.raises(BadInput, match=r"candles are 1h apart, so timeframe 1d cannot be right; leave it out or"):
        read_candles(path, timeframe="1d")


PRICE = st.integers(1, 10**9).map(lambda cents: cents / 100)


@st.composite
def any_candles(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Sound candles with gaps anywhere, on the hour."""
    rows = draw(st.integers(2, 40))
    steps = draw(st.lists(st.sampled_from([1, 1, 1, 2, 30]), min_size=rows, max_size=rows))
    prices = [sorted(draw(st.tuples(PRICE, PRICE, PRICE, PRICE))) for _ in range(rows)]
    rising = draw(st.booleans())
    return {
        "ts": (START_MS + HOUR_MS * np.cumsum(steps)).tolist(),
        "open": [row[1 if rising else 2] for row in prices],
        "high": [row[3] for row in prices],
        "low": [row[0] for row in prices],
        "close": [row[2 if rising else 1] for row in prices],
        "volume": draw(st.lists(st.floats(0, 1e12), min_size=rows, max_size=rows)),
    }


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=40, deadline=None)
@given(columns=any_candles())
def test_what_is_written_is_read_back_bit_for_bit(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, columns: dict[str, list[Any]]
) -> None:
    path = write(tmp_path_factory.mktemp("any") / f"BTC-USDT-1h.{suffix}", columns)
    candles = read_candles(path)
    assert same(candles, candles_of(columns))
    assert candles.timeframe == "1h"


@settings(max_examples=40, deadline=None)
@given(data=st.data(), columns=any_candles())
def test_a_spoiled_row_is_refused_by_its_number(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, columns: dict[str, list[Any]]
) -> None:
    rows = len(columns["ts"])
    row = data.draw(st.integers(1, rows - 1))
    spoil = data.draw(st.sampled_from(["swapped", "twice", "nan", "negative"]))
    if spoil == "swapped":
        for values in columns.values():
            values[row - 1], values[row] = values[row], values[row - 1]
    elif spoil == "twice":
        columns = {name: values[:row] + values[row - 1 :] for name, values in columns.items()}
    else:
        name = data.draw(st.sampled_from(COLUMNS))
        columns[name][row] = float("nan") if spoil == "nan" else -1.0
    path = write(tmp_path_factory.mktemp("spoiled") / "BTC-USDT-1h.parquet", columns)
    with pytest.raises(BadInput, match=rf"row {row + 1} \("):
        read_candles(path)
