"""What hundreds of orders in doubt read: bounded in every minute, and each is found out all the same.

Weights are Binance's. An address has 6,000 a minute, of which no read may have the last fifth.
"""

import asyncio

import pytest
from msgspec.structs import replace
from tests.engine.test_balances import Database, Owner, Venue, account_of, kept, order
from tests.engine.virtual import now_ms, played

from botswain.engine.manners import Clocks
from botswain.engine.shared_reads import MINUTE_MS, MOST_A_MINUTE, Pace
from botswain.engine.surfaces import read
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking
from botswain.model.intents import Certainty
from botswain.model.reasons import Reason

WEIGHTS = {AskOrder: 4, AskWorking: 6, AskOrders: 20, AskFills: 20, AskBalances: 20}
# A third of what reads may have, so that entries and the market's reads have room beside them.
MOST = 1_600
START_MS = 10_000_000


class Now:
    """Time as the loop has it."""

    @property
    def ms(self):
        return START_MS + now_ms()

    async def sleep(self, seconds):
        await asyncio.sleep(seconds)


class Weighed(Venue):
    """A venue that has forgotten everything, and what was asked of it when."""

    def __init__(self, btc):
        super().__init__(btc)
        self.asked = []

    async def ask(self, account, question):
        self.asked.append((now_ms(), WEIGHTS[type(question)]))
        return await super().ask(account, question)

    def heaviest(self):
        """The most that was asked in any minute."""
        times = {at_ms for at_ms, _ in self.asked}
        return max(sum(w for at, w in self.asked if begin <= at < begin + MINUTE_MS) for begin in times)


def burst(count, certainty, btc="2", minutes=10):
    """So many orders are gone: the venue, their bot, and how many minutes it took; at most so many."""
    venue, owner = Weighed(btc), Owner()
    orders = [replace(order(f"buy{k}", lots=10 + k), certainty=certainty) for k in range(count)]

    async def scene():
        account, _, _ = account_of(venue, Database(kept("2")), owner, orders, Now())
        await read(account)
        while account.tasks and now_ms() < minutes * MINUTE_MS:  # noqa: ASYNC110 - time is virtual
            await asyncio.sleep(1)
        took = now_ms() / MINUTE_MS
        tasks = list(account.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return took

    return venue, owner, played(scene())


@pytest.mark.parametrize("certainty", list(Certainty))
@pytest.mark.parametrize("count", [1, 40, 250])
def test_however_many_orders_are_gone_every_minute_is_bounded_and_all_are_found_out(count, certainty):
    venue, owner, minutes = burst(count, certainty)
    assert {name: reason for name, _, reason in owner.ends()} == {f"buy{k}": Reason.NOT_PLACED for k in range(count)}
    assert venue.heaviest() <= MOST
    assert minutes < 8


def test_that_many_are_in_doubt_together_keeps_none_of_them_much_longer():
    alone, few, many = (burst(count, Certainty.UNKNOWN)[2] for count in (1, 6, 40))
    assert few < alone + 1 / 3
    assert many < alone + 1


def test_what_nothing_explains_is_looked_for_within_the_same_bound():
    venue, owner, _ = burst(40, Certainty.UNKNOWN, btc="1.5")
    assert owner.ends() == []
    assert venue.heaviest() <= MOST


def test_below_its_pace_nobody_waits_and_above_it_the_first_come_first():
    async def scene():
        pace, done = Pace(Clocks(now_ms, now_ms, asyncio.sleep)), []
        for _ in range(MOST_A_MINUTE):
            await pace.turn()
        assert now_ms() == 0

        async def one(name, count):
            await pace.turn(count)
            done.append((name, now_ms()))

        await asyncio.gather(one("first", 12), one("second", 1))
        return done

    assert played(scene()) == [("first", MINUTE_MS), ("second", MINUTE_MS)]
