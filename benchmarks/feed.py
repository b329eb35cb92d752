"""What a market message costs from its bytes to the inboxes of ten bots: `python benchmarks/feed.py`.

The whole way of a message in the engine, without the socket: the combined message is decoded by the streams' talk,
named by the market, judged by the candle feed, routed, and put into ten bots' queues. Each row is the best
and the median of several rounds on one core, in microseconds a message, and the median of the processor time alone,
which a busy machine blurs less; the collector runs as it does in the engine.
Every message is another one, in the venue's shapes: a candle that closes is the next of its chain. The plan's limit
is 15 us. Bots that are not concerned are subscribed to another symbol and watch prices of this one.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import deque
from collections.abc import Iterator
from decimal import Decimal

from botswain.engine.feed_events import FeedEvent
from botswain.engine.live_feed import LiveFeed
from botswain.engine.router import Router
from botswain.model.instrument import Instrument
from botswain.model.listing import Listing
from botswain.model.market_events import TickKind
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import PRODUCTION
from botswain.venues.binance.market import BinanceMarket
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import AioDialer
from botswain.venues.binance.transport import NoReply, Reply

ROUNDS, MESSAGES = 15, 3_000
BOTS, OTHERS = 10, 190
LIMIT_US = 15.0
START_MS, MINUTE_MS = 1_723_161_240_000, 60_000
SYMBOL, TICK = "BTC/USDT", Decimal("0.01")
KINDS = ("kline, forming", "kline, closed", "bookTicker", "aggTrade")


class Nowhere:
    """A wire that carries nothing."""

    async def send(self, call: Call, _: Credential | None, __: int, ___: int) -> Reply | NoReply:
        return NoReply(f"{call.path} was asked in a benchmark", left=False)


class Scene:
    """A feed with ten bots on one symbol and many on others; its clock stands at the last candle's end."""

    def __init__(self) -> None:
        self.now_ms = START_MS
        clock = VenueClock()
        for k in range(8):
            clock.heard(START_MS - 1_000 + k, START_MS - 1_000 + k, START_MS - 1_000 + k)
        desk = Desk(Address(Nowhere(), Budget(), clock, self.now))
        self.market = BinanceMarket(desk, PRODUCTION, AioDialer())
        self.router = Router()
        self.inboxes: dict[str, deque[FeedEvent]] = {f"bot {k}": deque() for k in range(BOTS + OTHERS)}
        self.feed = LiveFeed(self.market, self.deliver, self.now)
        self.delivered = 0

    def now(self) -> int:
        return self.now_ms

    async def begin(self) -> None:
        """Subscribe everybody, and hear without a connection."""
        none = (Decimal(0), Decimal(0))
        rules = Instrument(SYMBOL, TICK, Decimal("0.00001"))
        listing = Listing(
            "BTCUSDT", rules, "TRADING", True, frozenset(), Decimal(0), False, False, False, 0, 0, none, none
        )  # fmt: skip
        await self.feed.follow(listing, "1m", START_MS, tuple(TickKind))
        for k, name in enumerate(self.inboxes):
            symbol = SYMBOL if k < BOTS else f"OTHER{k}/USDT"
            self.router.subscribe(name, symbol, "1m", TICK, tuple(TickKind))
            self.router.watch(name, SYMBOL, 100 + k, 100_000_000 + k)
        self.market._listener = self.feed
        self.market.live(None)

    def deliver(self, event: FeedEvent) -> None:
        for name in self.router.route(event):
            self.inboxes[name].append(event)
            self.delivered += 1

    def messages(self, kind: str, first: int) -> Iterator[bytes]:
        """Messages of a kind, numbered from `first`."""
        for number in range(first, first + MESSAGES):
            price = f"{61_000 + number % 97}.{number % 100:02d}000000"
            if kind.startswith("kline"):
                closed = kind.endswith("closed")
                open_ms = START_MS + (number if closed else 10**6) * MINUTE_MS
                yield streamed("btcusdt@kline_1m", bar(open_ms, price, number, closed=closed))
            elif kind == "bookTicker":
                best = {"b": price, "B": "1.00000000", "a": price, "A": "2.00000000"}
                yield streamed("btcusdt@bookTicker", {"u": number, "s": "BTCUSDT"} | best)
            else:
                ids = {"a": number, "f": number, "l": number, "T": START_MS, "m": True, "M": True}
                head = {"e": "aggTrade", "E": START_MS, "s": "BTCUSDT", "p": price, "q": "0.02000000"}
                yield streamed("btcusdt@aggTrade", head | ids)


def streamed(name: str, data: dict[str, object]) -> bytes:
    """A combined message, spelled as the venue spells it: without spaces."""
    return json.dumps({"stream": name, "data": data}, separators=(",", ":")).encode()


def bar(open_ms: int, price: str, number: int, *, closed: bool) -> dict[str, object]:
    """A kline payload."""
    figures = dict.fromkeys(("o", "c", "h", "l"), price) | dict.fromkeys(("v", "q", "V", "Q"), "61837.63000000")
    times = {"t": open_ms, "T": open_ms + MINUTE_MS - 1, "s": "BTCUSDT", "i": "1m", "f": 1, "L": 200}
    return {
        "e": "kline",
        "E": open_ms + MINUTE_MS,
        "s": "BTCUSDT",
        "k": times | {"n": number, "x": closed, "B": "0"} | figures,
    }


def measured(scene: Scene, kind: str) -> tuple[list[float], list[float], int, float]:
    """Microseconds a message by the wall and by the processor, a number for each round; its length; inboxes reached."""
    found, worked, size, before = [], [], 0, scene.delivered
    take = scene.market._streams.take
    for turn in range(ROUNDS):
        batch = list(scene.messages(kind, turn * MESSAGES))
        size = len(batch[-1])
        if kind.startswith("kline"):
            # The clock stands behind the last of them: nothing is of the future, and nothing is missing.
            last = (turn + 1) * MESSAGES if kind.endswith("closed") else 10**6
            scene.now_ms = START_MS + last * MINUTE_MS + 100
        start, began = time.perf_counter(), time.thread_time()
        for raw in batch:
            take(raw, False)
        found.append((time.perf_counter() - start) / MESSAGES * 1e6)
        worked.append((time.thread_time() - began) / MESSAGES * 1e6)
        for inbox in scene.inboxes.values():
            inbox.clear()
    return found, worked, size, (scene.delivered - before) / ROUNDS / MESSAGES


async def main() -> None:
    """Print the table."""
    print(f"{'message':<18}{'bytes':>6}{'inboxes':>9}{'best us':>9}{'median':>8}{'processor':>11}")
    for kind in KINDS:
        scene = Scene()
        await scene.begin()
        rounds, worked, size, reached = measured(scene, kind)
        best, median = min(rounds), statistics.median(rounds)
        print(f"{kind:<18}{size:>6}{reached:>9.1f}{best:>9.2f}{median:>8.2f}{statistics.median(worked):>11.2f}", end="")
        print("" if median < LIMIT_US else f"   above the limit of {LIMIT_US} us")


if __name__ == "__main__":
    asyncio.run(main())
