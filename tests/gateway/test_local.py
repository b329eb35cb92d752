"""The gateway sends what it may, once, on the right account; and refuses everything else before anything leaves."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from tests.gateway.made import (
    ACCOUNT,
    DONE,
    OTHER_ACCOUNT,
    Account,
    Ear,
    amending,
    cancelling,
    listing,
    placing,
    replacing,
    scene,
    unsent,
)

from botswain.gateway.local import ANSWERED, CHECKED, RECEIVED
from botswain.gateway.once import Once
from botswain.gateway.ring import Held
from botswain.gateway.verdicts import Objection
from botswain.model.caps import Caps
from botswain.model.errands import AskBalances, Errand
from botswain.model.outcomes import Absent, Cause, Failed, Replaced

ROW_LIMIT = Decimal(1000)


async def test_an_errand_passes_three_points_and_its_outcome_comes_back() -> None:
    s = scene()
    assert await s.gateway.send(placing()) == DONE
    assert s.points == [RECEIVED, CHECKED, ANSWERED]
    assert s.account.sent == [placing()]


async def test_an_account_without_an_open_key_is_refused_and_its_questions_fail() -> None:
    s = scene()
    said = unsent(await s.gateway.send(placing(account_id=OTHER_ACCOUNT)))
    assert OTHER_ACCOUNT in said.message
    assert "botswain keys add" in said.message
    assert isinstance(await s.gateway.ask(OTHER_ACCOUNT, AskBalances()), Failed)
    assert s.points == [RECEIVED]


async def test_two_accounts_are_never_mixed() -> None:
    other = Account(answer=Absent())
    s = scene(**{OTHER_ACCOUNT: other})
    await asyncio.gather(
        *(s.gateway.send(placing(f"a{n}", account_id=ACCOUNT)) for n in range(20)),
        *(s.gateway.send(placing(f"b{n}", account_id=OTHER_ACCOUNT)) for n in range(20)),
    )
    assert {one.request.places[0] for one in s.account.sent} == {"a"}
    assert {one.request.places[0] for one in other.sent} == {"b"}
    assert await s.gateway.ask(OTHER_ACCOUNT, AskBalances()) == Absent()
    assert s.account.asked == []


async def test_an_older_lease_than_one_seen_is_refused_and_the_newest_goes_on() -> None:
    s = scene()
    await s.gateway.send(placing("a", lease_epoch=2))
    said = unsent(await s.gateway.send(placing("b", lease_epoch=1)))
    assert "lease epoch 2" in said.message
    assert said.cause is Cause.FORBIDDEN
    assert unsent(await s.gateway.send(cancelling("a", lease_epoch=1)))
    assert await s.gateway.send(placing("c", lease_epoch=2)) == DONE
    # Another bot has leases of its own.
    assert await s.gateway.send(placing("d", lease_epoch=1, bot_id=OTHER_ACCOUNT)) == DONE
    assert [one.request.places for one in s.account.sent] == ["a", "c", "d"]


async def test_a_lease_that_is_lost_while_a_price_is_asked_for_is_refused() -> None:
    s = scene(Caps(max_notional=ROW_LIMIT))
    old = asyncio.create_task(s.gateway.send(placing("old", row={"side": -1}, lease_epoch=1)))
    await asyncio.sleep(0)
    assert await s.gateway.send(placing("new", lease_epoch=2)) == DONE
    assert "lease epoch 2" in unsent(await old).message


async def test_an_order_is_placed_once_whatever_row_asks_for_it() -> None:
    s = scene()
    s.account.free.clear()
    first = asyncio.create_task(s.gateway.send(placing("a")))
    await s.account.arrived.wait()
    for again in (placing("a"), placing("a", seq=2), placing("a", bot_id=OTHER_ACCOUNT), replacing("z", "a")):
        assert "never sent" in unsent(await s.gateway.send(again)).message
    s.account.free.set()
    assert await first == DONE
    assert "never sent" in unsent(await s.gateway.send(placing("a"))).message
    assert len(s.account.sent) == 1


async def test_a_cancel_and_an_amendment_pass_once_a_row_and_again_from_another() -> None:
    s = scene()
    for one in (cancelling("a"), amending("a"), cancelling("a", seq=2), amending("a", 400, seq=2)):
        assert await s.gateway.send(one) == DONE
        unsent(await s.gateway.send(one))
    assert len(s.account.sent) == 4


async def test_a_refused_cancel_replace_has_an_outcome_for_each_half() -> None:
    s = scene(Caps(symbols=("ETH/USDT",)))
    outcome = await s.gateway.send(replacing())
    assert isinstance(outcome, Replaced)
    assert outcome.cancel == outcome.place
    assert s.account.sent == []


def test_the_memory_of_what_passed_has_an_end() -> None:
    once = Once(most=10)
    assert [once.repeats(placing(f"a{n}")) for n in range(30)] == [None] * 30
    assert once.repeats(placing("a29")) is not None
    assert once.repeats(placing("a0")) is None


class Distrust:
    """A journal that knows nothing of some orders, slowly."""

    async def objects(self, errand: Errand) -> Objection | None:
        await asyncio.sleep(0)
        return Objection("never heard of it") if errand.request.places == "strange" else None


async def test_what_the_journal_does_not_know_is_not_sent_and_fences_nobody() -> None:
    s = scene(journal=Distrust())
    assert unsent(await s.gateway.send(placing("strange", lease_epoch=9))).message == "never heard of it"
    assert await s.gateway.send(placing("known")) == DONE
    assert len(s.account.sent) == 1


async def test_events_are_heard_through_a_change_of_keys_and_the_gap_is_told() -> None:
    s, ear, other = scene(), Ear(), Account()
    hearing = asyncio.create_task(s.gateway.listen(ACCOUNT, ear))
    await ear.until(lambda: ("live", None) in ear.notes)
    s.clock.ms += 5
    s.ring.put(ACCOUNT, None)
    await ear.until(lambda: len(ear.notes) == 3)
    assert s.account.listeners == []
    assert [one[0] for one in ear.notes] == ["live", "down", "down"]
    since = s.clock.ms
    s.clock.ms += 5
    s.ring.put(ACCOUNT, Held(other))
    await ear.until(lambda: ear.notes[-1] == ("live", since))
    hearing.cancel()
    await asyncio.wait({hearing})
    assert other.listeners == []
    s.ring.put(ACCOUNT, None)


async def test_a_fault_in_an_accounts_stream_is_not_swallowed() -> None:
    s = scene()
    s.account.error = ValueError("broken")
    with pytest.raises(ValueError, match="broken"):
        await s.gateway.listen(ACCOUNT, Ear())


async def test_a_key_that_is_revoked_while_a_price_is_asked_for_sends_nothing() -> None:
    s = scene(Caps(max_notional=ROW_LIMIT))
    asking = asyncio.create_task(s.gateway.send(placing("a", row={"side": -1})))
    await asyncio.sleep(0)
    s.ring.put(ACCOUNT, None)
    assert "no key" in unsent(await asking).message
    assert s.account.sent == []


async def test_neither_order_of_a_list_is_placed_twice() -> None:
    s = scene()
    assert await s.gateway.send(listing()) == DONE
    for again in (listing(seq=9), placing("stop"), placing("target")):
        assert "never sent" in unsent(await s.gateway.send(again)).message
    assert len(s.account.sent) == 1
