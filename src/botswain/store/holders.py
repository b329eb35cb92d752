"""Whose a bot is now: its account and its lease's epoch, read right before something is signed for it.

Of a SQLite file that is read in place, in some 20 microseconds: through a thread it takes several turns of a busy loop,
and with 200 bots at a close an order waited 30 ms for them. In WAL mode a reader waits for nobody's commit.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from typing import Any

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import sqlite as dialects

from botswain.model.ids import is_id
from botswain.store import sqlite
from botswain.store.failures import explain
from botswain.store.scope import Tx, values_of
from botswain.store.tables import bots
from botswain.store.types import key_bytes, key_text

COLUMNS = (bots.c.id, bots.c.name, bots.c.account_id, bots.c.lease_epoch)


class Holder(msgspec.Struct, frozen=True):
    """A bot as far as it matters: its account and its lease."""

    id: str
    name: str
    account_id: str
    lease_epoch: int


async def holders(tx: Tx, bot_ids: Collection[str]) -> dict[str, Holder]:
    """The bots of these ids, in one short query; what is no bot's id is not there."""
    wanted = sorted({one for one in bot_ids if is_id(one)})
    found = await tx.rows(tx.select(bots, *COLUMNS).where(bots.c.id.in_(wanted)))
    return {str(row.id): Holder(**values_of(row)) for row in found}


class HoldersInPlace:
    """The same of a SQLite file without a thread and without waiting; `close` it at the end."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        statement = select(*COLUMNS).where(bots.c.id == bindparam("key"))
        self._text = str(statement.compile(dialect=dialects.dialect(paramstyle="named")))

    def get(self, bot_id: str) -> Holder | None:
        """The bot of an id as it is now, or None. Raises Unavailable where somebody locks the file, and the like."""
        if not is_id(bot_id):
            return None
        try:
            row = self._open().execute(self._text, {"key": key_bytes(bot_id)}).fetchone()
        except sqlite3.Error as error:
            self.close()
            raise explain(error, self._path) from error
        if row is None:
            return None
        key, name, account_id, lease_epoch = row
        return Holder(key_text(key), name, key_text(account_id), lease_epoch)

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _open(self) -> Any:
        if self._connection is None:
            self._connection = sqlite.connect(self._path, wait_ms=0)
        return self._connection
