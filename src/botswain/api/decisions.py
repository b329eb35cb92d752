"""The journal in words: what a bot did, what it did not, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from botswain.api.asked import Limit
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import Decision

router = APIRouter(tags=["decisions"])


@router.get("/bots/{bot_id}/decisions")
async def listed(
    parts: Parts,
    caller: Signed,
    bot_id: str,
    kind: str | None = None,
    before_seq: Annotated[int | None, Query(ge=1)] = None,
    limit: Limit = 100,
) -> Page[Decision]:
    """The newest first; before_seq goes further back."""
    raise NotImplementedError
