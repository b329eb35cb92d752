"""Positions from their opening to their end."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import FromMs, Limit, Offset, ToMs
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
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[RoundTrip]:
    """Round trips, the newest first."""
    raise NotImplementedError
