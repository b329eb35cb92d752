"""A connection that does not read is given up, without holding up the others."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.sandbox.scenes import exchange

from botswain.sandbox.floor import Published
from botswain.sandbox.line import MOST_QUEUED, Line


class Silent:
    """A socket that is never read."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    async def ping(self) -> None:
        """Nobody answers."""

    async def close(self, *, code: int) -> None:
        """Told to close."""
        assert code
        self.closed.set()


async def test_a_reader_too_far_behind_is_closed() -> None:
    session = exchange().open_streams(["btcusdt@trade"], "1", 0, combined=False)
    socket: Any = Silent()
    line = Line(socket, session, heard_s=asyncio.get_running_loop().time())
    for _ in range(MOST_QUEUED + 1):
        line.offer(Published("btcusdt@trade", b"{}"))
    assert line.overrun
    await line.watch(60.0)
    assert socket.closed.is_set()
