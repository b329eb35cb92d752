"""Whether the process lives and can work. Nobody need be signed in, so nothing is told that is anybody's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from fastapi import APIRouter, Response

from botswain import __version__
from botswain.api.doors import Parts
from botswain.api.memory import Remembered
from botswain.api.schemas.shape import Shape
from botswain.control import health

router = APIRouter(tags=["health"], prefix="/health")


class Part(Shape):
    """One thing that is needed, and how it stands."""

    name: str
    ok: bool
    detail: str


class Health(Shape):
    """All of them."""

    status: Literal["ok", "degraded", "down"]
    version: str
    parts: list[Part]


DOWN: dict[int | str, dict[str, Any]] = {503: {"model": Health, "description": "Something that is needed is down"}}


@router.get("/live")
async def live() -> Health:
    """The process answers."""
    return shown([])


@router.get("/ready", responses=DOWN)
async def ready(parts: Parts, memory: Remembered, response: Response) -> Health:
    """It can work: the database answers and can be written. 503 where not."""
    return told([await health.database(parts.store, parts.now_ms(), memory.writing)], response)


@router.get("/detailed", responses=DOWN)
async def detailed(parts: Parts, memory: Remembered, response: Response) -> Health:
    """Database and engine, each by itself. 503 where the database does not answer or cannot be written."""
    return told(await health.parts(parts.store, parts.now_ms(), parts.dead, memory.writing), response)


def told(found: Sequence[health.Part], response: Response) -> Health:
    """As it is shown, with its status."""
    made = shown(found)
    if made.status == "down":
        response.status_code = 503
    return made


def shown(found: Sequence[health.Part]) -> Health:
    """As it is shown."""
    status: Literal["ok", "degraded", "down"] = "ok" if all(one.ok for one in found) else "degraded"
    if any(one.needed and not one.ok for one in found):
        status = "down"
    parts = [Part(name=one.name, ok=one.ok, detail=one.detail) for one in found]
    return Health(status=status, version=__version__, parts=parts)
