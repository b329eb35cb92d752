"""The timeline: candles in, fills and equity out (docs/rules.md, 3). `run` is the door of the whole reference.

Independent of the product by construction: it imports nothing of it but the nouns in `botswain.model`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms

from .books import Account, Book
from .bots import Bot, make_bot
from .charges import Tariff, charge
from .clock import Clock, Hours, end_after, shortened, within
from .desk import Desk
from .exits import Exits
from .gate import Gate
from .ladder import Ladder, rungs_of
from .outcome import Fill, Outcome, Reason, RoundTrip
from .rows import BELOW_MINIMUM, Sizing, Table
from .shares import Calendar, ended_order, near, pay, split_orders, split_position, split_rows
from .slips import NO_SLIP, Slip
from .units import BUY, Fee, markets, price_ticks, to_decimal
from .venue import Matching, Order, Venue


@dataclass
class Station:
    """One symbol on the timeline: its candles in ticks, its bot, rows, exits and venue."""

    symbol: str
    ts: list[int]
    candles: list[tuple[int, int, int, int]]
    desk: Desk
    bot: Bot
    exits: Exits
    venue: Venue
    calendar: Calendar
    tariff: Tariff
    anew: Callable[[], Bot]
    at: int = 0

    def now_open(self, instant: int) -> bool:
        """Whether it has a candle at this instant."""
        return self.at < len(self.ts) and self.ts[self.at] == instant


def run(
    strategy: str,
    candles: dict[str, Candles],
    instruments: dict[str, Instrument],
    *,
    params: dict[str, Any],
    capital: Decimal,
    slip: Slip = NO_SLIP,
    sizing: str = "percent",
    size: Decimal | Fraction = Decimal(1),
    compounding: bool = True,
    odds: dict[str, Decimal] | None = None,
    period: int = 0,
    exits: dict[str, Decimal] | None = None,
    limits: dict[str, Any] | None = None,
    fill: str = "touch",
    hours: Hours | None = None,
    at_end: str = "cancel_entries",
    minutes_before: int = 0,
    actions: Sequence[ShareAction] = (),
    funding: Sequence[FundingRate] = (),
    borrow: Sequence[BorrowRate] = (),
    reads: dict[str, Candles] | None = None,
) -> Outcome:
    """Run one bot over the candles of one or several symbols that share `capital`."""
    far = {name: Fraction(value) for name, value in (exits or {}).items()}
    if sizing == "kelly":
        win, payoff, cap = (Fraction((odds or {})[name]) for name in ("win_rate", "payoff", "cap"))
        share = min(Fraction(size) * (win - (1 - win) / payoff), cap)
        sizing, size = "percent", Fraction(math.floor(share * 10**8), 10**8)
    how_much = Sizing(
        sizing, Fraction(size), Fraction(capital), far.get("stop_loss", Fraction(0)), compounding, period or 20
    )
    matching = Matching(slip, fill == "through")
    if hours is not None and at_end == "flatten":
        frame = next(iter(candles.values())).timeframe
        hours = shortened(hours, minutes_before, timeframe_ms(frame))
    line = Timeline(
        strategy, candles, instruments, params, capital, how_much, far, limits or {}, matching, hours, at_end, actions,
        reads, funding, borrow,
    )  # fmt: skip
    for instant in sorted({t for s in line.stations.values() for t in s.ts}):
        line.step(instant)
    return line.outcome()


def first_stop(exits: Mapping[str, Fraction]) -> Fraction:
    """How far from its entry the stop of a new position stands: one that waits for a gain does not yet."""
    names = ("stop_loss",) if exits.get("trailing_activation") else ("stop_loss", "trailing_stop")
    return min((exits[one] for one in names if exits.get(one)), default=Fraction(0))


class Timeline:
    """All symbols, one account, one clock."""

    def __init__(
        self, strategy: str, candles: dict[str, Candles], instruments: dict[str, Instrument], params: dict[str, Any],
        capital: Decimal, sizing: Sizing, exits: dict[str, Fraction], limits: dict[str, Any], matching: Matching,
        hours: Hours | None = None, at_end: str = "cancel_entries", actions: Sequence[ShareAction] = (),
        reads: dict[str, Candles] | None = None, funding: Sequence[FundingRate] = (),
        borrow: Sequence[BorrowRate] = (),
    ) -> None:  # fmt: skip
        grid = markets((instruments[s] for s in candles), capital)
        self.money = next(iter(grid.values())).money
        self.account = Account(int(Fraction(capital) / self.money))
        self.length_ms = timeframe_ms(next(iter(candles.values())).timeframe)
        self.tables = {s: Table(grid[s]) for s in candles}
        self.account.books = {s: Book(grid[s]) for s in candles}
        first_exits: dict[str, int] = {}
        self.gate = Gate(
            limits, self.account, self.tables, first_exits, self.account.cash, self.account.cash, hours=hours,
            lets_rest=at_end == "leave",
            stop=first_stop(exits),
        )  # fmt: skip
        self.ends = None if at_end == "leave" else hours
        self.looked: int | None = None
        self.done = Outcome()
        self.instant = self.seq = 0
        self.waiting: list[tuple[Station, Order]] = []
        self.equity = self.account.cash
        self.marks: list[tuple[int, int]] = []
        self.stations: dict[str, Station] = {}
        for symbol, c in candles.items():
            desk = Desk(
                grid[symbol], self.tables[symbol], self.account.books[symbol], sizing, c.close.tolist(),
                c.high.tolist(), c.low.tolist(), c.volume.tolist(), account=self.account, opens=c.open.tolist(),
                times=c.ts.tolist(), length_ms=self.length_ms, beside=candles | (reads or {}),
            )  # fmt: skip
            bot = make_bot(strategy, params, desk)
            first_exits[symbol] = bot.slots
            rows = [price_ticks(column.tolist(), grid[symbol].tick) for column in (c.open, c.high, c.low, c.close)]
            out = Exits(
                bot.slots, bot.slots + 1,
                exits.get("stop_loss", Fraction(0)), exits.get("take_profit", Fraction(0)),
                exits.get("trailing_stop", Fraction(0)),
                Clock(
                    hours if at_end == "flatten" else None, int(exits.get("time_candles", 0)),
                    int(exits.get("time_minutes", 0)) * 60_000, self.length_ms,
                    (lambda: "drawdown_flatten" in self.gate.tiers) if limits.get("drawdown_flatten") else None,
                ),
                *(exits.get(name, Fraction(0)) for name in ("trailing_activation", "break_even", "break_even_offset")),
                {int(name[4:]): gain for name, gain in exits.items() if name.startswith("roi_")},
                Ladder(bot.slots, rungs_of(exits)) if rungs_of(exits) else None,
            )  # fmt: skip
            ohlc = list(zip(*rows, strict=True))
            venue = Venue(grid[symbol], self.account, matching, self._publish, self._ended)
            calendar = Calendar.of(actions, c.ts.tolist(), desk)
            anew = partial(make_bot, strategy, params, desk)
            tariff = Tariff.of(symbol, funding, borrow)
            self.stations[symbol] = Station(symbol, c.ts.tolist(), ohlc, desk, bot, out, venue, calendar, tariff, anew)

    def step(self, instant: int) -> None:
        """One instant: arrivals, paths, then closes."""
        self._turn(instant)
        before, self.instant, self.seq = self.instant or instant, instant, 0
        here = [s for s in self.stations.values() if s.now_open(instant)]
        for station in self.stations.values():
            self._between(station, before)
        self._arrivals(here)
        for station in here:
            station.venue.walk(*station.candles[station.at])
        for station in here:
            station.desk.book.close = station.desk.table.close = station.candles[station.at][3]
            station.venue.learn(station.candles[station.at], station.desk.volumes[station.at])
        now = instant + self.length_ms
        self.equity = self.account.equity()
        self.marks.append((now, self.equity))
        self.gate.close_instant(now, self.equity)
        for station in here:
            self._close(station, now)
            station.at += 1
        for station in self.stations.values():  # those without a candle too: a block or room concerns them all the same
            if station not in here:
                self._go_in_time(station, now)
            self._judge(station, now)
        self.looked = now

    def _between(self, station: Station, before: int) -> None:
        """What the company does to its shares before this candle; what holding costs since the instant before."""
        done: list[tuple[int, int, Callable[[], None]]] = []
        for one in station.calendar.before.get(station.at, []) if station.now_open(self.instant) else []:
            if one.split != 1:
                done.append((one.time_ms, 0, partial(self._split, station, one.split)))
            done.append((one.time_ms, 1, partial(pay, self.account, station.symbol, one.dividend)))
        for due in station.tariff.between(before, self.instant):
            done.append((due.time_ms, 3 if due.borrowed else 2, partial(charge, self.account, station.symbol, due)))
        for _, _, act in sorted(done, key=lambda one: one[:2]):
            act()

    def _split(self, station: Station, split: Fraction) -> None:
        trip = split_position(self.account, station.symbol, split, self.instant)
        closes = self.gate.moves.closes
        closes[station.symbol] = near(closes.get(station.symbol, 0), split)
        if trip:
            self.gate.trip_ended(trip)
        split_orders(station.venue, split)
        empty = split_rows(station.desk.table, station.exits, split, station.desk.book.close)
        station.calendar.restate(station.desk, station.at, split)
        station.bot = restated(station.bot, station.anew(), len(station.ts), split)
        for row in empty:
            row.ended = BELOW_MINIMUM
            if row.lots:  # of none at all nothing is noted
                self.done.reasons.append(Reason(self.instant, station.symbol, row.slot, BELOW_MINIMUM))
            self.gate.reported()
            order = ended_order(station.venue, row)
            if row.filled:
                station.desk.table.free_children(row.slot, part=True)
            if station.bot.hears_ends:
                station.bot.on_end(station.desk, order)
            self._after(station)
        self.gate.reported()
        self._after(station)

    def _turn(self, upto: int) -> None:
        """Hours that ended since the last close, before the candles of now: nobody was called then."""
        if self.ends is None or self.looked is None or not within(self.ends, self.looked):
            return
        end = end_after(self.ends, self.looked)
        if end > upto:
            return
        for station in self.stations.values():
            if station.at:
                self._go_in_time(station, end)
                self._judge(station, end)

    def _go_in_time(self, station: Station, now: int) -> None:
        if station.desk.book.position and station.exits.aged(now):
            self._follow(station, now)

    def _arrivals(self, here: list[Station]) -> None:
        reducing: list[tuple[Station, Order]] = []
        others: list[tuple[Station, Order]] = []
        for station in here:
            for order in _changes(station):
                first = _reduces(order, station.desk.book)
                (reducing if first else others).append((station, order))
        queue = reducing + others
        while queue:
            station, order = queue.pop(0)
            self.waiting = queue
            if order.alive:
                station.venue.arrive(order, station.candles[station.at][0])

    def _publish(self, symbol: str, order: Order, lots: int, ticks: int, fee: Fee) -> None:
        station = self.stations[symbol]
        desk = station.desk
        m = desk.market
        trip = self.account.post(symbol, order.side, lots, ticks, fee, self.instant)
        self.done.fills.append(
            Fill(
                self.instant, self.seq, symbol, "buy" if order.side == BUY else "sell",
                to_decimal(lots * m.lot), to_decimal(ticks * m.tick), fee.amount, fee.asset, order.slot, order.tag,
            )
        )  # fmt: skip
        self.seq += 1
        row = desk.table.row(order.slot)
        if row.rev == order.rev:
            desk.table.fill(row, lots, last=not order.left, held=desk.book.lots)
        else:
            desk.table.free_guards(order.slot, order.side, desk.book.lots)
        if trip:
            self.gate.trip_ended(trip)
        self.gate.reported()
        desk.fill_ticks = ticks
        station.bot.on_fill(desk, order, lots * m.units_per_lot - fee.base_units)
        self._after(station)
        station.venue.end_linked(order, [o for s, o in self.waiting if s is station])

    def _ended(self, symbol: str, order: Order, code: str) -> None:
        station = self.stations[symbol]
        row = station.desk.table.row(order.slot)
        self.done.reasons.append(Reason(self.instant, symbol, order.slot, code))
        self.gate.reported()
        if row.rev != order.rev or not row.stands:
            return
        row.ended = code
        if row.filled:
            station.desk.table.free_children(row.slot, part=True)
        if station.bot.hears_ends:
            station.bot.on_end(station.desk, order)
        self._after(station)

    def _close(self, station: Station, now: int) -> None:
        desk, book = station.desk, station.desk.book
        if book.position:
            book.best = max(book.best, book.close) if book.direction > 0 else min(book.best, book.close)
        station.exits.clock.closed(book)
        desk.equity, desk.at = self.equity, station.at
        if station.at == 0:
            station.bot.on_start(desk)
        station.bot.on_close(desk)
        self._follow(station, now)

    def _after(self, station: Station) -> None:
        self._follow(station, self.instant)
        self._judge(station, self.instant)

    def _follow(self, station: Station, now: int) -> None:
        # What asks while its parent stands filled leaves by the market at once: no exit is for that as well.
        station.desk.table.free_of_filled()
        station.exits.follow(station.desk.table, station.desk.book, now)
        station.desk.table.tell_shrunk()
        for slot, code in station.desk.table.reasons:
            self.done.reasons.append(Reason(now, station.symbol, slot, code))
        station.desk.table.reasons.clear()

    def _judge(self, station: Station, now: int) -> None:
        self.gate.judge(station.symbol, now)
        if self.gate.ended_something:  # what the exits made room for does not come: they are put back at once
            self._follow(station, now)
            self.gate.judge(station.symbol, now)
        station.exits.hold(station.desk.table, station.desk.book.close)
        self.done.reasons += [Reason(*r) for r in self.gate.reasons]
        self.gate.reasons.clear()

    def outcome(self) -> Outcome:
        """The run in units a person reads."""
        done = self.done
        done.equity = [(t, to_decimal(v * self.money)) for t, v in self.marks]
        done.round_trips = [
            RoundTrip(t.symbol, t.direction, t.entry_ms, t.exit_ms, to_decimal(t.profit * self.money))
            for t in self.account.trips
        ]
        for symbol, b in self.account.books.items():
            done.position[symbol] = to_decimal(b.position * b.market.unit)
            done.dust[symbol] = to_decimal(b.dust * b.market.unit)
            done.third[symbol] = to_decimal(b.third * b.market.third_unit)
        done.returned = self.gate.returned | ({"again"} if any(t.asked_again for t in self.tables.values()) else set())
        done.cash = to_decimal(self.account.cash * self.money)
        return done


def restated(bot: Bot, fresh: Bot, candles: int, split: Fraction) -> Bot:
    """The bot on restated candles: its columns are those of one that begins on them, all it remembers is its own."""
    n, m = float(split.numerator), float(split.denominator)
    for name, value in vars(bot).items():
        if not is_column(value, candles):
            setattr(fresh, name, value)
    for name in getattr(bot, "prices", ()):
        value = getattr(bot, name)
        setattr(fresh, name, None if value is None else value * m / n)
    return fresh


def is_column(value: Any, candles: int) -> bool:
    """Whether something a bot has is a column of indicators, or several."""
    if isinstance(value, dict | tuple):
        return any(is_column(one, candles) for one in (value.values() if isinstance(value, dict) else value))
    return isinstance(value, list | np.ndarray) and len(value) == candles


def _changes(station: Station) -> list[Order]:
    """Take from the book what is no longer wanted as it is there; return what must be sent, in slot order."""
    working = {o.slot: o for o in station.venue.orders}
    fresh = []
    for slot in sorted({*working, *station.desk.table.rows}):
        row, old = station.desk.table.row(slot), working.get(slot)
        leaves = row.leaves
        if old and leaves and row.satisfied_by(old, leaves):
            old.tag = row.tag
            continue
        if old:
            station.venue.cancel(old)
        if leaves:
            fresh.append(row.order())
    return fresh


def _reduces(order: Order, book: Book) -> bool:
    held = book.lots_with_dust if order.side == BUY else book.lots
    return order.reduce_only or (order.side * held < 0 and order.lots <= abs(held))
