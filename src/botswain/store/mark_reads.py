"""Reading what bots were worth, for many of them in one statement and never by looking through all their marks.

Every query begins at the bots' rows and seeks single marks by their key: how many marks there are does not matter.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import Row, column, func, values

from botswain.store.exact import to_decimal
from botswain.store.listing import among
from botswain.store.scope import Tx
from botswain.store.tables import bots, marks
from botswain.store.types import Int64, Key

# Rows of one VALUES clause; two parameters each, and SQLite takes 32,766.
MOST_VALUES = 6_000
MOST_REMEMBERED = 10_000
# The columns that a mark is made of, in the order in which it takes them.
MONEY = ("equity_units", "cash_units", "realized_units", "fees_units", "money_scale")
PLACES = tuple(marks.c[name] for name in ("bot_id", "time_ms", *MONEY, "round_trips", "won"))


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
    return await _edge(tx, bot_ids, last=True)


async def first(tx: Tx, bot_ids: Collection[str]) -> dict[str, Mark]:
    """The first mark of each bot that has one."""
    return await _edge(tx, bot_ids, last=False)


async def newest_of_accounts(tx: Tx, account_ids: Collection[str]) -> dict[str, int]:
    """The time of the newest mark of all bots of each account that has one, ms."""
    mine = tx.select(marks, func.max(marks.c.time_ms)).where(marks.c.bot_id == bots.c.id)
    newest_ms = func.max(mine.correlate(bots).scalar_subquery()).label("newest_ms")
    statement = tx.select(bots, bots.c.account_id, newest_ms).where(among(bots.c.account_id, account_ids))
    found = await tx.rows(statement.group_by(bots.c.account_id))
    return {str(row.account_id): int(row.newest_ms) for row in found if row.newest_ms is not None}


async def from_times(tx: Tx, since: Mapping[str, int]) -> dict[str, Mark]:
    """The first mark of each bot at its time or later."""
    found = await _at(tx, [(one, time_ms) for one, time_ms in since.items()], after=True)
    return {one.bot_id: one for one in found}


async def at_times(tx: Tx, times: Mapping[str, Sequence[int]]) -> dict[str, list[Mark]]:
    """The last marks at or before each of a bot's times, the oldest first and each once."""
    wanted = [(one, time_ms) for one, several in times.items() for time_ms in several]
    found = {(one.bot_id, one.time_ms): one for one in await _at(tx, wanted, after=False)}
    by_bot: dict[str, list[Mark]] = {one: [] for one in times}
    for key in sorted(found):
        by_bot[key[0]].append(found[key])
    return by_bot


async def _edge(tx: Tx, bot_ids: Collection[str], *, last: bool) -> dict[str, Mark]:
    seek = marks.alias()
    order = seek.c.time_ms.desc() if last else seek.c.time_ms
    time_ms = tx.select(seek, seek.c.time_ms).where(seek.c.bot_id == bots.c.id).order_by(order).limit(1)
    mine = (marks.c.bot_id == bots.c.id) & (marks.c.time_ms == time_ms.correlate(bots).scalar_subquery())
    statement = tx.select(bots, *PLACES, join=(marks, mine)).where(among(bots.c.id, bot_ids))
    return {row[0]: _mark(row) for row in await tx.rows(statement) if row[0] is not None}


async def _at(tx: Tx, wanted: Sequence[tuple[str, int]], *, after: bool) -> list[Mark]:
    found: list[Mark] = []
    for start in range(0, len(wanted), MOST_VALUES):
        part = list(wanted[start : start + MOST_VALUES])
        asked = values(column("bot_id", Key()), column("time_ms", Int64()), name="given").data(part).cte("asked")
        seek = marks.alias()
        near = tx.select(seek, seek.c.time_ms).where(seek.c.bot_id == asked.c.bot_id)
        if after:
            near = near.where(seek.c.time_ms >= asked.c.time_ms).order_by(seek.c.time_ms)
        else:
            near = near.where(seek.c.time_ms <= asked.c.time_ms).order_by(seek.c.time_ms.desc())
        one = near.limit(1).correlate(asked).scalar_subquery()
        statement = tx.select(marks, *PLACES).where(marks.c.bot_id == asked.c.bot_id, marks.c.time_ms == one)
        found += [_mark(row) for row in await tx.rows(statement)]
    return found


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
