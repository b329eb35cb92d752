"""A venue that takes no more orders of a symbol is asked ever more seldom, though what must stand is asked for anew."""

import asyncio

import pytest
from tests.engine.test_overtaken import SALE, Owner, errand, sent

from botswain.engine.account import Account
from botswain.engine.manners import Clocks, Manners
from botswain.engine.rule_refusals import AT_ONCE, LONGEST_S
from botswain.model.outcomes import Accepted, Cause, Refused
from botswain.model.reasons import Reason

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


async def ask(account, owner, times, begin=0):
    for number in range(begin, begin + times):
        account.execute(owner, [errand("", f"order-{number}", SALE)])
        await sent(account)


async def test_the_first_refusals_are_told_at_once_and_each_further_one_after_twice_the_time(made):
    account, owner, slept = made
    await ask(account, owner, AT_ONCE)
    assert slept == []
    await ask(account, owner, 9, AT_ONCE)
    assert slept == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_S, LONGEST_S, LONGEST_S]
    ends = [one.reason for one in owner.told if getattr(one, "reason", None) is not None]
    assert ends == [Reason.REFUSED] * (AT_ONCE + 9)


async def test_an_order_that_is_taken_begins_the_count_anew(made):
    account, owner, slept = made
    await ask(account, owner, AT_ONCE + 1)
    account.gateway.answer = Accepted(None)
    await ask(account, owner, 1, 50)
    account.gateway.answer = FULL
    await ask(account, owner, AT_ONCE, 60)
    assert slept == [1.0]
