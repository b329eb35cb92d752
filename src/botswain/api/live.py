"""Live connections (socket.io): who may listen, in which room, and what becomes of one that does not read.

A connection shows its access token in its `auth` object, never in its address, which is written into logs. It hears
what concerns its tenant until the token or the sign-in ends; then it is closed, and the client comes back with a fresh
one. Nothing is taken from a client. One that leaves too much unread is dropped: it refetches when it comes back, and
misses nothing that it can see, while waiting for it would hold up nobody but use memory without end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import msgspec
import socketio
from fastapi import FastAPI
from socketio.exceptions import ConnectionRefusedError

PLACE = "/socket.io"
MOST_UNREAD = 1_000
# Bodies of one event.
MOST_BODIES = 100
MOST_CONNECTIONS = 500
EVERYBODY = "everybody"
# What a client may send: its token.
MOST_BYTES = 16_384
# How an event of the only namespace begins, in socket.io's protocol.
WORD = "2"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whose token it is, when it ends, and the sign-in it came of."""

    tenant_id: str
    user_id: str
    expires_ms: int
    family: str = ""


Admit = Callable[[str], Awaitable[Admitted | None]]


@dataclass(frozen=True, slots=True)
class Listener:
    """A connection: whose, what closes it when its token ends, and of which sign-in."""

    tenant_id: str
    end: asyncio.TimerHandle
    family: str


@dataclass
class Live:
    """The connections of one process.

    admit    what a token says; None for one that is no good
    origins  other places than this host that may connect, such as http://localhost:5173
    """

    admit: Admit
    now_ms: Callable[[], int]
    origins: Collection[str] = ()
    listeners: dict[str, Listener] = field(default_factory=dict)
    ending: set[asyncio.Task[None]] = field(default_factory=set)
    closed: bool = False

    def __post_init__(self) -> None:
        self.server = socketio.AsyncServer(
            async_mode="asgi", cors_allowed_origins=self.from_here, max_http_buffer_size=MOST_BYTES
        )
        self.server.on("connect", self.connect)
        self.server.on("disconnect", self.disconnect)

    def mount(self, app: FastAPI) -> None:
        """Answer under /socket.io."""
        app.mount(PLACE, socketio.ASGIApp(self.server, socketio_path=PLACE))

    def from_here(self, origin: str | None, environ: dict[str, Any]) -> bool:
        """Whether a page may connect: one of this very host, or a place that was named. (No page: no origin.)"""
        if origin is None:
            return True
        return urlsplit(origin).netloc == environ.get("HTTP_HOST") or origin in self.origins

    async def connect(self, sid: str, _environ: dict[str, Any], auth: Any = None) -> None:
        """Let somebody in who shows a token."""
        token = auth.get("token") if isinstance(auth, dict) else None
        found = await self.admit(token) if isinstance(token, str) and token else None
        left_s = 0.0 if found is None else (found.expires_ms - self.now_ms()) / 1000
        if found is None or left_s <= 0:
            raise ConnectionRefusedError("sign in: the access token is missing, too old or not ours")
        if self.closed:
            raise ConnectionRefusedError("this process is stopping; connect again in a moment")
        if len(self.listeners) >= MOST_CONNECTIONS:
            raise ConnectionRefusedError(f"there are {MOST_CONNECTIONS} connections already; try again later")
        end = asyncio.get_running_loop().call_later(left_s, self.end, sid)
        self.listeners[sid] = Listener(found.tenant_id, end, found.family)
        for room in (room_of(found.tenant_id), EVERYBODY):
            await self.server.enter_room(sid, room)

    async def disconnect(self, sid: str, _reason: str = "") -> None:
        """Somebody left."""
        gone = self.listeners.pop(sid, None)
        if gone is not None:
            gone.end.cancel()

    def end(self, sid: str) -> None:
        """Close a connection whose token has ended."""
        task = asyncio.ensure_future(self.server.disconnect(sid))
        self.ending.add(task)
        task.add_done_callback(self.ending.discard)

    def end_session(self, family: str) -> None:
        """Close the connections of a sign-in that was ended, at once."""
        for sid in [sid for sid, one in self.listeners.items() if one.family == family]:
            self.end(sid)

    def is_heard(self, tenant_id: str | None) -> bool:
        """Whether anybody of a tenant (None: of any) listens: else nothing need be read for it."""
        if tenant_id is None:
            return bool(self.listeners)
        return any(one.tenant_id == tenant_id for one in self.listeners.values())

    async def tell(self, tenant_id: str | None, event: str, *bodies: Any) -> None:
        """Tell a tenant's connections (None: all) of an event: of all its bodies at once, each an argument of its own.

        Bodies are plain JSON. It waits for nobody to read. What is sent is what the server's own `emit` would send;
        that makes a task for each event and connection and waits for it, so that whatever else this process does comes
        between two events. Fifty bots that fill at one close, told one by one, would be fifty frames, each a task of
        the browser's.
        """
        await self.drop_the_slow()
        some = (bodies[at : at + MOST_BODIES] for at in range(0, len(bodies), MOST_BODIES))
        words = [WORD + msgspec.json.encode((event, *each)).decode() for each in some]
        room = EVERYBODY if tenant_id is None else room_of(tenant_id)
        for _, wire in list(self.server.manager.get_participants("/", room)):
            for word in words:
                await self.server.eio.send(wire, word)

    async def drop_the_slow(self) -> None:
        """Close every connection that leaves too much unread, without a word: it would not read that either."""
        for sid in list(self.listeners):
            wire = self.server.eio.sockets.get(self.server.manager.eio_sid_from_sid(sid, "/"))
            if wire is not None and wire.queue.qsize() > MOST_UNREAD:
                await wire.close(wait=False, abort=True)

    async def close(self) -> None:
        """Close all connections, and let nobody in any more; once more does no harm."""
        closed, self.closed = self.closed, True
        for sid in list(self.listeners):
            await self.server.disconnect(sid)
        if not closed:
            await self.server.shutdown()


def room_of(tenant_id: str) -> str:
    """The room of a tenant."""
    return f"tenant {tenant_id}"
