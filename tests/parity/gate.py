"""The risk gate: it stands between what is wanted and what is sent (docs/rules.md, 7).

It only ever lessens entries; a reducing row passes. Each refusal is noted with its code. A refused row that could rest
waits and is judged again when something has happened that may have made room for it: `_news` counts that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from .alike import Moves
from .books import Account, Book, Trip
from .clock import Hours, within
from .rows import Row, Table
from .units import BUY, SELL
from .venue import LIMIT, MARKET, STOP, STOP_LIMIT

DAY_MS = 86_400_000
TIERS = ("drawdown_reduce", "drawdown_pause", "drawdown_flatten")
LIMITS = (
    "max_position", "max_trade_risk", "max_exposure", "max_correlated_exposure", "correlation", "correlation_period",
    "max_open_positions", "max_orders_day", "max_daily_loss",
    "max_weekly_loss", "max_drawdown", "max_consecutive_losses", "price_collar",
    *TIERS, "drawdown_factor",
)  # fmt: skip


@dataclass
class Gate:
    """One bot's limits and what they have counted so far. Instants are milliseconds UTC."""

    limits: dict[str, Any]
    account: Account
    tables: dict[str, Table]
    exit_slots: dict[str, int]
    day_start: int
    peak: int
    orders_today: int = 0
    day: int | None = None
    daily_halt: bool = False
    week_start: int = 0
    week: int | None = None
    weekly_halt: bool = False
    drawn_down: bool = False
    streak: int = 0
    cool_until: int = 0
    mark: int = 0
    hours: Hours | None = None
    lets_rest: bool = False
    stop: Fraction = Fraction(0)
    reasons: list[tuple[int, str, int, str]] = field(default_factory=list)
    returned: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.mark = self.week_start = self.day_start
        self.limit = {name: Fraction(Decimal(str(self.limits.get(name, 0)))) for name in LIMITS}
        self.moves = Moves(
            int(self.limit["correlation_period"]) or 50, self.limit["correlation"] or Fraction(7, 10)
        )  # fmt: skip
        self.on = (
            any(self.limit.values())
            or any(self.limits.get(name) for name in ("symbol_cooldown_ms", "order_rate"))
            or len(self.tables) > 1
            or self.hours is not None
        )
        self.ended_something = False
        self.tiers: set[str] = set()
        self._smooth = self._window = self._in_window = 0
        self.rests_until: dict[str, int] = {}
        self._news = 0
        self._seen = dict.fromkeys(self.tables, 0)
        self._was_blocked = dict.fromkeys(self.tables, False)
        self.cooldown_ms = int(self.limits.get("cooldown_ms", 0))
        self.offset_ms = int(self.limits.get("day_offset_ms", 0))
        self.daily_floor = 1 - self.limit["max_daily_loss"]
        self.peak_floor = 1 - self.limit["max_drawdown"]

    def close_instant(self, now: int, equity: int) -> None:
        """The account at a close instant, before the strategies: the day, the peak, the two halts."""
        self.mark = equity
        self.moves.closed({symbol: book.close for symbol, book in self.account.books.items()})
        day = (now - self.offset_ms) // DAY_MS
        if day != self.day:
            if self.day is not None:
                self.day_start, self.orders_today, self.daily_halt = equity, 0, False
                self._news += 1
            self.day = day
        week = (now - self.offset_ms - 4 * DAY_MS) // (7 * DAY_MS)
        if week != self.week:
            if self.week is not None:
                self.week_start, self.weekly_halt = equity, False
            self.week = week
        self.peak = max(self.peak, equity)
        if self.limit["max_weekly_loss"] and equity <= self.week_start * (1 - self.limit["max_weekly_loss"]):
            self.weekly_halt = True
        self._follow_falls(equity)
        if self.limit["max_daily_loss"] and equity <= self.day_start * self.daily_floor:
            self.daily_halt = True
        if self.limit["max_drawdown"] and equity <= self.peak * self.peak_floor:
            self.drawn_down = True

    def _follow_falls(self, equity: int) -> None:
        """Tiers begin where the fall from the peak and its smoothed self reach them, and end where neither does."""
        fall = self.peak - equity
        span = max(1, int(self.limits.get("drawdown_smoothing", 0)))
        self._smooth = self._smooth + math.ceil(Fraction(fall - self._smooth, span)) if fall else 0
        before = self._tier()
        for name in TIERS:
            floor = self.peak * (1 - self.limit[name])
            if self.limit[name] and self.peak - min(fall, self._smooth) <= floor:
                self.tiers.add(name)
            elif self.peak - max(fall, self._smooth) > floor and name != "drawdown_flatten":
                self.tiers.discard(name)
        self._news += before != self._tier()

    def _tier(self) -> str:
        """The last that stands."""
        return next((name for name in reversed(TIERS) if name in self.tiers), "")

    def reported(self) -> None:
        """A fill or an end was handled: what waits, of any symbol, may find room now."""
        self._news += 1

    def trip_ended(self, trip: Trip) -> None:
        """Count a loss or forget the streak; enough losses in a row start the cool-down."""
        if trip.profit >= 0:
            self.streak = 0
            return
        self.rests_until[trip.symbol] = trip.exit_ms + int(self.limits.get("symbol_cooldown_ms", 0))
        self.streak += 1
        if self.limit["max_consecutive_losses"] and self.streak >= self.limit["max_consecutive_losses"]:
            self.cool_until = trip.exit_ms + self.cooldown_ms
            self.streak = 0

    def judge(self, symbol: str, now: int) -> None:
        """Judge every row of one symbol: what may close the position by urgency, then the rest in slot order."""
        self.ended_something = False
        table, held = self.tables[symbol], self.account.books[symbol].lots
        table.free_of_filled()
        if not self.on:
            return
        if self.limits.get("order_rate") and now // self.limits["order_rate_ms"] > self._window:
            self._window, self._in_window = now // self.limits["order_rate_ms"], 0
            self._news += 1
        block = self.block(symbol, now)
        again = not block and (self._seen[symbol] < self._news or self._was_blocked[symbol])
        self._seen[symbol], self._was_blocked[symbol] = self._news, bool(block)
        for row in table.rows.values():
            if again and row.stands and (row.part or row.waiting):
                self._as_if_new(symbol, row, now)
        ready = [table.rows[slot] for slot in sorted(table.rows)]
        ready = [r for r in ready if r.stands and not r.waits_for_parent and (again or not r.waiting)]
        closers = []
        if held and table.market.instrument.shortable:
            closers = [r for r in ready if r.side * held < 0 and r.slot < self.exit_slots[symbol]]
            self._widen(symbol, held, *self._judge_closers(symbol, closers, abs(held), block, now))
        for row in ready:
            if all(row is not one for one in closers):
                self._judge_one(symbol, row, 0, block, now)
        for row in table.rows.values():
            if not row.stands:
                row.reserved = 0

    def _as_if_new(self, symbol: str, row: Row, now: int) -> None:
        """What waited, in whole or in part: what is left of it may be too little to send by now."""
        table, book = self.tables[symbol], self.account.books[symbol]
        if row.part:
            row.passed, row.part = None, False
        if row.asked and table.market.too_small(row.asked, row.price or row.trigger or book.close):
            self.ended_something = True
            row.ended, row.waiting, row.approved, row.reserved = "BELOW_MINIMUM", False, None, 0
            self.reasons.append((now, symbol, row.slot, "BELOW_MINIMUM"))
            table.ends_in_part(row)

    def _judge_closers(self, symbol: str, rows: list[Row], room: int, block: str, now: int) -> tuple[int, int]:
        """Rows against the position: market, reduce-only, stops, others; in a block what was let in too.

        Returns what they leave of the position, and what they leave to stops: of that reduce-only rows take nothing.
        """
        queue = []
        for row in rows:
            rank = 0 if row.kind == MARKET else 1 if row.reduce_only else 2 if row.kind in (STOP, STOP_LIMIT) else 4
            if rank > 1 and row.approved == row.key:
                if not self._takes_off(block):
                    continue
                rank += 1
            queue.append((rank, row.slot, row))
        told: list[Row] = []
        stops_room = room
        for rank, _, row in sorted(queue, key=lambda one: one[:2]):
            shared, beside = _group(row, told), _group(row, [r for r in told if not _gives_way(r)])
            space = max(0, room + shared)
            if rank in (2, 3):
                space = max(space, stops_room + beside)
            self._judge_one(symbol, row, space, block, now)
            told.append(row)
            taken = row.leaves if row.passed == row.key else min(row.leaves, space) if row.kind == MARKET else 0
            room -= max(0, taken - shared)
            if not _gives_way(row):
                stops_room -= max(0, taken - beside)
        return room, stops_room

    def _widen(self, symbol: str, held: int, room: int, stops_room: int) -> None:
        """Rows that wait, whole or in part, close what is left of the position; stops first."""
        table, book = self.tables[symbol], self.account.books[symbol]
        own = [r for r in table.rows.values() if r.slot < self.exit_slots[symbol] and r.side * held < 0 and r.stands]
        for row in sorted(own, key=lambda r: (r.kind not in (STOP, STOP_LIMIT), r.slot)):
            if not (row.waiting or row.part) or row.waits_for_parent:
                continue
            now, stop = row.leaves, row.kind in (STOP, STOP_LIMIT)
            others = [r for r in own if r is not row]
            shared, beside = _group(row, others), _group(row, [r for r in others if not _gives_way(r)])
            lots = room + max(now, shared)
            if stop:
                lots = max(lots, stops_room + max(now, beside))
            lots = min(row.asked, lots)
            if lots <= now or table.market.too_small(lots, row.price or row.trigger or book.close):
                continue
            if lots == row.asked:
                self._let_in(row)
            row.waiting, row.part, row.effective = False, lots < row.asked, row.filled + lots
            row.approved, row.passed, row.reserved = None, row.key, 0
            room -= max(0, lots - shared) - max(0, now - shared)
            if stop:
                stops_room -= max(0, lots - beside) - max(0, now - beside)

    def _judge_one(self, symbol: str, row: Row, space: int, block: str, now: int) -> None:
        """One row that may close `space` lots of the position."""
        table, book = self.tables[symbol], self.account.books[symbol]
        entry, passed = row.approved == row.key, row.passed == row.key
        wants = row.leaves if entry or passed else row.asked
        sale = row.side == SELL and not table.market.instrument.shortable
        if row.reduce_only or sale or wants <= space:
            if not entry and not passed:
                self._let_in(row)
                row.effective = row.lots
            fits = min(max(row.effective, row.lots) - row.filled, book.lots)
            if sale and fits > 0 and not table.market.too_small(fits, row.price or row.trigger or book.close):
                row.effective = row.filled + fits
            row.approved, row.passed, row.reserved = None, row.key, 0
            return
        if entry and not self._takes_off(block):
            return
        code = block or self._verdict(symbol, row, min(wants, space), now)
        if code:
            self._refuse(symbol, row, code, now)
            self._keep_part(symbol, row, min(wants, space))
            if not row.leaves:
                table.ends_in_part(row)

    def _keep_part(self, symbol: str, row: Row, part: int) -> None:
        """A refused order through zero still closes what is held; of what could rest, the rest waits."""
        market, book = self.tables[symbol].market, self.account.books[symbol]
        if part < 1 or market.too_small(part, row.price or row.trigger or book.close):
            return
        row.part = not row.ended
        row.ended, row.waiting, row.effective, row.passed = "", False, row.filled + part, row.key

    def block(self, symbol: str, now: int) -> str:
        """The code of what blocks entries of a symbol at this time, mostly of all; empty where nothing does."""
        if self.drawn_down:
            return "DRAWDOWN"
        if "drawdown_flatten" in self.tiers:
            return "DRAWDOWN_FLATTEN"
        if self.weekly_halt:
            return "WEEKLY_LOSS"
        if self.daily_halt:
            return "DAILY_LOSS"
        if "drawdown_pause" in self.tiers:
            return "DRAWDOWN_PAUSE"
        if now < self.cool_until:
            return "COOL_DOWN"
        if now < self.rests_until.get(symbol, now):
            return "SYMBOL_COOL_DOWN"
        return "" if self.hours is None or within(self.hours, now) else "OUTSIDE_WINDOW"

    def _takes_off(self, block: str) -> bool:
        """Whether entries that were let in before a block go too."""
        return bool(block) and not (block == "OUTSIDE_WINDOW" and self.lets_rest)

    def _refuse(self, symbol: str, row: Row, code: str, now: int) -> None:
        self.ended_something = True
        row.approved, row.passed, row.reserved, row.part = None, None, 0, False
        guards = row.kind == STOP_LIMIT and row.side * self.account.books[symbol].lots < 0
        if row.kind == MARKET or (code == "PRICE_COLLAR" and not guards):
            row.ended = code
        else:
            row.waiting, row.waits_for = True, code
            if row.noted == code:
                return
            row.noted = code
        self.reasons.append((now, symbol, row.slot, code))

    def _verdict(self, symbol: str, row: Row, part: int, now: int) -> str:
        table, book = self.tables[symbol], self.account.books[symbol]
        if row.passed != row.key or row.part:
            row.effective = row.lots
        row.waiting, row.part, row.passed, row.reserved = False, False, None, 0
        limit, counted = self.limit, row.counted_rev == row.rev
        if self.limits.get("order_rate") and not counted and self._in_window >= self.limits["order_rate"]:
            return "ORDER_RATE"
        if self.tiers:  # the first of them: the others are blocks
            wants, fits = row.leaves, max(part, math.floor(row.lots * limit["drawdown_factor"]) - row.filled)
            if fits < wants:
                if fits < 1 or table.market.too_small(fits, row.price or row.trigger or book.close):
                    return "DRAWDOWN_REDUCE"
                row.effective = row.filled + fits
                self.reasons.append((now, symbol, row.slot, "DRAWDOWN_REDUCE"))
                self.ended_something = True
        for code, most in self._caps(symbol):
            wants = row.leaves
            if not self._cut(table, book, row, part, most):
                return code
            if row.leaves < wants:
                self.reasons.append((now, symbol, row.slot, code))
                self.ended_something = True
        wants = row.leaves
        if limit["max_orders_day"] and not counted and self.orders_today >= limit["max_orders_day"]:
            return "MAX_ORDERS"
        collar = limit["price_collar"] if row.kind in (LIMIT, STOP_LIMIT) else 0
        if collar and _outside(row, book.close, collar):
            return "PRICE_COLLAR"
        if limit["max_open_positions"] and self._too_many(symbol, row, book):
            return "MAX_OPEN_POSITIONS"
        if limit["max_position"] and not self._shrink(table, book, row, part):
            return "MAX_POSITION"
        if row.leaves < wants:
            self.reasons.append((now, symbol, row.slot, "MAX_POSITION"))
            self.ended_something = True
        if row.side == BUY:
            needs = _needs(table, row, book.close)
            if needs + self._reserved() > self.account.cash + self._leaving():
                return "BALANCE"
            row.reserved = needs
        self._let_in(row)
        row.approved = row.key
        if not counted:
            row.counted_rev = row.rev
            self.orders_today += 1
            self._in_window += 1
        return ""

    def _let_in(self, row: Row) -> None:
        if row.waits_for:
            self.returned.add(row.waits_for)
        row.waiting, row.waits_for, row.noted = False, "", ""

    def _too_many(self, symbol: str, row: Row, book: Book) -> bool:
        if book.position or _has_entry(self.tables[symbol], row):
            return False
        others = sum(
            1 for other, table in self.tables.items()
            if other != symbol and (self.account.books[other].position or _has_entry(table, None))
        )  # fmt: skip
        return others >= self.limit["max_open_positions"]

    def _shrink(self, table: Table, book: Book, row: Row, part: int) -> bool:
        m = table.market
        most = math.floor(self.limit["max_position"] * self.mark * m.money / (book.close * m.tick * m.lot))
        return self._cut(table, book, row, part, most)

    def _caps(self, symbol: str) -> Iterator[tuple[str, int]]:
        """Limits in lots of one side that are asked first, each worked out when it is its turn."""
        m, book = self.tables[symbol].market, self.account.books[symbol]
        a_lot = book.close * m.tick * m.lot
        if self.limit["max_trade_risk"]:
            yield (
                "MAX_TRADE_RISK",
                max(0, math.floor(self.limit["max_trade_risk"] * self.mark * m.money / self.stop / a_lot)),
            )
        if self.limit["max_exposure"]:
            money = max(0, math.floor(self.limit["max_exposure"] * self.mark)) * m.money
            yield "MAX_EXPOSURE", max(0, math.floor((money - self._exposed(symbol)) / a_lot))
        if self.limit["max_correlated_exposure"]:
            money = max(0, math.floor(self.limit["max_correlated_exposure"] * self.mark)) * m.money
            beside = self._exposed(symbol, lambda other: self.moves.together(symbol, other))
            yield "MAX_CORRELATED_EXPOSURE", max(0, math.floor((money - beside) / a_lot))

    def _exposed(self, apart_from: str, counts: Callable[[str], bool] = lambda _: True) -> Fraction:
        """Quote that positions and approved entries of other symbols that count are worth at their closes."""
        total = Fraction(0)
        for symbol, table in self.tables.items():
            book, m = self.account.books[symbol], table.market
            rows = [r for r in table.rows.values() if r.approved == r.key]
            buys, sales = (sum(r.leaves for r in rows if r.side == side) for side in (BUY, SELL))
            if symbol != apart_from and counts(symbol):
                total += max(book.lots + buys, sales - book.lots) * book.close * m.tick * m.lot
        return total

    def _cut(self, table: Table, book: Book, row: Row, part: int, most: int) -> bool:
        m = table.market
        others = [r for r in table.rows.values() if r is not row and r.side == row.side and r.approved == r.key]
        room = max(part, most - row.side * book.lots - sum(r.leaves for r in others))
        leaves = min(row.leaves, room)
        if leaves < 1 or m.too_small(leaves, row.price or row.trigger or book.close):
            return False
        row.effective = row.filled + leaves
        return True

    def _reserved(self) -> int:
        """What the approved entries may still cost: of one that is filled in part, what is left of it."""
        return sum(
            _needs(table, row, self.account.books[symbol].close)
            for symbol, table in self.tables.items()
            for row in table.rows.values()
            if row.reserved and row.leaves
        )

    def _leaving(self) -> int:
        """Money that the strategy's market sells of what is held will bring, at the last close less the taker fee."""
        total = 0
        for symbol, table in self.tables.items():
            book, m = self.account.books[symbol], table.market
            own = [r for r in table.rows.values() if r.slot < self.exit_slots[symbol]]
            lots = sum(r.leaves for r in own if r.kind == MARKET and r.side == SELL)
            notional = m.notional(book.close, min(lots, max(0, book.lots)))
            total += notional - math.ceil(notional * Fraction(m.instrument.taker_fee))
        return total


def _gives_way(row: Row) -> bool:
    """Reduce-only rows that rest pass anyway; stops need no room beside them."""
    return row.reduce_only and row.kind not in (MARKET, STOP, STOP_LIMIT)


def _group(row: Row, others: list[Row]) -> int:
    """The largest leaves among the rows of its link group that passed."""
    return max((r.leaves for r in others if row.link and r.link == row.link and r.passed == r.key), default=0)


def _has_entry(table: Table, apart_from: Row | None) -> bool:
    return any(r.approved == r.key and r.leaves > 0 for r in table.rows.values() if r is not apart_from)


def _needs(table: Table, row: Row, close: int) -> int:
    """What the leaves of a purchase may cost, with the fee."""
    notional = table.market.notional(row.price or row.trigger or close, row.leaves)
    return notional + math.ceil(notional * Fraction(table.market.instrument.taker_fee))


def _outside(row: Row, close: int, collar: Fraction) -> bool:
    return row.price > close * (1 + collar) if row.side == BUY else row.price < close * (1 - collar)
