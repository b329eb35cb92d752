"""Accounts: where a bot trades. The environment is part of the row, so a live key never meets a paper journal."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row

from botswain.model.errors import BadInput, near
from botswain.store.scope import Tx, values_of
from botswain.store.tables import accounts

LIST_LIMIT = 1_000


class Environment(StrEnum):
    """What an account's orders do. TEST is a venue's own test network."""

    PAPER = "paper"
    SANDBOX = "sandbox"
    TEST = "test"
    LIVE = "live"


class Account(msgspec.Struct, frozen=True):
    """A row of `accounts`. id is a UUIDv7; name is unique per tenant."""

    id: str
    name: str
    venue: str
    environment: Environment
    created_ms: int


async def create(tx: Tx, account: Account) -> None:
    """Add an account. Raises AlreadyRecorded when the tenant has one of that name."""
    await tx.insert(accounts, msgspec.structs.asdict(account))


async def get(tx: Tx, account_id: str) -> Account:
    """The account of an id. Raises BadInput when the tenant has none."""
    row = await tx.row(tx.select(accounts).where(accounts.c.id == account_id))
    if row is None:
        raise BadInput(f"there is no account {account_id}; list the accounts to see their ids")
    return _account(row)


async def by_name(tx: Tx, name: str) -> Account:
    """The account of a name. Raises BadInput, naming the nearest, when the tenant has none."""
    row = await tx.row(tx.select(accounts).where(accounts.c.name == name))
    if row is None:
        raise BadInput(f"there is no account {name!r}{near(name, [one.name for one in await listed(tx)])}")
    return _account(row)


async def listed(tx: Tx) -> list[Account]:
    """The tenant's accounts by name, at most 1,000."""
    rows = await tx.rows(tx.select(accounts).order_by(accounts.c.name).limit(LIST_LIMIT))
    return [_account(row) for row in rows]


async def set_up_anew(tx: Tx, account_id: str, venue: str, environment: Environment) -> None:
    """Make an account that nothing has used one of another venue or environment."""
    here = tx.update(accounts).where(accounts.c.id == account_id)
    await tx.change(here.values(venue=venue, environment=environment))


def _account(row: Row[Any]) -> Account:
    return msgspec.convert(values_of(row), Account)
