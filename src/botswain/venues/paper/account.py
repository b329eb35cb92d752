"""A paper account as the gateway holds it: one book for all that trade on it, and each fleet's own side of it.

The book is kept before anybody hears of a change, so a kill loses nothing: what was not kept never happened, and what
was is found by reading, as at any venue. Where it cannot be kept it is loaded again, and everything is read anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

from botswain.core.codes import MARKET
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking, Errand, Question
from botswain.model.errors import BadInput, BotswainError
from botswain.model.intents import Request
from botswain.model.listing import Listing
from botswain.model.market_events import Candle
from botswain.model.order_events import Account, Balance, ListReport, OrderReport, OwnTrade
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Accepted, Answer, Cause, Failed, Outcome, Refused, Replaced, Rows, Unknown
from botswain.model.paper import Keeper, PaperChange, PaperOrder
from botswain.model.ports import AccountListener
from botswain.venues.paper.desk import Desk, Way
from botswain.venues.paper.words import report_of, trade_of

AGAIN_S = 1.0
GONE = Refused(-2011, "there is no such order", "paper", cause=Cause.GONE)


class PaperBook:
    """One account in this process: its desk, who keeps it, and who listens."""

    def __init__(self, keeper: Keeper) -> None:
        self.keeper = keeper
        self.listings: dict[str, Listing] = {}
        self.listeners: dict[AccountListener, str] = {}
        self._desk: Desk | None = None
        self._changes = 0
        self._turn = asyncio.Lock()
        self.lost = asyncio.Event()  # a change could not be kept, so what was told before is to be read again

    @property
    def desk(self) -> Desk | None:
        """The account as it stands, where nothing is being changed; None where it is to be waited for."""
        return None if self._turn.locked() else self._desk

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Desk]:
        """The account, for one at a time. Raises what the keeper raises.

        Whatever goes wrong in between, the desk is forgotten: what it holds may not have been kept.
        """
        async with self._turn:
            if self._desk is None:
                kept = await self.keeper.load()
                self._desk, self._changes = Desk(kept, self.listings), kept.changes
            desk, self._desk = self._desk, None
            try:
                yield desk
                self._desk = desk
            finally:
                if self._desk is None:
                    self.lost.set()

    async def kept(self, desk: Desk, change: PaperChange) -> None:
        """Keep a change. Raises what the keeper raises."""
        if change.orders or change.trades:
            await self.keeper.keep(change, desk.state(), self._changes + 1)
            self._changes += 1

    def tell(self, change: PaperChange, but: Sequence[str] = ()) -> None:
        """Tell of orders that changed, but for those that a reply tells of, to whoever trades by their timeframe."""
        for order in change.orders:
            if order.name in but:
                continue
            report = report_of(order, change.trades, "TRADE")
            for listener, timeframe in tuple(self.listeners.items()):
                if timeframe == order.timeframe:
                    listener.told(report)

    async def met(self, way: Way, candle: Candle) -> None:
        """A candle has closed, or has its first price."""
        async with self.turn() as desk:
            change = desk.closed(way, candle) if candle.closed else desk.opened(way, candle)
            await self.kept(desk, change)
            self.tell(change)


class PaperAccount:
    """A VenueAccount: the side of those that trade by one timeframe.

    venue_ms  the time of the market that its orders are met by
    caught_up has the book meet the candles that closed while nobody looked; raises Unavailable
    """

    def __init__(
        self, book: PaperBook, timeframe: str, venue_ms: Callable[[], int], caught_up: Callable[[], Awaitable[None]]
    ) -> None:
        self._book = book
        self._timeframe = timeframe
        self._venue_ms = venue_ms
        self._caught_up = caught_up

    async def write(self, errand: Errand) -> Outcome | Replaced:
        """Do a journaled request."""
        try:
            async with self._book.turn() as desk:
                return await self._done(desk, errand)
        except BotswainError as error:
            return Unknown(f"the paper account could not be kept: {error}")

    async def _done(self, desk: Desk, errand: Errand) -> Outcome | Replaced:
        now_ms, requests = self._venue_ms(), errand.requests
        change = PaperChange()
        taken_off = [one.cancels for one in requests if one.cancels and not one.amends]
        cancelled: Outcome | None = None
        if taken_off:
            there = [name for name in taken_off if name in desk.orders]
            change = desk.cancel(there, now_ms)
            cancelled = told(desk, change, there) if there else GONE
        amended = next((one for one in requests if one.amends), None)
        if amended is not None:
            return await self._amended(desk, amended, now_ms)
        fresh = [one for one in requests if one.row is not None]
        if not fresh:
            await self._book.kept(desk, change)
            self._book.tell(change, taken_off)
            return cancelled or GONE
        placed: Outcome = GONE
        if cancelled is None or isinstance(cancelled, Accepted):
            try:
                made = [self._order(desk, errand, one, now_ms) for one in fresh]
            except BadInput as error:
                placed = Refused(-1013, str(error), "paper", cause=Cause.RULES)
            else:
                more = desk.place(made, now_ms)
                change = PaperChange([*change.orders, *more.orders], more.trades)
                placed = told(desk, change, [one.name for one in made])
        else:
            placed = Refused(0, "the order to be replaced is gone", "paper", sent=False, cause=Cause.LATER)
        await self._book.kept(desk, change)
        self._book.tell(change, [*taken_off, *(one.places for one in fresh)])
        return placed if cancelled is None else Replaced(cancelled, placed)

    async def _amended(self, desk: Desk, request: Request, now_ms: int) -> Outcome:
        order = desk.orders.get(request.places)
        if order is None or request.row is None:
            return GONE
        most = request.filled + request.row.leaves
        if most > order.qty:
            return Refused(-1013, f"an order of {order.qty} lots cannot become one of {most}", "paper")
        change = desk.amend(order.name, most, now_ms)
        await self._book.kept(desk, change)
        self._book.tell(change, [order.name])
        return told(desk, change, [order.name])

    def _order(self, desk: Desk, errand: Errand, request: Request, now_ms: int) -> PaperOrder:
        """A new order. Raises BadInput for a symbol that is not known, or an order off its grid."""
        row, symbol = request.row, errand.symbol
        assert row is not None
        listing = desk.listings.get(symbol)
        if listing is None:
            raise BadInput(f"symbol {symbol} is not followed on this account")
        way = (symbol, self._timeframe)
        mine, grid = desk.of(way), listing.instrument
        tick, lot = (mine[0].tick, mine[0].lot) if mine else (grid.tick_size, grid.lot_size)
        after_ms = desk.newest_ms(way, now_ms)
        lots = whole(row.leaves, errand.lot_size, lot)
        return PaperOrder(
            name=request.places,
            number=0,
            market_id=listing.market_id,
            symbol=symbol,
            timeframe=self._timeframe,
            side=row.side,
            asked=row.kind,
            kind=row.kind,
            flags=row.flags,
            tif=row.tif,
            price=0 if row.kind == MARKET else whole(row.price, errand.tick_size, tick),
            trigger=whole(row.trigger, errand.tick_size, tick),
            qty=lots,
            leaves=lots,
            tick=tick,
            lot=lot,
            group=request.listed,
            after_ms=after_ms,
            placed_ms=now_ms,
            changed_ms=now_ms,
            state=OrderState.NEW.value,
            reducing=row.reducing,
            slot=row.slot,
        )

    async def ask(self, question: Question) -> Answer[Any] | Absent | Failed:
        """Ask once."""
        try:
            async with self._book.turn() as desk:
                return await self._asked(desk, question)
        except BotswainError as error:
            return Failed(f"the paper account cannot be read: {error}")

    async def _asked(self, desk: Desk, question: Question) -> Answer[Any] | Absent | Failed:
        keeper = self._book.keeper
        match question:
            case AskOrder(_, name):
                found = desk.orders.get(name) or desk.ended.get(name) or await keeper.order(name)
                return Absent() if found is None else Answer(report_of(found))
            case AskWorking(symbols):
                rows = [report_of(one) for one in desk.orders.values() if one.symbol in symbols]
                return Answer(Rows(tuple(rows)))
            case AskOrders(symbol, since_ms):
                return Answer(Rows(tuple(report_of(one) for one in await keeper.orders(symbol, since_ms))))
            case AskFills(symbol, number, since_ms):
                trades = await keeper.trades(symbol, int(number or 0), since_ms)
                fills: tuple[OwnTrade, ...] = tuple(trade_of(one) for one in trades)
                return Answer(Rows(fills))
            case AskBalances():
                return Answer(holdings(desk, self._venue_ms()))

    async def price(self, symbol: str) -> Answer[Decimal] | Failed:
        """The last price that was heard of a symbol."""
        desk = self._book.desk
        newest = None if desk is None else desk.forming.get((symbol, self._timeframe))
        return Failed(f"no price of {symbol} was heard yet") if newest is None else Answer(newest.close)

    async def listen(self, listener: AccountListener) -> None:
        """Tell the account's events until cancelled. All that closed meanwhile is met before anything is told."""
        since_ms: int | None = None
        try:
            while True:
                try:
                    await self._caught_up()
                except BotswainError as error:
                    listener.down(str(error), self._venue_ms() if since_ms is None else since_ms)
                    await asyncio.sleep(AGAIN_S)
                    continue
                self._book.lost.clear()
                self._book.listeners[listener] = self._timeframe
                listener.live(since_ms)
                await self._book.lost.wait()
                since_ms = self._venue_ms()
                listener.down("the paper account could not be kept; it is read again", since_ms)
                await asyncio.sleep(AGAIN_S)
        finally:
            self._book.listeners.pop(listener, None)


