"""Orders and their whole life."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from botswain.api.asked import After, FromMs, Limit, Offset, SymbolAsked, ToMs
from botswain.api.doors import Parts, Signed
from botswain.api.memory import Remembered
from botswain.api.schemas.shape import Leaf
from botswain.api.schemas.trading import Order, OrderEvent
from botswain.control import orders
from botswain.control.decimal_text import shown as decimal
from botswain.control.decimal_text import text_of
from botswain.control.orders import ToldEvent, ToldOrder
from botswain.control.refusals import an_id, missing
from botswain.model.orders import OrderState
from botswain.store.listing import Asked

router = APIRouter(tags=["orders"])


@router.get("/orders")
async def listed(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    bot_id: str | None = None,
    symbol: SymbolAsked = None,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    working: Annotated[
        bool | None, Query(description="only those that can still fill, or only those that ended")
    ] = None,
    state: OrderState | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
    after: After = None,
) -> Leaf[Order]:
    """Orders, the newest first.

    after: the `next` of the page before. With an offset, what is asked for meanwhile shifts what comes.
    """
    bot = None if bot_id is None else an_id("bot", bot_id, "/query/bot_id")
    asked = Asked(bot_id=bot, symbol=symbol, from_ms=from_ms, to_ms=to_ms)
    leaf = orders.Leaf(limit, offset, after)
    async with parts.store.reading(caller.tenant_id) as tx:
        page = await orders.listed(tx, memory.terms, memory.working, asked, leaf, working=working, state=state)
    items = [shown(one) for one in page.items]
    return Leaf[Order](items=items, total=page.total, limit=limit, offset=offset, next=page.next)


@router.get("/orders/{client_order_id}")
async def one(parts: Parts, memory: Remembered, caller: Signed, client_order_id: str) -> Order:
    """One order with all that became known of it."""
    name = an_id("order", client_order_id)
    async with parts.store.reading(caller.tenant_id) as tx:
        found = await orders.one(tx, memory.terms, name)
    if found is None:
        raise missing("order", client_order_id)
    return shown(found)


def shown(one: ToldOrder) -> Order:
    """An order as it goes out."""
    order = one.order
    prices = [None if ticks is None else ticks * order.tick_size for ticks in (order.price_ticks, order.trigger_ticks)]
    return Order(
        client_order_id=order.client_order_id,
        venue_order_id=order.venue_order_id,
        bot_id=order.bot_id,
        bot_name=one.bot_name,
        symbol=order.symbol,
        slot=order.slot,
        rev=order.rev,
        attempt=order.attempt,
        side=order.side.value,
        kind=order.kind.value,
        tif=order.tif.value,
        qty=text_of(order.qty_lots * order.lot_size),
        filled_qty=text_of(order.filled_lots * order.lot_size),
        price=decimal(prices[0]),
        trigger=decimal(prices[1]),
        state=one.state,
        working=one.working,
        protective=one.protective,
        time_ms=one.at.time_ms,
        here_ms=one.at.here_ms,
        events=None if one.events is None else [event_of(event) for event in one.events],
    )


def event_of(one: ToldEvent) -> OrderEvent:
    """Something that became known of an order, as it goes out."""
    return OrderEvent(
        seq=one.seq,
        state=str(one.state),
        filled_qty=text_of(one.filled_qty),
        reason=one.reason,
        code=one.code,
        time_ms=one.at.time_ms,
        here_ms=one.at.here_ms,
    )
