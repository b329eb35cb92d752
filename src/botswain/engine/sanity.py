"""Whether a price can be true: on the grid, in order, and not far from the last close (F66).

A leap is not impossible, only suspect: a candle's is confirmed by a read of the same candle, a print's by the next
print near it. What cannot be (a high below the low) is never confirmed by anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from botswain.model.market_events import AggTrade, Candle, Quote, Trade

ZERO = Decimal(0)
MOST_GRIDS = 16


class PriceGuard:
    """One symbol's prices.

    ticks  its grids, the newest first: orders from before a change of the tick go on to trade where they rest
    band   furthest from the last close, as a fraction
    """

    def __init__(self, symbol: str, tick: Decimal, band: Decimal) -> None:
        self._symbol = symbol
        self.ticks: tuple[Decimal, ...] = (tick,)
        self._up, self._down = 1 + band, 1 - band
        self._last: Decimal | None = None
        self._most = self._least = ZERO
        self._suspect: tuple[int, Decimal] | None = None

    def grid(self, tick: Decimal) -> None:
        """Its tick is this one now; prices on those before may still come."""
        self.ticks = (tick, *(one for one in self.ticks if one != tick))[:MOST_GRIDS]

    def settle(self, price: Decimal) -> None:
        """A price that is believed: what follows is held against it."""
        self._last = price
        self._most, self._least = price * self._up, price * self._down
        self._suspect = None

    def leap(self, one: Candle) -> str:
        """What is suspect about a sound candle; empty where nothing is."""
        if self._last is None or (self._least <= one.low and one.high <= self._most):
            return ""
        return self._far("a high of", one.high) if one.high > self._most else self._far("a low of", one.low)

    def forming(self, one: Candle) -> str:
        """What is wrong with a candle that still forms: its latest price is looked at."""
        return self._far("a price of", one.close) if self._beyond(one.close) or not one.close else ""

    def print(self, one: Trade | AggTrade) -> str:
        """What is wrong with a print. The second of two that agree is believed."""
        price = one.price
        if not price or off_grids(price, self.ticks):
            return f"a print of {self._symbol} at {price} is not on its grid of {named(self.ticks)}"
        if not self._beyond(price):
            return ""
        number = one.agg_id if isinstance(one, AggTrade) else one.trade_id
        before, self._suspect = self._suspect, (number, price)
        if before is not None and before[0] != number:
            if before[1] * self._down <= price <= before[1] * self._up:
                self.settle(price)
                return ""
        return self._far("a print at", price)

    def quote(self, one: Quote) -> str:
        """What is wrong with best prices; a side that is empty is not."""
        if one.bid > one.ask > ZERO:
            return f"the book of {self._symbol} is crossed: bid {one.bid} above ask {one.ask}"
        if one.bid and self._beyond(one.bid):
            return self._far("a bid of", one.bid)
        return self._far("an ask of", one.ask) if one.ask and self._beyond(one.ask) else ""

    def _beyond(self, price: Decimal) -> bool:
        return self._last is not None and not self._least <= price <= self._most

    def _far(self, what: str, price: Decimal) -> str:
        return f"{what} {price} for {self._symbol} is far from its last price {self._last}"


def unsound(one: Candle, ticks: Sequence[Decimal]) -> str:
    """What cannot be about a candle; empty where it can. Each of its prices may be on any of the grids."""
    first, high, low, last = one.open, one.high, one.low, one.close
    if not ZERO < low <= first <= high or not low <= last <= high:
        why = f"no candle can be open {first}, high {high}, low {low}, close {last}"
    elif not between_ticks(one, ticks):
        return ""
    else:
        why = f"open {first}, high {high}, low {low}, close {last} are not all on the grid of {named(ticks)}"
    return f"the candle of {one.market_id} {one.timeframe} at {one.open_ms}: {why}"


def between_ticks(one: Candle, ticks: Sequence[Decimal]) -> bool:
    """Whether a price of a candle is on none of these grids."""
    try:
        if not (one.open % ticks[0] or one.high % ticks[0] or one.low % ticks[0] or one.close % ticks[0]):
            return False  # nearly always so
    except InvalidOperation:
        pass
    return any(off_grids(price, ticks) for price in (one.open, one.high, one.low, one.close))


def off_grids(price: Decimal, ticks: Sequence[Decimal]) -> bool:
    """Whether a price is on none of these grids."""
    return all(off_grid(price, tick) for tick in ticks)


def off_grid(price: Decimal, tick: Decimal) -> bool:
    """Whether a price is not a multiple of its tick; one of more digits than can be divided is none either."""
    try:
        return bool(price % tick)
    except InvalidOperation:
        return True


def named(ticks: Sequence[Decimal]) -> str:
    """Grids in words, the newest first."""
    return " or ".join(f"{one.normalize():f}" for one in ticks)
