"""The content hash."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

from tests.history.samples import candles_of, sound, sound_columns, write

from botswain.history.content import content_hash
from botswain.history.files import read_candles


def test_the_hash_is_what_its_description_says() -> None:
    columns = sound_columns(3)
    expected = hashlib.sha256(b"botswain-candles-1\n" + struct.pack("<3q", *columns["ts"]))
    for name in ("open", "high", "low", "close", "volume"):
        expected.update(struct.pack("<3d", *columns[name]))
    assert content_hash(candles_of(columns)) == expected.hexdigest()


def test_the_hash_is_the_same_as_parquet_and_as_csv_under_any_name(tmp_path: Path) -> None:
    columns = sound_columns(100)
    hashes = {
        content_hash(read_candles(write(tmp_path / "BTC-USDT-1h.parquet", columns))),
        content_hash(read_candles(write(tmp_path / "mine.csv", columns))),
        content_hash(read_candles(tmp_path / "mine.csv", "ETH/EUR", "1h")),
        content_hash(sound(100)),
        content_hash(sound(120).slice(0, 100)),
    }
    assert len(hashes) == 1


def test_any_changed_number_changes_the_hash() -> None:
    whole = content_hash(sound(10))
    for name in ("ts", "open", "high", "low", "close", "volume"):
        columns = sound_columns(10)
        columns[name][6] += 1
        assert content_hash(candles_of(columns)) != whole
    assert content_hash(sound(9)) != whole


def test_minus_zero_volume_is_zero_volume() -> None:
    columns = sound_columns(3)
    columns["volume"][0] = 0.0
    plain = content_hash(candles_of(columns))
    columns["volume"][0] = -0.0
    assert content_hash(candles_of(columns)) == plain
