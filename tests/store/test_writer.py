"""The group-commit writer: together or not at all, durable when it answers, and honest when it cannot."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import NullPool
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import BadInput, Deferred, Unavailable
from botswain.store import journal
from botswain.store.database import open_database
from botswain.store.failures import AlreadyRecorded
from botswain.store.writer import TIDY_ROWS, GroupCommitWriter, commits_of

SERVED = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
SQLITE = pytest.mark.parametrize("kind", ["sqlite"])
POSTGRES = pytest.mark.parametrize("kind", ["postgres"])


async def seqs(store, bot):
    """The numbers of a bot's journal rows, as another connection sees them."""
    async with store.reading(bot.tenant_id) as tx:
        return [row.seq for row in await journal.read(tx, bot.id)]


async def fleet(store, count):
    """So many bots of one tenant."""
    owner = await made.tenant(store)
    return [await made.bot(store, owner, f"bot {number}") for number in range(count)]


def size(store):
    """Bytes of a SQLite database without its log."""
    return Path(store.database.path).stat().st_size


class Gate:
    """Commits that wait until they are let through, and fail when told to."""

    def __init__(self, commits):
        self.commits = commits
        self.planner = commits.planner
        self.untidy = False
        self.open = asyncio.Event()
        self.began = asyncio.Event()
        self.error = None

    async def commit(self, batch):
        self.began.set()
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return await self.commits.commit(batch)

    async def close(self):
        await self.commits.close()


@asynccontextmanager
async def gated(store, **options):
    """(a second writer on the store's database, the gate its commits pass)."""
    gate = Gate(commits_of(store.database))
    async with GroupCommitWriter(gate, **options) as writer:
        yield writer, gate
        gate.open.set()


@SQLITE
async def test_the_log_is_moved_home_in_a_quiet_moment_and_what_comes_then_is_written(store):
    [bot] = await fleet(store, 1)
    before = size(store)
    await store.append(made.step(bot, 1, 2 * TIDY_ROWS))
    assert size(store) == before  # all of it is in the log
    async with asyncio.timeout(20):
        while size(store) == before:  # noqa: ASYNC110 - nobody is told of it
            await asyncio.sleep(0.01)
    assert (await store.append(made.step(bot, 1 + 2 * TIDY_ROWS))).seq == 1 + 2 * TIDY_ROWS


@SQLITE
async def test_what_is_closed_while_the_log_waits_is_closed_at_once(store):
    [bot] = await fleet(store, 1)
    async with gated(store) as (writer, gate):
        gate.open.set()
        await writer.append(made.step(bot))
        gate.untidy = True  # and `tidy` is not there: nobody may call it
    assert await seqs(store, bot) == [1]


@SERVED
async def test_two_hundred_appends_at_once_are_few_commits(store):
    crew = await fleet(store, 20)
    steps = [made.step(bot, seq) for seq in range(1, 11) for bot in crew]
    before = store.writer.commits
    done = await asyncio.gather(*(store.append(step) for step in steps))
    assert [one.seq for one in done] == [step.first_seq for step in steps]
    assert store.writer.commits - before <= 3
    assert store.writer.rows == 200
    for bot in crew:
        assert await seqs(store, bot) == list(range(1, 11))


@SERVED
async def test_a_commit_is_no_larger_than_asked_but_for_one_large_step(store):
    crew = await fleet(store, 4)
    async with gated(store, batch_rows=10) as (writer, gate):
        gate.open.set()
        await asyncio.gather(
            *(writer.append(made.step(bot, 1, size)) for bot, size in zip(crew, (6, 6, 30, 1), strict=True))
        )
        assert (writer.commits, writer.rows) == (4, 43)


