"""Write transactions of one process on a SQLite file: they hold SQLite's lock for as long as their statements take."""

import asyncio
import sqlite3
from threading import Event

import pytest
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import Unavailable
from botswain.store import meta, tables
from botswain.store.database import open_database
from botswain.store.failures import Refused
from botswain.store.writer import GroupCommitWriter, commits_of


@pytest.fixture
def wait_ms():
    """How long anybody waits."""
    return 20_000


IMPATIENT = pytest.mark.parametrize("wait_ms", [100])


@pytest.fixture
async def database(tmp_path, sqlite_image, wait_ms):
    """A SQLite file, opened."""
    path = tmp_path / "botswain.db"
    path.write_bytes(sqlite_image)
    path.chmod(0o600)
    found = await open_database(path, epoch=EPOCH, now_ms=NOW_MS, wait_ms=wait_ms)
    yield found
    await found.close()


async def noted(database, name, value="1"):
    """Write down something."""
    async with database.transaction(None) as tx:
        await meta.put(tx, name, value)


async def notes(database):
    """What was written down here, in order."""
    async with database.reading(None) as tx:
        rows = await tx.rows(tx.select(tables.meta))
    return [row.name for row in rows if row.name.startswith("note-")]


def no_commit(action, name, *_):
    """What SQLite asks before it does anything."""
    refused = action == sqlite3.SQLITE_TRANSACTION and name == "COMMIT"
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


async def test_a_busy_loop_does_nothing_of_others_between_a_transactions_statements(database):
    turns, loop = [0], asyncio.get_running_loop()

    def again():
        turns[0] += 1
        loop.call_soon(again)

    again()
    async with database.transaction(None) as tx:
        first = turns[0]
        for number in range(20):
            await meta.put(tx, f"note-{number}", "1")
        assert turns[0] == first
    assert turns[0] > first  # the commit waits for the disk, and nobody for it
    assert len(await notes(database)) == 20


async def test_those_who_wait_write_in_the_order_in_which_they_came(database):
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = []

    async def one(number):
        async with database.transaction(None) as tx:
            await meta.put(tx, f"note-{number}", "1")
            done.append(number)

    waiting = [asyncio.create_task(one(number)) for number in range(12)]
    await asyncio.sleep(0.01)
    other.execute("COMMIT")
    other.close()
    await asyncio.gather(*waiting)
    assert done == list(range(12))


async def test_the_journals_writer_waits_for_its_turn_like_everybody_here(database):
    bot = await made.bot_of_owner(database)
    async with GroupCommitWriter(commits_of(database)) as writer:
        async with database.transaction(None) as tx:
            await meta.put(tx, "note-1", "1")
            appended = asyncio.create_task(writer.append(made.step(bot)))
            await asyncio.sleep(0.05)
            assert not appended.done()
        assert (await appended).seq == 1


@IMPATIENT
async def test_a_transaction_that_waits_too_long_for_those_before_it_is_refused(database):
    async with database.transaction(None) as tx:
        await meta.put(tx, "note-1", "1")
        with pytest.raises(Unavailable, match=r"botswain\.db stayed locked"):
            await noted(database, "note-2")
    await noted(database, "note-3")
    assert await notes(database) == ["note-1", "note-3"]


@IMPATIENT
async def test_a_file_that_another_program_has_locked_is_waited_for_and_then_named(database):
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match=r"botswain\.db stayed locked by another program"):
        await noted(database, "note-1")
    other.execute("COMMIT")
    other.close()
    await noted(database, "note-2")
    assert await notes(database) == ["note-2"]


async def test_what_ends_by_an_error_leaves_nothing_and_the_next_turn_comes(database):
    async def failing():
        async with database.transaction(None) as tx:
            await meta.put(tx, "note-1", "1")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await failing()
    await noted(database, "note-2")
    assert await notes(database) == ["note-2"]


async def test_a_commit_that_the_disk_refuses_leaves_nothing_and_the_next_turn_comes(database):
    await noted(database, "note-1")
    database.turns._bare.set_authorizer(no_commit)
    with pytest.raises(Unavailable, match="not authorized"):
        await noted(database, "note-2")
    database.turns._bare.set_authorizer(None)
    await noted(database, "note-3")
    assert await notes(database) == ["note-1", "note-3"]


async def test_a_connection_that_cannot_undo_is_made_again(database):
    def nothing_ends(action, *_):
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_OK

    await noted(database, "note-1")
    first = database.turns._bare

    async def broken():
        async with database.transaction(None) as tx:
            await meta.put(tx, "note-2", "1")
            first.set_authorizer(nothing_ends)

    with pytest.raises(Unavailable, match="not authorized"):
        await broken()
    await noted(database, "note-3")
    assert database.turns._bare is not first
    assert await notes(database) == ["note-1", "note-3"]


async def test_a_connection_that_cannot_begin_is_made_again(database):
    await noted(database, "note-1")
    database.turns._bare.set_authorizer(lambda *_: sqlite3.SQLITE_DENY)
    with pytest.raises(Unavailable, match="not authorized"):
        await noted(database, "note-2")
    await noted(database, "note-3")
    assert await notes(database) == ["note-1", "note-3"]


@pytest.mark.parametrize("refused", [False, True])
async def test_a_task_that_is_cancelled_while_the_disk_works_is_let_go_and_keeps_the_others_waiting(database, refused):
    await noted(database, "note-1")
    disk = Event()
    database.turns._thread.submit(disk.wait)
    if refused:
        database.turns._bare.set_authorizer(no_commit)
    leaving = asyncio.create_task(noted(database, "note-2"))
    await asyncio.sleep(0.02)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    after = asyncio.create_task(noted(database, "note-3"))
    await asyncio.sleep(0.02)
    assert not after.done()
    disk.set()
    if refused:
        with pytest.raises(Unavailable, match="not authorized"):
            await after
        assert await notes(database) == ["note-1"]
        return
    await after
    assert await notes(database) == ["note-1", "note-2", "note-3"]


async def test_a_row_that_a_rule_refuses_is_said_by_the_transaction(database):
    async def twice():
        async with database.transaction(None) as tx:
            for _ in range(2):
                await tx.insert(tables.meta, {"name": "note-1", "value": "1"})

    with pytest.raises(Refused, match="already recorded"):
        await twice()
    assert await notes(database) == []
