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
