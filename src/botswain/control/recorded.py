"""Recorded candles as columns: of a feed's symbols, as they were recorded, and as one bot saw them.

A process reads a segment once and then only what is new of it, because a chart is asked for again and again. What a bot
saw follows the engine's own rule: of what was recorded before its first candle, everything from its anchor on, in order
of time and each candle once; of what came later, each that is newer than all before.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from botswain.model.candles import Candles
from botswain.model.journal import MarketKind
from botswain.store import market
from botswain.store.bot_records import CANDLE_DECODER
from botswain.store.scope import Tx

KINDS = frozenset((MarketKind.CANDLE, MarketKind.HISTORY))
PAGE = 5_000


@dataclass
class Beats:
    """Decisions between closes: numbers of their events, ascending, and their times."""

    sequence: array[int] = field(default_factory=lambda: array("q"))
    time_ms: array[int] = field(default_factory=lambda: array("q"))

    def decided(self, sequence: int, time_ms: int) -> bool:
        """Whether what was decided at a time, after an event, was decided at a beat."""
        place = bisect_left(self.sequence, sequence)
        return place < len(self.sequence) and (self.sequence[place], self.time_ms[place]) == (sequence, time_ms)


@dataclass
class Columns:
    """One symbol's candles in the order they were recorded, with the numbers of their events."""

    sequence: array[int] = field(default_factory=lambda: array("q"))
    ts: array[int] = field(default_factory=lambda: array("q"))
    values: tuple[array[float], ...] = field(default_factory=lambda: tuple(array("d") for _ in range(5)))

    def take(self, sequence: int, candle: Any) -> None:
        """The next candle."""
        self.sequence.append(sequence)
        self.ts.append(candle.open_ms)
        row = (candle.open, candle.high, candle.low, candle.close, candle.volume)
        for column, value in zip(self.values, row, strict=True):
            column.append(value)


@dataclass(frozen=True)
class Seen:
    """Candles in order of time, each once, and the numbers of their events. beats: those of its segment."""

    candles: Candles
    sequence: Any
    beats: Beats


@dataclass
class Record:
    """A segment as far as it was read."""

    sequence: int = 0
    symbols: dict[str, Columns] = field(default_factory=dict)
    beats: Beats = field(default_factory=Beats)

    def recorded(self, symbol: str, timeframe: str) -> Seen:
        """All candles of a symbol, whoever they were recorded for."""
        known = self.symbols.get(symbol, Columns())
        ts = np.array(known.ts, np.int64)
        _, places = np.unique(ts, return_index=True)
        return chosen(known, symbol, timeframe, places, self.beats)

    def seen_from(self, symbol: str, timeframe: str, after: int, anchor_ms: int) -> Seen:
        """What a bot saw that began after event number `after` with its indicators at `anchor_ms`."""
        known = self.symbols.get(symbol, Columns())
        ts, sequence = np.array(known.ts, np.int64), np.array(known.sequence, np.int64)
        before = np.flatnonzero((sequence <= after) & (ts >= anchor_ms))
        _, first = np.unique(ts[before], return_index=True)
        begun = before[first]
        newest = int(ts[begun[-1]]) if len(begun) else anchor_ms - 1
        later = np.flatnonzero(sequence > after)
        reached = np.maximum.accumulate(np.concatenate(([newest], ts[later])))
        rising = later[ts[later] > reached[:-1]]
        return chosen(known, symbol, timeframe, np.concatenate((begun, rising)), self.beats)


def chosen(known: Columns, symbol: str, timeframe: str, places: Any, beats: Beats) -> Seen:
    """Candles by their places."""
    ts = np.array(known.ts, np.int64)[places]
    values = (np.array(column, np.float64)[places] for column in known.values)
    return Seen(Candles(symbol, timeframe, ts, *values), np.array(known.sequence, np.int64)[places], beats)


@dataclass
class RecordedCandles:
    """Those of the segments that were asked for."""

    records: dict[str, Record] = field(default_factory=dict)

    async def of(self, tx: Tx, segment: str) -> Record:
        """A segment, read up to its end."""
        record = self.records.setdefault(segment, Record())
        while page := await market.read(tx, segment, after=record.sequence, limit=PAGE):
            for event in page:
                # Another reader may have been here while this one waited.
                if event.sequence <= record.sequence:
                    continue
                record.sequence = event.sequence
                if event.kind in KINDS:
                    candle = CANDLE_DECODER.decode(event.payload)
                    record.symbols.setdefault(candle.symbol, Columns()).take(event.sequence, candle)
                elif event.kind == MarketKind.BEAT:
                    record.beats.sequence.append(event.sequence)
                    record.beats.time_ms.append(event.time_ms)
        return record
