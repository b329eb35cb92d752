"""Changes a database with Alembic, in the transaction that it is given, or says why it will not."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from botswain.model.errors import BadInput


def migrate(connection: Connection, name: str) -> bool:
    """Bring the tables to the newest version; whether there were none.

    name  how messages call the database
    Raises BadInput (newer version, foreign tables).
    """
    config = Config()
    # A package resource, so that it is found in an installed wheel as in a checkout.
    config.set_main_option("script_location", "botswain.store:migrations")
    fresh = _revision(connection, ScriptDirectory.from_config(config), name) is None
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    return fresh


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
