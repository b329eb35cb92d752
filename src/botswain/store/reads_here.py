"""Reading a SQLite file in the event loop, for a few statements that take a millisecond or two each.

A statement that goes to a connection's thread comes back when the loop, the thread and the interpreter's lock are free
one after the other. A list of bots asks seven times: where the machine is busy, it waited longer for its turns than the
database worked. What may take long (pages of fills, a journal) belongs into a thread (`Database.reading`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import Connection, StaticPool, create_engine
from sqlalchemy.exc import StatementError

from botswain.store import sqlite

# Who reads waits for nobody in WAL mode, but for the end of a recovery.
WAIT_MS = 50


class ReadsHere:
    """Of one file, one transaction after the other. `close` it at the end."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._turn = asyncio.Lock()
        self._bare: sqlite3.Connection | None = None
        self._connection: Connection | None = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """A transaction that sees the file as it is at its first statement. Raises sqlite3.Error."""
        async with self._turn:
            bare, connection = self._open()
            ended = False
            try:
                bare.execute(sqlite.READ)
                yield connection
                bare.execute("COMMIT")
                ended = True
            finally:
                if not ended:  # whatever state it is in, nobody goes on with it
                    self.close()

    def close(self) -> None:
        """Let go of the file."""
        bare, connection = self._bare, self._connection
        self._bare = self._connection = None
        if bare is None or connection is None:
            return
        with suppress(sqlite3.Error, StatementError):
            connection.close()
        with suppress(sqlite3.Error):
            bare.close()

    def _open(self) -> tuple[sqlite3.Connection, Connection]:
        """The connection, and SQLAlchemy's around it, which begins and ends nothing by itself."""
        if self._bare is None or self._connection is None:
            bare = self._bare = sqlite.connect(self._path, wait_ms=WAIT_MS)
            engine = create_engine("sqlite://", creator=lambda: bare, poolclass=StaticPool)
            self._connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self._bare, self._connection
