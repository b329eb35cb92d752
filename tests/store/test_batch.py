"""What a commit checks before it lets a step in: the lease, the number, the owner, the rows' belonging."""

import asyncio

import asyncpg
import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.store import bots, fills, journal, orders
from botswain.store.batch import Planner
from botswain.store.failures import AlreadyRecorded, LeaseLost, Refused
from botswain.store.steps import HaltRow
from botswain.store.writer import GroupCommitWriter, commits_of

SERVED = pytest.mark.parametrize("kind", ["sqlite", "postgres"])
POSTGRES = pytest.mark.parametrize("kind", ["postgres"])


async def seqs(store, bot):
    """The numbers of a bot's journal rows, as another connection sees them."""
    async with store.reading(bot.tenant_id) as tx:
        return [row.seq for row in await journal.read(tx, bot.id)]


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
    async with GroupCommitWriter(commits_of(store.database)) as other:
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
async def test_many_bots_leases_are_asked_in_few_queries(store):
    planner = Planner(store.database.engine.dialect)
    crew = [
        made.bots.Bot(*[made.new_id()] * 3, *[""] * 3, "stopped", None, None, None, b"", None, 0, 0, 0, 1)
        for _ in range(700)
    ]
    batch = [planner.prepare(made.step(bot)) for bot in crew]
    queries = list(planner.lease_queries(batch))
    assert [len(parameters) for _, parameters in queries] == [512, 256]


async def test_a_step_gives_its_bot_another_journal_epoch_or_nothing_of_it_is_there(store):
    bot, other = await made.bot_of_owner(store), bytes(range(1, 17))
    with pytest.raises(Refused, match="its next journal row is 1"):
        await store.append(made.step(bot, 2, journal_epoch=other))
    assert (await store.append(made.step(bot, 1, journal_epoch=other))).seq == 1
    async with store.reading(bot.tenant_id) as tx:
        found = await bots.get(tx, bot.id)
    assert (found.journal_epoch, bot.journal_epoch != other) == (other, True)
