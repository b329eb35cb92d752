"""How a connection to SQLite is set up: the same pragmas and the same transactions, whoever opens it.

synchronous = FULL, because in WAL mode NORMAL does not wait for the disk at a commit, and a send that follows a commit
must find its intent after a power cut. recursive_triggers, because without it INSERT OR REPLACE deletes a row past the
triggers that guard it. Python's own transaction control is off: it begins too late and deferred.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Connection, CursorResult, Engine, Executable, event

from botswain.store.scope import Execute

PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA fullfsync = ON",
    # 32 MB of WAL between checkpoints: the same leaves are written by commit after commit, and moved home once.
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA journal_size_limit = 67108864",
)

# The execution option `botswain_begin`: how a transaction of SQLAlchemy begins on SQLite.
READ = "BEGIN"
WRITE = "BEGIN IMMEDIATE"  # takes the lock now: a deferred transaction that writes later can fail without waiting
NONE = ""


def connect(path: str, *, wait_ms: int) -> sqlite3.Connection:
    """A bare connection to a file (or ":memory:"), ready for explicit BEGIN and COMMIT; it waits `wait_ms` for a lock.

    It may be handed from thread to thread, one at a time. Raises sqlite3.Error.
    """
    connection = sqlite3.connect(path, timeout=wait_ms / 1000, isolation_level=None, check_same_thread=False)
    try:
        prepare(connection)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(connection: Any) -> None:
    """Set the pragmas on a fresh connection."""
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def install(engine: Engine) -> None:
    """Make every connection of `engine` (its sync side, if it is async) follow this module."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        ready = False
        try:
            prepare(connection)
            ready = True
        finally:
            if not ready:  # the pool never saw it, and its thread would outlive the event loop
                connection.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        begin = connection.get_execution_options().get("botswain_begin", WRITE)
        if begin:
            connection.exec_driver_sql(begin)


def in_place(connection: Connection) -> Execute:
    """How a transaction on a connection that is called in place does a statement: its coroutines never suspend."""

    async def execute(statement: Executable | str, given: Any = None) -> CursorResult[Any]:
        if isinstance(statement, str):
            return connection.exec_driver_sql(statement, given)
        return connection.execute(statement, given)

    return execute
