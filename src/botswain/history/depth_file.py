"""Recorded order books of people: levels that changed, or best quotes, from Parquet or CSV; or a venue's raw messages.

Columns are found by name. Depth: ts (milliseconds UTC), side (bid or ask), price, quantity (what stands there from then
on, 0: nothing), snapshot (0 for a change; the rows of one snapshot have a number of their own), and where the venue
counts its messages first_update_id and last_update_id. Quotes: ts, bid, bid_size, ask, ask_size. Nothing is sorted,
mended or left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from botswain.history.depth_capture import captured, is_capture
from botswain.history.names import UNNAMED, checked_symbol, symbol_named
from botswain.history.row_file import numbers_of, rows_in
from botswain.model.depth import ASK, BID, Depth, depth_of_quotes
from botswain.model.errors import BadInput

LEVELS = ("ts", "side", "price", "quantity", "snapshot")
QUOTES = ("ts", "bid", "bid_size", "ask", "ask_size")
SIDES = {"bid": BID, "buy": BID, "b": BID, "ask": ASK, "sell": ASK, "a": ASK}
FIRST_ID, LAST_ID = "first_update_id", "last_update_id"


def read_depth(path: Path | str, symbol: str | None = None) -> Depth:
    """The order book in the file at `path`. Where `symbol` is None the names of file and folder tell it.

    A file that ends in .jsonl or .jsonl.gz holds messages as a venue sent them (`history.depth_capture`).
    Raises BadInput naming the first row that is none and what to do.
    """
    origin, path = str(path), Path(path)
    named = symbol_of(path, symbol)
    if is_capture(path):
        return captured(path, origin, named)
    frame = rows_in(path, origin, "levels of depth", LEVELS)
    ts, price, quantity, snapshot = (numbers_of(frame[name], name, origin) for name in LEVELS if name != "side")
    sides = sides_of(frame["side"], origin)
    if LAST_ID in frame.columns and FIRST_ID in frame.columns:
        first, last = (numbers_of(frame[name], name, origin) for name in (FIRST_ID, LAST_ID))
        refuse_gap(first, last, snapshot, origin)
    return told_of(origin, Depth, named, ts, sides, price, quantity, snapshot)


def read_quotes(path: Path | str, symbol: str | None = None) -> Depth:
    """The best quotes in the file at `path`, as a book of one level a side. As `read_depth` otherwise."""
    origin, path = str(path), Path(path)
    named = symbol_of(path, symbol)
    frame = rows_in(path, origin, "quotes", QUOTES)
    return told_of(origin, depth_of_quotes, named, *(numbers_of(frame[name], name, origin) for name in QUOTES))


def symbol_of(path: Path, symbol: str | None) -> str:
    """What to call what is in a file."""
    if symbol is not None:
        checked_symbol(symbol)
    return symbol or symbol_named(path) or UNNAMED


def told_of(origin: str, make: Any, *columns: Any) -> Depth:
    """The book that a file holds; what is refused of it names the file."""
    try:
        found: Depth = make(*columns)
    except BadInput as error:
        raise BadInput(f"{origin}: {error}") from None
    return found


def sides_of(column: pl.Series, origin: str) -> Any:
    """BID or ASK of each row."""
    words = column.cast(pl.String).str.to_lowercase()
    found = words.replace_strict(SIDES, default=None, return_dtype=pl.Int64)
    if found.null_count():
        row = int(found.is_null().arg_max() or 0)
        raise BadInput(
            f"{origin}: row {row + 1}: side {column[row]!r} is no side ({found.null_count()} such); write bid or ask"
        )
    return found.to_numpy()


def refuse_gap(first: Any, last: Any, snapshot: Any, origin: str) -> None:
    """Refuse changes of which the venue's own counting shows that some are missing. Raises BadInput."""
    change = (snapshot[1:] == 0) & (snapshot[:-1] == 0)
    gap = change & (last[1:] != last[:-1]) & (first[1:] != last[:-1] + 1)
    if gap.any():
        row = int(np.argmax(gap)) + 1
        raise BadInput(
            f"{origin}: row {row + 1}: {FIRST_ID} {int(first[row])} does not follow {LAST_ID} {int(last[row - 1])} "
            f"above it ({int(np.count_nonzero(gap))} such gaps): changes are missing; give depth without gaps, or "
            "with a snapshot after each"
        )
