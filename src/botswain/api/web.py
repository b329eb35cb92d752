"""Serves the built web application: hashed assets for ever, its one page for every address it knows.

A file that lies beside itself with .br or .gz is sent so where the browser takes it. Without a build there is a page
that says how to make one.
"""

from __future__ import annotations

import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

PAGE = "index.html"
ASSETS = "assets/"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
ENCODINGS = {"br": ".br", "gzip": ".gz"}
NOT_BUILT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Botswain</title></head>
<body><h1>Botswain</h1>
<p>The web application is not built. In the repository's <code>web</code> folder run
<code>npm ci &amp;&amp; npm run build</code>, then reload this page. The API is at
<a href="/api/v1/openapi.json">/api/v1</a>.</p></body></html>
"""


class WebApp:
    """The files of a folder, which may be absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.answer(Request(scope))(scope, receive, send)

    def answer(self, request: Request) -> Response:
        """A file; the page for what looks like an address of the application; else nothing."""
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("only GET here\n", 405, {"Allow": "GET, HEAD"})
        path = request.url.path.lstrip("/")
        found = self.file(path)
        if found is not None:
            return sent(found, request, FOR_EVER if path.startswith(ASSETS) else ASK_AGAIN)
        if path.startswith(ASSETS) or Path(path).suffix:
            return PlainTextResponse("there is no such file\n", 404, {"Cache-Control": ASK_AGAIN})
        page = self.file(PAGE)
        if page is None:
            return HTMLResponse(NOT_BUILT, headers={"Cache-Control": ASK_AGAIN})
        return sent(page, request, ASK_AGAIN)

    def file(self, path: str) -> Path | None:
        """A file within the folder, None for anything else."""
        if not path or "\0" in path or any(part.startswith(".") for part in path.split("/")):
            return None  # names with a dot before them are notes of the build
        found = (self._folder / path).resolve()
        return found if found.is_relative_to(self._folder) and found.is_file() else None


def sent(found: Path, request: Request, cache: str) -> Response:
    """A file, compressed where that lies ready and is taken."""
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    taken = {one.split(";")[0].strip() for one in request.headers.get("accept-encoding", "").split(",")}
    for encoding, suffix in ENCODINGS.items():
        packed = found.with_name(found.name + suffix)
        if encoding in taken and packed.is_file():
            return FileResponse(packed, headers=headers | {"Content-Encoding": encoding}, media_type=kind)
    return FileResponse(found, headers=headers, media_type=kind)
