"""Kinds of bots and what may be set of them."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import Limit, Offset
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.strategies import Strategy

router = APIRouter(tags=["strategies"])


@router.get("/strategies")
async def listed(
    parts: Parts,
    caller: Signed,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Strategy]:
    """All kinds of bots."""
    raise NotImplementedError


@router.get("/strategies/{name}")
async def one(parts: Parts, caller: Signed, name: str) -> Strategy:
    """One kind of bot."""
    raise NotImplementedError
