"""A paper account without an engine: prices that meet orders, cash that several share, what a failed keep leaves."""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import msgspec
import pytest
from tests.fakes.fixed_clock import FixedClock

from botswain.core.codes import LIMIT, MARKET, REDUCE_ONLY, STOP
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking, Errand
from botswain.model.errors import FailClosed, Unavailable
from botswain.model.instrument import Instrument
from botswain.model.intents import Request, Wanted
from botswain.model.listing import Listing
from botswain.model.market_events import Candle
from botswain.model.order_events import ListReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Accepted, Answer, Cause, Refused, Replaced, Unknown
from botswain.model.paper import PaperTerms
from botswain.store import accounts, paper_books, tenants
from botswain.store.accounts import Account, Environment
from botswain.store.inline import open_memory
from botswain.store.paper_books import PaperKeeper
from botswain.store.tables import paper_books as book_rows
from botswain.venues.paper.account import PaperAccount, PaperBook

MINUTE = 60_000
BOOKS = ("balances", "proven")
BTC = "BTC/USDT"
TENANT = "01890a5d-ac96-774b-bcce-b302099a8057"
ID = "01890a5d-ac96-774b-bcce-b302099a8058"


def listing(symbol=BTC):
    rules = Instrument(symbol, Decimal("0.1"), Decimal("0.001"), fee_asset=symbol[:3], fee_precision=8)
    zero = (Decimal(0), Decimal(0))
    return Listing(
        symbol.replace("/", ""), rules, "TRADING", True, frozenset(), Decimal(0), True, True, True, 0, 0, zero, zero
    )


def candle(minute, prices, closed=True, trades=9):
    first, high, low, last = (Decimal(str(one)) for one in prices)
    open_ms = minute * MINUTE
    return Candle(
        "BTCUSDT",
        "1m",
        open_ms,
        open_ms + MINUTE - 1,
        first,
        high,
        low,
        last,
        Decimal(1),
        Decimal(1),
        trades,
        closed,
        0,
    )


def row(side, lots, kind=MARKET, price=0, trigger=0, slot=0, flags=0):
    return Wanted(0, slot, 0, side, kind, price, trigger, 0, flags, 0, 0, lots, reducing=bool(flags & REDUCE_ONLY))


class Desk:
    """An account with 10,000 USDT by which two bots trade, and the time of its market."""

    def __init__(self, store, keeper):
        self.store, self.keeper, self.now_ms = store, keeper, 10 * MINUTE
        self.begin()

    def begin(self):
        """As a process that has just started."""
        self.book = PaperBook(self.keeper)
        self.book.listings[BTC] = listing()
        self.account = PaperAccount(self.book, "1m", lambda: self.now_ms, self.nothing)

    async def nothing(self):
        """Nothing was missed."""

    async def ask(self, name, wanted, bot="one", second=None, listed="", cancels=""):
        """Have a request done."""
        first = Request(cancels, name if wanted is not None else "", wanted, listed=listed)
        errand = Errand(ID, bot, 1, 1, BTC, Decimal("0.1"), Decimal("0.001"), first, second)
        return await self.account.write(errand)

    async def closes(self, minute, *prices):
        """A candle closes."""
        await self.book.met((BTC, "1m"), candle(minute, prices))
        self.now_ms = (minute + 1) * MINUTE

    async def forms(self, minute, *prices):
        """A candle is under way."""
        async with self.book.turn() as desk:
            desk.forming[BTC, "1m"] = candle(minute, prices, closed=False)
        await self.book.met((BTC, "1m"), candle(minute, prices, closed=False))

    async def order(self, name):
        found = await self.account.ask(AskOrder(BTC, name))
        return found.data if isinstance(found, Answer) else found

    async def fills(self):
        found = await self.account.ask(AskFills(BTC))
        return [(one.client_order_id, one.price, one.qty) for one in found.data.items]

    async def holds(self, asset):
        found = await self.account.ask(AskBalances())
        return sum(one.free + one.locked for one in found.data.balances if one.asset == asset)


class Ear:
    """Who listens."""

    def __init__(self, told):
        self.told = told


@asynccontextmanager
async def desk_with(**terms):
    store = open_memory(epoch=bytes(16), now_ms=FixedClock()())
    async with store.transaction(None) as tx:
        await tenants.ensure(tx, tenants.Tenant(TENANT, tenants.LOCAL, 0))
    made = PaperTerms(**({"start": {"USDT": Decimal(10_000)}} | terms))
    async with store.transaction(TENANT) as tx:
        await accounts.create(tx, Account(ID, "play", "binance", Environment.PAPER, 0))
        await paper_books.open_book(tx, ID, made)
    yield Desk(store, PaperKeeper(store, TENANT, ID))


