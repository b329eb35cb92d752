"""Positions from their opening to their end."""

from __future__ import annotations

from decimal import Decimal

from fastapi import APIRouter

from botswain.api.asked import After, FromMs, Limit, Offset, SymbolAsked, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.memory import Remembered
from botswain.api.schemas.shape import Leaf
from botswain.api.schemas.trading import RoundTrip
from botswain.control import round_trips, trip_pages
from botswain.control.decimal_text import shown as decimal
from botswain.control.decimal_text import text_of
from botswain.control.refusals import an_id
from botswain.store import listing
from botswain.store.listing import Asked, BotName

router = APIRouter(tags=["round_trips"])


@router.get("/round-trips")
async def listed(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    bot_id: str | None = None,
    symbol: SymbolAsked = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    limit: Limit = 100,
    offset: Offset = 0,
    after: After = None,
) -> Leaf[RoundTrip]:
    """Round trips: those under way, then the one that ended last. A time is that of the end (the beginning).

    after: the `next` of the page before. With an offset, what ends meanwhile shifts what comes.
    """
    bot = None if bot_id is None else an_id("bot", bot_id, "/query/bot_id")
    asked = Asked(bot_id=bot, symbol=symbol, from_ms=from_ms, to_ms=to_ms)
    await memory.trips.follow(parts.store, caller.tenant_id, memory.terms, bot)
    async with parts.store.reading(caller.tenant_id) as tx:
        page = await trip_pages.listed(tx, asked, limit=limit, offset=offset, after=after)
        names = await listing.names(tx, [one.bot_id for one in page.items])
        items = [
            shown(
                one,
                names[one.bot_id],
                None if one.exit_reason is None else memory.terms.reason(names[one.bot_id].strategy, one.exit_reason),
            )
            for one in page.items
        ]
    return Leaf[RoundTrip](items=items, total=page.total, limit=limit, offset=offset, next=page.next)


def shown(one: round_trips.RoundTrip, name: BotName, exit_reason: str | None) -> RoundTrip:
    """A trip as it goes out."""
    put_in = one.entry_price * one.qty
    return RoundTrip(
        bot_id=one.bot_id,
        bot_name=name.name,
        symbol=one.symbol,
        direction=1 if one.direction > 0 else -1,
        qty=text_of(one.qty),
        entry_ms=one.entry_ms,
        exit_ms=one.exit_ms,
        entry_price=text_of(one.entry_price),
        exit_price=decimal(one.exit_price),
        profit=text_of(one.profit),
        profit_fraction=float(one.profit / put_in) if put_in else float(Decimal(0)),
        fees=text_of(one.fees),
        exit_reason=exit_reason,
    )
