"""An account at the sandbox exchange over loopback: errands, questions, long lists, and its own events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from msgspec import structs
from msgspec.structs import replace as changed
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import BTC, START_MS, exchange
from tests.venues.binance.payloads import ID, OTHER_ID
from tests.venues.binance.sandboxed import BUY, LOT, desk, fault
from tests.venues.binance.test_user_stream import UserEar

from botswain.core.codes import MARKET, REDUCE_ONLY, STOP
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking, Errand
from botswain.model.intents import Request
from botswain.model.order_events import ListReport, OrderReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Accepted, Answer, Cause, Failed, Refused, Replaced, Rows
from botswain.sandbox.control import made_key
from botswain.venues.binance import histories
from botswain.venues.binance.account import BinanceAccount, Private
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.lifeline import Patience
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import AioDialer

MARKETS = {"BTC/USDT": "BTCUSDT"}


@pytest.fixture
def site() -> Iterator[Site]:
    with served(exchange()) as found:
        yield found


@asynccontextmanager
async def account(site: Site) -> AsyncIterator[BinanceAccount]:
    key, dialer = made_key("main"), AioDialer()
    private = Private(
        loopback(site.port), Credential("main", key.api_key, key.secret), dialer, Patience(pauses_s=(0.01,))
    )
    async with desk(site) as found:
        yield BinanceAccount(found, MARKETS, private)
    await dialer.close()


def errand(request: Request, symbol: str = "BTC/USDT") -> Errand:
    return Errand("a", "b", 1, 1, symbol, BTC.tick_size, BTC.lot_size, request)


def placing(name: str, **more: int) -> Errand:
    return errand(Request("", name, changed(BUY, **more)))


async def rows(found: BinanceAccount, question: AskWorking | AskFills | AskOrders) -> Rows[OrderReport]:
    answer = await found.ask(question)
    assert isinstance(answer, Answer), answer
    assert isinstance(answer.data, Rows)
    return answer.data


async def test_errands_place_amend_replace_and_cancel(site: Site) -> None:
    async with account(site) as a:
        assert isinstance(await a.write(placing(ID)), Accepted)
        smaller = await a.write(errand(Request(ID, ID, changed(BUY, leaves=LOT // 2), filled=LOT // 4)))
        assert isinstance(smaller, Accepted)
        assert isinstance(smaller.report, OrderReport)
        assert (smaller.report.qty, smaller.report.client_order_id) == (Decimal("0.75"), ID)
        both = await a.write(errand(Request(ID, OTHER_ID, changed(BUY, price=9_100))))
        assert isinstance(both, Replaced)
        assert isinstance(both.place, Accepted)
        works = await rows(a, AskWorking(("BTC/USDT",)))
        assert [(one.client_order_id, one.price) for one in works.items] == [(OTHER_ID, 91)]
        assert isinstance(await a.write(errand(Request(OTHER_ID, "", None))), Accepted)
        gone = await a.ask(AskOrder("BTC/USDT", OTHER_ID))
        assert isinstance(gone, Answer)
        assert gone.data.state is OrderState.CANCELED
        assert await a.ask(AskOrder("BTC/USDT", "never")) == Absent()


async def test_what_makes_no_call_is_refused_and_never_sent(site: Site) -> None:
    async with account(site) as a:
        for one in (placing("not an id!"), placing(ID, kind=99), errand(Request("", ID, BUY), "ETH/USDT")):
            refused = await a.write(one)
            assert isinstance(refused, Refused)
            assert (refused.sent, refused.code) == (False, 0)
        halves = await a.write(errand(Request(ID, OTHER_ID, changed(BUY, kind=99))))
        assert isinstance(halves, Replaced)
        assert halves.cancel == halves.place
        failed = await a.ask(AskOrder("ETH/USDT", ID))
        assert isinstance(failed, Failed)
        assert "'ETH/USDT'" in failed.why
        assert isinstance(await a.price("ETH/USDT"), Failed)
        works = await rows(a, AskWorking(("BTC/USDT",)))
        assert works == Rows(())


async def test_many_symbols_are_asked_for_at_once_and_only_ours_are_told(site: Site) -> None:
    async with account(site) as a:
        await a.write(placing(ID))
        many = MARKETS | {f"X{n}/USDT": f"X{n}USDT" for n in range(20)}
        wide = BinanceAccount(a._desk, many, a._private)
        before = a._desk.address.budget.used
        assert [one.client_order_id for one in (await rows(wide, AskWorking(tuple(many)))).items] == [ID]
        assert a._desk.address.budget.used - before == 80
        assert (await rows(wide, AskWorking(tuple(many)[1:]))).items == ()
        assert (await rows(wide, AskWorking(()))).items == ()


async def test_balances_and_prices_are_told(site: Site) -> None:
    async with account(site) as a:
        balances = await a.ask(AskBalances())
        assert isinstance(balances, Answer)
        assert {one.asset: one.free for one in balances.data.balances} == {"USDT": 10000, "BTC": 10}
        price = await a.price("BTC/USDT")
        assert isinstance(price, Answer)
        assert price.data == 100


async def test_fills_and_orders_are_read_to_their_end_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "MOST_ROWS", 2)
    async with account(site) as a:
        for n in range(5):
            assert isinstance(await a.write(placing(f"order-{n}", kind=MARKET, leaves=LOT // 10)), Accepted)
        fills = await rows(a, AskFills("BTC/USDT", since_ms=START_MS - 1))
        assert len(fills.items) == 5
        orders = await rows(a, AskOrders("BTC/USDT", START_MS - 1))
        assert [one.client_order_id for one in orders.items] == [f"order-{n}" for n in range(5)]
        (first,) = (await rows(a, AskFills("BTC/USDT", venue_order_id=orders.items[0].venue_order_id))).items
        assert first == fills.items[0]
        assert (await rows(a, AskFills("BTC/USDT", since_ms=START_MS + histories.DAY_MS))).items == ()


async def test_a_row_that_cannot_be_read_stays_in_the_list_and_a_failed_page_is_no_answer(site: Site) -> None:
    async with account(site) as a:
        await a.write(placing(ID))
        await a.write(placing(OTHER_ID))
        fault(site, "corrupt_row", method="openOrders.status")
        works = await rows(a, AskWorking(("BTC/USDT",)))
        assert (len(works.items), len(works.broken)) == (1, 1)
        fault(site, "lookup_refused", times=3)
        assert isinstance(await a.ask(AskWorking(("BTC/USDT",))), Failed)


async def test_own_events_are_heard_and_a_gap_says_since_when(site: Site) -> None:
    async with account(site) as a:
        ear = UserEar()
        hearing = asyncio.create_task(a.listen(ear))
        await ear.until(lambda: ("live", None) in ear.notes)
        await a.write(placing(ID))
        await ear.until(lambda: "NEW" in ear.notes)
        fault(site, "stream_ended")
        await ear.until(lambda: any(isinstance(one, tuple) and isinstance(one[1], int) for one in ear.notes))
        hearing.cancel()
        await asyncio.wait({hearing})


@pytest.mark.parametrize("name", ["drop_reply", "drop_request", "error_after_accept", "rename_field"])
async def test_what_goes_wrong_never_shows_the_key_or_a_signature(site: Site, name: str) -> None:
    key = made_key("main")
    async with account(site) as a:
        fault(site, name, method="order.place")
        fault(site, name, method="order.status")
        said = [await a.write(placing(ID)), await a.ask(AskOrder("BTC/USDT", ID)), a._private, a, a._desk]
    for word in (key.api_key, key.secret, "signature"):
        assert word not in repr(said)


async def test_two_requests_of_a_list_are_placed_and_taken_off_as_one(site: Site) -> None:
    row = changed(BUY, reducing=True, flags=REDUCE_ONLY)
    stop, target = changed(row, kind=STOP, price=0, trigger=11_000), changed(row, price=9_000)
    async with account(site) as a:
        first, second = Request("", ID, stop, listed="list"), Request("", OTHER_ID, target, listed="list")
        placed = await a.write(structs.replace(errand(first), second=second))
        assert isinstance(placed, Accepted), placed
        assert isinstance(placed.report, ListReport)
        assert {name for _, name in placed.report.orders} == {ID, OTHER_ID}
        works = await rows(a, AskWorking(("BTC/USDT",)))
        assert {one.client_order_id for one in works.items} == {ID, OTHER_ID}
        off = structs.replace(
            errand(Request(ID, "", None, listed="list")), second=Request(OTHER_ID, "", None, listed="list")
        )
        ended = await a.write(off)
        assert isinstance(ended, Accepted), ended
        assert isinstance(ended.report, ListReport)
        assert [one.state for one in ended.report.reports if isinstance(one, OrderReport)] == [OrderState.CANCELED] * 2
        assert await rows(a, AskWorking(("BTC/USDT",))) == Rows(())
        gone = await a.write(off)
        assert isinstance(gone, Refused)
        assert gone.cause is Cause.GONE


async def test_a_list_on_the_wrong_side_of_the_price_is_refused_as_passed(site: Site) -> None:
    row = changed(BUY, reducing=True, flags=REDUCE_ONLY)
    stop, target = changed(row, kind=STOP, price=0, trigger=8_000), changed(row, price=7_000)
    async with account(site) as a:
        first, second = Request("", ID, stop, listed="list"), Request("", OTHER_ID, target, listed="list")
        refused = await a.write(structs.replace(errand(first), second=second))
        assert isinstance(refused, Refused)
        assert refused.cause is Cause.TRIGGER_PASSED
