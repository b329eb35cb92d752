"""How often a connection is sent to its thread, and that nothing of a request that was given up stays open in it."""

import asyncio
import sqlite3
from threading import Event

import pytest

from botswain.store.sqlite_driver import driver


@pytest.fixture
async def connection(tmp_path):
    """A connection to a file with a table, and what it was sent to do."""
    path = str(tmp_path / "a.db")
    with sqlite3.connect(path) as bare:
        bare.execute("CREATE TABLE numbers (one INTEGER)")
        bare.execute("INSERT INTO numbers VALUES (1), (2)")
    bare.close()
    made = await driver(path, wait_ms=1_000)
    await made._execute(lambda: setattr(made._conn, "isolation_level", None))
    yield made
    await made.close()


@pytest.fixture
def trips(connection, monkeypatch):
    """Each time that something is sent to the thread."""
    sent, put = [], connection._execute

    async def counted(work, *given):
        sent.append(work)
        return await put(work, *given)

    monkeypatch.setattr(connection, "_execute", counted)
    return sent


async def statement(connection, text, *given):
    cursor = await connection.cursor().__aenter__()
    await cursor.execute(text, given)
    found = await cursor.fetchall()
    await cursor.close()
    return cursor, found


async def test_a_statement_with_its_rows_is_one_trip(connection, trips):
    cursor, found = await statement(connection, "SELECT one FROM numbers WHERE one > ?", 0)
    assert (found, [one[0] for one in cursor.description]) == ([(1,), (2,)], ["one"])
    assert len(trips) == 1
    cursor, found = await statement(connection, "INSERT INTO numbers VALUES (?), (4)", 3)
    assert (found, cursor.description, cursor.rowcount, cursor.lastrowid) == ([], None, 2, 4)
    assert len(trips) == 2


async def test_a_rollback_of_nothing_is_none(connection, trips):
    for end in (connection.rollback, connection.commit):
        await end()
    assert not trips
    await statement(connection, "BEGIN")
    await statement(connection, "DELETE FROM numbers")
    await connection.rollback()
    await connection.rollback()
    assert len(trips) == 3
    assert (await statement(connection, "SELECT count(*) FROM numbers"))[1] == [(2,)]


async def test_a_commit_that_fails_leaves_something_to_roll_back(connection):
    await statement(connection, "CREATE TABLE named (id INTEGER PRIMARY KEY, of INTEGER REFERENCES named (id))")
    await statement(connection, "PRAGMA foreign_keys = ON")
    await statement(connection, "BEGIN")
    await statement(connection, "PRAGMA defer_foreign_keys = ON")
    await statement(connection, "INSERT INTO named VALUES (1, 2)")
    with pytest.raises(sqlite3.IntegrityError):
        await connection.commit()
    assert connection.in_transaction
    await connection.rollback()
    assert not connection.in_transaction


async def test_what_was_begun_for_somebody_who_gave_up_is_rolled_back(connection):
    held, going = Event(), Event()

    def slow():
        going.set()
        held.wait(20)

    waiting = asyncio.ensure_future(connection._execute(slow))
    given_up = asyncio.ensure_future(statement(connection, "BEGIN IMMEDIATE"))
    await asyncio.to_thread(going.wait, 20)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    held.set()
    await connection.rollback()  # as SQLAlchemy does with a connection that comes back to it
    await waiting
    assert not connection.in_transaction
