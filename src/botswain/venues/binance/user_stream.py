"""Our own orders, fills and balances as they happen, by the WebSocket API with a signed subscription.

Hints, not truth: frames get lost on healthy connections, so whoever listens also polls. The stream is silent while
nothing happens; then it is asked whether the subscription still stands, and a wrong or missing answer ends it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import msgspec

from botswain.model.market_events import ShuttingDown
from botswain.model.order_events import UnsupportedUserEvent, UserEvent, UserStreamEnded
from botswain.venues.binance.facts import RECV_WINDOW_MS, Addresses
from botswain.venues.binance.lifeline import Gap, Taken
from botswain.venues.binance.signing import Credential, api_params
from botswain.venues.binance.sockets import Deadlines, Lost, Socket
from botswain.venues.binance.user_messages import ApiReply, message
from botswain.venues.binance.wire import Unreadable

# The timestamp lies outside of the window.
MISTIMED = -1021
SUBSCRIBE, PROBE = "subscribe", "probe"


class UserListener(Protocol):
    """Who hears an account's events: its actor. Called from the event loop; it must not block and not raise."""

    def told(self, event: UserEvent) -> None:
        """An event, possibly a second time and possibly out of order."""
        ...

    def live(self, gap: Gap | None) -> None:
        """Heard from now on; before the next decision everything is to be read, at the first start too."""
        ...

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        ...

    def reported(self, problem: str) -> None:
        """A message that could not be read or is not known: something happened, and it is to be read."""
        ...


class _Subscription(msgspec.Struct):
    subscriptionId: int


_ONE = msgspec.json.Decoder(_Subscription)
_ALL = msgspec.json.Decoder(list[_Subscription])


class UserStream:
    """A Talk for a Lifeline.

    venue_ms   the venue's time now
    set_right  has it measured anew, where the venue says that it is wrong
    """

    def __init__(
        self,
        addresses: Addresses,
        credential: Credential,
        listener: UserListener,
        venue_ms: Callable[[], int],
        deadlines: Deadlines | None = None,
        set_right: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._set_right = set_right
        self._url = addresses.ws_api
        self._credential = credential
        self._listener = listener
        self._venue_ms = venue_ms
        self._deadlines = deadlines or Deadlines()
        self._subscription = -1
        self._probing = False

    def url(self) -> str:
        """Where to connect."""
        return self._url

    async def greet(self, socket: Socket, /) -> list[bytes]:
        """Subscribe and wait for the confirmation. Raises Lost, with the venue's words where it refuses."""
        params = api_params({"timestamp": self._venue_ms(), "recvWindow": RECV_WINDOW_MS}, self._credential)
        await socket.send(request(SUBSCRIBE, "userDataStream.subscribe.signature", params))
        clock = asyncio.get_running_loop()
        until_s = clock.time() + self._deadlines.answer_s
        early: list[bytes] = []
        while True:
            raw = await socket.receive(max(until_s - clock.time(), 0.0))
            if raw is None:
                raise Lost(f"no answer to the subscription of {self._credential.name} in {self._deadlines.answer_s} s")
            found = self._read(raw)
            if isinstance(found, ApiReply) and found.id == SUBSCRIBE:
                if found.code == MISTIMED and self._set_right is not None:
                    await self._set_right()
                self._subscription = subscription_of(found, self._credential.name)
                self._probing = False
                return early
            early.append(raw)

    def take(self, raw: bytes, _twin: bool, /) -> Taken:
        """Decode a message and hand it on; twins are told twice, since a fill is known by its id. Raises Lost."""
        found = self._read(raw)
        if found is None:
            return Taken.OTHER
        if isinstance(found, ApiReply):
            return self._answered(found)
        if isinstance(found, ShuttingDown):
            return Taken.LEAVE
        self._listener.told(found)
        if isinstance(found, UserStreamEnded):
            raise Lost("the venue ended the user data stream; subscribe again and read everything")
        if isinstance(found, UnsupportedUserEvent):
            self._listener.reported(f"user event of an unknown kind: {found.what}")
        return Taken.DATA

    async def quiet(self, socket: Socket, /) -> None:
        """Ask whether the subscription stands. Raises Lost where the last such question was not answered."""
        if self._probing:
            raise Lost("the venue did not say whether the user data subscription stands; connect again")
        self._probing = True
        await socket.send(PROBING)

    def live(self, _: Socket, gap: Gap | None, /) -> None:
        """Greeted."""
        self._listener.live(gap)

    def moved(self, _: Socket, /) -> None:
        """Taken over without a gap."""

    def down(self, why: str, since_ms: int) -> None:
        """Lost."""
        self._listener.down(why, since_ms)

    def _read(self, raw: bytes) -> UserEvent | ApiReply | None:
        try:
            return message(raw)
        except Unreadable as error:
            self._listener.reported(str(error))
            return None

    def _answered(self, found: ApiReply) -> Taken:
        if found.id != PROBE:
            return Taken.OTHER
        self._probing = False
        try:
            standing = [one.subscriptionId for one in _ALL.decode(found.result)]
        except msgspec.DecodeError:
            standing = []
        if found.code or self._subscription not in standing:
            raise Lost(f"the user data subscription is gone (status {found.status}, code {found.code}: {found.text})")
        return Taken.DATA


def request(identifier: str, method: str, params: Mapping[str, str | int]) -> str:
    """A request of the WebSocket API."""
    return json.dumps({"id": identifier, "method": method, "params": dict(params)})


PROBING = request(PROBE, "session.subscriptions", {})  # asked every half minute of every account, always the same


def subscription_of(found: ApiReply, name: str) -> int:
    """The number of a subscription. Raises Lost with the venue's words."""
    if found.code or found.status != 200:
        raise Lost(f"the venue refused the user data of {name}: {found.text} (status {found.status}, {found.code})")
    try:
        return _ONE.decode(found.result).subscriptionId
    except msgspec.DecodeError as error:
        raise Lost(f"the answer to the subscription of {name} cannot be read: {error}") from error
