"""Fills."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import FromMs, Limit, Offset, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import Fill

router = APIRouter(tags=["fills"])


@router.get("/fills")
async def listed(
    parts: Parts,
    caller: Signed,
    bot_id: str | None = None,
    symbol: str | None = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    side: str | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Fill]:
    """Fills, the newest first. With `Accept: text/csv`, all that match as a table."""
    raise NotImplementedError
