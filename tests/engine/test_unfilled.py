"""A venue that shows less filled than it told of is named, once no read can be that old; one that lags is not."""

import asyncio

import msgspec
import pytest
from tests.engine.test_lagging_reads import HORIZON_MS, KEY, OURS, Bot, all_done, now_ms
from tests.engine.test_overtaken import QTY, STOP, of_stop, sold
from tests.engine.virtual import played

from botswain.engine.account import Account
from botswain.engine.account_ports import Resting
from botswain.engine.begun_anew import ROUNDS
from botswain.engine.leeway import doubtful
from botswain.engine.manners import Clocks, Manners
from botswain.engine.surfaces import read
from botswain.engine.tracks import INFERRED
from botswain.model.errands import AskBalances, AskOrder, AskWorking
from botswain.model.errors import Unavailable
from botswain.model.news import Command, Mode
from botswain.model.orders import OrderState
from botswain.model.outcomes import Answer, Failed, Rows

ROUND_MS = 1_000
PATIENCE_MS = HORIZON_MS + ROUNDS * ROUND_MS
NAME = STOP.client_order_id


class Venue:
    """Shows an order working with so many lots filled, until `lags_ms`; then gone from what works.

    ended  it has ended there, with so many lots filled
    """

    ended = None

    def __init__(self, lots, name=NAME, lags_ms=10**9):
        self.lots, self.name, self.lags_ms, self.looks = lots, name, lags_ms, 0

    async def ask(self, _account, what):
        old = now_ms() < self.lags_ms
        there = of_stop(OrderState.NEW if old else OrderState.FILLED, self.lots if old else QTY)
        there = msgspec.structs.replace(there, client_order_id=self.name, venue_order_id="77")
        if self.ended is not None:
            there = of_stop(OrderState.CANCELED, self.ended)
        if isinstance(what, AskWorking) and self.ended is not None:
            return Answer(Rows(()))
        if isinstance(what, AskWorking):
            return Answer(Rows((there,) if old else ()))
        if isinstance(what, AskOrder):
            self.looks += 1
            return Answer(there)
        assert isinstance(what, AskBalances)
        return Failed("not asked here")


class Journal:
    """Remembers the order as it was when the engine ended, filled to the end."""

    async def order(self, name):
        return "bot", msgspec.structs.replace(STOP, client_order_id=name, leaves=0, filled=QTY), frozenset({"1"})

    async def end(self, _name):
        return None

    async def resting(self, _running):
        return Resting({}, frozenset())


def met(venue, *, resets=True):
    """An account with the order, and what was said of its venue."""
    strange, said = [], []
    account = Account(
        "acc",
        venue,
        Clocks(now_ms, now_ms, asyncio.sleep),
        Manners(HORIZON_MS, ROUND_MS),
        (KEY,),
        Journal(),
        fresh=True,
    )
    account.same.resets, account.strange, account.remark = resets, strange.append, said.append
    owner = Bot()
    account.attach(owner, [(STOP, frozenset())])
    return account, owner, strange, said


async def looked(account):
    """Reads until nothing is to be looked at later any more, as the engine does."""
    for _ in range(4):
        await read(account)
        await all_done(account)


@pytest.mark.parametrize(("told", "state"), [(QTY, OrderState.FILLED), (4, OrderState.PARTIALLY_FILLED)])
def test_an_order_that_filled_and_is_shown_with_less_filled_gives_the_venue_away(told, state):
    async def scene():
        account, _, strange, _ = met(Venue(2))
        account.order_told(of_stop(state, told, (sold(told),)))
        await read(account)
        assert strange == [], "a read of this very moment tells nothing"
        await looked(account)
        assert now_ms() == PATIENCE_MS, "as soon as that tells"
        [evidence] = strange
        shown, booked = (f"{of_stop(state, lots).filled_qty:f}" for lots in (2, told))
        assert evidence.startswith(f"order {NAME} has filled {shown} of ")
        assert f"number 77, and {booked} of it was told before and is booked" in evidence

    played(scene())


def test_one_that_only_the_journal_remembers_does_so_too():
    async def scene():
        account, _, strange, _ = met(Venue(0, OURS))
        account.forget("bot")
        await looked(account)
        assert [one.startswith(f"order {OURS} has filled 0") for one in strange] == [True]

    played(scene())


