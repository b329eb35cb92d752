"""Candles that a backtest can use, by name: those of the candle store, and those recorded of a feed.

history:VENUE:TIMEFRAME:SYMBOL, recorded:SEGMENT:SYMBOL. The symbol stands last, because some have a colon.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from botswain.control.recorded import Record, RecordedCandles
from botswain.history.shelf import Shelf
from botswain.model.candles import Candles, IntColumn
from botswain.model.errors import BadInput
from botswain.model.ids import is_id
from botswain.model.timeframe import timeframe_of
from botswain.store import market_pages
from botswain.store.scope import Tx

HISTORY = "history"
RECORDED = "recorded"
# Fewer candles tell nothing and have no length.
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Dataset:
    """A run of candles. first_ms, last_ms: open times."""

    id: str
    title: str
    symbol: str
    timeframe: str
    first_ms: int
    last_ms: int
    candles: int


async def listed(tx: Tx, folder: Path, known: RecordedCandles) -> list[Dataset]:
    """All of them: stored ones by name, then recorded ones, the newest feed first. tx is the platform's."""
    return [*stored(folder), *(await recorded(tx, known))]


def stored(folder: Path) -> list[Dataset]:
    """Those of the candle store; damaged files and files without a label are left out."""
    found = []
    for one in Shelf(folder).entries():
        if one.label is not None and not one.damage:
            name = f"{HISTORY}:{one.venue}:{one.timeframe}:{one.symbol}"
            title = f"{one.symbol} {one.timeframe}, {one.venue}"
            span = (one.label.first_ms, one.label.last_ms, one.label.rows)
            found.append(Dataset(name, title, one.symbol, one.timeframe, *span))
    return found


async def recorded(tx: Tx, known: RecordedCandles) -> list[Dataset]:
    """Those of feeds."""
    found = []
    for segment in await market_pages.feeds(tx):
        record = await known.of(tx, segment.id)
        for symbol in sorted(record.symbols):
            candles = recorded_of(record, symbol)
            if candles is not None:
                name, title = f"{RECORDED}:{segment.id}:{symbol}", f"{symbol} {candles.timeframe}, {segment.feed}"
                span = (int(candles.ts[0]), int(candles.ts[-1]), len(candles))
                found.append(Dataset(name, title, symbol, candles.timeframe, *span))
    return found


def stored_times(folder: Path, sets: Iterable[Dataset]) -> dict[str, IntColumn]:
    """The open times of those of them that are in the candle store, by id. It reads files, each of them whole."""
    shelf = Shelf(folder)
    found = {}
    for one in sets:
        kind, _, rest = one.id.partition(":")
        if kind == HISTORY:
            venue, timeframe, symbol = rest.split(":", 2)
            found[one.id] = shelf.find(symbol, timeframe, venue).ts
    return found


def recorded_of(record: Record, symbol: str) -> Candles | None:
    """A symbol's recorded candles; None where they are too few. Their length is the shortest step between two."""
    known = record.symbols.get(symbol)
    if known is None:
        return None
    ts = np.unique(np.array(known.ts, np.int64))
    if len(ts) < FEWEST:
        return None
    return record.recorded(symbol, timeframe_of(int(np.diff(ts).min()))).candles


async def candles_of(tx: Tx | None, folder: Path, known: RecordedCandles, name: str) -> Candles:
    """The candles behind a name; without a transaction, only of the store. Raises BadInput where there are none."""
    kind, _, rest = name.partition(":")
    if kind == HISTORY and rest.count(":") >= 2:
        venue, timeframe, symbol = rest.split(":", 2)
        return Shelf(folder).find(symbol, timeframe, venue)
    if kind == RECORDED and ":" in rest and tx is not None:
        segment, _, symbol = rest.partition(":")
        if is_id(segment):
            found = recorded_of(await known.of(tx, segment), symbol)
            if found is not None:
                return found
    raise BadInput(f"there is no data set {name!r}; list the data sets to see their names")
