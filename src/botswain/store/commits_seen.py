"""Whether anybody has committed since one last looked: on SQLite a question to a counter, which reads no table.

`PRAGMA data_version` changes on a connection when another one, of any process, has committed. It is asked in place: it
looks at the shared memory of the log and takes microseconds. PostgreSQL has no such counter; there the answer is yes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from botswain.store import sqlite
from botswain.store.database import Database
from botswain.store.failures import explain


class CommitsSeen:
    """Asked with `moved`; `close` it at the end. The first answer is yes.

    connect  makes a connection that nobody else uses; None: there is nothing to ask
    """

    def __init__(self, connect: Callable[[], sqlite3.Connection] | None, name: str = "") -> None:
        self._connect = connect
        self._name = name
        self._connection: sqlite3.Connection | None = None
        self._last = -1

    def moved(self) -> bool:
        """Whether something was committed since the last question. Raises a BotswainError."""
        if self._connect is None:
            return True
        try:
            if self._connection is None:
                self._connection = self._connect()
            now = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            self.close()
            raise explain(error, self._name) from error
        if now == self._last:
            return False
        self._last = now
        return True

    def again(self) -> None:
        """Have the next answer be yes: what was seen could not be read."""
        self._last = -1

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def commits_seen(database: Database) -> CommitsSeen:
    """Of a database."""
    url = database.engine.url
    if url.get_backend_name() != "sqlite":
        return CommitsSeen(None)
    path = str(url.database)
    return CommitsSeen(lambda: sqlite.connect(path, wait_ms=0), path)
