"""The same tables and statements on a sqlite3 connection called in place: no thread, no event loop, no waiting.

For simulation, where a whole engine runs in one thread under a virtual clock and nothing may happen at a time of its
own. It has the shape of `Database` and of the writer together: `transaction`, `reading`, `append`. The coroutines
never suspend. In memory a commit survives whatever the simulation kills, which is what a disk is there for; with a
file it is as durable as the writer, only one commit a step.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, StaticPool, create_engine
from sqlalchemy.exc import StatementError

from botswain.model.errors import BotswainError
from botswain.store import schema, sqlite
from botswain.store.batch import Outcome
from botswain.store.failures import DRIVER_ERRORS, explain, locked
from botswain.store.scope import Tx
from botswain.store.sqlite_commits import SqliteCommits
from botswain.store.steps import Committed, Rows

MEMORY = "(in memory)"
WAIT_MS = 5_000


class InlineDatabase:
    """Make it with `open_memory` or `open_file`; `close` it at the end."""

    def __init__(self, connection: sqlite3.Connection, name: str) -> None:
        self.name = name
        self._connection = connection
        self._engine = _engine(lambda: self._connection)
        self._commits = self._writing()
        self._asking: Connection | None = None

    def append_now(self, item: Rows) -> Committed:
        """Write a step's rows, market events or marks. Raises what `GroupCommitWriter.append` raises, but Deferred."""
        batch = [self._commits.planner.prepare(item)]
        if not self._commits.begin():
            raise locked(self.name)
        [outcome] = self._commits.commit(batch, self._commits.write(batch))
        if isinstance(outcome, BotswainError):
            raise outcome
        return outcome

    async def append(self, item: Rows) -> Committed:
        """`append_now`, in the shape of the writer's."""
        return self.append_now(item)

    def submit(self, item: Rows, then: Callable[[Outcome], None]) -> None:
        """The same, told in the loop's next turn as the writer tells it: what it came to, or what it raised."""
        try:
            found: Outcome = self.append_now(item)
        except BotswainError as error:
            found = error
        asyncio.get_running_loop().call_soon(then, found)

    @asynccontextmanager
    async def transaction(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """A transaction of one tenant (None: of the platform), committed when the block ends without an error."""
        with self._begun(sqlite.WRITE) as connection:
            yield Tx(sqlite.in_place(connection), tenant_id, "sqlite")

    @asynccontextmanager
    async def reading(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """The same, for reading only."""
        with self._begun(sqlite.READ) as connection:
            yield Tx(sqlite.in_place(connection), tenant_id, "sqlite")

    @asynccontextmanager
    async def looking(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """The same: all is done in place here."""
        async with self.reading(tenant_id) as tx:
            yield tx

    def image(self) -> bytes:
        """The whole database as bytes, as of the last commit; `open_memory` takes it back."""
        return self._connection.serialize()

    def reopen(self) -> None:
        """Of one in memory: begin anew from the last commit, as a process does that takes the place of one that died.

        Only what SQLAlchemy has compiled is kept.
        """
        image = self.image()
        self._let_go()
        self._connection.close()
        self._connection = _loaded(image)
        self._commits = self._writing()

    async def close(self) -> None:
        """Let go of the connection; what was in memory is gone."""
        self._let_go()
        self._connection.close()

    def _writing(self) -> SqliteCommits:
        """What writes to the connection of now."""
        connection = self._connection
        return SqliteCommits(lambda: connection, self._engine.dialect, self.name, keep=True)

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Connection]:
        """A transaction, begun and ended on the driver's connection, with SQLAlchemy's own to run statements in it.

        A simulation has hundreds of them a day: to make SQLAlchemy's connection for each, and have it begin and end
        them, took longer than what they ask.
        """
        connection = self._connection
        try:
            if self._asking is None:
                self._asking = self._engine.connect().execution_options(botswain_begin="")
            connection.execute(begin)
            try:
                yield self._asking
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.rollback()
        except (StatementError, *DRIVER_ERRORS) as error:
            raise explain(error, self.name) from error

    def _let_go(self) -> None:
        """Of what SQLAlchemy has of the connection of now."""
        if self._asking is not None:
            self._asking.close()
            self._asking = None
        self._engine.dispose()


def open_memory(*, epoch: bytes, now_ms: int, image: bytes | None = None) -> InlineDatabase:
    """A database in memory: a new one with this journal epoch, or the one an `image` was taken of."""
    connection = _loaded(image if image is not None else _empty())
    if image is None:
        facts = [("journal_epoch", epoch.hex()), ("created_ms", str(now_ms))]
        connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", facts)
    return InlineDatabase(connection, MEMORY)


def open_file(path: str | Path, *, epoch: bytes, now_ms: int, wait_ms: int = WAIT_MS) -> InlineDatabase:
    """A file, created or migrated as by `database.open_database`, and with the same errors."""
    connection: sqlite3.Connection | None = None
    database: InlineDatabase | None = None
    try:
        connection = sqlite.connect(str(path), wait_ms=wait_ms)
        _upgrade(connection, str(path), epoch, now_ms)
        database = InlineDatabase(connection, str(path))
    except (StatementError, *DRIVER_ERRORS) as error:
        raise explain(error, str(path)) from error
    finally:
        if database is None and connection is not None:
            connection.close()
    return database


def _loaded(image: bytes) -> sqlite3.Connection:
    """A connection to a copy of a database."""
    connection = sqlite.connect(":memory:", wait_ms=0)
    connection.deserialize(image)
    # Nobody else can open it: what was read of it need not be looked at again at every transaction.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    return connection


@cache
def _empty() -> bytes:
    """A migrated database without any fact in it. Migrating takes 50 ms, copying this a tenth of one."""
    connection = sqlite.connect(":memory:", wait_ms=0)
    _upgrade(connection, MEMORY, bytes(schema.EPOCH_BYTES), 0)
    connection.execute("DELETE FROM meta")
    image = connection.serialize()
    connection.close()
    return image


def _upgrade(connection: sqlite3.Connection, name: str, epoch: bytes, now_ms: int) -> None:
    with _engine(lambda: connection).connect() as made:
        schema.upgrade(made, name=name, epoch=epoch, now_ms=now_ms)


def _engine(connect: Callable[[], sqlite3.Connection]) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    sqlite.install(engine)
    return engine