def told(desk: Desk, change: PaperChange, names: Sequence[str]) -> Outcome:
    """What a reply says of orders: one, or the two of a list."""
    found = [desk.orders.get(one) or desk.ended[one] for one in names]
    reports: list[OrderReport] = [report_of(one, change.trades) for one in found]
    if len(reports) == 1:
        return Accepted(reports[0])
    return Accepted(
        ListReport(
            market_id=reports[0].market_id,
            list_id=reports[0].list_id,
            list_client_id=reports[0].list_id,
            contingency="OCO",
            list_status="EXEC_STARTED",
            done=False,
            orders=tuple((one.venue_order_id, one.client_order_id) for one in reports),
            reports=tuple(reports),
            venue_time_ms=reports[0].venue_time_ms,
        )
    )


def holdings(desk: Desk, now_ms: int) -> Account:
    """What the account holds; orders lock nothing, so what is shown as locked is never more than there is."""
    locked = desk.locked()
    rows = []
    for asset, amount in sorted(desk.balances.items()):
        held = min(locked.get(asset, Decimal(0)), amount)
        rows.append(Balance(asset, amount - held, held))
    return Account(
        can_trade=True,
        maker_fee=desk.terms.maker_fee,
        taker_fee=desk.terms.taker_fee,
        update_ms=now_ms,
        balances=tuple(rows),
    )


def whole(count: int, size: Decimal, step: Decimal) -> int:
    """So many steps of one size in steps of another. Raises BadInput."""
    found = count * size / step
    if found != found.to_integral_value():
        raise BadInput(f"{count * size:f} is no multiple of {step:f}, which the symbol's orders are written in")
    return int(found)
