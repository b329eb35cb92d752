"""The time column of a file, as milliseconds UTC.

Milliseconds are taken as they are; seconds, microseconds and nanoseconds are recognised by their size and
refused, not converted, because a guess about time that is wrong is not noticed until it has cost money.
Dates and times with an offset are converted; without one they are UTC, and a note says so.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from botswain.model.candles import IntColumn
from botswain.model.errors import BadInput

_FEWEST_SECONDS = 10**8  # 1973 in seconds; in milliseconds the second day of 1970
_MOST_SECONDS = 10**11  # 1973 in milliseconds
_MOST_MS = 10**14
_MOST_US = 10**17
_EXPONENT = r"^[+-]?[0-9]*\.?[0-9]+[eE][+-]?[0-9]+$"
_OFFSET = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$"
_NO_ZONE = "column {name!r} carries no time zone: its times are taken as UTC"


def stamps_ms(column: pl.Series, origin: str) -> tuple[IntColumn, tuple[str, ...]]:
    """`column` as int64 milliseconds, and notes. Raises BadInput naming row, value and remedy where it is no time."""
    _refuse_missing(column, column, origin, "empty")
    if column.dtype.is_integer():
        return _checked(column.cast(pl.Int64).to_numpy(), column.name, origin), ()
    if column.dtype.is_float():
        return _whole(column, origin), ()
    if column.dtype == pl.String:
        return _spelled(column, origin)
    if isinstance(column.dtype, pl.Datetime):
        zoned = column.dtype.time_zone is not None
        return column.dt.epoch("ms").to_numpy(), () if zoned else (_NO_ZONE.format(name=column.name),)
    if column.dtype == pl.Date:
        return column.cast(pl.Datetime("ms")).dt.epoch("ms").to_numpy(), ()
    raise BadInput(
        f"{origin}: column {column.name!r} holds {column.dtype}, not times; write int64 milliseconds UTC, such as "
        "1704067200000"
    )


def _refuse_missing(parsed: pl.Series, column: pl.Series, origin: str, value: str | None = None) -> None:
    if parsed.null_count() == 0:
        return
    row = int(parsed.is_null().arg_max() or 0)
    shown = value or repr(column[row])
    raise BadInput(
        f"{origin}: row {row + 1}: column {column.name!r} is {shown}, not a time; write milliseconds UTC, such as "
        "1704067200000, or remove the row"
    )


def _refuse_odd_one(numbers: pl.Series, column: pl.Series, origin: str) -> None:
    """Most are numbers, or few: the first of those that are fewer is the one to look at."""
    odd = numbers.is_null() if 2 * numbers.null_count() <= len(numbers) else numbers.is_not_null()
    row = int(odd.arg_max() or 0)
    kind = (
        "is not the milliseconds that most others are" if numbers[row] is None else "is a number, most others are not"
    )
    raise BadInput(
        f"{origin}: row {row + 1}: column {column.name!r} is {column[row]!r}, which {kind}; write one kind of time, "
        "such as 1704067200000, or remove the row"
    )


def refuse_exponents(text: pl.Series, origin: str) -> None:
    """A spreadsheet shows a time as 1.70407E+12 and writes what it shows: most of its digits are gone."""
    short = text.str.contains(_EXPONENT)
    if not short.any():
        return
    row = int(short.arg_max() or 0)
    raise BadInput(
        f"{origin}: row {row + 1}: column {text.name!r} is {text[row]}, which has lost digits, as spreadsheets write "
        "long numbers; write it out as whole milliseconds, such as 1704067200000, or get the file again"
    )


def _checked(ts: IntColumn, name: str, origin: str) -> IntColumn:
    if not len(ts):
        return ts
    low, high = int(ts.min()), int(ts.max())
    unit, remedy = "", ""
    if high >= _MOST_US:
        unit, remedy = "nanoseconds", "divide the column by 1000000"
    elif high >= _MOST_MS:
        unit, remedy = "microseconds", "divide the column by 1000"
    elif low >= _FEWEST_SECONDS and high < _MOST_SECONDS:
        unit, remedy = "seconds", "multiply the column by 1000"
    if unit:
        raise BadInput(
            f"{origin}: column {name!r} is {int(ts[0])} in row 1, which is {unit}; times are milliseconds UTC: {remedy}"
        )
    return ts


def _whole(column: pl.Series, origin: str) -> IntColumn:
    values = column.cast(pl.Float64).to_numpy()
    with np.errstate(invalid="ignore"):
        wrong = ~(np.abs(values) < 2.0**63) | (values != np.floor(values))
    if wrong.any():
        row = int(wrong.argmax())
        raise BadInput(
            f"{origin}: row {row + 1}: column {column.name!r} is {values[row]}, not whole milliseconds; "
            "write int64 milliseconds UTC"
        )
    return _checked(values.astype(np.int64), column.name, origin)


def _spelled(column: pl.Series, origin: str) -> tuple[IntColumn, tuple[str, ...]]:
    text = column.str.strip_chars()
    refuse_exponents(text, origin)
    numbers = text.cast(pl.Int64, strict=False)
    if numbers.null_count() == 0:
        return _checked(numbers.to_numpy(), column.name, origin), ()
    if not numbers.is_null().all():
        _refuse_odd_one(numbers, column, origin)
    plain = text.str.replace("T", " ", literal=True)
    zoned = plain.str.contains(_OFFSET)
    dated = plain.str.len_chars() == len("2024-01-31")
    frame = pl.select(
        pl.when(dated)
        .then(plain + " 00:00:00+00:00")
        .when(zoned)
        .then(plain.str.replace("Z$", "+00:00"))
        .otherwise(plain + "+00:00")
    )
    parsed = frame.to_series().str.to_datetime("%Y-%m-%d %H:%M:%S%.f%z", time_unit="ms", strict=False)
    _refuse_missing(parsed, column, origin)
    notes = () if zoned.all() else (_NO_ZONE.format(name=column.name),)
    return parsed.dt.epoch("ms").to_numpy(), notes
