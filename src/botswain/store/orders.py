"""Reading orders: the attempts as they were asked for, each with the last that is known of it.

Orders and their events are written only with a step (`steps`, `batch`). An order is unfinished until an event says it
is final; late fills may follow, but it never works again (so one final event settles it, whatever comes after).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Select, case, func

from botswain.model.orders import FINAL_STATES, OrderKind, OrderState, Side, Tif
from botswain.store.exact import to_decimal
from botswain.store.scope import Tx, values_of
from botswain.store.tables import order_events, orders

PAGE = 1_000
# To make one for each question takes as long as the question.
OTHERS = order_events.alias()
NAMED = order_events.alias()


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt and its latest event. state is None when the venue's answer was never written: it is unknown.

    venue_order_id               the last name that the venue is known to have given it, whichever event told it
    price_ticks, trigger_ticks in steps of tick_size; qty_lots, filled_lots in steps of lot_size
    """

    client_order_id: str
    account_id: str
    bot_id: str
    seq: int
    symbol: str
    slot: int
    rev: int
    attempt: int
    side: Side
    kind: OrderKind
    tif: Tif
    flags: int
    qty_lots: int
    price_ticks: int | None
    trigger_ticks: int | None
    tick_size: Decimal
    lot_size: Decimal
    link: int
    parent: int
    reason: int
    time_ms: int
    state: OrderState | None
    filled_lots: int
    venue_order_id: str | None


class OrderEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `order_events`."""

    client_order_id: str
    seq: int
    state: OrderState
    filled_lots: int
    qty_lots: int | None
    venue_order_id: str | None
    code: str | None
    reason: int
    time_ms: int
    venue_time_ms: int | None


async def get(tx: Tx, client_order_id: str) -> Order | None:
    """The order of an id, None when the tenant has none."""
    row = await tx.row(with_last_event(tx).where(orders.c.client_order_id == client_order_id))
    return None if row is None else order_of(row)


async def of_bot(tx: Tx, bot_id: str, *, after_seq: int = 0, limit: int = PAGE) -> list[Order]:
    """A bot's orders, oldest first, from the journal row after `after_seq`."""
    statement = with_last_event(tx).where(orders.c.bot_id == bot_id, orders.c.seq > after_seq)
    rows = await tx.rows(statement.order_by(orders.c.seq, orders.c.client_order_id).limit(limit))
    return [order_of(row) for row in rows]


async def unfinished(tx: Tx, bot_id: str, *, limit: int = PAGE) -> list[Order]:
    """A bot's orders without an end, oldest first: what may be working, and what recovery must ask about.

    One that had ended and came up again is new once more behind its final event, and works until the next such. A late
    fill does not bring one back.
    """
    final_seq, new_seq = (
        func.max(case((here, OTHERS.c.seq), else_=0))
        for here in (OTHERS.c.state.in_(sorted(FINAL_STATES)), OTHERS.c.state == OrderState.NEW)
    )
    # All ends of a bot are read at once; to look for those of each order by itself took twice the work.
    ended = tx.select(OTHERS, OTHERS.c.client_order_id).where(OTHERS.c.bot_id == bot_id)
    ended = ended.group_by(OTHERS.c.client_order_id).having(final_seq > new_seq)
    statement = with_last_event(tx).where(orders.c.bot_id == bot_id, orders.c.client_order_id.not_in(ended))
    rows = await tx.rows(statement.order_by(orders.c.seq, orders.c.client_order_id).limit(limit))
    return [order_of(row) for row in rows]


async def events(tx: Tx, client_order_id: str, *, limit: int = PAGE) -> list[OrderEvent]:
    """What became known of an order, oldest first."""
    statement = tx.select(order_events).where(order_events.c.client_order_id == client_order_id)
    rows = await tx.rows(statement.order_by(order_events.c.seq).limit(limit))
    return [msgspec.convert(values_of(row), OrderEvent) for row in rows]


async def numbered(tx: Tx, bot_id: str, *, limit: int) -> list[tuple[str, str, str]]:
    """A bot's newest orders that the venue has named: (symbol, our name, the venue's)."""
    columns = (orders.c.symbol, order_events.c.client_order_id, order_events.c.venue_order_id)
    mine = orders.c.client_order_id == order_events.c.client_order_id
    named = tx.select(order_events, *columns, join=(orders, mine)).where(
        order_events.c.bot_id == bot_id, order_events.c.venue_order_id.is_not(None)
    )
    rows = await tx.rows(named.order_by(order_events.c.seq.desc()).limit(limit))
    return [(str(row.symbol), str(row.client_order_id), str(row.venue_order_id)) for row in rows]


async def named(tx: Tx, account_id: str, symbol: str, numbers: Collection[str]) -> dict[str, str]:
    """Of a symbol's orders on an account those that the venue has named so: our names by the venue's."""
    columns = (order_events.c.client_order_id, order_events.c.venue_order_id)
    mine = orders.c.client_order_id == order_events.c.client_order_id
    known = tx.select(order_events, *columns, join=(orders, mine)).where(
        orders.c.account_id == account_id, orders.c.symbol == symbol, order_events.c.venue_order_id.in_(sorted(numbers))
    )
    return {str(row.venue_order_id): str(row.client_order_id) for row in await tx.rows(known.distinct())}


def with_last_event(tx: Tx, *, by_key: bool = False) -> Select[Any]:
    """Orders, each with its last event and the name that the venue gave it, which not every event repeats.

    by_key  they are asked for by their ids
    """
    newest = tx.select(OTHERS, func.max(OTHERS.c.seq)).where(OTHERS.c.client_order_id == orders.c.client_order_id)
    last = newest.correlate(orders).scalar_subquery()
    naming = tx.select(NAMED, NAMED.c.venue_order_id).where(
        NAMED.c.client_order_id == orders.c.client_order_id, NAMED.c.venue_order_id.is_not(None)
    )
    named = naming.order_by(NAMED.c.seq.desc()).limit(1).correlate(orders).scalar_subquery().label("venue_order_id")
    known = (order_events.c.state, order_events.c.filled_lots, named)
    mine = (order_events.c.client_order_id == orders.c.client_order_id) & (order_events.c.seq == last)
    return tx.select(orders, *orders.c, *known, join=(order_events, mine), by_key=by_key)


def order_of(row: Any) -> Order:
    """A row of `with_last_event` in decimals."""
    values = values_of(row)
    tick_units, lot_units, scale = (values.pop(name) for name in ("tick_units", "lot_units", "unit_scale"))
    del values["tenant_id"]
    values |= {"tick_size": to_decimal(tick_units, scale), "lot_size": to_decimal(lot_units, scale)}
    values["filled_lots"] = values["filled_lots"] or 0
    return msgspec.convert(values, Order)


def working(known: Sequence[Order]) -> list[Order]:
    """Those of `unfinished` whose last state is not unknown: what reconciliation may act on."""
    return [order for order in known if order.state not in (None, OrderState.UNKNOWN)]
