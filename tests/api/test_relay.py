"""From the outbox to who listens: what is new, once, after its commit, and to its owner alone."""

import asyncio

import msgspec
import pytest
from tests.api.told import WAIT_S, Heard, nothing
from tests.store import made
from tests.store.made import NOW_MS

from botswain.api.memory import Memory
from botswain.api.relay import Changed, Relay, Steps
from botswain.model.errors import Unavailable
from botswain.store import order_pages
from botswain.store.commits_seen import CommitsSeen, commits_seen
from botswain.store.steps import OutboxRow


def relay_on(store, live, seen=None):
    return Relay(store.database, live, Memory(), seen or CommitsSeen(None), nothing)


def word(first, last, bits):
    return OutboxRow(last, "step", msgspec.msgpack.encode(Steps(first, last, int(bits))), NOW_MS)


async def filled(store, bot, seq, name="t"):
    fills = (made.fill(f"{name}{seq}", seq),)
    await store.append(made.step(bot, seq, fills=fills, outbox=(word(seq, seq, Changed.FILLS),)))


async def test_it_begins_at_the_end_and_tells_each_step_once(store):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await filled(store, bot, 1)
    await relay.look()
    assert live.words == []
    await filled(store, bot, 2)
    await filled(store, bot, 3)
    for _ in range(2):
        await relay.look()
        assert [(tenant, event, body["venue_trade_id"]) for tenant, event, body in live.words] == [
            (bot.tenant_id, "trade_executed", "t2"),
            (bot.tenant_id, "trade_executed", "t3"),
        ]


async def test_a_bot_that_is_made_later_is_told_of_from_its_first_step(store):
    live = Heard(await made.tenant(store))
    relay = relay_on(store, live)
    await relay.look()
    await filled(store, await made.bot_of_owner(store), 1)
    await relay.look()
    assert len(live.words) == 1


