"""Answers to requests that made something, by the key the caller gave: a request that is repeated makes nothing twice.

They count for a day; then the key may be used anew.
"""

from __future__ import annotations

import msgspec

from botswain.store.scope import Tx, values_of
from botswain.store.tables import repeats

COUNTS_MS = 86_400_000


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `repeats`. request_hash: of what was asked; answer: JSON text."""

    key: str
    request_hash: bytes
    status: int
    answer: str
    created_ms: int


async def find(tx: Tx, key: str, now_ms: int) -> Repeat | None:
    """What was answered under a key, None where nothing was in the last day."""
    row = await tx.row(tx.select(repeats).where(repeats.c.key == key, repeats.c.created_ms > now_ms - COUNTS_MS))
    if row is None:
        return None
    values = values_of(row)
    del values["tenant_id"]
    return Repeat(**values)


async def keep(tx: Tx, new: Repeat) -> None:
    """Keep an answer. Raises AlreadyRecorded where another request under the key was faster."""
    values = msgspec.structs.asdict(new)
    here = tx.update(repeats).where(repeats.c.key == new.key, repeats.c.created_ms <= new.created_ms - COUNTS_MS)
    if await tx.change(here.values(**{name: values[name] for name in values if name != "key"})) == 0:
        await tx.insert(repeats, values)
