"""A venue may answer reads from a copy of its books that lags: what has ended is not brought back to life by that."""

import asyncio

import msgspec
import pytest
from msgspec.structs import replace
from tests.engine.test_overtaken import STOP, Owner, of_stop
from tests.engine.virtual import now_ms, played

from botswain.engine.account import Account
from botswain.engine.account_ports import Resting
from botswain.engine.manners import Clocks, Manners
from botswain.engine.order_ids import OrderIds
from botswain.engine.surfaces import read
from botswain.model.errands import AskOrder, AskWorking
from botswain.model.news import Known, Surfaced
from botswain.model.orders import OrderState
from botswain.model.outcomes import Answer, Failed, Rows

HORIZON_MS = 3_000
KEY = b"k" * 32
OURS = OrderIds(("epoch", "tenant", "acc", "bot"), KEY, ()).of("BTC/USDT", 0, 1, 1)


class Venue:
    """Reads show the order as it was before its cancel until `lags_s` after it; then as it is: gone, or it works."""

    def __init__(self, name, lags_s, works=False):
        self.name, self.lags_s, self.works, self.asked = name, lags_s, works, []

    async def ask(self, _account, what):
        self.asked.append(what)
        old = now_ms() < self.lags_s * 1000
        state = OrderState.NEW if old or self.works else OrderState.CANCELED
        there = msgspec.structs.replace(of_stop(state), client_order_id=self.name)
        if isinstance(what, AskWorking):
            return Answer(Rows((there,) if not there.final else ()))
        if isinstance(what, AskOrder):
            return Answer(there)
        return Failed("not asked here")


class Journal:
    """Knows the order, and its end where there is one."""

    def __init__(self, end=None):
        self.known_end, self.leaving = end, False

    async def order(self, _name):
        return "bot", replace(STOP, leaving=self.leaving), frozenset()

    async def end(self, _name):
        return self.known_end

    async def resting(self, _running):
        return Resting({}, frozenset())


class Bot(Owner):
    """Without money of its own."""

    def cash(self):
        return {}


def account_at(venue, journal):
    clocks = Clocks(now_ms, now_ms, asyncio.sleep)
    account = Account("acc", venue, clocks, Manners(HORIZON_MS), (KEY,), journal, fresh=True)
    owner = Bot()
    return account, owner


async def all_done(account):
    while account.tasks:
        await asyncio.gather(*account.tasks)


def brought_back(owner):
    return [one for one in owner.told if isinstance(one, Surfaced)]


@pytest.mark.parametrize(("lags_s", "works", "back"), [(2, False, False), (2, True, True), (0, True, True)])
def test_a_cancelled_order_comes_back_only_by_reads_that_cannot_be_older_than_its_end(lags_s, works, back):
    async def scene():
        venue = Venue(STOP.client_order_id, lags_s, works)
        account, owner = account_at(venue, Journal())
        account.attach(owner, [(STOP, frozenset())])
        account.order_told(of_stop(OrderState.CANCELED))
        account.surprise.clear()
        await read(account)
        await read(account)
        assert STOP.client_order_id in account.ended, "a read of this very moment tells nothing of it"
        assert not any(isinstance(one, AskOrder) for one in venue.asked)
        await all_done(account)
        assert account.surprise.is_set(), "it is looked at again"
        assert now_ms() == HORIZON_MS, "as soon as that tells"
        await read(account)
        assert (STOP.client_order_id in account.tracks) is back
        for task in account.tasks:
            task.cancel()
        await asyncio.gather(*account.tasks, return_exceptions=True)

    played(scene())


def test_one_that_works_after_its_cancel_was_answered_is_in_no_doubt_when_it_is_given_back():
    async def scene():
        venue = Venue(OURS, 0, True)
        account, owner = account_at(venue, Journal((OrderState.CANCELED, 0)))
        account.store.leaving = True
        account.owners["bot"] = owner
        await read(account)
        await all_done(account)
        assert len(brought_back(owner)) == 1
        assert not account.tracks[OURS].unresolved, "nothing of it is on its way"
        assert any(isinstance(one, Known) for one in owner.told), "its bot may ask for its cancel anew"

    played(scene())


@pytest.mark.parametrize(("works", "back"), [(False, 0), (True, 1)])
def test_nor_is_one_of_before_a_restart_that_only_the_journal_remembers(works, back):
    async def scene():
        venue = Venue(OURS, 2, works)
        account, owner = account_at(venue, Journal((OrderState.CANCELED, 0)))
        account.owners["bot"] = owner
        await read(account)
        await read(account)
        await asyncio.sleep((HORIZON_MS - 1) / 1000)
        assert not any(isinstance(one, AskOrder) for one in venue.asked)
        await asyncio.sleep(0.1)
        assert OURS not in account.looking_up
        assert sum(isinstance(one, AskOrder) for one in venue.asked) == 1, "one look, not one for each read"
        assert len(brought_back(owner)) == back
        assert (OURS in account.ended) is not works
        for task in account.tasks:
            task.cancel()
        await asyncio.gather(*account.tasks, return_exceptions=True)

    played(scene())


def test_an_order_that_was_given_up_as_never_there_is_believed_at_once():
    async def scene():
        venue = Venue(OURS, 2, works=True)
        account, owner = account_at(venue, Journal((OrderState.REJECTED, 0)))
        account.owners["bot"] = owner
        await read(account)
        await asyncio.sleep(0.1)
        assert brought_back(owner)
        for task in account.tasks:
            task.cancel()
        await asyncio.gather(*account.tasks, return_exceptions=True)

    played(scene())
