"""From a file's table to the six columns of a run of candles.

Columns are found by name, in any order and any case; other columns are left alone. Nothing is repaired here:
an empty cell becomes NaN and is refused, with its row, by the checks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from botswain.history.names import meant
from botswain.history.stamps import stamps_ms
from botswain.model.candles import COLUMNS, FloatColumn, IntColumn
from botswain.model.errors import BadInput

WANTED = ("ts", *COLUMNS)
_TIME_NAMES = ("ts", "timestamp", "time", "datetime", "date", "open_time")


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The columns of a file: `ts` int64 milliseconds, `values` five contiguous float64 columns, and notes."""

    ts: IntColumn
    values: tuple[FloatColumn, ...]
    notes: tuple[str, ...]


def wanted_columns(names: list[str], origin: str) -> dict[str, str]:
    """The file's own name of each wanted column. Raises BadInput naming what is missing and what is there."""
    cells = [name.partition("_duplicated_")[0] for name in names]
    if cells and all(_is_number(cell) for cell in cells):
        raise BadInput(
            f"{origin}: the first line is {','.join(cells[:6])}, which is data; "
            "write the names of the columns as the first line: ts,open,high,low,close,volume"
        )
    by_name = {name.strip().lower(): name for name in reversed(names)}
    for name in COLUMNS:
        same = [one for one in names if one.partition("_duplicated_")[0].strip().lower() == name]
        if len(same) > 1:
            told = ", ".join(repr(one.partition("_duplicated_")[0]) for one in same)
            raise BadInput(
                f"{origin}: {len(same)} columns are called {name} ({told}); leave one of them, "
                "or name the others otherwise"
            )
    found = {name: by_name[name] for name in COLUMNS if name in by_name}
    for name in _TIME_NAMES:
        if name in by_name:
            found["ts"] = by_name[name]
            break
    missing = [name for name in WANTED if name not in found]
    if missing:
        hint = meant(missing[0], (name for name in by_name if name not in COLUMNS))
        raise BadInput(
            f"{origin}: no column {', '.join(missing)} (the file has {', '.join(names) or 'none'}){hint}"
            "; name the columns ts,open,high,low,close,volume, separated by commas"
        )
    return found


def columns_of(frame: pl.DataFrame, names: dict[str, str], origin: str) -> Columns:
    """The six columns of `frame`. Raises BadInput where one holds no numbers or there is no row."""
    if not len(frame):
        raise BadInput(f"{origin}: the file has columns but no candles; give a file with at least one row")
    ts, notes = stamps_ms(frame[names["ts"]], origin)
    if names["ts"].strip().lower() != "ts":
        notes = (f"column {names['ts']!r} is taken as the opening time", *notes)
    values = []
    for name in COLUMNS:
        column = frame[names[name]]
        if column.dtype == pl.Float32:
            notes = (*notes, f"column {names[name]!r} is float32: its prices may carry noise in the last digits")
        values.append(_numbers(column, origin))
    return Columns(np.ascontiguousarray(ts), tuple(values), notes)


def _numbers(column: pl.Series, origin: str) -> FloatColumn:
    if column.dtype == pl.String:
        parsed = column.str.strip_chars().replace("", None).cast(pl.Float64, strict=False)
        wrong = parsed.is_null() & column.str.strip_chars().ne_missing("") & column.is_not_null()
        if wrong.any():
            row = int(wrong.arg_max() or 0)
            raise BadInput(
                f"{origin}: row {row + 1}: column {column.name!r} is {column[row]!r}, not a number; "
                "write it with a decimal point and without separators, or remove the row"
            )
        column = parsed
    elif not column.dtype.is_numeric():
        raise BadInput(f"{origin}: column {column.name!r} holds {column.dtype}, not numbers; write it as float64")
    values = column.cast(pl.Float64).to_numpy()
    return np.ascontiguousarray(values)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
