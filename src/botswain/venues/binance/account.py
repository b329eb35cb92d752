"""One account at Binance as the gateway holds it: errands become calls, questions become reads, events are passed on.

It decides nothing and repeats nothing. What it can send stands in WRITES: there is no call that moves money out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking, Errand, Question
from botswain.model.errors import BadInput
from botswain.model.order_events import OrderReport, UserEvent
from botswain.model.outcomes import Absent, Answer, Broken, Cause, Failed, Outcome, Refused, Replaced, Rows
from botswain.model.ports import AccountListener
from botswain.venues.binance import account_replies, histories, market_replies, order_replies, queries, requests
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.facts import WEIGHTS, Addresses
from botswain.venues.binance.lifeline import Gap, Lifeline, Patience
from botswain.venues.binance.requests import Call, Grid
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import Deadlines, Dialer
from botswain.venues.binance.user_stream import UserStream

# Every write there is. A key's withdrawals, transfers and settings have no call here.
WRITES = frozenset(
    {
        ("POST", "order"),
        ("DELETE", "order"),
        ("POST", "order/cancelReplace"),
        ("POST", "orderList/oco"),
        ("DELETE", "orderList"),
        ("PUT", "order/amend/keepPriority"),
    }
)


@dataclass(frozen=True, slots=True)
class Private:
    """What an account's private stream needs. pause: what waits between attempts to connect."""

    addresses: Addresses
    credential: Credential = field(repr=False)
    dialer: Dialer
    patience: Patience = field(default_factory=Patience)
    deadlines: Deadlines = field(default_factory=Deadlines)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


class BinanceAccount:
    """A VenueAccount. market_ids: the venue's names by symbol, read at each call, so it may be filled later."""

    def __init__(self, desk: Desk, market_ids: Mapping[str, str], private: Private) -> None:
        self._desk = desk
        self._market_ids = market_ids
        self._private = private

    async def write(self, errand: Errand) -> Outcome | Replaced:
        """Send a journaled request once; what makes no call is refused and has not been sent."""
        try:
            call = self._call(errand)
        except BadInput as error:
            one = Refused(0, str(error), "not sent", sent=False, cause=Cause.RULES if self._market_ids else Cause.LATER)
            request = errand.request
            return Replaced(one, one) if request.cancels and request.places and not request.amends else one
        return await self._desk.write(call)

    async def ask(self, question: Question) -> Answer[Any] | Absent | Failed:
        """Ask once; a long list takes several reads, and one that fails is the answer."""
        try:
            return await self._asked(question)
        except BadInput as error:
            return Failed(str(error))

    async def price(self, symbol: str) -> Answer[Decimal] | Failed:
        """What a coin costs now: the higher of best bid and ask."""
        try:
            call = queries.book_ticker(self._market_id(symbol))
        except BadInput as error:
            return Failed(str(error))
        found = await self._desk.read(call, market_replies.quotes)
        if isinstance(found, Answer) and found.data.items:
            best = max(found.data.items[0].bid, found.data.items[0].ask)
            return Answer(best) if best else Failed(f"the book of {symbol} is empty")
        return found if isinstance(found, Failed) else Failed(f"the venue tells no price of {symbol}")

    async def listen(self, listener: AccountListener) -> None:
        """Hear the account's private events until cancelled, over as many connections as that takes."""
        own, address = self._private, self._desk.address
        talk = UserStream(
            own.addresses,
            own.credential,
            _Ear(listener),
            lambda: address.venue_ms,
            own.deadlines,
            self._desk.set_right,
        )
        await Lifeline(talk, own.dialer, address.now_ms, own.patience, own.pause).run()

    def _call(self, errand: Errand) -> Call:
        """Raises BadInput for what this venue cannot do."""
        grid = Grid(self._market_id(errand.symbol), errand.tick_size, errand.lot_size)
        request = errand.request
        if errand.second is not None:
            call = requests.of_list(grid, request, errand.second)
        elif request.amends and request.row is not None:
            call = requests.amend(grid, request.places, request.filled + request.row.leaves)
        else:
            call = requests.of_request(grid, request)
        if (call.method, call.path) not in WRITES:
            raise BadInput(f"{call.method} {call.path} is nothing that an order may ask for")
        return call

    async def _asked(self, question: Question) -> Answer[Any] | Absent | Failed:
        match question:
            case AskOrder(symbol, name):
                call = queries.order(self._market_id(symbol), client_order_id=name)
                return await self._desk.read(call, order_replies.order)
            case AskWorking(symbols):
                return await self._working([self._market_id(one) for one in dict.fromkeys(symbols)])
            case AskOrders(symbol, since_ms):
                return await histories.since(self._desk, histories.orders(self._market_id(symbol)), since_ms)
            case AskFills(symbol, venue_order_id, since_ms):
                listing = histories.fills(self._market_id(symbol), venue_order_id)
                if venue_order_id:
                    return await histories.from_number(self._desk, listing, 0, Rows(()))
                return await histories.since(self._desk, listing, since_ms)
            case AskBalances():
                return await self._desk.read(queries.account(), account_replies.account)

    async def _working(self, market_ids: list[str]) -> Answer[Rows[OrderReport]] | Failed:
        """Orders that work: symbol by symbol, or all of the account's at once where that weighs less."""
        if len(market_ids) * WEIGHTS["openOrders"] <= WEIGHTS["openOrders all"]:
            return await self._working_on(market_ids)
        found = await self._working_on([""])
        if isinstance(found, Failed):
            return found
        # A row whose symbol cannot be read may be one of ours.
        wanted = {*market_ids, ""}
        items = tuple(one for one in found.data.items if one.market_id in wanted)
        return Answer(Rows(items, tuple(one for one in found.data.broken if one.market_id in wanted)))

    async def _working_on(self, market_ids: list[str]) -> Answer[Rows[OrderReport]] | Failed:
        items: tuple[OrderReport, ...] = ()
        broken: tuple[Broken, ...] = ()
        for market_id in market_ids:
            found = await self._desk.read(queries.open_orders(market_id), order_replies.orders)
            if not isinstance(found, Answer):
                return found if isinstance(found, Failed) else Failed(f"no open orders of {market_id} were told")
            broken += histories.moved(found.data.broken, len(items) + len(broken))
            items += found.data.items
        return Answer(Rows(items, broken))

    def _market_id(self, symbol: str) -> str:
        if symbol in self._market_ids:
            return self._market_ids[symbol]
        if not self._market_ids:
            raise BadInput(f"the venue has not told its symbols yet, so {symbol!r} has no name there; try again later")
        raise BadInput(f"symbol {symbol!r} is not one of this venue's; correct its name")


class _Ear:
    """A listener of ours as the stream knows it."""

    def __init__(self, listener: AccountListener) -> None:
        self._listener = listener

    def told(self, event: UserEvent) -> None:
        self._listener.told(event)

    def live(self, gap: Gap | None) -> None:
        self._listener.live(None if gap is None else gap.since_ms)

    def down(self, why: str, since_ms: int) -> None:
        self._listener.down(why, since_ms)

    def reported(self, problem: str) -> None:
        self._listener.reported(problem)
