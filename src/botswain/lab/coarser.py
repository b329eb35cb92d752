"""Finer candles put together to longer ones, and how the longer ones stood while they formed.

A longer candle is what its pieces are: a missing piece is missing, and a longer one of which there is no piece is
absent. The last one counts only where its pieces reach its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.model.candles import Candles, FloatColumn, IntColumn
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms, opening_of

# Volumes on this grid are added as whole numbers, so that their sum is that of the decimals whatever the order.
GRID = 100_000_000
MOST_WHOLE = float(1 << 52)
NEAR = 1e-3
# Of whole columns as of a number.
OPENINGS: Callable[[IntColumn, int], IntColumn] = opening_of  # type: ignore[assignment]


@dataclass(frozen=True, slots=True, eq=False)
class Formed:
    """Longer candles as they stood after each finer one.

    opened        int64, the opening of the longer candle that each finer one is a piece of
    high, low, volume  as far as that one had formed; its open is `open`, its close the piece's own
    """

    opened: IntColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    volume: FloatColumn

    @property
    def last(self) -> Any:
        """The places of the last pieces."""
        return np.flatnonzero(np.append(self.opened[1:] != self.opened[:-1], True))


def formed(finer: Candles, timeframe: str) -> Formed:
    """How longer candles formed. Raises BadInput where the finer ones are not pieces of them."""
    length, piece = candle_ms(timeframe), candle_ms(finer.timeframe)
    if piece >= length or length % piece:
        raise BadInput(
            f"candles of {finer.timeframe} do not make candles of {timeframe}; give finer ones whose length divides it"
        )
    opened = OPENINGS(finer.ts, length)
    begins = np.append(True, opened[1:] != opened[:-1])
    first = np.maximum.accumulate(np.where(begins, np.arange(len(opened)), 0))
    return Formed(
        opened,
        finer.open[first],
        running(np.maximum, finer.high, first),
        running(np.minimum, finer.low, first),
        finer.close,
        added(finer.volume, first),
    )


def running(better: Any, column: FloatColumn, first: IntColumn) -> FloatColumn:
    """The best of a column from each place's first one on: by twice as many at a turn."""
    found = np.array(column)
    step, longest = 1, int((np.arange(len(first)) - first).max()) + 1
    while step < longest:
        same = first[step:] == first[:-step]
        found[step:] = np.where(same, better(found[step:], found[:-step]), found[step:])
        step *= 2
    return found


def added(column: FloatColumn, first: IntColumn) -> FloatColumn:
    """The sum of a column from each place's first one on."""
    whole = np.rint(column * GRID)
    on_grid = bool((np.abs(column * GRID - whole) < NEAR).all()) and float(np.abs(whole).sum()) < MOST_WHOLE
    sums = np.cumsum(whole if on_grid else column)
    before = np.where(first > 0, sums[first - 1], 0.0)
    return (sums - before) / GRID if on_grid else sums - before


def coarser(finer: Candles, timeframe: str) -> Candles:
    """The longer candles. Raises BadInput where there is not one whole."""
    made = formed(finer, timeframe)
    last = made.last
    length, piece = candle_ms(timeframe), candle_ms(finer.timeframe)
    if len(last) and int(finer.ts[-1]) + piece < int(made.opened[-1]) + length:
        last = last[:-1]
    if not len(last):
        raise BadInput(f"the candles of {finer.symbol} do not reach the end of one of {timeframe}; give more")
    columns = (one[last] for one in (made.opened, made.open, made.high, made.low, made.close, made.volume))
    return Candles(finer.symbol, timeframe, *columns)
