"""Recorded trades of people: a Parquet or CSV file in, checked trades out. Nothing is sorted, mended or left out.

Columns are found by name: ts (milliseconds UTC), price, quantity; others (side, id) may stand beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from botswain.history.names import UNNAMED, checked_symbol, symbol_named
from botswain.history.row_file import numbers_of, rows_in
from botswain.model.errors import BadInput
from botswain.model.trades import Trades

NEEDED = ("ts", "price", "quantity")


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
    frame = rows_in(path, origin, "trades", NEEDED)
    columns = [numbers_of(frame[name], name, origin) for name in NEEDED]
    named = symbol or symbol_named(path)
    notes = () if named else (f"no symbol was given and the name of the file tells none: it is called {UNNAMED}",)
    try:
        return TradesRead(Trades(named or UNNAMED, *columns), notes)
    except BadInput as error:
        raise BadInput(f"{origin}: {error}") from None
