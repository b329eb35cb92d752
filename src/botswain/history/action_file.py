"""Splits and dividends of people: a Parquet or CSV file in, checked actions out. Three forms, known by their columns:

- A list: `date` or `ts`, and `dividend` or `split` or both; other columns may stand beside them, such as `symbol`.
- Candles that carry them: the same, with `split_factor` for `split`; rows without either are no actions.
- A factor file: `date`, `price_factor`, `split_factor`, `reference_price`, each row for the days up to its date. What
  changes from one row to the next happened on the day after; factors have seven digits, so a dividend is taken to the
  ten-thousandth.

A date is the first day after the action (the ex-date), from midnight in New York on; a ts is in milliseconds UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from botswain.history.names import checked_symbol
from botswain.history.text_rows import Row, text_rows
from botswain.model.actions import FINEST_DIVIDEND, ShareAction, split_of
from botswain.model.errors import BadInput

PLACE = "America/New_York"
FACTORS = ("price_factor", "split_factor", "reference_price")
FINEST_OF_FACTORS = Decimal("0.0001")
NOTHING = ("", "null", "None", "nan", "NaN")


def read_actions(path: Path | str, symbol: str | None = None) -> list[ShareAction]:
    """The splits and dividends in the file at `path`, oldest first; of `symbol` where it has no column that says.

    Raises BadInput naming the row and what to do.
    """
    origin, path = str(path), Path(path)
    rows = text_rows(path, origin, "splits and dividends", "date,dividend,split")
    names = set(rows[0]) if rows else set()
    if not names & {"date", "ts"} or not names & {"dividend", "split", "split_factor"}:
        raise BadInput(
            f"{origin}: splits and dividends need a column date or ts and one of dividend, split and split_factor; "
            f"there are {', '.join(rows[0]) if rows else 'no rows'}"
        )
    if symbol is None and "symbol" not in names:
        raise BadInput(f"{origin}: nothing says whose splits and dividends these are; add a column symbol")
    found = []
    listed = _of_factors(rows, origin) if names >= {"date", *FACTORS} else enumerate(rows, 1)
    for number, row in listed:
        try:
            found += _action(row, symbol)
        except BadInput as error:
            raise BadInput(f"{origin}: row {number}: {error}") from None
    return sorted(found, key=lambda one: one.time_ms)


def _of_factors(rows: list[Row], origin: str) -> Iterator[tuple[int, Row]]:
    """The rows of a factor file as rows of a list, each with the number of the row that it was told by."""
    numbered = list(enumerate(rows, 1))
    for (number, before), (_, after) in pairwise(numbered):
        try:
            had, has = ([Fraction(row[name]) for name in FACTORS] for row in (before, after))
            split = has[1] / had[1]
            dividend = had[2] * (1 - had[0] / has[0]) / split
        except (ValueError, ZeroDivisionError):
            told = ", ".join(f"{name} {before[name]!r}" for name in FACTORS)
            raise BadInput(f"{origin}: row {number}: {told} are no factors; write numbers above zero") from None
        day = _day(before["date"]) + timedelta(days=1)
        paid = Decimal(dividend.numerator) / Decimal(dividend.denominator)
        yield (
            number,
            {
                "date": day.isoformat(),
                "dividend": str(paid.quantize(FINEST_OF_FACTORS)),
                "split": "1" if abs(split - 1) < Fraction(1, 100_000) else str(split),
            },
        )


def _action(row: Row, symbol: str | None) -> list[ShareAction]:
    """The action in a row, if there is one."""
    told = row.get("split", row.get("split_factor", ""))
    split = Fraction(1) if told in NOTHING else _split(told)
    dividend = Decimal(0) if row.get("dividend", "") in NOTHING else _number(row["dividend"])
    if split == 1 and dividend == 0:
        return []
    named = row.get("symbol") or symbol or ""
    checked_symbol(named)
    return [ShareAction(named, _time_ms(row), split, dividend)]


def _split(text: str) -> Fraction:
    """A split; a factor of 0 is none, as some write it where nothing happened."""
    return Fraction(1) if text in ("0", "0.0") else split_of(text)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadInput(f"dividend is {text!r}; write cash for one share, such as 0.24") from None
    # A float of Parquet may have more digits than anybody paid.
    return number.quantize(FINEST_DIVIDEND) if number.is_finite() and abs(number) < 10**12 else number


def _time_ms(row: Row) -> int:
    """When it is so."""
    if row.get("ts", "") not in NOTHING:
        try:
            return int(row["ts"])
        except ValueError:
            raise BadInput(f"ts is {row['ts']!r}; write whole milliseconds since 1970 (UTC)") from None
    day = _day(row.get("date", ""))
    return int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(PLACE)).timestamp()) * 1000


def _day(text: str) -> date:
    """A day as 2020-08-31 or 20200831; of a time its day."""
    try:
        return date.fromisoformat(text.partition("T")[0].partition(" ")[0])
    except ValueError:
        raise BadInput(f"date is {text!r}; write a day, such as 2020-08-31") from None
