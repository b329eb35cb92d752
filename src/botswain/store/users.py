"""People who may sign in. Names are unique over all tenants; a password is kept as its argon2id hash only."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Row, func

from botswain.store.scope import Tx, values_of
from botswain.store.tables import users


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `users`. changed_ms: when the password was last set."""

    id: str
    tenant_id: str
    name: str
    password_hash: str
    created_ms: int
    changed_ms: int

    def __repr__(self) -> str:
        return f"User({self.name})"


async def add(tx: Tx, user: User) -> None:
    """Add a person. Raises AlreadyRecorded where the name is taken."""
    await tx.insert(users, msgspec.structs.asdict(user))


async def by_name(tx: Tx, name: str) -> User | None:
    """The person of a name, None where there is none."""
    return _user(await tx.row(tx.select(users).where(users.c.name == name)))


async def find(tx: Tx, user_id: str) -> User | None:
    """The person of an id, None where there is none."""
    return _user(await tx.row(tx.select(users).where(users.c.id == user_id)))


async def names(tx: Tx) -> list[str]:
    """Everybody's, at most 1,000."""
    return [str(row.name) for row in await tx.rows(tx.select(users, users.c.name).order_by(users.c.name).limit(1_000))]


async def count(tx: Tx) -> int:
    """How many there are."""
    row = await tx.row(tx.select(users, func.count(users.c.id).label("people")))
    return 0 if row is None else int(row.people)


async def set_password(tx: Tx, found: User, password_hash: str, now_ms: int) -> bool:
    """Keep another hash; False where somebody set one since `found` was read."""
    here = tx.update(users).where(users.c.id == found.id, users.c.password_hash == found.password_hash)
    return await tx.change(here.values(password_hash=password_hash, changed_ms=now_ms)) == 1


def _user(row: Row[Any] | None) -> User | None:
    return None if row is None else User(**values_of(row))
