"""Candles for tests: small, sound and easy to spoil."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from botswain.model.candles import COLUMNS, Candles

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z


def sound_columns(rows: int, step_ms: int = HOUR_MS) -> dict[str, list[Any]]:
    """Columns of sound candles with two decimals, to be changed by a test."""
    close = [100.0 + n % 7 + (n % 4) / 4 for n in range(rows)]
    return {
        "ts": [START_MS + n * step_ms for n in range(rows)],
        "open": [round(value - 0.5, 2) for value in close],
        "high": [round(value + 1.25, 2) for value in close],
        "low": [round(value - 1.5, 2) for value in close],
        "close": close,
        "volume": [float(n % 5 + 1) for n in range(rows)],
    }


def candles_of(columns: dict[str, list[Any]], symbol: str = "BTC/USDT", timeframe: str = "1h") -> Candles:
    """The columns as Candles."""
    values = (np.array(columns[name], dtype=np.float64) for name in COLUMNS)
    return Candles(symbol, timeframe, np.array(columns["ts"], dtype=np.int64), *values)


def sound(rows: int, symbol: str = "BTC/USDT", timeframe: str = "1h", step_ms: int = HOUR_MS) -> Candles:
    """Sound candles."""
    return candles_of(sound_columns(rows, step_ms), symbol, timeframe)


def write(path: Path, columns: dict[str, list[Any]]) -> Path:
    """Write columns as the suffix of `path` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame(columns, strict=False)
    if path.suffix == ".csv":
        frame.write_csv(path)
    else:
        frame.write_parquet(path)
    return path


def same(left: Candles, right: Candles) -> bool:
    """Whether two runs of candles hold the same numbers."""
    return all(np.array_equal(getattr(left, name), getattr(right, name)) for name in ("ts", *COLUMNS))


def shared_data() -> Path:
    """The folder of real market data. Skips the test, saying so, where it is missing."""
    root = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("BOTSWAIN_SHARED", root.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"real market data is missing: {folder} (set BOTSWAIN_SHARED)")
    return folder
