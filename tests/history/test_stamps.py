"""The time column, as files write it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.history.samples import HOUR_MS, START_MS, same, sound, sound_columns, write

from botswain.history.files import read_candles, read_file
from botswain.history.stamps import stamps_ms
from botswain.model.errors import BadInput


def test_dates_with_an_offset_become_utc_milliseconds(tmp_path: Path) -> None:
    columns = sound_columns(3)
    texts = ["2024-01-01T01:00:00+01:00", "2024-01-01 01:00:00Z", "2023-12-31 21:00:00.000-0500"]
    read = read_file(write(tmp_path / "BTC-USDT.csv", {**columns, "ts": texts}))
    assert read.candles.ts.tolist() == [START_MS, START_MS + HOUR_MS, START_MS + 2 * HOUR_MS]
    assert read.notes == ()


def test_dates_without_an_offset_are_utc_and_a_note_says_so(tmp_path: Path) -> None:
    columns = sound_columns(3)
    del columns["ts"]
    texts = ["2024-01-01 00:00:00", "2024-01-01 01:00:00", "2024-01-01 02:00:00"]
    read = read_file(write(tmp_path / "BTC-USDT.csv", {"Datetime": texts, **columns}))
    assert read.candles.ts.tolist() == [START_MS, START_MS + HOUR_MS, START_MS + 2 * HOUR_MS]
    assert "column 'Datetime' carries no time zone: its times are taken as UTC" in read.notes
    assert "column 'Datetime' is taken as the opening time" in read.notes


def test_plain_dates_are_days(tmp_path: Path) -> None:
    columns = {**sound_columns(3), "ts": ["2024-01-01", "2024-01-02", "2024-01-03"]}
    candles = read_candles(write(tmp_path / "x.csv", columns))
    assert candles.timeframe == "1d"
    assert candles.ts[0] == START_MS


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "America/New_York"])
def test_datetime_columns_of_parquet_are_read(tmp_path: Path, unit: Any, zone: str | None) -> None:
    frame = pl.DataFrame(sound_columns(5)).with_columns(pl.from_epoch("ts", time_unit="ms").cast(pl.Datetime(unit)))
    if zone:
        frame = frame.with_columns(pl.col("ts").dt.replace_time_zone("UTC").dt.convert_time_zone(zone))
    frame.write_parquet(tmp_path / "BTC-USDT.parquet")
    read = read_file(tmp_path / "BTC-USDT.parquet")
    assert same(read.candles, sound(5))
    assert bool(read.notes) == (zone is None)


def test_date_columns_of_parquet_are_read(tmp_path: Path) -> None:
    days = [datetime(2024, 1, day, tzinfo=UTC).date() for day in (1, 2, 3)]
    candles = read_candles(write(tmp_path / "x.parquet", {**sound_columns(3), "ts": days}))
    assert candles.ts[0] == START_MS
    assert candles.timeframe == "1d"


def test_whole_floats_are_milliseconds() -> None:
    ts, notes = stamps_ms(pl.Series("ts", [float(START_MS), START_MS + 1.0]), "f")
    assert (ts.tolist(), notes) == ([START_MS, START_MS + 1], ())
    for wrong in (float("nan"), float("inf"), 1e30):
        with pytest.raises(BadInput, match=r"f: row 2: column 'ts' is .*, not whole milliseconds"):
            stamps_ms(pl.Series("ts", [float(START_MS), wrong]), "f")


def test_times_from_zero_are_milliseconds_not_seconds() -> None:
    ts, _ = stamps_ms(pl.Series("ts", [0, 60_000, 31_536_000_000]), "f")
    assert ts.tolist() == [0, 60_000, 31_536_000_000]


def test_no_times_are_no_times() -> None:
    assert stamps_ms(pl.Series("ts", [], dtype=pl.Int64), "f")[0].tolist() == []


@pytest.mark.parametrize("odd", ["n/a", "1704607200000x", "1704607200000.5", "ts"])
def test_the_one_cell_that_is_no_time_is_named_and_not_the_first_that_is(tmp_path: Path, odd: str) -> None:
    stamps: list[Any] = sound_columns(300)["ts"]
    stamps[150] = odd
    path = spelled(tmp_path / "x.csv", stamps)
    with pytest.raises(BadInput, match=rf"row 151: column 'ts' is '{odd}', which is not the milliseconds that most"):
        read_candles(path)


def test_the_one_number_among_dates_is_named(tmp_path: Path) -> None:
    stamps = [f"2024-01-{day:02} 00:00:00" for day in range(1, 29)]
    stamps[20] = str(START_MS)
    with pytest.raises(BadInput, match=rf"row 21: column 'ts' is '{START_MS}', which is a number, most others are not"):
        read_candles(spelled(tmp_path / "x.csv", stamps))


@pytest.mark.parametrize("places", [range(300), range(150, 151)])
def test_times_that_a_spreadsheet_cut_short_are_refused(tmp_path: Path, places: range) -> None:
    stamps: list[Any] = sound_columns(300)["ts"]
    for place in places:
        stamps[place] = f"{stamps[place]:.6E}"
    path = spelled(tmp_path / "x.csv", stamps)
    with pytest.raises(BadInput, match=rf"row {places[0] + 1}: column 'ts' is 1\.70\d+E\+12, which has lost digits"):
        read_candles(path)


def spelled(path: Path, stamps: list[Any]) -> Path:
    """A CSV file with these times as they are spelled."""
    return write(path, {**sound_columns(len(stamps)), "ts": [str(one) for one in stamps]})
