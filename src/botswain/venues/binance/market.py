"""Binance's public market data as a MarketSource: streams over one kept connection, reads over a desk without a key.

It knows the venue's spelling and which rows of an answer have closed, and nothing of what was heard before: joining
streams and reads is the feed's work. Its time is the earliest that the venue's can be, so that what it calls closed
has closed, however long a round trip took.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from botswain.model.errors import BadInput
from botswain.model.listing import Listing
from botswain.model.market_events import AggTrade, Candle, Quote, TickKind, Trade
from botswain.model.outcomes import Answer, Failed, Rows
from botswain.model.ports import MarketListener
from botswain.model.timeframe import timeframe_ms
from botswain.venues.binance import market_replies, queries
from botswain.venues.binance import rules as rules_reply
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.facts import Addresses
from botswain.venues.binance.lifeline import Gap, Lifeline, Patience
from botswain.venues.binance.queries import MOST_ROWS, Span
from botswain.venues.binance.sockets import Deadlines, Dialer
from botswain.venues.binance.stream_messages import Heard
from botswain.venues.binance.streams import MarketStreams

MOST_PAGES = 10
STREAM_OF = {TickKind.QUOTES: "bookTicker", TickKind.TRADES: "aggTrade"}


class BinanceMarket:
    """The market of one address.

    desk     without a credential; its address holds the budget, our clock and the venue's
    paced    whether the market keeps the venue's own time. A sandbox that replays or is stepped does not: then the
             market's time is the latest that its streams and answers speak of
    """

    def __init__(
        self,
        desk: Desk,
        addresses: Addresses,
        dialer: Dialer,
        *,
        paced: bool = True,
        patience: Patience | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self._desk = desk
        self._clock = desk.address.clock
        self._now_ms = desk.address.now_ms
        self._streams = MarketStreams(addresses, self, deadlines)
        self._line = Lifeline(self._streams, dialer, self._now_ms, patience)
        self._paced = paced
        self._told_ms = 0  # the latest market time that any message spoke of
        self._listener: MarketListener | None = None
        self._ids: dict[str, str] = {}
        self._symbols: dict[str, str] = {}

    @property
    def reconnects(self) -> int:
        """How often the connection was lost."""
        return self._line.reconnects

    def venue_ms(self) -> int:
        """The market's time now, never ahead of the truth."""
        return self._clock.earliest_ms(self._now_ms()) if self._paced else self._told_ms

    async def set_clock(self) -> Failed | None:
        """Measure the venue's clock against ours once."""
        return await self._desk.set_clock()

    async def rules(self, symbols: Sequence[str]) -> Answer[tuple[Listing, ...]] | Failed:
        """What the venue lists these symbols as, without an account's fees."""
        ids = {symbol: self._id(symbol) for symbol in symbols}
        found = await self._desk.read(queries.exchange_info(*ids.values()), rules_reply.rules)
        if isinstance(found, Failed):
            names = ", ".join(symbols)
            return Failed(f"the rules of {names} cannot be read: {found.why}", found.status, found.code)
        if not isinstance(found, Answer):
            return Failed("exchangeInfo is absent")
        self._desk.address.budget.learn(found.data.limits)
        listed = {one.market_id: one for one in found.data.listings.items}
        broken = {one.market_id: one.why for one in found.data.listings.broken}
        for symbol, market_id in ids.items():
            if market_id not in listed:
                return Failed(f"{symbol} ({market_id}): {broken.get(market_id, 'the venue does not list it')}")
        return Answer(tuple(listed[one] for one in ids.values()))

    async def candles(
        self, symbol: str, timeframe: str, start_ms: int, end_ms: int
    ) -> Answer[tuple[Candle, ...]] | Failed:
        """Candles that opened from start_ms to before end_ms and have closed, in as many pages as that takes."""
        length_ms = timeframe_ms(timeframe)
        found: list[Candle] = []
        at_ms = start_ms
        for _ in range(MOST_PAGES):
            page = await self._page(symbol, timeframe, Span(MOST_ROWS, start_ms=at_ms, end_ms=end_ms - 1))
            if isinstance(page, Failed):
                return page
            found += (one for one in page if one.closed and at_ms <= one.open_ms < end_ms)
            if len(page) < MOST_ROWS or page[-1].open_ms + length_ms >= end_ms:
                return Answer(tuple(found))
            at_ms = page[-1].open_ms + length_ms
        return Failed(f"{symbol} {timeframe}: more than {MOST_PAGES * MOST_ROWS} candles were asked for at once")

    async def newest(self, symbol: str, timeframe: str) -> Answer[Candle] | Failed:
        """The newest candle the venue has, closed or still forming."""
        page = await self._page(symbol, timeframe, Span(1))
        if isinstance(page, Failed):
            return page
        return Answer(page[-1]) if page else Failed(f"the venue has no candle of {symbol} {timeframe}")

    async def latest(
        self, symbol: str, timeframe: str, limit: int, before_ms: int | None = None
    ) -> Answer[tuple[Candle, ...]] | Failed:
        """The newest candles that opened before a time, oldest first; the last may still be forming."""
        end_ms = None if before_ms is None else before_ms - 1
        page = await self._page(symbol, timeframe, Span(limit, end_ms=end_ms))
        return page if isinstance(page, Failed) else Answer(page)

    async def follow(self, symbols: Sequence[str], timeframe: str) -> None:
        """Hear these symbols' candles too."""
        for one in symbols:
            queries.klines(self._id(one), timeframe)  # refuses a timeframe the venue has not
        await self._streams.subscribe(*(f"{self._stream(one)}@kline_{timeframe}" for one in symbols))

    async def unfollow(self, symbols: Sequence[str], timeframe: str) -> None:
        """Hear these symbols' candles no more."""
        await self._streams.unsubscribe(*(f"{self._stream(one)}@kline_{timeframe}" for one in symbols))

    async def follow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        """Hear these symbols' quotes or trades too."""
        await self._streams.subscribe(*(f"{self._stream(one)}@{STREAM_OF[kind]}" for one in symbols))

    async def unfollow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        """Hear these symbols' quotes or trades no more."""
        await self._streams.unsubscribe(*(f"{self._stream(one)}@{STREAM_OF[kind]}" for one in symbols))

    async def listen(self, listener: MarketListener, turn: Callable[[], Awaitable[None]] | None = None) -> None:
        """Hear what is followed until cancelled. Raises BadInput where somebody listens already."""
        if self._listener is not None:
            raise BadInput("the market is listened to already; share one listener")
        self._listener = listener
        try:
            await self._line.run(turn)
        finally:
            self._listener = None

    def heard(self, found: Heard) -> None:
        """From the streams: an event, handed on with its symbol."""
        event = found.event
        if isinstance(event, (Candle, Quote, AggTrade, Trade)) and self._listener is not None:
            symbol = self._symbols.get(event.market_id)
            if symbol is None:
                self._listener.reported(f"a message of {event.market_id}, which nobody follows")
                return
            if not isinstance(event, Quote):
                self._told_ms = max(self._told_ms, event.venue_time_ms)
            self._listener.heard(symbol, event)

    def live(self, gap: Gap | None) -> None:
        """From the streams: everything is heard."""
        if self._listener is not None:
            self._listener.live(gap.since_ms if gap is not None else None)

    def down(self, why: str, since_ms: int) -> None:
        """From the streams: nothing is heard."""
        if self._listener is not None:
            self._listener.down(why, since_ms)

    def reported(self, problem: str) -> None:
        """From the streams: something could not be read."""
        if self._listener is not None:
            self._listener.reported(problem)

    async def _page(self, symbol: str, timeframe: str, span: Span) -> tuple[Candle, ...] | Failed:
        """One answer's candles, oldest first; closed is said of what had ended before it was asked."""
        if self._paced and not self._clock.known:
            # Our own clock may be ahead, and an unfinished candle would pass as closed (F63).
            failed = await self.set_clock()
            if failed is not None:
                return Failed(f"the venue's clock is not known: {failed.why}", failed.status, failed.code)
        found = await self._rows(symbol, timeframe, span)
        if isinstance(found, Rows) and found.broken:
            # Its absence would pass as a candle that never was; asked again, it may be whole.
            found = await self._rows(symbol, timeframe, span)
        if isinstance(found, Failed):
            return found
        if found.broken:
            self.reported(f"a row of {symbol} {timeframe} cannot be read: {found.broken[0].why}")
        return found.items if self._paced else self._dated(found)

    async def _rows(self, symbol: str, timeframe: str, span: Span) -> Rows[Candle] | Failed:
        """One answer."""
        asked_ms, market_id = self.venue_ms(), self._id(symbol)
        found = await self._desk.read(
            queries.klines(market_id, timeframe, span),
            lambda raw: market_replies.candles(raw, market_id, timeframe, asked_ms),
        )
        if isinstance(found, Answer):
            return found.data
        return found if isinstance(found, Failed) else Failed("the candles are absent")

    def _dated(self, found: Rows[Candle]) -> tuple[Candle, ...]:
        """Candles of a market with a time of its own: a candle has closed when a later one is known to have opened."""
        if found.items:
            self._told_ms = max(self._told_ms, found.items[-1].open_ms)
        return tuple(closed_by(one, self._told_ms) for one in found.items)

    def _id(self, symbol: str) -> str:
        """The venue's name of a symbol."""
        found = self._ids.get(symbol)
        if found is None:
            found = symbol.replace("/", "")
            self._ids[symbol] = found
            self._symbols[found] = symbol
        return found

    def _stream(self, symbol: str) -> str:
        return self._id(symbol).lower()


def closed_by(one: Candle, market_ms: int) -> Candle:
    """A candle that says whether it had ended at a time of the market."""
    closed = one.close_ms < market_ms
    if one.closed == closed:
        return one
    return Candle(
        one.market_id, one.timeframe, one.open_ms, one.close_ms, one.open, one.high, one.low, one.close, one.volume,
        one.quote_volume, one.trades, closed, one.venue_time_ms,
    )  # fmt: skip
