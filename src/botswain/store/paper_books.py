"""Paper accounts: terms, balances, orders and fills of accounts that no venue knows of.

Fills are only ever added; what the account holds must be what it began with and what they moved. Loading it adds up
those since the start before, which did so for the ones before them; the doctor adds up all. Each change says the
how-manieth it is, so that of two processes that hold the same account the slower one changes nothing and learns of it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from typing import Protocol

import msgspec

from botswain.model.errors import BadInput, FailClosed
from botswain.model.paper import Kept, PaperChange, PaperOrder, PaperState, PaperTerms, PaperTrade
from botswain.store.scope import Tx
from botswain.store.tables import paper_books, paper_orders, paper_trades

PAGE = 2_000
MOST_WORKING = 10_000
_PACK = msgspec.msgpack.Encoder()
_JSON = msgspec.json.Encoder()
_ORDER = msgspec.msgpack.Decoder(PaperOrder)
_TRADE = msgspec.msgpack.Decoder(PaperTrade)


class Transactions(Protocol):
    """A database, as far as an account needs it."""

    def transaction(self, tenant_id: str | None) -> AbstractAsyncContextManager[Tx]: ...
    def reading(self, tenant_id: str | None) -> AbstractAsyncContextManager[Tx]: ...


async def open_book(tx: Tx, account_id: str, terms: PaperTerms) -> None:
    """Give an account its first amounts. Raises AlreadyRecorded where it has them."""
    values = {
        "account_id": account_id,
        "market": terms.market,
        "port": terms.port,
        "terms": _JSON.encode(terms).decode(),
        "state": _JSON.encode(PaperState(balances=dict(terms.start))).decode(),
        "changes": 0,
    }
    await tx.insert(paper_books, values)


async def open_anew(tx: Tx, account_id: str, terms: PaperTerms) -> bool:
    """Give an account that nothing has happened on other terms; whether it is one."""
    here = (paper_books.c.account_id == account_id, paper_books.c.changes == 0)
    state = _JSON.encode(PaperState(balances=dict(terms.start))).decode()
    values = {"market": terms.market, "port": terms.port, "terms": _JSON.encode(terms).decode(), "state": state}
    return await tx.change(tx.update(paper_books).where(*here).values(**values)) == 1


async def terms_of(tx: Tx, account_id: str) -> PaperTerms | None:
    """What an account was opened with; None where it is none of these."""
    row = await tx.row(tx.select(paper_books, paper_books.c.terms).where(paper_books.c.account_id == account_id))
    return None if row is None else msgspec.json.decode(row.terms, type=PaperTerms)


async def listed(tx: Tx) -> dict[str, tuple[PaperTerms, dict[str, Decimal]]]:
    """The tenant's paper accounts by id: terms and what they hold."""
    rows = await tx.rows(tx.select(paper_books).limit(PAGE))
    return {
        row.account_id: (
            msgspec.json.decode(row.terms, type=PaperTerms),
            msgspec.json.decode(row.state, type=PaperState).balances,
        )
        for row in rows
    }


async def loaded(tx: Tx, account_id: str, *, whole: bool = False) -> Kept:
    """An account as it stands. Raises BadInput, and FailClosed where its balances are not what its fills say.

    whole  all its fills are added up, and not only those that no start has added up yet
    """
    row = await tx.row(tx.select(paper_books).where(paper_books.c.account_id == account_id))
    if row is None:
        raise BadInput(
            f"account {account_id} is no paper account at a venue's prices; make one with what it begins with"
        )
    terms = msgspec.json.decode(row.terms, type=PaperTerms)
    state = msgspec.json.decode(row.state, type=PaperState)
    await check_balances(tx, account_id, terms, state, whole=whole)
    here = (paper_orders.c.account_id == account_id, paper_orders.c.working == 1)
    statement = tx.select(paper_orders, paper_orders.c.body).where(*here)
    rows = await tx.rows(statement.order_by(paper_orders.c.number).limit(MOST_WORKING))
    return Kept(terms, state, row.changes, [_ORDER.decode(one.body) for one in rows])


