"""Positions from their opening to their end."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import RoundTrip

router = APIRouter(tags=["round_trips"])


@router.get("/round-trips")
async def listed(
    parts: Parts,
    caller: Signed,
    bot_id: str | None = None,
    symbol: str | None = None,
    from_ms: Annotated[int | None, Query(ge=0)] = None,
    to_ms: Annotated[int | None, Query(ge=0)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Page[RoundTrip]:
    """Round trips, the newest first."""
    raise NotImplementedError
