"""A venue that takes no more orders is asked ever more seldom, though what must stand is asked for anew."""

import asyncio
from dataclasses import replace

import msgspec
import pytest
from tests.engine.test_overtaken import SALE, Owner, errand, of_stop, sent
from tests.engine.test_tracks import UNITS

from botswain.engine.account import Account
from botswain.engine.leeway import left_open
from botswain.engine.manners import Clocks, Manners
from botswain.engine.rule_refusals import AT_ONCE, LASTED_MS, LONGEST_ROUND_S, LONGEST_S
from botswain.model.news import Link
from botswain.model.orders import OrderState
from botswain.model.outcomes import Accepted, Cause, Refused
from botswain.model.reasons import Reason

POOR = Refused(-2010, "Account has insufficient balance for requested action.", "p", cause=Cause.FUNDS)
CLOSED = Refused(-2010, "Market is closed.", "p", cause=Cause.LATER)
SYMBOL = UNITS.symbol
MINUTE_MS = 60_000
UNSENT = Refused(0, "the minute's weight is used", "not sent", sent=False, cause=Cause.LATER)
FULL = Refused(-1013, "Filter failure: MAX_NUM_ORDERS", "p", cause=Cause.RULES)


class Venue:
    """Answers every placement alike."""

    def __init__(self, answer):
        self.answer, self.sent = answer, []

    async def send(self, errand):
        self.sent.append(errand.request.places)
        return self.answer


@pytest.fixture
async def made():
    """An account at a venue that is full, its owner, and how long it slept."""
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    account, owner = Account("acc", Venue(FULL), Clocks(lambda: 1, lambda: 1, sleep), Manners(1_000), (), None), Owner()
    account.attach(owner, [])
    yield account, owner, slept
    for task in list(account.tasks):
        task.cancel()
    await asyncio.gather(*account.tasks, return_exceptions=True)


async def ask(account, owner, times, begin=0, row=SALE):
    for number in range(begin, begin + times):
        account.execute(owner, [errand("", f"order-{number}", row)])
        await sent(account)


async def test_a_ladder_of_which_every_cell_is_refused_once_is_told_of_all_at_once(made):
    account, owner, slept = made
    for slot in range(3 * AT_ONCE):
        await ask(account, owner, 1, slot, msgspec.structs.replace(SALE, slot=slot))
    assert slept == []


async def test_the_first_refusals_are_told_at_once_and_each_further_one_after_twice_the_time(made):
    account, owner, slept = made
    await ask(account, owner, AT_ONCE)
    assert slept == []
    await ask(account, owner, 9, AT_ONCE)
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, *[LONGEST_S] * 4]
    ends = [one.reason for one in owner.told if getattr(one, "reason", None) is not None]
    assert ends == [Reason.REFUSED] * (AT_ONCE + 9)


@pytest.mark.parametrize("refused", [POOR, FULL], ids=["for want of money", "by a filter"])
async def test_one_that_is_told_later_has_filled_nothing_all_the_same_and_is_told_once(refused, made):
    """Else a bot that asks again and again would hide for ever that its coins are gone."""
    account, owner, _ = made
    account.gateway.answer = refused
    await ask(account, owner, AT_ONCE)
    told, going = len(owner.told), asyncio.Event()
    open_then = []

    async def sleep(_seconds):
        track = account.tracks["order-50"]
        open_then.append((left_open([track], 10**9), track.unresolved))
        account.report(track)  # as whatever is heard or read of it meanwhile does
        assert len(owner.told) == told
        await going.wait()

    account.clocks = replace(account.clocks, sleep=sleep)
    account.execute(owner, [errand("", "order-50", SALE)])
    for _ in range(10):
        await asyncio.sleep(0)
    assert open_then == [({}, False)]
    going.set()
    await sent(account)
    assert len(owner.told) == told + 1