@SERVED
async def test_a_full_queue_defers_and_says_how_many_wait(store):
    crew = await fleet(store, 4)
    async with gated(store, queue_limit=2) as (writer, gate):
        under_way = asyncio.create_task(writer.append(made.step(crew[0])))
        await gate.began.wait()
        queued = [asyncio.create_task(writer.append(made.step(bot))) for bot in crew[1:3]]
        await asyncio.sleep(0)
        with pytest.raises(Deferred, match=r"queue is full \(2 steps wait"):
            await writer.append(made.step(crew[3]))
        gate.open.set()
        await asyncio.gather(under_way, *queued)
    assert await seqs(store, crew[2]) == [1]
    assert await seqs(store, crew[3]) == []


@SERVED
async def test_a_database_that_fails_fails_everybody_and_nobody_is_told_of_success(store):
    crew = await fleet(store, 6)
    async with gated(store) as (writer, gate):
        gate.error = Unavailable("the disk is gone")
        in_batch = [asyncio.create_task(writer.append(made.step(bot))) for bot in crew[:3]]
        await gate.began.wait()
        queued = [asyncio.create_task(writer.append(made.step(bot))) for bot in crew[3:]]
        await asyncio.sleep(0)
        gate.open.set()
        answers = await asyncio.gather(*in_batch, *queued, return_exceptions=True)
        assert [str(answer) for answer in answers] == ["the disk is gone"] * 6
        assert len({id(answer) for answer in answers}) == 6
        assert all(isinstance(answer, Unavailable) for answer in answers)
        gate.error = None
        assert (await writer.append(made.step(crew[0]))).seq == 1
    for bot in crew[1:]:
        assert await seqs(store, bot) == []


@SERVED
async def test_a_refused_step_fails_alone(store):
    crew = await fleet(store, 9)
    same = made.new_id()
    wanted = [made.order(client_order_id=same if place in (2, 5) else made.new_id()) for place in range(9)]
    steps = [made.step(bot, orders=(order,)) for bot, order in zip(crew, wanted, strict=True)]
    answers = await asyncio.gather(*(store.append(step) for step in steps), return_exceptions=True)
    failed = [place for place, answer in enumerate(answers) if isinstance(answer, Exception)]
    assert failed == [5]
    assert isinstance(answers[5], AlreadyRecorded)
    for place, bot in enumerate(crew):
        assert await seqs(store, bot) == ([] if place == 5 else [1])


async def test_steps_of_one_bot_keep_their_order(store):
    bot = await made.bot_of_owner(store)
    done = await asyncio.gather(*(store.append(made.step(bot, seq)) for seq in range(1, 51)))
    assert [one.seq for one in done] == list(range(1, 51))
    async with store.reading(bot.tenant_id) as tx:
        assert (await journal.verify(tx, bot.id)).rows == 50


@SERVED
async def test_an_append_whose_task_is_cancelled_does_not_disturb_its_neighbours(store):
    crew = await fleet(store, 3)
    async with gated(store) as (writer, gate):
        tasks = [asyncio.create_task(writer.append(made.step(bot))) for bot in crew]
        await gate.began.wait()
        tasks[1].cancel()
        gate.open.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(answers[1], asyncio.CancelledError)
    assert [answers[0].seq, answers[2].seq] == [1, 1]


@SERVED
async def test_closing_writes_what_is_queued_and_refuses_what_comes_after(store):
    crew = await fleet(store, 3)
    async with gated(store) as (writer, gate):
        tasks = [asyncio.create_task(writer.append(made.step(bot))) for bot in crew]
        await gate.began.wait()
        closing = asyncio.create_task(writer.close())
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="not running"):
            await writer.append(made.step(crew[0], 2))
        gate.open.set()
        await closing
        assert [answer.seq for answer in await asyncio.gather(*tasks)] == [1, 1, 1]


@SERVED
async def test_a_writer_that_was_never_started_refuses(store):
    bot = await made.bot_of_owner(store)
    writer = GroupCommitWriter(commits_of(store.database))
    with pytest.raises(Unavailable, match="not running"):
        await writer.append(made.step(bot))
    await writer.close()