async def test_each_tenant_is_told_of_its_own_and_nothing_is_read_where_nobody_listens(store):
    mine, theirs = await made.bot_of_owner(store), await made.bot(store, await made.tenant(store, "other"), "theirs")
    live = Heard(mine.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    await filled(store, theirs, 1, "x")
    await filled(store, mine, 1)
    await relay.look()
    assert [tenant for tenant, _, _ in live.words] == [mine.tenant_id]
    live.tenants = (mine.tenant_id, theirs.tenant_id)
    await relay.look()
    assert len(live.words) == 1


async def test_a_message_of_another_topic_is_passed_over(store):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    await store.append(made.step(bot, 1, outbox=(made.message(1),)))
    await relay.look()
    assert (live.words, relay.told[bot.id], relay.unread) == ([], 1, 0)


async def test_a_message_of_a_newer_version_is_counted_and_those_behind_it_are_told(store):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    newer = OutboxRow(1, "step", msgspec.msgpack.encode({"first": 1}), NOW_MS)
    await store.append(made.step(bot, 1, outbox=(newer,)))
    await filled(store, bot, 2)
    await relay.look()
    assert ([body["venue_trade_id"] for _, _, body in live.words], relay.unread) == (["t2"], 1)


async def test_only_what_its_bits_name_is_read(store):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    order = made.order()
    rows = {"orders": (order,), "fills": (made.fill(),), "positions": (made.position(),)}
    await store.append(made.step(bot, 1, outbox=(word(1, 1, Changed.ORDERS | Changed.POSITIONS),), **rows))
    await relay.look()
    await relay.tell_rest()
    assert live.events() == ["order_updated", "position_updated"]
    event = made.event(order, 2, "canceled")
    await store.append(made.step(bot, 2, order_events=(event,), outbox=(word(2, 2, Changed.ORDERS),)))
    await relay.look()
    await relay.tell_rest()
    assert (live.words[-1][2]["state"], live.words[-1][2]["working"]) == ("canceled", False)


async def test_fills_of_all_bots_go_first_and_many_bots_are_no_more_transactions(store, monkeypatch):
    bots = [await made.bot_of_owner(store)]
    bots += [await made.bot(store, bots[0].tenant_id, f"bot{number}") for number in range(2)]
    live = Heard(bots[0].tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    for number, bot in enumerate(bots):
        rows = {"orders": (made.order(),), "fills": (made.fill(f"t{number}"),)}
        await store.append(made.step(bot, 1, outbox=(word(1, 1, Changed.ORDERS | Changed.FILLS),), **rows))
    reading, asked = store.database.reading, []
    monkeypatch.setattr(store.database, "reading", lambda tenant: asked.append(tenant) or reading(tenant))
    await relay.look()
    assert live.events() == ["trade_executed"] * 3
    assert {body["venue_trade_id"] for _, _, body in live.words} == {"t0", "t1", "t2"}
    assert asked == [None, bots[0].tenant_id]
    await relay.tell_rest()
    assert live.events()[3:] == ["order_updated"] * 3
    assert asked[2:] == [bots[0].tenant_id]


async def test_what_changes_again_before_it_is_told_is_told_once_as_it_stands(store):
    bot = await made.bot_of_owner(store)
    live, asked = Heard(bot.tenant_id), []

    async def status_of(tenant_id, bot_ids):
        asked.append((tenant_id, list(bot_ids)))
        return []

    relay = Relay(store.database, live, Memory(), CommitsSeen(None), status_of)
    await relay.look()
    order = made.order()
    await store.append(made.step(bot, 1, orders=(order,), outbox=(word(1, 1, Changed.ORDERS | Changed.STATUS),)))
    await relay.look()
    event = made.event(order, 2, "canceled")
    rows = word(2, 2, Changed.ORDERS | Changed.STATUS)
    await store.append(made.step(bot, 2, order_events=(event,), outbox=(rows,)))
    await relay.look()
    assert live.words == []
    for _ in range(2):
        await relay.tell_rest()
        assert [(name, body["state"]) for _, name, body in live.words] == [("order_updated", "canceled")]
        assert asked == [(bot.tenant_id, [bot.id])]
    assert not relay.rest


async def test_the_rest_that_could_not_be_read_waits_with_what_came_meanwhile(store, monkeypatch):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    first, second = made.order(), made.order(2, 2)
    await store.append(made.step(bot, 1, orders=(first,), outbox=(word(1, 1, Changed.ORDERS),)))
    await relay.look()
    await store.append(made.step(bot, 2, orders=(second,)))

    async def failing(_tx, _spans):
        relay.put_by(bot.tenant_id, [((bot.id, 2, 2), int(Changed.ORDERS))])
        raise Unavailable("the database does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(order_pages, "of_rows", failing)
        with pytest.raises(Unavailable):
            await relay.tell_rest()
    assert live.words == []
    await relay.tell_rest()
    assert [body["client_order_id"] for _, _, body in live.words] == [first.client_order_id, second.client_order_id]


async def test_the_rest_is_dropped_where_nobody_listens_any_more(store):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    await store.append(made.step(bot, 1, orders=(made.order(),), outbox=(word(1, 1, Changed.ORDERS),)))
    await relay.look()
    live.tenants = ()
    await relay.tell_rest()
    assert (live.words, relay.rest) == ([], {})


async def test_what_could_not_be_read_is_told_later(store, monkeypatch):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    relay.pause_s = 0.01
    monkeypatch.setattr("botswain.api.relay.PATIENCE_S", 0.01)
    await relay.look()
    await filled(store, bot, 1)
    reading, faults = store.database.reading, 2

    def failing(tenant_id):
        nonlocal faults
        faults -= 1
        if faults >= 0:
            raise Unavailable("the database does not answer")
        return reading(tenant_id)

    monkeypatch.setattr(store.database, "reading", failing)
    task = asyncio.create_task(relay.run())
    await asyncio.wait_for(live.more.wait(), WAIT_S)
    relay.leave.set()
    await task
    assert [event for _, event, _ in live.words] == ["trade_executed"]


async def test_nothing_is_asked_where_nobody_committed(store):
    if store.writer is None:
        pytest.skip("the inline database has one connection, which sees no commits of its own")
    bot = await made.bot_of_owner(store)
    seen = commits_seen(store.database)
    assert seen.moved()
    always = store.dialect == "postgresql"
    assert seen.moved() is always
    await filled(store, bot, 1)
    assert seen.moved()
    assert seen.moved() is always
    seen.again()
    assert seen.moved()
    seen.close()


async def test_a_fill_waits_for_nothing_that_is_told_beside_fills(store, monkeypatch):
    bot = await made.bot_of_owner(store)
    live, asked, answer = Heard(bot.tenant_id), asyncio.Event(), asyncio.Event()

    async def status_of(_tenant_id, _bot_ids):
        asked.set()
        await answer.wait()
        return []

    monkeypatch.setattr("botswain.api.relay.REST_S", 0.01)
    relay = Relay(store.database, live, Memory(), CommitsSeen(None), status_of, pause_s=0.01)
    await relay.look()
    await store.append(made.step(bot, 1, outbox=(word(1, 1, Changed.STATUS),)))
    task = asyncio.create_task(relay.run())
    await asyncio.wait_for(asked.wait(), WAIT_S)
    await filled(store, bot, 2)
    await asyncio.wait_for(live.more.wait(), WAIT_S)
    assert live.events() == ["trade_executed"]
    answer.set()
    relay.leave.set()
    await task


async def test_the_rest_rests_the_longer_the_longer_it_took_and_fills_do_not(store, monkeypatch):
    waits, took, now = [], [0.01, 0.4], [0.0]
    relay = Relay(store.database, Heard(), Memory(), CommitsSeen(None), nothing, clock_s=lambda: now[0])

    async def work():
        now[0] += took[len(waits)]

    async def happened(_leave, wait_s):
        waits.append(wait_s)
        if len(waits) == len(took):
            relay.leave.set()

    monkeypatch.setattr("botswain.api.relay.happened", happened)
    await relay.keep(work, 0.2, 3.0)
    assert waits == [0.2, pytest.approx(1.2)]
    relay.leave.clear()
    waits.clear()
    await relay.keep(work, 0.02)
    assert waits == [0.02, 0.02]


async def test_while_fills_are_told_nothing_else_is(store, monkeypatch):
    bot = await made.bot_of_owner(store)
    live = Heard(bot.tenant_id)
    relay = relay_on(store, live)
    await relay.look()
    await store.append(made.step(bot, 1, orders=(made.order(),), outbox=(word(1, 1, Changed.ORDERS),)))
    await relay.look()
    behind, waiting = relay.behind, []

    async def seen():
        found = await behind()
        waiting.append(asyncio.ensure_future(relay.tell_rest()))
        await asyncio.sleep(0)
        assert live.words == []
        return found

    monkeypatch.setattr(relay, "behind", seen)
    await filled(store, bot, 2)
    await relay.look()
    await asyncio.gather(*waiting)
    assert live.events() == ["trade_executed", "order_updated"]