async def test_an_order_that_is_taken_begins_the_count_anew(made):
    account, owner, slept = made
    await ask(account, owner, AT_ONCE + 1)
    account.gateway.answer = Accepted(None)
    await ask(account, owner, 1, 50)
    account.gateway.answer = FULL
    await ask(account, owner, AT_ONCE, 60)
    assert slept == [1.0]


@pytest.mark.parametrize("refused", [POOR, FULL], ids=["for want of money", "by a filter"])
async def test_a_bot_whose_orders_are_refused_again_and_again_stands_still_until_one_is_taken(refused, made):
    """It is said in the same words all the while, however far apart the refusals are."""
    account, owner, _ = made
    account.gateway.answer = refused
    await ask(account, owner, AT_ONCE)
    assert account.rules.still_of(owner.bot_id, 1, MINUTE_MS) == ""
    said = f"its orders of {SYMBOL} are refused again and again: {refused.message}"
    for number in range(3):
        account.gateway.answer = msgspec.structs.replace(refused, message=f"{refused.message}{number or ''}")
        await ask(account, owner, 1, 50 + number)
        assert account.rules.still_of(owner.bot_id, 1, MINUTE_MS) == said
    assert account.rules.still_of("another", 1, MINUTE_MS) == ""
    account.gateway.answer = Accepted(None)
    await ask(account, owner, 1, 60)
    assert account.rules.still_of(owner.bot_id, 1, MINUTE_MS) == ""


async def test_a_bot_that_does_not_ask_again_at_the_close_after_it_heard_of_the_last_refusal_stands_still_no_more(made):
    """That one was refused at 1 ms and told a second later: at the first close it may ask, at the second it has not."""
    account, owner, slept = made
    account.gateway.answer = POOR
    await ask(account, owner, AT_ONCE + 1)
    heard_ms = 1 + int(slept[-1] * 1000)
    assert account.rules.still_of(owner.bot_id, heard_ms + MINUTE_MS, MINUTE_MS) != ""
    assert account.rules.still_of("another", heard_ms + 9 * MINUTE_MS, MINUTE_MS) == ""
    assert account.rules.still_of(owner.bot_id, heard_ms + MINUTE_MS + 1, MINUTE_MS) == ""
    assert account.rules.still_of(owner.bot_id, 1, MINUTE_MS) == ""
    await ask(account, owner, AT_ONCE, 50)
    assert len(slept) == 1, "what it asks for later begins a row of its own"


async def test_an_account_that_cannot_pay_is_asked_ever_more_seldom_by_whoever_wants_the_same_again_at_once(made):
    account, owner, slept = made
    account.gateway.answer = POOR
    await ask(account, owner, AT_ONCE + 3)
    assert slept == [1.0, 2.0, 4.0]
    ends = [one.reason for one in owner.told if getattr(one, "reason", None) is not None]
    assert ends == [Reason.INSUFFICIENT_BALANCE] * (AT_ONCE + 3)
    account.gateway.answer = Accepted(None)
    await ask(account, owner, 1, 50)
    account.gateway.answer = POOR
    await ask(account, owner, AT_ONCE, 60)
    assert slept == [1.0, 2.0, 4.0]


async def test_what_a_closed_market_turns_away_is_asked_for_in_rounds_further_and_further_apart(made):
    account, owner, slept = made
    account.gateway.answer = CLOSED
    await ask(account, owner, 8)
    assert slept == [1.0, 1.0, 1.0, 2.0, 4.0, 8.0, LONGEST_ROUND_S, LONGEST_ROUND_S]
    account.gateway.answer = Accepted(None)
    await ask(account, owner, 1, 50)
    account.gateway.answer = CLOSED
    await ask(account, owner, 1, 60)
    assert slept[8:] == [1.0]


def full(wait_ms):
    """Nothing is sent for so long."""
    return msgspec.structs.replace(UNSENT, wait_ms=wait_ms)


async def test_where_it_is_known_how_long_an_allowance_is_full_that_long_is_waited_once_and_told_once(made):
    account, owner, slept = made
    said = []
    account.remark = said.append
    account.gateway.answer = full(7_400)
    for number in range(5):
        account.execute(owner, [errand("", f"order-{number}", msgspec.structs.replace(SALE, slot=number))])
    await sent(account)
    assert slept == [7.4]
    assert len(said) == 1
    assert "order-0: it was not placed, and nothing like it is for 7.4 s: the minute's weight is used" in said[0]


