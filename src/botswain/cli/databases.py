"""Where an installation's database is, and the database itself for as long as a command needs it."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from botswain.model.errors import BadInput
from botswain.store.database import Database, open_database

DATABASE = "botswain.db"
# Where the processes of an installation tell each other what is so now.
BUS = "bus.sock"
EPOCH_BYTES = 16


def now_ms() -> int:
    """The wall clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def database_of(data_dir: Path, database: str | None) -> tuple[str | Path, Path]:
    """Where the database is, and the folder that its keys lie in: beside the file, for a URL the data folder."""
    if database is not None and "://" in database:
        return database, data_dir
    path = data_dir / DATABASE if database is None else Path(database)
    return path, path.parent


def must_exist(data_dir: Path, database: str | None) -> None:
    """For commands that only read: refuse a database file that is not there instead of making one."""
    path, _ = database_of(data_dir, database)
    if isinstance(path, Path) and not path.is_file():
        raise BadInput(f"there is no database at {path}; run botswain trade first, or name another with --database")


@asynccontextmanager
async def opened(where: str | Path) -> AsyncIterator[Database]:
    """The database, closed again afterwards."""
    store = await open_database(where, epoch=secrets.token_bytes(EPOCH_BYTES), now_ms=now_ms())
    try:
        yield store
    finally:
        await store.close()
