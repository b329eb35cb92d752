"""Curves of what bots were worth."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import FromMs, Points, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.trading import Equity

router = APIRouter(tags=["equity"])


@router.get("/bots/{bot_id}/equity")
async def of_bot(
    parts: Parts,
    caller: Signed,
    bot_id: str,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    points: Points = 500,
) -> Equity:
    """One bot."""
    raise NotImplementedError


@router.get("/equity")
async def of_fleet(
    parts: Parts,
    caller: Signed,
    quote: str = "USDT",
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    points: Points = 500,
) -> Equity:
    """All bots of a quote asset together."""
    raise NotImplementedError
