"""Rows of people about a market (trades, levels, quotes): a table from a Parquet or CSV file, and its numbers.

Columns are found by name; others may stand beside them. Nothing is sorted, mended or left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from botswain.history.names import meant
from botswain.model.errors import BadInput

SUFFIXES = (".parquet", ".pq", ".csv")
# From 1980 to 2100, in milliseconds: what lies outside is in another unit.
FIRST_MS, LAST_MS = 315_532_800_000, 4_102_444_800_000


def rows_in(path: Path, origin: str, what: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """The table in a Parquet or CSV file of `what` (trades). Raises BadInput where it is none, or lacks columns."""
    frame = table_in(path, origin, what, ",".join(columns))
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise BadInput(
            f"{origin}: {what} need the columns {', '.join(columns[:-1])} and {columns[-1]}; missing: "
            f"{', '.join(absent)}, there are {', '.join(frame.columns)}"
        )
    if frame.is_empty():
        raise BadInput(f"{origin}: there are no {what} in the file; give one that has some")
    return frame


def table_in(path: Path, origin: str, what: str, columns: str, *, text: bool = False) -> pl.DataFrame:
    """The table in a Parquet or CSV file, whatever its columns. Raises BadInput where it cannot be read.

    what, columns  what it is of, and the columns of such a file, for messages; text: CSV is left as it is written
    """
    if path.suffix.lower() not in SUFFIXES:
        raise BadInput(
            f"{origin}: a file of {what} ends in .parquet or .csv, not {path.suffix or 'in nothing'!r}"
            f"{meant(path.suffix, SUFFIXES)}; write it as Parquet or CSV"
        )
    if not path.is_file():
        raise BadInput(f"{origin}: there is no such file; check the path")
    try:
        if path.suffix.lower() == ".csv":
            return pl.read_csv(path, glob=False, infer_schema_length=0 if text else None)
        return pl.read_parquet(path, glob=False)
    except pl.exceptions.NoDataError:
        raise BadInput(f"{origin}: the file is empty; give one with the columns {columns}") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BadInput(f"{origin}: cannot be read as {what} ({why}); give Parquet, or CSV with a header") from None


def numbers_of(column: pl.Series, name: str, origin: str) -> Any:
    """A column as numbers, of times whole milliseconds. Raises BadInput naming the first that is none."""
    kind = pl.Int64 if name == "ts" else pl.Float64
    if column.dtype == pl.Datetime or (name == "ts" and column.dtype.is_float()):
        raise BadInput(f"{origin}: ts is {column.dtype}; write whole milliseconds since 1970 (UTC)")
    found = column.cast(kind, strict=False)
    if found.null_count():
        row = int(found.is_null().arg_max() or 0)
        raise BadInput(
            f"{origin}: row {row + 1}: {name} {column[row]!r} is no number ({found.null_count()} such); correct or "
            "leave out such rows"
        )
    values = found.to_numpy()
    if name == "ts":
        refuse_unit(values, origin)
    return values


def refuse_unit(ts: Any, origin: str) -> None:
    """Refuse times that are in another unit. Raises BadInput."""
    wrong = (ts < FIRST_MS) | (ts > LAST_MS)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(
            f"{origin}: row {row + 1}: ts {int(ts[row])} is no time of trading in milliseconds since 1970; give "
            "milliseconds (not seconds, micro- or nanoseconds)"
        )
