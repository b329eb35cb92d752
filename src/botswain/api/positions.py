"""What is held."""

from __future__ import annotations

from fastapi import APIRouter, Response

from botswain.api.asked import Limit, Offset, SymbolAsked
from botswain.api.bots import answered, why
from botswain.api.doors import Parts, Signed, Worth
from botswain.api.memory import Remembered
from botswain.api.schemas.bots import Bot, Reason
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import Position
from botswain.api.shown import asking_of
from botswain.control import bot_changes, positions
from botswain.control.decimal_text import shown as decimal
from botswain.control.decimal_text import text_of
from botswain.control.positions import ToldPosition
from botswain.control.refusals import an_id

router = APIRouter(tags=["positions"])


@router.get("/positions")
async def listed(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    bot_id: str | None = None,
    symbol: SymbolAsked = None,
    open: bool | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Position]:
    """Positions by bot and symbol. open: only what could be closed, or only what could not."""
    bot = None if bot_id is None else an_id("bot", bot_id, "/query/bot_id")
    async with parts.store.reading(caller.tenant_id) as tx:
        found, total = await positions.listed(
            tx, memory.terms, memory.closes, bot_id=bot, symbol=symbol, open_=open, limit=limit, offset=offset
        )
    return Page[Position](items=[shown(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("/positions/{bot_id}/close", response_model=Bot)
async def close(parts: Parts, caller: Signed, worth: Worth, bot_id: str, body: Reason | None = None) -> Response:
    """Close what a bot holds by the market; it opens nothing until it is resumed. 409 where it holds nothing,

    or less than the venue's least order.
    """
    asking = asking_of(parts, caller, worth)
    return answered(await bot_changes.flatten(asking, bot_id, why(body), held_only=True))


def shown(one: ToldPosition) -> Position:
    """A position as it goes out."""
    held = one.position
    return Position(
        bot_id=held.bot_id,
        bot_name=one.bot_name,
        environment=one.environment.value,
        symbol=held.symbol,
        qty=text_of(held.qty),
        avg_price=decimal(one.avg_price),
        cost=text_of(held.cost),
        price=decimal(one.price),
        price_ms=one.price_ms,
        value=decimal(one.value),
        unrealized=decimal(one.unrealized),
        realized=text_of(held.gained),
        fees=text_of(held.fees),
        dust=text_of(held.dust),
        least=decimal(one.least),
        rest=one.is_rest,
        put_away=one.put_away,
        time_ms=held.time_ms,
    )
