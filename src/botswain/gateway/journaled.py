"""Compares an errand with the database before it is sent: what is not journaled, or under another lease, is refused.

For a gateway in a process of its own: the engine that asks may be broken or somebody else's. An order's row must say
what the errand says, to the last lot. A cancel needs the journal's row only: an order of ours that no row remembers
(after a restore, say) must still come off. While the database does not answer nothing is sent but cancels.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from botswain.core.codes import KIND_NAMES, TIF_NAMES
from botswain.gateway.verdicts import Objection
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError, Unavailable
from botswain.model.intents import Wanted
from botswain.model.orders import FINAL_STATES, Side
from botswain.model.outcomes import Cause
from botswain.store import bots, journal, orders
from botswain.store.scope import Tx


class Store(Protocol):
    """An open database."""

    def reading(self, tenant_id: str | None) -> AbstractAsyncContextManager[Tx]:
        """A transaction that only reads; tenant_id None: the platform's."""
        ...


class StoreJournal:
    """The journal in a database."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def objects(self, errand: Errand) -> Objection | None:
        """Why this errand is not what was committed; None where it is."""
        try:
            async with self._store.reading(None) as tx:
                why = await self._compared(tx, errand)
        except Unavailable as error:
            if not errand.request.places:
                return None
            return Objection(f"the journal cannot be read, so nothing but cancels is sent ({error})", Cause.LATER)
        except BotswainError as error:
            return Objection(f"the journal does not know this request ({error})")
        return None if why is None else Objection(why)

    async def _compared(self, tx: Tx, errand: Errand) -> str | None:
        request, bot = errand.request, await bots.get(tx, errand.bot_id)
        if bot.account_id != errand.account_id:
            return f"bot {bot.name!r} trades on account {bot.account_id}, this request is for {errand.account_id}"
        if bot.lease_epoch != errand.lease_epoch:
            return (
                f"bot {bot.name!r} is held under lease epoch {bot.lease_epoch}, this request carries "
                f"{errand.lease_epoch}; another process has the bot, let it go"
            )
        rows = await journal.read(tx, errand.bot_id, after_seq=errand.seq - 1, limit=1)
        if not rows or rows[0].seq != errand.seq:
            return f"bot {bot.name!r} has no journal row {errand.seq}; commit the request before it is sent"
        if request.cancels:
            order = await orders.get(tx, request.cancels)
            if order is not None and order.account_id != errand.account_id:
                return f"order {request.cancels} belongs to another account; cancel it there"
        if not request.places or request.row is None:
            return None
        order = await orders.get(tx, request.places)
        if order is None:
            return f"order {request.places} is not journaled; commit it before it is sent"
        if request.amends:
            return _grown(errand, order, request.filled + request.row.leaves)
        return _differing(errand, order, request.row)


def _grown(errand: Errand, order: orders.Order, lots: int) -> str | None:
    if (order.bot_id, order.symbol) != (errand.bot_id, errand.symbol):
        return f"order {order.client_order_id} is bot {order.bot_id}'s on {order.symbol}; amend your own"
    if lots > order.qty_lots:
        return f"order {order.client_order_id} has {order.qty_lots} lots and cannot be amended to {lots}; only to less"
    return None


def _differing(errand: Errand, order: orders.Order, row: Wanted) -> str | None:
    """The first thing in which an errand is not its journaled order."""
    if order.state in FINAL_STATES:
        return f"order {order.client_order_id} has ended ({order.state}); decide again under a new id"
    pairs = (
        ("bot", order.bot_id, errand.bot_id),
        ("account", order.account_id, errand.account_id),
        ("journal row", order.seq, errand.seq),
        ("symbol", order.symbol, errand.symbol),
        ("tick size", order.tick_size, errand.tick_size),
        ("lot size", order.lot_size, errand.lot_size),
        ("slot", order.slot, row.slot),
        ("rev", order.rev, row.rev),
        ("side", order.side, Side.BUY if row.side > 0 else Side.SELL),
        ("kind", order.kind, KIND_NAMES.get(row.kind, row.kind)),
        ("time in force", order.tif, TIF_NAMES.get(row.tif, row.tif)),
        ("flags", order.flags, row.flags),
        ("lots", order.qty_lots, row.leaves),
        ("price in ticks", order.price_ticks or 0, row.price),
        ("trigger in ticks", order.trigger_ticks or 0, row.trigger),
    )
    for what, meant, asked in pairs:
        if meant != asked:
            return (
                f"order {order.client_order_id} is journaled with {what} {meant}, this request says {asked}; send "
                "what was journaled"
            )
    return None
