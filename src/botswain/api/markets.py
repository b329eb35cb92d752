"""How markets stand, and their candles."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, cast

import numpy as np
from fastapi import APIRouter, Query, Request

from botswain.api.asked import FromMs, Limit, Offset, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.market_words import MarketWords, Place
from botswain.api.memory import Remembered
from botswain.api.schemas.markets import Candles, Market, SplitDrawn
from botswain.api.schemas.shape import Page
from botswain.control import markets
from botswain.control.bot_settings import pointed
from botswain.control.bots import account_in, found_in
from botswain.control.decimal_text import text_of
from botswain.control.markets import RecordedMarket, Watched
from botswain.control.refusals import pointer
from botswain.model.actions import ratio_text
from botswain.model.errors import Unavailable
from botswain.model.timeframe import timeframe_ms
from botswain.store.accounts import Account

router = APIRouter(tags=["markets"])
# Candles of any symbol of an account's venue: (account, symbol, timeframe, before, how many) -> rows, oldest first.
Row = tuple[int, float, float, float, float, float]
VenueCandles = Callable[[Account, str, str, int | None, int], Awaitable[list[Row]]]


@router.get("/markets")
async def listed(
    parts: Parts,
    memory: Remembered,
    caller: Signed,  # noqa: ARG001 - whoever is signed in
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Market]:
    """Markets that bots listen to."""
    async with parts.store.reading(None) as tx:
        recorded = await markets.recorded(tx, memory.closes, memory.day_ago)
    found = shown(recorded, memory.words, parts.now_ms())
    return Page[Market](items=found[offset : offset + limit], total=len(found), limit=limit, offset=offset)


def shown(recorded: list[RecordedMarket], words: MarketWords, now_ms: int) -> list[Market]:
    """What the bus last said of each market; of those it said nothing of, what was recorded: nobody listens now."""
    found: dict[Place, Market] = {}
    for one in recorded:
        place = (one.venue, one.environment, one.source, one.symbol, one.timeframe)
        if one.day_ago is not None:
            words.day_ago[place] = one.day_ago
        else:
            words.day_ago.pop(place, None)
        time_ms = one.last.open_ms + timeframe_ms(one.timeframe)
        found[place] = Market(
            venue=one.venue,
            environment=cast(Any, one.environment),
            source=one.source,
            symbol=one.symbol,
            timeframe=one.timeframe,
            state="off",
            price=text_of(one.last.price),
            change=None,
            time_ms=time_ms,
            age_ms=max(now_ms - time_ms, 0),
        )
    found |= words.markets
    for place, price in words.prices.items():
        known = found.get(place)
        if known is not None and (known.time_ms is None or known.time_ms <= price.time_ms):
            found[place] = known.model_copy(update={"price": price.price, "time_ms": price.time_ms})
    for place, heard_ms in words.heard_ms.items():
        if place in found:
            found[place] = found[place].model_copy(update={"age_ms": max(now_ms - heard_ms, 0)})
    return [words.with_change(found[place]) for place in sorted(found)]


@router.get("/bots/{bot_id}/candles")
async def of_bot(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    bot_id: str,
    symbol: str | None = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    limit: Annotated[int, Query(ge=1, le=50000)] = 1000,
) -> Candles:
    """The candles a bot saw, the newest `limit` of them, with its indicators. None where it never ran."""
    async with parts.store.reading(caller.tenant_id) as tx:
        await found_in(tx, bot_id)
        terms = await memory.terms.of(tx, bot_id)
    if terms is None:
        return Candles(symbol=symbol or "", timeframe="", rows=[])
    async with parts.store.reading(None) as tx:
        record = await memory.recorded.of(tx, terms.segment)
    name = symbol or terms.instruments[0].symbol
    found = pointed(pointer("query", "symbol"), memory.watched.of, bot_id, terms, record, name)
    return cut(name, found, from_ms, to_ms, limit)


def cut(symbol: str, one: Watched, from_ms: int | None, to_ms: int | None, limit: int) -> Candles:
    """The newest candles of a span of time."""
    ts = one.seen.candles.ts
    last = len(ts) if to_ms is None else int(np.searchsorted(ts, to_ms))
    first = 0 if from_ms is None else int(np.searchsorted(ts, from_ms))
    first = max(first, last - limit)
    return Candles(
        symbol=symbol,
        timeframe=one.seen.candles.timeframe,
        rows=one.rows(first, last) if first < last else [],
        indicators={name: numbers(column[first:last]) for name, column in one.columns.items() if name in one.panes},
        panes=dict(one.panes),
        splits=[SplitDrawn(time_ms=at_ms, split=ratio_text(split)) for at_ms, split in one.splits],
    )


def numbers(column: Any) -> list[float | None]:
    """A column as JSON has it: nothing where there is no number."""
    return [value if math.isfinite(value) else None for value in column.tolist()]


@router.get("/accounts/{account_id}/candles")
async def of_account(
    parts: Parts,
    caller: Signed,
    request: Request,
    account_id: str,
    symbol: str,
    timeframe: str = "1m",
    to_ms: ToMs = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
) -> Candles:
    """Candles of any symbol, from the venue."""
    pointed(pointer("query", "timeframe"), timeframe_ms, timeframe)
    async with parts.store.reading(caller.tenant_id) as tx:
        account = await account_in(tx, account_id)
    read = cast(VenueCandles | None, getattr(request.app.state, "venue_candles", None))
    if read is None:
        raise Unavailable("this process reaches no venue, so it has no candles of one; start botswain api")
    return Candles(symbol=symbol, timeframe=timeframe, rows=await read(account, symbol, timeframe, to_ms, limit))
