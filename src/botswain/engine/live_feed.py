"""The feed of one venue, alive: hears a MarketSource, does the reads the candle feed wants, tells a sink at once.

Everything is decided in `candle_feed`; here are only the tasks, the clock and the pace. The sink is called in the very
call that brought the message, without another turn of the loop, because the time from a candle to an order counts. It
must not block and not raise. Reads that fail are not repeated here: the candle feed asks again, for a bounded time.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from botswain.engine.candle_feed import CandleFeed, FeedOutput
from botswain.engine.feed_events import Ask, Down, FeedEvent, FeedTimes, Live, Poll, Problem
from botswain.model.listing import Listing
from botswain.model.market_events import MarketEvent, TickKind
from botswain.model.outcomes import Answer
from botswain.model.ports import MarketSource

Sink = Callable[[FeedEvent], None]
CLOCK_S = 60.0
CLOCK_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0)
READERS = 4
READ_S = 30.0  # a hard bound on a read, whatever the source promises (F37)
READS_A_MINUTE = 300


class LiveFeed:
    """One venue's market, for all bots on it.

    sink    is told each event, in order
    at_ms   a monotonic clock, milliseconds
    pause   what waits, in seconds
    turn    awaited after each message, so that what it led to comes before the next one
    """

    def __init__(
        self,
        source: MarketSource,
        sink: Sink,
        at_ms: Callable[[], int],
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        times: FeedTimes | None = None,
        turn: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._between = turn
        self._source = source
        self._sink = sink
        self._at_ms = at_ms
        self._pause = pause
        self._feed = CandleFeed(times)
        self._tick_s = (times or FeedTimes()).tick_ms / 1_000
        self._followers: Counter[tuple[str, str | TickKind]] = Counter()
        self._reads: asyncio.Queue[Ask | Poll] = asyncio.Queue()  # one a chain and one a symbol at most
        self._begun: deque[int] = deque(maxlen=READS_A_MINUTE)
        self.reads = 0
        self.failures = 0

    def stale(self, symbol: str) -> bool:
        """Whether a symbol's data is stale now."""
        return self._feed.stale(symbol)

    def beats(self, every: Mapping[tuple[str, str], Iterable[int]]) -> None:
        """Have beats of these symbols and timeframes told so often, milliseconds, in the place of those before."""
        self._feed.beats(every)

    async def follow(
        self, listing: Listing, timeframe: str, next_ms: int, ticks: Sequence[TickKind] = (), *, stale: bool = False
    ) -> int:
        """Have a symbol's candles told from the one that opens at next_ms on, and its quotes or trades as asked for.

        Many may follow the same: it is subscribed once, and goes on where it is; each says `unfollow` in the end.
        stale: it was told Stale before this feed began, so Fresh is to be told.
        Returns the open time of the first candle that will be told. Raises BadInput.
        """
        symbol = listing.instrument.symbol
        # Subscribed first: where that is refused nothing is followed.
        if not self._followers[symbol, timeframe]:
            await self._source.follow((symbol,), timeframe)
        for kind in ticks:
            if not self._followers[symbol, kind]:
                await self._source.follow_ticks((symbol,), kind)
        self._followers.update([(symbol, timeframe), *((symbol, kind) for kind in ticks)])
        return self._feed.follow(listing, timeframe, next_ms, self._source.venue_ms(), self._at_ms(), stale=stale)

    def grid(self, symbol: str, tick: Decimal) -> None:
        """A followed symbol's tick is this one now; prices on those before go on to be taken."""
        self._feed.grid(symbol, tick)

    async def unfollow(self, symbol: str, timeframe: str, ticks: Sequence[TickKind] = ()) -> None:
        """One follower less; the last one ends the subscription."""
        for kind in ticks:
            if self._left((symbol, kind)):
                await self._source.unfollow_ticks((symbol,), kind)
        if self._left((symbol, timeframe)):
            self._feed.unfollow(symbol, timeframe, self._at_ms())
            await self._source.unfollow((symbol,), timeframe)

    async def run(self) -> None:
        """Feed until cancelled; then nothing of it is left running."""
        await self._first_clock()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._source.listen(self, self._between))
            tasks.create_task(self._keep_clock())
            tasks.create_task(self._keep_time())
            for _ in range(READERS):
                tasks.create_task(self._read())

    def heard(self, symbol: str, event: MarketEvent) -> None:
        """From the source: an event."""
        self._put(self._feed.heard(symbol, event, self._source.venue_ms(), self._at_ms()))

    def live(self, missed_since_ms: int | None) -> None:
        """From the source: everything is heard."""
        self._sink(Live(missed_since_ms))
        missed = missed_since_ms is not None
        self._put(self._feed.live(self._source.venue_ms(), self._at_ms(), missed=missed))

    def down(self, why: str, since_ms: int) -> None:
        """From the source: nothing is heard."""
        self._feed.down()
        self._sink(Down(why, since_ms))

    def reported(self, problem: str) -> None:
        """From the source: something could not be read."""
        self._sink(Problem(problem))

    def _put(self, found: Sequence[FeedOutput]) -> None:
        for one in found:
            if isinstance(one, (Ask, Poll)):
                self._reads.put_nowait(one)
            else:
                self._sink(one)

    async def _first_clock(self) -> None:
        """Nothing is told before the venue's time is known: its end decides whether a candle has closed."""
        attempt = 0
        while (failed := await self._source.set_clock()) is not None:
            self._sink(Problem(f"the venue's clock cannot be set: {failed.why}; it is tried again"))
            await self._pause(CLOCK_PAUSES_S[min(attempt, len(CLOCK_PAUSES_S) - 1)])
            attempt += 1

    async def _keep_clock(self) -> None:
        while True:
            await self._pause(CLOCK_S)
            failed = await self._source.set_clock()
            if failed is not None:
                self._sink(Problem(f"the venue's clock cannot be set: {failed.why}; the last offset stands"))

    async def _keep_time(self) -> None:
        while True:
            found = self._feed.tick(self._source.venue_ms(), self._at_ms())
            if found:
                self._put(found)
            await self._pause(self._tick_s)

    async def _read(self) -> None:
        """Answer what the candle feed wants to have read, one after the other."""
        while True:
            one = await self._reads.get()
            await self._turn()
            self.reads += 1
            try:
                async with asyncio.timeout(READ_S):
                    await self._answer(one)
            except TimeoutError:
                self._failed(one, f"no answer in {READ_S} s")

    async def _answer(self, one: Ask | Poll) -> None:
        if isinstance(one, Poll):
            newest = await self._source.newest(one.symbol, one.timeframe)
            if isinstance(newest, Answer):
                self._put(self._feed.polled(one, newest.data, self._at_ms()))
            else:
                self._failed(one, newest.why)
            return
        rows = await self._source.candles(one.symbol, one.timeframe, one.start_ms, one.end_ms)
        if isinstance(rows, Answer):
            self._put(self._feed.backfilled(one, rows.data, self._source.venue_ms(), self._at_ms()))
        else:
            self._failed(one, rows.why)

    def _failed(self, one: Ask | Poll, why: str) -> None:
        self.failures += 1
        self._feed.failed(one, self._at_ms())
        self._sink(Problem(f"{one.symbol} {one.timeframe} cannot be read: {why}"))

    async def _turn(self) -> None:
        """Wait until another read is within the feed's share of the address's budget."""
        now_ms = self._at_ms()
        if len(self._begun) == READS_A_MINUTE and now_ms - self._begun[0] < 60_000:
            await self._pause((self._begun[0] + 60_000 - now_ms) / 1_000)
        self._begun.append(self._at_ms())

    def _left(self, key: tuple[str, str | TickKind]) -> bool:
        """One follower less; whether none is left."""
        if self._followers[key] == 0:
            return False
        self._followers[key] -= 1
        return self._followers[key] == 0
