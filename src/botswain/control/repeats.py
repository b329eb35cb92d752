"""Requests that are repeated under a key: what the first one was answered is answered again, and nothing is done."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from botswain.control.refusals import Conflict
from botswain.store import repeats
from botswain.store.database import Database
from botswain.store.failures import AlreadyRecorded
from botswain.store.repeats import Repeat
from botswain.store.scope import Tx

REUSED = "key_reused"


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a request that makes something, and a hash of all it asked for. value None: it gave none."""

    value: str | None
    asked: bytes

    @classmethod
    def of(cls, value: str | None, *parts: str) -> Key:
        """From what was asked."""
        return cls(value, hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest())


async def before(tx: Tx, key: Key, now_ms: int) -> str | None:
    """What an equal request was answered. Raises Conflict where the key was used for another request."""
    if key.value is None:
        return None
    found = await repeats.find(tx, key.value, now_ms)
    if found is None:
        return None
    if found.request_hash != key.asked:
        raise Conflict(
            f"Idempotency-Key {key.value!r} was used for another request; send a fresh one with each new request",
            code=REUSED,
            field="/header/idempotency-key",
        )
    return found.answer


async def once(
    store: Database, tenant_id: str, key: Key, status: int, now_ms: int, work: Callable[[Tx], Awaitable[str]]
) -> tuple[str, bool]:
    """The answer, and whether it was made now. `work` makes something and returns the answer, in the same transaction

    that keeps it; two requests under one key at the same time come to one thing made.
    """
    try:
        async with store.transaction(tenant_id) as tx:
            found = await before(tx, key, now_ms)
            if found is not None:
                return found, False
            answer = await work(tx)
            if key.value is not None:
                kept = Repeat(key=key.value, request_hash=key.asked, status=status, answer=answer, created_ms=now_ms)
                await repeats.keep(tx, kept)
            return answer, True
    except (AlreadyRecorded, Conflict):
        # What the first of two made under one key may be what the second is refused for.
        async with store.reading(tenant_id) as tx:
            found = await before(tx, key, now_ms)
        if found is None:
            raise
        return found, False
