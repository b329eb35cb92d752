"""The group-commit writer: together or not at all, durable when it answers, and honest when it cannot."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager

import asyncpg
import pytest
from sqlalchemy import NullPool
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import Deferred, Unavailable
from botswain.store import bots, fills, journal, orders
from botswain.store.batch import Planner
from botswain.store.database import open_database
from botswain.store.failures import AlreadyRecorded, LeaseLost, Refused
from botswain.store.steps import HaltRow
from botswain.store.writer import GroupCommitWriter, commits_of

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


class Gate:
    """Commits that wait until they are let through, and fail when told to."""

    def __init__(self, commits):
        self.commits = commits
        self.planner = commits.planner
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


async def test_an_answer_names_the_last_row_and_its_hash(store):
    bot = await made.bot_of_owner(store)
    first = await store.append(made.step(bot, 1, 3))
    second = await store.append(made.step(bot, 4))
    async with store.reading(bot.tenant_id) as tx:
        rows = await journal.read(tx, bot.id)
    assert (first.seq, first.hash) == (3, rows[2].hash)
    assert (second.seq, second.hash) == (4, rows[3].hash)


async def test_all_rows_of_a_step_are_there_or_none(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot, fills=(made.fill("t1"),)))
    again = made.step(bot, 2, orders=(made.order(2),), fills=(made.fill("t1", 2),), outbox=(made.message(2),))
    with pytest.raises(AlreadyRecorded, match="already recorded"):
        await store.append(again)
    assert await seqs(store, bot) == [1]
    async with store.reading(bot.tenant_id) as tx:
        assert await orders.of_bot(tx, bot.id) == []
        assert len(await fills.of_bot(tx, bot.id)) == 1
    assert (await store.append(made.step(bot, 2, fills=(made.fill("t2", 2),)))).seq == 2


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


@pytest.mark.parametrize("first_seq", [1, 3])
async def test_a_step_that_does_not_follow_is_refused(store, first_seq):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot))
    with pytest.raises(Refused, match=f"its next journal row is 2, the step begins at {first_seq}"):
        await store.append(made.step(bot, first_seq))
    assert (await store.append(made.step(bot, 2))).seq == 2


async def test_a_process_that_lost_the_lease_cannot_write(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot))
    async with store.transaction(bot.tenant_id) as tx:
        epoch = await bots.take_lease(tx, bot.id, "there", now_ms=NOW_MS, until_ms=NOW_MS + 1, take_over=True)
    with pytest.raises(LeaseLost, match="its lease is at epoch 2, this process holds 1"):
        await store.append(made.step(bot, 2))
    assert await seqs(store, bot) == [1]
    assert (await store.append(made.step(bot, 2, lease_epoch=epoch))).seq == 2


@SERVED
async def test_a_writer_that_gets_a_bot_back_reads_its_head_again(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot))
    async with store.transaction(bot.tenant_id) as tx:
        await bots.take_lease(tx, bot.id, "there", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True)
    async with gated(store) as (other, gate):
        gate.open.set()
        await other.append(made.step(bot, 2, 3, lease_epoch=2))
    async with store.transaction(bot.tenant_id) as tx:
        await bots.take_lease(tx, bot.id, "here", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True)
    await store.append(made.step(bot, 5, lease_epoch=3))
    async with store.reading(bot.tenant_id) as tx:
        assert (await journal.verify(tx, bot.id)).head_seq == 5


@POSTGRES
async def test_a_lease_cannot_change_hands_in_the_middle_of_a_commit(store, where):
    bot = await made.bot_of_owner(store)
    thief = await asyncpg.connect(where)
    try:
        async with thief.transaction():
            await thief.execute("UPDATE bots SET lease_epoch = lease_epoch + 1")
            writing = asyncio.create_task(store.append(made.step(bot)))
            while not await thief.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
            assert not writing.done()
        with pytest.raises(LeaseLost):
            await writing
    finally:
        await thief.close()
    assert await seqs(store, bot) == []


@pytest.mark.parametrize("wrong", ["bot_id", "tenant_id", "account_id"])
async def test_a_step_of_nobody_or_of_somebody_else_is_refused(store, wrong):
    bot = await made.bot_of_owner(store)
    step = made.step(bot)
    values = {name: getattr(step, name) for name in step.__struct_fields__} | {wrong: made.new_id()}
    with pytest.raises(Refused, match="is not in the database"):
        await store.append(type(step)(**values))
    assert await seqs(store, bot) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"journal": ()}, "without a journal row"),
        ({"first_seq": 0, "journal": made.rows(1)}, "numbered from 1, not 0"),
        ({"journal": (made.JournalRow(32_768, 0, b""),)}, "kind 32768"),
        ({"journal": (made.JournalRow(1, -1, b""),)}, "time -1"),
        ({"journal": (made.JournalRow(1, 0, b"", 0),)}, "version 0"),
        ({"orders": (made.order(2),)}, r"a OrderRow names journal row 2, which is not in this step \(1 to 1\)"),
        ({"fills": (made.fill(seq=0),)}, "a FillRow names journal row 0"),
    ],
)
async def test_rows_that_do_not_belong_together_are_refused(store, change, said):
    bot = await made.bot_of_owner(store)
    with pytest.raises(Refused, match=said):
        await store.append(made.step(bot, **{"first_seq": 1, **change}))
    assert await seqs(store, bot) == []


async def test_a_halt_is_on_the_bot_with_the_step_and_the_first_reason_stays(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot, 1, halt=HaltRow("DRAWDOWN", "gate", NOW_MS)))
    await store.append(made.step(bot, 2, halt=HaltRow("DAILY_LOSS", "gate", NOW_MS + 1)))
    async with store.reading(bot.tenant_id) as tx:
        found = await bots.get(tx, bot.id)
    assert (found.halted_reason, found.halted_by, found.halted_ms) == ("DRAWDOWN", "gate", NOW_MS)


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


@SERVED
async def test_many_bots_leases_are_asked_in_few_queries(store):
    planner = Planner(store.database.engine.dialect)
    crew = [
        made.bots.Bot(*[made.new_id()] * 3, *[""] * 3, "stopped", None, None, None, b"", None, 0, 0, 0, 1)
        for _ in range(700)
    ]
    batch = [planner.prepare(made.step(bot)) for bot in crew]
    queries = list(planner.lease_queries(batch))
    assert [len(parameters) for _, parameters in queries] == [512, 256]
