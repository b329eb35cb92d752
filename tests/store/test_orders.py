"""Orders as they were asked for, with the last that is known of each."""

from decimal import Decimal

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.orders import OrderKind, OrderState, Side, Tif
from botswain.store import orders
from botswain.store.failures import AlreadyRecorded, Refused


@pytest.fixture
async def bot(store):
    """A bot of the usual tenant."""
    return await made.bot_of_owner(store)


async def test_an_order_comes_back_as_it_was_asked_for(store, bot):
    row = made.order(
        slot=7,
        rev=3,
        attempt=2,
        side=Side.SELL,
        kind=OrderKind.STOP_LIMIT,
        tif=Tif.IOC,
        flags=6,
        trigger_ticks=-4,
        link=2,
        parent=5,
        reason=301,
        tick_size=Decimal("10"),
        lot_size=Decimal("0.00000001"),
    )
    await store.append(made.step(bot, orders=(row,)))
    async with store.reading(bot.tenant_id) as tx:
        found = await orders.get(tx, row.client_order_id)
        assert await orders.get(tx, made.new_id()) is None
    for name in row.__struct_fields__:
        assert getattr(found, name) == getattr(row, name), name
    assert (found.bot_id, found.account_id) == (bot.id, bot.account_id)
    assert (found.state, found.filled_lots, found.venue_order_id) == (None, 0, None)


async def test_a_market_order_has_no_price(store, bot):
    row = made.order(kind=OrderKind.MARKET, price_ticks=None)
    await store.append(made.step(bot, orders=(row,)))
    async with store.reading(bot.tenant_id) as tx:
        found = await orders.get(tx, row.client_order_id)
    assert (found.price_ticks, found.trigger_ticks) == (None, None)


async def test_the_latest_event_is_what_is_known(store, bot):
    row = made.order()
    await store.append(made.step(bot, 1, orders=(row,), order_events=(made.event(row, 1, OrderState.PENDING_NEW),)))
    news = made.event(row, 2, OrderState.NEW, venue_order_id="v1", code="ok", venue_time_ms=NOW_MS - 5)
    await store.append(made.step(bot, 2, order_events=(news,)))
    partly = made.event(row, 3, OrderState.PARTIALLY_FILLED, 2, venue_order_id="v1", qty_lots=4, reason=9)
    await store.append(made.step(bot, 3, order_events=(partly,)))
    async with store.reading(bot.tenant_id) as tx:
        found = await orders.get(tx, row.client_order_id)
        events = await orders.events(tx, row.client_order_id)
    assert (found.state, found.filled_lots, found.venue_order_id) == (OrderState.PARTIALLY_FILLED, 2, "v1")
    assert [event.state for event in events] == [OrderState.PENDING_NEW, OrderState.NEW, OrderState.PARTIALLY_FILLED]
    for name in partly.__struct_fields__:
        assert getattr(events[2], name) == getattr(partly, name), name
    assert (events[1].code, events[1].venue_time_ms) == ("ok", NOW_MS - 5)


async def test_an_order_is_unfinished_until_one_event_is_final_whatever_comes_after(store, bot):
    asked, working, unknown, filled, late = (made.order(slot=slot) for slot in range(5))
    known = (
        made.event(working, 1, OrderState.NEW),
        made.event(unknown, 1, OrderState.UNKNOWN),
        made.event(filled, 1, OrderState.FILLED, 5),
        made.event(late, 1, OrderState.CANCELED, 1),
    )
    await store.append(made.step(bot, 1, orders=(asked, working, unknown, filled, late), order_events=known))
    await store.append(made.step(bot, 2, order_events=(made.event(late, 2, OrderState.PARTIALLY_FILLED, 2),)))
    async with store.reading(bot.tenant_id) as tx:
        found = await orders.unfinished(tx, bot.id)
    assert [order.slot for order in found] == [0, 1, 2]
    assert [order.state for order in found] == [None, OrderState.NEW, OrderState.UNKNOWN]
    assert [order.slot for order in orders.working(found)] == [1]


async def test_an_order_that_ended_and_came_up_again_is_unfinished_until_it_ends_again(store, bot):
    again, over = (made.order(slot=slot) for slot in range(2))
    ended = tuple(made.event(one, 1, OrderState.CANCELED, 1) for one in (again, over))
    await store.append(made.step(bot, 1, orders=(again, over), order_events=ended))
    await store.append(
        made.step(bot, 2, order_events=tuple(made.event(one, 2, OrderState.NEW, 1) for one in (again, over)))
    )
    await store.append(made.step(bot, 3, order_events=(made.event(over, 3, OrderState.CANCELED, 1),)))
    await store.append(made.step(bot, 4, order_events=(made.event(over, 4, OrderState.PARTIALLY_FILLED, 2),)))
    async with store.reading(bot.tenant_id) as tx:
        assert [one.slot for one in await orders.unfinished(tx, bot.id)] == [0]


async def test_orders_are_read_in_order_and_in_pages(store, bot):
    for seq in range(1, 6):
        await store.append(made.step(bot, seq, orders=(made.order(seq, rev=seq),)))
    async with store.reading(bot.tenant_id) as tx:
        assert [order.seq for order in await orders.of_bot(tx, bot.id)] == [1, 2, 3, 4, 5]
        assert [order.seq for order in await orders.of_bot(tx, bot.id, after_seq=2, limit=2)] == [3, 4]


async def test_an_attempt_of_a_slot_and_revision_is_written_once(store, bot):
    await store.append(made.step(bot, 1, orders=(made.order(1),)))
    with pytest.raises(AlreadyRecorded):
        await store.append(made.step(bot, 2, orders=(made.order(2),)))
    assert (await store.append(made.step(bot, 2, orders=(made.order(2, attempt=2),)))).seq == 2


@pytest.mark.parametrize("change", [{"qty_lots": 0}, {"side": "hold"}])
async def test_an_order_of_nonsense_is_refused_by_the_database(store, bot, change):
    with pytest.raises(Refused, match="refused the rows"):
        await store.append(made.step(bot, orders=(made.order(**change),)))


async def test_an_event_of_an_order_that_was_never_written_is_refused(store, bot):
    with pytest.raises(Refused, match="refused the rows"):
        await store.append(made.step(bot, order_events=(made.event(made.order()),)))
