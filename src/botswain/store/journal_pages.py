"""A bot's journal from its end backwards, as people read it, and the first rows of many."""

from __future__ import annotations

from collections.abc import Collection

from botswain.store.journal import Entry
from botswain.store.listing import among
from botswain.store.scope import Tx, values_of
from botswain.store.tables import journal


async def newest(
    tx: Tx, bot_id: str, *, before_seq: int | None, only: Collection[int], without: Collection[int], limit: int
) -> list[Entry]:
    """A bot's last rows, the newest first: before a row, of some kinds only (none: of all), without some kinds."""
    here = [journal.c.bot_id == bot_id]
    if before_seq is not None:
        here.append(journal.c.seq < before_seq)
    if only:
        here.append(journal.c.kind.in_(sorted(only)))
    if without:
        here.append(journal.c.kind.not_in(sorted(without)))
    rows = await tx.rows(tx.select(journal).where(*here).order_by(journal.c.seq.desc()).limit(limit))
    return [Entry(**values_of(row)) for row in rows]


async def first_rows(tx: Tx, bot_ids: Collection[str]) -> dict[str, Entry]:
    """The first row of each of these bots that has one: under what it was begun."""
    rows = await tx.rows(tx.select(journal).where(among(journal.c.bot_id, bot_ids), journal.c.seq == 1))
    found = [Entry(**values_of(row)) for row in rows]
    return {one.bot_id: one for one in found}
