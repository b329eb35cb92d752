"""SQLite's connection of SQLAlchemy, which goes to its thread once for a statement and not four times.

The driver below has a thread for each connection and sends it there for the cursor, the statement, the rows and the
cursor's end apart; a list of seven statements went there and back 33 times, and each time waits for the interpreter
lock on both sides. Here all of it is one call, and a rollback of nothing is none: SQLAlchemy asks for one whenever a
connection comes back to it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import partial
from typing import Any, Self

import aiosqlite

ROWS_AT_ONCE = 64


class OneTrip(aiosqlite.Connection):
    """A connection. touched: something was sent that a commit or a rollback has to end."""

    touched = False

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Made where it is needed."""
        return Cursor(self)

    async def run(self, work: Any) -> Any:
        """Do something with the bare connection, in its thread. One whose task is cancelled is done all the same."""
        self.touched = True
        return await self._execute(partial(work, self._conn))  # type: ignore[no-untyped-call]

    async def commit(self) -> None:
        """Nothing where nothing was sent. One that fails leaves the transaction to be rolled back."""
        if self.touched:
            await super().commit()
            self.touched = False

    async def rollback(self) -> None:
        """Nothing where nothing was sent since the last end."""
        if self.touched:
            await super().rollback()
            self.touched = False


class Cursor:
    """What SQLAlchemy needs of a cursor: a statement, and its rows, which are here when it is done."""

    arraysize = 1

    def __init__(self, connection: OneTrip) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, operation: str, parameters: Iterable[Any] = ()) -> Self:
        """Do a statement and fetch its rows."""
        return await self._done(lambda bare: bare.execute(operation, parameters))

    async def executemany(self, operation: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Do a statement with each of these."""
        return await self._done(lambda bare: bare.executemany(operation, parameters))

    async def fetchall(self) -> list[Any]:
        """The rows."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing is open."""
        self._rows = []

    async def _done(self, work: Any) -> Self:
        def whole(bare: sqlite3.Connection) -> tuple[Any, list[Any], int, int | None]:
            found = work(bare)
            try:
                return found.description, found.fetchall(), found.rowcount, found.lastrowid
            finally:
                found.close()

        self.description, self._rows, self.rowcount, self.lastrowid = await self._connection.run(whole)
        return self


def driver(path: str, *, wait_ms: int) -> OneTrip:
    """A connection to a file, made when it is awaited; it waits `wait_ms` for a lock."""
    made = OneTrip(partial(sqlite3.connect, path, timeout=wait_ms / 1000), ROWS_AT_ONCE)
    made._thread.daemon = True  # as SQLAlchemy has it: a process that ends waits for nobody's statement
    return made
