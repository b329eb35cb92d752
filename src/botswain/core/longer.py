"""Longer candles made of a run's own ones, for indicators on another timeframe: in columns and one at a time.

A longer candle is what its pieces are; a missing piece is missing. It is seen from the close at whose end it is over
(so at its last piece, or at the next candle where that one is missing), never before. One that began before the
history did is left out, for nobody knows its opening. Volumes are added up in the order of time, in both forms.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.model.candles import Candles, IntColumn
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms, opening_of, timeframe_of

# Of whole columns as of a number.
OPENINGS: Callable[[IntColumn, int], IntColumn] = opening_of  # type: ignore[assignment]


def check_length(length_ms: int, own_ms: int) -> None:
    """Raise BadInput where candles of one length do not make those of another."""
    if length_ms < own_ms or length_ms % own_ms:
        raise BadInput(
            f"timeframe {timeframe_of(length_ms)} is not made of whole candles of {timeframe_of(own_ms)}, which it is "
            "decided on; write a multiple of them, or leave the timeframe out"
        )


def longer_candles(candles: Candles, length_ms: int) -> tuple[Candles, IntColumn]:
    """The longer candles that are over, and for each own one the place of the last that it is the end of; -1: none."""
    own_ms = candle_ms(candles.timeframe)
    check_length(length_ms, own_ms)
    opened = OPENINGS(candles.ts, length_ms)
    starts = np.flatnonzero(np.append(True, opened[1:] != opened[:-1])) if len(opened) else np.zeros(0, np.int64)
    lasts = np.append(starts[1:], len(opened))
    over = opened[starts] + length_ms <= (int(candles.ts[-1]) + own_ms if len(opened) else 0)
    if len(starts) and candles.ts[0] != opened[0]:
        over[0] = False
    starts, lasts = starts[over], lasts[over]
    shown = np.searchsorted(opened[starts] + length_ms, candles.ts + own_ms, side="right") - 1
    # A place for each piece at least, so that nothing is read beyond the columns where there is no longer candle.
    parts = {
        "ts": opened[starts],
        "open": candles.open[starts],
        "high": best(np.maximum, candles.high, starts, lasts),
        "low": best(np.minimum, candles.low, starts, lasts),
        "close": candles.close[lasts - 1],
        "volume": added(candles.volume, starts, lasts),
    }
    return Candles(candles.symbol, timeframe_of(length_ms), **parts), shown


def best(better: Any, column: Any, starts: IntColumn, lasts: IntColumn) -> Any:
    """The best of each part of a column; parts lie side by side, but for one that is left out at either end."""
    if not len(starts):
        return np.zeros(0)
    return better.reduceat(column[: int(lasts[-1])], starts)


def added(column: Any, starts: IntColumn, lasts: IntColumn) -> Any:
    """The sum of each part, from its first number to its last, one after the other."""
    sums = np.array(column[starts])
    counts = lasts - starts
    for k in range(1, int(counts.max(initial=0))):
        there = np.flatnonzero(counts > k)
        sums[there] += column[starts[there] + k]
    return sums


@dataclass(slots=True)
class Forming:
    """A longer candle as far as it has come, one of its pieces at a time."""

    length_ms: int
    own_ms: int
    opened: int | None = None
    whole: bool = False
    open: float = 0.0
    high: float = 0.0
    low: float = 0.0
    close: float = 0.0
    volume: float = 0.0

    def take(self, ts: int, candle: dict[str, float]) -> list[dict[str, float]]:
        """The longer candles that are over with one more piece, the older first: none, one, or two after a gap."""
        over = []
        opened = opening_of(ts, self.length_ms)
        if self.opened is not None and opened != self.opened:
            over += self.ended()
        if self.opened is None:
            # The first one of all counts only where its beginning was seen.
            self.whole = self.whole or ts == opened
            self.opened = opened
            self.open, self.high, self.low = candle["open"], candle["high"], candle["low"]
            self.volume = candle["volume"]
        else:
            self.high = higher(self.high, candle["high"])
            self.low = -higher(-self.low, -candle["low"])
            self.volume += candle["volume"]
        self.close = candle["close"]
        if ts + self.own_ms >= opened + self.length_ms:
            over += self.ended()
        return over

    def ended(self) -> list[dict[str, float]]:
        """The one that forms, which is over; none where it began before the history."""
        opened, self.opened = self.opened, None
        if not self.whole:
            self.whole = True
            return []
        assert opened is not None
        names = ("open", "high", "low", "close", "volume")
        return [{name: getattr(self, name) for name in names} | {"ts": float(opened)}]


def higher(a: float, b: float) -> float:
    """The higher of two numbers, NaN where either is none, as NumPy has it."""
    return a if a >= b or a != a else b
