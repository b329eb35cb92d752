"""Statements compiled once from the Core tables, to be run on a driver's own connection.

SQLAlchemy spends 20 to 50 us on a statement that the driver runs in 3; the journal goes past it, but with the text and
the type conversions that the tables give, so there is still one description of a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect, Table
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

from botswain.store.made_tables import blocks, marks
from botswain.store.scope import keeping, replacing
from botswain.store.tables import bots, fills, journal, market_events, order_events, orders, outbox, positions
from botswain.store.types import INT64_MAX, Int64, Key, Units, int64_or_none, is_postgres, key_bytes_or_none

# The most bots one lease query asks for. Sizes are powers of two, so that few statements are ever prepared.
LEASES_AT_ONCE = 512
INSERTED = (journal, orders, order_events, fills, outbox, market_events)


class Statement:
    """The text of a statement for a driver and how its parameters are put in order."""

    def __init__(self, expression: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = expression.compile(dialect=dialect)
        self.sql: str = compiled.string
        self.names: tuple[str, ...] = tuple(compiled.positiontup)
        self._fixed: dict[str, Any] = {name: value for name, value in compiled.params.items() if value is not None}
        self._pick = itemgetter(*self.names) if len(self.names) > 1 else None
        made = [(place, processor_of(compiled.binds[name].type, dialect)) for place, name in enumerate(self.names)]
        plain = {place for place, name in enumerate(self.names) if is_integer(compiled.binds[name].type, dialect)}
        self._integers = [(place, process) for place, process in made if process is not None and place in plain]
        self._others = [(place, process) for place, process in made if process is not None and place not in plain]

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the driver's order and types. Raises Overflow, BadInput (`types`), KeyError."""
        given = {**self._fixed, **values} if self._fixed else values
        found = list(self._pick(given)) if self._pick is not None else [given[name] for name in self.names]
        for place, process in self._integers:
            # Nearly all fit as they are; to see that here takes a third of the time of a call.
            value = found[place]
            if value is not None and not -INT64_MAX - 1 <= value <= INT64_MAX:
                found[place] = process(value)
        for place, process in self._others:
            found[place] = process(found[place])
        return tuple(found)


def processor_of(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """What makes a value of a type one of the driver's; None where nothing has to be done.

    Of our own most frequent types without SQLAlchemy's call around it, which costs more than what it calls.
    """
    if isinstance(kind, Int64):
        return int64_or_none
    if isinstance(kind, Key) and not is_postgres(dialect):
        return key_bytes_or_none
    process: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def is_integer(kind: TypeEngine[Any], dialect: Dialect) -> bool:
    """Whether a whole number of 64 bits is kept as it is."""
    return isinstance(kind, Int64) or (isinstance(kind, Units) and not is_postgres(dialect))


class Statements:
    """All that a journal's writer runs, compiled for one kind of database. Get it from `statements_for`."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._leases: dict[int, Statement] = {}
        self.rows: dict[str, Statement] = {table.name: self._insert(table) for table in INSERTED}
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

    def _insert(self, table: Table) -> Statement:
        binds: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.c}
        return Statement(sa.insert(table).values(binds), self._dialect)

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
