"""Kinds of bots and what may be set of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.strategies import Strategy

router = APIRouter(tags=["strategies"])


@router.get("/strategies")
async def listed(
    parts: Parts,
    caller: Signed,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> Page[Strategy]:
    """All kinds of bots."""
    raise NotImplementedError


@router.get("/strategies/{name}")
async def one(parts: Parts, caller: Signed, name: str) -> Strategy:
    """One kind of bot."""
    raise NotImplementedError
