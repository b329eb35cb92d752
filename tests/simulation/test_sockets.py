"""Connections through the simulated network, heard by the real stream classes."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import pytest
from tests.simulation.sites import ADDRESSES, Site, at_a_site
from tests.simulation.test_wire import order

from botswain.model.market_events import Candle
from botswain.model.order_events import OrderReport
from botswain.simulation.death import Killed
from botswain.venues.binance.lifeline import Gap, Lifeline, Patience
from botswain.venues.binance.sockets import Lost
from botswain.venues.binance.stream_messages import Heard
from botswain.venues.binance.streams import MarketStreams
from botswain.venues.binance.user_stream import UserStream

PATIENCE = Patience(quiet_s=65.0)


class Ears:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.candles: list[Candle] = []
        self.events: list[Any] = []
        self.lives: list[Gap | None] = []
        self.downs: list[str] = []
        self.problems: list[str] = []

    def heard(self, found: Heard) -> None:
        if isinstance(found.event, Candle):
            self.candles.append(found.event)

    def told(self, event: Any) -> None:
        self.events.append(event)

    def live(self, gap: Gap | None) -> None:
        self.lives.append(gap)

    def down(self, why: str, _since_ms: int) -> None:
        self.downs.append(why)

    def reported(self, problem: str) -> None:
        self.problems.append(problem)


async def listening(site: Site, ears: Ears) -> list[asyncio.Task[None]]:
    """Both streams."""
    market = MarketStreams(ADDRESSES, ears)
    await market.subscribe("btcusdt@kline_1m")
    user = UserStream(ADDRESSES, site.credential, ears, site.clock.true_ms)
    talks = (market, user)
    return [site.loop.create_task(Lifeline(one, site.dialer, site.clock.local_ms, PATIENCE).run()) for one in talks]


def closed(ears: Ears) -> list[int]:
    """The minutes that were told as closed."""
    return [one.open_ms for one in ears.candles if one.closed]


def test_every_closed_candle_and_every_order_is_heard_in_order() -> None:
    async def story(site: Site) -> Any:
        ears = Ears()
        await listening(site, ears)
        await asyncio.sleep(2.0)
        await site.desk.write(order(site))
        await asyncio.sleep(600.0)
        return ears

    ears = at_a_site(story)
    minutes = closed(ears)
    assert len(minutes) == 10
    assert [b - a for a, b in pairwise(minutes)] == [60_000] * 9
    assert any(isinstance(one, OrderReport) for one in ears.events)
    assert ears.lives == [None, None]
    assert not ears.problems


@pytest.mark.parametrize("ill", ["disconnect", "half_open", "frozen"])
def test_a_sick_connection_is_replaced_and_the_gap_is_told(ill: str) -> None:
    async def story(site: Site) -> Any:
        ears = Ears()
        await listening(site, ears)
        await asyncio.sleep(120.0)
        assert site.end.sicken("streams", ill) == 1
        before = len(ears.candles)
        await asyncio.sleep(300.0)
        return ears, before

    ears, before = at_a_site(story)
    assert len(ears.candles) > before
    assert [one for one in ears.lives if one is not None]
    assert ears.downs


def test_a_frame_that_is_garbled_is_reported_and_the_rest_goes_on() -> None:
    async def story(site: Site) -> Any:
        ears = Ears()
        await listening(site, ears)
        await asyncio.sleep(60.0)
        site.end.sicken("streams", "frame_garbled")
        await asyncio.sleep(120.0)
        return ears

    ears = at_a_site(story)
    assert len(ears.problems) == 1
    assert not ears.downs


def test_connections_are_refused_while_the_network_is_out() -> None:
    async def story(site: Site) -> Any:
        ears = Ears()
        out = site.on("PX:outage")
        await listening(site, ears)
        await asyncio.sleep(90.0)
        assert not ears.lives
        site.weather.lift(out)
        await asyncio.sleep(90.0)
        return ears

    assert len(at_a_site(story).lives) == 2


def test_a_shutdown_is_announced_and_the_next_connection_is_there_before() -> None:
    async def story(site: Site) -> Any:
        ears = Ears()
        await listening(site, ears)
        await asyncio.sleep(90.0)
        site.end.put(next(iter(site.end.lines)), [b'{"e":"serverShutdown","E":1}'])
        await asyncio.sleep(300.0)
        return ears

    ears = at_a_site(story)
    assert len(closed(ears)) == 6
    assert len(ears.lives) == 2


def test_a_dead_lifes_connections_are_closed_and_it_hears_nothing() -> None:
    async def story(site: Site) -> None:
        socket = await site.dialer.open(f"{ADDRESSES.streams}/ws/btcusdt@kline_1m")
        site.pulse.beats = False
        site.end.hang_up(1)
        assert not site.end.lines
        assert not site.exchange.floor.topics
        with pytest.raises(Killed):
            await socket.receive(5.0)

    at_a_site(story)


def test_what_arrived_before_a_connection_was_lost_can_still_be_read() -> None:
    async def story(site: Site) -> None:
        socket = await site.dialer.open(f"{ADDRESSES.streams}/ws/btcusdt@kline_1m")
        await asyncio.sleep(30.0)
        site.end.sicken("all", "disconnect")
        assert await socket.receive(1.0)
        with pytest.raises(Lost):
            await socket.receive(1.0)

    at_a_site(story)