async def check_balances(tx: Tx, account_id: str, terms: PaperTerms, state: PaperState, *, whole: bool = False) -> None:
    """Raises FailClosed where what an account holds is not what it began with and what its fills moved."""
    known = state.proven_trades > 0 and not whole
    held, last = (dict(state.proven), state.proven_trades) if known else (dict(terms.start), 0)
    here = tx.select(paper_trades, paper_trades.c.body).where(paper_trades.c.account_id == account_id)
    while rows := await tx.rows(here.where(paper_trades.c.number > last).order_by(paper_trades.c.number).limit(PAGE)):
        for one in (_TRADE.decode(row.body) for row in rows):
            last = one.number
            for asset, amount in one.moved.items():
                held[asset] = held.get(asset, Decimal(0)) + amount
    found = {asset: amount for asset, amount in state.balances.items() if amount}
    if last != state.trades or found != {asset: amount for asset, amount in held.items() if amount}:
        raise FailClosed(
            f"paper account {account_id} holds {found}, but its {last} fills make it {held}: its rows were changed. "
            "Nothing is traded on it; restore the database from a backup"
        )


async def write(tx: Tx, account_id: str, change: PaperChange, state: PaperState, changes: int) -> None:
    """Keep a change. Raises FailClosed where another process has changed the account meanwhile."""
    here = (paper_books.c.account_id == account_id, paper_books.c.changes == changes - 1)
    done = await tx.change(
        tx.update(paper_books).where(*here).values(state=_JSON.encode(state).decode(), changes=changes)
    )
    if done != 1:
        raise FailClosed(
            f"paper account {account_id} was changed by another process; only one may trade on it. Stop the other one"
        )
    for one in change.orders:
        values = {
            "account_id": account_id,
            "name": one.name,
            "symbol": one.symbol,
            "number": one.number,
            "placed_ms": one.placed_ms,
            "working": int(one.working),
            "body": _PACK.encode(one),
            "changes": changes,
        }
        await tx.upsert(paper_orders, values, "changes")
    for trade in change.trades:
        values = {
            "account_id": account_id,
            "number": trade.number,
            "symbol": trade.symbol,
            "order_number": trade.order_number,
            "time_ms": trade.time_ms,
            "body": _PACK.encode(trade),
        }
        await tx.insert(paper_trades, values)


class PaperKeeper:
    """A Keeper of one account in a database. crash: called at named points; tests stop the process there.

    whole  loading adds up all fills, however many
    """

    def __init__(
        self,
        store: Transactions,
        tenant_id: str,
        account_id: str,
        crash: Callable[[str], None] = lambda _point: None,
        *,
        whole: bool = False,
    ) -> None:
        self._store = store
        self._tenant_id = tenant_id
        self._account_id = account_id
        self._crash = crash
        self._whole = whole

    async def load(self) -> Kept:
        """The account."""
        async with self._store.reading(self._tenant_id) as tx:
            return await loaded(tx, self._account_id, whole=self._whole)

    async def keep(self, change: PaperChange, state: PaperState, changes: int) -> None:
        """Write a change, whole or not at all."""
        self._crash("paper_decided")
        async with self._store.transaction(self._tenant_id) as tx:
            await write(tx, self._account_id, change, state, changes)
        self._crash("paper_kept")

    async def order(self, name: str) -> PaperOrder | None:
        """An order by our name of it."""
        here = (paper_orders.c.account_id == self._account_id, paper_orders.c.name == name)
        async with self._store.reading(self._tenant_id) as tx:
            row = await tx.row(tx.select(paper_orders, paper_orders.c.body).where(*here))
        return None if row is None else _ORDER.decode(row.body)

    async def orders(self, symbol: str, since_ms: int) -> list[PaperOrder]:
        """Orders of a symbol in every state that were placed since."""
        of = paper_orders.c
        here = (of.account_id == self._account_id, of.symbol == symbol, of.placed_ms >= since_ms)
        async with self._store.reading(self._tenant_id) as tx:
            statement = tx.select(paper_orders, of.body).where(*here).order_by(of.number).limit(MOST_WORKING)
            return [_ORDER.decode(row.body) for row in await tx.rows(statement)]

    async def trades(self, symbol: str, order_number: int, since_ms: int) -> list[PaperTrade]:
        """Fills of a symbol: of one order (0: of all) since a time."""
        of = paper_trades.c
        here = [of.account_id == self._account_id, of.symbol == symbol, of.time_ms >= since_ms]
        if order_number:
            here.append(of.order_number == order_number)
        async with self._store.reading(self._tenant_id) as tx:
            statement = tx.select(paper_trades, of.body).where(*here).order_by(of.number).limit(MOST_WORKING)
            return [_TRADE.decode(row.body) for row in await tx.rows(statement)]
