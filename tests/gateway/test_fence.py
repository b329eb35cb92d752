"""A gateway in the engine's process compares the lease right before it signs, as one in a process of its own does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from tests.gateway.made import DONE, Account, Clock, cancelling, placing, unsent
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.gateway.fence import LeaseJournal
from botswain.gateway.journaled import StoreJournal
from botswain.gateway.local import STALE_MS, Clocks, Journal, LocalGateway
from botswain.gateway.ring import Held, Ring
from botswain.gateway.verdicts import Objection
from botswain.model.caps import Caps
from botswain.model.errands import Errand
from botswain.model.errors import Unavailable
from botswain.model.outcomes import Cause
from botswain.store import bots, inline
from botswain.store.bots import Bot
from botswain.store.inline import InlineDatabase


@dataclass
class Scene:
    """A gateway as an engine has it in its process, and a bot that this engine holds."""

    store: InlineDatabase
    bot: Bot
    account: Account
    clock: Clock

    def gateway(self, journal: Journal | None = None, caps: Caps | None = None) -> LocalGateway:
        ring = Ring({self.bot.account_id: Held(self.account, caps or Caps())})
        return LocalGateway(ring, Clocks(self.clock, self.clock), journal=journal or LeaseJournal(self.store))

    def placing(self, name: str, **more: object) -> Errand:
        return placing(name, account_id=self.bot.account_id, bot_id=self.bot.id, **more)

    async def taken(self) -> None:
        """Another process takes the bot."""
        async with self.store.transaction(None) as tx:
            await bots.take_lease(tx, self.bot.id, "another", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    yield Scene(store, await made.bot_of_owner(store), Account(), Clock())
    await store.close()


async def test_what_another_process_has_taken_is_not_signed_cancels_included(scene: Scene) -> None:
    gateway = scene.gateway()
    assert await gateway.send(scene.placing("a")) == DONE
    await scene.taken()
    cancel = cancelling("a", account_id=scene.bot.account_id, bot_id=scene.bot.id)
    for one in (scene.placing("b"), cancel):
        said = unsent(await gateway.send(one))
        assert "held under lease epoch 2, this request carries 1; another process has the bot" in said.message
        assert said.cause is Cause.FORBIDDEN
    assert [one.request.places for one in scene.account.sent] == ["a"]


async def test_the_words_are_those_of_a_gateway_behind_a_socket(scene: Scene) -> None:
    await scene.taken()
    one = scene.placing("a")
    assert await LeaseJournal(scene.store).objects(one) == await StoreJournal(scene.store).objects(one)


async def test_a_bot_that_is_taken_while_a_price_is_asked_for_is_not_signed_for(scene: Scene) -> None:
    """The lease is compared last: whatever else is waited for comes before."""
    asked, answered = asyncio.Event(), asyncio.Event()
    price = scene.account.price

    async def slowly(symbol: str) -> object:
        asked.set()
        await answered.wait()
        return await price(symbol)

    scene.account.price = slowly  # type: ignore[method-assign,assignment]
    gateway = scene.gateway(caps=Caps(max_notional=scene.placing("a").lot_size * 10**9))
    sending = asyncio.create_task(gateway.send(scene.placing("a", row={"side": -1})))
    await asked.wait()
    await scene.taken()
    answered.set()
    assert "lease epoch 2" in unsent(await sending).message
    assert scene.account.sent == []


async def test_an_answer_from_before_the_process_stood_still_is_asked_for_again(scene: Scene) -> None:
    known = LeaseJournal(scene.store)

    class Stopped:
        """The lease is read, then the process stands still and loses it."""

        async def objects(self, errand: Errand) -> Objection | None:
            found = await known.objects(errand)
            if scene.clock.ms == 1_000_000:
                scene.clock.ms += STALE_MS + 1
                await scene.taken()
            return found

    said = unsent(await scene.gateway(Stopped()).send(scene.placing("a")))
    assert "lease epoch 2" in said.message
    assert scene.account.sent == []


async def test_a_burst_is_compared_in_few_looks(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[object] = []
    reading = scene.store.reading

    def counted(tenant_id: str | None) -> object:
        looks.append(tenant_id)
        return reading(tenant_id)

    monkeypatch.setattr(scene.store, "reading", counted)
    gateway = scene.gateway()
    assert await asyncio.gather(*(gateway.send(scene.placing(f"a{n}")) for n in range(60))) == [DONE] * 60
    assert len(looks) == 1


async def test_without_a_database_nothing_is_sent_but_cancels(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(_tenant: str | None) -> object:
        raise Unavailable("the database does not answer")

    monkeypatch.setattr(scene.store, "reading", down)
    gateway = scene.gateway()
    said = unsent(await gateway.send(scene.placing("a")))
    assert said.cause is Cause.LATER
    assert "nothing but cancels is sent" in said.message
    assert await gateway.send(cancelling("a", account_id=scene.bot.account_id, bot_id=scene.bot.id)) == DONE
