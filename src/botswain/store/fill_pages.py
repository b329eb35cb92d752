"""Pages of fills over one bot or all of a tenant's, the newest first, and the same list whole, a page at a time.

Of one bot the newest is the one booked last, of several the one whose time is latest: each order is that of an index,
so a page costs what it shows. Which fill stands before another of the same millisecond is fixed by its key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select

from botswain.store.fills import Fill, fill_of
from botswain.store.listing import Asked, Span, conditions, count, within
from botswain.store.scope import Tx
from botswain.store.tables import fills

PAGE = 1_000
# What a few steps can have changed.
MOST_CHANGED = 10_000


class FillKey(NamedTuple):
    """The place of a fill among all."""

    time_ms: int
    bot_id: str
    seq: int
    part: int


async def place(tx: Tx, bot_id: str, seq: int, part: int) -> FillKey | None:
    """Where a fill stands; None where the tenant has none of that name."""
    here = (fills.c.bot_id == bot_id, fills.c.seq == seq, fills.c.part == part)
    row = await tx.row(tx.select(fills, fills.c.time_ms, by_key=True).where(*here))
    return None if row is None else FillKey(int(row.time_ms), bot_id, seq, part)


async def page(tx: Tx, asked: Asked, *, limit: int, offset: int = 0, after: FillKey | None = None) -> list[Fill]:
    """Fills, the newest first: those after one, then after so many."""
    statement = _ordered(tx.select(fills).where(*conditions(fills, asked)), asked)
    if after is not None:
        statement = statement.where(_after(after, asked))
    return [fill_of(row) for row in await tx.rows(statement.limit(limit).offset(offset))]


async def total(tx: Tx, asked: Asked) -> int:
    """How many there are, `listing.MOST_COUNTED` at most."""
    statement = tx.select(fills, fills.c.seq).where(*conditions(fills, asked))
    # The order says by which index; the count does not need it.
    return await count(tx, statement if asked.bot_id is None else statement.order_by(fills.c.seq, fills.c.part))


async def walk(tx: Tx, asked: Asked, *, size: int = PAGE) -> AsyncIterator[list[Fill]]:
    """All of them, the newest first, a page in memory at a time."""
    statement = _ordered(tx.select(fills).where(*conditions(fills, asked)), asked).limit(size)
    rows = await tx.rows(statement)
    while rows:
        yield [fill_of(row) for row in rows]
        if len(rows) < size:
            return
        rows = await tx.rows(statement.where(_after(rows[-1], asked)))


async def of_rows(tx: Tx, spans: Sequence[Span], *, limit: int = MOST_CHANGED) -> list[Fill]:
    """Fills that these rows of journals booked, in their order."""
    these, given = within(fills, spans)
    found = tx.select(fills, by_key=True).where(these).order_by(fills.c.seq, fills.c.part)
    return [fill_of(row) for row in await tx.rows(found.limit(limit), given)]


def _ordered(statement: Select[Any], asked: Asked) -> Select[Any]:
    if asked.bot_id is not None:
        return statement.order_by(fills.c.seq.desc(), fills.c.part.desc())
    return statement.order_by(fills.c.time_ms.desc(), fills.c.bot_id.desc(), fills.c.seq.desc(), fills.c.part.desc())


def _after(last: Any, asked: Asked) -> Any:
    """What stands below a row in that order."""
    below = (fills.c.seq < last.seq) | ((fills.c.seq == last.seq) & (fills.c.part < last.part))
    if asked.bot_id is not None:
        return (fills.c.seq <= last.seq) & below
    below = (fills.c.bot_id < last.bot_id) | ((fills.c.bot_id == last.bot_id) & below)
    return (fills.c.time_ms <= last.time_ms) & ((fills.c.time_ms < last.time_ms) | below)
