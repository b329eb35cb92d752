"""What was traded on a market, one by one, as columns; and how orders of a backtest meet that."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from botswain.model.candles import Candles, FloatColumn, IntColumn
from botswain.model.errors import BadInput, near
from botswain.model.timeframe import TICK

# What the market stands at when an order reaches it between two trades.
NEXT, LAST = "next", "last"
MEETS = (NEXT, LAST)
LONGEST_MS = 86_400_000
FINEST_SHARE = Decimal("1e-8")
# The candles that are made of them where nothing is said.
USUAL_TIMEFRAME = "1m"


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Trades:
    """Trades of one symbol in the order in which they happened; several may be of one millisecond.

    ts               int64, milliseconds UTC, never falling
    price, quantity  float64, above zero: in quote, and in base

    Columns of other numbers are converted. Raises BadInput, naming the first trade that cannot be.
    """

    symbol: str
    ts: IntColumn
    price: FloatColumn
    quantity: FloatColumn

    def __post_init__(self) -> None:
        if not np.issubdtype(np.asarray(self.ts).dtype, np.integer):
            raise BadInput(f"trades of {self.symbol}: ts is {np.asarray(self.ts).dtype}; give int64, in milliseconds")
        for name in ("ts", "price", "quantity"):
            column = np.ascontiguousarray(getattr(self, name), np.int64 if name == "ts" else np.float64)
            if column.shape != (len(self.ts),):
                raise BadInput(
                    f"trades of {self.symbol}: {name} has the shape {column.shape} beside {len(self.ts)} times; give "
                    "columns of one length"
                )
            column.flags.writeable = False
            object.__setattr__(self, name, column)
        if not len(self.ts):
            raise BadInput(f"there are no trades of {self.symbol}; give a file that has some")
        for name in ("price", "quantity"):
            column = getattr(self, name)
            wrong = ~(column > 0) | ~np.isfinite(column)
            if wrong.any():
                self._refuse(
                    int(wrong.argmax()), f"{name} {float(column[wrong.argmax()])!r}", "is not above zero", wrong
                )
        falls = np.append(False, self.ts[1:] < self.ts[:-1])
        if falls.any():
            place = int(falls.argmax())
            self._refuse(place, f"ts {int(self.ts[place])}", f"is before {int(self.ts[place - 1])} above it", falls)

    def _refuse(self, place: int, what: str, why: str, wrong: IntColumn) -> None:
        remedy = "sort the trades by time" if what.startswith("ts") else "correct or leave out such rows"
        raise BadInput(
            f"trades of {self.symbol}: row {place + 1}: {what} {why} ({int(np.count_nonzero(wrong))} such); {remedy}"
        )

    def __len__(self) -> int:
        return len(self.ts)

    def candles(self) -> Candles:
        """Each trade as a candle of its own, which has its millisecond (`TICK`). Columns are shared."""
        price = self.price
        return Candles(self.symbol, TICK, self.ts, price, price, price, price, self.quantity)


@dataclass(frozen=True, slots=True)
class OnTrades:
    """How orders meet recorded trades (docs/rules.md section 10).

    meets       `next`: what reaches the market between two trades meets the next one; `last`: the price of the last
    latency_ms  from a decision until what it wants is at the market
    share       of each trade's quantity that all orders together get; 0: as much as they want
    depth       a recorded book stands beside them: orders take its levels, and wait in line
    """

    meets: str = NEXT
    latency_ms: int = 0
    share: Decimal = Decimal(0)
    depth: bool = False

    def __post_init__(self) -> None:
        if self.meets not in MEETS:
            raise BadInput(f"meets is {self.meets!r}{near(self.meets, MEETS)}")
        if not 0 <= self.latency_ms <= LONGEST_MS:
            raise BadInput(f"latency is {self.latency_ms} ms; write 0 to {LONGEST_MS} (a day)")
        if not self.share.is_finite() or not 0 <= self.share <= 1 or self.share % FINEST_SHARE:
            raise BadInput(
                f"participation is {self.share}; write a share of each trade's quantity above 0 and at most 1, such as "
                "0.1, with at most 8 decimals; 0 is no bound"
            )
        if self.depth and (self.share or self.meets != NEXT):
            said = f"participation is {self.share}" if self.share else f"meets is {self.meets!r}"
            raise BadInput(
                f"{said} beside a recorded book, which says what orders find and get; leave it out, or the book"
            )
        if self.share and self.meets == LAST:
            raise BadInput(
                f"participation is {self.share} and orders meet the last trade, of which nothing is left to be had; "
                "let them meet the next one, or leave participation out"
            )
