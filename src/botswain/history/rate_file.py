"""Funding and borrow rates of people: a Parquet or CSV file in, checked rates out, oldest first.

Exchanges publish fundings as rows of a time in milliseconds and a rate; the names of their columns are known.
A rate of a date, as lenders of shares give it, is in force from midnight UTC on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

from botswain.history.names import checked_symbol
from botswain.history.text_rows import Row, text_rows
from botswain.model.charges import FINEST_BORROW, FINEST_FUNDING, BorrowRate, FundingRate
from botswain.model.errors import BadInput

TIMES = ("ts", "fundingTime", "funding_time", "calc_time", "time", "timestamp", "date")
RATES = ("rate", "fundingRate", "funding_rate", "last_funding_rate")
# No rate is as large, and quantizing what is larger fails.
MOST_READ = 10**9
EXAMPLE = "such as 0.0001"
LEAST_DIGITS_OF_MS = 11
Rate = TypeVar("Rate", FundingRate, BorrowRate)


def read_funding(path: Path | str, symbol: str | None = None) -> list[FundingRate]:
    """The funding rates in the file at `path`, oldest first; of `symbol` where no column says of which.

    Raises BadInput naming the row and what to do.
    """
    return _rates(path, symbol, "funding rates", FundingRate, FINEST_FUNDING)


def read_borrow(path: Path | str, symbol: str | None = None) -> list[BorrowRate]:
    """The borrow rates in the file at `path`, fractions a year, each in force from its time on; as `read_funding`."""
    return _rates(path, symbol, "borrow rates", BorrowRate, FINEST_BORROW)


def _rates(
    path: Path | str, symbol: str | None, what: str, kind: Callable[[str, int, Decimal], Rate], finest: Decimal
) -> list[Rate]:
    origin, path = str(path), Path(path)
    rows = text_rows(path, origin, what, "ts,rate")
    names = list(rows[0]) if rows else []
    time = next((one for one in TIMES if one in names), None)
    rate = next((one for one in RATES if one in names), None)
    if time is None or rate is None:
        raise BadInput(
            f"{origin}: {what} need a column ts (or fundingTime, calc_time, date) and one of {', '.join(RATES)}; there "
            f"are {', '.join(names) if names else 'no rows'}"
        )
    if symbol is None and "symbol" not in names:
        raise BadInput(f"{origin}: nothing says whose {what} these are; add a column symbol")
    found = []
    for number, row in enumerate(rows, 1):
        try:
            found.append(kind(_symbol(row, symbol), _time_ms(row[time], time), _rate(row[rate], rate, finest)))
        except BadInput as error:
            raise BadInput(f"{origin}: row {number}: {error}") from None
    return sorted(found, key=lambda one: one.time_ms)


def _symbol(row: Row, symbol: str | None) -> str:
    """Whose rate it is; exchanges write BTCUSDT for BTC/USDT."""
    named = row.get("symbol") or symbol or ""
    if symbol is not None and named == symbol.replace("/", ""):
        return symbol
    return checked_symbol(named)


def _rate(text: str, name: str, finest: Decimal) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadInput(f"{name} is {text!r}; write a fraction, {EXAMPLE}") from None
    if not number.is_finite():
        raise BadInput(f"{name} is {text!r}; write a finite fraction, {EXAMPLE}, or leave the row out")
    if abs(number) >= MOST_READ:
        return number
    # A float of Parquet may have more digits than anybody was charged by.
    kept = number.quantize(finest)
    return number if number == kept else kept


def _time_ms(text: str, name: str) -> int:
    """Milliseconds UTC, or the midnight that a day begins with."""
    try:
        if text.isdigit() and len(text) >= LEAST_DIGITS_OF_MS:
            return int(text)
        if name == "date":
            day = date.fromisoformat(text.partition("T")[0].partition(" ")[0])
            return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
    except ValueError:
        pass
    told = "a day, such as 2024-01-31" if name == "date" else "whole milliseconds since 1970 (UTC)"
    raise BadInput(f"{name} is {text!r}; write {told}")
