"""The public book: levels of price and lots on both sides, and what an order arriving now would meet.

Behind candles nobody knows the book: it stands at one price, and whatever crosses that price fills there whole, which
is the core's rule. A made-up or recorded market has levels, and an order takes them one after the other.
"""

from __future__ import annotations

from collections.abc import Callable

Level = tuple[int, int]
Sides = tuple[list[Level], list[Level]]
SHOWN_LEVELS = 20
SHOWN_LOTS = 1_000


class Ladder:
    """Levels (ticks, lots), bids descending and asks ascending.

    stands     the one price of a market of candles; 0 where there are levels
    update_id  grows by one with every change
    """

    def __init__(self) -> None:
        self.stands = 0
        self.update_id = 1
        self._bids: list[Level] = []
        self._asks: list[Level] = []
        self._changed: list[tuple[int, int, int]] = []
        self._drawn = 0
        self._later: Callable[[], Sides] | None = None
        self._best: tuple[int, int] = (0, 0)

    @property
    def bids(self) -> list[Level]:
        """What is bid."""
        self.draw()
        return self._bids

    @property
    def asks(self) -> list[Level]:
        """What is asked."""
        self.draw()
        return self._asks

    def stand(self, price: int) -> None:
        """The book of a candle market: one price, shown with levels a tick apart; its ask is the price itself."""
        self.stands = price
        self.update_id += 1

    def draw(self) -> None:
        """Make the levels around the one price, once somebody looks: thousands of candles go by unseen."""
        if self._later is not None:
            later, self._later = self._later, None
            self.replace(*later())
            return
        if not self.stands or self._drawn == self.stands:
            return
        price = self._drawn = self.stands
        shown = min(SHOWN_LEVELS, price - 1)
        bids = [(price - k, SHOWN_LOTS * k) for k in range(1, shown + 1)]
        self.replace(bids, [(price + k, SHOWN_LOTS * (k + 1)) for k in range(SHOWN_LEVELS)])

    def put(self, bids: list[Level], asks: list[Level]) -> None:
        """Replace all levels."""
        self._later = None
        self.replace(bids, asks)
        self.update_id += 1

    def put_later(self, bid: int, ask: int, later: Callable[[], Sides]) -> None:
        """Replace all levels by what `later` makes, once somebody looks; bid and ask are the best of them."""
        self._best, self._later = (bid, ask), later
        self.update_id += 1

    def replace(self, bids: list[Level], asks: list[Level]) -> None:
        """Note what changes and take the new levels."""
        self._changed = [*changes(0, self._bids, bids), *changes(1, self._asks, asks)]
        self._bids, self._asks = bids, asks

    def take_changes(self) -> list[tuple[int, int, int]]:
        """The levels of the last change, once: side (0 bid, 1 ask), ticks, lots (0 removes)."""
        self.draw()
        found, self._changed = self._changed, []
        return found

    def best(self, side: int) -> int:
        """The price an order of this side would take first; a price it cannot reach where that side is empty."""
        if self.stands:
            return self.stands
        if self._later is not None:
            return self._best[1] if side > 0 else self._best[0]
        levels = self.asks if side > 0 else self.bids
        if levels:
            return levels[0][0]
        other = self.bids if side > 0 else self.asks
        return other[0][0] + side if other else 0

    def plan(self, side: int, limit: int, lots: int) -> list[Level]:
        """What an order would take: pieces of price and lots. limit 0 is the market."""
        if self.stands:
            return [(self.stands, lots)] if not limit or (limit - self.stands) * side >= 0 else []
        pieces = []
        for price, there in self.asks if side > 0 else self.bids:
            if lots <= 0 or (limit and (price - limit) * side > 0):
                break
            pieces.append((price, min(lots, there)))
            lots -= there
        return pieces

    def plan_money(self, side: int, notional: int, money: int, step: int) -> list[Level]:
        """What a market order for an amount of quote would take; money is quote units of one tick x lot."""
        levels = [(self.stands, 0)] if self.stands else (self.asks if side > 0 else self.bids)
        pieces = []
        for price, there in levels:
            lots = notional // (price * money)
            lots = min(lots, there) if there else lots
            lots -= lots % step
            if lots <= 0:
                break
            pieces.append((price, lots))
            notional -= lots * price * money
        return pieces

    def take(self, side: int, pieces: list[Level]) -> None:
        """Remove what was taken."""
        if self.stands or not pieces:
            return
        levels = dict(self.asks if side > 0 else self.bids)
        for price, lots in pieces:
            levels[price] -= lots
        left = [(price, lots) for price, lots in levels.items() if lots > 0]
        if side > 0:
            self.put(self.bids, left)
        else:
            self.put(left, self.asks)


def changes(side: int, old: list[Level], new: list[Level]) -> list[tuple[int, int, int]]:
    """The levels that differ."""
    before, after = dict(old), dict(new)
    found = [(side, price, lots) for price, lots in new if before.get(price) != lots]
    found += [(side, price, 0) for price, _ in old if price not in after]
    return found
