"""An open database, SQLite or PostgreSQL: transactions for the noun files, and what a writer needs.

The edge (a request, a command, the supervisor) opens a transaction and commits it by leaving it without an error;
nothing below the edge commits. The journal's rows do not come this way but through a writer (`writer`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, CursorResult, Executable, make_url
from sqlalchemy.exc import ArgumentError, StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from botswain.model.errors import BadInput
from botswain.store import schema, sqlite
from botswain.store.failures import DRIVER_ERRORS, explain
from botswain.store.owned_file import keep_to_owner, make_for_owner
from botswain.store.reads_here import ReadsHere
from botswain.store.scope import Tx
from botswain.store.sqlite_driver import driver
from botswain.store.write_turns import WriteTurns

WAIT_MS = 5_000
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


class Database:
    """An open database. Make it with `open_database`; `close` it at the end.

    name      how messages call it: the file, or the address without its password
    engine    SQLAlchemy's, for writers
    wait_ms   how long anything waits for a lock before it is refused
    turns     who writes when it is SQLite; a server keeps its own order
    """

    def __init__(self, engine: AsyncEngine, name: str, wait_ms: int) -> None:
        self.engine = engine
        self.name = name
        self.wait_ms = wait_ms
        self.turns = None if self.path is None else WriteTurns(self.path, name, wait_ms)
        self._here = None if self.path is None else ReadsHere(self.path)

    @property
    def path(self) -> str | None:
        """The file, when it is SQLite."""
        return self.engine.url.database if self.engine.dialect.name == "sqlite" else None

    @asynccontextmanager
    async def transaction(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """A transaction of one tenant (None: of the platform), committed when the block ends without an error."""
        if self.turns is None:
            async with self._begun(tenant_id, sqlite.WRITE) as tx:
                yield tx
            return
        try:
            async with self.turns.transaction() as connection:
                yield Tx(sqlite.in_place(connection), tenant_id, self.engine.dialect.name)
        except (StatementError, *DRIVER_ERRORS) as error:
            raise explain(error, self.name) from error

    @asynccontextmanager
    async def reading(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """The same for reading only: one consistent view, and no lock that would make the journal wait."""
        async with self._begun(tenant_id, sqlite.READ) as tx:
            yield tx

    @asynccontextmanager
    async def looking(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """The same for a few statements that are quick however much there is: on SQLite in the event loop itself."""
        if self._here is None:
            async with self.reading(tenant_id) as tx:
                yield tx
            return
        try:
            async with self._here.reading() as connection:
                yield Tx(sqlite.in_place(connection), tenant_id, self.engine.dialect.name)
        except (StatementError, *DRIVER_ERRORS) as error:
            raise explain(error, self.name) from error

    async def close(self) -> None:
        """Let go of every connection."""
        if self._here is not None:
            self._here.close()
        if self.turns is not None:
            self.turns.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def _begun(self, tenant_id: str | None, begin: str) -> AsyncIterator[Tx]:
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(botswain_begin=begin)
                async with connection.begin():
                    yield Tx(_executing(connection), tenant_id, self.engine.dialect.name)
        except (StatementError, *DRIVER_ERRORS) as error:
            raise explain(error, self.name) from error


async def open_database(
    where: str | Path, *, epoch: bytes, now_ms: int, wait_ms: int = WAIT_MS, **options: Any
) -> Database:
    """Open a database, creating or migrating its tables.

    where     a path of a SQLite file, or a URL: sqlite:///FILE, postgresql://USER:PASSWORD@HOST/NAME
    epoch     16 random bytes, the journal epoch if the database is made now
    now_ms    the time
    wait_ms   how long to wait for a lock
    options   more for SQLAlchemy's create_async_engine
    Raises BadInput (newer version, not a database, no folder), Unavailable (locked, no answer).
    """
    url = database_url(where)
    if url.get_backend_name() == "sqlite":
        _can_be_opened(str(url.database))
        made = partial(driver, str(url.database), wait_ms=wait_ms)
        engine = create_async_engine(url, async_creator=made, **options)
        sqlite.install(engine.sync_engine)
        name = str(url.database)
    else:
        settings = {"lock_timeout": str(wait_ms)}
        arguments = {"server_settings": settings, "timeout": wait_ms / 1000, "command_timeout": 60}
        engine = create_async_engine(url, connect_args=arguments, **options)
        name = url.render_as_string(hide_password=True)
    ready = False
    try:
        async with engine.connect() as connection:
            await connection.run_sync(schema.upgrade, name=name, epoch=epoch, now_ms=now_ms)
        if url.get_backend_name() == "sqlite":
            keep_to_owner(name)
        ready = True
    except (StatementError, *DRIVER_ERRORS) as error:
        raise explain(error, name) from error
    finally:
        if not ready:
            await engine.dispose()
    return Database(engine, name, wait_ms)


def database_url(where: str | Path) -> URL:
    """The URL with the driver this room uses. Raises BadInput for anything but SQLite and PostgreSQL."""
    if isinstance(where, Path) or "://" not in where:
        return URL.create(DRIVERS["sqlite"], database=str(where))
    try:
        url = make_url(where)
        backend = url.get_backend_name()
    except ArgumentError:
        backend = ""
    if backend not in DRIVERS:
        raise BadInput(f"{where.partition('://')[0]!r} is not a database this works with; use sqlite or postgresql")
    if backend == "sqlite" and url.database in (None, "", ":memory:"):
        raise BadInput("a database in memory dies with its connection; name a file, or use the inline database")
    return url.set(drivername=DRIVERS[backend])


def _can_be_opened(path: str) -> None:
    """Raises BadInput when SQLite cannot open the file: aiosqlite would leave a thread behind that says so later."""
    make_for_owner(path)
    try:
        sqlite3.connect(path).close()
    except sqlite3.Error as error:
        raise explain(error, path) from error


def _executing(connection: AsyncConnection) -> Any:
    async def execute(statement: Executable | str, given: Any = None) -> CursorResult[Any]:
        if isinstance(statement, str):
            return await connection.exec_driver_sql(statement, given)
        return await connection.execute(statement, given)

    return execute
