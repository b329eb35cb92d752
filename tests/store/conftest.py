"""The three databases every test of this room runs on: a SQLite file, PostgreSQL, and the inline database."""

import asyncio

import pytest
from sqlalchemy import NullPool
from tests.store.made import EPOCH, NOW_MS

from botswain.store import inline
from botswain.store.database import open_database
from botswain.store.writer import GroupCommitWriter, commits_of

BACKENDS = ("sqlite", "postgres", "inline")


class Store:
    """A database and its writer, in the shape that the engine uses. `writer` is None for the inline one."""

    def __init__(self, database, append, writer):
        self.database = database
        self.append = append
        self.writer = writer
        self.transaction = database.transaction
        self.reading = database.reading
        self.dialect = "sqlite" if writer is None else database.engine.dialect.name


@pytest.fixture(params=BACKENDS)
def kind(request):
    """Which database a test runs on."""
    return request.param


@pytest.fixture
def where(kind, request, tmp_path):
    """The place of an empty database of that kind: a path, an address, or None for one in memory."""
    if kind == "postgres":
        return request.getfixturevalue("postgres_url")
    if kind == "inline":
        return None
    path = tmp_path / "botswain.db"
    path.write_bytes(request.getfixturevalue("sqlite_image"))
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request, tmp_path):
    """The place of a database without any table."""
    if request.param == "postgres":
        return request.getfixturevalue("empty_postgres_url")
    return tmp_path / "botswain.db"


@pytest.fixture
async def store(kind, where):
    """An empty database with a running writer, on each of the three."""
    if kind == "inline":
        database = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
        yield Store(database, database.append, None)
        await database.close()
        return
    database = await open_database(where, epoch=EPOCH, now_ms=NOW_MS, poolclass=NullPool)
    async with GroupCommitWriter(commits_of(database)) as writer:
        yield Store(database, writer.append, writer)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_image():
    """A migrated SQLite file, to be copied: migrating one for every test would take most of their time."""
    database = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    image = database.image()
    asyncio.run(database.close())
    return image
