"""Statements compiled once from the Core tables, to be run on a driver's own connection.

SQLAlchemy spends 20 to 50 us on a statement that the driver runs in 3; the journal goes past it, but with the text and
the type conversions that the tables give, so there is still one description of a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect, Table
from sqlalchemy.sql.expression import ClauseElement

from botswain.store.scope import replacing
from botswain.store.tables import bots, journal
from botswain.store.types import Key, is_postgres

# How many bots one lease query asks for: the sizes are fixed so that few statements are ever prepared.
LEASE_SIZES = tuple(1 << power for power in range(10))


class Statement:
    """The text of a statement for a driver and how its parameters are put in order."""

    def __init__(self, expression: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = expression.compile(dialect=dialect)
        self.sql: str = compiled.string
        self.names: tuple[str, ...] = tuple(compiled.positiontup)
        self._fixed: dict[str, Any] = {name: value for name, value in compiled.params.items() if value is not None}
        self._processors: list[tuple[str, Callable[[Any], Any] | None]] = [
            (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in self.names
        ]

    def parameters(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in the driver's order and types. Raises Overflow, BadInput (`types`), KeyError."""
        given = {**self._fixed, **values} if self._fixed else values
        return tuple(given[name] if process is None else process(given[name]) for name, process in self._processors)


def insert(table: Table, dialect: Dialect) -> Statement:
    """INSERT of a whole row."""
    return Statement(sa.insert(table).values({column.name: sa.bindparam(column.name) for column in table.c}), dialect)


def replace(table: Table, dialect: Dialect, newer: str) -> Statement:
    """INSERT of a whole row that replaces the one with its key, unless column `newer` would go back."""
    binds: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.c}
    return Statement(replacing(table, dialect.name, newer).values(binds), dialect)


def halt(dialect: Dialect) -> Statement:
    """Marks a bot as halted; the first reason stays."""
    fresh: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("halted_reason", "halted_by", "halted_ms")}
    here = (bots.c.id == sa.bindparam("bot", type_=Key())) & bots.c.halted_reason.is_(None)
    return Statement(sa.update(bots).where(here).values(**fresh, version=bots.c.version + 1), dialect)


def leases(dialect: Dialect, count: int) -> Statement:
    """SELECT id, tenant, account and lease epoch of `count` bots (b0, b1 ...), held against change on PostgreSQL."""
    names = [sa.bindparam(f"b{place}", type_=Key()) for place in range(count)]
    query = sa.select(bots.c.id, bots.c.tenant_id, bots.c.account_id, bots.c.lease_epoch).where(bots.c.id.in_(names))
    if is_postgres(dialect):
        # Always in one order, so that two processes that hold bots of each other's batch do not wait in a ring.
        query = query.order_by(bots.c.id).with_for_update(read=True)
    return Statement(query, dialect)


def head(dialect: Dialect) -> Statement:
    """SELECT seq and hash of a bot's last journal row."""
    query = sa.select(journal.c.seq, journal.c.hash).where(journal.c.bot_id == sa.bindparam("bot", type_=Key()))
    return Statement(query.order_by(journal.c.seq.desc()).limit(1), dialect)
