"""The pieces of a simulated world one by one: a small exchange with the network in front of it, and no engine."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine
from contextvars import copy_context
from decimal import Decimal
from typing import Any, TypeVar

from tests.sandbox.scenes import RULES

from botswain.sandbox.control import balances, made_key
from botswain.sandbox.door import Reply
from botswain.sandbox.exchange import Exchange, Opening
from botswain.sandbox.seed_market import SeedMarket
from botswain.simulation.clock import Clock, VirtualLoop, run
from botswain.simulation.death import Pulse
from botswain.simulation.plan import Injection
from botswain.simulation.sockets import SimulatedDialer
from botswain.simulation.trail import Trail
from botswain.simulation.venue_end import VenueEnd
from botswain.simulation.weather import Weather
from botswain.simulation.wire import SimulatedWire
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential

T = TypeVar("T")
ADDRESSES = loopback(8331)


class Counter:
    """A witness that only counts."""

    def __init__(self) -> None:
        self.sends: list[Call] = []
        self.arrivals: list[tuple[Call, int]] = []
        self.moves = 0

    def sent(self, call: Call) -> None:
        self.sends.append(call)

    def heard(self, call: Call, status: int, body: bytes) -> None:
        """Nothing to do."""

    def arrived(self, call: Call, reply: Reply) -> None:
        self.arrivals.append((call, reply.status))

    def moved(self) -> None:
        self.moves += 1


class Site:
    """An exchange, its network, and one life's ends of it."""

    def __init__(self, loop: VirtualLoop) -> None:
        market = SeedMarket(3, {"BTC/USDT": Decimal(60_000)}, step_ms=20_000)
        funds = balances({"USDT": "100000", "BTC": "1"})
        self.exchange = Exchange(market, RULES, [Opening("main", made_key("main"), funds)], compiled=False)
        self.loop = loop
        self.clock = Clock(loop, self.exchange.floor.market_ms)
        self.trail = Trail(self.clock.true_ms)
        self.weather = Weather(random.Random(1), self.trail)
        self.witness = Counter()
        self.end = VenueEnd(
            loop, self.clock, self.exchange, self.weather, self.trail, self.witness, copy_context()
        )  # fmt: skip
        self.pulse = Pulse(1)
        self.wire = SimulatedWire(self.end, self.pulse)
        self.dialer = SimulatedDialer(self.end, self.pulse)
        key = made_key("main")
        self.credential = Credential("main", key.api_key, key.secret)
        self.desk = Desk(Address(self.wire, Budget(), VenueClock(), self.clock.local_ms), self.credential)

    def on(self, kind: str, **settings: Any) -> Injection:
        """Switch a fault of the weather on."""
        one = Injection(0, 0, kind, {"share": 1.0} | settings)
        self.weather.put(one)
        return one

    def open_names(self) -> set[str]:
        """Client order ids that work at the exchange."""
        return set(self.exchange.floor.accounts["main"].open_names)

    def price(self, share: str = "0.99") -> int:
        """A price near the market, in ticks."""
        return int(self.exchange.floor.pairs["BTCUSDT"].last * Decimal(share))

    async def live(self, what: Coroutine[Any, Any, T]) -> T:
        """Do something while the market moves."""
        moving = self.loop.create_task(self._move())
        try:
            return await what
        finally:
            moving.cancel()

    async def _move(self) -> None:
        while (next_ms := self.exchange.next_ms()) is not None:
            await asyncio.sleep(max(self.clock.at_s(next_ms) - self.loop.time(), 0))
            self.end.advance()


def at_a_site(what: Any) -> Any:
    """Run `what(site)` under virtual time."""

    async def main(loop: VirtualLoop) -> Any:
        site = Site(loop)
        return await site.live(what(site))

    return run(main)
