"""The reference with a recorded order book beside the tape (docs/rules.md, 10, Depth): dictionaries of lots by price.

Independent of the product. Who waits in line is kept by order; every level is looked for anew, every time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botswain.model.depth import BID, Depth
from botswain.model.trades import OnTrades, Trades

from .tape import TapeTimeline, TapeVenue, rooms
from .units import BUY, SELL, Market, price_ticks
from .venue import LIMIT, MARKET, STOP_LIMIT, Order

Level = tuple[int, int]  # a side (BUY: bids) and a price in ticks


@dataclass(frozen=True)
class Told:
    """What a book is told at a time: levels with their lots; a snapshot tells of all there are."""

    at_ms: int
    levels: dict[Level, int]
    whole: bool


def told_by(depth: Depth, market: Market) -> list[Told]:
    """A recording, step by step."""
    ticks = price_ticks(depth.price.tolist(), market.tick)
    found: list[Told] = []
    number = 0
    columns = (depth.ts.tolist(), depth.side.tolist(), ticks, depth.quantity.tolist(), depth.snapshot.tolist())
    for at_ms, side, price, quantity, snapshot in zip(*columns, strict=True):
        lots = rooms(quantity, market, Decimal(1)) or 0
        level = (BUY if side == BID else SELL, price)
        if snapshot and snapshot == number:
            found[-1].levels[level] = lots
        else:
            found.append(Told(at_ms, {level: lots}, bool(snapshot)))
        number = snapshot
    return found


class DepthVenue(TapeVenue):
    """Orders against a book and the trades beside it."""

    def open_book(self, told: list[Told]) -> None:
        """A book to come."""
        self.told, self.next = told, 0
        self.stands: dict[int, dict[int, int]] = {BUY: {}, SELL: {}}
        self.ahead: dict[int, int] = {}
        self.lots = 0

    def book_upto(self, last_ms: int) -> None:
        """All that is told at a time or before."""
        while self.next < len(self.told) and self.told[self.next].at_ms <= last_ms:
            one = self.told[self.next]
            if one.whole:
                for side, price in [(s, p) for s in self.stands for p in self.stands[s] if (s, p) not in one.levels]:
                    self.tell(side, price, 0)
            for (side, price), lots in one.levels.items():
                self.tell(side, price, lots)
            self.next += 1

    def tell(self, side: int, price: int, lots: int) -> None:
        """So much stands at a price."""
        self.stands[side][price] = lots
        if not lots:
            del self.stands[side][price]
        for order in self.in_line(side, price):
            self.ahead[id(order)] = min(self.ahead[id(order)], lots)

    def in_line(self, side: int, price: int) -> list[Order]:
        """The resting limits at a price, by arrival."""
        found = [o for o in self.orders if o.rests_as_limit and o.side == side and o.price == price]
        return sorted(found, key=lambda o: o.arrival)

    def levels_for(self, side: int, worst: int | None) -> Iterator[int]:
        """The prices at which an order of a side finds something, the best first, none beyond `worst`."""
        other = sorted(self.stands[-side], reverse=side == SELL)
        return (p for p in other if worst is None or (p <= worst if side == BUY else p >= worst))

    def arrive(self, order: Order, last: int) -> None:
        """An order reaches the book; the last trade was at `last`."""
        self.arrivals += 1
        order.arrival = self.arrivals
        if order.kind == MARKET:
            self.walks(order, None, maker=False)
        elif order.kind == LIMIT:
            self._arrive_limit(order, last)
        elif self._waits_for(order, last):
            self.fires(order)
        else:
            self.orders.append(order)

    def fires(self, order: Order) -> None:
        """Its trigger was reached."""
        self.orders = [o for o in self.orders if o is not order]
        if order.kind == STOP_LIMIT:
            order.turned_limit = True
            self._arrive_limit(order, 0)
        else:
            self.by_market.append(order)
            self.walks(order, None, maker=False)

    def _arrive_limit(self, order: Order, here: int) -> None:  # noqa: ARG002
        found = list(self.levels_for(order.side, order.price))
        if found and order.post_only:
            self._end(order, "POST_ONLY")
        elif order.tif == "fok" and sum(self.stands[-order.side][p] for p in found) < order.lots:
            self._end(order, "NOT_FILLED")
        else:
            self.walks(order, order.price, maker=False)

    def walks(self, order: Order, worst: int | None, *, maker: bool) -> None:
        """It takes level by level; what is left waits, or ends."""
        keeps, order.tif = order.tif, "gtc"
        resting = any(o is order for o in self.orders)
        for price in list(self.levels_for(order.side, worst)):
            self.room = self.stands[-order.side][price]
            self._fill(order, order.price if maker else price, maker)
            self.tell(-order.side, price, self.room)
            if not order.alive or self.room:
                break
        order.tif = keeps
        if not order.alive or resting:
            return
        self.orders = [o for o in self.orders if o is not order]
        if order.tif != "gtc" and not (order.tif == "fok" and order.kind == MARKET):
            self._end(order, "NOT_FILLED")
            return
        self.orders.append(order)
        if order.rests_as_limit:
            self.ahead[id(order)] = self.stands[order.side].get(order.price, 0)

    def meet(self, price: int) -> None:
        """The book before a trade, then its lots, then what it leaves of the book, then what it triggers."""
        for order in sorted(self.orders, key=lambda o: o.arrival):
            if order.alive and self._goes(order):
                self.walks(order, None, maker=False)
            elif order.alive and order.rests_as_limit:
                self.walks(order, order.price, maker=True)
        for side in (BUY, SELL):
            passed = [o for o in self.orders if o.rests_as_limit and o.side == side and (o.price - price) * side > 0]
            for order in sorted(passed, key=lambda o: (-o.price * o.side, o.arrival)):
                self.gets(order, 0)
            for order in self.in_line(side, price):
                self.gets(order, self.ahead[id(order)])
            for order in self.in_line(side, price):
                self.ahead[id(order)] = max(0, self.ahead[id(order)] - self.lots)
        for side in (BUY, SELL):
            for level in [p for p in self.stands[side] if (p - price) * side > 0]:
                self.tell(side, level, 0)
            if price in self.stands[side]:
                self.tell(side, price, max(0, self.stands[side][price] - self.lots))
        for order in sorted(self.orders, key=lambda o: o.slot):
            if order.alive and self._waits_for(order, price):
                self.fires(order)

    def gets(self, order: Order, ahead: int) -> None:
        """It gets what of the trade is beyond what is ahead of it."""
        beyond = self.lots - ahead
        if order.alive and beyond > 0:
            self.room = beyond
            self._fill(order, order.price, maker=True)
            self.lots = ahead + self.room


class DepthTimeline(TapeTimeline):
    """The same bot, and the book beside its tape."""

    venue_kind = DepthVenue
    depth: Depth

    def put(self, tape: Trades, on: OnTrades, every_ms: int | None) -> None:
        """The tape and the book."""
        super().put(tape, on, every_ms)
        market = self.only.desk.market
        self.rooms = [rooms(one, market, Decimal(1)) for one in tape.quantity.tolist()]
        self.book.open_book(told_by(self.depth, market))

    @property
    def book(self) -> DepthVenue:
        """The venue."""
        assert isinstance(self.venue, DepthVenue)
        return self.venue

    def go(self) -> None:
        """All trades."""
        for k in range(len(self.clock)):
            self.k, self.seq = k, 0
            self.hear(self.clock[k] - self.on.latency_ms)
            self.book.book_upto(self.clock[k] - 1)
            self.book.lots = self.rooms[k] or 0
            self.book.meet(self.prices[k])
        self.k = len(self.clock)
        self.hear(self.clock[-1] + self.length_ms)

    def bring(self) -> None:
        """What is wanted finds the book of its time."""
        if self.k < len(self.clock):
            self.book.book_upto(min(self.asked + self.on.latency_ms, self.clock[self.k] - 1))
        super().bring()


def beside(depth: Depth) -> Any:
    """The timeline with this book."""
    return type("Beside", (DepthTimeline,), {"depth": depth})
