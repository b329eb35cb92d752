"""What some rows of journals wrote: of many bots at once, of the asking tenant alone, found by keys."""

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from tests.store import made

from botswain.store import fill_pages, order_pages, orders, outbox_tail, position_pages
from botswain.store.columns import metadata


async def two_bots(store):
    """Each with three steps of a fill, an order and a message."""
    mine = [await made.bot_of_owner(store)]
    mine.append(await made.bot(store, mine[0].tenant_id, "second"))
    for number, bot in enumerate(mine):
        for seq in (1, 2, 3):
            rows = {"orders": (made.order(seq, slot=seq),), "fills": (made.fill(f"t{number}{seq}", seq),)}
            await store.append(made.step(bot, seq, **rows, outbox=(made.message(seq),)))
    return mine


async def test_rows_of_several_bots_come_together_and_no_others(store):
    one, two = await two_bots(store)
    spans = [(one.id, 2, 3), (two.id, 1, 1)]
    async with store.reading(one.tenant_id) as tx:
        assert {fill.venue_trade_id for fill in await fill_pages.of_rows(tx, spans)} == {"t02", "t03", "t11"}
        orders = {(order.bot_id, order.seq) for order in await order_pages.of_rows(tx, spans)}
        assert orders == {(one.id, 2), (one.id, 3), (two.id, 1)}


@pytest.mark.parametrize("others", [1, 3, 23, 197, 198, 250])
async def test_however_many_rows_are_asked_for_they_are_those_and_each_once(store, others):
    one, two = await two_bots(store)
    spans = [(made.new_id(), 1, 3) for _ in range(others)]
    spans[1:1] = [(one.id, 2, 2), (two.id, 1, 1)]
    async with store.reading(one.tenant_id) as tx:
        found = [(fill.bot_id, fill.venue_trade_id) for fill in await fill_pages.of_rows(tx, spans)]
        assert sorted(found) == sorted([(one.id, "t02"), (two.id, "t11")])
        assert len(await order_pages.of_rows(tx, [*spans, (one.id, 3, 3)])) == 3


async def test_another_tenant_gets_nothing_by_knowing_a_bot(store):
    one, _ = await two_bots(store)
    async with store.reading(await made.tenant(store, "other")) as tx:
        for pages in (fill_pages, order_pages, position_pages):
            assert await pages.of_rows(tx, [(one.id, 1, 3)]) == []


async def test_messages_of_several_bots_come_bot_by_bot_behind_what_each_had(store):
    one, two = await two_bots(store)
    async with store.reading(None) as tx:
        found = [(each.bot_id, each.seq) for each in await outbox_tail.since(tx, {one.id: 2, two.id: 1})]
    assert found == sorted([(one.id, 3), (two.id, 2), (two.id, 3)])


async def test_they_are_found_by_their_keys_however_much_a_tenant_has(store):
    bot = await made.bot_of_owner(store)
    asked = []
    async with store.reading(bot.tenant_id) as tx:
        rows = tx.rows
        tx.rows = lambda statement, *given: asked.append(statement) or rows(statement, *given)
        for pages in (fill_pages, order_pages, position_pages):
            await pages.of_rows(tx, [(bot.id, 1, 3), (made.new_id(), 1, 3)])
    assert len(asked) == 4
    for plan in plans(asked):
        assert [line for line in plan if "SEARCH" in line and "bot_id=?" in line], plan
        assert not [line for line in plan if line.startswith("SCAN") or "tenant_id=?" in line], plan


def plans(asked):
    """How SQLite finds what statements ask for, line by line."""
    engine = sa.create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as here:
        for statement in asked:
            compiled = statement.compile(
                dialect=sqlite.dialect(paramstyle="qmark"), compile_kwargs={"render_postcompile": True}
            )
            nothing = (None,) * str(compiled).count("?")
            yield [row[3] for row in here.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", nothing)]
    engine.dispose()


async def test_orders_are_found_by_the_venues_numbers_however_many_an_account_has(store):
    bot = await made.bot_of_owner(store)
    mine, other = made.order(1, slot=1), made.order(2, slot=2, symbol="ETH/USDT")
    for seq, one in enumerate((mine, other), 1):
        told = made.event(one, seq, venue_order_id="7")
        await store.append(made.step(bot, seq, orders=(one,), order_events=(told,)))
    asked = []
    async with store.reading(bot.tenant_id) as tx:
        rows = tx.rows
        tx.rows = lambda statement, *given: asked.append(statement) or rows(statement, *given)
        found = await orders.named(tx, bot.account_id, "BTC/USDT", {"7", "8"})
    assert found == {"7": mine.client_order_id}
    [plan] = plans(asked)
    assert [line for line in plan if "SEARCH order_events" in line and "venue_order_id=?" in line], plan
    assert not [line for line in plan if line.startswith("SCAN")], plan
