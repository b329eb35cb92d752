"""A venue's market data on its way to those who trade a paper account: the account's orders meet each price first.

What an order is told of a candle thus comes before the candle, as at a venue and in a backtest. A price that concerns
no order passes in the call that brought it; else it waits, and all after it, until what it did is kept.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from botswain.model.errors import BotswainError, Unavailable
from botswain.model.listing import Listing
from botswain.model.market_events import Candle, MarketEvent, TickKind
from botswain.model.outcomes import Answer, Failed
from botswain.model.ports import MarketListener, MarketSource
from botswain.model.timeframe import timeframe_ms
from botswain.venues.paper.account import PaperBook
from botswain.venues.paper.desk import Way

PAGE = 5_000


class PaperSource:
    """A MarketSource that lets a book meet what it tells.

    timeframe  of the candles by which those who trade on this side decide
    remark     told what a person should know
    """

    def __init__(self, source: MarketSource, book: PaperBook, timeframe: str, remark: Callable[[str], None]) -> None:
        self._source = source
        self._book = book
        self._timeframe = timeframe
        self._remark = remark
        self._listener: MarketListener | None = None
        self._waiting: deque[Callable[[], Awaitable[None]]] = deque()
        self._there = asyncio.Event()
        self._busy = False

    def venue_ms(self) -> int:
        """The market's time now."""
        return self._source.venue_ms()

    async def set_clock(self) -> Failed | None:
        """Measure the venue's clock."""
        return await self._source.set_clock()

    async def rules(self, symbols: Sequence[str]) -> Answer[tuple[Listing, ...]] | Failed:
        """What the venue lists these symbols as; the account's orders are on that grid."""
        found = await self._source.rules(symbols)
        if isinstance(found, Answer):
            self._book.listings.update({one.symbol: one for one in found.data})
        return found

    async def candles(
        self, symbol: str, timeframe: str, start_ms: int, end_ms: int
    ) -> Answer[tuple[Candle, ...]] | Failed:
        """Closed candles; what of them the account's orders have not met they meet now."""
        found = await self._source.candles(symbol, timeframe, start_ms, end_ms)
        if isinstance(found, Answer) and timeframe == self._timeframe:
            try:
                for one in found.data:
                    await self._met((symbol, timeframe), one)
            except BotswainError as error:
                return Failed(str(error))
        return found

    async def newest(self, symbol: str, timeframe: str) -> Answer[Candle] | Failed:
        """The newest candle."""
        return await self._source.newest(symbol, timeframe)

    async def follow(self, symbols: Sequence[str], timeframe: str) -> None:
        """Hear these symbols' candles too."""
        await self._source.follow(symbols, timeframe)

    async def unfollow(self, symbols: Sequence[str], timeframe: str) -> None:
        """Hear these symbols' candles no more."""
        await self._source.unfollow(symbols, timeframe)

    async def follow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        """Hear these symbols' quotes or trades too."""
        await self._source.follow_ticks(symbols, kind)

    async def unfollow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        """Hear these symbols' quotes or trades no more."""
        await self._source.unfollow_ticks(symbols, kind)

    async def listen(self, listener: MarketListener, turn: Callable[[], Awaitable[None]] | None = None) -> None:
        """Tell a listener until cancelled."""
        self._listener = listener
        both = {asyncio.ensure_future(self._work()), asyncio.ensure_future(self._source.listen(self, turn))}
        try:
            done, _ = await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.result()
        finally:
            for one in both:
                one.cancel()
            await asyncio.wait(both)
            self._waiting.clear()

    # What the venue tells.

    def heard(self, symbol: str, event: MarketEvent) -> None:
        """An event."""
        if isinstance(event, Candle) and event.timeframe == self._timeframe and not self._passes(symbol, event):
            self._put(lambda: self._meet_and_pass(symbol, event))
        else:
            self._pass(lambda told: told.heard(symbol, event))

    def live(self, missed_since_ms: int | None) -> None:
        """Everything is heard."""
        self._pass(lambda told: told.live(missed_since_ms))

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard."""
        self._pass(lambda told: told.down(why, since_ms))

    def reported(self, problem: str) -> None:
        """Something could not be read."""
        self._pass(lambda told: told.reported(problem))

    def _passes(self, symbol: str, candle: Candle) -> bool:
        """Whether a price concerns no order, and nothing waits before it."""
        desk = self._book.desk
        return desk is not None and not self._held and desk.hears((symbol, candle.timeframe), candle)

    @property
    def _held(self) -> bool:
        """Whether something waits, or is being met."""
        return self._busy or bool(self._waiting)

    def _pass(self, tell: Callable[[MarketListener], None]) -> None:
        """Tell the listener, behind what waits."""
        if not self._held:
            assert self._listener is not None
            tell(self._listener)
            return

        async def later() -> None:
            assert self._listener is not None
            tell(self._listener)

        self._put(later)

    def _put(self, work: Callable[[], Awaitable[None]]) -> None:
        self._waiting.append(work)
        self._there.set()

    async def _work(self) -> None:
        """Do what waits, one after the other."""
        while True:
            await self._there.wait()
            self._there.clear()
            while self._waiting:
                self._busy = True
                try:
                    await self._waiting.popleft()()
                finally:
                    self._busy = False

    async def _meet_and_pass(self, symbol: str, candle: Candle) -> None:
        """Have the book meet a price, then tell it. Where it cannot be kept now, it is met when the book is read."""
        try:
            await self._met((symbol, candle.timeframe), candle)
        except BotswainError as error:
            self._remark(f"the paper account could not meet the candle of {symbol}: {error}")
        assert self._listener is not None
        self._listener.heard(symbol, candle)

    # What the book has not met yet.

    async def _met(self, way: Way, candle: Candle) -> None:
        """The book meets a candle, and those before it that it has not met. Raises Unavailable."""
        async with self._book.turn() as desk:
            played_ms, mine = desk.played.get(way), desk.of(way)
            if not candle.closed:
                desk.forming[way] = candle
        if not mine and not candle.closed:
            return
        if candle.closed and mine and played_ms is not None:
            await self._missed(way, played_ms + timeframe_ms(way[1]), candle.open_ms)
        await self._book.met(way, candle)

    async def _missed(self, way: Way, start_ms: int, end_ms: int) -> None:
        """Candles that closed and were not met. Raises Unavailable where they cannot be read."""
        length_ms = timeframe_ms(way[1])
        while start_ms < end_ms:
            upto_ms = min(end_ms, start_ms + PAGE * length_ms)
            found = await self._source.candles(*way, start_ms, upto_ms)
            if not isinstance(found, Answer):
                raise Unavailable(f"candles of {way[0]} that its orders are to meet cannot be read: {found.why}")
            for one in found.data:
                await self._book.met(way, one)
            start_ms = upto_ms

    async def caught_up(self) -> None:
        """All that has closed so far is met. Raises Unavailable."""
        async with self._book.turn() as desk:
            ways = {(one.symbol, one.timeframe): desk.played.get((one.symbol, one.timeframe), -1) for one in
                    desk.orders.values() if one.timeframe == self._timeframe}  # fmt: skip
        if ways and (missing := {symbol for symbol, _ in ways} - self._book.listings.keys()):
            found = await self.rules(sorted(missing))
            if not isinstance(found, Answer):
                raise Unavailable(f"the rules of {', '.join(sorted(missing))} cannot be read: {found.why}")
        for way, played_ms in ways.items():
            newest = await self._source.newest(*way)
            if not isinstance(newest, Answer):
                raise Unavailable(f"the newest candle of {way[0]} cannot be read: {newest.why}")
            length_ms = timeframe_ms(way[1])
            end_ms = newest.data.open_ms + (length_ms if newest.data.closed else 0)
            await self._missed(way, played_ms + length_ms, end_ms)
