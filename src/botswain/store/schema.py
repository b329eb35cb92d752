"""Brings a database to the tables this version knows, or says why it will not touch it.

It refuses a database of a newer version, one with somebody else's tables, and one that stays locked; in each case
nothing has been changed. A migration is one transaction on both databases, and the lock is taken before the version
is read again, so that two programs starting at once make one schema.
"""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from botswain.model.errors import BadInput
from botswain.store.sqlite import NONE, READ, WRITE
from botswain.store.tables import meta

EPOCH_BYTES = 16
# Any number will do, so long as it is always this one.
_ADVISORY_LOCK = 0x626F747377
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
    config = _config()
    scripts = ScriptDirectory.from_config(config)
    current = _is_current(connection, scripts, name)
    if connection.dialect.name == "sqlite":
        _use_wal(connection, name)
    if current:
        return
    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        fresh = _revision(connection, scripts, name) is None
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if fresh:
            facts = [{"name": "journal_epoch", "value": epoch.hex()}, {"name": "created_ms", "value": str(now_ms)}]
            connection.execute(meta.insert(), facts)


def _config() -> Config:
    config = Config()
    # A package resource, so that it is found in an installed wheel as in a checkout.
    config.set_main_option("script_location", "botswain.store:migrations")
    return config


def _is_current(connection: Connection, scripts: ScriptDirectory, name: str) -> bool:
    connection.execution_options(botswain_begin=READ)
    with connection.begin():
        found = _revision(connection, scripts, name)
    connection.execution_options(botswain_begin=WRITE)
    return found is not None and found == scripts.get_current_head()


def _revision(connection: Connection, scripts: ScriptDirectory, name: str) -> str | None:
    """The revision the database has, None when it is empty. Raises BadInput when it is not ours to change."""
    heads = MigrationContext.configure(connection).get_current_heads()
    if not heads:
        tables = inspect(connection).get_table_names()
        if tables:
            raise BadInput(
                f"database {name} holds tables that are not Botswain's ({', '.join(sorted(tables)[:5])}); "
                "nothing was changed. Name an empty or a new database"
            )
        return None
    known = {script.revision for script in scripts.walk_revisions()}
    if heads[0] not in known:
        raise BadInput(
            f"database {name} is of a newer version: its schema is {heads[0]!r}, the newest this program knows is "
            f"{scripts.get_current_head()!r}; nothing was changed. Install the Botswain that wrote it or a newer one, "
            "or restore a backup made by this one"
        )
    return heads[0]


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
