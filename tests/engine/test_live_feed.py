"""The live feed on virtual time: a venue that drops, hangs, freezes and disconnects, and what the sink is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.engine.markets import FRAME, MINUTE_MS, START_MS, SYMBOL, at, candle, listing, quote, trade
from tests.engine.virtual import now_ms, played

from botswain.engine.feed_events import (
    Closed,
    Down,
    FeedEvent,
    FeedTimes,
    Fresh,
    Late,
    Live,
    Problem,
    Quoted,
    Stale,
    Traded,
)
from botswain.engine.live_feed import READ_S, READS_A_MINUTE, LiveFeed
from botswain.model.listing import Listing
from botswain.model.market_events import Candle, TickKind
from botswain.model.outcomes import Answer, Failed
from botswain.model.ports import MarketListener

TIMES = FeedTimes()
NO = Failed("no answer")


def over_ms(number: int) -> int:
    """A tenth of a second after a candle's end, from the start on."""
    return (number + 1) * MINUTE_MS + 100


@dataclass
class Venue:
    """A venue whose every minute has a candle. It tells each a tenth of a second after its end, and forms the next."""

    dropped: set[int] = field(default_factory=set)
    never: set[int] = field(default_factory=set)
    frozen: bool = False
    reads: str = "well"  # or "fail", "hang"
    clock: list[Failed | None] = field(default_factory=list)
    asked: list[tuple[int, int, int]] = field(default_factory=list)
    followed: list[str] = field(default_factory=list)
    listener: MarketListener | None = None
    up: asyncio.Event = field(default_factory=asyncio.Event)

    def venue_ms(self) -> int:
        return START_MS + now_ms()

    async def set_clock(self) -> Failed | None:
        return self.clock.pop(0) if self.clock else None

    async def rules(self, symbols: Sequence[str]) -> Answer[tuple[Listing, ...]] | Failed:
        return Answer(tuple(map(listing, symbols)))

    async def candles(self, _: str, __: str, start_ms: int, end_ms: int) -> Answer[tuple[Candle, ...]] | Failed:
        self.asked.append((now_ms(), (start_ms - START_MS) // MINUTE_MS, (end_ms - START_MS) // MINUTE_MS))
        failed = await self.answer()
        if failed is not None:
            return failed
        numbers = range((start_ms - START_MS) // MINUTE_MS, (end_ms - START_MS) // MINUTE_MS)
        return Answer(tuple(candle(one) for one in numbers if one not in self.never and at(one + 1) <= self.venue_ms()))

    async def newest(self, _: str, __: str) -> Answer[Candle] | Failed:
        failed = await self.answer()
        return failed or Answer(candle(now_ms() // MINUTE_MS, closed=False, trades=1 + now_ms() % MINUTE_MS // 30_000))

    async def answer(self) -> Failed | None:
        await asyncio.sleep(0.05)
        if self.reads == "hang":
            await asyncio.Event().wait()
        return NO if self.reads == "fail" else None

    async def follow(self, symbols: Sequence[str], timeframe: str) -> None:
        self.followed += [f"+{one} {timeframe}" for one in symbols]

    async def unfollow(self, symbols: Sequence[str], timeframe: str) -> None:
        self.followed += [f"-{one} {timeframe}" for one in symbols]

    async def follow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        self.followed += [f"+{one} {kind.value}" for one in symbols]

    async def unfollow_ticks(self, symbols: Sequence[str], kind: TickKind) -> None:
        self.followed += [f"-{one} {kind.value}" for one in symbols]

    async def listen(self, listener: MarketListener, _turn=None) -> None:
        self.listener = listener
        self.up.set()
        listener.live(None)
        while True:
            await asyncio.sleep((MINUTE_MS // 2 - (now_ms() - 100) % (MINUTE_MS // 2)) / 1_000)
            number, half = divmod((now_ms() - 100) // (MINUTE_MS // 2), 2)
            if self.frozen or not self.up.is_set():
                continue
            if half:
                listener.heard(SYMBOL, candle(number, closed=False, trades=2))
            elif number - 1 not in self.dropped | self.never:
                listener.heard(SYMBOL, candle(number - 1))
                listener.heard(SYMBOL, candle(number, closed=False, trades=1))

    def cut(self) -> None:
        """The connection is lost."""
        assert self.listener is not None
        self.up.clear()
        self.listener.down("cut", now_ms())

    def mend(self) -> None:
        """It stands again."""
        assert self.listener is not None
        self.up.set()
        self.listener.live(now_ms())


@dataclass
class Scene:
    """A feed that runs, its venue, and what its sink was told and when."""

    venue: Venue
    feed: LiveFeed
    told: list[tuple[int, FeedEvent]]

    async def until(self, ms: int) -> None:
        await asyncio.sleep((ms - now_ms()) / 1_000)

    def candles(self) -> list[tuple[int, object]]:
        """Candles told so far: when, and the number, negative where it was late."""
        found: list[tuple[int, object]] = []
        for ms, one in self.told:
            if isinstance(one, Closed):
                found.append((ms, (one.candle.open_ms - START_MS) // MINUTE_MS))
            elif isinstance(one, Late):
                found.append((ms, f"late {(one.open_ms - START_MS) // MINUTE_MS}"))
        return found

    def numbers(self) -> list[object]:
        return [one for _, one in self.candles()]

    def of(self, *kinds: type) -> list[FeedEvent]:
        return [one for _, one in self.told if isinstance(one, kinds)]


@asynccontextmanager
async def running(venue: Venue, times: FeedTimes = TIMES, symbols: int = 1) -> AsyncIterator[Scene]:
    told: list[tuple[int, FeedEvent]] = []
    feed = LiveFeed(venue, lambda one: told.append((now_ms(), one)), now_ms, times=times)
    for k in range(symbols):
        await feed.follow(listing(SYMBOL if k == 0 else f"S{k}/USDT"), FRAME, at(0))
    task = asyncio.create_task(feed.run())
    try:
        yield Scene(venue, feed, told)
    finally:
        task.cancel()
        await asyncio.wait({task})
        assert task.cancelled(), task


def scene(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test played on virtual time."""

    def run() -> None:
        played(test())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@scene
async def test_a_candle_is_told_in_the_very_call_that_brought_it() -> None:
    async with running(Venue()) as s:
        await s.until(over_ms(9))
        assert s.candles() == [(over_ms(number), number) for number in range(9)]
        assert s.venue.listener is not None
        s.venue.listener.heard(SYMBOL, candle(9))
        assert s.numbers()[-1] == 9
        await asyncio.sleep(1)
        assert (s.numbers(), s.venue.asked) == (list(range(10)), [])


@scene
async def test_a_dropped_candle_is_read_when_the_next_one_begins_and_nothing_is_doubled() -> None:
    async with running(Venue(dropped={1})) as s:
        await s.until(over_ms(4) + 1)
        assert s.numbers() == [0, 1, 2, 3, 4]
        ((ms, first, end),) = s.venue.asked
        # The first sign was its successor's; without it the clock says so.
        assert (first, end) == (1, 2)
        assert ms <= over_ms(1) - 100 + TIMES.ask_ms + 250


@scene
async def test_a_candle_that_nobody_has_is_late_after_the_grace_and_the_next_ones_come_in_time() -> None:
    async with running(Venue(never={1})) as s:
        await s.until(over_ms(3) + 1)
        (_, (ms, late), *_) = s.candles()
        assert late == "late 1"
        assert 0 <= ms - (2 * MINUTE_MS + TIMES.grace_ms) <= 250
        assert s.numbers() == [0, "late 1", 2, 3]


@scene
async def test_reads_that_fail_are_bounded_and_told() -> None:
    async with running(Venue(dropped={1}, reads="fail"), FeedTimes(quiet_ms=10**9)) as s:
        await s.until(over_ms(2) + 1)
        assert s.numbers() == [0, "late 1", 2]
        assert 2 <= len(s.venue.asked) <= 5
        assert len(s.of(Problem)) == s.feed.failures == len(s.venue.asked)


@scene
async def test_a_read_that_hangs_holds_up_nothing_and_ends_at_its_deadline() -> None:
    async with running(Venue(dropped={1, 5}, reads="hang"), FeedTimes(quiet_ms=10**9)) as s:
        await s.until(over_ms(3))
        s.venue.reads = "well"
        await s.until(over_ms(6) + 1)
        assert s.numbers() == [0, "late 1", 2, 3, 4, 5, 6]
        assert [str(READ_S) in str(one) for one in s.of(Problem)] == [True]


@scene
async def test_what_was_missed_in_an_outage_is_read_once_and_in_order() -> None:
    async with running(Venue(), FeedTimes(quiet_ms=10**9)) as s:
        await s.until(over_ms(1) + 1)
        s.venue.cut()
        s.venue.reads = "fail"
        await s.until(over_ms(1) + 50_000)
        s.venue.mend()
        s.venue.reads = "well"
        await s.until(over_ms(4) + 1)
        assert s.numbers() == [0, 1, 2, 3, 4]
        assert [type(one) for one in s.of(Live, Down)] == [Live, Down, Live]
        assert s.venue.asked[0][1] == 1


@scene
async def test_while_the_stream_is_down_candles_come_by_reads() -> None:
    async with running(Venue()) as s:
        await s.until(over_ms(0) + 1)
        s.venue.cut()
        await s.until(over_ms(5))
        assert s.numbers() == [0, 1, 2, 3, 4]
        assert all(0 <= ms - over_ms(number) < TIMES.ask_ms + 500 for number, (ms, _) in enumerate(s.candles()))
        assert s.feed.stale(SYMBOL)


@scene
async def test_a_frozen_stream_is_stale_until_it_brings_something_new() -> None:
    async with running(Venue()) as s:
        await s.until(over_ms(1))
        s.venue.frozen = True
        await s.until(over_ms(3))
        (stale,) = s.of(Stale)
        assert isinstance(stale, Stale)
        assert abs(stale.since_ms - START_MS - over_ms(0) - MINUTE_MS // 2) < 500
        s.venue.frozen = False
        await s.until(over_ms(5))
        assert [type(one) for one in s.of(Stale, Fresh)] == [Stale, Fresh]
        assert not s.feed.stale(SYMBOL)


@scene
async def test_nothing_is_heard_before_the_venues_time_is_known() -> None:
    async with running(Venue(clock=[NO, NO, None, NO])) as s:
        await s.until(1_499)
        assert s.venue.listener is None
        assert [type(one) for one in s.of(Problem, Live)] == [Problem, Problem]
        await s.until(MINUTE_MS * 2)
        assert [type(one) for one in s.of(Problem, Live)] == [Problem, Problem, Live, Problem]


@scene
async def test_many_followers_share_one_subscription_which_the_last_one_ends() -> None:
    async with running(Venue()) as s:
        ticks = (TickKind.QUOTES, TickKind.TRADES)
        assert await s.feed.follow(listing(), FRAME, at(0), ticks) == at(0)
        await s.until(over_ms(0) + 1)
        assert await s.feed.follow(listing(), FRAME, at(0), ticks) == at(1)
        assert s.venue.listener is not None
        s.venue.listener.heard(SYMBOL, quote("100", "101"))
        s.venue.listener.heard(SYMBOL, trade("100"))
        s.venue.listener.reported("odd")
        assert [type(one) for one in s.of(Quoted, Traded, Problem)] == [Quoted, Traded, Problem]
        for _ in range(2):
            await s.feed.unfollow(SYMBOL, FRAME, ticks)
        await s.feed.unfollow(SYMBOL, FRAME)
        await s.feed.unfollow(SYMBOL, FRAME)
        await s.until(over_ms(2))
        names = [f"{SYMBOL} {one}" for one in (FRAME, "quotes", "trades")]
        gone = [f"-{names[1]}", f"-{names[2]}", f"-{names[0]}"]
        assert s.venue.followed == [*(f"+{one}" for one in names), *gone]
        assert s.numbers() == [0]


@scene
async def test_reads_keep_to_their_share_of_the_budget() -> None:
    async with running(Venue(), FeedTimes(quiet_ms=10**9), symbols=READS_A_MINUTE + 40) as s:
        # Of all but one nothing is ever heard.
        await s.until(2 * MINUTE_MS - 1)
        assert len([ms for ms, *_ in s.venue.asked if ms < 2 * MINUTE_MS]) == READS_A_MINUTE
        await s.until(3 * MINUTE_MS)
        assert len(s.venue.asked) > READS_A_MINUTE + 40
