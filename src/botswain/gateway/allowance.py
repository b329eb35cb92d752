"""Applies a key's caps to what is asked of it: which symbols, how much in one order, how many orders a minute.

What an order is worth is not what it says: a sell far below the market fills at the market, and a market order names
no price. So only a buy with a limit is bounded by its own price; everything else is measured at the venue's. What
cannot be measured is refused. Cancels and amendments (which only make smaller) are bounded by nothing but the right
to make them; orders that reduce a position are counted, and never refused for their number. The two orders of a list
lock the same coins and only one of them fills: the dearer one is measured, and they count as one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol

from botswain.core.codes import LIMIT, STOP_LIMIT
from botswain.gateway.verdicts import Objection
from botswain.model.caps import Caps, Write
from botswain.model.errands import Errand
from botswain.model.intents import Request, Wanted
from botswain.model.outcomes import Absent, Answer, Cause, Failed

MINUTE_MS = 60_000
# How old a price may be that an order is measured at; where it reduces, any price that is known will do.
FRESH_MS = 5_000


class Priced(Protocol):
    """Who can say what a coin costs."""

    async def price(self, symbol: str) -> Answer[Decimal] | Absent | Failed:
        """What one unit of base costs now, in quote."""
        ...


class Allowance:
    """One key's use so far. elapsed_ms: a clock that never goes back."""

    def __init__(self, elapsed_ms: Callable[[], int]) -> None:
        self._elapsed_ms = elapsed_ms
        self._placed: deque[int] = deque()
        self._prices: dict[str, tuple[int, Decimal]] = {}

    async def forbids(self, errand: Errand, caps: Caps, source: Priced) -> Objection | None:
        """Why the caps forbid this, by what it is."""
        request = errand.request
        for write in writes_of(request):
            if write not in caps.writes:
                allowed = ", ".join(caps.writes)
                return Objection(f"this key may not {write.value}, only {allowed}; add a key that may, with other caps")
        row = request.row
        if not places(request) or row is None:
            return None
        if caps.symbols and errand.symbol not in caps.symbols:
            return Objection(
                f"symbol {errand.symbol} is not among this key's ({', '.join(caps.symbols)}); trade one of these, or "
                "add the key again with other caps"
            )
        if caps.max_notional is None:
            return None
        for one in errand.requests:
            if one.row is not None:
                found = await self._too_much(errand, one.row, caps.max_notional, source)
                if found is not None:
                    return found
        return None

    def overdrawn(self, errand: Errand, caps: Caps) -> Objection | None:
        """Why one more order is too many; where it is not, it is counted."""
        row = errand.request.row
        if not places(errand.request) or row is None or caps.orders_per_minute is None:
            return None
        now_ms = self._elapsed_ms()
        while self._placed and self._placed[0] <= now_ms - MINUTE_MS:
            self._placed.popleft()
        if len(self._placed) >= caps.orders_per_minute and not reduces(row):
            wait_ms = self._placed[-caps.orders_per_minute] + MINUTE_MS - now_ms
            why = (
                f"{len(self._placed)} orders in the last minute, this key may send {caps.orders_per_minute}; decide "
                f"again in {wait_ms} ms"
            )
            return Objection(why, Cause.LATER, wait_ms)
        self._placed.append(now_ms)
        return None

    async def _too_much(self, errand: Errand, row: Wanted, most: Decimal, source: Priced) -> Objection | None:
        qty = row.leaves * errand.lot_size
        price = max(row.price, row.trigger) * errand.tick_size
        if row.side < 0 or row.kind not in (LIMIT, STOP_LIMIT):
            market = await self._market(errand.symbol, source, any_age=reduces(row))
            if not isinstance(market, Decimal):
                why = (
                    f"nobody can say what {qty} {errand.symbol} are worth ({market}), and this key may order at most "
                    f"{most} at once; try again when the venue answers"
                )
                return Objection(why, Cause.LATER)
            price = max(price, market)
        if qty * price <= most:
            return None
        return Objection(
            f"the order is worth {qty * price:f} ({qty} {errand.symbol} at {price}), this key may order at most {most} "
            "at once; order less, or add the key again with other caps"
        )

    async def _market(self, symbol: str, source: Priced, *, any_age: bool) -> Decimal | str:
        """The market's price, or why there is none."""
        known = self._prices.get(symbol)
        if known is not None and self._elapsed_ms() - known[0] <= FRESH_MS:
            return known[1]
        found = await source.price(symbol)
        if isinstance(found, Answer):
            self._prices[symbol] = self._elapsed_ms(), found.data
            return found.data
        if known is not None and any_age:
            return known[1]
        return found.why if isinstance(found, Failed) else "the venue has no price of it"


def writes_of(request: Request) -> list[Write]:
    """What a request asks for."""
    if request.amends:
        return [Write.AMEND]
    return [one for one, asked in ((Write.CANCEL, request.cancels), (Write.PLACE, request.places)) if asked]


def places(request: Request) -> bool:
    """Whether a new order would stand afterwards."""
    return bool(request.places) and not request.amends


def reduces(row: Wanted) -> bool:
    """Whether an order can only make a position smaller."""
    return row.reducing or row.protective
