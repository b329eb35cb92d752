"""What stands around every request: limits on what comes in, headers on what goes out, and the door's two halves.

Paths under /api are the application's; all others are the built web application (`web`). Plain ASGI, because a
middleware that reads answers would hold back those that stream.
"""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from botswain.api.problems import Told, problem

MOST_BODY = 1 << 20
API = "/api/"
# What is the application's; live events come over the second.
OURS = (API, "/socket.io/")
# No inline script and none from elsewhere; charts and toasts write styles, which cannot run anything.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), payment=()"),
)
PLAIN = tuple((name.decode(), value.decode()) for name, value in HEADERS)
# A character in JSON that PostgreSQL keeps in no text.
NOTHING = b"\\u0000"
NO_STORE = (b"cache-control", b"no-store")
HTTPS_ONLY = (b"strict-transport-security", b"max-age=31536000")


class Guarded:
    """Limits bodies and adds headers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            await unreadable()(scope, receive, send)
            return
        added = [*HEADERS, *([HTTPS_ONLY] if scope.get("scheme") == "https" else [])]
        if scope["path"].startswith(API):
            added.append(NO_STORE)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name for name, _ in message["headers"]}
                kept = [one for one in added if one[0] not in present]
                message = {**message, "headers": [*message["headers"], *kept]}
            await send(message)

        if scope["method"] == "HEAD" and scope["path"].startswith(API):
            await self._app({**scope, "method": "GET"}, limited(receive), without_body(sending))
            return
        await self._app(scope, limited(receive), sending)


def without_body(send: Send) -> Send:
    """What GET would answer, its length too, and nothing of what it would say."""

    async def sending(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return sending


def limited(receive: Receive) -> Receive:
    """What is received, up to the most that a body may have. Raises HTTPException beyond, and Told for a NUL."""
    had = 0

    async def receiving() -> Message:
        nonlocal had
        message = await receive()
        body = message.get("body", b"")
        had += len(body)
        if had > MOST_BODY:
            raise HTTPException(413)
        if NOTHING in body:
            raise Told(400, "the body holds a NUL character (\\u0000); leave it out")
        return message

    return receiving


def unreadable() -> Response:
    """The answer to an address with a character that no database keeps."""
    return problem(400, "not_understood", "the address holds a NUL character; leave it out", headers=dict(PLAIN))


class Halves:
    """Sends /api paths to the application, and what else is asked for over HTTP to the web application."""

    def __init__(self, app: ASGIApp, web: ASGIApp) -> None:
        self._app = app
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        theirs = scope["type"] == "http" and not scope["path"].startswith(OURS)
        await (self._web if theirs else self._app)(scope, receive, send)
