"""Reading what bots were worth, for many of them in one statement and never by looking through all their marks.

Every query begins at the bots' rows and seeks single marks by their key: how many marks there are does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Row, column, func, values

from botswain.store.exact import to_decimal
from botswain.store.listing import among
from botswain.store.made_tables import marks
from botswain.store.scope import Tx
from botswain.store.tables import bots
from botswain.store.types import Int64, Key

# Rows of one VALUES clause; two parameters each, and SQLite takes 32,766.
MOST_VALUES = 6_000
MOST_REMEMBERED = 10_000
# The columns that a mark is made of, in the order in which it takes them.
MONEY = ("equity_units", "cash_units", "realized_units", "fees_units", "money_scale")
PLACES = tuple(marks.c[name] for name in ("bot_id", "time_ms", *MONEY, "round_trips", "won"))
# To make one for each question takes as long as the question.
SEEK = marks.alias()


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `marks`, in quote. won: of round_trips, those that made money."""

    bot_id: str
    time_ms: int
    equity: Decimal
    cash: Decimal
    realized: Decimal
    fees: Decimal
    round_trips: int
    won: int


async def newest(tx: Tx, bot_ids: Collection[str]) -> dict[str, Mark]:
    """The last mark of each bot that has one."""
    time_ms = tx.select(SEEK, SEEK.c.time_ms).where(SEEK.c.bot_id == bots.c.id).order_by(SEEK.c.time_ms.desc()).limit(1)
    mine = (marks.c.bot_id == bots.c.id) & (marks.c.time_ms == time_ms.correlate(bots).scalar_subquery())
    statement = tx.select(bots, *PLACES, join=(marks, mine)).where(among(bots.c.id, bot_ids))
    return {row[0]: _mark(row) for row in await tx.rows(statement) if row[0] is not None}


async def newest_of_accounts(tx: Tx, account_ids: Collection[str]) -> dict[str, int]:
    """The time of the newest mark of all bots of each account that has one, ms; those put away are left out."""
    mine = tx.select(SEEK, func.max(SEEK.c.time_ms)).where(SEEK.c.bot_id == bots.c.id)
    newest_ms = func.max(mine.correlate(bots).scalar_subquery()).label("newest_ms")
    here = (among(bots.c.account_id, account_ids), bots.c.archived_ms.is_(None))
    statement = tx.select(bots, bots.c.account_id, newest_ms).where(*here)
    found = await tx.rows(statement.group_by(bots.c.account_id))
    return {str(row.account_id): int(row.newest_ms) for row in found if row.newest_ms is not None}


async def until_times(tx: Tx, until: Mapping[str, int]) -> dict[str, Mark]:
    """The last mark of each bot at its time or before, of those that have one."""
    found: dict[str, Mark] = {}
    wanted = list(until.items())
    for start in range(0, len(wanted), MOST_VALUES):
        part = wanted[start : start + MOST_VALUES]
        asked = values(column("bot_id", Key()), column("time_ms", Int64()), name="given").data(part).cte("asked")
        near = tx.select(SEEK, SEEK.c.time_ms).where(SEEK.c.bot_id == asked.c.bot_id, SEEK.c.time_ms <= asked.c.time_ms)
        one = near.order_by(SEEK.c.time_ms.desc()).limit(1).correlate(asked).scalar_subquery()
        statement = tx.select(marks, *PLACES).where(marks.c.bot_id == asked.c.bot_id, marks.c.time_ms == one)
        found |= {mark.bot_id: mark for mark in map(_mark, await tx.rows(statement))}
    return found


async def at_even_times(tx: Tx, bot_ids: Collection[str], points: int) -> dict[str, list[Mark]]:
    """The last marks at or before so many times (two or more), even from a bot's first mark to its last.

    The oldest first and each once. The database works the times out: to be told of them, and to prepare a statement
    with all of them in it, took ten times as long as it takes to find the marks.
    """
    mine = tx.select(SEEK, SEEK.c.time_ms).where(SEEK.c.bot_id == bots.c.id).limit(1)
    ends = (
        mine.order_by(SEEK.c.time_ms).correlate(bots).scalar_subquery().label("first_ms"),
        mine.order_by(SEEK.c.time_ms.desc()).correlate(bots).scalar_subquery().label("last_ms"),
    )
    # Both are made distinct so that SQLite makes them once; without, it went through all marks for each time.
    spans = tx.select(bots, bots.c.id.label("bot_id"), *ends).where(among(bots.c.id, bot_ids)).distinct().cte("spans")
    place = values(column("place", Int64()), name="given").data([(one,) for one in range(points)]).cte("places")
    even = spans.c.first_ms + (spans.c.last_ms - spans.c.first_ms) * place.c.place // (points - 1)
    asked = (
        tx.select(spans, spans.c.bot_id, even.label("time_ms"), join=(place, place.c.place >= 0))
        .distinct()
        .cte("asked")
    )
    near = tx.select(SEEK, SEEK.c.time_ms).where(SEEK.c.bot_id == asked.c.bot_id, SEEK.c.time_ms <= asked.c.time_ms)
    one = near.order_by(SEEK.c.time_ms.desc()).limit(1).correlate(asked).scalar_subquery()
    statement = tx.select(marks, *PLACES).where(marks.c.bot_id == asked.c.bot_id, marks.c.time_ms == one)
    found = {(mark.bot_id, mark.time_ms): mark for mark in map(_mark, await tx.rows(statement))}
    by_bot: dict[str, list[Mark]] = {bot_id: [] for bot_id in bot_ids}
    for key in sorted(found):
        by_bot[key[0]].append(found[key])
    return by_bot


def _mark(row: Row[Any]) -> Mark:
    return _mark_of(*row[: len(PLACES)])


@lru_cache(maxsize=MOST_REMEMBERED)
def _mark_of(
    bot_id: str, time_ms: int, equity: int, cash: int, realized: int, fees: int, scale: int, trips: int, won: int
) -> Mark:
    """A mark of its row. Remembered, because the newest ones are read again with every list."""
    return Mark(
        bot_id=bot_id,
        time_ms=time_ms,
        equity=to_decimal(equity, scale),
        cash=to_decimal(cash, scale),
        realized=to_decimal(realized, scale),
        fees=to_decimal(fees, scale),
        round_trips=trips,
        won=won,
    )
