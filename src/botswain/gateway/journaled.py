"""Compares an errand with the database before it is sent: what is not journaled, or under another lease, is refused.

For a gateway in a process of its own: the engine that asks may be broken or somebody else's. An order's row must say
what the errand says, to the last lot. A cancel needs the journal's row only: an order of ours that no row remembers
(after a restore, say) must still come off. While the database does not answer nothing is sent but cancels. Errands
that come while it is being read are read together, so that a burst costs little more than one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from botswain.core.codes import KIND_NAMES, TIF_NAMES
from botswain.gateway.verdicts import Objection
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError, Unavailable
from botswain.model.intents import Request, Wanted
from botswain.model.orders import Side
from botswain.model.outcomes import Cause
from botswain.store import errands
from botswain.store.emergency import EmergencyFile
from botswain.store.errands import Known, Placement
from botswain.store.holders import Holder
from botswain.store.scope import Tx

Waiting = tuple[Errand, "asyncio.Future[Objection | None]"]


class Store(Protocol):
    """An open database."""

    def reading(self, tenant_id: str | None) -> AbstractAsyncContextManager[Tx]:
        """A transaction that only reads; tenant_id None: the platform's."""
        ...


class Asked:
    """Errands that wait for one look into the database; who comes while it is being read goes with the next."""

    def __init__(self, answers: Callable[[list[Errand]], Awaitable[list[Objection | None]]]) -> None:
        self._answers = answers
        self._waiting: list[Waiting] = []
        self._reading: asyncio.Task[None] | None = None

    async def ask(self, errand: Errand) -> Objection | None:
        """What the look says of one."""
        answer: asyncio.Future[Objection | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((errand, answer))
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return await answer

    async def _read(self) -> None:
        """Answer everybody who waits, and who comes meanwhile."""
        while self._waiting:
            batch = self._waiting[: errands.MOST]
            del self._waiting[: errands.MOST]
            try:
                found = await self._answers([errand for errand, _ in batch])
                for (_, answer), one in zip(batch, found, strict=True):
                    tell(answer, one)
            finally:
                # Only where the lines above failed: then nobody is left waiting, and nothing is sent.
                for _, answer in batch:
                    tell(answer, Objection("the journal could not be compared with this request; nothing was sent"))


class StoreJournal:
    """The journal in a database."""

    def __init__(self, store: Store, emergency: EmergencyFile | None = None) -> None:
        self._store = store
        self._emergency = emergency
        self._asked = Asked(self._objections)

    async def objects(self, errand: Errand) -> Objection | None:
        """Why this errand is not what was committed; None where it is."""
        if errand.seq < 0:
            return unnoted(self._emergency, errand)
        return await self._asked.ask(errand)

    async def _objections(self, asked: list[Errand]) -> list[Objection | None]:
        facts = await self._known(asked)
        return [objection(facts, one) for one in asked]

    async def _known(self, asked: list[Errand]) -> Known | BotswainError:
        rows = [(one.bot_id, seq) for one in asked for seq, _ in enumerate(one.requests, one.seq)]
        names = {name for one in asked for two in one.requests for name in (two.cancels, two.places) if name}
        try:
            async with self._store.reading(None) as tx:
                return await errands.known(tx, rows, names)
        except BotswainError as error:
            return error


def unnoted(file: EmergencyFile | None, errand: Errand) -> Objection | None:
    """Why a request without a row of the journal may not be sent; a cancel that the emergency file notes may."""
    if file is None or errand.request.places:
        return Objection("a request without a row of the journal may only take off an order in an emergency")
    try:
        noted = file.pending().cancels().values()
    except Unavailable as error:
        return Objection(str(error), Cause.LATER)
    wanted = (errand.account_id, errand.bot_id, errand.request.cancels)
    if any((one.account_id, one.bot_id, one.client_order_id) == wanted for one in noted):
        return None
    return Objection(f"the cancel of order {errand.request.cancels} does not stand in {file.path}; nothing was sent")


def tell(answer: asyncio.Future[Objection | None], found: Objection | None) -> None:
    """Answer somebody who still waits and has no answer yet."""
    if not answer.done():
        answer.set_result(found)


def objection(facts: Known | BotswainError, errand: Errand) -> Objection | None:
    """Why an errand is not what was committed, by what is known of it."""
    if isinstance(facts, BotswainError):
        return let_off(facts, errand)
    why = difference(facts, errand)
    return None if why is None else Objection(why)


def let_off(error: BotswainError, errand: Errand) -> Objection | None:
    """What follows from a database that could not be read: nothing is sent but cancels, while it does not answer."""
    if not isinstance(error, Unavailable):
        return Objection(f"the journal cannot tell of this request ({error})")
    if not errand.request.places:
        return None
    return Objection(f"the journal cannot be read, so nothing but cancels is sent ({error})", Cause.LATER)


def strange(bot: Holder | None, errand: Errand) -> str | None:
    """Why a request is not of the one process that has its bot; None where it is."""
    if bot is None:
        return f"there is no bot {errand.bot_id} in this gateway's database; use the database that the engine uses"
    if bot.account_id != errand.account_id:
        return f"bot {bot.name!r} trades on account {bot.account_id}, this request is for {errand.account_id}"
    if bot.lease_epoch != errand.lease_epoch:
        return (
            f"bot {bot.name!r} is held under lease epoch {bot.lease_epoch}, this request carries "
            f"{errand.lease_epoch}; another process has the bot, let it go"
        )
    return None


def difference(facts: Known, errand: Errand) -> str | None:
    """The first thing in which an errand is not what was committed."""
    bot = facts.holders.get(errand.bot_id)
    why = strange(bot, errand)
    if why is not None or bot is None:
        return why
    for seq, one in enumerate(errand.requests, errand.seq):
        found = unlike(facts, errand, bot, one, seq)
        if found is not None:
            return found
    return None


def unlike(facts: Known, errand: Errand, bot: Holder, request: Request, seq: int) -> str | None:
    """The first thing in which a request is not what the journal's row `seq` says."""
    if (errand.bot_id, seq) not in facts.rows:
        return f"bot {bot.name!r} has no journal row {seq}; commit the request before it is sent"
    leaving = facts.placements.get(request.cancels)
    if leaving is not None and leaving.account_id != errand.account_id:
        return f"order {request.cancels} belongs to another account; cancel it there"
    if not request.places or request.row is None:
        return None
    order = facts.placements.get(request.places)
    if order is None:
        return f"order {request.places} is not journaled; commit it before it is sent"
    if order.client_order_id in facts.ended:
        return f"order {order.client_order_id} has ended; decide again under a new id"
    if request.amends:
        return _grown(errand, order, request.filled + request.row.leaves)
    return _differing(errand, order, request.row, seq)


def _grown(errand: Errand, order: Placement, lots: int) -> str | None:
    if (order.bot_id, order.symbol) != (errand.bot_id, errand.symbol):
        return f"order {order.client_order_id} is bot {order.bot_id}'s on {order.symbol}; amend your own"
    if lots > order.qty_lots:
        return f"order {order.client_order_id} has {order.qty_lots} lots and cannot be amended to {lots}; only to less"
    return None


def _differing(errand: Errand, order: Placement, row: Wanted, seq: int) -> str | None:
    pairs = (
        ("bot", order.bot_id, errand.bot_id),
        ("account", order.account_id, errand.account_id),
        ("journal row", order.seq, seq),
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
        ("price in ticks", order.price_ticks, row.price),
        ("trigger in ticks", order.trigger_ticks, row.trigger),
    )
    for what, meant, asked in pairs:
        if meant != asked:
            return (
                f"order {order.client_order_id} is journaled with {what} {meant}, this request says {asked}; send "
                "what was journaled"
            )
    return None
