"""How markets stand, and their candles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from botswain.api.asked import FromMs, Limit, Offset, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.markets import Candles, Market
from botswain.api.schemas.shape import Page

router = APIRouter(tags=["markets"])


@router.get("/markets")
async def listed(
    parts: Parts,
    caller: Signed,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Market]:
    """Markets that bots listen to."""
    raise NotImplementedError


@router.get("/bots/{bot_id}/candles")
async def of_bot(
    parts: Parts,
    caller: Signed,
    bot_id: str,
    symbol: str | None = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    limit: Annotated[int, Query(ge=1, le=50000)] = 1000,
) -> Candles:
    """The candles a bot saw, the newest `limit` of them, with its indicators."""
    raise NotImplementedError


@router.get("/accounts/{account_id}/candles")
async def of_account(
    parts: Parts,
    caller: Signed,
    account_id: str,
    symbol: str,
    timeframe: str = "1m",
    to_ms: ToMs = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Candles:
    """Candles of any symbol, from the venue."""
    raise NotImplementedError
