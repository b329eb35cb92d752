"""The outbox: in order, at least once, and per consumer."""

from tests.store import made
from tests.store.made import NOW_MS

from botswain.store import outbox


async def pending(store, bot, consumer="bus", limit=1_000):
    async with store.reading(bot.tenant_id) as tx:
        return [(m.seq, m.part, m.payload) for m in await outbox.undelivered(tx, consumer, bot.id, limit=limit)]


async def mark(store, bot, seq, consumer="bus"):
    async with store.transaction(bot.tenant_id) as tx:
        await outbox.mark_delivered(tx, consumer, bot.id, bot.tenant_id, seq=seq, now_ms=NOW_MS)


async def test_messages_wait_in_order_until_they_are_marked(store):
    bot = await made.bot_of_owner(store)
    messages = (made.message(1, b"a"), made.message(2, b"b"), made.message(2, b"c"))
    await store.append(made.step(bot, 1, 2, outbox=messages))
    everything = [(1, 0, b"a"), (2, 0, b"b"), (2, 1, b"c")]
    assert await pending(store, bot) == everything
    await mark(store, bot, 1)
    assert await pending(store, bot) == everything[1:]
    await mark(store, bot, 2)
    assert await pending(store, bot) == []
    assert await pending(store, bot, "chat") == everything


async def test_marking_does_not_go_back(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot, 1, 2, outbox=(made.message(1), made.message(2))))
    await mark(store, bot, 2)
    await mark(store, bot, 1)
    async with store.reading(bot.tenant_id) as tx:
        assert await outbox.delivered_seq(tx, "bus", bot.id) == 2


async def test_a_page_holds_whole_rows_so_that_marking_loses_nothing(store):
    bot = await made.bot_of_owner(store)
    messages = (made.message(1, b"a"), *(made.message(2, b"%d" % n) for n in range(3)))
    await store.append(made.step(bot, 1, 2, outbox=messages))
    assert await pending(store, bot, limit=2) == [(1, 0, b"a")]
    await mark(store, bot, 1)
    assert await pending(store, bot, limit=2) == [(2, 0, b"0"), (2, 1, b"1"), (2, 2, b"2")]
