"""What the database remembers for an account: orders that its process forgot, and what was in no book."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Select

from botswain.core.codes import KIND_NAMES, TIF_NAMES
from botswain.engine.account_ports import Elsewhere, Resting
from botswain.engine.fleet import Parts
from botswain.engine.holdings import summed
from botswain.engine.live_fleet import LiveFleet
from botswain.model.intents import Working
from botswain.model.orders import FINAL_STATES, OrderKind, OrderState, Side, Tif
from botswain.store import bots, fills, orders, positions, residues
from botswain.store.residues import Residual
from botswain.store.scope import Tx

KINDS = {OrderKind(name): code for code, name in KIND_NAMES.items()}
TIFS = {Tif(name): code for code, name in TIF_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Rests:
    """A bot that this fleet does not run: the symbols of its open orders, what its fills brought, and on which.

    lease  who had it when that was read, and its epoch
    """

    open: frozenset[str]
    cash: dict[str, Decimal] = field(default_factory=dict)
    traded: frozenset[str] = frozenset()
    lease: tuple[str | None, int] = (None, 0)

    @property
    def symbols(self) -> frozenset[str]:
        """Where it may have filled."""
        return self.open | self.traded


class AccountMemory:
    """An account's Store."""

    def __init__(self, parts: Parts, tenant: str, account_id: str) -> None:
        self._parts = parts
        self._tenant = tenant
        self._account_id = account_id
        self._rests: dict[str, Rests] = {}  # bots that this fleet does not run
        self._bots: Select[Any] | None = None  # the question who they are
        self.fleet: LiveFleet | None = None

    async def order(self, client_order_id: str) -> tuple[str, Working, frozenset[str]] | None:
        """Its bot's id, the order, and the ids of its booked trades."""
        async with self._parts.store.reading(self._tenant) as tx:
            found = await orders.get(tx, client_order_id)
            booked = await fills.trades_of(tx, client_order_id)
        runner = None if found is None or self.fleet is None else self.fleet.runners.get(found.bot_id)
        if found is None or runner is None:
            return None
        past = runner.bot.past.get(client_order_id)
        if past is not None:
            return found.bot_id, past, booked
        s = runner.taker.places[found.symbol][0]
        return found.bot_id, working_of(found, s), booked

    async def end(self, client_order_id: str) -> tuple[OrderState, int] | None:
        """How an order ended by its last event, and when that was written."""
        async with self._parts.store.reading(self._tenant) as tx:
            known = await orders.events(tx, client_order_id)
        return (known[-1].state, known[-1].time_ms) if known and known[-1].state in FINAL_STATES else None

    async def elsewhere(self, client_order_id: str) -> Elsewhere | None:
        """Whose an order is, and what of it is booked; None where the journal knows no such order."""
        async with self._parts.store.reading(self._tenant) as tx:
            found = await orders.get(tx, client_order_id)
            if found is None:
                return None
            name, booked = (await bots.get(tx, found.bot_id)).name, await fills.trades_of(tx, client_order_id)
        return Elsewhere(name, found.bot_id in self._parts.muster.looked_after(), booked)

    async def named(self, symbol: str, numbers: Collection[str]) -> dict[str, str]:
        """Our names of a symbol's orders by the venue's, of those that the journal knows."""
        async with self._parts.store.reading(self._tenant) as tx:
            return await orders.named(tx, self._account_id, symbol, numbers)

    async def resting(self, running: Collection[str]) -> Resting:
        """What bots of the account other than these hold."""
        held: dict[str, Decimal] = {}
        async with self._parts.store.reading(self._tenant) as tx:
            if self._bots is None:
                self._bots = bots.of_account(tx, self._account_id)
            found = await bots.holders(tx, self._bots)
            others = {one: lease for one, lease in found.items() if one not in running}
            # Mostly all of them run, and what those hold the account knows better than the table.
            for one in await positions.on_account(tx, self._account_id) if others else ():
                if one.bot_id in others:
                    base = one.symbol.partition("/")[0]
                    held[base] = held.get(base, Decimal(0)) + one.qty + one.dust
            # Nobody but a bot itself writes its rows, so of one that nobody runs they are looked at once: after the
            # last who ran it has let it go. What was read while that one ran is not all that it did.
            known = {one: kept for one, kept in self._rests.items() if kept.lease == others.get(one)}
            self._rests = {
                one: known[one] if one in known and lease[0] is None else await rests_of(tx, one, lease)
                for one, lease in others.items()
            }
        due = self._parts.muster.awaited() if others else ()
        return Resting(
            held,
            assets_of(one.open for one in self._rests.values()),
            summed(one.cash for one in self._rests.values()),
            frozenset().union(*(one.symbols for one in self._rests.values())),
            assets_of(one.symbols for bot, one in self._rests.items() if bot in due),
        )

    async def keep_residue(self, found: Mapping[str, Residual]) -> None:
        """Keep what the account holds beyond its books, for the next start."""
        async with self._parts.store.transaction(None) as tx:
            await residues.keep(tx, self._account_id, found)


async def rests_of(tx: Tx, bot_id: str, lease: tuple[str | None, int]) -> Rests:
    """A bot as its rows have it."""
    working = frozenset(one.symbol for one in await orders.unfinished(tx, bot_id))
    found = await fills.totals(tx, bot_id)
    brought = summed({symbol.partition("/")[2]: one.cash} for symbol, one in found.items())
    return Rests(working, brought, frozenset(found), lease)


def assets_of(symbols: Iterable[Collection[str]]) -> frozenset[str]:
    """The assets of several lists of symbols."""
    return frozenset(asset for some in symbols for one in some for asset in one.split("/"))


def working_of(found: orders.Order, s: int) -> Working:
    """An order from its rows, as a bot believes it to work."""
    return Working(
        client_order_id=found.client_order_id,
        symbol=s,
        slot=found.slot,
        rev=found.rev,
        attempt=found.attempt,
        side=1 if found.side is Side.BUY else -1,
        kind=KINDS[found.kind],
        price=found.price_ticks or 0,
        trigger=found.trigger_ticks or 0,
        tif=TIFS[found.tif],
        flags=found.flags,
        link=0,
        leaves=found.qty_lots - found.filled_lots,
        tag=found.reason,
        filled=found.filled_lots,
    )
