"""Candles in a CSV file.

Read fast when every cell is what its column says; otherwise read again as text, to name the row and the value
that is not. Cells are separated by commas and the first line names the columns.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from botswain.history.columns import Columns, columns_of, wanted_columns
from botswain.history.stamps import refuse_exponents
from botswain.model.candles import COLUMNS
from botswain.model.errors import BadInput


def read_csv(path: Path, origin: str) -> Columns:
    """The six columns of the CSV file at `path`. Raises BadInput naming row and value where a cell is not a number."""
    header = _header(path, origin)
    names = wanted_columns(header, origin)
    wanted = list(names.values())
    numbers = {names[name]: pl.Float64 for name in COLUMNS}
    try:
        frame = pl.read_csv(path, columns=wanted, schema_overrides=numbers, glob=False)
    except (pl.exceptions.PolarsError, OSError):
        frame = _as_text(path, wanted, origin)
    if frame[names["ts"]].dtype.is_float():
        stamps = _as_text(path, [names["ts"]], origin)
        refuse_exponents(stamps[names["ts"]], origin)
    return columns_of(frame, names, origin)


def _header(path: Path, origin: str) -> list[str]:
    try:
        frame = pl.read_csv(path, n_rows=0, glob=False)
    except pl.exceptions.NoDataError:
        raise BadInput(
            f"{origin}: the file is empty; give one with the columns ts,open,high,low,close,volume"
        ) from None
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(origin, error) from None
    return frame.columns


def _as_text(path: Path, wanted: list[str], origin: str) -> pl.DataFrame:
    try:
        return pl.read_csv(path, columns=wanted, infer_schema=False, glob=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _unreadable(origin, error) from None


def _unreadable(origin: str, error: Exception) -> BadInput:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return BadInput(
        f"{origin}: cannot be read as CSV ({reason}); write one candle a line under the names "
        "ts,open,high,low,close,volume, separated by commas"
    )
