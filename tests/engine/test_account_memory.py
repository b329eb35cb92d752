"""What the database remembers for an account: the books and open orders of bots that do not run here."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.engine.account_memory import AccountMemory
from botswain.engine.account_ports import Elsewhere, Resting
from botswain.engine.muster import Muster
from botswain.model.orders import OrderState
from botswain.store import bots, residues
from botswain.store.inline import open_memory
from botswain.store.residues import Residual

NOTHING = Resting({}, frozenset())


@pytest.fixture
async def store():
    """An empty database."""
    found = open_memory(epoch=EPOCH, now_ms=NOW_MS)
    yield found
    await found.close()


def memory_of(store, bot, muster=None):
    parts = SimpleNamespace(store=store, muster=muster or Muster())
    return AccountMemory(parts, bot.tenant_id, bot.account_id)


async def test_a_bot_that_does_not_run_here_rests_with_what_it_holds_and_has_open(store):
    bot, stranger = await made.bot_of_owner(store), await made.bot(store, await made.tenant(store), "stranger")
    order = made.order()
    held = (made.position(dust=Decimal("0.0001")),)
    await store.append(made.step(bot, orders=(order,), fills=(made.fill(),), positions=held))
    memory = memory_of(store, bot)
    paid = {"USDT": Decimal("-0.50125")}
    both, symbols = frozenset({"BTC", "USDT"}), frozenset({"BTC/USDT"})
    assert await memory.resting([]) == Resting({"BTC": Decimal("0.0051")}, both, paid, symbols)
    assert await memory.resting([bot.id]) == NOTHING
    assert await memory_of(store, stranger).resting([]) == NOTHING


async def test_a_bot_that_another_fleet_has_or_is_about_to_start_is_known_as_that(store):
    bot, order = await made.bot_of_owner(store), made.order()
    filled = made.fill(client_order_id=order.client_order_id)
    await store.append(made.step(bot, orders=(order,), fills=(filled,)))
    nobody_s = await memory_of(store, bot).elsewhere(order.client_order_id)
    assert nobody_s == Elsewhere(bot.name, looked_after=False, booked=frozenset({filled.venue_trade_id}))
    muster = Muster(lambda: {bot.id}, lambda: {bot.id})
    memory = memory_of(store, bot, muster)
    assert (await memory.elsewhere(order.client_order_id)).looked_after
    assert await memory.elsewhere(bot.id) is None
    assert (await memory.resting([])).awaited == {"BTC", "USDT"}
    muster.awaited = lambda: ()
    assert (await memory.resting([])).awaited == frozenset()


async def test_orders_that_end_while_another_fleet_runs_their_bot_are_not_open_any_more(store):
    bot, order = await made.bot_of_owner(store), made.order()
    await store.append(made.step(bot, orders=(order,)))
    memory = memory_of(store, bot)
    assert (await memory.resting([])).open == {"BTC", "USDT"}
    await store.append(made.step(bot, 2, order_events=(made.event(order, 2, OrderState.CANCELED),)))
    assert (await memory.resting([])).open == frozenset()


async def test_a_bot_that_ran_here_meanwhile_is_looked_at_anew(store):
    bot, order = await made.bot_of_owner(store), made.order()
    async with store.transaction(bot.tenant_id) as tx:
        await bots.release_lease(tx, bot.id, epoch=bot.lease_epoch)
    memory = memory_of(store, bot)
    assert await memory.resting([]) == NOTHING
    async with store.transaction(bot.tenant_id) as tx:
        await bots.take_lease(tx, bot.id, "here", now_ms=NOW_MS, until_ms=NOW_MS + 1)
        ran = await bots.get(tx, bot.id)
    assert await memory.resting([bot.id]) == NOTHING
    await store.append(made.step(ran, orders=(order,)))
    assert (await memory.resting([])).open == {"BTC", "USDT"}


async def test_what_a_bot_of_another_fleet_did_before_it_was_stopped_is_in_what_it_rests_with(store):
    """Its money was known from while it ran, and its coins from after it: the account seemed to lack what it paid."""
    bot, order = await made.bot_of_owner(store), made.order()
    memory = memory_of(store, bot)
    assert (await memory.resting([])).cash == {}
    held = (made.position(),)
    filled = made.fill(client_order_id=order.client_order_id)
    await store.append(made.step(bot, orders=(order,), fills=(filled,), positions=held))
    async with store.transaction(bot.tenant_id) as tx:
        await bots.release_lease(tx, bot.id, epoch=bot.lease_epoch)
    found = await memory.resting([])
    assert (found.cash, found.held) == ({"USDT": Decimal("-0.50125")}, {"BTC": Decimal("0.005")})
    ends = ((2, OrderState.CANCELED, frozenset()), (3, OrderState.NEW, {"BTC", "USDT"}))
    for seq, state, left in ends:  # each time it is taken up and let go between two looks
        async with store.transaction(bot.tenant_id) as tx:
            await bots.take_lease(tx, bot.id, "another", now_ms=NOW_MS, until_ms=NOW_MS + 1)
            ran = await bots.get(tx, bot.id)
        await store.append(made.step(ran, seq, order_events=(made.event(order, seq, state),)))
        async with store.transaction(bot.tenant_id) as tx:
            await bots.release_lease(tx, bot.id, epoch=ran.lease_epoch)
        assert (await memory.resting([])).open == left


async def test_what_is_in_no_book_is_kept_for_the_next_start(store):
    bot = await made.bot_of_owner(store)
    await memory_of(store, bot).keep_residue({"BTC": Residual(Decimal("0.5"), 7)})
    async with store.reading(None) as tx:
        assert await residues.kept(tx, bot.account_id) == {"BTC": Residual(Decimal("0.5"), 7)}


async def test_orders_are_known_by_the_names_that_the_venue_gave_them_on_their_account_alone(store):
    bot, stranger = await made.bot_of_owner(store), await made.bot(store, await made.tenant(store), "stranger")
    order = made.order()
    heard = [made.event(order, seq, OrderState.NEW, venue_order_id="77") for seq in (2, 3)]
    await store.append(made.step(bot, orders=(order,)))
    for seq, event in enumerate(heard, 2):
        await store.append(made.step(bot, seq, order_events=(event,)))
    memory = memory_of(store, bot)
    assert await memory.named(order.symbol, ["77", "78"]) == {"77": order.client_order_id}
    assert await memory.named("ETH/USDT", ["77"]) == {}
    assert await memory_of(store, stranger).named(order.symbol, ["77"]) == {}
