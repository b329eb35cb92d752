"""Streams of the sandbox exchange over real sockets: candles, the book, our own fills, and an announced stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from msgspec.structs import replace as changed
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import MINUTE_MS, START_MS, exchange
from tests.venues.binance.sandboxed import BUY, desk, fault, now_ms, placed
from tests.venues.binance.test_user_stream import UserEar

from botswain.model.market_events import Candle, DepthDiff
from botswain.model.order_events import BalancesChanged, OrderReport, UserEvent, UserStreamEnded
from botswain.model.orders import OrderState
from botswain.model.outcomes import Answer
from botswain.sandbox.control import made_key
from botswain.venues.binance import market_replies, order_replies, queries
from botswain.venues.binance.book import LocalBook, Step
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.lifeline import Gap, Lifeline, Patience
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import AioDialer
from botswain.venues.binance.stream_messages import Heard
from botswain.venues.binance.streams import MarketStreams
from botswain.venues.binance.user_stream import UserStream


@pytest.fixture
def site() -> Iterator[Site]:
    with served(exchange()) as found:
        yield found


@dataclass
class Both(UserEar):
    """Notes market and user events."""

    def heard(self, found: Heard) -> None:
        self.note(found.event)

    def told(self, event: UserEvent) -> None:
        self.note(event)

    @property
    def closed(self) -> list[Candle]:
        return [one for one in self.notes if isinstance(one, Candle) and one.closed]

    @property
    def filled(self) -> list[OrderReport]:
        return [one for one in self.notes if isinstance(one, OrderReport) and one.fills]


@asynccontextmanager
async def alive(site: Site, dialer: AioDialer, ear: Both, *names: str) -> AsyncIterator[None]:
    """Both streams, heard by one ear."""
    key, here = made_key("main"), loopback(site.port)
    market = MarketStreams(here, ear)
    await market.subscribe(*names)
    talks = (market, UserStream(here, Credential("main", key.api_key, key.secret), ear, now_ms))
    patience = Patience(pauses_s=(0.05,))
    tasks = [asyncio.create_task(Lifeline(talk, dialer, now_ms, patience).run()) for talk in talks]
    try:
        await ear.until(lambda: ear.notes.count(("live", None)) == 2)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await dialer.close()


async def test_streams_tell_candles_the_book_and_our_own_fills(site: Site) -> None:
    ear, book = Both(), LocalBook()
    async with desk(site) as d, alive(site, AioDialer(), ear, "btcusdt@kline_1m", "btcusdt@depth"):
        await placed(d, changed(BUY, price=9_950), "mine")
        snapshot = await d.read(queries.depth("BTCUSDT"), market_replies.depth)
        assert isinstance(snapshot, Answer)
        assert book.snapshot(snapshot.data) is Step.APPLIED
        await site.step_soon(2)
        await ear.until(lambda: len(ear.closed) == 2 and ear.filled)
        assert [(one.open_ms, one.close) for one in ear.closed] == [(START_MS, 101), (START_MS + MINUTE_MS, 104)]
        (report,) = ear.filled
        assert (report.client_order_id, report.state) == ("mine", OrderState.FILLED)
        trades = await d.read(queries.own_trades("BTCUSDT"), order_replies.own_trades)
        assert isinstance(trades, Answer)
        assert report.fills[0].key == trades.data.items[0].key
        assert any(isinstance(one, BalancesChanged) for one in ear.notes)
        for one in ear.notes:
            if isinstance(one, DepthDiff):
                assert book.apply(one) in (Step.APPLIED, Step.STALE)
        best = book.asks.best
        assert best is not None
        assert best[0] == 104


async def test_an_announced_stop_of_the_server_is_survived(site: Site) -> None:
    ear = Both()
    async with alive(site, AioDialer(), ear, "btcusdt@kline_1m"):
        fault(site, "disconnect")
        await ear.until(lambda: any(isinstance(one, tuple) and isinstance(one[1], Gap) for one in ear.notes))
        await site.step_soon(1)
        await ear.until(lambda: ear.closed)


async def test_a_user_stream_that_the_venue_ends_is_subscribed_again_with_a_gap(site: Site) -> None:
    ear = Both()
    async with desk(site) as d, alive(site, AioDialer(), ear, "btcusdt@kline_1m"):
        fault(site, "stream_ended")
        await ear.until(lambda: any(isinstance(one, tuple) and isinstance(one[1], Gap) for one in ear.notes))
        assert any(isinstance(one, UserStreamEnded) for one in ear.notes)
        await placed(d, changed(BUY, price=9_000), "after")
        await ear.until(lambda: any(isinstance(one, OrderReport) for one in ear.notes))