@SERVED
async def test_a_fault_of_our_own_leaves_nobody_waiting(store):
    bot = await made.bot_of_owner(store)
    async with gated(store) as (writer, gate):
        gate.error = ZeroDivisionError("a bug")
        task = asyncio.create_task(writer.append(made.step(bot)))
        gate.open.set()
        with pytest.raises(Unavailable, match=r"writer stopped \(ZeroDivisionError"):
            await task
        with pytest.raises(Unavailable, match="not running"):
            await writer.append(made.step(bot))


@SQLITE
async def test_a_file_locked_by_another_program_is_waited_for_and_then_named(store, where):
    bot = await made.bot_of_owner(store)
    database = await open_database(where, epoch=EPOCH, now_ms=NOW_MS, wait_ms=40, poolclass=NullPool)
    holder = sqlite3.connect(where, isolation_level=None)
    async with GroupCommitWriter(commits_of(database)) as writer:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unavailable, match=r"botswain\.db stayed locked by another program.*Stop the other"):
            await writer.append(made.step(bot))
        waiting = asyncio.create_task(writer.append(made.step(bot)))
        await asyncio.sleep(0)
        holder.execute("COMMIT")
        assert (await waiting).seq == 1
    holder.close()
    await database.close()


@SQLITE
async def test_a_full_disk_is_said_and_the_writer_goes_on_when_there_is_room(store):
    bot = await made.bot_of_owner(store)
    commits = commits_of(store.database)
    async with GroupCommitWriter(commits) as writer:
        await writer.append(made.step(bot))
        connection = commits._sync._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        large = (made.JournalRow(1, NOW_MS, bytes(1 << 20)),)
        with pytest.raises(Unavailable, match=r"botswain\.db: the disk is full"):
            await writer.append(made.step(bot, 2, journal=large))
        assert await seqs(store, bot) == [1]
        assert (await writer.append(made.step(bot, 2, journal=large))).seq == 2


def no_commit(action, name, *_):
    """What SQLite asks before it does anything."""
    refused = action == sqlite3.SQLITE_TRANSACTION and name == "COMMIT"
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


@SQLITE
async def test_a_commit_that_the_disk_refuses_is_nobodys_success(store):
    bot = await made.bot_of_owner(store)
    commits = commits_of(store.database)
    async with GroupCommitWriter(commits) as writer:
        commits._sync._open().set_authorizer(no_commit)
        with pytest.raises(Unavailable, match="not authorized"):
            await writer.append(made.step(bot))
        assert await seqs(store, bot) == []
        assert (await writer.append(made.step(bot))).seq == 1


@POSTGRES
async def test_a_server_that_drops_the_connection_fails_the_step_and_is_asked_again(store, where):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot))
    other = await asyncpg.connect(where)
    await other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await other.close()
    with pytest.raises(Unavailable, match="did not answer"):
        await store.append(made.step(bot, 2))
    assert (await store.append(made.step(bot, 2))).seq == 2


def no_begin(action, name, *_):
    """What SQLite asks before it does anything."""
    refused = action == sqlite3.SQLITE_TRANSACTION and name == "BEGIN"
    return sqlite3.SQLITE_DENY if refused else sqlite3.SQLITE_OK


@SQLITE
async def test_a_connection_that_cannot_even_begin_is_made_again(store):
    bot = await made.bot_of_owner(store)
    commits = commits_of(store.database)
    async with GroupCommitWriter(commits) as writer:
        commits._sync._open().set_authorizer(no_begin)
        with pytest.raises(Unavailable, match="not authorized"):
            await writer.append(made.step(bot))
        assert (await writer.append(made.step(bot))).seq == 1


@SQLITE
async def test_a_file_that_went_away_is_said(store, where):
    bot = await made.bot_of_owner(store)
    async with GroupCommitWriter(commits_of(store.database)) as writer:
        for path in where.parent.glob("botswain.db*"):
            path.unlink()
        where.mkdir()
        with pytest.raises(BadInput, match=r"botswain\.db cannot be opened"):
            await writer.append(made.step(bot))
