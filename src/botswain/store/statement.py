"""A statement compiled once from the Core tables, to be run as the driver takes it.

SQLAlchemy spends 20 to 50 us on a statement that the driver runs in 3, and on each of many rows twice what the driver
does; the journal and what is written by the thousand go past it, but with the text and the type conversions that the
tables give, so there is still one description of a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Dialect, Table
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.types import TypeEngine

from botswain.store.types import INT64_MAX, Int64, Key, Units, int64_or_none, is_postgres, key_bytes_or_none


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


def inserting(table: Table, dialect: Dialect) -> Statement:
    """INSERT of whole rows of a table."""
    binds: dict[str, Any] = {column.name: sa.bindparam(column.name) for column in table.c}
    return Statement(sa.insert(table).values(binds), dialect)
