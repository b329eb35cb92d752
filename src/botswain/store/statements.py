"""Statements compiled once from the Core tables, to be run on a driver's own connection.

What a journal's writer runs; what one of them is, and why it is compiled so, is in `statement`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect, Table

from botswain.store.made_tables import blocks, marks
from botswain.store.scope import keeping, replacing
from botswain.store.statement import Statement, inserting
from botswain.store.tables import bots, fills, journal, market_events, order_events, orders, outbox, positions
from botswain.store.types import Key, is_postgres

# The most bots one lease query asks for. Sizes are powers of two, so that few statements are ever prepared.
LEASES_AT_ONCE = 512
INSERTED = (journal, orders, order_events, fills, outbox, market_events)


class Statements:
    """All that a journal's writer runs, compiled for one kind of database. Get it from `statements_for`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._leases: dict[int, Statement] = {}
        self.rows: dict[str, Statement] = {table.name: inserting(table, dialect) for table in INSERTED}
        self.rows["positions"] = self._replace(positions, newer="seq")
        self.rows["blocks"] = self._replace(blocks, newer="seq")
        self.rows["marks"] = self._keep(marks)
        self.rows["halts"] = self._halt()
        self.rows["epochs"] = self._epoch()
        self.head = self._head()

    def leases(self, count: int) -> tuple[str, int]:
        """SELECT id, tenant, account and lease epoch of bots, and how many ids (at least `count`) it is to be given.

        PostgreSQL holds the rows against change until the transaction ends.
        """
        size = 1 << (count - 1).bit_length()
        if size not in self._leases:
            columns = (bots.c.id, bots.c.tenant_id, bots.c.account_id, bots.c.lease_epoch)
            query = sa.select(*columns).where(bots.c.id.in_([sa.bindparam(f"b{n}", type_=Key()) for n in range(size)]))
            if is_postgres(self._dialect):
                # In one order always, so that two processes that hold bots of each other's batch do not wait in a ring.
                query = query.order_by(bots.c.id).with_for_update(read=True)
            self._leases[size] = Statement(query, self._dialect)
        return self._leases[size].sql, size

    def _replace(self, table: Table, newer: str) -> Statement:
        binds: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.c}
        return Statement(replacing(table, self._dialect.name, newer).values(binds), self._dialect)

    def _keep(self, table: Table) -> Statement:
        binds: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.c}
        return Statement(keeping(table, self._dialect.name).values(binds), self._dialect)

    def _halt(self) -> Statement:
        """Marks a bot as halted; the first reason stays."""
        fresh: dict[str, Any] = {
            name: sa.bindparam(f"new_{name}") for name in ("halted_reason", "halted_by", "halted_ms")
        }
        here = (bots.c.id == sa.bindparam("bot", type_=Key())) & bots.c.halted_reason.is_(None)
        return Statement(sa.update(bots).where(here).values(**fresh, version=bots.c.version + 1), self._dialect)

    def _epoch(self) -> Statement:
        """Gives a bot another journal epoch."""
        here = bots.c.id == sa.bindparam("bot", type_=Key())
        fresh: dict[str, Any] = {"journal_epoch": sa.bindparam("new_epoch")}
        return Statement(sa.update(bots).where(here).values(**fresh, version=bots.c.version + 1), self._dialect)

    def _head(self) -> Statement:
        """SELECT seq and hash of a bot's last journal row."""
        query = sa.select(journal.c.seq, journal.c.hash).where(journal.c.bot_id == sa.bindparam("bot", type_=Key()))
        return Statement(query.order_by(journal.c.seq.desc()).limit(1), self._dialect)


_COMPILED: dict[tuple[str, str], Statements] = {}


def statements_for(dialect: Dialect) -> Statements:
    """The statements of a kind of database, compiled once in a process: a simulation opens a database a bot-day."""
    kind = (dialect.name, dialect.driver)
    if kind not in _COMPILED:
        _COMPILED[kind] = Statements(dialect)
    return _COMPILED[kind]
