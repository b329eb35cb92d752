"""Reading a bot's journal, verifying its chain, and anchoring the chains' heads.

Rows come back with their payload packed; `records.RecordTypes.read` opens it. Rows are written only by a writer. An
anchor is a head written down apart from the chain, hourly: it is what shows a cut tail, and what lets retention drop
a sealed beginning and verify the rest from there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import func

from botswain.store import chain
from botswain.store.bots import get
from botswain.store.scope import Tx
from botswain.store.tables import anchors, bots, journal

PAGE = 1_000


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A row of the journal."""

    bot_id: str
    tenant_id: str
    seq: int
    kind: int
    version: int
    time_ms: int
    payload: bytes
    prev_hash: bytes
    hash: bytes


# In the order of an entry's fields.
COLUMNS = tuple(journal.c[name] for name in Entry.__struct_fields__)


class Head(msgspec.Struct, frozen=True):
    """The end of a bot's chain; seq 0 and an empty hash when it has no rows."""

    bot_id: str
    tenant_id: str
    seq: int
    hash: bytes


class Verified(msgspec.Struct, frozen=True):
    """What a walk along a chain found. `broken_seq` is None when it is whole, else the first row that is wrong.

    anchored_seq, anchored_ms   the newest anchor's row, and when it was written; 0 where there is none
    """

    bot_id: str
    rows: int
    head_seq: int
    broken_seq: int | None = None
    why: str = ""
    anchored_seq: int = 0
    anchored_ms: int = 0


async def read(tx: Tx, bot_id: str, *, after_seq: int = 0, limit: int = PAGE) -> list[Entry]:
    """A bot's rows in order, from the one after `after_seq`, at most `limit`."""
    statement = tx.select(journal, *COLUMNS).where(journal.c.bot_id == bot_id, journal.c.seq > after_seq)
    rows = await tx.rows(statement.order_by(journal.c.seq).limit(limit))
    return [_entry(row) for row in rows]


async def walk(tx: Tx, bot_id: str, *, after_seq: int = 0) -> AsyncIterator[Entry]:
    """All of a bot's rows in order, a page in memory at a time."""
    while page := await read(tx, bot_id, after_seq=after_seq):
        for entry in page:
            yield entry
        after_seq = page[-1].seq


async def last_of_kind(tx: Tx, bot_id: str, kind: int) -> Entry | None:
    """A bot's newest row of a kind (its last checkpoint), None when it has none."""
    statement = tx.select(journal, *COLUMNS).where(journal.c.bot_id == bot_id, journal.c.kind == kind)
    row = await tx.row(statement.order_by(journal.c.seq.desc()).limit(1))
    return None if row is None else _entry(row)


async def of_kind(tx: Tx, bot_id: str, kind: int, *, after_seq: int = 0, limit: int = PAGE) -> list[Entry]:
    """A bot's rows of a kind in order, from the one after `after_seq`, at most `limit`."""
    here = (journal.c.bot_id == bot_id, journal.c.kind == kind, journal.c.seq > after_seq)
    rows = await tx.rows(tx.select(journal, *COLUMNS).where(*here).order_by(journal.c.seq).limit(limit))
    return [_entry(row) for row in rows]


async def newest(tx: Tx, bot_id: str, kinds: Collection[int], *, upto_seq: int) -> Entry | None:
    """A bot's newest row of one of these kinds up to one, that included; None where it has none."""
    here = (journal.c.bot_id == bot_id, journal.c.kind.in_(sorted(map(int, kinds))), journal.c.seq <= upto_seq)
    row = await tx.row(tx.select(journal, *COLUMNS).where(*here).order_by(journal.c.seq.desc()).limit(1))
    return None if row is None else _entry(row)


async def counts(tx: Tx, bot_id: str, kinds: Collection[int]) -> dict[int, int]:
    """How many rows of each of these kinds a bot has."""
    here = (journal.c.bot_id == bot_id, journal.c.kind.in_(sorted(map(int, kinds))))
    counted = tx.select(journal, journal.c.kind, func.count(journal.c.seq).label("rows"))
    rows = await tx.rows(counted.where(*here).group_by(journal.c.kind))
    return dict.fromkeys(map(int, kinds), 0) | {row.kind: row.rows for row in rows}


