"""Calls over the network: one shared CCXT client signs and sends, its throttler, retries and opinions off.

What comes back is the status, the headers and the body as they were; what they mean is decided in `outcomes`. CCXT's
implicit endpoints are `request(path, [section], method, params)`, which is what is used here, because one of ours
(amend) has no name of its own there. A key is on the shared client only while a request is being signed, in one
uninterrupted step, so accounts cannot mix. CCXT's own sending is left out (`_Client.fetch`): its proxies, text decoding
and log cost as much as the request, and its log would show keys and signatures.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import yarl

from botswain.venues.binance.ccxt_client import BaseError, BinanceClient, ExchangeNotAvailable
from botswain.venues.binance.egress import Astray, Egress
from botswain.venues.binance.facts import Addresses
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import BASE, SAPI_BASE, Credential, base_of, stamped

# Above the venue's own engine timeout of 10 s, so that its "status unknown" arrives before we give up.
DEADLINE_S = 12.0

# Whatever can go wrong on our side of the wire; once bytes have left, each of them means that nobody knows (F05).
OWN_FAULTS = (
    BaseError,
    aiohttp.ClientError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


# The whole request has one deadline, in `Transport.send`; aiohttp's own timers come to nothing but work.
NO_TIMER = aiohttp.ClientTimeout(total=None, sock_connect=None)
# In nobody's tree and with no handler: what CCXT would log has keys and signed queries in it.
SILENT = logging.Logger("ccxt, silent", logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. headers: names lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class NoReply:
    """Nothing readable came back. left: bytes may have left this machine."""

    why: str
    left: bool


@dataclass(slots=True)
class _Flight:
    """One request on its way through the shared client. broke: why its connection brought no reply, for people."""

    credential: Credential | None
    allowed: Egress
    left: bool = False
    reply: Reply | None = field(default=None)
    broke: str = ""


_FLIGHT: ContextVar[_Flight] = ContextVar("binance_flight")


class _Client(BinanceClient):  # type: ignore[misc]
    """CCXT's client with its judgement taken out: it signs, and what came is handed over as it was."""

    logger = SILENT

    def sign(self, *arguments: Any, **named: Any) -> Any:
        credential = _FLIGHT.get().credential
        if credential is None:
            return super().sign(*arguments, **named)
        self.apiKey, self.secret = credential.api_key, credential.plain_secret
        try:
            return super().sign(*arguments, **named)
        finally:
            self.apiKey = self.secret = ""

    async def fetch(self, url: str, method: str = "GET", headers: Any = None, body: str | None = None) -> None:
        """Send once on the shared session; the reply stands in the flight. Raises ExchangeNotAvailable."""
        flight = _FLIGHT.get()
        flight.allowed.check(url)
        flight.left = True
        if self.session is None:
            self.open(True)
        given = {"Accept-Encoding": "gzip, deflate", **(headers or {})}
        data = body.encode() if body else None
        try:
            async with self.session.request(
                method,
                yarl.URL(url, encoded=True),
                data=data,
                headers=given,
                timeout=NO_TIMER,
                # A reply that sends us elsewhere is only a reply: key and signature go nowhere else.
                allow_redirects=False,
            ) as response:
                raw = await response.read()
                flight.reply = Reply(response.status, joined(response.headers), raw)
        except (socket.gaierror, aiohttp.ClientConnectionError) as error:
            flight.broke = without_reply(yarl.URL(url), error)
            raise ExchangeNotAvailable(f"{self.id} {method} {url}") from error

    def open(self, *arguments: Any, **named: Any) -> None:
        super().open(*arguments, **named)
        # aiohttp repeats DELETE and PUT once on a connection that was closed: one write per intent, so it may not.
        self.session._retry_connection = False

    def set_last_request(self, request: object) -> None:
        """Nothing of a signed request is kept."""


class Transport:
    """The shared client of one address; use it from one event loop and close it.

    egress  where it may send anything, and who is told of an attempt elsewhere
    """

    def __init__(self, addresses: Addresses, deadline_s: float = DEADLINE_S, egress: Egress | None = None) -> None:
        self._deadline_s = deadline_s
        self._egress = egress or Egress(addresses.origins())
        self._client = _Client(
            {
                "enableRateLimit": False,
                "timeout": int(deadline_s * 1_000),
                # Its default window would stand in for ours, and a difference of clocks be counted twice.
                "options": {"recvWindow": None, "timeDifference": 0, "maxRetriesOnFailure": 0},
                "fetchHistoryCacheSize": 0,
                "enableLastHttpResponse": False,
                "enableLastResponseHeaders": False,
                "timeout_on_exit": 0,
            }
        )
        root = addresses.rest.rstrip("/") + BASE.rstrip("/")
        self._client.urls["api"]["public"] = self._client.urls["api"]["private"] = root
        self._client.urls["api"]["sapi"] = addresses.rest.rstrip("/") + SAPI_BASE.rstrip("/")

    async def send(
        self, call: Call, credential: Credential | None, venue_ms: int, recv_window_ms: int
    ) -> Reply | NoReply:
        """Send a call once. venue_ms: the venue's time now; recv_window_ms: how late it may arrive, 1 to 60000."""
        if call.signed and credential is None:
            return NoReply(f"{call.method} {call.path} must be signed and there is no key", left=False)
        flight = _Flight(credential if call.signed else None, self._egress)
        token = _FLIGHT.set(flight)
        params = dict(stamped(call, venue_ms, recv_window_ms) if call.signed else call.params)
        section = "sapi" if base_of(call) == SAPI_BASE else "private" if call.signed else "public"
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._client.request(call.path, [section], call.method, params)
        except TimeoutError:
            return flight.reply or NoReply(f"no reply within {self._deadline_s} s", flight.left)
        except Astray as error:
            return NoReply(str(error), left=False)
        except OWN_FAULTS as error:
            why = flight.broke or f"{type(error).__name__}: {without_query(error)}"
            return flight.reply or NoReply(why, flight.left)
        finally:
            _FLIGHT.reset(token)
        return flight.reply or NoReply("the client answered without a reply", flight.left)

    async def close(self) -> None:
        """Close its connections."""
        await self._client.close()


def joined(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name; one that came several times, in one line."""
    found: dict[str, str] = {}
    for key, value in headers.items():
        name = key.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def without_reply(url: yarl.URL, error: Exception) -> str:
    """Why a connection brought no reply, in words for people: who was asked, and what the system says of it."""
    place = f"{url.host}:{url.port}"
    if isinstance(error, socket.gaierror | aiohttp.ClientConnectorDNSError):
        return f"the address of {url.host} is not known ({error.strerror or 'no answer'}); is this machine connected?"
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"nothing answers at {place} ({reason_of(error.os_error)})"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return f"{place} closed the connection without a reply"
    return f"the connection to {place} broke off ({type(error).__name__})"


def reason_of(error: OSError) -> str:
    """The system's own words for an error of a connection, without what Python puts around them."""
    return os.strerror(error.errno) if error.errno else str(error)


def without_query(error: BaseException) -> str:
    """An error's text without the parameters and the signature that CCXT writes into it."""
    return str(error).partition("?")[0][:200]
