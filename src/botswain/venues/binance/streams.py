"""Market data of one connection with many subscriptions, decoded and handed to one listener.

The combined form is spoken, so that every message names its stream. What is subscribed may change at any time; after
a lost connection everything is subscribed again and the listener is told since when it may have missed something.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from typing import Protocol

from botswain.model.errors import BadInput
from botswain.model.market_events import Candle, ShuttingDown, Unsupported
from botswain.venues.binance.facts import CLIENT_MESSAGES_PER_S, STREAMS_PER_CONNECTION, Addresses
from botswain.venues.binance.lifeline import Gap, Taken
from botswain.venues.binance.sockets import Deadlines, Lost, Socket
from botswain.venues.binance.stream_messages import Control, Heard, message
from botswain.venues.binance.wire import Unreadable

NAMES_PER_MESSAGE = 100
TWINS_KEPT = 16


class StreamListener(Protocol):
    """Who hears market data. Called from the event loop; it must not block and not raise."""

    def heard(self, found: Heard) -> None:
        """An event of a stream, in the order of that stream."""
        ...

    def live(self, gap: Gap | None) -> None:
        """Everything subscribed is heard from now on; after a gap books need snapshots and candles a backfill."""
        ...

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        ...

    def reported(self, problem: str) -> None:
        """Something that could not be read, is not known, or was refused by the server."""
        ...


class MarketStreams:
    """A Talk for a Lifeline. Names are the venue's, such as btcusdt@kline_1m."""

    def __init__(self, addresses: Addresses, listener: StreamListener, deadlines: Deadlines | None = None) -> None:
        self._url = addresses.streams.rstrip("/") + "/stream"
        self._listener = listener
        self._deadlines = deadlines or Deadlines()
        self._names: dict[str, None] = {}
        self._socket: Socket | None = None
        self._asked: dict[int, str] = {}
        self._number = 0
        self._last: dict[str, int] = {}
        self._bars: dict[str, list[Candle]] = {}
        self._pace = Pace()
        self._grace = False  # something was subscribed since the last silence: it may take its time

    @property
    def names(self) -> tuple[str, ...]:
        """What is subscribed or will be."""
        return tuple(self._names)

    async def subscribe(self, *names: str) -> None:
        """Hear these too, now or as soon as connected. Raises BadInput above what one connection may hold."""
        fresh = [one for one in dict.fromkeys(names) if one not in self._names]
        if len(self._names) + len(fresh) > STREAMS_PER_CONNECTION:
            raise BadInput(
                f"{len(self._names) + len(fresh)} streams are more than the {STREAMS_PER_CONNECTION} that Binance "
                "allows on one connection; open another one for the rest"
            )
        self._names.update(dict.fromkeys(fresh))
        self._grace = self._grace or bool(fresh)
        await self._say("SUBSCRIBE", fresh)

    async def unsubscribe(self, *names: str) -> None:
        """Hear these no more."""
        gone = [one for one in names if one in self._names]
        for one in gone:
            del self._names[one]
            self._last.pop(one, None)
            self._bars.pop(one, None)
        await self._say("UNSUBSCRIBE", gone)

    def url(self) -> str:
        """Where to connect."""
        return self._url

    async def greet(self, socket: Socket, /) -> list[bytes]:
        """Subscribe to everything and wait until each request is confirmed. Raises Lost."""
        early: list[bytes] = []
        open_numbers = set(await self._ask(socket, "SUBSCRIBE", list(self._names)))
        clock = asyncio.get_running_loop()
        until_s = clock.time() + self._deadlines.answer_s
        while open_numbers:
            raw = await socket.receive(max(until_s - clock.time(), 0.0))
            if raw is None:
                raise Lost(f"no confirmation of {len(open_numbers)} subscriptions in {self._deadlines.answer_s} s")
            found = self._read(raw)
            if isinstance(found, Control) and found.id in open_numbers:
                open_numbers.discard(found.id)
                self._confirmed(found)
            elif isinstance(found, Heard):
                early.append(raw)
        return early

    def take(self, raw: bytes, twin: bool, /) -> Taken:
        """Decode a message and hand it on."""
        found = self._read(raw)
        if isinstance(found, Control):
            self._confirmed(found)
            return Taken.OTHER
        if found is None:
            return Taken.OTHER
        event = found.event
        if isinstance(event, ShuttingDown):
            return Taken.LEAVE
        if isinstance(event, Unsupported):
            self._listener.reported(f"stream message of an unknown kind: {event.what}")
            return Taken.OTHER
        if twin and self._known(found):
            return Taken.DATA
        if found.number:
            self._last[found.stream] = found.number
        elif isinstance(event, Candle):
            self._keep(found.stream, event)
        self._listener.heard(found)
        return Taken.DATA

    async def quiet(self, _: Socket, /) -> None:
        """Market data is never silent for so long; with nothing subscribed, silence is right. Raises Lost."""
        grace, self._grace = self._grace, False
        if self._names and not grace:
            raise Lost(f"no market data of {len(self._names)} streams although the connection stands; connect again")

    def live(self, socket: Socket, gap: Gap | None, /) -> None:
        """Greeted."""
        self._socket, self._grace = socket, False
        # After a gap the venue may count anew.
        self._last.clear()
        self._bars.clear()
        self._listener.live(gap)

    def moved(self, socket: Socket, /) -> None:
        """Taken over without a gap."""
        self._socket = socket

    def down(self, why: str, since_ms: int) -> None:
        """Lost."""
        self._socket = None
        self._listener.down(why, since_ms)

    def _read(self, raw: bytes) -> Heard | Control | None:
        try:
            return message(raw)
        except Unreadable as error:
            self._listener.reported(str(error))
            return None

    def _confirmed(self, found: Control) -> None:
        asked = self._asked.pop(found.id, "") if found.id is not None else ""
        if found.code:
            self._listener.reported(f"the server refused {asked or 'a message'}: {found.text} (code {found.code})")

    def _known(self, found: Heard) -> bool:
        """Whether the old connection has brought this already."""
        if found.number:
            return found.number <= self._last.get(found.stream, 0)
        return found.event in self._bars.get(found.stream, ())

    def _keep(self, stream: str, event: Candle) -> None:
        bars = self._bars.setdefault(stream, [])
        bars.append(event)
        if len(bars) > TWINS_KEPT:
            del bars[0]

    async def _say(self, method: str, names: list[str]) -> None:
        """Tell the open connection, if there is one; a lost one is seen by whoever hears it."""
        if self._socket is None or not names:
            return
        try:
            await self._ask(self._socket, method, names)
        except Lost as error:
            self._listener.reported(str(error))

    async def _ask(self, socket: Socket, method: str, names: list[str]) -> list[int]:
        """Send a request for all names, in parts. Raises Lost."""
        numbers = []
        for part in parts(names):
            await self._pace.turn()
            self._number += 1
            numbers.append(self._number)
            self._asked[self._number] = f"{method} {', '.join(part[:3])}{' ...' if len(part) > 3 else ''}"
            await socket.send(json.dumps({"method": method, "params": part, "id": self._number}))
        return numbers


class Pace:
    """At most so many messages a second as the venue takes from a client."""

    def __init__(self, per_s: int = CLIENT_MESSAGES_PER_S - 1) -> None:
        self._per_s = per_s
        self._sent_s: list[float] = []

    async def turn(self) -> None:
        """Wait until another message may be sent."""
        clock = asyncio.get_running_loop()
        self._sent_s = [one for one in self._sent_s if clock.time() - one < 1.0]
        if len(self._sent_s) >= self._per_s:
            await asyncio.sleep(max(self._sent_s[-self._per_s] + 1.0 - clock.time(), 0.0))
        self._sent_s.append(clock.time())


def parts(names: list[str]) -> Iterable[list[str]]:
    """The names in messages of bearable length."""
    for start in range(0, len(names), NAMES_PER_MESSAGE):
        yield names[start : start + NAMES_PER_MESSAGE]
