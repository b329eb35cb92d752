"""The reference on recorded trades (docs/rules.md, 10): a venue of trades, and a bot that hears of it late.

Independent of the product: the venue has an account of its own, ahead of the bot's by what is on its way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from botswain.model.candles import Candles
from botswain.model.trades import OnTrades, Trades

from .books import Account, Book
from .cases import Case
from .forming import FormingTimeline, Growing, rows_of
from .outcome import Fill, Outcome
from .reference import Station, _changes, _reduces
from .rows import Sizing
from .units import BUY, Fee, Market, price_ticks, to_decimal
from .venue import MARKET, STOP_LIMIT, Matching, Order, Venue


class TapeVenue(Venue):
    """Orders against trades. `room` is what of the trade is left to be had, None without a bound."""

    room: int | None = None

    def begin(self, cash: int) -> None:
        """An account of its own."""
        self.account = Account(cash, {self.symbol: Book(self.market)})
        self.by_market: list[Order] = []
        self.partial = False

    def meet(self, price: int) -> None:
        """A trade passes over what rests."""
        for order in sorted(self.orders, key=lambda o: o.slot):
            if order.alive and self._waits_for(order, price):
                self.orders = [o for o in self.orders if o is not order]
                if order.kind == STOP_LIMIT:
                    order.turned_limit = True
                    self._arrive_limit(order, price)
                else:
                    self.by_market.append(order)
                    self.orders.append(order)
        for side, sign in ((True, -1), (False, 1)):
            while self.room != 0:
                hit = [o for o in self.orders if self._down(o) is side and self._met(o, price)]
                if not hit:
                    break
                self._go(min(hit, key=lambda o: self._turn(o, sign)), price)

    def _turn(self, order: Order, sign: int) -> tuple[bool, int, int]:
        """What goes before what: by the market, where it waits at any price, as it arrived."""
        return not self._goes(order), 0 if self._goes(order) else sign * self._reach(order), order.arrival

    def _goes(self, order: Order) -> bool:
        return order.kind == MARKET or any(one is order for one in self.by_market)

    def _down(self, order: Order) -> bool:
        return order.side != BUY if self._goes(order) else order.falling

    def _waits_for(self, order: Order, price: int) -> bool:
        if order.rests_as_limit or self._goes(order):
            return False
        return order.trigger >= price if order.falling else order.trigger <= price

    def _met(self, order: Order, price: int) -> bool:
        if self._goes(order):
            return True
        if not order.rests_as_limit:
            return False
        return self._reach(order) >= price if order.falling else self._reach(order) <= price

    def _go(self, order: Order, price: int) -> None:
        if self._goes(order):
            self._fill(order, self._slid(order, price), maker=False)
        else:
            self._fill(order, order.price, maker=True)

    def _fire(self, order: Order, here: int) -> None:
        if order.kind != STOP_LIMIT:
            self.by_market.append(order)
        super()._fire(order, here)

    def _arrive_limit(self, order: Order, here: int) -> None:
        crosses = order.price >= here if order.side == BUY else order.price <= here
        if crosses and order.tif == "fok" and self.room is not None and self.room < order.lots:
            self._end(order, "NOT_FILLED")
            return
        super()._arrive_limit(order, here)

    def _fill(self, order: Order, ticks: int, maker: bool) -> None:
        book = self.account.books[self.symbol]
        wants = order.lots
        if order.reduce_only:
            held = book.lots_with_dust if order.side == BUY else book.lots
            wants = min(wants, max(0, -order.side * held))
        if self.room is None or wants <= self.room or not wants:
            self.partial = False
            before = self.taken
            super()._fill(order, ticks, maker)
            if self.room is not None:
                self.room -= self.taken - before
            return
        if self.room:
            part = copy.copy(order)
            part.lots, part.held = self.room, max(0, self.room - (order.lots - order.held))
            part.alive = True
            self.partial, self.whole = True, order
            self.orders = [o for o in self.orders if o is not order]
            super()._fill(part, ticks, maker)
            self.partial = False
            if not part.left and self.room == 0:
                order.lots -= part.lots
                order.held = min(order.held, order.lots)
            else:
                order.alive = False
                return
        if order.tif == "ioc":
            self._end(order, "NOT_FILLED")
        elif order not in self.orders:
            self.orders.append(order)

    taken = 0


@dataclass
class News:
    """What the venue did, not heard yet: a fill, or an end for a code."""

    order: Order
    seq: int
    at_ms: int
    lots: int = 0
    ticks: int = 0
    fee: Fee | None = None
    last: bool = True
    code: str = ""


class TapeTimeline(FormingTimeline):
    """Trades in place of finer candles; what is decided on are candles made of them, or each of them."""

    venue_kind = TapeVenue
    # When what is brought next was asked for: at a report, or at a decision after it.
    asked = 0

    def put(self, tape: Trades, on: OnTrades, every_ms: int | None) -> None:
        """The tape. every_ms None: on each trade."""
        (self.only,) = self.stations.values()
        market = self.only.desk.market
        self.on, self.each = on, every_ms is None
        self.every_ms, self.piece_ms = every_ms or 0, 1
        self.clock = tape.ts.tolist()
        self.prices = price_ticks(tape.price.tolist(), market.tick)
        self.rooms = [rooms(one, market, on.share) for one in tape.quantity.tolist()]
        self.rows = rows_of(tape.candles())
        self.heard, self.k = 0, 0
        self.unheard: list[list[News]] = [[] for _ in self.clock]
        self.on_way: list[Order] = []
        old = self.only.venue
        how = Matching(old.slip, bool(old.margin))
        venue = self.venue_kind(market, old.account, how, self.done_fill, self.done_end)
        venue.begin(self.account.cash)
        self.venue = self.only.venue = venue
        self.sides[self.only.symbol].rows = self.rows
        self.only.candles = [(one,) * 4 for one in self.prices]
        if self.each:
            self.length_ms = self.only.desk.length_ms = 1

    def learn(self, station: Station, closed: Growing) -> None:
        """The venue does not wait until the bot has heard of a candle."""

    def venue_knows(self, upto_ms: int) -> None:
        """Candles that have closed by then."""
        desk, known = self.only.desk, len(self.venue.known)
        while known < len(desk.times) and desk.times[known] + self.length_ms <= upto_ms:
            columns = (desk.opens, desk.highs, desk.lows, desk.closes)
            first, high, low, last = price_ticks([one[known] for one in columns], desk.market.tick)
            self.venue.learn((first, high, low, last), desk.volumes[known])
            known += 1

    def go(self) -> None:
        """All trades."""
        for k in range(len(self.clock)):
            self.k, self.seq = k, 0
            self.venue_knows(self.clock[k])
            self.venue.room = self.rooms[self.k]
            self.hear(self.clock[self.k] - self.on.latency_ms)
            self.venue.meet(self.prices[self.k])
        self.k = len(self.clock)
        self.hear(self.clock[-1] + self.length_ms)

    def hear(self, upto: int) -> None:
        """What lies so far back, and what comes of it."""
        while self.heard < self.k and self.clock[self.heard] <= upto:
            i = self.heard
            opened = self.clock[i] - self.clock[i] % self.length_ms
            self._turn(opened)
            self.instant = self.clock[i]
            while self.unheard[i]:
                self.told(self.unheard[i].pop(0))
            at = self.decided(i)
            self.asked = self.clock[i]
            if (self.clock[i] if at is None else abs(at)) > upto:
                self.bring()
                return
            self.asked = self.clock[i] if at is None else abs(at)
            self.decide_on(i, at)
            self.heard += 1
            self.bring()

    def decided(self, i: int) -> int | None:
        """When it is decided after trade i; below zero at a close."""
        if self.each:
            return self.clock[i]
        opened = self.clock[i] - self.clock[i] % self.length_ms
        following = self.clock[i + 1] if i + 1 < len(self.clock) else None
        if following is None or following >= opened + self.length_ms:
            return -(opened + self.length_ms)
        if not self.every_ms:
            return None
        at = self.due(self.clock[i] + 1)
        return at if at <= following and at < opened + self.length_ms else None

    def decide_on(self, i: int, at: int | None) -> None:
        """The bot's part of trade i."""
        station, side = self.only, self.sides[self.only.symbol]
        if self.each:
            self.tick(station, i)
            return
        if side.growing is None:
            side.growing = Growing(self.clock[i], list(self.rows[i]))
        else:
            side.growing.take(self.rows[i])
        station.at = i + 1
        if at is not None and at < 0:
            self.close_all(-at)
        elif at is not None:
            self.beat(at)

    def tick(self, station: Station, i: int) -> None:
        """A trade closes as a candle of its own."""
        now = self.clock[i] + 1
        station.at = i
        station.desk.book.close = station.desk.table.close = self.prices[i]
        self.equity = self.account.equity()
        self.marks.append((now, self.equity))
        self.gate.close_instant(now, self.equity)
        self._close(station, now)
        self._judge(station, now)
        self.looked = now

    def bring(self) -> None:
        """What is wanted arrives before trade k."""
        if self.k == len(self.clock):
            return
        there = self.prices[max(self.k - 1, 0)] if self.on.meets == "last" or self.on.depth else self.prices[self.k]
        orders = self.changed()
        book = self.venue.account.books[self.only.symbol]
        reducing = [o for o in orders if _reduces(o, book)]
        self.on_way = reducing + [o for o in orders if o not in reducing]
        while self.on_way:
            order = self.on_way.pop(0)
            if order.alive:
                self.venue.arrive(order, there)

    def changed(self) -> list[Order]:
        """Changes that may go: not into a place of which there is news on its way."""
        news = {one.order.slot for found in self.unheard for one in found}
        blocked = {slot for slot in news if self.only.desk.table.row(slot).leaves}
        kept = [o for o in self.venue.orders if o.slot in blocked]
        self.venue.orders = [o for o in self.venue.orders if o.slot not in blocked]
        found = [o for o in _changes(self.only) if o.slot not in blocked]
        self.venue.orders += kept
        return found

    def done_fill(self, symbol: str, order: Order, lots: int, ticks: int, fee: Fee) -> None:
        """The venue filled."""
        venue = self.venue
        venue.account.post(symbol, order.side, lots, ticks, fee, 0)
        venue.taken += lots
        if venue.partial:
            assert venue.room is not None
            venue.room -= lots
        news = News(order, self.seq, self.clock[self.k], lots, ticks, fee, not order.left and not venue.partial)
        self.seq += 1
        self.unheard[self.k].append(news)
        whole = venue.whole if venue.partial else order
        if not order.left:
            kept = whole.held, whole.left
            whole.held, whole.left = (order.held if not venue.partial else whole.held), 0
            venue.end_linked(whole, self.on_way)
            whole.held, whole.left = kept

    def done_end(self, symbol: str, order: Order, code: str) -> None:  # noqa: ARG002
        """The venue ended an order."""
        self.unheard[self.k].append(News(order, 0, self.clock[self.k], code=code))

    def told(self, one: News) -> None:
        """It is heard."""
        if one.code:
            self._ended(self.only.symbol, one.order, one.code)
            return
        station, order = self.only, one.order
        desk, fee = station.desk, one.fee
        assert fee is not None
        m = desk.market
        trip = self.account.post(station.symbol, order.side, one.lots, one.ticks, fee, self.instant)
        self.done.fills.append(
            Fill(
                self.instant, one.seq, station.symbol, "buy" if order.side == BUY else "sell",
                to_decimal(one.lots * m.lot), to_decimal(one.ticks * m.tick), fee.amount, fee.asset, order.slot,
                order.tag,
            )
        )  # fmt: skip
        row = desk.table.row(order.slot)
        if row.rev == order.rev:
            desk.table.fill(row, one.lots, last=one.last, held=desk.book.lots)
        else:
            desk.table.free_guards(order.slot, order.side, desk.book.lots)
        if trip:
            self.gate.trip_ended(trip)
        self.gate.reported()
        desk.fill_ticks = one.ticks
        station.bot.on_fill(desk, order, one.lots * m.units_per_lot - fee.base_units)
        self._after(station)