async def test_an_order_decided_at_a_close_fills_at_the_next_open_with_fee_and_slippage():
    async with desk_with(slippage_bps=Decimal(10)) as desk:
        await desk.closes(9, 100, 100, 100, 100)
        placed = await desk.ask("a", row(1, 1_000))
        assert isinstance(placed, Accepted)
        assert (placed.report.state, await desk.fills()) == (OrderState.NEW, [])
        await desk.closes(10, 200, 210, 190, 205)
        assert await desk.fills() == [("a", Decimal("200.2"), Decimal(1))]
        assert await desk.holds("BTC") == Decimal("0.999")
        assert await desk.holds("USDT") == Decimal("9799.8")


async def test_one_that_comes_while_a_candle_is_under_way_meets_the_last_price_and_no_path_before_it():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        desk.now_ms += 30_000
        await desk.forms(10, 100, 150, 90, 140)
        await desk.ask("stop", row(-1, 1_000, STOP, trigger=950, slot=1))
        await desk.ask("buy", row(1, 1_000))
        assert await desk.fills() == [("buy", Decimal(140), Decimal(1))]
        await desk.closes(10, 100, 150, 90, 140)
        assert (await desk.order("stop")).state is OrderState.NEW
        await desk.closes(11, 140, 140, 94, 96)
        assert (await desk.order("stop")).state is OrderState.EXPIRED  # 0.001 of the coin went as the fee of the buy
        assert (await desk.fills())[1:] == []


async def test_two_bots_share_the_cash_and_the_second_is_told_that_it_is_short():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        heard = []
        desk.book.listeners[Ear(heard.append)] = "1m"
        await desk.ask("first", row(1, 60_000), bot="one")
        await desk.ask("second", row(1, 60_000), bot="two")
        await desk.closes(10, 100, 101, 99, 100)
        assert await desk.fills() == [("first", Decimal(100), Decimal(60))]
        second = await desk.order("second")
        assert (second.state, second.cause) == (OrderState.EXPIRED, "INSUFFICIENT_BALANCE")
        assert [(one.client_order_id, one.filled_qty) for one in heard] == [("first", 60), ("second", 0)]
        assert await desk.holds("USDT") == 4_000


async def test_of_a_list_one_ends_the_other_and_a_cancel_takes_both_off():
    async with desk_with(start={"USDT": Decimal(1), "BTC": Decimal(1)}) as desk:
        await desk.closes(9, 100, 100, 100, 100)
        for turn, prices in enumerate(((100, 121, 100, 120), (100, 100, 100, 100))):
            target, stop = f"target{turn}", f"stop{turn}"
            second = Request("", stop, row(-1, 500, STOP, trigger=900, slot=2), listed=f"list{turn}")
            placed = await desk.ask(
                target, row(-1, 500, LIMIT, price=1_200, slot=1), second=second, listed=f"list{turn}"
            )
            assert isinstance(placed.report, ListReport)
            if turn:
                off = await desk.ask("", None, cancels=target)
                assert off.report.state is OrderState.CANCELED
            await desk.closes(10 + turn, *prices)
        assert [(await desk.order(one)).state.value for one in ("target0", "stop0", "target1", "stop1")] == [
            "filled", "expired", "canceled", "canceled",
        ]  # fmt: skip
        assert isinstance(await desk.ask("", None, cancels="target0"), Refused)


async def test_an_order_is_replaced_made_smaller_and_asked_for_by_every_question():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        await desk.ask("a", row(1, 1_000, LIMIT, price=900))
        done = await desk.ask("b", row(1, 1_000, LIMIT, price=950), cancels="a")
        assert isinstance(done, Replaced)
        assert (done.cancel.report.state, done.place.report.state) == (OrderState.CANCELED, OrderState.NEW)
        gone = await desk.ask("c", row(1, 1_000, LIMIT, price=950), cancels="a")
        assert gone.cancel.cause is Cause.GONE
        assert gone.place.sent is False
        smaller = await desk.ask("b", row(1, 400, LIMIT, price=950), cancels="b")
        assert smaller.report.qty == Decimal("0.4")
        larger = await desk.ask("b", row(1, 4_000, LIMIT, price=950), cancels="b")
        assert isinstance(larger, Refused)
        working = await desk.account.ask(AskWorking((BTC,)))
        assert [one.client_order_id for one in working.data.items] == ["b"]
        everything = await desk.account.ask(AskOrders(BTC, 0))
        assert [one.client_order_id for one in everything.data.items] == ["a", "b"]
        assert await desk.order("never") == Absent()


