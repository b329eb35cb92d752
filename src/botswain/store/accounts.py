"""Accounts: where a bot trades. The environment is part of the row, so a live key never meets a paper journal."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, Select, func

from botswain.model.errors import BadInput, near
from botswain.model.paper import odd_port, source_of
from botswain.store.scope import Tx, values_of
from botswain.store.tables import accounts, paper_books

LIST_LIMIT = 1_000


class Environment(StrEnum):
    """What an account's orders do. TEST is a venue's own test network."""

    PAPER = "paper"
    SANDBOX = "sandbox"
    TEST = "test"
    LIVE = "live"


class Account(msgspec.Struct, frozen=True):
    """A row of `accounts`. id is a UUIDv7; name is unique per tenant.

    market  whose prices a paper account is traded by; None where it has no such terms
    port    of the sandbox that it was last traded on at, or that its prices are of; 0: the usual one; None: not known
    """

    id: str
    name: str
    venue: str
    environment: Environment
    created_ms: int
    market: Environment | None = None
    port: int | None = None

    @property
    def source(self) -> str:
        """Whose prices it is traded by where its environment does not say it: see `source_at`."""
        if self.market is not None:
            return source_of(self.market.value, self.port)
        return source_at(self.environment, self.port)

    @property
    def offline(self) -> bool:
        """Whether it is the account of a bot on files or a made-up market, which botswain trade runs by itself."""
        return self.environment is Environment.PAPER and self.market is None

    @property
    def prices(self) -> Environment:
        """Whose market data it is traded by."""
        return self.market or self.environment


def source_at(environment: Environment, port: int | None) -> str:
    """Whose prices those of a venue's account are: empty where the environment says it, unlike of an odd sandbox."""
    return source_of(environment.value, port) if environment is Environment.SANDBOX and odd_port(port) else ""


async def create(tx: Tx, account: Account) -> None:
    """Add an account. Raises AlreadyRecorded when the tenant has one of that name."""
    await tx.insert(accounts, columns_of(account))


def columns_of(account: Account) -> dict[str, Any]:
    """What of an account is a column of its row."""
    values = msgspec.structs.asdict(account)
    return {one.name: values[one.name] for one in accounts.c if one.name in values}


async def get(tx: Tx, account_id: str) -> Account:
    """The account of an id. Raises BadInput when the tenant has none."""
    row = await tx.row(_selected(tx).where(accounts.c.id == account_id))
    if row is None:
        raise BadInput(f"there is no account {account_id}; list the accounts to see their ids")
    return _account(row)


async def by_name(tx: Tx, name: str) -> Account:
    """The account of a name. Raises BadInput, naming the nearest, when the tenant has none."""
    row = await tx.row(_selected(tx).where(accounts.c.name == name))
    if row is None:
        raise BadInput(f"there is no account {name!r}{near(name, [one.name for one in await listed(tx)])}")
    return _account(row)


async def listed(tx: Tx) -> list[Account]:
    """The tenant's accounts by name, at most 1,000."""
    rows = await tx.rows(_selected(tx).order_by(accounts.c.name).limit(LIST_LIMIT))
    return [_account(row) for row in rows]


async def set_up_anew(tx: Tx, account_id: str, venue: str, environment: Environment) -> None:
    """Make an account that nothing has used one of another venue or environment."""
    here = tx.update(accounts).where(accounts.c.id == account_id)
    await tx.change(here.values(venue=venue, environment=environment, port=None))


async def move(tx: Tx, account_id: str, port: int) -> None:
    """Note at which sandbox an account is traded on from now."""
    await tx.change(tx.update(accounts).where(accounts.c.id == account_id).values(port=port))


def _selected(tx: Tx) -> Select[Any]:
    """Accounts with what their paper terms say."""
    joined = (paper_books, paper_books.c.account_id == accounts.c.id)
    own = [one for one in accounts.c if one.name != "port"]
    port = func.coalesce(paper_books.c.port, accounts.c.port).label("port")
    return tx.select(accounts, *own, paper_books.c.market, port, join=joined)


def _account(row: Row[Any]) -> Account:
    return msgspec.convert(values_of(row), Account)
