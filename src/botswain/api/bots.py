"""Bots: made, changed, started, stopped."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from botswain.api.asked import IdempotencyKey, IfMatch, Limit, Offset
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.bots import Bot, BotPatch, BotSettings, Edition, NewBot, Preview, Reason, State, Stop
from botswain.api.schemas.shape import Page

router = APIRouter(tags=["bots"])


@router.get("/bots")
async def listed(
    parts: Parts,
    caller: Signed,
    state: State | None = None,
    strategy: str | None = None,
    q: Annotated[str | None, Query(max_length=128)] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Bot]:
    """Bots by name."""
    raise NotImplementedError


@router.post("/bots", status_code=201)
async def make(
    parts: Parts,
    caller: Signed,
    body: NewBot,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Bot:
    """Make a bot."""
    raise NotImplementedError


@router.post("/bots/preview")
async def preview(parts: Parts, caller: Signed, body: BotSettings) -> Preview:
    """What settings would come to, without making anything."""
    raise NotImplementedError


@router.get("/bots/{bot_id}")
async def one(parts: Parts, caller: Signed, bot_id: str, response: Response) -> Bot:
    """One bot; its ETag is needed to change it."""
    raise NotImplementedError


@router.patch("/bots/{bot_id}")
async def change(
    parts: Parts,
    caller: Signed,
    bot_id: str,
    body: BotPatch,
    response: Response,
    if_match: IfMatch,
) -> Bot:
    """Give a bot other settings: another edition of it."""
    raise NotImplementedError


@router.delete("/bots/{bot_id}", status_code=204)
async def remove(
    parts: Parts,
    caller: Signed,
    bot_id: str,
    if_match: IfMatch,
) -> None:
    """Put a stopped bot away. What it did is kept."""
    raise NotImplementedError


@router.get("/bots/{bot_id}/editions")
async def editions(parts: Parts, caller: Signed, bot_id: str) -> list[Edition]:
    """Its settings over time, the newest first."""
    raise NotImplementedError


@router.post("/bots/{bot_id}/start")
async def start(parts: Parts, caller: Signed, bot_id: str) -> Bot:
    """Want it to run."""
    raise NotImplementedError


@router.post("/bots/{bot_id}/stop")
async def stop(parts: Parts, caller: Signed, bot_id: str, body: Stop | None = None) -> Bot:
    """Want it to stop, by a policy."""
    raise NotImplementedError


@router.post("/bots/{bot_id}/pause")
async def pause(parts: Parts, caller: Signed, bot_id: str, body: Reason | None = None) -> Bot:
    """Have it open nothing until it is resumed; what reduces and protects works on."""
    raise NotImplementedError


@router.post("/bots/{bot_id}/resume")
async def resume(parts: Parts, caller: Signed, bot_id: str) -> Bot:
    """Lift a pause or a halt."""
    raise NotImplementedError


@router.post("/bots/{bot_id}/flatten")
async def flatten(parts: Parts, caller: Signed, bot_id: str, body: Reason | None = None) -> Bot:
    """Sell what it holds by the market and have it open nothing until it is resumed."""
    raise NotImplementedError
