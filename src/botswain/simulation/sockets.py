"""The engine's ends of connections: what `venues.binance.sockets` offers, over the simulated network.

A half-open connection raises nothing and brings nothing, exactly like the real thing; whoever waits on one is saved
by his own deadline.
"""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

from botswain.sandbox.api_session import ApiSession
from botswain.sandbox.refusals import Refused
from botswain.sandbox.stream_session import StreamSession
from botswain.simulation.death import Pulse
from botswain.simulation.venue_end import APART_S, Line, VenueEnd
from botswain.simulation.wire import ADDRESS
from botswain.venues.binance.sockets import Lost

API_PATH = "/ws-api/v3"
COMBINED_PATH = "/stream"


class SimulatedDialer:
    """A Dialer of one life."""

    def __init__(self, end: VenueEnd, pulse: Pulse) -> None:
        self._end = end
        self._pulse = pulse

    async def open(self, url: str) -> SimulatedSocket:
        """Connect. Raises Lost."""
        self._pulse.check()
        end = self._end
        self._end.trail.count("connections")
        allowed = end.weather.connects(url)
        await asyncio.sleep(end.weather.delay_s() + end.weather.delay_s())
        self._pulse.check()
        if not allowed:
            raise Lost(f"connecting to {url} failed: refused")
        return SimulatedSocket(end, self._pulse, end.opened(self._session(url), self._pulse.life))

    def _session(self, url: str) -> StreamSession | ApiSession:
        parts = urlsplit(url)
        now_ms = self._end.clock.true_ms()
        if parts.path == API_PATH:
            found = self._end.exchange.open_api(ADDRESS, parts.query, now_ms)
            if found.refused is not None:
                raise Lost(f"connecting to {url} failed: status {found.refused.status}")
            return found
        combined = parts.path == COMBINED_PATH
        given = parse_qs(parts.query).get("streams", [""])[0] if combined else parts.path.removeprefix("/ws/")
        names = [one for one in given.split("/") if one]
        try:
            return self._end.exchange.open_streams(names, ADDRESS, now_ms, combined=combined)
        except Refused as error:
            raise Lost(f"connecting to {url} failed: status {error.status}") from None


class SimulatedSocket:
    """One open connection."""

    def __init__(self, end: VenueEnd, pulse: Pulse, line: Line) -> None:
        self._end = end
        self._pulse = pulse
        self._line = line

    async def send(self, text: str) -> None:
        """Send a message. Raises Lost."""
        self._pulse.check()
        end, line = self._end, self._line
        if line.closed:
            raise Lost("the connection was closed; connect again")
        end.trail.out(text.encode())
        line.up_s = max(line.up_s + APART_S, end.loop.time() + end.weather.delay_s())
        end.loop.call_at(line.up_s, end.hear, line, text, context=end.context)

    async def receive(self, within_s: float) -> bytes | None:
        """The next message, or None where none came in time. Raises Lost."""
        self._pulse.check()
        line = self._line
        if line.inbox:
            return line.inbox.popleft()
        if line.closed:
            raise Lost("the connection was closed; connect again")
        waiter: asyncio.Future[None] = self._end.loop.create_future()
        line.waiter = waiter
        expiry = self._end.loop.call_later(within_s, woken, waiter)
        try:
            await waiter
        finally:
            expiry.cancel()
            line.waiter = None
            self._pulse.check()
        if line.inbox:
            return line.inbox.popleft()
        if line.closed:
            raise Lost("the connection was closed; connect again")
        return None

    async def close(self) -> None:
        """Close."""
        if self._pulse.beats and not self._line.closed:
            self._line.closed = True
            self._end.later(self._end.weather.delay_s(), self._end.cut, self._line)


def woken(waiter: asyncio.Future[None]) -> None:
    """The time is up."""
    if not waiter.done():
        waiter.set_result(None)
