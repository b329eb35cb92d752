"""Bots: made, changed, started, stopped.

Answers with bots are written as JSON here, without being checked against their schema again on the way out: a list of
200 bots must take a few milliseconds. The tests hold what comes out against the schema.
"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from botswain.api.asked import IdempotencyKey, IfMatch, IfNoneMatch, Limit, Offset, still_holds
from botswain.api.doors import Parts, Signed, Worth
from botswain.api.memory import Remembered
from botswain.api.schemas.bots import Bot, BotPatch, BotSettings, Edition, NewBot, Preview, Reason, State, Stop
from botswain.api.schemas.shape import Page
from botswain.api.shown import asking_of, bot_json, config_of, edition_shown, preview_shown, tag_of
from botswain.control import bot_changes, bots
from botswain.control.bot_preview import previewed
from botswain.control.bots import Filter, Seen, checked_settings, create
from botswain.control.repeats import Key, before, once
from botswain.store.scope import Tx

router = APIRouter(tags=["bots"])

JSON = "application/json"
UNNAMED = "preview"
STILL: dict[int | str, dict[str, Any]] = {304: {"description": "It is as it was when it had that ETag"}}


def answered(found: Seen) -> Response:
    """A bot with its ETag."""
    shown = bot_json(found)
    return Response(shown, headers={"ETag": tag_of(found.bot.version, shown)}, media_type=JSON)


@router.get("/bots", response_model=Page[Bot])
async def listed(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    memory: Remembered,
    state: State | None = None,
    strategy: Annotated[str | None, Query(max_length=128)] = None,
    q: Annotated[str | None, Query(max_length=128)] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Response:
    """Bots by name."""
    which = Filter(state, strategy, q, limit, offset)
    found, total = await bots.listed(asking_of(parts, caller, worth), which)
    page = {"items": [memory.bot_rows.of(one) for one in found], "total": total, "limit": limit, "offset": offset}
    return Response(msgspec.json.encode(page), media_type=JSON)


@router.post("/bots", status_code=201, response_model=Bot)
async def make(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    body: NewBot,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make a bot."""
    asking = asking_of(parts, caller, worth)
    key = Key.of(idempotency_key, "POST /bots", body.model_dump_json())
    async with parts.store.reading(caller.tenant_id) as tx:
        had = await before(tx, key, asking.now_ms)
        if had is None:
            await bots.check_name(tx, body.name)
    if had is None:
        made, account, _ = await checked_settings(asking, config_of(body, body.name), body.account_id, body.timeframe)

        async def work(tx: Tx) -> str:
            return bot_json(await create(asking, tx, made, account, start=body.start))

        had, fresh = await once(parts.store, caller.tenant_id, key, 201, asking.now_ms, work)
        if fresh and body.start:
            await bot_changes.tell_engines(asking)
    return Response(had, 201, media_type=JSON)


@router.post("/bots/preview")
async def preview(parts: Parts, caller: Signed, worth: Worth, body: BotSettings) -> Preview:
    """What settings would come to, without making anything."""
    asking = asking_of(parts, caller, worth)
    made, _, prices = await checked_settings(asking, config_of(body, UNNAMED), body.account_id, body.timeframe)
    return preview_shown(await asyncio.to_thread(previewed, made.plan, prices, made.warnings))


@router.get("/bots/{bot_id}", response_model=Bot, responses=STILL)
async def one(parts: Parts, caller: Signed, worth: Worth, bot_id: str, if_none_match: IfNoneMatch = None) -> Response:
    """One bot; its ETag is needed to change it."""
    found = answered(await bots.one(asking_of(parts, caller, worth), bot_id))
    tag = found.headers["ETag"]
    return Response(status_code=304, headers={"ETag": tag}) if still_holds(if_none_match, tag) else found


@router.patch("/bots/{bot_id}", response_model=Bot)
async def change(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    bot_id: str,
    body: BotPatch,
    if_match: IfMatch,
) -> Response:
    """Give a bot other settings: another edition of it."""
    given = body.settings
    asked = None if given is None else (config_of(given, UNNAMED), given.account_id, given.timeframe)
    return answered(await bot_changes.change(asking_of(parts, caller, worth), bot_id, if_match, body.name, asked))


@router.delete("/bots/{bot_id}", status_code=204)
async def remove(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    bot_id: str,
    if_match: IfMatch,
) -> None:
    """Put a stopped bot away. What it did is kept."""
    await bot_changes.remove(asking_of(parts, caller, worth), bot_id, if_match)


@router.get("/bots/{bot_id}/editions", response_model=list[Edition])
async def editions(parts: Parts, caller: Signed, worth: Worth, bot_id: str) -> list[dict[str, Any]]:
    """Its settings over time, the newest first."""
    return [edition_shown(*one) for one in await bots.editions(asking_of(parts, caller, worth), bot_id)]


@router.post("/bots/{bot_id}/start", response_model=Bot)
async def start(parts: Parts, caller: Signed, worth: Worth, bot_id: str) -> Response:
    """Want it to run."""
    return answered(await bot_changes.start(asking_of(parts, caller, worth), bot_id))


@router.post("/bots/{bot_id}/stop", response_model=Bot)
async def stop(parts: Parts, caller: Signed, worth: Worth, bot_id: str, body: Stop | None = None) -> Response:
    """Want it to stop, by a policy."""
    policy = body.policy if body is not None else None
    return answered(await bot_changes.stop(asking_of(parts, caller, worth), bot_id, policy))


@router.post("/bots/{bot_id}/pause", response_model=Bot)
async def pause(parts: Parts, caller: Signed, worth: Worth, bot_id: str, body: Reason | None = None) -> Response:
    """Have it open nothing until it is resumed; what reduces and protects works on."""
    return answered(await bot_changes.pause(asking_of(parts, caller, worth), bot_id, why(body)))


@router.post("/bots/{bot_id}/resume", response_model=Bot)
async def resume(parts: Parts, caller: Signed, worth: Worth, bot_id: str) -> Response:
    """Lift a pause or a halt."""
    return answered(await bot_changes.resume(asking_of(parts, caller, worth), bot_id))


@router.post("/bots/{bot_id}/flatten", response_model=Bot)
async def flatten(parts: Parts, caller: Signed, worth: Worth, bot_id: str, body: Reason | None = None) -> Response:
    """Sell what it holds by the market and have it open nothing until it is resumed. 409 where all it holds is less

    than the venue's least order.
    """
    return answered(await bot_changes.flatten(asking_of(parts, caller, worth), bot_id, why(body)))


def why(body: Reason | None) -> str:
    """The reason given."""
    return body.reason if body is not None else ""