async def test_a_start_goes_on_from_what_was_kept_and_meets_no_candle_twice():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        await desk.ask("a", row(1, 1_000, LIMIT, price=900))
        await desk.ask("b", row(1, 1_000))
        await desk.closes(10, 100, 100, 95, 95)
        desk.begin()
        await desk.closes(10, 100, 100, 10, 95)
        assert [one[0] for one in await desk.fills()] == ["b"]
        await desk.closes(11, 95, 95, 90, 95)
        assert [one[0] for one in await desk.fills()] == ["b", "a"]


async def test_what_cannot_be_kept_never_happened_and_is_told_as_unknown():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        keep = desk.keeper.keep

        async def failing(*_):
            raise Unavailable("the disk is full")

        desk.keeper.keep = failing
        assert isinstance(await desk.ask("a", row(1, 1_000)), Unknown)
        assert desk.book.lost.is_set()
        desk.keeper.keep = keep
        assert await desk.order("a") == Absent()
        await desk.ask("b", row(1, 1_000))
        await desk.closes(10, 100, 100, 100, 100)
        assert [one[0] for one in await desk.fills()] == ["b"]


async def test_of_two_processes_the_slower_one_changes_nothing():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        other = Desk(desk.store, desk.keeper)
        assert isinstance(await other.ask("x", row(1, 1_000)), Accepted)
        await desk.order("x")
        stale = Desk(desk.store, desk.keeper)
        await stale.order("x")
        assert isinstance(await other.ask("y", row(1, 1_000)), Accepted)
        found = await stale.ask("z", row(1, 1_000))
        assert "another process" in found.why
        assert await other.order("z") == Absent()


async def test_balances_that_the_fills_do_not_explain_stop_the_account():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        await desk.ask("a", row(1, 1_000))
        await desk.closes(10, 100, 100, 100, 100)
        async with desk.store.transaction(TENANT) as tx:
            [kept] = await tx.rows(tx.select(book_rows))
            await tx.change(tx.update(book_rows).values(state=kept.state.replace("9900", "19900")))
        with pytest.raises(FailClosed, match="its rows were changed"):
            await desk.keeper.load()


async def test_who_listens_is_told_when_everything_is_to_be_read_again():
    async with desk_with() as desk:
        said = []

        class Listener:
            def live(self, since_ms):
                said.append(("live", since_ms))

            def down(self, why, since_ms):
                said.append(("down", why, since_ms))

        listening = asyncio.ensure_future(desk.account.listen(Listener()))
        await asyncio.sleep(0)
        assert said == [("live", None)]
        desk.book.lost.set()
        await asyncio.sleep(0)
        assert said[1][:2] == ("down", "the paper account could not be kept; it is read again")
        listening.cancel()
        await asyncio.wait({listening})


class Reading:
    """A decoder that counts."""

    def __init__(self, real):
        self.real, self.count = real, 0

    def decode(self, body):
        self.count += 1
        return self.real.decode(body)


async def test_a_start_adds_up_the_fills_since_the_start_before_and_the_doctor_all_of_them(monkeypatch):
    read = Reading(paper_books._TRADE)
    monkeypatch.setattr(paper_books, "_TRADE", read)
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        for minute in range(10, 13):
            await desk.ask(f"buy{minute}", row(1, 1_000))
            await desk.closes(minute, 100, 100, 100, 100)
        again = Desk(desk.store, desk.keeper)
        read.count = 0
        await again.closes(13, 100, 100, 100, 100)
        assert read.count == 3
        for minute in range(14, 16):
            await again.ask(f"buy{minute}", row(1, 1_000))
            await again.closes(minute, 100, 100, 100, 100)
        async with desk.store.transaction(None) as tx:
            read.count = 0
            state = (await paper_books.loaded(tx, ID)).state
            assert (state.trades, state.proven_trades, state.proven["USDT"]) == (5, 3, Decimal(9_700))
            assert read.count == 2
            assert (await paper_books.loaded(tx, ID, whole=True)).state == state
            assert read.count == 7
            richer = {name: {**getattr(state, name), "USDT": getattr(state, name)["USDT"] + 1} for name in BOOKS}
            for names, whole in ((BOOKS[:1], False), (BOOKS[1:], False), (BOOKS, True)):
                wrong = msgspec.structs.replace(state, **{name: richer[name] for name in names})
                await tx.change(tx.update(book_rows).values(state=msgspec.json.encode(wrong).decode()))
                with pytest.raises(FailClosed, match="its rows were changed"):
                    await paper_books.loaded(tx, ID, whole=whole)
