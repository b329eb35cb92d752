"""A WebSocket with a hard deadline on every await, on aiohttp's client.

aiohttp because it is here already (CCXT's transport and the sandbox use it), is well kept, parses frames in C and
answers pings by itself. Whoever uses a socket sees text messages and one error, `Lost`; a half-open connection ends
in it like any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import aiohttp

from botswain.model.errors import Unavailable
from botswain.venues.binance.egress import Astray, Egress

T = TypeVar("T")
MOST_BYTES = 8 * 1024 * 1024


class Lost(Unavailable):
    """The connection is gone or silent past its deadline. Open another; everything since is to be read."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds that each await may take."""

    connect_s: float = 10.0
    send_s: float = 5.0
    answer_s: float = 10.0
    close_s: float = 2.0


class Socket(Protocol):
    """An open connection."""

    async def send(self, text: str) -> None:
        """Send a message. Raises Lost."""
        ...

    async def receive(self, within_s: float) -> bytes | None:
        """The next message, or None where none came in time. Raises Lost."""
        ...

    async def close(self) -> None:
        """Close; never raises and never hangs."""
        ...


class Dialer(Protocol):
    """What opens connections."""

    async def open(self, url: str) -> Socket:
        """Connect. Raises Lost."""
        ...


class AioDialer:
    """Opens connections of one shared session; close it. egress: where to, None for anywhere, which no key may be."""

    def __init__(self, deadlines: Deadlines | None = None, egress: Egress | None = None) -> None:
        self._deadlines = deadlines or Deadlines()
        self._egress = egress
        self._session: aiohttp.ClientSession | None = None

    async def open(self, url: str) -> Socket:
        """Connect. Raises Lost."""
        if self._egress is not None:
            try:
                self._egress.check(url)
            except Astray as error:
                raise Lost(str(error)) from None
        if self._session is None:
            self._session = aiohttp.ClientSession()
        timeout = aiohttp.ClientWSTimeout(ws_close=self._deadlines.close_s)
        opened = self._session.ws_connect(url, timeout=timeout, max_msg_size=MOST_BYTES, autoping=True)
        found = await within(opened, self._deadlines.connect_s, f"connecting to {url}")
        return AioSocket(found, self._deadlines)

    async def close(self) -> None:
        """Close the session. Raises Lost where that hangs."""
        if self._session is not None:
            await within(self._session.close(), self._deadlines.close_s, "closing")


class AioSocket:
    """One connection of aiohttp's."""

    def __init__(self, found: aiohttp.ClientWebSocketResponse, deadlines: Deadlines) -> None:
        self._found = found
        self._deadlines = deadlines

    async def send(self, text: str) -> None:
        """Send a message. Raises Lost."""
        await within(self._found.send_str(text), self._deadlines.send_s, "sending")

    async def receive(self, within_s: float) -> bytes | None:
        """The next message, or None where none came in time. Raises Lost."""
        try:
            async with asyncio.timeout(within_s):
                message = await self._found.receive()
        except TimeoutError:
            return None
        except (aiohttp.ClientError, OSError, RuntimeError) as error:
            raise Lost(f"the connection was lost: {error}") from error
        if message.type is aiohttp.WSMsgType.TEXT:
            return str(message.data).encode()
        if message.type is aiohttp.WSMsgType.BINARY:
            return bytes(message.data)
        raise Lost(f"the connection was closed ({message.type.name}, code {self._found.close_code}); connect again")

    async def close(self) -> None:
        """Close; never raises and never hangs."""
        try:
            async with asyncio.timeout(self._deadlines.close_s):
                await self._found.close()
        except (TimeoutError, aiohttp.ClientError, OSError, RuntimeError):
            # What could not be closed in time is left to the session.
            return


async def within(what: Awaitable[T], seconds: float, doing: str) -> T:
    """The result, or Lost where it fails or takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await what
    except TimeoutError as error:
        raise Lost(f"{doing} took more than {seconds} s; connect again") from error
    except (aiohttp.ClientError, OSError, RuntimeError, ValueError) as error:
        raise Lost(f"{doing} failed: {error}") from error
