"""Fills, as pages and as a table for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from botswain.api.asked import After, FromMs, Limit, Offset, SymbolAsked, ToMs
from botswain.api.doors import Doors, Parts, Signed
from botswain.api.memory import Memory, Remembered
from botswain.api.schemas.shape import Leaf
from botswain.api.schemas.trading import Fill, Side
from botswain.api.spreadsheet import safe_cell
from botswain.control import fills
from botswain.control.decimal_text import text_of
from botswain.control.fills import ToldFill
from botswain.control.refusals import an_id
from botswain.history.instants import iso
from botswain.store.listing import Asked

CSV = "text/csv"
TABLE: dict[int | str, dict[str, Any]] = {200: {"content": {CSV: {"schema": {"type": "string"}}}}}

router = APIRouter(tags=["fills"])


@router.get("/fills", response_model=Leaf[Fill], responses=TABLE)
async def listed(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    bot_id: str | None = None,
    symbol: SymbolAsked = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    side: Side | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
    after: After = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> Leaf[Fill] | Response:
    """Fills, the newest first. With `Accept: text/csv`, all that match as a table.

    after: the `next` of the page before. With an offset, what fills meanwhile shifts what comes.
    """
    bot = None if bot_id is None else an_id("bot", bot_id, "/query/bot_id")
    asked = Asked(bot_id=bot, symbol=symbol, side=side, from_ms=from_ms, to_ms=to_ms)
    if CSV in accept.lower():
        headers = {"Content-Disposition": 'attachment; filename="fills.csv"'}
        return StreamingResponse(table(parts, memory, caller.tenant_id, asked), media_type=CSV, headers=headers)
    async with parts.store.reading(caller.tenant_id) as tx:
        page = await fills.listed(tx, memory.terms, asked, limit=limit, offset=offset, after=after)
    items = [shown(one) for one in page.items]
    return Leaf[Fill](items=items, total=page.total, limit=limit, offset=offset, next=page.next)


def shown(one: ToldFill) -> Fill:
    """A fill as it goes out."""
    fill = one.fill
    return Fill(
        id=one.id,
        bot_id=fill.bot_id,
        bot_name=one.bot_name,
        symbol=fill.symbol,
        side=fill.side.value,
        qty=text_of(fill.qty),
        price=text_of(fill.price),
        fee=text_of(fill.fee),
        fee_asset=fill.fee_asset,
        realized=text_of(fill.realized),
        liquidity=fill.liquidity.value,
        reason=one.reason,
        slot=fill.slot,
        client_order_id=fill.client_order_id,
        venue_trade_id=fill.venue_trade_id,
        kind=fill.kind.value,
        time_ms=fill.time_ms,
    )


async def table(parts: Doors, memory: Memory, tenant_id: str, asked: Asked) -> AsyncIterator[str]:
    """All fills that match, a line each below a line of names, as of one moment. time: time_ms for people, in UTC."""
    names = list(Fill.model_fields)
    yield line([*names, "time"])
    async with parts.store.reading(tenant_id) as tx:
        async for page in fills.walk(tx, memory.terms, asked):
            yield "".join(line(cells(shown(one), names)) for one in page)


def cells(one: Fill, names: list[str]) -> list[Any]:
    """A fill's line of the table."""
    return [*(getattr(one, name) for name in names), iso(one.time_ms)]


def line(cells: list[Any]) -> str:
    """A line of the table."""
    text = io.StringIO()
    csv.writer(text).writerow([safe_cell(one) for one in cells])
    return text.getvalue()
