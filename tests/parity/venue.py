"""The venue: which orders fill inside a candle, in which order, at which price (docs/rules.md, 4).

It holds the orders of one symbol and walks the candle's path. It does not know the wanted rows: every order is a copy
of one as it was when sent. Who may pay is asked of the account at the moment of the fill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .books import Account, Book
from .slips import NO_SLIP, Past, Slip, lots_traded
from .units import BUY, SELL, Fee, Market, slipped

MARKET, LIMIT, STOP, TAKE_PROFIT, STOP_LIMIT = "market", "limit", "stop", "take_profit", "stop_limit"
# Where the groups of exits begin: no number that a strategy would give a group of its own.
EXIT_GROUPS = 1 << 40


@dataclass
class Order:
    """One order at the venue. `lots` are its leaves, prices are ticks, `link` 0 means none.

    held   lots of the leaves that are not in the book and go when the order fires; `left` is what is still to fill
    """

    slot: int
    rev: int
    side: int
    kind: str
    lots: int
    price: int = 0
    trigger: int = 0
    reduce_only: bool = False
    post_only: bool = False
    tif: str = "gtc"
    link: int = 0
    tag: str = ""
    arrival: int = 0
    alive: bool = True
    turned_limit: bool = False
    held: int = 0
    left: int = 0

    @property
    def rests_as_limit(self) -> bool:
        """Whether it is a limit, or a stop_limit that has become one."""
        return self.kind == LIMIT or self.turned_limit

    @property
    def level(self) -> int:
        """The price that fires it."""
        return self.price if self.rests_as_limit else self.trigger

    @property
    def falling(self) -> bool:
        """Whether it fires on the way down: buy limit, buy take_profit, sell stop, sell stop_limit."""
        if self.rests_as_limit or self.kind == TAKE_PROFIT:
            return self.side == BUY
        return self.side == SELL


def rounds_up(kind: str, side: int) -> bool:
    """Which way an ordered price or trigger goes to the tick: sells up and buys down, take-profits the other way."""
    return (side == SELL) != (kind == TAKE_PROFIT)


OnFill = Callable[[str, Order, int, int, Fee], None]
OnEnd = Callable[[str, Order, str], None]


@dataclass(frozen=True)
class Matching:
    """How the venue treats us: slippage, and whether a limit needs a tick more than its price."""

    slip: Slip = NO_SLIP
    through: bool = False


class Venue:
    """The orders of one symbol. `on_fill(symbol, order, lots, ticks, fee)` books the fill before it returns."""

    def __init__(self, market: Market, account: Account, matching: Matching, on_fill: OnFill, on_end: OnEnd) -> None:
        self.market, self.account, self.slip = market, account, matching.slip
        self.known: list[Past] = []
        self.symbol = market.instrument.symbol
        self.margin = 1 if matching.through else 0
        self.on_fill, self.on_end = on_fill, on_end
        self.orders: list[Order] = []
        self.arrivals = 0

    def arrive(self, order: Order, opens: int) -> None:
        """An order reaches the book, which stands at the candle's open."""
        self.arrivals += 1
        order.arrival = self.arrivals
        if order.kind == MARKET:
            self._fill(order, self._slid(order, opens), maker=False)
        elif order.kind == LIMIT:
            self._arrive_limit(order, opens)
        elif order.trigger >= opens if order.falling else order.trigger <= opens:
            self._fire(order, opens)
        else:
            self.orders.append(order)

    def walk(self, opens: int, high: int, low: int, close: int) -> None:
        """Match what rests along the candle's path: open, the nearer of high and low (tie: low), the other, close."""
        if not any(self._reach(o) >= low if o.falling else self._reach(o) <= high for o in self.orders):
            return
        self._fire_down_to(opens, opens)
        self._fire_up_to(opens, opens)
        turns = [high, low] if high - opens < opens - low else [low, high]
        here = opens
        for there in [*turns, close]:
            if there < here:
                self._fire_down_to(there, None)
            elif there > here:
                self._fire_up_to(there, None)
            here = there

    def cancel(self, order: Order) -> None:
        """Take an order out of the book."""
        order.alive = False
        self.orders = [o for o in self.orders if o is not order]

    def _reach(self, order: Order) -> int:
        if not order.rests_as_limit:
            return order.level
        return order.level - self.margin if order.side == BUY else order.level + self.margin

    def _fire_down_to(self, lowest: int, at: int | None) -> None:
        hit = [o for o in self.orders if o.falling and self._reach(o) >= lowest]
        for order in sorted(hit, key=lambda o: (-self._reach(o), o.arrival)):
            if order.alive:
                self._fire(order, order.level if at is None else at)

    def _fire_up_to(self, highest: int, at: int | None) -> None:
        hit = [o for o in self.orders if not o.falling and self._reach(o) <= highest]
        for order in sorted(hit, key=lambda o: (self._reach(o), o.arrival)):
            if order.alive:
                self._fire(order, order.level if at is None else at)

    def _fire(self, order: Order, here: int) -> None:
        if order.rests_as_limit:
            self._fill(order, here, maker=True)
        elif order.kind == STOP_LIMIT:
            order.turned_limit = True
            self.orders = [o for o in self.orders if o is not order]
            self._arrive_limit(order, here)
        else:
            self._fill(order, self._slid(order, here), maker=False)

    def learn(self, ticks: tuple[int, int, int, int], volume: float) -> None:
        """A candle of those that the bot decides on has closed."""
        self.known.append(Past(*ticks, lots_traded(volume, self.market.lot)))

    def _slid(self, order: Order, here: int) -> int:
        """The price of a fill by the market."""
        share = self.slip.share(self.known, self._wants(order))
        return slipped(order.side, here, share * 10_000) if share else here

    def _wants(self, order: Order) -> int:
        """The lots of an order that can fill: reduce-only no more than the position."""
        if not order.reduce_only:
            return order.lots
        book = self.account.books[self.symbol]
        held = book.lots_with_dust if order.side == BUY else book.lots
        return min(order.lots, max(0, -order.side * held))

    def _arrive_limit(self, order: Order, here: int) -> None:
        crosses = order.price >= here if order.side == BUY else order.price <= here
        if crosses and order.post_only:
            self._end(order, "POST_ONLY")
        elif crosses:
            self._fill(order, here, maker=False)
        elif order.tif in ("ioc", "fok"):
            self._end(order, "NOT_FILLED")
        else:
            self.orders.append(order)

    def _fill(self, order: Order, ticks: int, maker: bool) -> None:
        book = self.account.books[self.symbol]
        held = book.lots_with_dust if order.side == BUY else book.lots
        lots = order.lots
        if order.reduce_only:
            lots = min(lots, max(0, -order.side * held))
            if not lots:
                self._end(order, "NOTHING_TO_REDUCE")
                return
        fee = self.market.fee(order.side, ticks, lots, maker)
        if not self._payable(book, order.side, lots, ticks, fee, held):
            self._end(order, "INSUFFICIENT_BALANCE")
            return
        self.cancel(order)
        rests = min(lots, order.lots - order.held)
        for part, as_maker in ((rests, maker), (lots - rests, maker and not order.held)):
            if part:
                lots -= part
                order.left = lots
                self.on_fill(self.symbol, order, part, ticks, self.market.fee(order.side, ticks, part, as_maker))

    def _payable(self, book: Book, side: int, lots: int, ticks: int, fee: Fee, held: int) -> bool:
        shortable = self.market.instrument.shortable
        if side == SELL:
            return lots <= held or (shortable and self._within_margin(book, lots, ticks, fee))
        if shortable and lots <= -held:
            return True
        return self.market.notional(ticks, lots) + max(fee.money, 0) <= self.account.cash

    def _within_margin(self, book: Book, lots: int, ticks: int, fee: Fee) -> bool:
        """Whether the shorts of the account, after this sell, are worth no more than twice the account."""
        left = book.position + book.dust - lots * self.market.units_per_lot
        if left >= 0:
            return True
        worth = self.account.cash + self.market.notional(ticks, lots) - max(fee.money, 0)
        shorts = 0
        for b in self.account.books.values():
            value = (left * ticks if b is book else (b.position + b.dust) * b.close) * b.market.value
            worth += value
            shorts -= min(0, value)
        return shorts <= 2 * worth

    def _end(self, order: Order, code: str) -> None:
        self.cancel(order)
        self.on_end(self.symbol, order, code)

    def end_linked(self, filled: Order, waiting: list[Order]) -> None:
        """End the others of the filled order's link group, in the book or still on their way there.

        Where a part of it was held, those of the strategy that kept that part out of the book end with them.
        """
        if filled.link and not filled.left:
            for order in [*self.orders, *waiting]:
                own = order.link < EXIT_GROUPS
                shares = order.link == filled.link or (filled.held and own and order.side == filled.side)
                if order is not filled and order.alive and shares:
                    self._end(order, "LINKED")
