"""What was decided on an order that has filled since is not sent: those coins are gone."""

import asyncio
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace
from tests.engine.test_order_lists import stop, target, working
from tests.engine.test_tracks import LOT, UNITS, fill, report
from tests.engine.virtual import now_ms, played

from botswain.core.codes import MARKET
from botswain.engine.account import Account
from botswain.engine.attempt_ends import ATTEMPT_ENDS
from botswain.engine.manners import Clocks, Manners
from botswain.model.errands import Errand
from botswain.model.intents import Request
from botswain.model.news import Known
from botswain.model.orders import OrderState, Side
from botswain.model.outcomes import Accepted, Cause, Refused
from botswain.model.reasons import Reason
from botswain.venues.binance import requests
from botswain.venues.binance.outcomes import written
from botswain.venues.binance.requests import Grid

QTY = 10
STOP = replace(working(stop(leaves=QTY, link=0), listed=""), client_order_id="the-stop")
SALE = replace(target(0, QTY, 0, kind=MARKET, link=0), protective=False)


class Owner:
    bot_id, units, quiet = "bot", (UNITS,), True

    def __init__(self):
        self.told = []

    def held(self):
        return {}

    def asked_at(self, _order):
        return Decimal(0)

    def tell(self, news):
        self.told += news


class Venue:
    """Cancels end as they are told to; whatever is placed is accepted."""

    def __init__(self, cancelled):
        self.cancelled, self.sent = cancelled, []

    async def send(self, errand):
        self.sent.append(errand.request.cancels or errand.request.places)
        return self.cancelled if errand.request.cancels else Accepted(None)


def of_stop(state, lots=0, fills=()):
    told = report(state, lots, fills)
    return msgspec.structs.replace(told, client_order_id=STOP.client_order_id, side=Side.SELL, qty=QTY * LOT)


def sold(lots):
    return msgspec.structs.replace(fill(1, lots), client_order_id=STOP.client_order_id, side=Side.SELL)


def errand(cancels, places, row, filled=0):
    return Errand("acc", "bot", 1, 1, UNITS.symbol, UNITS.tick, LOT, Request(cancels, places, row, filled))


@pytest.mark.parametrize(("wait_ms", "after_s"), [(0, 1.0), (400, 1.0), (45_982, 45.982), (259_200_000, 60.0)])
def test_a_cancel_that_cannot_be_sent_is_asked_for_anew_when_it_can_be_and_not_every_second(wait_ms, after_s):
    async def scene():
        later = Refused(0, "paused for 60 s", "not sent", sent=False, cause=Cause.LATER, wait_ms=wait_ms)
        clocks = Clocks(now_ms, now_ms, asyncio.sleep)
        account, owner = Account("acc", Venue(later), clocks, Manners(1_000), (), None), Owner()
        account.attach(owner, [(STOP, frozenset())])
        account.execute(owner, [errand(STOP.client_order_id, "", None)])
        await asyncio.sleep(after_s - 0.1)
        assert owner.told == []
        await asyncio.sleep(0.2)
        assert [type(one) for one in owner.told] == [Known]

    played(scene())


@pytest.fixture
async def made():
    """An account with a stop that works, and what ends its tasks."""
    found = []

    def account(cancelled):
        clocks = Clocks(lambda: 1, lambda: 1, asyncio.sleep)
        one = Account("acc", Venue(cancelled), clocks, Manners(1_000), (), None)
        owner = Owner()
        one.attach(owner, [(STOP, frozenset())])
        found.append(one)
        return one, owner

    yield account
    for one in found:
        for task in list(one.tasks):
            task.cancel()
        await asyncio.gather(*one.tasks, return_exceptions=True)


async def sent(account):
    while account.tasks:
        await asyncio.gather(*account.tasks)
    return account.gateway.sent


async def test_a_sale_is_not_sent_where_the_stop_filled_while_the_decision_was_committed(made):
    account, owner = made(Refused(-2011, "Unknown order sent.", "code", cause=Cause.GONE))
    # Decided with the stop untouched; its fill is heard before anything was sent.
    account.order_told(of_stop(OrderState.FILLED, QTY, [sold(QTY)]))
    account.execute(owner, [errand("the-stop", "", None), errand("", "the-sale", SALE)])
    assert await sent(account) == ["the-stop"]
    assert [one.reason for one in owner.told if getattr(one, "client_order_id", "") == "the-sale"] == [Reason.OVERTAKEN]


async def test_nor_where_a_part_of_it_did(made):
    account, owner = made(Accepted(of_stop(OrderState.CANCELED, 4, [sold(4)])))
    account.order_told(of_stop(OrderState.PARTIALLY_FILLED, 4, [sold(4)]))
    account.execute(owner, [errand("the-stop", "", None), errand("", "the-sale", SALE)])
    assert await sent(account) == ["the-stop"]


async def test_it_is_sent_where_that_part_was_known_when_it_was_decided(made):
    account, owner = made(Accepted(of_stop(OrderState.CANCELED, 4, [sold(4)])))
    account.order_told(of_stop(OrderState.PARTIALLY_FILLED, 4, [sold(4)]))
    account.execute(owner, [errand("the-stop", "", None, filled=4), errand("", "the-sale", SALE)])
    assert await sent(account) == ["the-stop", "the-sale"]
    assert account.filled_of("the-stop") == 4 * Decimal(LOT)


async def test_what_was_never_tried_because_the_order_it_replaces_had_filled_is_no_refusal_of_it(made):
    account, owner = made(None)
    call = requests.of_request(Grid("BTCUSDT", UNITS.tick, UNITS.lot), Request(STOP.client_order_id, "next", SALE))
    gone = {"code": -2011, "msg": "Unknown order sent."}
    halves = {"cancelResult": "FAILURE", "newOrderResult": "NOT_ATTEMPTED", "cancelResponse": gone}
    said = {"code": -2022, "msg": "Order cancel-replace failed.", "data": {**halves, "newOrderResponse": None}}
    account.gateway.cancelled = written(call, 400, msgspec.json.encode(said))
    account.execute(owner, [errand(STOP.client_order_id, "next", SALE)])
    for _ in range(50):
        await asyncio.sleep(0)
    (end,) = [one for one in owner.told if getattr(one, "final", False)]
    assert (end.client_order_id, end.lots, end.reason) == ("next", 0, Reason.NOT_SENT)
    assert end.reason in ATTEMPT_ENDS