@pytest.mark.parametrize(
    ("age_ms", "lots", "named"), [(PATIENCE_MS, 0, True), (PATIENCE_MS - 1, 0, False), (PATIENCE_MS, QTY, False)]
)
def test_when_it_is_heard_again_what_filled_last_is_looked_at_though_nothing_of_it_is_shown(age_ms, lots, named):
    async def scene():
        venue = Venue(0)
        account, _, strange, _ = met(venue)
        account.order_told(of_stop(OrderState.FILLED, QTY, (sold(QTY),)))
        account.fresh = False
        venue.ended = lots
        await asyncio.sleep(age_ms / 1000)
        await read(account)
        assert bool(strange) is named

    played(scene())


def test_a_copy_that_lags_names_nobody():
    async def scene():
        account, _, strange, said = met(Venue(0, lags_ms=PATIENCE_MS - 1))
        account.order_told(of_stop(OrderState.FILLED, QTY, (sold(QTY),)))
        await looked(account)
        assert (strange, said, account.ended[NAME].unfilled) == ([], [], False)

    played(scene())


def test_what_was_only_inferred_proves_nothing():
    async def scene():
        venue = Venue(2)
        account, _, strange, _ = met(venue)
        account.order_told(of_stop(OrderState.FILLED, QTY, (msgspec.structs.replace(sold(QTY), trade_id=INFERRED),)))
        await looked(account)
        assert strange == []

    played(scene())


def test_a_venue_that_never_begins_anew_is_named_once_and_the_bot_opens_nothing_more():
    async def scene():
        account, owner, strange, said = met(Venue(2), resets=False)
        account.order_told(of_stop(OrderState.FILLED, QTY, (sold(QTY),)))
        await looked(account)
        await looked(account)
        [text] = said
        assert text.startswith(f"order {NAME}: it has filled ")
        assert "Compare the account with the venue's statement" in text
        [command] = [one for one in owner.told if isinstance(one, Command)]
        assert command.mode is Mode.CANCEL_ENTRIES
        assert strange == []

    played(scene())


class Before(Journal):
    """Knows of an order that ended at a time before this start."""

    def __init__(self, end=(OrderState.FILLED, 0), bot="bot"):
        self.found, self.bot = end, bot

    async def order(self, name):
        return self.bot, *(await super().order(name))[1:]

    async def end(self, _name):
        return self.found


def begun_again(venue, journal, **more):
    """An account after a start: nothing of it works, and its latest fill is in the journal."""
    account, _, strange, said = met(venue, **more)
    account.tracks.clear()
    account.store, account.fresh = journal, False
    account.trades["BTC/USDT", "1"] = NAME
    return account, strange, said


@pytest.mark.parametrize(("resets", "named"), [(True, "strange"), (False, "said")])
def test_after_a_start_the_orders_that_filled_last_by_the_journal_are_looked_at_too(resets, named):
    async def scene():
        venue = Venue(0)
        venue.ended = 0
        account, strange, said = begun_again(venue, Before(), resets=resets)
        await asyncio.sleep(PATIENCE_MS / 1000)
        await read(account)
        [line] = strange if named == "strange" else [one for one in said if "there" in one]
        assert f"order {NAME}" in line
        assert "has filled 0.000 of" in line
        assert not doubtful(account.ended[NAME]), "all of it is booked: it leaves nothing open"

    played(scene())


@pytest.mark.parametrize(
    ("journal", "after_ms", "lots"),
    [
        (Before(), PATIENCE_MS - 1, 0),
        (Before(), PATIENCE_MS, QTY),
        (Before(end=None), PATIENCE_MS, 0),
        (Before(bot="one that does not run here"), PATIENCE_MS, 0),
    ],
)
def test_but_not_where_a_read_may_be_older_nor_where_nothing_lacks_nor_of_others(journal, after_ms, lots):
    async def scene():
        venue = Venue(0)
        venue.ended = lots
        account, strange, _ = begun_again(venue, journal)
        await asyncio.sleep(after_ms / 1000)
        await read(account)
        assert strange == []

    played(scene())


def test_a_database_that_does_not_answer_is_asked_again_at_the_next_reading():
    class Down(Before):
        down = True

        async def end(self, name):
            if self.down:
                raise Unavailable("the database does not answer")
            return await super().end(name)

    async def scene():
        venue, journal = Venue(0), Down()
        venue.ended = 0
        account, strange, _ = begun_again(venue, journal)
        await asyncio.sleep(PATIENCE_MS / 1000)
        await read(account)
        assert strange == []
        journal.down = False
        await read(account)
        assert len(strange) == 1

    played(scene())
