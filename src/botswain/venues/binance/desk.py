"""One account at the venue: writes end accepted, refused or unknown; reads are answered or failed.

The budget is asked first, the clock stamps, the transport sends once, and the raw reply is judged. Whether to ask again
is the caller's decision, and a write is never sent twice. One thing is repeated here: a question that was refused for
its time alone, once, after the clock has been measured anew; nobody looked at what it asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
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
MISTIMED = re.compile(rb'"code"\s*:\s*-1021\b')
# The outcome of a request that was refused for its time waits so long for the clock at most.
CLOCK_PATIENCE_S = 2.0


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
            return unsent(call, f"{wait.why}; ask again in {wait.wait_ms} ms", wait.wait_ms)
        found = await self._send(call)
        if isinstance(found, NoReply):
            return unanswered(call, found.why) if found.left else unsent(call, found.why)
        return written(call, found.status, found.body)

    async def read(self, call: Call, decoder: Callable[[bytes], T]) -> Answer[T] | Absent | Failed:
        """Ask a question; refused for its time, it is asked again once."""
        asked_ms = self.address.now_ms()
        found = await self._asked(call)
        if isinstance(found, Reply) and mistimed(found) and self.address.clock.heard_since(asked_ms):
            found = await self._asked(call)
        return found if isinstance(found, Failed) else read(found.status, found.body, decoder)

    async def set_clock(self) -> Failed | None:
        """Take one round trip for the clock; None where it worked."""
        sent_ms = self.address.now_ms()
        found = await self.read(queries.time(), market_replies.server_time_ms)
        if isinstance(found, Answer):
            self.address.clock.heard(sent_ms, self.address.now_ms(), found.data)
            return None
        return found if isinstance(found, Failed) else Failed("the venue's time is absent")

    async def set_right(self) -> None:
        """The venue says that the time is wrong: until it is measured anew, every request is refused like this one."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOCK_PATIENCE_S):
                await self.set_clock()

    async def warm(self, connections: int) -> None:
        """Open so many connections, weight 1 each, ahead of a burst of orders: an idle one is closed after 15 s."""
        await asyncio.gather(*(self.read(queries.time(), market_replies.server_time_ms) for _ in range(connections)))

    async def _asked(self, call: Call) -> Reply | Failed:
        wait = self.address.budget.ask(call, self.account, self.address.venue_ms)
        if wait is not None:
            return Failed(f"{wait.why}; ask again in {wait.wait_ms} ms")
        found = await self._send(call)
        return Failed(found.why) if isinstance(found, NoReply) else found

    async def _send(self, call: Call) -> Reply | NoReply:
        sent_ms, found = self.address.now_ms(), None
        try:
            found = await self.address.wire.send(call, self._credential, self.address.venue_ms, self._recv_window_ms)
        finally:
            # So it is where whoever asked does not wait any more: nothing is on its way for ever.
            if not isinstance(found, Reply):
                self.address.budget.lost(call)
        if isinstance(found, NoReply):
            return found
        self.address.budget.heard(call, self.account, found.status, found.headers, self.address.venue_ms)
        if mistimed(found) and not self.address.clock.heard_since(sent_ms):
            await self.set_right()
        return found


def mistimed(found: Reply) -> bool:
    """Whether a request was refused for its time alone."""
    return found.status == 400 and MISTIMED.search(found.body) is not None
