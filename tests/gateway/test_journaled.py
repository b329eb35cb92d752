"""A gateway that reads the journal sends what was committed, to the last lot, and under the lease that stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs
from msgspec.structs import replace as changed
from tests.gateway.made import ROW
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.gateway.journaled import StoreJournal
from botswain.model.errands import Errand
from botswain.model.errors import Unavailable
from botswain.model.intents import Request
from botswain.model.orders import OrderState
from botswain.store import bots, errands, inline
from botswain.store.bots import Bot
from botswain.store.inline import InlineDatabase
from botswain.store.steps import OrderRow

WANTED = changed(ROW, slot=1, leaves=5, price=401)


class Scene:
    """A bot with one journaled order."""

    def __init__(self, store: InlineDatabase, bot: Bot, order: OrderRow) -> None:
        self.store, self.bot, self.order = store, bot, order
        self.journal = StoreJournal(store)

    def errand(self, request: Request | None = None, **more: Any) -> Errand:
        given = {"account_id": self.bot.account_id, "bot_id": self.bot.id, "seq": 1, "lease_epoch": 1, **more}
        given = {"symbol": "BTC/USDT", "tick_size": Decimal("0.25"), "lot_size": Decimal("0.001")} | given
        return Errand(request=request or self.placing(), **given)

    def placing(self, **more: Any) -> Request:
        return Request("", self.order.client_order_id, changed(WANTED, **more))

    async def why(self, errand: Errand) -> str:
        found = await self.journal.objects(errand)
        return "" if found is None else found.why


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    bot, order = await made.bot_of_owner(store), made.order()
    await store.append(made.step(bot, orders=(order,)))
    yield Scene(store, bot, order)
    await store.close()


async def test_what_was_committed_passes(scene: Scene) -> None:
    name = scene.order.client_order_id
    assert await scene.why(scene.errand()) == ""
    assert await scene.why(scene.errand(Request(name, "", None))) == ""
    assert await scene.why(scene.errand(Request(name, name, changed(WANTED, leaves=2), filled=2))) == ""
    # An order that no row remembers must still come off.
    assert await scene.why(scene.errand(Request(made.new_id(), "", None))) == ""


async def test_a_lease_that_is_not_the_bots_is_refused(scene: Scene) -> None:
    assert "lease epoch 1, this request carries 2" in await scene.why(scene.errand(lease_epoch=2))
    async with scene.store.transaction(None) as tx:
        await bots.take_lease(tx, scene.bot.id, "next", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True)
    assert "lease epoch 2, this request carries 1" in await scene.why(scene.errand())


DIFFERENCES: list[tuple[dict[str, Any], str]] = [
    ({"leaves": 6}, "lots 5, this request says 6"),
    ({"leaves": 4}, "lots 5, this request says 4"),
    ({"price": 402}, "price in ticks 401, this request says 402"),
    ({"trigger": 1}, "trigger in ticks 0, this request says 1"),
    ({"side": -1}, "side buy, this request says sell"),
    ({"kind": 1}, "kind limit, this request says market"),
    ({"tif": 1}, "time in force gtc, this request says ioc"),
    ({"flags": 1}, "flags 0, this request says 1"),
    ({"slot": 2}, "slot 1, this request says 2"),
    ({"rev": 2}, "rev 1, this request says 2"),
]


@pytest.mark.parametrize(("change", "said"), DIFFERENCES)
async def test_an_order_that_is_not_the_journaled_one_is_refused(
    scene: Scene, change: dict[str, Any], said: str
) -> None:
    assert said in await scene.why(scene.errand(scene.placing(**change)))


ERRANDS: list[tuple[dict[str, Any], str]] = [
    ({"symbol": "ETH/USDT"}, "symbol BTC/USDT, this request says ETH/USDT"),
    ({"tick_size": Decimal(1)}, "tick size 0.25, this request says 1"),
    ({"lot_size": Decimal(1)}, "lot size 0.001, this request says 1"),
    ({"seq": 2}, "has no journal row 2"),
    ({"account_id": "018bcfe5-6800-7000-8000-000000000999"}, "this request is for 018bcfe5"),
    ({"bot_id": "018bcfe5-6800-7000-8000-000000000999"}, "there is no bot 018bcfe5"),
]


@pytest.mark.parametrize(("change", "said"), ERRANDS)
async def test_an_errand_that_is_not_its_rows_is_refused(scene: Scene, change: dict[str, Any], said: str) -> None:
    assert said in await scene.why(scene.errand(**change))


async def test_what_is_not_there_has_ended_or_grew_is_refused(scene: Scene) -> None:
    name = scene.order.client_order_id
    assert "is not journaled" in await scene.why(scene.errand(Request("", made.new_id(), WANTED)))
    assert "cannot be amended to 6" in await scene.why(scene.errand(Request(name, name, changed(WANTED, leaves=6))))
    ended = made.event(scene.order, 2, OrderState.CANCELED)
    await scene.store.append(made.step(scene.bot, 2, order_events=(ended,)))
    assert "has ended; decide again" in await scene.why(scene.errand())


async def test_another_bots_order_is_neither_amended_nor_cancelled_from_here(scene: Scene) -> None:
    other, order = await made.bot(scene.store, scene.bot.tenant_id, "other"), made.order()
    await scene.store.append(made.step(other, orders=(order,)))
    name = order.client_order_id
    assert "another account" in await scene.why(scene.errand(Request(name, name, changed(WANTED, leaves=1))))
    mine = scene.order.client_order_id
    grown = Request(mine, mine, changed(WANTED, leaves=1))
    assert "amend your own" in await scene.why(scene.errand(grown, symbol="ETH/USDT"))
    assert "another account" in await scene.why(scene.errand(Request(name, "", None)))
    assert "another account" in await scene.why(scene.errand(Request(name, scene.order.client_order_id, WANTED)))


async def test_without_a_database_only_cancels_pass(scene: Scene) -> None:
    class Down:
        def reading(self, _tenant_id: str | None) -> Any:
            raise Unavailable("the disk is gone")

    down = StoreJournal(Down())
    found = await down.objects(scene.errand())
    assert found is not None
    assert "nothing but cancels is sent (the disk is gone)" in found.why
    assert await down.objects(scene.errand(Request("a", "", None))) is None
    assert await down.objects(scene.errand(Request("a", "b", WANTED))) is not None


async def test_a_burst_is_read_together_and_a_stranger_in_it_harms_nobody(scene: Scene) -> None:
    looks: list[object] = []

    class Counted:
        def reading(self, tenant_id: str | None) -> Any:
            looks.append(tenant_id)
            return scene.store.reading(tenant_id)

    counted = StoreJournal(Counted())
    good, stranger = scene.errand(), scene.errand(Request("no id", "no id either", WANTED), bot_id="nobody")
    burst = [good, stranger] * 100
    found = await asyncio.gather(*(counted.objects(one) for one in burst))
    assert [one is None for one in found] == [True, False] * 100
    assert len(looks) == -(-len(burst) // errands.MOST)


async def test_a_fault_while_comparing_refuses_and_leaves_nobody_waiting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a fault")

    monkeypatch.setattr("botswain.gateway.journaled.objection", broken)
    found = await scene.journal.objects(scene.errand())
    assert found is not None
    assert "nothing was sent" in found.why
    task = scene.journal._asked._reading
    assert task is not None
    await asyncio.wait({task})
    assert isinstance(task.exception(), KeyError)
    monkeypatch.undo()
    assert await scene.journal.objects(scene.errand()) is None


async def test_both_orders_of_a_list_must_be_journaled_in_rows_one_after_the_other() -> None:
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    bot = await made.bot_of_owner(store)
    first = made.order()
    second = made.order(seq=2, slot=2)
    await store.append(made.step(bot, number=2, orders=(first, second)))
    s = Scene(store, bot, first)
    two = Request("", second.client_order_id, changed(WANTED, slot=2), listed="list")
    one = changed(s.placing(), listed="list")
    assert await s.why(structs.replace(s.errand(one), second=two)) == ""
    other = changed(two, row=changed(WANTED, slot=2, leaves=6))
    assert "lots" in await s.why(structs.replace(s.errand(one), second=other))
    assert "journal row" in await s.why(structs.replace(s.errand(one, seq=2), second=two))
    stranger = changed(two, places="never-journaled")
    assert "not journaled" in await s.why(structs.replace(s.errand(one), second=stranger))
    await store.close()
