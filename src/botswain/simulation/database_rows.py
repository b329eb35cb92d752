"""What the database says, read by plain SQL and decoded here anew: the checker shares no code with what wrote it.

Amounts become whole numbers of 1e-18, the exchange's own unit. Orders, their events and fills are read once, as they
are committed; they are append-only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

DIGITS = 18
NEW = "new"
FINAL = ("filled", "canceled", "rejected", "expired")
TABLES = (
    "tenants", "accounts", "bots", "journal", "anchors", "orders", "order_events", "fills", "positions", "outbox",
    "outbox_delivery", "market_segments", "market_events", "market_seals",
)  # fmt: skip
ORDERS = """SELECT rowid, client_order_id, bot_id, symbol, slot, rev, attempt, side, kind, qty_lots, price_ticks,
 trigger_ticks, tick_units, lot_units, unit_scale, time_ms FROM orders WHERE rowid > ? ORDER BY rowid"""
EVENTS = """SELECT rowid, client_order_id, state, filled_lots, qty_lots, time_ms
 FROM order_events WHERE rowid > ? ORDER BY rowid"""
FILLS = """SELECT rowid, bot_id, symbol, kind, client_order_id, side, qty_lots, lot_units, unit_scale, cash_units,
 money_scale, liquidity FROM fills WHERE rowid > ? ORDER BY rowid"""
READ = ("orders", "events", "fills")
NEWEST = "SELECT (SELECT max(rowid) FROM orders), (SELECT max(rowid) FROM order_events), (SELECT max(rowid) FROM fills)"
POSITIONS = "SELECT bot_id, symbol, qty_units, dust_units, qty_scale FROM positions"
HALTED = "SELECT id, halted_reason FROM bots WHERE halted_reason IS NOT NULL"
LIMITED = "SELECT DISTINCT bot_id FROM blocks WHERE until_ms IS NULL"


@dataclass(slots=True)
class Row:
    """An attempt as it was committed, and the last that was. qty, price in 1e-18; price 0 where it has none."""

    client_id: str
    bot: str
    symbol: str
    slot: int
    rev: int
    attempt: int
    side: int
    kind: str
    qty: int
    price: int
    lot: int
    time_ms: int
    state: str = ""
    final: bool = False
    filled: int = 0

    @property
    def place(self) -> tuple[str, str, int]:
        """Its bot, symbol and slot."""
        return self.bot, self.symbol, self.slot


@dataclass
class DatabaseRows:
    """All orders, what was booked of each and of that as maker, orders whose fills were guessed, and cash by bot and

    symbol. turned: orders of which something was read that nobody has taken yet, in the order in which it was written.
    """

    connection: sqlite3.Connection | None = None
    rows: dict[str, Row] = field(default_factory=dict)
    booked: dict[str, int] = field(default_factory=dict)
    made: dict[str, int] = field(default_factory=dict)
    guessed: set[str] = field(default_factory=set)
    cash: dict[tuple[str, str], int] = field(default_factory=dict)
    live: dict[tuple[str, str, int], dict[str, Row]] = field(default_factory=dict)
    turned: dict[str, Row] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=lambda: {"orders": 0, "events": 0, "fills": 0})

    def read(self) -> list[Row]:
        """Take in what was committed since; the new orders. Most commits add none of these rows."""
        [newest] = self._query(NEWEST)
        orders, events, fills = (
            last is not None and last > self._seen[name] for name, last in zip(READ, newest, strict=True)
        )
        fresh = [self._order(one) for one in self._new("orders", ORDERS)] if orders else []
        for one in self._new("events", EVENTS) if events else ():
            self._event(one)
        for one in self._new("fills", FILLS) if fills else ():
            self._fill(one)
        return fresh

    def taken(self) -> list[Row]:
        """Orders of which something was read since this was asked last."""
        found = list(self.turned.values())
        self.turned.clear()
        return found

    def positions(self) -> dict[tuple[str, str], int]:
        """Base held by (bot, symbol), dust included."""
        found = {}
        for bot, symbol, qty, dust, scale in self._query(POSITIONS):
            found[text(bot), symbol] = scaled(qty + dust, scale)
        return found

    def halted(self) -> dict[str, str]:
        """Halted bots and why."""
        return {text(bot): reason for bot, reason in self._query(HALTED)}

    def limited(self) -> set[str]:
        """Bots that have reached a limit of their own without an end: from then on they open nothing."""
        return {text(bot) for (bot,) in self._query(LIMITED)}

    def everything(self) -> Iterable[bytes]:
        """Every row of every table, in the order of its key, for the hash."""
        for table in TABLES:
            for row in self._query(f"SELECT * FROM {table} ORDER BY 1, 2"):
                yield repr((table, row)).encode()

    def _new(self, name: str, sql: str) -> list[tuple[Any, ...]]:
        found = self._query(sql, (self._seen[name],))
        if found:
            self._seen[name] = found[-1][0]
        return found

    def _query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        assert self.connection is not None
        return self.connection.execute(sql, values).fetchall()

    def _order(self, one: tuple[Any, ...]) -> Row:
        _, client, bot, symbol, slot, rev, attempt, side, kind, lots, price, trigger, tick, lot, scale, time_ms = one
        at = price if price is not None else trigger if trigger is not None else 0
        unit = scaled(lot, scale)
        row = Row(
            text(client), text(bot), symbol, slot, rev, attempt, 1 if side == "buy" else -1, kind,
            lots * unit, at * scaled(tick, scale), unit, time_ms,
        )  # fmt: skip
        self.rows[row.client_id] = self.turned[row.client_id] = row
        self.live.setdefault(row.place, {})[row.client_id] = row
        return row

    def _event(self, one: tuple[Any, ...]) -> None:
        _, client, state, filled, lots, _ = one
        row = self.turned[text(client)] = self.rows[text(client)]
        row.state = state
        row.filled = max(row.filled, filled * row.lot)
        if lots is not None:
            row.qty = lots * row.lot
        if state in FINAL and not row.final:
            row.final = True
            there = self.live.get(row.place, {})
            there.pop(row.client_id, None)
            if not there:
                self.live.pop(row.place, None)
        elif state == NEW and row.final:
            # It counted as ended, is shown working, and its bot has it again.
            row.final = False
            self.live.setdefault(row.place, {})[row.client_id] = row

    def _fill(self, one: tuple[Any, ...]) -> None:
        _, bot, symbol, kind, client, _, lots, lot, scale, cash, money_scale, liquidity = one
        if client is not None:
            if kind != "venue" or liquidity == "unknown":
                self.guessed.add(text(client))
            elif liquidity == "maker":
                self.made[text(client)] = self.made.get(text(client), 0) + lots * scaled(lot, scale)
            # A reversal takes its placeholder back, whichever sign its quantity is written with.
            qty = abs(lots) * scaled(lot, scale) * (-1 if kind == "reversal" else 1)
            self.booked[text(client)] = self.booked.get(text(client), 0) + qty
        key = (text(bot), symbol)
        self.cash[key] = self.cash.get(key, 0) + scaled(cash, money_scale)


def scaled(units: int, scale: int) -> int:
    """A whole number of 10^-scale as one of 1e-18; finer ones are cut, which no venue's amounts are."""
    return int(units * 10 ** (DIGITS - scale) if scale <= DIGITS else units // 10 ** (scale - DIGITS))


def text(key: bytes) -> str:
    """A key as text."""
    digits = key.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
