"""Brings a database to the tables this version knows, or says why it will not touch it.

It refuses a database of a newer version, one with somebody else's tables, and one that stays locked; in each case
nothing has been changed. A migration is one transaction on both databases, and the lock is taken before the version
is read again, so that two programs starting at once make one schema. Nearly every start finds the newest version, which
one question tells: Alembic is loaded where there is something to do (`migrations`).
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

from botswain.model.errors import BadInput
from botswain.store import migrations
from botswain.store.sqlite import NONE, READ, WRITE
from botswain.store.tables import meta

EPOCH_BYTES = 16
# Any number will do, so long as it is always this one.
_ADVISORY_LOCK = 0x626F747377
# The table in which Alembic keeps what a database is at, and what it is at when nothing is to be done.
VERSIONS, NEWEST = "alembic_version", "0012"
_WAL_MODES = ("wal", "memory")


def upgrade(connection: Connection, *, name: str, epoch: bytes, now_ms: int) -> None:
    """Make or migrate the tables on `connection`, which must not be in a transaction.

    name     how messages call the database
    epoch    16 random bytes, the journal epoch of a database that is made now; unused when it exists
    now_ms   the time, written into a new database
    Raises BadInput (newer version, foreign tables), and what the driver raises; the callers explain that.
    """
    if len(epoch) != EPOCH_BYTES:
        raise BadInput(f"a journal epoch has {EPOCH_BYTES} bytes, not {len(epoch)}; make it of random bytes")
    current = _is_current(connection)
    if connection.dialect.name == "sqlite":
        _use_wal(connection, name)
    if current:
        return
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        if migrations.migrate(connection, name):
            facts = [{"name": "journal_epoch", "value": epoch.hex()}, {"name": "created_ms", "value": str(now_ms)}]
            connection.execute(meta.insert(), facts)


def _is_current(connection: Connection) -> bool:
    connection.execution_options(botswain_begin=READ)
    with connection.begin():
        found = inspect(connection).has_table(VERSIONS) and connection.scalar(
            text(f"SELECT version_num FROM {VERSIONS}")
        )
    connection.execution_options(botswain_begin=WRITE)
    return bool(found == NEWEST)


def _use_wal(connection: Connection, name: str) -> None:
    """Set WAL if the file (a restored copy, say) is not in it; it cannot be done inside a transaction."""
    connection.execution_options(botswain_begin=NONE)
    mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar()
    if mode not in _WAL_MODES:
        mode = connection.exec_driver_sql("PRAGMA journal_mode = WAL").scalar()
    connection.rollback()
    connection.execution_options(botswain_begin=WRITE)
    if mode not in _WAL_MODES:
        raise BadInput(f"database {name} cannot use WAL (its journal mode stays {mode!r}); put it on a local disk")
