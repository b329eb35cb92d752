"""Splits and dividends (docs/rules.md, 11), written from that text alone.

What is theirs to change they are handed: the ledger's account, a symbol's rows and orders, what its bot sees.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from botswain.model.actions import ShareAction

from .books import Account, Trip
from .desk import Desk
from .exits import Exits
from .rows import Row, Table
from .units import BUY, Market, half_up
from .venue import TAKE_PROFIT, Order, Venue

COLUMNS = ("opens", "highs", "lows", "closes", "volumes")


@dataclass
class Calendar:
    """The actions of one symbol by the place of the candle they come before, and the candles as they were traded."""

    before: dict[int, list[ShareAction]] = field(default_factory=dict)
    raw: dict[str, list[float]] = field(default_factory=dict)
    past: list[tuple[int, Fraction]] = field(default_factory=list)

    @classmethod
    def of(cls, actions: Iterable[ShareAction], times: list[int], desk: Desk) -> Calendar:
        """Those of the desk's symbol that come between two of its candles."""
        found = cls(raw={name: list(getattr(desk, name)) for name in COLUMNS})
        for one in sorted(actions, key=lambda one: one.time_ms):
            place = bisect_left(times, one.time_ms)
            if one.symbol == desk.market.instrument.symbol and 0 < place < len(times):
                found.before.setdefault(place, []).append(one)
        return found

    def restate(self, desk: Desk, place: int, split: Fraction) -> None:
        """Show all candles before a place as if they had come after the split."""
        self.past.append((place, split))
        for name in COLUMNS:
            column = getattr(desk, name)
            for i in range(place):
                since = math.prod((one for at, one in self.past if at > i), start=Fraction(1))
                n, m = float(since.numerator), float(since.denominator)
                raw = self.raw[name][i]
                column[i] = raw * n / m if name == "volumes" else raw * m / n


def pay(account: Account, symbol: str, dividend: Decimal) -> None:
    """Cash for a long, from a short."""
    b = account.books[symbol]
    exact = Fraction(dividend) * b.position * b.market.unit / b.market.money
    amount = math.floor(exact)  # towards what the account would rather not have, on either side
    account.cash += amount
    b.realized += amount


def split_position(account: Account, symbol: str, split: Fraction, now: int) -> Trip | None:
    """The position in new shares, a fraction of one in cash; the round trip, where nothing is left."""
    b = account.books[symbol]
    held, direction = abs(b.position), (b.position > 0) - (b.position < 0)
    exact = held * split
    whole = math.floor(exact)
    if direction:
        rest = exact - whole
        worth = rest / split * b.close * b.market.value
        cash = math.floor(direction * worth)
        taken = math.floor(b.cost * rest / exact)
        account.cash += cash
        b.realized += cash - direction * taken
        b.cost -= taken
        b.position = direction * whole
    b.close = near(b.close, split)
    b.best = near(b.best, split)
    if not direction or whole:
        return None
    trip = Trip(symbol, b.direction, b.entry_ms, now, b.realized - b.fees)
    account.trips.append(trip)
    b.realized = b.fees = b.direction = 0
    return trip


def near(ticks: int, split: Fraction) -> int:
    """A mark in ticks of new shares."""
    return max(1, half_up(ticks / split)) if ticks else 0


def limit_price(ticks: int, side: int, split: Fraction) -> int:
    """Buys down, sells up."""
    if not ticks:
        return 0
    return max(1, math.floor(ticks / split) if side == BUY else math.ceil(ticks / split))


def trigger_price(ticks: int, kind: str, side: int, split: Fraction) -> int:
    """Likewise; of a take-profit the other way."""
    return limit_price(ticks, -side if kind == TAKE_PROFIT else side, split)


def split_orders(venue: Venue, split: Fraction) -> None:
    """What rests does so as before, in new shares."""
    for order in venue.orders:
        order.lots, order.held = math.floor(order.lots * split), math.floor(order.held * split)
        order.price = limit_price(order.price, order.side, split)
        order.trigger = trigger_price(order.trigger, order.kind, order.side, split)


def split_rows(table: Table, exits: Exits, split: Fraction, close: int) -> list[Row]:
    """All rows in new shares; those of the strategy of which nothing is left that works or waits."""
    empty = []
    table.close = close
    for slot, row in table.rows.items():
        stood = row.stands and not row.small and (row.waiting or row.effective > row.filled)
        split_row(table, row, split, close)
        if stood and slot < exits.stop_slot and (row.lots if row.waiting else row.effective) == row.filled:
            empty.append(row)
    if exits.ladder:
        exits.ladder.lots = [math.floor(lots * split) for lots in exits.ladder.lots]
    return sorted(empty, key=lambda row: row.slot)


def split_row(table: Table, row: Row, split: Fraction, close: int) -> None:
    """One row; what the gate let in stays let in."""
    key, filled = row.key, math.floor(row.filled * split)

    def after(lots: int) -> int:
        return filled + math.floor(max(0, lots - row.filled) * split)

    wish_side, wish_kind, wish_lots, wish_price, wish_trigger = row.wish
    row.wish = (
        wish_side, wish_kind, after(wish_lots), limit_price(wish_price, wish_side, split),
        trigger_price(wish_trigger, wish_kind, wish_side, split),
    )  # fmt: skip
    withdrawn = row.withdrawn and not row.lots
    row.whole, row.lots, row.effective = after(row.whole), after(row.lots), after(row.effective)
    if withdrawn:
        row.lots = row.effective = 0
    row.held = math.floor(row.held * split)
    row.filled = filled
    row.price = limit_price(row.price, row.side, split)
    row.trigger = trigger_price(row.trigger, row.kind, row.side, split)
    row.approved = row.key if row.approved == key else row.approved
    row.passed = row.key if row.passed == key else row.passed
    if table.small_already.get(row.slot) == key:
        table.small_already[row.slot] = row.key
    if row.reserved:
        row.reserved = needed(table.market, row.price or row.trigger or close, row.leaves)


def needed(market: Market, ticks: int, lots: int) -> int:
    """What a purchase may cost with its fee."""
    notional = market.notional(ticks, lots)
    return notional + math.ceil(notional * Fraction(market.instrument.taker_fee))


def ended_order(venue: Venue, row: Row) -> Order:
    """The order of a row of which nothing is left, taken out of the book."""
    for order in venue.orders:
        if order.slot == row.slot:
            venue.cancel(order)
            return order
    return row.order()