def rooms(quantity: float, market: Market, share: Decimal) -> int | None:
    """Whole lots that orders get of a trade."""
    if not share:
        return None
    # A file's quantity is meant as whole lots where it is within a millionth of one.
    lots = Fraction(repr(quantity)) / market.lot
    whole = round(lots) if abs(lots - round(lots)) <= Fraction(1, 10**6) else int(lots)
    return int(whole * Fraction(share))


def made_of(tape: Trades, length_ms: int) -> tuple[Trades, Candles]:
    """The trades of whole candles, and these."""
    count = int(np.searchsorted(tape.ts, tape.ts[-1] - tape.ts[-1] % length_ms))
    used = Trades(tape.symbol, tape.ts[:count], tape.price[:count], tape.quantity[:count])
    found: dict[int, list[float]] = {}
    for ts, (price, _, _, _, volume) in zip(used.ts.tolist(), rows_of(used.candles()), strict=True):
        one = found.setdefault(ts - ts % length_ms, [price, price, price, price, 0.0])
        one[1], one[2], one[3], one[4] = max(one[1], price), min(one[2], price), price, one[4] + volume
    columns = np.array(list(found.values())).T
    return used, Candles(tape.symbol, f"{length_ms // 1_000}s", np.array(list(found), np.int64), *columns)


def outcome_of(
    case: Case,
    tape: Trades,
    on: OnTrades,
    length_ms: int,
    every_ms: int = 0,
    timeline: Callable[..., TapeTimeline] | None = None,
) -> Outcome:
    """What must come out of a case on a tape. length_ms 1: on each trade."""
    far = {name: Fraction(value) for name, value in case.exits.items()}
    sizing = Sizing(case.sizing, Fraction(case.size), Fraction(case.capital), far.get("stop_loss", Fraction(0)))
    matching = Matching(case.slip, case.fill == "through")
    if length_ms == 1:
        price = tape.price
        used, own = tape, Candles(tape.symbol, "1s", tape.ts, price, price, price, price, tape.quantity)
    else:
        used, own = made_of(tape, length_ms)
    line = (timeline or TapeTimeline)(
        case.strategy, {tape.symbol: own}, case.instruments, case.params, Decimal(case.capital), sizing, far,
        case.limits, matching,
    )  # fmt: skip
    line.begin({tape.symbol: own}, every_ms)
    line.put(used, on, None if length_ms == 1 else every_ms)
    line.go()
    return line.outcome()
