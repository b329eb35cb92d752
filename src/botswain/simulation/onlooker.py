"""A crew without bots: it connects, listens and reads through the real adapter, and places nothing.

What the world costs by itself, and what `botswain simulate` lives with where no engine is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from botswain.model.market_events import Candle
from botswain.model.order_events import UserEvent
from botswain.simulation.lives import Charge, Surroundings, Want
from botswain.venues.binance import account_replies, queries
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.lifeline import Gap, Lifeline
from botswain.venues.binance.stream_messages import Heard
from botswain.venues.binance.streams import MarketStreams
from botswain.venues.binance.user_stream import UserStream

READ_EVERY_S = 60.0


class Ears:
    """Counts what it hears."""

    def __init__(self) -> None:
        self.candles = self.events = self.problems = 0

    def heard(self, found: Heard) -> None:
        """A market event."""
        self.candles += isinstance(found.event, Candle) and found.event.closed

    def told(self, _event: UserEvent) -> None:
        """A private event."""
        self.events += 1

    def live(self, _gap: Gap | None) -> None:
        """Heard from now on."""

    def down(self, _why: str, _since_ms: int) -> None:
        """Not heard any more."""

    def reported(self, _problem: str) -> None:
        """Something unreadable."""
        self.problems += 1


class Onlooker:
    """The crew. It installs nothing."""

    async def install(self, _around: Surroundings) -> Sequence[Charge]:
        """No bots."""
        return ()

    def start(self, around: Surroundings) -> Watch:
        """A life of looking on."""
        return Watch(around)

    async def replay(self, _around: Surroundings) -> Sequence[str]:
        """Nothing was decided, so nothing differs."""
        return ()


class Watch:
    """One life."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.ears = Ears()
        self.clock = VenueClock()
        self.credential = next(iter(around.credentials.values()))
        self.desk = Desk(Address(around.wire, Budget(), self.clock, around.now_ms), self.credential)

    async def run(self) -> None:
        """Listen and read until cancelled."""
        around = self.around
        market = MarketStreams(around.addresses, self.ears)
        names = [one.symbol.replace("/", "").lower() + "@kline_1m" for one in around.instruments]
        await market.subscribe(*names)
        user = UserStream(around.addresses, self.credential, self.ears, self.venue_ms)
        async with asyncio.TaskGroup() as group:
            group.create_task(Lifeline(market, around.dialer, around.now_ms).run())
            group.create_task(Lifeline(user, around.dialer, around.now_ms).run())
            while True:
                around.crash("looking")
                await self.desk.set_clock()
                await self.desk.read(queries.account(), account_replies.account)
                await asyncio.sleep(READ_EVERY_S)

    def venue_ms(self) -> int:
        """The venue's time."""
        return self.clock.venue_ms(self.around.now_ms())

    def settled(self) -> bool:
        """It never has anything under way."""
        return True

    def wanted(self) -> Sequence[Want]:
        """Nothing."""
        return ()
