"""Facts of the installation itself, above all the journal epoch.

The epoch goes into every client order id (SEMANTICS 2.2). It is random, made with the database, and renewed after
every restore from a backup: a restored counter would otherwise use ids again that the venue has already seen.
"""

from __future__ import annotations

from botswain.model.errors import BadInput, FailClosed
from botswain.store.schema import EPOCH_BYTES
from botswain.store.scope import Tx
from botswain.store.tables import meta


async def journal_epoch(tx: Tx) -> bytes:
    """The 16 bytes of the epoch. Raises FailClosed when the database has lost it."""
    row = await tx.row(tx.select(meta, meta.c.value).where(meta.c.name == "journal_epoch"))
    if row is None:
        raise FailClosed("the database has no journal epoch, so no order id can be made; restore it from a backup")
    return bytes.fromhex(row.value)


async def renew_journal_epoch(tx: Tx, epoch: bytes) -> None:
    """Put a new random epoch in force for the installation; each bot's own follows with a row of its journal.

    tx must be the platform's. Raises BadInput for an epoch of the wrong length or one that is in force already.
    """
    if tx.tenant_id is not None:
        raise BadInput("the journal epoch belongs to the platform; a tenant's transaction cannot renew it")
    if len(epoch) != EPOCH_BYTES or epoch == await journal_epoch(tx):
        raise BadInput(f"a new journal epoch is {EPOCH_BYTES} fresh random bytes; this one is not")
    await tx.change(tx.update(meta).where(meta.c.name == "journal_epoch").values(value=epoch.hex()))


async def get(tx: Tx, name: str) -> str | None:
    """A fact by its name; None where there is none."""
    row = await tx.row(tx.select(meta, meta.c.value).where(meta.c.name == name))
    return None if row is None else str(row.value)


async def put(tx: Tx, name: str, value: str) -> None:
    """Write a fact down, or anew. tx must be the platform's."""
    if await tx.change(tx.update(meta).where(meta.c.name == name).values(value=value)) == 0:
        await tx.insert(meta, {"name": name, "value": value})


async def created_ms(tx: Tx) -> int:
    """When the database was made, 0 where it has lost that: with the epoch it tells one database from another."""
    row = await tx.row(tx.select(meta, meta.c.value).where(meta.c.name == "created_ms"))
    return 0 if row is None else int(row.value)
