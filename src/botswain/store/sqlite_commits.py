"""A batch into SQLite, on a bare sqlite3 connection and in plain calls.

`begin`, `write` and `commit` are apart because the async writer runs only the last of them in a thread (`writer` says
why); the inline database calls all three in place. The planner holds every rule; here is only what SQLite needs.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Dialect

from botswain.store.batch import Outcome, Plan, Planner, Prepared
from botswain.store.failures import explain


class SqliteCommits:
    """Writes batches on one sqlite3 connection that nobody else begins transactions on meanwhile.

    connect   makes the connection, also again after an error that leaves its state in doubt
    keep      never make it again: a database in memory dies with its connection
    """

    def __init__(
        self, connect: Callable[[], sqlite3.Connection], dialect: Dialect, name: str, *, keep: bool = False
    ) -> None:
        self.planner = Planner(dialect)
        self.name = name
        self._connect = connect
        self._keep = keep
        self._connection: sqlite3.Connection | None = None

    def begin(self) -> bool:
        """Begin a write transaction; False when somebody else holds the lock. Raises a BotswainError."""
        try:
            self._open().execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return False
            self.abandon(())
            raise explain(error, self.name) from error
        return True

    def write(self, batch: Sequence[Prepared]) -> Plan:
        """Plan the batch and insert its rows. Raises a BotswainError; then nothing of the transaction is left."""
        plan: Plan | None = None
        try:
            plan = self._written(self._open(), batch)
        except sqlite3.Error as error:
            raise explain(error, self.name) from error
        finally:
            if plan is None:
                self.abandon(batch)
        return plan

    def commit(self, batch: Sequence[Prepared], plan: Plan) -> list[Outcome]:
        """Commit, durable when it returns. Raises a BotswainError; then nobody knows, and the heads are read again."""
        try:
            self._open().execute("COMMIT")
        except sqlite3.Error as error:
            self.abandon(batch)
            raise explain(error, self.name) from error
        self.planner.publish(plan)
        return plan.outcomes

    def checkpoint(self) -> None:
        """Move the log home without waiting for anybody; what goes wrong with the disk the next commit says."""
        with suppress(sqlite3.Error):
            self._open().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def abandon(self, batch: Sequence[Prepared]) -> None:
        """Undo the transaction, forget the batch's heads, and let go of a connection that may be broken."""
        self.planner.forget(batch)
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
        if not self._keep:
            self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _written(self, connection: sqlite3.Connection, batch: Sequence[Prepared]) -> Plan:
        found: list[Any] = []
        for sql, values in self.planner.lease_queries(batch):
            found += connection.execute(sql, values).fetchall()
        leases = self.planner.leases(found)
        for lease in self.planner.unknown_heads(leases):
            sql, values = self.planner.head_query(lease)
            self.planner.learn(lease, connection.execute(sql, values).fetchone())
        plan = self.planner.plan(batch, leases)
        for sql, rows in plan.statements:
            connection.executemany(sql, rows)
        return plan

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._connect()
        return self._connection
