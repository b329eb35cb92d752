"""What may be asked of lists, written once: pages and spans of time; and nothing else may be asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from botswain.api.problems import Told
from botswain.control.refusals import Wrong, pointer
from botswain.model.errors import near

PRINTED = r"^[^\x00-\x1f]*$"
Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]
Offset = Annotated[int, Query(ge=0, le=10_000_000, description="how many to leave out")]
After = Annotated[
    str | None,
    Query(min_length=1, max_length=160, description="`next` of the page before: what came meanwhile shifts nothing"),
]
FromMs = Annotated[int | None, Query(ge=0, le=9_999_999_999_999, description="from this time on")]
ToMs = Annotated[int | None, Query(ge=0, le=9_999_999_999_999, description="before this time")]
LastMs = Annotated[
    int | None,
    Query(
        ge=1,
        le=9_999_999_999_999,
        description="only so much of its end: that of a sandbox is where its market has come to, of others now",
    ),
]
Points = Annotated[int, Query(ge=2, le=5000, description="how many points at most")]
IfMatch = Annotated[str, Header(max_length=128, description="the ETag of what you saw")]
IfNoneMatch = Annotated[
    str | None, Header(max_length=1024, description="ETags of what you have; where one still holds, 304 and no body")
]
IdempotencyKey = Annotated[
    str | None,
    Header(min_length=1, max_length=128, description="a request repeated with the same key makes nothing twice"),
]
SymbolAsked = Annotated[str | None, Query(min_length=1, max_length=64, pattern=PRINTED, description="such as BTC/USDT")]


async def known_words(request: Request) -> None:
    """Refuse words after the question mark that a route does not know: a filter misspelt would show everything, and

    a page asked for where there are none would come again for ever. Raises Wrong.
    """
    route = request.scope.get("route")
    if not request.url.query or not isinstance(route, APIRoute):
        return
    known = [one.alias for one in get_flat_params(route.dependant) if isinstance(one.field_info, params.Query)]
    odd = next((one for one in request.query_params if one not in known), None)
    if odd is not None:
        said = f"{near(odd, known)}; leave it out" if known else "; this address takes none: leave it out"
        raise Wrong(f"{odd[:64]!r} cannot be asked for here{said}", code="not_valid", field=pointer("query", odd[:64]))


async def forwards(request: Request) -> None:
    """Refuse a span of time that ends before it begins: nothing can be in it, which reads as if there were nothing.

    Raises Wrong.
    """
    begin, end = (request.query_params.get(name, "") for name in ("from_ms", "to_ms"))
    if begin.isdecimal() and end.isdecimal() and int(begin[:20]) > int(end[:20]):
        said = f"from_ms is {begin[:20]}, after to_ms, {end[:20]}; give the earlier time as from_ms"
        raise Wrong(said, code="not_valid", field=pointer("query", "from_ms"))


async def json_body(request: Request) -> None:
    """Refuse a body that does not say it is JSON, where a route takes one. Raises Told (415)."""
    route = request.scope.get("route")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not isinstance(route, APIRoute) or route.body_field is None or is_json(kind) or not await request.body():
        return
    raise Told(415, f"the body is {kind[:80] or 'of no kind'}; send JSON, with Content-Type: application/json")


def is_json(kind: str) -> bool:
    """Whether a media type is JSON's, as it is read here."""
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def still_holds(shown: str | None, tag: str) -> bool:
    """Whether If-None-Match names a tag, or any (`*`): who asks has what would be sent."""
    seen = {one.strip().removeprefix("W/") for one in (shown or "").split(",")}
    return "*" in seen or tag in seen
