"""Which orders work, followed along the journals of many bots in a few statements."""

import pytest
from tests.store import made

from botswain.control.orders import WorkingOrders
from botswain.model.orders import OrderState


async def now(store, known):
    async with store.reading(None) as tx:
        return await known.now(tx, None)


@pytest.mark.parametrize("most_bots", [1, 50])
async def test_a_few_new_rows_of_many_bots_are_taken_in_together_and_come_to_what_a_look_at_all_does(
    store, monkeypatch, most_bots
):
    monkeypatch.setattr("botswain.control.orders.FEW_BOTS", most_bots)
    first = await made.bot_of_owner(store)
    second = await made.bot(store, first.tenant_id, "second")
    idle = await made.bot(store, first.tenant_id, "idle")
    old, resting, still = made.order(1, 1), made.order(1, 2), made.order(1, 1)
    await store.append(made.step(first, 1, orders=(old, resting)))
    await store.append(made.step(idle, 1, orders=(still,)))
    await store.append(made.step(second, 1))
    known = WorkingOrders()
    assert set(await now(store, known)) == {one.client_order_id for one in (old, resting, still)}
    fresh, brief = made.order(3, 3), made.order(2, 1)
    await store.append(made.step(first, 2, order_events=(made.event(old, 2, OrderState.FILLED, 5),)))
    await store.append(made.step(first, 3, orders=(fresh,)))
    await store.append(made.step(second, 2, orders=(brief,)))
    await store.append(made.step(second, 3, order_events=(made.event(brief, 3, OrderState.CANCELED),)))
    # A fill that is told late, after the end: the last event is not the final one.
    await store.append(made.step(second, 4, order_events=(made.event(brief, 4, OrderState.PARTIALLY_FILLED, 2),)))

    def one_by_one(*_given, **_more):
        raise AssertionError("bots were read one by one")

    with monkeypatch.context() as together:
        together.setattr("botswain.control.orders.orders.of_bot", one_by_one)
        together.setattr("botswain.control.orders.orders.unfinished", one_by_one)
        found = await now(store, known)
    assert {name: bot for name, (bot, _) in found.items()} == {
        resting.client_order_id: first.id,
        fresh.client_order_id: first.id,
        still.client_order_id: idle.id,
    }
    assert found == await now(store, WorkingOrders())
