"""Curves of what bots were worth, from their marks: few enough points of however many there are.

The database looks for the lowest, the highest and the last mark of each part of the time, and only those are read:
a year of minutes is half a million marks. Marks of different scales are told apart, because their whole numbers cannot
be compared; whoever reads them compares decimals.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Select, func

from botswain.model.thinning import thinned
from botswain.store.exact import to_decimal
from botswain.store.made_tables import marks
from botswain.store.scope import Tx
from botswain.store.tables import bots

# Times that one statement is asked for.
AT_ONCE = 1_000
# Points of each part that are looked for.
KEPT = 3


class Mark(msgspec.Struct, frozen=True, gc=False):
    """What a bot was worth at a time, in quote, and what of it was realised."""

    bot_id: str
    time_ms: int
    equity: Decimal
    realized: Decimal


class Units(msgspec.Struct, frozen=True, gc=False):
    """A mark in whole units of 10^-scale: a fleet's are tens of thousands, and a Decimal each would take longest."""

    bot_id: str
    time_ms: int
    equity: int
    realized: int
    scale: int


async def of_bot(tx: Tx, bot_id: str, *, from_ms: int | None, to_ms: int | None, points: int) -> list[Mark]:
    """A bot's marks, oldest first; of more than `points`, the lowest, highest and last of each of fewer parts."""
    here = [marks.c.bot_id == bot_id, *_between(from_ms, to_ms)]
    rows = await tx.rows(tx.select(marks).where(*here).order_by(marks.c.time_ms).limit(points + 1))
    if len(rows) <= points:
        return [_mark(row) for row in rows]
    ends = await tx.row(tx.select(marks, *_ends(marks.c.time_ms, marks.c.time_ms)).where(*here))
    assert ends is not None
    first_ms = int(ends.first_ms)
    width_ms = (int(ends.last_ms) - first_ms) // max((points - 1) // KEPT, 1) + 1
    times = sorted({first_ms, *await _telling(tx, here, first_ms, width_ms)})
    found: list[Mark] = []
    for place in range(0, len(times), AT_ONCE):
        at = marks.c.time_ms.in_(times[place : place + AT_ONCE])
        found += [_mark(row) for row in await tx.rows(tx.select(marks).where(marks.c.bot_id == bot_id, at))]
    return thinned(sorted(found, key=lambda one: one.time_ms), points, lambda one: one.equity)


async def last_of_parts(tx: Tx, *, from_ms: int, to_ms: int, width_ms: int) -> list[Units]:
    """The last mark of every bot in view in each part of `width_ms` from `from_ms` on, in order of time."""
    newest = tx.select(marks, marks.c.bot_id, _part(from_ms, width_ms), func.max(marks.c.time_ms).label("at_ms"))
    return await _those(tx, newest.where(*_between(from_ms, to_ms)).group_by(marks.c.bot_id, "part"))


async def last_before(tx: Tx, time_ms: int) -> list[Units]:
    """The last mark before a time of every bot in view that has one. One look-up a bot."""
    newest = tx.select(marks, func.max(marks.c.time_ms)).where(marks.c.bot_id == bots.c.id, marks.c.time_ms < time_ms)
    return await _those(tx, tx.select(bots, bots.c.id.label("bot_id"), newest.scalar_subquery().label("at_ms")))


async def span(tx: Tx) -> tuple[int, int] | None:
    """The times of the first and the last mark in view, None where there is none. One look-up a bot."""
    mine = tx.select(marks, func.min(marks.c.time_ms)).where(marks.c.bot_id == bots.c.id).scalar_subquery()
    last = tx.select(marks, func.max(marks.c.time_ms)).where(marks.c.bot_id == bots.c.id).scalar_subquery()
    each = tx.select(bots, mine.label("first_ms"), last.label("last_ms")).subquery()
    row = await tx.row(tx.select(each, *_ends(each.c.first_ms, each.c.last_ms)))
    return None if row is None or row.first_ms is None else (int(row.first_ms), int(row.last_ms))


async def marked(tx: Tx) -> dict[str, int]:
    """The bots in view that have a mark, each with the time of its first. One look-up a bot."""
    mine = tx.select(marks, func.min(marks.c.time_ms)).where(marks.c.bot_id == bots.c.id).scalar_subquery()
    rows = await tx.rows(tx.select(bots, bots.c.id.label("bot_id"), mine.label("first_ms")))
    return {row.bot_id: int(row.first_ms) for row in rows if row.first_ms is not None}


async def _telling(tx: Tx, here: Sequence[Any], first_ms: int, width_ms: int) -> set[int]:
    """Times of the lowest, the highest and the last mark of each part and scale."""
    by = (_part(first_ms, width_ms), marks.c.money_scale)
    units = marks.c.equity_units
    figures = (func.min(units).label("low"), func.max(units).label("high"), func.max(marks.c.time_ms).label("last_ms"))
    each = tx.select(marks, *by, *figures).where(*here).group_by("part", marks.c.money_scale).subquery()
    mine = tx.select(marks, *by, units, marks.c.time_ms).where(*here).subquery()
    same = (mine.c.part == each.c.part) & (mine.c.money_scale == each.c.money_scale)
    ends = (mine.c.equity_units == each.c.low) | (mine.c.equity_units == each.c.high)
    groups = (mine.c.part, mine.c.money_scale, mine.c.equity_units)
    found = tx.select(mine, func.min(mine.c.time_ms).label("at_ms"), join=(each, same)).where(ends).group_by(*groups)
    times = {int(row.at_ms) for row in await tx.rows(found)}
    return times | {int(row.last_ms) for row in await tx.rows(tx.select(each, each.c.last_ms))}


async def _those(tx: Tx, newest: Select[Any]) -> list[Units]:
    """The marks that a selection of (bot_id, at_ms) names, in order of time."""
    named = newest.subquery()
    here = (marks.c.bot_id == named.c.bot_id) & (marks.c.time_ms == named.c.at_ms)
    columns = [marks.c[name] for name in ("bot_id", "time_ms", "equity_units", "realized_units", "money_scale")]
    statement = tx.select(named, *columns, join=(marks, here)).where(named.c.at_ms.is_not(None))
    rows = await tx.rows(statement.order_by(marks.c.time_ms, marks.c.bot_id))
    return [
        Units(row.bot_id, row.time_ms, int(row.equity_units), int(row.realized_units), row.money_scale) for row in rows
    ]


def _ends(first: Any, last: Any) -> tuple[Any, Any]:
    return func.min(first).label("first_ms"), func.max(last).label("last_ms")


def _part(first_ms: int, width_ms: int) -> Any:
    """The beginning of the part that a mark lies in."""
    return (marks.c.time_ms - (marks.c.time_ms - first_ms) % width_ms).label("part")


def _between(from_ms: int | None, to_ms: int | None) -> list[Any]:
    found: list[Any] = []
    if from_ms is not None:
        found.append(marks.c.time_ms >= from_ms)
    if to_ms is not None:
        found.append(marks.c.time_ms < to_ms)
    return found


def _mark(row: Any) -> Mark:
    scale = row.money_scale
    equity, realized = to_decimal(int(row.equity_units), scale), to_decimal(int(row.realized_units), scale)
    return Mark(row.bot_id, row.time_ms, equity, realized)
