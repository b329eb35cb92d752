"""Write transactions of one process on a SQLite file: one after another, in the order in which they were asked for.

Why their statements run in the event loop and only COMMIT in a thread: SQLite has one lock for everybody who writes, in
whatever process. A transaction that goes to a thread with each statement comes back to its loop as often, and while a
crew of bots begins that loop is busy: ten statements of half a millisecond held the lock for up to a second, and all
others waited. In place they hold it for as long as they take. What is asked meanwhile waits here, first come, first
served, and only the first in the line asks for SQLite's lock, every two milliseconds: SQLite's own way to wait sleeps
longer each time, up to a tenth of a second, and is passed over by whoever comes later and asks sooner.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.exc import StatementError

from botswain.store import sqlite
from botswain.store.failures import locked

POLL_S = 0.002


class WriteTurns:
    """Of one file. `close` it at the end.

    name     how messages call it
    wait_ms  how long anybody waits, for those before them here and for other programs, before they are refused
    """

    def __init__(self, path: str, name: str, wait_ms: int) -> None:
        self._path = path
        self._name = name
        self._wait_s = wait_ms / 1000
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "commit")
        self._bare: sqlite3.Connection | None = None
        self._connection: Connection | None = None

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Nobody else of this process writes meanwhile, on whatever connection. Raises Unavailable."""
        await self._come()
        try:
            yield
        finally:
            self._turn.release()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction, durable when the block has ended without an error. Raises Unavailable and sqlite3.Error.

        One that is cancelled while the disk works may or may not be kept; the next turn comes when the disk is done.
        """
        bare, connection = await self._begun()
        committing: asyncio.Future[object] | None = None
        kept = False
        try:
            yield connection
            committing = asyncio.get_running_loop().run_in_executor(self._thread, bare.execute, "COMMIT")
            await asyncio.shield(committing)
            kept = True
        finally:
            if committing is not None and not committing.done():
                committing.add_done_callback(self._ended_alone)
            else:
                if not kept:
                    self._undo()
                self._turn.release()

    def close(self) -> None:
        """Let go of the file."""
        self._thread.shutdown()
        self._let_go()

    async def _come(self) -> None:
        try:
            async with asyncio.timeout(self._wait_s):
                await self._turn.acquire()
        except TimeoutError:
            raise locked(self._name) from None

    async def _begun(self) -> tuple[sqlite3.Connection, Connection]:
        loop = asyncio.get_running_loop()
        end_s = loop.time() + self._wait_s
        await self._come()
        ready = False
        try:
            bare, connection = self._open()
            while not _begins(bare):
                if loop.time() >= end_s:
                    raise locked(self._name)
                await asyncio.sleep(POLL_S)
            ready = True
        finally:
            if not ready:
                self._let_go()
                self._turn.release()
        return bare, connection

    def _open(self) -> tuple[sqlite3.Connection, Connection]:
        """The connection, and SQLAlchemy's around it, which begins and ends nothing by itself."""
        if self._bare is None or self._connection is None:
            bare = self._bare = sqlite.connect(self._path, wait_ms=0)
            engine = create_engine("sqlite://", creator=lambda: bare, poolclass=StaticPool)
            self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._bare, self._connection

    def _undo(self) -> None:
        """Nothing of the transaction is left. A connection that cannot even do that is made anew."""
        assert self._bare is not None
        try:
            self._bare.rollback()
        except sqlite3.Error:
            self._let_go()

    def _ended_alone(self, committing: asyncio.Future[object]) -> None:
        """The end of a commit whose task was cancelled."""
        if committing.cancelled() or committing.exception() is not None:
            self._undo()
        self._turn.release()

    def _let_go(self) -> None:
        bare, connection = self._bare, self._connection
        self._bare = self._connection = None
        if bare is None or connection is None:
            return
        with suppress(sqlite3.Error, StatementError):
            connection.close()
        with suppress(sqlite3.Error):
            bare.close()


def _begins(bare: sqlite3.Connection) -> bool:
    """Whether a write transaction began; False while somebody else holds the lock."""
    try:
        bare.execute(sqlite.WRITE)
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            return False
        raise
    return True
