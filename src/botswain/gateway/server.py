"""A gateway behind a Unix domain socket, for engines in other processes of this machine and of the same user.

What was handed to the venue is finished whatever becomes of the engine that asked: a write is never cut off. An engine
that does not read what it is told is dropped, and told so by its own end; nothing of an account's events is left out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botswain.bus.socket_file import bound
from botswain.gateway import frames
from botswain.gateway.frames import Ask, Asked, Back, Beat, Down, Lacking, Listen, Live, Problem, Send, Sent, Told
from botswain.gateway.meters import Meters
from botswain.gateway.verdicts import Objection, Verdict, refused, unknown
from botswain.model.errors import place_of
from botswain.model.order_events import UserEvent
from botswain.model.outcomes import Answer, Cause, Failed
from botswain.model.ports import Gateway

BEAT_S = 2.0
# Longer than a write may take at the venue.
LAST_WRITES_S = 20.0
MOST_WAITING = 10_000
MOST_UNREAD_BYTES = 16 * 1024 * 1024


class GatewayServer:
    """Serves a gateway. reported: told in one line of what went wrong here; meters: shared with every engine."""

    def __init__(
        self,
        gateway: Gateway,
        reported: Callable[[str], None],
        beat_s: float = BEAT_S,
        meters: Meters | None = None,
    ) -> None:
        self._gateway = gateway
        self._meters = meters or Meters()
        self._reported = reported
        self._beat_s = beat_s
        self._path: Path | None = None
        self._server: asyncio.Server | None = None
        self._sessions: set[_Session] = set()
        self._writes: set[asyncio.Task[None]] = set()

    async def start(self, path: Path) -> None:
        """Listen at a path, readable by this user only. Raises BadInput where that cannot be."""
        found = bound(path, "gateway", "name another with --socket")
        self._path = path
        self._server = await asyncio.start_unix_server(self._serve, sock=found)

    async def stop(self) -> None:
        """Take nothing more, let what was sent be answered, and close."""
        if self._server is not None:
            self._server.close()
        for one in self._sessions:
            one.deaf = True
        if self._writes:
            await asyncio.wait(self._writes, timeout=LAST_WRITES_S)
        for one in tuple(self._sessions):
            one.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = _Session(self._gateway, writer, self._writes, self._reported, self._meters)
        self._sessions.add(session)
        beating = asyncio.create_task(session.beat(self._beat_s))
        try:
            while (message := await frames.read_up(reader)) is not None:
                session.take(message)
        except (frames.Broken, OSError) as error:
            self._reported(f"an engine's connection ended: {error}")
        finally:
            beating.cancel()
            self._sessions.discard(session)
            session.close()


class _Session:
    """One engine's connection. deaf: it is heard no more."""

    def __init__(
        self,
        gateway: Gateway,
        writer: asyncio.StreamWriter,
        writes: set[asyncio.Task[None]],
        reported: Callable[[str], None],
        meters: Meters,
    ) -> None:
        self.deaf = False
        self._meters = meters
        self._gateway = gateway
        self._writer = writer
        self._writes = writes
        self._reported = reported
        self._reads: set[asyncio.Task[None]] = set()
        self._hearing: dict[int, asyncio.Task[None]] = {}
        self._waiting = 0

    def take(self, message: frames.Up) -> None:
        """Begin what a message asks for."""
        match message:
            case Send():
                self._meters.told(message.used)
                self._send(message)
            case Ask():
                self._meters.told(message.used)
                self._ask(message)
            case frames.Weighed():
                self._meters.told(message.used)
            case Listen():
                if message.id not in self._hearing:
                    hearing = self._gateway.listen(message.account_id, _Forwarder(self, message.id))
                    self._hearing[message.id] = asyncio.create_task(hearing)
                    self._hearing[message.id].add_done_callback(self._ended)
            case frames.Unlisten():
                ending = self._hearing.pop(message.id, None)
                if ending is not None:
                    ending.cancel()

    def tell(self, message: Back) -> None:
        """Hand a message to the engine, or drop an engine that does not read."""
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > MOST_UNREAD_BYTES:
            self._reported(f"an engine has left {MOST_UNREAD_BYTES} bytes unread and is dropped; it will connect again")
            self._writer.transport.abort()
            return
        self._writer.write(frames.framed(message))

    async def beat(self, every_s: float) -> None:
        """Say again and again that the gateway lives."""
        while True:
            self.tell(Beat(self._meters.last()))
            await asyncio.sleep(every_s)

    def close(self) -> None:
        """End the connection and all that only it wanted; what was sent to a venue goes on."""
        self.deaf = True
        for one in (*self._reads, *self._hearing.values()):
            one.cancel()
        self._writer.close()

    def _send(self, message: Send) -> None:
        request = message.errand.request
        if self.deaf or self._waiting >= MOST_WAITING:
            why = "the gateway is stopping" if self.deaf else f"{MOST_WAITING} requests wait here already"
            self.tell(Sent(message.id, refused(request, Objection(f"{why}; decide again later", Cause.LATER))))
            return
        sending = asyncio.ensure_future(self._gateway.send(message.errand))
        answering = asyncio.create_task(self._sent(message, sending))
        self._waiting += 1
        self._writes.add(answering)
        answering.add_done_callback(self._writes.discard)

    async def _sent(self, message: Send, sending: asyncio.Future[Verdict]) -> None:
        await asyncio.wait({sending})
        self._waiting -= 1
        fault = fault_of(sending)
        if fault:
            self._reported(f"sending for account {message.errand.account_id} failed: {fault}")
            self.tell(Sent(message.id, unknown(message.errand.request, f"the gateway failed: {fault}")))
            return
        self.tell(Sent(message.id, sending.result(), self._meters.last()))

    def _ask(self, message: Ask) -> None:
        if self.deaf or len(self._reads) >= MOST_WAITING:
            self.tell(Lacking(message.id, Failed("the gateway takes no more questions now; ask again later")))
            return
        answering = asyncio.create_task(self._asked(message))
        self._reads.add(answering)
        answering.add_done_callback(self._reads.discard)

    async def _asked(self, message: Ask) -> None:
        asking = asyncio.ensure_future(self._gateway.ask(message.account_id, message.question))
        try:
            await asyncio.wait({asking})
        finally:
            asking.cancel()
        fault = fault_of(asking)
        if fault:
            self._reported(f"asking account {message.account_id} failed: {fault}")
            self.tell(Lacking(message.id, Failed(f"the gateway failed: {fault}")))
            return
        found = asking.result()
        if isinstance(found, Answer):
            self.tell(Asked(message.id, frames.packed(found.data), self._meters.last()))
        else:
            self.tell(Lacking(message.id, found, self._meters.last()))

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Hearing ends only when it is told to; anything else is a fault, and the engine connects again."""
        if task.cancelled():
            return
        self._reported(f"hearing an account failed: {fault_of(task) or 'it ended by itself'}")
        self._writer.transport.abort()


class _Forwarder:
    """An account's listener that passes everything on."""

    def __init__(self, session: _Session, number: int) -> None:
        self._session = session
        self._number = number

    def told(self, event: UserEvent) -> None:
        self._session.tell(Told(self._number, event))

    def live(self, missed_since_ms: int | None) -> None:
        self._session.tell(Live(self._number, missed_since_ms))

    def down(self, why: str, since_ms: int) -> None:
        self._session.tell(Down(self._number, why, since_ms))

    def reported(self, problem: str) -> None:
        self._session.tell(Problem(self._number, problem))


def fault_of(done: asyncio.Future[Any]) -> str:
    """What kind of error a task ended with and where; its words are left out, for they may quote a request."""
    if done.cancelled():
        return "it was cancelled"
    error = done.exception()
    return "" if error is None else place_of(error)
