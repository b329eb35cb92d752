"""The exchange on a real port, in a thread of its own, for clients that know nothing of it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from botswain.sandbox.exchange import Exchange
from botswain.sandbox.server import Server


@dataclass(frozen=True)
class Site:
    """A running exchange: its addresses and its control door. loop: that its server runs on, in another thread."""

    exchange: Exchange
    port: int
    server: Server
    loop: asyncio.AbstractEventLoop

    @property
    def http(self) -> str:
        """The REST address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ws(self) -> str:
        """The WebSocket address."""
        return f"ws://127.0.0.1:{self.port}"

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the control door."""
        raw = None if body is None else json.dumps(body).encode()
        with urlopen(Request(f"{self.http}/sandbox/{path}", raw, method=method), timeout=30) as answer:
            return json.loads(answer.read())

    def step(self, candles: int = 1) -> Any:
        """Move the market on."""
        return self.control("POST", "step", {"candles": candles})

    def refused(self, step: dict[str, Any]) -> tuple[int, str]:
        """The status and the text with which a step is turned away."""
        try:
            return 200, str(self.control("POST", "step", step))
        except HTTPError as error:
            return error.code, error.read().decode()

    def play(self, until: dict[str, Any]) -> int:
        """Move the market on to the end of a candle (1), or to a watched price inside it (0)."""
        return int(self.control("POST", "step", {"until": until})["candles"])

    async def play_soon(self, until: dict[str, Any]) -> int:
        """The same without holding up this thread's loop."""
        return int((await self.moved({"until": until}))["candles"])

    async def step_soon(self, candles: int = 1) -> Any:
        """`step` without holding up this thread's loop."""
        return await self.moved({"candles": candles})

    async def moved(self, body: dict[str, Any]) -> Any:
        """A step behind the control door: a request of its own for each candle was a third of what one costs here.

        Tests of the door itself go through it.
        """
        asked = asyncio.run_coroutine_threadsafe(self.server.step(json.dumps(body).encode()), self.loop)
        status, found = await asyncio.wrap_future(asked)
        assert status == 200, found
        return json.loads(found)


@contextmanager
def served(exchange: Exchange, speed: float | None = None, ping_s: float = 20.0) -> Iterator[Site]:
    """Serve an exchange; in step mode unless a speed is given."""
    ready, ends = threading.Event(), []
    found: list[Server] = []

    async def live() -> None:
        server = Server(exchange, lambda: time.time_ns() // 1_000_000, speed, ping_s)
        await server.start(0)
        stop = asyncio.Event()
        ends.append((asyncio.get_running_loop(), stop))
        found.append(server)
        ready.set()
        await stop.wait()
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(30)
    (server,), ((loop, stop),) = found, ends
    try:
        yield Site(exchange, server.port, server, loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
