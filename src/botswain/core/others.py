"""What indicators of other symbols were worth at a bot's closes: in columns, and by streams one candle at a time.

A value is that of the other's candle that opened at the same time; where there is none it is no value, and never the
one before (docs/decisions/0021). Both forms give the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from botswain.core.indicators import NAN, OTHER, Indicator, column_of
from botswain.core.streams import Streams
from botswain.model.candles import COLUMNS, Candles, FloatColumn, IntColumn
from botswain.model.errors import BadInput

# Candles of one symbol, two weeks of minutes.
MOST_KEPT = 20_160


class OtherColumns:
    """Whole candles by symbol, and what was computed of them: each column once for all symbols that read it."""

    def __init__(self, candles: Mapping[str, Candles]) -> None:
        self.candles = candles
        self._made: dict[str, dict[Any, Any]] = {}

    def column(self, one: Indicator, ts: IntColumn) -> FloatColumn:
        """An indicator of another symbol at candles that opened at `ts`, ascending. Raises BadInput without candles."""
        whole = self._of(one)
        if np.array_equal(whole.ts, ts):
            return self._whole(one)
        place = np.searchsorted(whole.ts, ts)
        there = np.append(whole.ts, -1)[place] == ts
        return np.where(there, np.append(self._whole(one), NAN)[place], NAN)

    def value(self, one: Indicator, open_ms: int) -> float:
        """The same at one candle."""
        return float(self.column(one, np.array([open_ms]))[0])

    def _of(self, one: Indicator) -> Candles:
        if one.symbol not in self.candles:
            raise BadInput(f"an indicator of {one.symbol} was declared, and nobody gave its candles")
        return self.candles[one.symbol]

    def _whole(self, one: Indicator) -> FloatColumn:
        """The indicator on all candles of its symbol, which it is alone with."""
        return column_of(one.inputs[0], self._of(one), self._made.setdefault(one.symbol, {OTHER: None}))


class OtherStreams:
    """One stream a symbol that is read, for all symbols of a bot: fed the candle of an instant before they are.

    Values are kept for a while: live, candles of one symbol that were missed may come behind those of another.
    """

    def __init__(self, declared: Iterable[Indicator], own_ms: int) -> None:
        read: dict[str, dict[Indicator, None]] = {}
        for one in declared:
            for part in one.parts():
                if part.symbol:
                    read.setdefault(part.symbol, {})[part] = None
        self._places = {part: k for parts in read.values() for k, part in enumerate(parts)}
        self._streams = {
            symbol: Streams({str(k): part.inputs[0] for k, part in enumerate(parts)}, own_ms)
            for symbol, parts in read.items()
        }
        self._values: dict[str, dict[int, tuple[float, ...]]] = {symbol: {} for symbol in read}
        self._newest = dict.fromkeys(read, -1)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Those that are read."""
        return tuple(self._streams)

    def take(self, symbol: str, candle: dict[str, float]) -> None:
        """A closed candle of one of them, with its ts."""
        kept = self._values[symbol]
        open_ms = self._newest[symbol] = int(candle["ts"])
        kept[open_ms] = self._streams[symbol].update(candle)
        if len(kept) > MOST_KEPT:
            del kept[next(iter(kept))]

    def reached(self, open_ms: int) -> bool:
        """Whether every symbol is known as far as that: nothing of then is still to come."""
        return all(newest >= open_ms for newest in self._newest.values())

    def value(self, one: Indicator, open_ms: int) -> float:
        """An indicator at the candle that opened then; no value where its symbol has had none."""
        values = self._values[one.symbol].get(open_ms)
        return NAN if values is None else values[self._places[one]]


def as_candle(candles: Candles, row: int) -> dict[str, float]:
    """A row of candles as streams take it."""
    return {name: float(getattr(candles, name)[row]) for name in ("ts", *COLUMNS)}
