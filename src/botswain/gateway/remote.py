"""The gateway as an engine in another process sees it: the same port over a socket, connected again and again.

A connection that is lost leaves every unanswered request Unknown and every question Failed; nothing is sent a second
time, and nothing raises. What was never handed over, because there was no connection, is refused unsent. A gateway
that says nothing for a while counts as lost: it beats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from botswain.gateway import frames
from botswain.gateway.frames import Ask, Asked, Back, Down, Lacking, Listen, Live, Problem, Send, Sent, Told, Unlisten
from botswain.gateway.meters import Meters
from botswain.gateway.verdicts import Objection, Verdict, refused, unknown
from botswain.model.errands import Errand, Question
from botswain.model.outcomes import Absent, Answer, Cause, Failed
from botswain.model.ports import AccountListener

MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds.

    answer_s   longest for an answer, above what a venue may take
    silence_s  without a word for so long, the gateway counts as lost
    pauses_s   between attempts to connect; the last is repeated
    """

    answer_s: float = 30.0
    silence_s: float = 10.0
    pauses_s: tuple[float, ...] = (0.05, 0.2, 0.5, 1.0)


@dataclass(slots=True)
class _Hearing:
    """One account that is heard. since_ms: when it was last heard for certain, where it is not now."""

    account_id: str
    listener: AccountListener
    lived: bool = False
    since_ms: int | None = None


@dataclass(slots=True)
class _Line:
    """A connection, and who waits for what on it."""

    writer: asyncio.StreamWriter
    waiting: dict[int, asyncio.Future[Back | str]] = field(default_factory=dict)


