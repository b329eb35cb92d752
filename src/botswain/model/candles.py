"""A run of candles of one symbol, as columns.

Columns, not rows, because everything that reads candles reads them by the hundred thousand. The arrays are
read-only; checking them against SEMANTICS (order, gaps, sanity) is the work of `history`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from botswain.model.errors import BadInput

FloatColumn = npt.NDArray[np.float64]
IntColumn = npt.NDArray[np.int64]
COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Candles:
    """Candles of one symbol, oldest first. A missing candle is absent, never filled.

    ts        int64, milliseconds UTC of each candle's opening
    open ...  float64 columns of the same length; prices in quote, volume in base

    Columns of other numbers are converted. Raises BadInput where a length differs or ts is not whole.
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
        if not np.issubdtype(np.asarray(self.ts).dtype, np.integer):
            raise BadInput(f"candles of {self.symbol}: ts is {np.asarray(self.ts).dtype}; give int64, in milliseconds")
        for name in ("ts", *COLUMNS):
            # Compiled code reads these columns as bare memory: their type and length must be what it takes them for.
            column = np.ascontiguousarray(getattr(self, name), np.int64 if name == "ts" else np.float64)
            if column.shape != (len(self.ts),):
                raise BadInput(
                    f"candles of {self.symbol}: {name} has the shape {column.shape} beside {len(self.ts)} times; "
                    "give columns of one length"
                )
            column.flags.writeable = False
            object.__setattr__(self, name, column)

    def __len__(self) -> int:
        return len(self.ts)

    def slice(self, first: int, last: int) -> Candles:
        """Candles `first` up to but not including `last`, sharing memory with this one."""
        columns = (getattr(self, name)[first:last] for name in ("ts", *COLUMNS))
        return Candles(self.symbol, self.timeframe, *columns)
