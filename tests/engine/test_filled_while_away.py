"""A partly booked order goes on filling while no engine runs: the rest is asked for, and that alone is booked."""

import asyncio
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.engine.test_balances import HORIZON_MS, MOST_TURNS, Owner, Time, Venue
from tests.engine.test_tracks import LOT, UNITS, fill, report

from botswain.engine.account import Account
from botswain.engine.account_ports import Resting
from botswain.engine.manners import Clocks, Manners
from botswain.engine.surfaces import read
from botswain.engine.tracks import track_of
from botswain.model.errands import AskFills, AskOrder, AskWorking
from botswain.model.intents import Certainty, Working
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Answer, Rows
from botswain.model.venue_reports import VenueReport
from botswain.store.residues import Residual

NAME = "11111111-1111-4111-8111-111111111111"
BOOKED = frozenset({"1"})


def part(certainty=Certainty.KNOWN):
    """3 of 10 lots were booked, as trade 1."""
    return Working(
        NAME, symbol=0, slot=0, rev=1, attempt=1, side=1, kind=0, price=1_000, trigger=0, tif=0, flags=0, link=0,
        leaves=7, filled=3, tag=0, certainty=certainty,
    )  # fmt: skip


class Filled(Venue):
    """The other 7 lots have filled; it tells so where the order is asked for, and its fills where these are.

    working   it does not tell of an end yet, and shows the order with so many lots filled
    forgotten nothing of it is told but by what the account holds
    """

    working, forgotten = None, False

    async def ask(self, account, question):
        lots = 10 if self.working is None else self.working
        state = OrderState.FILLED if self.working is None else OrderState.PARTIALLY_FILLED
        if isinstance(question, AskOrder):
            return Absent("Order does not exist.") if self.forgotten else Answer(report(state, lots))
        if isinstance(question, AskWorking):
            return Answer(Rows(() if self.working is None else (report(state, lots),)))
        if isinstance(question, AskFills) and not self.forgotten:
            return Answer(Rows((fill(1, 3), fill(2, 7)) if lots == 10 else (fill(1, 3),)))
        return await super().ask(account, question)


class Journal:
    def __init__(self, btc):
        self.kept = {"BTC": Residual(Decimal(btc), 0)}

    async def resting(self, _running):
        return Resting({}, frozenset())

    async def keep_residue(self, found):
        self.kept |= found


async def started(venue, certainty=Certainty.KNOWN, minutes=5):
    """A start with that order, read until nothing is found out any more; the account and its bot."""
    time, owner, journal = Time(), Owner(btc="0.003"), Journal(0)
    clocks = Clocks(lambda: time.ms, lambda: time.ms, time.sleep)
    account = Account("acc", venue, clocks, Manners(HORIZON_MS), (bytes(32),), journal)
    account.residue.kept.update(journal.kept)
    account.attach(owner, [(part(certainty), BOOKED)])
    end_ms = time.ms + minutes * 60_000
    await read(account)
    for _ in range(MOST_TURNS):
        if not account.tasks or time.ms > end_ms:
            break
        await asyncio.sleep(0)
    for task in list(account.tasks):
        task.cancel()
    return account, owner


def booked(owner):
    return [(one.trade_id, one.lots, one.price) for one in owner.told if isinstance(one, VenueReport) and one.lots]


async def test_what_filled_meanwhile_is_asked_for_and_booked_once():
    account, owner = await started(Filled("0.010"))
    assert booked(owner) == [("2", 7, 1_000)]
    assert account.idle


async def test_a_part_that_was_booked_is_nothing_to_be_found_out():
    venue = Filled("0.003")
    venue.working = 3
    account, owner = await started(venue)
    assert booked(owner) == []
    assert account.idle


async def test_one_that_is_forgotten_there_is_booked_in_what_was_not_before():
    venue = Filled("0.010")
    venue.forgotten = True
    account, owner = await started(venue)
    [(name, lots, price)] = booked(owner)
    assert (lots, price) == (7, 1_000)
    assert name.startswith("inferred~")
    assert account.idle


@pytest.mark.parametrize(("read_again", "price"), [((), 1_040), ((fill(1, 3, "90.0"),), 1_100)])
def test_fills_that_nobody_can_tell_are_inferred_beyond_what_a_process_before_has_booked(read_again, price):
    one = track_of("bot", UNITS, part(), BOOKED)
    one.merge(replace(report(OrderState.CANCELED, 10), filled_notional=10 * LOT * 104))
    one.explain(read_again, lambda _name: False)
    assert one.infer("BTCUSDT")
    assert [(x.lots, x.price) for x in one.news() if isinstance(x, VenueReport)] == [(7, price)]
    assert not one.unexplained
