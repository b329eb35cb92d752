"""The far end of the network: the exchange with the lines that are open to it, as `sandbox.server` is with sockets.

Everything in it happens in the world's own context, so that a killed engine takes none of it along: what has left
still arrives.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import Context
from dataclasses import dataclass, field
from typing import Protocol

from botswain.sandbox.api_session import ApiSession
from botswain.sandbox.door import Reply, Request
from botswain.sandbox.exchange import Exchange
from botswain.sandbox.fault_acts import SHUTDOWN
from botswain.sandbox.stream_session import StreamSession
from botswain.simulation.clock import Clock, Turn, VirtualLoop
from botswain.simulation.trail import Trail
from botswain.simulation.weather import Weather
from botswain.venues.binance.requests import Call

LIFE_S = 24 * 3600.0
SILENCE_S = 60.0  # a line that answers no pings is closed by the server
APART_S = 1e-6


class Witness(Protocol):
    """Who watches: the checker."""

    def sent(self, call: Call) -> None:
        """A request's bytes leave the engine's machine."""
        ...

    def arrived(self, call: Call, reply: Reply) -> None:
        """The exchange has done a request."""
        ...

    def heard(self, call: Call, status: int, body: bytes) -> None:
        """The engine has the answer to a request."""
        ...

    def moved(self) -> None:
        """Something may have changed at the exchange."""
        ...


@dataclass(eq=False)
class Line:
    """One open connection. Messages keep their order in both directions.

    inbox  what has arrived at the engine's side
    ill    "" or half_open (nothing passes any more) or frozen (only answers pass)
    """

    session: StreamSession | ApiSession
    life: int
    inbox: deque[bytes] = field(default_factory=deque)
    ill: str = ""
    closed: bool = False
    garble: bool = False
    up_s: float = 0.0
    down_s: float = 0.0
    waiter: asyncio.Future[None] | None = None

    @property
    def kind(self) -> str:
        """streams or api."""
        return "streams" if isinstance(self.session, StreamSession) else "api"

    def wake(self) -> None:
        """There is something to see."""
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)


@dataclass(eq=False)
class VenueEnd:
    """The exchange behind the network."""

    loop: VirtualLoop
    clock: Clock
    exchange: Exchange
    weather: Weather
    trail: Trail
    witness: Witness
    context: Context
    lines: dict[Line, None] = field(default_factory=dict)

    def later(self, delay_s: float, what: object, *arguments: object) -> Turn:
        """Do something later, in the world's context."""
        return self.loop.call_later(delay_s, what, *arguments, context=self.context)

    def deliver(self) -> None:
        """Hand everything published to the lines it concerns."""
        published = self.exchange.drain()
        if not published:
            return
        for line in list(self.lines):
            found: list[bytes] = []
            leaving = False
            for one in published:
                if one.topic == SHUTDOWN:
                    found.append(one.payload)
                    leaving = True
                elif isinstance(line.session, StreamSession):
                    message = line.session.message(one)
                    if message is not None:
                        found.append(message)
                else:
                    found += line.session.messages(one)
            if found and not line.ill:
                self.put(line, found)
            if leaving:
                self.leave(line)

    def put(self, line: Line, messages: list[bytes]) -> None:
        """Send messages to the engine's side."""
        if line.garble:
            line.garble = False
            messages[0] = messages[0][: len(messages[0]) // 2] + b"\xff"
        line.down_s = max(line.down_s + APART_S, self.loop.time() + self.weather.delay_s())
        self.loop.call_at(line.down_s, self.land, line, messages, context=self.context)

    def land(self, line: Line, messages: list[bytes]) -> None:
        """Messages have come."""
        if not line.closed and line.ill != "half_open":
            line.inbox += messages
            line.wake()

    def leave(self, line: Line) -> None:
        """Close from the exchange's side, after all that was sent."""
        line.down_s = max(line.down_s + APART_S, self.loop.time() + self.weather.delay_s())
        self.loop.call_at(line.down_s, self.cut, line, context=self.context)

    def cut(self, line: Line) -> None:
        """The connection is gone; what had arrived can still be read."""
        if line in self.lines:
            line.session.close()
            del self.lines[line]
        line.closed = True
        line.wake()

    def sicken(self, which: str, ill: str) -> int:
        """Make lines of a kind ill: half_open, frozen, garbled, or cut. How many were."""
        found = [one for one in self.lines if which in ("all", one.kind)]
        for line in found:
            if ill == "disconnect":
                self.cut(line)
            elif ill == "frame_garbled":
                line.garble = True
            else:
                line.ill = ill
                if ill == "half_open":
                    self.later(SILENCE_S, self.lose, line)
        return len(found)

    def heal(self) -> None:
        """The storm is over: frozen lines stay as they are (a stream that froze does not thaw), new ones are well."""
        for line in self.lines:
            line.garble = False

    def lose(self, line: Line) -> None:
        """The server gives a silent line up; the other side is not told."""
        if line in self.lines:
            line.session.close()
            del self.lines[line]

    def hang_up(self, life: int) -> None:
        """A life is over: the operating system closes its connections."""
        for line in [one for one in self.lines if one.life == life]:
            self.cut(line)

    def opened(self, session: StreamSession | ApiSession, life: int) -> Line:
        """A new line."""
        line = Line(session, life)
        self.lines[line] = None
        self.later(LIFE_S, self.cut, line)
        return line

    def hear(self, line: Line, text: str) -> None:
        """A message has arrived from the engine's side."""
        if line not in self.lines or line.ill == "half_open":
            return
        session = line.session
        if isinstance(session, StreamSession):
            answer = session.receive(text, self.clock.true_ms())
            if answer is None:
                self.cut(line)
            else:
                self.put(line, [answer])
            return
        held_ms = session.held_ms(text)
        if held_ms:
            self.later(held_ms / 1000, self.answer, line, session, text)
        else:
            self.answer(line, session, text)

    def answer(self, line: Line, session: ApiSession, text: str) -> None:
        """Answer a request of the WebSocket API."""
        reply = session.receive(text, self.clock.true_ms())
        self.deliver()
        if not reply.dropped and reply.delay_ms > 0:
            self.later(reply.delay_ms / 1000, self.put, line, [reply.body])
        elif not reply.dropped:
            self.put(line, [reply.body])
        self.witness.moved()

    def rest(self, request: Request, call: Call) -> Reply:
        """Do a REST request that has arrived."""
        reply = self.exchange.rest(request, self.clock.true_ms())
        self.witness.arrived(call, reply)
        self.deliver()
        return reply

    def advance(self) -> None:
        """Move the market once."""
        self.exchange.advance()
        self.deliver()
        self.witness.moved()


def garbled(body: bytes) -> bytes:
    """A reply as a broken connection leaves it."""
    return body[: len(body) * 2 // 3]
