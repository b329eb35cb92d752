"""Recorded trades of people: a Parquet or CSV file in, checked trades out. Nothing is sorted, mended or left out.

Columns are found by name: ts (milliseconds UTC), price, quantity; others (side, id) may stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from botswain.history.names import UNNAMED, checked_symbol, meant, symbol_named
from botswain.model.errors import BadInput
from botswain.model.trades import Trades

NEEDED = ("ts", "price", "quantity")
SUFFIXES = (".parquet", ".pq", ".csv")
# From 1980 to 2100, in milliseconds: what lies outside is in another unit.
FIRST_MS, LAST_MS = 315_532_800_000, 4_102_444_800_000


@dataclass(frozen=True, slots=True, eq=False)
class TradesRead:
    """A file's trades and what was assumed about them."""

    trades: Trades
    notes: tuple[str, ...]


def read_trades(path: Path | str, symbol: str | None = None) -> Trades:
    """The trades in the file at `path`. Where `symbol` is None the names of file and folder tell it, or it is unnamed.

    Raises BadInput naming the first row that is none and what to do.
    """
    return read_trade_file(path, symbol).trades


def read_trade_file(path: Path | str, symbol: str | None = None) -> TradesRead:
    """As `read_trades`, with what was assumed."""
    origin, path = str(path), Path(path)
    if symbol is not None:
        checked_symbol(symbol)
    frame = _frame(path, origin)
    absent = [name for name in NEEDED if name not in frame.columns]
    if absent:
        raise BadInput(
            f"{origin}: trades need the columns ts, price and quantity; missing: {', '.join(absent)}, there are "
            f"{', '.join(frame.columns)}"
        )
    if frame.is_empty():
        raise BadInput(f"{origin}: there are no trades in the file; give one that has some")
    columns = [_numbers(frame[name], name, origin) for name in NEEDED]
    _refuse_unit(columns[0], origin)
    named = symbol or symbol_named(path)
    notes = () if named else (f"no symbol was given and the name of the file tells none: it is called {UNNAMED}",)
    try:
        return TradesRead(Trades(named or UNNAMED, *columns), notes)
    except BadInput as error:
        raise BadInput(f"{origin}: {error}") from None


def _frame(path: Path, origin: str) -> pl.DataFrame:
    if path.suffix.lower() not in SUFFIXES:
        raise BadInput(
            f"{origin}: a file of trades ends in .parquet or .csv, not {path.suffix or 'in nothing'!r}"
            f"{meant(path.suffix, SUFFIXES)}; write it as Parquet or CSV"
        )
    if not path.is_file():
        raise BadInput(f"{origin}: there is no such file; check the path")
    try:
        if path.suffix.lower() == ".csv":
            return pl.read_csv(path, glob=False, infer_schema_length=None)
        return pl.read_parquet(path, glob=False)
    except pl.exceptions.NoDataError:
        raise BadInput(f"{origin}: the file is empty; give one with the columns ts,price,quantity") from None
    except (pl.exceptions.PolarsError, OSError) as error:
        why = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BadInput(f"{origin}: cannot be read as trades ({why}); give Parquet, or CSV with a header") from None


def _numbers(column: pl.Series, name: str, origin: str) -> Any:
    """A column as numbers: whole ones of times. Raises BadInput naming the first that is none."""
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
    return found.to_numpy()


def _refuse_unit(ts: Any, origin: str) -> None:
    wrong = (ts < FIRST_MS) | (ts > LAST_MS)
    if wrong.any():
        row = int(np.argmax(wrong))
        raise BadInput(
            f"{origin}: row {row + 1}: ts {int(ts[row])} is no time of trading in milliseconds since 1970; give "
            "milliseconds (not seconds, micro- or nanoseconds)"
        )
