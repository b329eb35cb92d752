"""Whether there was a reason to stop a bot (NEEDLESS): each halt, and each order to open nothing more, has a cause.

A bot that stands still loses nothing by its books, so no other invariant sees an engine that stops its bots at every
trifle. What a cause is, is looked for in the exchange's books and in the database, never in the engine's own words:

    an order of the bot filled more than it was for
    somebody else sold the coins that the bot holds
    the journal has had no end of one of its orders, or of a request to take it off, for LONG_MS, or its fills are not
    booked

A price, however bad, is none: what a bot loses, or seems to lose, may keep it from opening anything by its own limits,
and stops nobody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from botswain.simulation.database_rows import DatabaseRows, text
from botswain.simulation.venue_books import VenueBooks, executed

# Rows of kind 7: what the bot may have working was changed by somebody. Mode 0 lets it run.
RUNS = 0
COMMANDS = "SELECT rowid, bot_id, payload FROM journal WHERE rowid > ? AND kind = 7 ORDER BY rowid"
LAST = "SELECT max(rowid) FROM journal"
HALTED = "SELECT id, halted_reason FROM bots WHERE halted_reason IS NOT NULL"
LONG_MS = 540_000  # an engine may give up on an order after ten minutes; its clock and this one are not the same


@dataclass
class Causes:
    """The stops there were.

    first_ms  since when the journal knows an order; off_ms: since when it is to be off
    stopped   bots that were told to open nothing more and have not been let go on since, and why
    """

    books: VenueBooks
    rows: DatabaseRows
    first_ms: dict[str, int] = field(default_factory=dict)
    off_ms: dict[str, int] = field(default_factory=dict)
    halted: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    _seen: int = 0

    def needless(self, now_ms: int) -> Iterator[tuple[str, str]]:
        """Bots that were stopped since the last look and had no cause, and why the engine says they were."""
        assert self.rows.connection is not None
        for bot, why in self._stops(self.rows.connection):
            if not self.cause(bot, now_ms):
                yield bot, why

    def _stops(self, connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
        for key, why in connection.execute(HALTED).fetchall():
            if self.halted.get(text(key)) != why:
                self.halted[text(key)] = why
                yield text(key), why
        [(last,)] = connection.execute(LAST).fetchall()
        if last is None or last <= self._seen:
            return
        found = connection.execute(COMMANDS, (self._seen,)).fetchall()
        self._seen = last
        for _, key, payload in found:
            mode, by, why = msgspec.msgpack.decode(payload)[:3]
            self.stopped.pop(text(key), None)
            if mode != RUNS:
                self.stopped[text(key)] = f"{by}: {why}"
                yield text(key), f"{by}: {why}"

    def cause(self, bot: str, now_ms: int) -> str:
        """Why a bot may stand still now; empty where nothing says so."""
        mine = {name: row for name, row in self.rows.rows.items() if row.bot == bot}
        there = [one for name in mine for one in self.books.orders.get(name, ())]
        if any(one.executed > one.lots for one in there):
            return "an order filled more than it was for"
        symbols = {one.symbol for one in mine.values()}
        if any(one.terms.side < 0 and one.executed and one.facts.symbol in symbols
               for one in self.books.foreign.values()):  # fmt: skip
            return "somebody else sold its coins"
        for name, row in mine.items():
            doubted_ms = (
                self.first_ms.get(name, now_ms) if row.state in ("", "unknown") else self.off_ms.get(name, now_ms)
            )
            if not row.final and now_ms - doubted_ms >= LONG_MS:
                return f"nobody knows what became of {name}"
            if sum(map(executed, self.books.orders.get(name, ()))) != self.rows.booked.get(name, 0):
                return f"the fills of {name} are not booked"
        return ""
