"""Keeps one subscription alive over connections that end: reconnects, and replaces a connection before it is ended.

It knows nothing of what is said; that is a Talk. Liveness is the age of data: pings prove a socket and not a stream.
A planned replacement (the venue's 24 h, or its announced stop) greets on the new connection before it leaves the old,
so nothing is missed; after an unplanned one the Talk is told since when everything may have been missed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from botswain.venues.binance.facts import CONNECTION_LIFE_MS
from botswain.venues.binance.sockets import Dialer, Lost, Socket

# How long nothing may be heard before somebody looks whether a successor is there.
HURRY_S = 0.05


class Taken(Enum):
    """What a message was."""

    DATA = "data"  # shows that the stream lives
    OTHER = "other"
    LEAVE = "leave"  # the server will stop: connect elsewhere


@dataclass(frozen=True, slots=True)
class Gap:
    """Between these times, milliseconds by our clock, anything may have been missed: take snapshots, read again."""

    since_ms: int
    until_ms: int
    why: str


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds.

    quiet_s    without data for so long, the Talk's `quiet` decides
    life_s     a connection is replaced at this age
    overlap_s  how long the old connection is still heard after its successor was greeted
    pauses_s   between attempts to connect; the last one is repeated
    """

    quiet_s: float = 30.0
    life_s: float = CONNECTION_LIFE_MS / 1_000 - 1_800
    overlap_s: float = 2.0
    pauses_s: tuple[float, ...] = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Talk(Protocol):
    """What is said on a connection."""

    def url(self) -> str:
        """Where to connect."""
        ...

    async def greet(self, socket: Socket, /) -> list[bytes]:
        """Subscribe and wait for the confirmation; gives back messages that came meanwhile. Raises Lost."""
        ...

    def take(self, raw: bytes, twin: bool, /) -> Taken:
        """A message. twin: it may have come by the old connection already. Raises Lost where the stream is dead."""
        ...

    async def quiet(self, socket: Socket, /) -> None:
        """No data for quiet_s. Raises Lost, or asks something whose answer will be data."""
        ...

    def live(self, socket: Socket, gap: Gap | None, /) -> None:
        """Greeted: from here on everything is heard. gap: what was missed before; None at the first start."""
        ...

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        ...

    def moved(self, socket: Socket, /) -> None:
        """Another connection has taken over without a gap."""
        ...


@dataclass(slots=True)
class _Line:
    """A greeted connection, with loop times."""

    socket: Socket
    early: list[bytes]
    opened_s: float
    data_s: float
    twin_until_s: float = 0.0


class Lifeline:
    """One subscription. now_ms: our clock; pause: what waits between attempts."""

    def __init__(
        self,
        talk: Talk,
        dialer: Dialer,
        now_ms: Callable[[], int],
        patience: Patience | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._talk = talk
        self._dialer = dialer
        self._now_ms = now_ms
        self._patience = patience or Patience()
        self._pause = pause
        self._heard_ms = 0
        self.reconnects = 0

    async def run(self, turn: Callable[[], Awaitable[None]] | None = None) -> None:
        """Keep it alive until cancelled. turn: awaited after each message, before the next one is looked at."""
        why = ""
        while True:
            line = await self._connect()
            gap = Gap(self._heard_ms, self._now_ms(), why) if self._heard_ms else None
            self._heard_ms = self._now_ms()
            self._talk.live(line.socket, gap)
            try:
                await self._follow(line, turn)
            except Lost as error:
                why = str(error)
                self.reconnects += 1
                self._talk.down(why, self._heard_ms)

    async def _connect(self) -> _Line:
        """A greeted connection, however many attempts it takes."""
        attempt = 0
        while True:
            try:
                return await self._open()
            except Lost as error:
                self._talk.down(str(error), self._heard_ms)
            pauses = self._patience.pauses_s
            await self._pause(pauses[min(attempt, len(pauses) - 1)])
            attempt += 1

    async def _open(self) -> _Line:
        socket = await self._dialer.open(self._talk.url())
        try:
            early = await self._talk.greet(socket)
        except (Lost, asyncio.CancelledError):
            await socket.close()
            raise
        now_s = asyncio.get_running_loop().time()
        return _Line(socket, early, now_s, now_s)

    async def _follow(self, line: _Line, turn: Callable[[], Awaitable[None]] | None) -> None:
        """Hear connections, one after the other, until one is lost. Raises Lost."""
        successor: asyncio.Task[_Line] | None = None
        leaving = False
        try:
            for raw in line.early:
                leaving = self._take(line, raw) is Taken.LEAVE or leaving
            while True:
                over_s = line.opened_s + self._patience.life_s - asyncio.get_running_loop().time()
                leaving = leaving or over_s <= 0
                leaving = await self._hear(line, HURRY_S if leaving else over_s) or leaving
                if turn is not None:
                    await turn()
                if leaving and successor is None:
                    successor = asyncio.create_task(self._open())
                if successor is not None and successor.done():
                    follower, successor = await self._handed_over(line, successor), None
                    if follower is not None:
                        line, leaving = follower, False
        finally:
            await self._end(line, successor)

    async def _hear(self, line: _Line, look_up_s: float) -> bool:
        """One message, or a look at the age of data. True where the server asks to leave. Raises Lost."""
        clock = asyncio.get_running_loop()
        quiet_s = self._patience.quiet_s
        left_s = line.data_s + quiet_s - clock.time()
        raw = await line.socket.receive(max(min(left_s, look_up_s), 0.0))
        leave = raw is not None and self._take(line, raw) is Taken.LEAVE
        if clock.time() - line.data_s >= quiet_s:
            await self._talk.quiet(line.socket)
            line.data_s = clock.time()
        return leave

    def _take(self, line: _Line, raw: bytes) -> Taken:
        now_s = asyncio.get_running_loop().time()
        taken = self._talk.take(raw, now_s < line.twin_until_s)
        if taken is Taken.DATA:
            line.data_s = now_s
            self._heard_ms = self._now_ms()
        return taken

    async def _handed_over(self, line: _Line, successor: asyncio.Task[_Line]) -> _Line | None:
        """The successor after the old connection was heard out; None where it could not be opened yet."""
        try:
            follower = successor.result()
        except Lost:
            await self._pause(self._patience.pauses_s[0])
            return None
        clock = asyncio.get_running_loop()
        until_s = clock.time() + self._patience.overlap_s
        try:
            while (left_s := until_s - clock.time()) > 0:
                raw = await line.socket.receive(left_s)
                if raw is not None:
                    self._take(line, raw)
        except Lost:
            # It was about to be left; its successor hears everything already.
            pass
        await line.socket.close()
        follower.twin_until_s = clock.time() + self._patience.overlap_s
        self._talk.moved(follower.socket)
        for raw in follower.early:
            self._talk.take(raw, True)
        return follower

    async def _end(self, line: _Line, successor: asyncio.Task[_Line] | None) -> None:
        """Leave nothing open."""
        await line.socket.close()
        if successor is None:
            return
        successor.cancel()
        await asyncio.wait({successor})
        if not successor.cancelled() and successor.exception() is None:
            await successor.result().socket.close()
