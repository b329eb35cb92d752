"""One open WebSocket: what it is still owed, and whether anybody is there."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, web

from botswain.sandbox.api_session import ApiSession
from botswain.sandbox.floor import Published
from botswain.sandbox.stream_session import StreamSession

MOST_QUEUED = 100_000
PONG_S = 1.0


@dataclass(eq=False)
class Line:
    """A connection; what it is sent waits in a queue, so that a slow reader holds up nobody."""

    socket: web.WebSocketResponse
    session: StreamSession | ApiSession
    queue: asyncio.Queue[bytes] = field(default_factory=lambda: asyncio.Queue(MOST_QUEUED))
    heard_s: float = 0.0
    overrun: bool = False
    ponged: asyncio.Event = field(default_factory=asyncio.Event)

    def offer(self, one: Published) -> bool:
        """Queue what this connection is sent of something published; whether that is anything."""
        if isinstance(self.session, StreamSession):
            message = self.session.message(one)
            messages = [] if message is None else [message]
        else:
            messages = list(self.session.messages(one))
        for message in messages:
            self.put(message)
        return bool(messages)

    async def flushed(self) -> None:
        """Wait until everything queued was sent, and read: a ping behind it was answered. Not for ever."""
        await self.queue.join()
        self.ponged.clear()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self.socket.ping()
            await asyncio.wait_for(self.ponged.wait(), PONG_S)

    def put(self, message: bytes) -> None:
        """Queue a message; a reader that is too far behind gets no more and is closed with the next ping."""
        try:
            self.queue.put_nowait(message)
        except asyncio.QueueFull:
            self.overrun = True

    async def send(self) -> None:
        """Send what is queued, until cancelled."""
        while True:
            message = await self.queue.get()
            try:
                await self.socket.send_str(message.decode())
            except ConnectionError:
                return
            finally:
                self.queue.task_done()

    async def watch(self, ping_s: float) -> None:
        """Ping, and close when nothing has come for three pings, or too much was never read."""
        loop = asyncio.get_running_loop()
        while not self.overrun and loop.time() - self.heard_s < 3 * ping_s:
            await asyncio.sleep(ping_s)
            with contextlib.suppress(ConnectionError):
                await self.socket.ping()
        await self.socket.close(code=WSCloseCode.POLICY_VIOLATION)
