"""Whether the process lives and can work."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response

from botswain.api.doors import Parts
from botswain.api.schemas.shape import Shape

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


@router.get("/live")
async def live() -> Health:
    """The process answers."""
    raise NotImplementedError


@router.get("/ready")
async def ready(parts: Parts, response: Response) -> Health:
    """It can work: the database answers. 503 where not."""
    raise NotImplementedError


@router.get("/detailed")
async def detailed(parts: Parts, response: Response) -> Health:
    """Database, engine, markets and jobs, each by itself."""
    raise NotImplementedError
