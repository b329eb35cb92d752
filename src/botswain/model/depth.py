"""What stood in the order book of a market, as columns: snapshots, and levels that changed after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.model.candles import FloatColumn, IntColumn
from botswain.model.errors import BadInput

BID, ASK = 1, -1
KINDS = {"ts": np.int64, "side": np.int64, "price": np.float64, "quantity": np.float64, "snapshot": np.int64}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Depth:
    """Levels of one symbol's order book in the order in which they were told; several may be of one millisecond.

    ts        int64, milliseconds UTC, never falling
    side      BID or ASK
    price     float64, above zero, in quote
    quantity  float64, in base, what stands at the price from then on; 0: nothing
    snapshot  int64, 0 for a level that changed; the levels of one snapshot follow each other with one number of
              their own, and what is in none of them does not stand any more

    Columns of other numbers are converted. Raises BadInput, naming the first row that cannot be.
    """

    symbol: str
    ts: IntColumn
    side: IntColumn
    price: FloatColumn
    quantity: FloatColumn
    snapshot: IntColumn

    def __post_init__(self) -> None:
        if not np.issubdtype(np.asarray(self.ts).dtype, np.integer):
            raise BadInput(f"depth of {self.symbol}: ts is {np.asarray(self.ts).dtype}; give int64, in milliseconds")
        for name, kind in KINDS.items():
            column = np.ascontiguousarray(getattr(self, name), kind)
            if column.shape != (len(self.ts),):
                raise BadInput(
                    f"depth of {self.symbol}: {name} has the shape {column.shape} beside {len(self.ts)} times; give "
                    "columns of one length"
                )
            column.flags.writeable = False
            object.__setattr__(self, name, column)
        if not len(self.ts):
            raise BadInput(f"there is no level in the depth of {self.symbol}; give a file that has some")
        row = "correct or leave out such rows"
        self._refuse("side", abs(self.side) != 1, f"is neither {BID}, a bid, nor {ASK}, an ask", row)
        self._refuse("price", ~(self.price > 0) | ~np.isfinite(self.price), "is not above zero", row)
        self._refuse("quantity", ~(self.quantity >= 0) | ~np.isfinite(self.quantity), "is no quantity that stands", row)
        falls = np.append(False, self.ts[1:] < self.ts[:-1])
        self._refuse("ts", falls, "is before the one above it", "sort the changes by time")
        if not self.snapshot[0]:
            raise BadInput(
                f"depth of {self.symbol} begins with a change, and what it changes is not known; begin with a snapshot "
                "of the whole book"
            )

    def _refuse(self, name: str, wrong: Any, why: str, remedy: str) -> None:
        if wrong.any():
            place = int(wrong.argmax())
            value = getattr(self, name)[place].item()
            raise BadInput(
                f"depth of {self.symbol}: row {place + 1}: {name} {value!r} {why} ({int(np.count_nonzero(wrong))} "
                f"such); {remedy}"
            )

    def __len__(self) -> int:
        return len(self.ts)


def depth_of_quotes(
    symbol: str, ts: IntColumn, bid: FloatColumn, bid_size: FloatColumn, ask: FloatColumn, ask_size: FloatColumn
) -> Depth:
    """Best quotes as a book of one level a side: each is a snapshot. Columns as of Depth; a size of 0: none stands."""
    ts = np.asarray(ts)
    return Depth(
        symbol,
        np.repeat(ts, 2),
        np.tile([BID, ASK], len(ts)),
        np.column_stack([bid, ask]).ravel(),
        np.column_stack([bid_size, ask_size]).ravel(),
        np.repeat(np.arange(1, len(ts) + 1), 2),
    )