async def test_what_may_go_sooner_does_not_wait_for_what_may_not(made):
    account, owner, slept = made
    held = asyncio.Event()

    async def sleep(seconds):
        slept.append(seconds)
        if seconds > 100:
            await held.wait()

    account.clocks = replace(account.clocks, sleep=sleep)
    account.fresh = True
    for number, answer in enumerate((full(9_000_000), full(3_000), UNSENT, full(9_000_000))):
        account.gateway.answer = answer
        account.execute(owner, [errand("", f"order-{number}", msgspec.structs.replace(SALE, slot=number))])
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert slept[:3] == [9_000.0, 3.0, 1.0]
    held.set()
    await sent(account)
    assert [one for one in owner.told if isinstance(one, Link)]


async def test_a_market_that_is_shut_is_looked_at_once_however_many_orders_it_turned_away(made):
    account, owner, _ = made
    looked, going = [], asyncio.Event()

    async def again(symbol):
        looked.append(symbol)
        await going.wait()
        return False

    account.rules.again = again
    account.gateway.answer = msgspec.structs.replace(CLOSED, cause=Cause.SHUT)
    for number in range(3):
        account.execute(owner, [errand("", f"order-{number}", msgspec.structs.replace(SALE, slot=number))])
    for _ in range(5):
        await asyncio.sleep(0)
    assert looked == [SYMBOL]
    going.set()
    await sent(account)
    ends = [one.reason for one in owner.told if getattr(one, "reason", None) is not None]
    assert ends == [Reason.NOT_SENT] * 3


async def test_nothing_is_asked_for_in_a_market_that_is_shut_but_cancels(made):
    account, owner, slept = made
    account.gateway.answer = Accepted(None)
    account.doors.shut[SYMBOL] = "BREAK"
    await ask(account, owner, 3)
    assert (account.gateway.sent, slept) == ([], [])
    ends = [one.reason for one in owner.told if getattr(one, "reason", None) is not None]
    assert ends == [Reason.NOT_SENT] * 3
    account.execute(owner, [errand("order-9", "", None)])
    await sent(account)
    assert len(account.gateway.sent) == 1
    del account.doors.shut[SYMBOL]
    await ask(account, owner, 1, 50)
    assert account.gateway.sent[1:] == ["order-50"]


async def test_what_never_left_is_asked_for_again_after_a_second_however_often(made):
    account, owner, slept = made
    account.gateway.answer = UNSENT
    await ask(account, owner, 8)
    assert slept == [1.0] * 8


async def test_what_the_venue_takes_and_ends_at_once_is_told_later_and_later_until_one_of_them_lasts(made):
    """A grid asks again at once for what was ended so: it would do that as fast as the venue answers."""
    account, owner, slept = made
    now = [1]
    account.clocks = replace(account.clocks, venue_ms=lambda: now[0])
    account.gateway.answer = Accepted(None)

    async def ended(number):
        await ask(account, owner, 1, number)
        gone = msgspec.structs.replace(of_stop(OrderState.EXPIRED), client_order_id=f"order-{number}")
        account.order_told(gone)
        account.order_told(gone)
        await sent(account)

    for number in range(AT_ONCE + 3):
        await ended(number)
    assert slept == [1.0, 2.0, 4.0]
    ends = [one for one in owner.told if getattr(one, "reason", 0) == Reason.EXPIRED]
    assert [one.client_order_id for one in ends] == [f"order-{number}" for number in range(AT_ONCE + 3)]
    await ask(account, owner, 1, 99)
    now[0] += LASTED_MS
    account.order_told(msgspec.structs.replace(of_stop(OrderState.EXPIRED), client_order_id="order-99"))
    await ended(100)
    assert slept == [1.0, 2.0, 4.0]
