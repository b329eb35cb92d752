"""By which names this server may be asked.

A page somewhere can have its own name lead to this machine and then talk to what listens here as if it were its own
(DNS rebinding). Such a request bears that name; an address or `localhost` no stranger can own, and other names count
only where a person gave them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from botswain.api.problems import problem

LOCAL = "localhost"
SHOWN = 80


class Named:
    """Lets through what was asked of this server by a name of its own. Plain ASGI, live connections included.

    names  those it goes by beside localhost and its addresses, in small letters
    """

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self._app = app
        self._names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
            if not known(host, self._names):
                await refused(scope, host)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def known(host: str, names: Collection[str]) -> bool:
    """Whether a Host header is of this server: none at all, an address, localhost or a name that was given."""
    if not host:
        return True
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if name == LOCAL or name.endswith(f".{LOCAL}") or name in names:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


class Closed:
    """Ends a live connection before it is taken."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - the shape of ASGI
        await receive()
        await send({"type": "websocket.close", "code": 1008})


def refused(scope: Scope, host: str) -> Response | Closed:
    """The answer to whoever asks for another."""
    if scope["type"] == "websocket":
        return Closed()
    said = (
        f"this server does not go by the name {host[:SHOWN]!r}; open it by its address or as localhost, or start it "
        "with botswain api --name and that name"
    )
    return problem(421, "unknown_host", said)