class RemoteGateway:
    """A Gateway at a socket; use it as an async context.

    now_ms  the wall clock, milliseconds UTC
    meters  what this process has used of the venues' weight, shared with the gateway
    """

    def __init__(
        self,
        path: Path,
        now_ms: Callable[[], int],
        waits: Waits | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        meters: Meters | None = None,
    ) -> None:
        self._path = path
        self._meters = meters or Meters()
        self._now_ms = now_ms
        self._waits = waits or Waits()
        self._pause = pause
        self._line: _Line | None = None
        self._why = "it was never connected"
        self._connected = asyncio.Event()
        self._hearings: dict[int, _Hearing] = {}
        self._heard_ms = 0
        self._number = 0
        self._keeping: asyncio.Task[None] | None = None

    async def __aenter__(self) -> RemoteGateway:
        """Begin to connect; `connected` says when."""
        self._keeping = asyncio.create_task(self._keep())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the connection."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.wait({self._keeping})

    async def connected(self) -> None:
        """Wait until there is a connection."""
        await self._connected.wait()

    async def send(self, errand: Errand) -> Verdict:
        """Have a journaled request sent once."""
        line = self._line
        if line is None or len(line.waiting) >= MOST_WAITING:
            return refused(errand.request, Objection(self._unreachable(line), Cause.LATER))
        found = await self._answer(line, lambda number: Send(number, errand, self._meters.last()))
        if isinstance(found, Sent):
            return found.outcome
        return unknown(errand.request, found if isinstance(found, str) else "the gateway answered something else")

    async def ask(self, account_id: str, question: Question) -> Answer[Any] | Absent | Failed:
        """Ask once."""
        line = self._line
        if line is None or len(line.waiting) >= MOST_WAITING:
            return Failed(self._unreachable(line))
        found = await self._answer(line, lambda number: Ask(number, account_id, question, self._meters.last()))
        if isinstance(found, Lacking):
            return found.answer
        if not isinstance(found, Asked):
            return Failed(found if isinstance(found, str) else "the gateway answered something else")
        try:
            return Answer(frames.data_of(question, found.data))
        except frames.Broken as error:
            return Failed(str(error))

    async def listen(self, account_id: str, listener: AccountListener) -> None:
        """Hear an account's private events until cancelled, over as many connections as that takes.

        Raises what a listener raised: nobody would read the socket any more, and every request be refused in silence.
        """
        number = self._next()
        self._hearings[number] = _Hearing(account_id, listener)
        try:
            if self._line is not None:
                self._line.writer.write(frames.framed(Listen(number, account_id)))
            else:
                listener.down(self._unreachable(None), self._now_ms())
            keeping = self._keeping or asyncio.get_running_loop().create_future()
            await asyncio.wait({keeping})
            if not keeping.cancelled():
                keeping.result()
        finally:
            del self._hearings[number]
            if self._line is not None:
                self._line.writer.write(frames.framed(Unlisten(number)))

    async def _answer(self, line: _Line, message: Callable[[int], frames.Up]) -> Back | str:
        """What comes back, or why nothing does."""
        number = self._next()
        answered: asyncio.Future[Back | str] = asyncio.get_running_loop().create_future()
        line.waiting[number] = answered
        line.writer.write(frames.framed(message(number)))
        try:
            async with asyncio.timeout(self._waits.answer_s):
                return await answered
        except TimeoutError:
            return f"the gateway at {self._path} did not answer in {self._waits.answer_s} s"
        finally:
            del line.waiting[number]

    async def _keep(self) -> None:
        """Connect, read until it is lost, and again."""
        attempt = 0
        try:
            while True:
                try:
                    reader, writer = await asyncio.open_unix_connection(str(self._path))
                except (OSError, ValueError) as error:
                    self._why = f"{type(error).__name__}: {error}"
                    pauses = self._waits.pauses_s
                    await self._pause(pauses[min(attempt, len(pauses) - 1)])
                    attempt += 1
                    continue
                attempt = 0
                await self._followed(reader, _Line(writer))
        finally:
            self._lost("the engine has let go of the gateway")

    async def _followed(self, reader: asyncio.StreamReader, line: _Line) -> None:
        """Read a connection to its end."""
        self._line = line
        self._heard_ms = self._now_ms()
        self._connected.set()
        for number, one in self._hearings.items():
            line.writer.write(frames.framed(Listen(number, one.account_id)))
        try:
            while True:
                async with asyncio.timeout(self._waits.silence_s):
                    message = await frames.read_back(reader)
                if message is None:
                    why = "the gateway closed the connection"
                    break
                self._heard_ms = self._now_ms()
                self._take(line, message)
        except TimeoutError:
            why = f"the gateway said nothing for {self._waits.silence_s} s"
        except (frames.Broken, OSError) as error:
            why = f"the connection to the gateway failed: {error}"
        self._lost(why)
        await self._pause(self._waits.pauses_s[0])

    def _take(self, line: _Line, message: Back) -> None:
        if isinstance(message, Sent | Asked | Lacking | frames.Beat):
            self._meters.told(message.used)
        if isinstance(message, frames.Beat):
            line.writer.write(frames.framed(frames.Weighed(self._meters.last())))
            return
        if isinstance(message, Sent | Asked | Lacking):
            answered = line.waiting.get(message.id)
            if answered is not None and not answered.done():
                answered.set_result(message)
            return
        hearing = self._hearings.get(message.id)
        if hearing is None:
            return
        match message:
            case Told(_, event):
                hearing.listener.told(event)
            case Live(_, missed_since_ms):
                gaps = [one for one in (missed_since_ms, hearing.since_ms) if one is not None]
                hearing.lived, hearing.since_ms = True, None
                hearing.listener.live(min(gaps) if gaps else None)
            case Down(_, why, since_ms):
                missing(hearing, why, since_ms)
            case Problem(_, text):
                hearing.listener.reported(text)

    def _lost(self, why: str) -> None:
        """Tell everybody who waits."""
        line, self._line = self._line, None
        self._connected.clear()
        if line is None:
            return
        self._why = why
        for answered in line.waiting.values():
            if not answered.done():
                answered.set_result(why)
        line.writer.transport.abort()
        for hearing in tuple(self._hearings.values()):
            missing(hearing, why, self._heard_ms)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _unreachable(self, line: _Line | None) -> str:
        if line is not None:
            return f"{MOST_WAITING} requests wait for the gateway already; decide again later"
        return f"the gateway at {self._path} cannot be reached ({self._why}); start botswain gateway"


def missing(hearing: _Hearing, why: str, since_ms: int) -> None:
    """Nothing of an account is heard; the first moment of it is kept until it is heard again."""
    if hearing.lived and hearing.since_ms is None:
        hearing.since_ms = since_ms
    hearing.listener.down(why, since_ms)
