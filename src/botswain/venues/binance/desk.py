"""One account at the venue: writes end accepted, refused or unknown; reads are answered or failed.

The budget is asked first, the clock stamps, the transport sends once, and the raw reply is judged. Nothing is
repeated here: whether to ask again is the caller's decision, and a write is never sent twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from botswain.model.outcomes import Absent, Answer, Failed, Outcome, Replaced
from botswain.venues.binance import market_replies, queries
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.facts import RECV_WINDOW_MS
from botswain.venues.binance.outcomes import read, unanswered, unsent, written
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.transport import NoReply, Reply

T = TypeVar("T")


class Wire(Protocol):
    """What carries calls: the transport, or a simulation of it."""

    async def send(
        self, call: Call, credential: Credential | None, venue_ms: int, recv_window_ms: int
    ) -> Reply | NoReply: ...


@dataclass(frozen=True, slots=True)
class Address:
    """What all accounts behind one address share. now_ms: our clock, milliseconds UTC."""

    wire: Wire
    budget: Budget
    clock: VenueClock
    now_ms: Callable[[], int]

    @property
    def venue_ms(self) -> int:
        """The venue's time."""
        return self.clock.venue_ms(self.now_ms())


class Desk:
    """An account's way to the venue; without a credential only public reads work."""

    def __init__(
        self, address: Address, credential: Credential | None = None, recv_window_ms: int = RECV_WINDOW_MS
    ) -> None:
        self.address = address
        self.account = credential.name if credential is not None else ""
        self._credential = credential
        self._recv_window_ms = recv_window_ms

    async def write(self, call: Call) -> Outcome | Replaced:
        """Send a write once."""
        wait = self.address.budget.ask(call, self.account, self.address.venue_ms)
        if wait is not None:
            return unsent(call, f"{wait.why}; ask again in {wait.wait_ms} ms")
        found = await self._send(call)
        if isinstance(found, NoReply):
            return unanswered(call, found.why) if found.left else unsent(call, found.why)
        return written(call, found.status, found.body)

    async def read(self, call: Call, decoder: Callable[[bytes], T]) -> Answer[T] | Absent | Failed:
        """Ask a question once."""
        wait = self.address.budget.ask(call, self.account, self.address.venue_ms)
        if wait is not None:
            return Failed(f"{wait.why}; ask again in {wait.wait_ms} ms")
        found = await self._send(call)
        if isinstance(found, NoReply):
            return Failed(found.why)
        return read(found.status, found.body, decoder)

    async def set_clock(self) -> Failed | None:
        """Take one round trip for the clock; None where it worked."""
        sent_ms = self.address.now_ms()
        found = await self.read(queries.time(), market_replies.server_time_ms)
        if isinstance(found, Answer):
            self.address.clock.heard(sent_ms, self.address.now_ms(), found.data)
            return None
        return found if isinstance(found, Failed) else Failed("the venue's time is absent")

    async def warm(self, connections: int) -> None:
        """Open so many connections, weight 1 each, ahead of a burst of orders: an idle one is closed after 15 s."""
        await asyncio.gather(*(self.read(queries.time(), market_replies.server_time_ms) for _ in range(connections)))

    async def _send(self, call: Call) -> Reply | NoReply:
        found = await self.address.wire.send(call, self._credential, self.address.venue_ms, self._recv_window_ms)
        if isinstance(found, NoReply):
            self.address.budget.lost(call)
        else:
            self.address.budget.heard(call, self.account, found.status, found.headers, self.address.venue_ms)
        return found
