"""Orders and their whole life."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import FromMs, Limit, Offset, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import Order

router = APIRouter(tags=["orders"])


@router.get("/orders")
async def listed(
    parts: Parts,
    caller: Signed,
    bot_id: str | None = None,
    symbol: str | None = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    working: bool | None = None,
    state: str | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Order]:
    """Orders, the newest first."""
    raise NotImplementedError


@router.get("/orders/{client_order_id}")
async def one(parts: Parts, caller: Signed, client_order_id: str) -> Order:
    """One order with all that became known of it."""
    raise NotImplementedError
