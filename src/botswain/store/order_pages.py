"""Pages of orders over one bot or all of a tenant's, the newest first, each with the last that is known of it.

Of one bot the newest is the one written last, of several the one whose time is latest: each order is that of an index.
Which orders work is not asked here but followed by whoever lists them (`final_since`): of a million orders all but a
few have ended, and looking for those few would read all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select

from botswain.model.orders import FINAL_STATES
from botswain.store.listing import Asked, Span, before, conditions, count, within
from botswain.store.orders import OTHERS, Order, order_of, with_last_event
from botswain.store.scope import Tx
from botswain.store.tables import accounts, order_events, orders

PAGE = 1_000
# What a few steps can have changed.
MOST_CHANGED = 10_000


class OrderKey(NamedTuple):
    """The place of an order among all."""

    time_ms: int
    seq: int
    client_order_id: str


async def place(tx: Tx, client_order_id: str) -> OrderKey | None:
    """Where an order stands; None where the tenant has none of that id."""
    found = tx.select(orders, orders.c.time_ms, orders.c.seq, by_key=True)
    row = await tx.row(found.where(orders.c.client_order_id == client_order_id))
    return None if row is None else OrderKey(int(row.time_ms), int(row.seq), client_order_id)


async def page(
    tx: Tx,
    asked: Asked,
    *,
    state: str | None = None,
    ended: bool = False,
    limit: int,
    offset: int = 0,
    after: OrderKey | None = None,
) -> list[Order]:
    """Orders, the newest first: those after one, then after so many.

    state: of the last event; ended: only those with a final event
    """
    statement = await _filtered(tx, asked, state, ended=ended)
    if after is not None:
        statement = statement.where(_after(after, asked))
    if asked.bot_id is not None:
        statement = statement.order_by(orders.c.seq.desc(), orders.c.client_order_id.desc())
    else:
        statement = statement.order_by(orders.c.time_ms.desc(), orders.c.client_order_id.desc())
    return [order_of(row) for row in await tx.rows(statement.limit(limit).offset(offset))]


async def total(tx: Tx, asked: Asked, *, state: str | None = None, ended: bool = False) -> int:
    """How many there are, `listing.MOST_COUNTED` at most."""
    statement = tx.select(orders, orders.c.seq).where(*conditions(orders, asked))
    if state is not None or ended:
        statement = (await _filtered(tx, asked, state, ended=ended)).with_only_columns(orders.c.seq)
    # The order says by which index; the count does not need it.
    return await count(tx, statement if asked.bot_id is None else statement.order_by(orders.c.seq))


async def of_ids(tx: Tx, ids: Collection[str]) -> list[Order]:
    """Orders by their ids, at most a page of them, in the order of these."""
    found = with_last_event(tx, by_key=True).where(orders.c.client_order_id.in_(sorted(ids)))
    return [order_of(row) for row in await tx.rows(found.order_by(orders.c.client_order_id))]


async def of_rows(tx: Tx, spans: Sequence[Span], *, limit: int = MOST_CHANGED) -> list[Order]:
    """Orders that these rows of journals placed or told something of, as they are now."""
    events = tx.select(order_events, order_events.c.client_order_id, by_key=True)
    these, given = within(order_events, spans)
    events = events.where(these).order_by(order_events.c.seq)
    told = {str(row.client_order_id) for row in await tx.rows(events.limit(limit), given)}
    placed = tx.select(orders, orders.c.client_order_id, by_key=True)
    these, given = within(orders, spans)
    placed = placed.where(these).order_by(orders.c.seq)
    ids = sorted(told | {str(row.client_order_id) for row in await tx.rows(placed.limit(limit), given)})
    found: list[Order] = []
    for place in range(0, len(ids), PAGE):
        found += await of_ids(tx, ids[place : place + PAGE])
    return sorted(found, key=lambda one: (one.seq, one.client_order_id))


async def final_since(tx: Tx, bot_id: str, after_seq: int) -> set[str]:
    """Ids of a bot's orders that ended in its journal's rows after `after_seq`."""
    here = (order_events.c.bot_id == bot_id, order_events.c.seq > after_seq)
    final = order_events.c.state.in_(sorted(FINAL_STATES))
    rows = await tx.rows(tx.select(order_events, order_events.c.client_order_id).where(*here, final))
    return {str(row.client_order_id) for row in rows}


async def ended_among(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Those of these orders, at most a page, that have a final event."""
    here = (order_events.c.client_order_id.in_(ids), order_events.c.state.in_(sorted(FINAL_STATES)))
    rows = await tx.rows(tx.select(order_events, order_events.c.client_order_id).where(*here))
    return {str(row.client_order_id) for row in rows}


def _after(last: OrderKey, asked: Asked) -> Any:
    """What stands below a place. The first column by itself too: that is what the index is of."""
    first, value = (orders.c.time_ms, last.time_ms) if asked.bot_id is None else (orders.c.seq, last.seq)
    return (first <= value) & before((first, orders.c.client_order_id), (value, last.client_order_id))


async def _filtered(tx: Tx, asked: Asked, state: str | None, *, ended: bool) -> Select[Any]:
    statement = with_last_event(tx).where(*conditions(orders, asked))
    if state is not None:
        statement = statement.where(await _in_state(tx, state))
    if ended:
        final = tx.select(OTHERS, OTHERS.c.seq).where(
            OTHERS.c.client_order_id == orders.c.client_order_id, OTHERS.c.state.in_(sorted(FINAL_STATES))
        )
        statement = statement.where(final.correlate(orders).exists())
    return statement


async def _in_state(tx: Tx, state: str) -> Any:
    """An order without an event is new on paper, where nobody confirms it; elsewhere it is about to be."""
    silent = order_events.c.state.is_(None)
    here = order_events.c.state == state
    if state == "pending_new":
        return here | (silent & orders.c.account_id.not_in(await _paper(tx)))
    if state == "new":
        return here | (silent & orders.c.account_id.in_(await _paper(tx)))
    return here


async def _paper(tx: Tx) -> Collection[str]:
    found = tx.select(accounts, accounts.c.id).where(accounts.c.environment == "paper")
    return [str(row.id) for row in await tx.rows(found.limit(PAGE))]
