"""The tokens that keep people signed in, by their hashes: each is good for one use and followed by another.

All tokens that follow from one sign-in are a family. Whoever shows a used one may be a thief, or may have been robbed:
then the family ends.
"""

from __future__ import annotations

import msgspec

from botswain.store.scope import Tx, values_of
from botswain.store.tables import sessions


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `sessions`. used_ms: when it was exchanged for the next; revoked_ms: since when it counts no more."""

    id: str
    tenant_id: str
    user_id: str
    family: str
    token_hash: bytes
    created_ms: int
    expires_ms: int
    used_ms: int | None = None
    revoked_ms: int | None = None

    def __repr__(self) -> str:
        return f"Session({self.id})"


async def add(tx: Tx, session: Session) -> None:
    """Add a token."""
    await tx.insert(sessions, msgspec.structs.asdict(session))


async def by_hash(tx: Tx, token_hash: bytes) -> Session | None:
    """The token of a hash, None where there is none."""
    row = await tx.row(tx.select(sessions).where(sessions.c.token_hash == token_hash))
    return None if row is None else Session(**values_of(row))


async def use(tx: Tx, session_id: str, now_ms: int) -> bool:
    """Mark a token as used; False where somebody else did."""
    here = tx.update(sessions).where(sessions.c.id == session_id, sessions.c.used_ms.is_(None))
    return await tx.change(here.values(used_ms=now_ms)) == 1


async def revoke_family(tx: Tx, family: str, now_ms: int) -> int:
    """End all tokens of a sign-in; returns how many counted."""
    here = tx.update(sessions).where(sessions.c.family == family, sessions.c.revoked_ms.is_(None))
    return await tx.change(here.values(revoked_ms=now_ms))


async def prune(tx: Tx, now_ms: int) -> int:
    """Forget tokens that count for nothing any more, of everybody; returns how many. tx: the platform's.

    A used one of a sign-in that goes on stays until it runs out: shown again, it must still end the family.
    """
    over = (sessions.c.expires_ms <= now_ms) | sessions.c.revoked_ms.is_not(None)
    return await tx.change(tx.delete(sessions).where(over))


async def families(tx: Tx, user_id: str, now_ms: int) -> set[str]:
    """The sign-ins of a person that count."""
    mine = tx.select(sessions, sessions.c.family).where(
        sessions.c.user_id == user_id, sessions.c.revoked_ms.is_(None), sessions.c.expires_ms > now_ms
    )
    return {str(row.family) for row in await tx.rows(mine.distinct())}
