"""What is held."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import Limit, Offset
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.bots import Bot, Reason
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import Position

router = APIRouter(tags=["positions"])


@router.get("/positions")
async def listed(
    parts: Parts,
    caller: Signed,
    bot_id: str | None = None,
    symbol: str | None = None,
    open: bool | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Position]:
    """Positions by bot and symbol."""
    raise NotImplementedError


@router.post("/positions/{bot_id}/close")
async def close(parts: Parts, caller: Signed, bot_id: str, body: Reason | None = None) -> Bot:
    """Close what a bot holds by the market, and have it open nothing until it is resumed."""
    raise NotImplementedError
