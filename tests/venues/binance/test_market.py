"""The market of a real sandbox over loopback, through the live feed: joins, faults, and a clock that is off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import BTC, MINUTE_MS, START_MS, candle_market, exchange
from tests.venues.binance.loopback import loopback as answering
from tests.venues.binance.sandboxed import fault, now_ms

from botswain.engine.feed_events import (
    Closed,
    Down,
    Fault,
    FeedEvent,
    FeedTimes,
    Fresh,
    Late,
    Live,
    Problem,
    Quoted,
    Revised,
    Stale,
    Traded,
)
from botswain.engine.live_feed import LiveFeed
from botswain.model.errors import BadInput
from botswain.model.market_events import TickKind
from botswain.model.outcomes import Answer, Failed
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.lifeline import Patience
from botswain.venues.binance.market import BinanceMarket
from botswain.venues.binance.sockets import AioDialer
from botswain.venues.binance.transport import Transport

SYMBOL, FRAME = "BTC/USDT", "1m"
CLOSES = [100 + number % 7 for number in range(40)]
HASTY = FeedTimes(ask_ms=0, again_ms=30, grace_ms=400, patience_ms=3_000, quiet_ms=150, lag_ms=100)
CALM = FeedTimes(again_ms=30, quiet_ms=10**9)


@pytest.fixture
def site() -> Iterator[Site]:
    rows = tuple((close, close + 1, close - 1, close) for close in CLOSES)
    with served(exchange(candle_market(rows))) as found:
        yield found


@asynccontextmanager
async def market(port: int, *, paced: bool = False) -> AsyncIterator[BinanceMarket]:
    """A stepped sandbox keeps a time of its own."""
    wire, dialer = Transport(loopback(port), 5.0), AioDialer()
    desk = Desk(Address(wire, Budget(), VenueClock(), now_ms))
    try:
        yield BinanceMarket(desk, loopback(port), dialer, paced=paced, patience=Patience(pauses_s=(0.05,)))
    finally:
        await wire.close()
        await dialer.close()


@dataclass
class Sink:
    """What the feed told."""

    told: list[FeedEvent] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def __call__(self, one: FeedEvent) -> None:
        self.told.append(one)
        self.changed.set()

    def of(self, *kinds: type) -> list[FeedEvent]:
        return [one for one in self.told if isinstance(one, kinds)]

    @property
    def candles(self) -> list[object]:
        """Numbers of the candles that were told."""
        return [
            (one.candle.open_ms - START_MS) // MINUTE_MS if isinstance(one, Closed) else ("late", one.open_ms)
            for one in self.told
            if isinstance(one, (Closed, Late))
        ]

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not true():
                self.changed.clear()
                await self.changed.wait()

    async def closed(self, count: int) -> None:
        await self.until(lambda: len(self.candles) >= count)


@asynccontextmanager
async def fed(site: Site, times: FeedTimes = CALM, first: int = 0) -> AsyncIterator[tuple[Sink, LiveFeed]]:
    """A live feed of the sandbox's symbol, its quotes and trades with it."""
    async with market(site.port) as found:
        sink = Sink()
        listed = await found.rules([SYMBOL])
        assert isinstance(listed, Answer), listed
        feed = LiveFeed(found, sink, lambda: time.monotonic_ns() // 1_000_000, times=times)
        await feed.follow(listed.data[0], FRAME, START_MS + first * MINUTE_MS, tuple(TickKind))
        task = asyncio.create_task(feed.run())
        try:
            await sink.until(lambda: sink.of(Live))
            yield sink, feed
        finally:
            task.cancel()
            await asyncio.wait({task})
            assert task.cancelled(), task


async def test_rules_are_those_of_the_symbols_in_their_order_or_a_failure_that_names_them(site: Site) -> None:
    async with market(site.port) as m:
        found = await m.rules([SYMBOL])
        assert isinstance(found, Answer)
        (one,) = found.data
        assert (one.symbol, one.market_id, one.instrument.tick_size) == (SYMBOL, "BTCUSDT", BTC.tick_size)
        missing = await m.rules([SYMBOL, "NO/SUCH"])
        assert isinstance(missing, Failed)
        assert "NO/SUCH" in missing.why


async def test_only_candles_that_have_closed_are_read(site: Site) -> None:
    await site.step_soon(3)
    async with market(site.port) as m:
        found = await m.candles(SYMBOL, FRAME, START_MS, START_MS + 10 * MINUTE_MS)
        assert isinstance(found, Answer)
        assert [(one.open_ms, one.close, one.closed) for one in found.data] == [
            (START_MS + k * MINUTE_MS, CLOSES[k], True) for k in range(3)
        ]
        newest = await m.newest(SYMBOL, FRAME)
        assert isinstance(newest, Answer)
        assert (newest.data.open_ms, newest.data.closed) == (START_MS + 3 * MINUTE_MS, False)
        part = await m.candles(SYMBOL, FRAME, START_MS + MINUTE_MS, START_MS + 2 * MINUTE_MS)
        assert isinstance(part, Answer)
        assert len(part.data) == 1


async def test_a_row_that_cannot_be_read_is_asked_for_again(site: Site) -> None:
    await site.step_soon(3)
    async with market(site.port) as m:
        for times, rows in ((1, 3), (2, 2)):
            fault(site, "corrupt_row", method="klines", times=times)
            found = await m.candles(SYMBOL, FRAME, START_MS, START_MS + 10 * MINUTE_MS)
            assert isinstance(found, Answer)
            assert len(found.data) == rows


async def test_a_timeframe_the_venue_has_not_is_refused(site: Site) -> None:
    async with market(site.port) as m:
        with pytest.raises(BadInput, match="'7m' is not one of Binance's"):
            await m.follow([SYMBOL], "7m")


async def test_pages_are_joined_and_an_unknown_clock_reads_nothing() -> None:
    start = 1_600_000_020_000

    def rows(first: int, count: int) -> bytes:
        each = (start + (first + k) * MINUTE_MS for k in range(count))
        one = '[{0},"1","1","1","1","1",{1},"1",1,"1","1","0"]'
        return ("[" + ",".join(one.format(ms, ms + MINUTE_MS - 1) for ms in each) + "]").encode()

    answers = [(500, b"{}", {}), (200, b'{"serverTime":%d}' % now_ms(), {})]
    answers += [(200, rows(0, 1_000), {}), (200, rows(1_000, 500), {})]
    async with answering(*answers) as server, market(server.port, paced=True) as m:
        assert isinstance(await m.candles(SYMBOL, FRAME, start, start + MINUTE_MS), Failed)
        found = await m.candles(SYMBOL, FRAME, start, start + 1_500 * MINUTE_MS)
        assert isinstance(found, Answer)
        assert [one.open_ms for one in found.data] == [start + k * MINUTE_MS for k in range(1_500)]
        asked = [one.line.split()[1] for one in server.got]
        assert f"startTime={start + 1_000 * MINUTE_MS}&endTime={start + 1_500 * MINUTE_MS - 1}" in asked[-1]


async def test_what_happened_before_the_start_is_joined_to_what_is_heard(site: Site) -> None:
    await site.step_soon(5)
    async with fed(site) as (sink, feed):
        # A stepped market's time is known from its first message on.
        await site.step_soon(2)
        await sink.closed(7)
        assert (sink.candles, sink.of(Late, Revised, Fault)) == (list(range(7)), [])
        assert sink.of(Traded)
        assert sink.of(Quoted)
        assert feed.reads == 1


async def test_a_dropped_candle_is_read(site: Site) -> None:
    async with fed(site) as (sink, feed):
        await site.step_soon(1)
        fault(site, "drop_candle")
        await site.step_soon(3)
        await sink.closed(4)
        assert (sink.candles, feed.reads) == ([0, 1, 2, 3], 1)


async def test_frozen_streams_are_stale_and_their_candles_are_read(site: Site) -> None:
    async with fed(site, HASTY) as (sink, feed):
        await site.step_soon(1)
        await sink.closed(1)
        fault(site, "freeze_streams", times=3)
        await site.step_soon(3)
        await sink.until(lambda: sink.of(Stale))
        await sink.closed(4)
        assert feed.stale(SYMBOL)
        await site.step_soon(1)
        await sink.closed(5)
        await sink.until(lambda: sink.of(Fresh))
        assert (sink.candles, feed.stale(SYMBOL)) == (list(range(5)), False)


async def test_a_revised_candle_is_an_event_of_its_own(site: Site) -> None:
    async with fed(site) as (sink, _):
        await site.step_soon(2)
        await sink.closed(2)
        fault(site, "revise_candle", ticks=3)
        await sink.until(lambda: sink.of(Revised))
        (revised,) = sink.of(Revised)
        assert isinstance(revised, Revised)
        assert revised.was is not None
        assert revised.candle.close - revised.was.close == Decimal("0.03")
        assert sink.candles == [0, 1]


async def test_a_disconnect_with_candles_inside_leaves_no_gap_and_no_double(site: Site) -> None:
    async with fed(site) as (sink, _):
        await site.step_soon(2)
        await sink.closed(2)
        fault(site, "disconnect")
        await site.step_soon(3)
        await sink.until(lambda: len(sink.of(Live)) == 2 or len(sink.candles) >= 5)
        await site.step_soon(2)
        await sink.closed(7)
        assert (sink.candles, sink.of(Late, Revised, Fault)) == (list(range(7)), [])


async def test_a_connection_that_is_lost_with_candles_inside_is_backfilled(site: Site) -> None:
    async with fed(site) as (sink, feed):
        await site.step_soon(2)
        await sink.closed(2)
        # No announcement this time: the socket breaks.
        source = feed._source
        assert isinstance(source, BinanceMarket)
        socket = source._streams._socket
        assert socket is not None
        await socket.close()
        await sink.until(lambda: sink.of(Down))
        await site.step_soon(3)
        await sink.until(lambda: len(sink.of(Live)) == 2)
        await site.step_soon(2)
        await sink.closed(7)
        assert (sink.candles, sink.of(Late, Revised)) == (list(range(7)), [])


async def test_a_bad_print_is_a_fault_and_no_price(site: Site) -> None:
    async with fed(site) as (sink, _):
        await site.step_soon(2)
        await sink.closed(2)
        before = len(sink.of(Traded))
        fault(site, "bad_print", factor="2")
        await sink.until(lambda: sink.of(Fault))
        assert len(sink.of(Traded)) == before
        await site.step_soon(2)
        await sink.closed(4)
        assert sink.candles == [0, 1, 2, 3]
        assert len(sink.of(Traded)) > before


async def test_a_clock_that_is_off_moves_the_venues_time_with_it(site: Site) -> None:
    async with market(site.port, paced=True) as m:
        for offset_ms in (0, 5_000, -5_000):
            fault(site, "clock_skew", offset_ms=offset_ms, times=1)
            assert await m.set_clock() is None
            assert abs(m.venue_ms() - now_ms() - offset_ms) < 400


async def test_a_venue_that_answers_nothing_ends_in_late_candles_and_problems_and_is_joined_again(site: Site) -> None:
    async with fed(site, HASTY) as (sink, _):
        await site.step_soon(1)
        await sink.closed(1)
        fault(site, "maintenance", method="klines", times=-1)
        fault(site, "drop_candle")
        await site.step_soon(3)
        await sink.closed(4)
        assert sink.candles == [0, ("late", START_MS + MINUTE_MS), 2, 3]
        assert sink.of(Problem)
        site.control("DELETE", "faults")
        await site.step_soon(1)
        await sink.closed(5)
        assert sink.candles[4] == 4
