"""The inline database: in place, in one thread, without ever waiting; and what a simulated crash leaves."""

import sqlite3
import threading

import pytest
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import Unavailable
from botswain.store import bots, inline, journal
from botswain.store.failures import AlreadyRecorded


def run(coroutine):
    """The result of a coroutine that may not suspend."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it suspended")


def test_nothing_suspends_and_no_thread_is_started():
    threads = threading.active_count()
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)

    async def story():
        bot = await made.bot_of_owner(store)
        await store.append(made.step(bot, 1, 3))
        async with store.reading(bot.tenant_id) as tx:
            return (await journal.verify(tx, bot.id)).head_seq

    assert run(story()) == 3
    assert threading.active_count() <= threads  # one of another test may have ended meanwhile
    run(store.close())


async def test_what_was_committed_survives_what_the_simulation_kills():
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    bot = await made.bot_of_owner(store)
    store.append_now(made.step(bot, 1, 3))
    image = store.image()
    store.append_now(made.step(bot, 4))
    await store.close()
    again = inline.open_memory(epoch=bytes(16), now_ms=0, image=image)
    async with again.transaction(bot.tenant_id) as tx:
        assert (await journal.verify(tx, bot.id)).head_seq == 3
        assert (await bots.get(tx, bot.id)).journal_epoch == EPOCH
    assert again.append_now(made.step(bot, 4)).seq == 4
    await again.close()


async def test_what_a_process_that_died_had_not_committed_is_gone_when_the_next_one_opens_it():
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    bot = await made.bot_of_owner(store)
    store.append_now(made.step(bot, 1, 3))
    dying = store.transaction(bot.tenant_id)
    tx = await dying.__aenter__()
    await bots.halt(tx, bot.id, "it was about to", "owner", NOW_MS)
    store.reopen()
    async with store.transaction(bot.tenant_id) as tx:
        assert (await bots.get(tx, bot.id)).halted_reason is None
        assert (await journal.verify(tx, bot.id)).head_seq == 3
    assert store.append_now(made.step(bot, 4)).seq == 4
    await store.close()


async def test_two_databases_in_memory_are_two():
    one, other = (inline.open_memory(epoch=EPOCH, now_ms=NOW_MS) for _ in range(2))
    await made.bot_of_owner(one)
    async with other.reading(None) as tx:
        assert await bots.listed(tx) == []
    await one.close()
    await other.close()


async def test_after_a_refused_step_the_next_is_written():
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    bot = await made.bot_of_owner(store)
    store.append_now(made.step(bot, fills=(made.fill("t1"),)))
    with pytest.raises(AlreadyRecorded):
        store.append_now(made.step(bot, 2, fills=(made.fill("t1", 2),)))
    assert store.append_now(made.step(bot, 2, fills=(made.fill("t2", 2),))).seq == 2
    await store.close()


async def test_a_locked_file_is_named(tmp_path):
    where = tmp_path / "botswain.db"
    store = inline.open_file(where, epoch=EPOCH, now_ms=NOW_MS, wait_ms=30)
    bot = await made.bot_of_owner(store)
    holder = sqlite3.connect(where, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match=r"botswain\.db stayed locked"):
        store.append_now(made.step(bot))
    with pytest.raises(Unavailable, match=r"botswain\.db stayed locked"):
        async with store.transaction(bot.tenant_id):
            pass
    holder.close()
    assert store.append_now(made.step(bot)).seq == 1
    await store.close()
