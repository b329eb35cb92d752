"""A transaction that belongs to one tenant: the only place where a query is confined to its owner.

The noun files build their statements with `select`, `update`, `insert` and `delete` of this class and with nothing else
(a test reads their source), so no query can forget the tenant. A transaction of the platform itself (tenant_id None:
the supervisor, anchors, the outbox relay) sees all tenants and is asked for by name.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CursorResult, Delete, Dialect, Executable, FromClause, Row, Select, Table, Update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from botswain.model.errors import BadInput
from botswain.store.statement import Statement, inserting

Given = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None
# A statement of SQLAlchemy's with what it is given, or the text of one as the driver takes it with rows of values.
Execute = Callable[[Executable | str, Given | list[tuple[Any, ...]]], Awaitable[CursorResult[Any]]]
_OF_POSTGRES: Any = asyncpg.dialect
DIALECTS: dict[str, Dialect] = {"sqlite": sqlite.dialect(), "postgresql": _OF_POSTGRES()}


class Tx:
    """What the noun files get. `tenant_id` None means the platform."""

    def __init__(self, execute: Execute, tenant_id: str | None, dialect: str) -> None:
        self._execute = execute
        self.tenant_id = tenant_id
        self.dialect = dialect

    def select(
        self, table: FromClause, *columns: Any, join: tuple[FromClause, Any] | None = None, by_key: bool = False
    ) -> Select[Any]:
        """SELECT of `table` (all its columns unless `columns` are given), joined outer to another if asked.

        by_key  rows are found by their ids: their owner is compared then, and not looked for in an index. SQLite takes
                the rows of an owner to be few, and would read them all.
        """
        statement = sa.select(*(columns or (table,))).select_from(table)
        if join is not None:
            other, condition = join
            statement = statement.outerjoin(other, sa.and_(condition, *self._owned(other)))
        if by_key:
            owner = sa.func.coalesce(table.c.tenant_id, table.c.tenant_id)
            return statement if self.tenant_id is None else statement.where(owner == self.tenant_id)
        return statement.where(*self._owned(table))

    def update(self, table: Table) -> Update:
        """UPDATE of the tenant's rows of `table`."""
        return sa.update(table).where(*self._owned(table))

    def delete(self, table: Table) -> Delete:
        """DELETE of the tenant's rows of `table`; what is append-only refuses it."""
        return sa.delete(table).where(*self._owned(table))

    async def insert(self, table: Table, values: Mapping[str, Any]) -> None:
        """INSERT of one row, for this tenant whatever `values` says of it."""
        await self._execute(sa.insert(table).values(**self._with_owner(table, values)), None)

    async def insert_all(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """INSERT of whole rows, with one and the same statement.

        To write one that holds all of them took ten times as long as the database does. Raises BadInput for a row that
        lacks a column, Overflow for what a column does not hold.
        """
        if not rows:
            return
        statement = _inserting(table, self.dialect)
        try:
            values = [statement.parameters(self._with_owner(table, one)) for one in rows]
        except KeyError as error:
            raise BadInput(f"a row of {table.name} has no {error.args[0]}; give every row all columns") from error
        await self._execute(statement.sql, values)

    async def upsert(self, table: Table, values: Mapping[str, Any], newer: str) -> None:
        """INSERT of one row, or its replacement where column `newer` does not go back."""
        row = self._with_owner(table, values)
        await self._execute(replacing(table, self.dialect, newer).values(**row), None)

    async def rows(self, statement: Executable, given: Given = None) -> Sequence[Row[Any]]:
        """All rows of a statement; the caller has put a limit on it. given: values of its parameters that have none."""
        return (await self._execute(statement, given)).fetchall()

    async def row(self, statement: Executable) -> Row[Any] | None:
        """The first row, or None."""
        return (await self._execute(statement, None)).fetchone()

    async def change(self, statement: Update | Delete) -> int:
        """The number of rows that were changed or deleted."""
        return (await self._execute(statement, None)).rowcount

    def _owned(self, table: FromClause) -> tuple[Any, ...]:
        if self.tenant_id is None or "tenant_id" not in table.c:
            return ()
        return (table.c.tenant_id == self.tenant_id,)

    def _with_owner(self, table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
        if "tenant_id" not in table.c:
            if self.tenant_id is not None:
                raise BadInput(f"{table.name} belongs to the platform; a tenant's transaction cannot write it")
            return dict(values)
        return {**values, "tenant_id": self.tenant_id} if self.tenant_id is not None else dict(values)


@lru_cache(maxsize=64)
def _inserting(table: Table, dialect: str) -> Statement:
    return inserting(table, DIALECTS[dialect])


def values_of(row: Row[Any]) -> dict[str, Any]:
    """A row as a dict of its columns."""
    # The keys of a row are a subclass of str, which msgspec does not take for str.
    return {str(name): value for name, value in row._mapping.items()}


def keeping(table: Table, dialect: str) -> Any:
    """An INSERT that leaves a row with the same primary key as it is."""
    make: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key]
    return make(table).on_conflict_do_nothing(index_elements=keys)


def replacing(table: Table, dialect: str, newer: str) -> Any:
    """An INSERT that replaces the row with the same primary key unless its `newer` column would go back."""
    make: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table)
    keys = [column.name for column in table.primary_key]
    fresh = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(
        index_elements=keys, set_=fresh, where=statement.excluded[newer] >= table.c[newer]
    )
