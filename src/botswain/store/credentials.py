"""Credentials: the sealed venue keys of accounts. One counts for an account; a revoked one stays and is never used.

A row is changed when it is revoked, and when the installation's key pair is rotated. What it is bound to (`binding_of`)
is sealed with the key, so a row that was changed otherwise, or whose box came from another row, does not open. Nothing
here can open a box.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row

from botswain.model.errors import BadInput, near
from botswain.store import accounts
from botswain.store.accounts import Environment
from botswain.store.scope import Tx, values_of
from botswain.store.sealed import Binding
from botswain.store.tables import credentials

LIST_LIMIT = 1_000


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `credentials`. fingerprint: of the api key; caps: JSON text; revoked_ms: None while it counts."""

    id: str
    tenant_id: str
    account_id: str
    name: str
    venue: str
    environment: Environment
    sealed: bytes
    fingerprint: str
    caps: str
    created_ms: int
    revoked_ms: int | None = None


def binding_of(found: Credential) -> Binding:
    """What the key of a row must have been sealed for."""
    return Binding(found.tenant_id, found.id, found.account_id, found.venue, found.environment, found.caps)


async def add(tx: Tx, new: Credential) -> None:
    """Add the key of an account. Raises BadInput where it does not fit the account or there is one already."""
    account = await accounts.get(tx, new.account_id)
    fits(new, account)
    for one in await listed(tx):
        if one.fingerprint == new.fingerprint and one.environment is not new.environment:
            raise BadInput(
                f"this key was added as {one.environment} key {one.name!r}, it cannot be a {new.environment} key too; "
                "make a key of its own for each environment"
            )
        if one.revoked_ms is None and one.account_id == new.account_id:
            raise BadInput(f"account {account.name!r} has key {one.name!r} already; revoke that one first")
        if one.revoked_ms is None and one.name == new.name:
            raise BadInput(f"there is a key {new.name!r} already; revoke it first, or choose another name")
    await tx.insert(credentials, msgspec.structs.asdict(new))


def fits(found: Credential, account: accounts.Account) -> None:
    """Raises BadInput unless a key belongs to an account: a live one never trades for a paper, sandbox or test one."""
    if account.environment is Environment.PAPER:
        raise BadInput(f"account {account.name!r} is a paper account and takes no key; name another account")
    if (found.venue, found.environment) != (account.venue, account.environment):
        raise BadInput(
            f"key {found.name!r} is for {found.venue} {found.environment}, account {account.name!r} is on "
            f"{account.venue} {account.environment}; a key serves its own environment only"
        )


async def listed(tx: Tx, *, limit: int = LIST_LIMIT) -> list[Credential]:
    """The tenant's credentials, revoked ones too, by name and age."""
    statement = tx.select(credentials).order_by(credentials.c.name, credentials.c.created_ms, credentials.c.id)
    return [_credential(row) for row in await tx.rows(statement.limit(limit))]


async def counting(tx: Tx, *, after_id: str | None = None, limit: int = LIST_LIMIT) -> list[Credential]:
    """Credentials that are not revoked (the platform's transaction: everybody's), by id after `after_id`."""
    statement = tx.select(credentials).where(credentials.c.revoked_ms.is_(None))
    if after_id is not None:
        statement = statement.where(credentials.c.id > after_id)
    return [_credential(row) for row in await tx.rows(statement.order_by(credentials.c.id).limit(limit))]


async def every(tx: Tx, *, after_id: str | None = None, limit: int = LIST_LIMIT) -> list[Credential]:
    """All credentials, revoked ones too (the platform's transaction: everybody's), by id after `after_id`."""
    statement = tx.select(credentials)
    if after_id is not None:
        statement = statement.where(credentials.c.id > after_id)
    return [_credential(row) for row in await tx.rows(statement.order_by(credentials.c.id).limit(limit))]


async def reseal(tx: Tx, found: Credential, box: bytes) -> None:
    """Put the same secret in another box, unless the row was changed since it was read."""
    here = tx.update(credentials).where(credentials.c.id == found.id, credentials.c.sealed == found.sealed)
    await tx.change(here.values(sealed=box))


async def revoke(tx: Tx, name: str, now_ms: int) -> Credential:
    """Let the key of this name count no more. Raises BadInput, naming the nearest, when there is none."""
    found = [one for one in await listed(tx) if one.revoked_ms is None]
    for one in found:
        if one.name == name:
            here = tx.update(credentials).where(credentials.c.id == one.id, credentials.c.revoked_ms.is_(None))
            await tx.change(here.values(revoked_ms=now_ms))
            return msgspec.structs.replace(one, revoked_ms=now_ms)
    raise BadInput(f"there is no key {name!r} that counts{near(name, [one.name for one in found])}")


def _credential(row: Row[Any]) -> Credential:
    return msgspec.convert(values_of(row), Credential)
