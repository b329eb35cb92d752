"""Connections in memory: a test says what the other side sends and sees what it was told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from tests.venues.binance.payloads import raw

from botswain.venues.binance.sockets import Lost, Socket

Server = Callable[[str], list[bytes]]


class Line:
    """One connection; `server` answers what is sent."""

    def __init__(self, server: Server, changed: asyncio.Event) -> None:
        self.server = server
        self.changed = changed
        self.sent: list[str] = []
        self.inbox: asyncio.Queue[bytes | Lost] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.silences = 0
        self.chatter: bytes | None = None  # said again and again where there is nothing else to say

    async def send(self, text: str) -> None:
        self.sent.append(text)
        for one in self.server(text):
            self.inbox.put_nowait(one)
        self.changed.set()

    async def receive(self, within_s: float) -> bytes | None:
        if self.chatter is not None and self.inbox.empty():
            await asyncio.sleep(0)
            return self.chatter
        try:
            async with asyncio.timeout(within_s):
                found = await self.inbox.get()
        except TimeoutError:
            self.silences += 1
            self.changed.set()
            return None
        if isinstance(found, Lost):
            raise found
        return found

    async def close(self) -> None:
        self.closed.set()

    def say(self, message: bytes) -> None:
        """Send a message."""
        self.inbox.put_nowait(message)

    def drop(self, why: str = "dropped") -> None:
        """Break the connection."""
        self.inbox.put_nowait(Lost(why))

    @property
    def asked(self) -> list[tuple[str, object]]:
        """Methods and parameters of what was sent."""
        return [(one["method"], one.get("params")) for one in map(json.loads, self.sent)]


class Switchboard:
    """Opens lines, or fails so many times first."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.lines: list[Line] = []
        self.fails = 0
        self.urls: list[str] = []
        self.changed = asyncio.Event()

    async def open(self, url: str) -> Socket:
        self.urls.append(url)
        if self.fails:
            self.fails -= 1
            raise Lost("nobody there")
        self.lines.append(Line(self.server, self.changed))
        return self.lines[-1]

    async def until(self, true: Callable[[], object]) -> None:
        """Wait for something that a connection or a message on it brings about."""
        async with asyncio.timeout(20):
            while not true():
                self.changed.clear()
                await self.changed.wait()


def confirms(text: str) -> list[bytes]:
    """A market server that confirms every request."""
    return [raw({"result": None, "id": json.loads(text)["id"]})]


def grants(text: str) -> list[bytes]:
    """A WebSocket API that grants the subscription and says that it stands."""
    asked = json.loads(text)
    held = {"subscriptionId": 0}
    result = [held] if asked["method"] == "session.subscriptions" else held
    return [raw({"id": asked["id"], "status": 200, "result": result})]
