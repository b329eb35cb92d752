"""A run of candles of one symbol, as columns.

Columns, not rows, because everything that reads candles reads them by the hundred thousand. The arrays are
read-only; checking them against SEMANTICS (order, gaps, sanity) is the work of `history`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatColumn = npt.NDArray[np.float64]
IntColumn = npt.NDArray[np.int64]
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Candles:
    """Candles of one symbol, oldest first. A missing candle is absent, never filled.

    ts        int64, milliseconds UTC of each candle's opening
    open ...  float64 columns of the same length; prices in quote, volume in base
    """

    symbol: str
    timeframe: str
    ts: IntColumn
    open: FloatColumn
    high: FloatColumn
    low: FloatColumn
    close: FloatColumn
    volume: FloatColumn

    def __post_init__(self) -> None:
        for name in ("ts", *COLUMNS):
            getattr(self, name).flags.writeable = False

    def __len__(self) -> int:
        return len(self.ts)

    def slice(self, first: int, last: int) -> Candles:
        """Candles `first` up to but not including `last`, sharing memory with this one."""
        columns = (getattr(self, name)[first:last] for name in ("ts", *COLUMNS))
        return Candles(self.symbol, self.timeframe, *columns)