async def heads(tx: Tx, *, after_bot: str | None = None, limit: int = PAGE) -> list[Head]:
    """The heads of the bots in view, by bot id, `limit` of them after `after_bot`. One index look-up a bot."""
    newest = tx.select(journal, func.max(journal.c.seq)).where(journal.c.bot_id == bots.c.id)
    last = newest.correlate(bots).scalar_subquery()
    statement = tx.select(
        bots,
        *(bots.c.id, bots.c.tenant_id, journal.c.seq, journal.c.hash),
        join=(journal, (journal.c.bot_id == bots.c.id) & (journal.c.seq == last)),
    )
    if after_bot is not None:
        statement = statement.where(bots.c.id > after_bot)
    rows = await tx.rows(statement.order_by(bots.c.id).limit(limit))
    return [Head(row.id, row.tenant_id, row.seq or 0, row.hash or b"") for row in rows]


async def head_of(tx: Tx, bot_id: str) -> dict[str, int]:
    """The number of a bot's last row by its id, 0 for none; empty where the tenant has no such bot."""
    newest = tx.select(journal, func.max(journal.c.seq)).where(journal.c.bot_id == bots.c.id)
    last = newest.correlate(bots).scalar_subquery()
    row = await tx.row(tx.select(bots, bots.c.id, last.label("seq")).where(bots.c.id == bot_id))
    return {} if row is None else {str(row.id): int(row.seq or 0)}


async def anchor_heads(tx: Tx, now_ms: int) -> list[Head]:
    """Write down every head in view that moved since its last anchor; returns those. Called hourly by the platform."""
    moved: list[Head] = []
    after: str | None = None
    page: list[Head] | None = None
    while page is None or len(page) == PAGE:
        page = await heads(tx, after_bot=after)
        if not page:
            break
        after = page[-1].bot_id
        newest = tx.select(anchors, anchors.c.bot_id, func.max(anchors.c.seq).label("seq"))
        of_page = newest.where(anchors.c.bot_id.in_([one.bot_id for one in page])).group_by(anchors.c.bot_id)
        known = {row.bot_id: row.seq for row in await tx.rows(of_page)}
        fresh = [head for head in page if head.seq > known.get(head.bot_id, 0)]
        await tx.insert_all(anchors, [msgspec.structs.asdict(head) | {"anchored_ms": now_ms} for head in fresh])
        moved += fresh
    return moved


async def verify(tx: Tx, bot_id: str, entries: Sequence[Entry] | None = None) -> Verified:
    """Walk a bot's chain and its anchors, and say where the first fault is.

    entries  all its rows, where this transaction has read them already

    It finds a changed, missing, inserted or moved row, and, back to the last anchor, a cut tail. A chain whose
    beginning retention dropped is verified from the anchor before its first row. Raises BadInput for an unknown bot.
    """
    tenant_id = (await get(tx, bot_id)).tenant_id
    found = await tx.rows(tx.select(anchors).where(anchors.c.bot_id == bot_id).order_by(anchors.c.seq))
    known = {row.seq: row.hash for row in found}
    newest = (found[-1].seq, found[-1].anchored_ms) if found else (0, 0)
    seq, last, count = 0, chain.genesis(tenant_id, bot_id), 0
    async for entry in walk(tx, bot_id) if entries is None else _each(entries):
        if count == 0 and entry.seq - 1 in known:
            seq, last = entry.seq - 1, known[entry.seq - 1]
        why = "" if entry.tenant_id == tenant_id else f"row {entry.seq} names another tenant, {entry.tenant_id}"
        why = why or _fault(entry, seq + 1, last, known)
        if why:
            return Verified(bot_id, count, seq, min(entry.seq, seq + 1), why, *newest)
        seq, last, count = entry.seq, entry.hash, count + 1
    if known and max(known) > seq:
        why = f"the tail is cut: row {max(known)} was anchored and is gone"
        return Verified(bot_id, count, seq, seq + 1, why, *newest)
    return Verified(bot_id, count, seq, None, "", *newest)


def _entry(row: Any) -> Entry:
    return Entry(*row)


async def _each(entries: Sequence[Entry]) -> AsyncIterator[Entry]:
    for entry in entries:
        yield entry


def _fault(entry: Entry, seq: int, prev_hash: bytes, anchored: dict[int, bytes]) -> str:
    if entry.seq != seq:
        return f"row {seq} is missing, row {entry.seq} follows"
    if entry.prev_hash != prev_hash:
        return f"row {seq} does not follow the row before it"
    made = chain.link(prev_hash, seq, entry.kind, entry.version, entry.time_ms, entry.payload)
    if entry.hash != made:
        return f"row {seq} was changed: its hash does not fit it"
    if anchored.get(seq, made) != made:
        return f"row {seq} differs from its anchor: the chain was written anew"
    return ""
