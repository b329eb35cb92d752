"""What lists of what bots did have in common: what is asked for, and how far they are counted.

A list is counted up to MOST_COUNTED and no further: a count of a million rows for each page would take longer than the
page itself, and nobody leafs that far.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache, reduce
from operator import or_
from typing import Any

import msgspec
from sqlalchemy import Select, bindparam, func

from botswain.store.scope import Tx
from botswain.store.tables import accounts, bots, paper_books

MOST_COUNTED = 10_000
# To make one for each question takes as long as the question.
THEIRS = bots.alias()
# A bot, and the first and the last of some rows of its journal.
Span = tuple[str, int, int]
# For so many spans a condition is kept.
SIZES = (1, 2, 4, 7, 10, 15, 25, 50, 100, 200)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted of a list: None leaves a question out. from_ms on, before to_ms.

    from_seq, to_seq  the same as rows of the bot's journal, where its market has a clock of its own
    """

    bot_id: str | None = None
    symbol: str | None = None
    side: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    from_seq: int | None = None
    to_seq: int | None = None


class BotName(msgspec.Struct, frozen=True):
    """What a list says of a bot: its name, its strategy (whose words its reasons are), and where it trades.

    paced     its market runs at a pace of its own, as a sandbox's does
    put_away  it is kept for what it did, and nobody runs it again
    """

    name: str
    strategy: str
    environment: str
    paced: bool = False
    put_away: bool = False


def conditions(table: Any, asked: Asked) -> list[Any]:
    """Those of a table with a bot, a symbol, a side and a time.

    Of one bot the time is written as a sum, which no index is of: an index by time would be that of all bots, and read
    all of theirs.
    """
    found: list[Any] = []
    at_ms = table.c.time_ms if asked.bot_id is None else table.c.time_ms + 0
    for name in ("bot_id", "symbol", "side"):
        value = getattr(asked, name)
        if value is not None:
            found.append(table.c[name] == value)
    if asked.from_ms is not None:
        found.append(at_ms >= asked.from_ms)
    if asked.to_ms is not None:
        found.append(at_ms < asked.to_ms)
    if asked.from_seq is not None:
        found.append(table.c.seq >= asked.from_seq)
    if asked.to_seq is not None:
        found.append(table.c.seq < asked.to_seq)
    return found


async def count(tx: Tx, statement: Select[Any]) -> int:
    """How many rows a statement has, MOST_COUNTED at most."""
    few = statement.limit(MOST_COUNTED).subquery()
    row = await tx.row(tx.select(few, func.count()))
    return 0 if row is None else int(row[0])


async def names(tx: Tx, bot_ids: Sequence[str]) -> dict[str, BotName]:
    """What lists say of these bots, at most a page of them."""
    own = tx.select(paper_books, paper_books.c.market).where(paper_books.c.account_id == bots.c.account_id)
    market = own.correlate(bots).scalar_subquery().label("market")
    statement = tx.select(
        bots,
        *(bots.c.id, bots.c.name, bots.c.strategy, bots.c.archived_ms, accounts.c.environment, market),
        join=(accounts, accounts.c.id == bots.c.account_id),
    )
    rows = await tx.rows(statement.where(bots.c.id.in_(sorted(set(bot_ids)))))
    return {
        str(row.id): BotName(
            name=row.name,
            strategy=row.strategy,
            environment=row.environment,
            paced=(row.market or row.environment) == "sandbox",
            put_away=row.archived_ms is not None,
        )
        for row in rows
    }


class Present(tuple[str, ...]):
    """The ids of all bots of a tenant that are not archived, and the statement that finds them.

    The database is given that: to be told of hundreds takes longer than all that it does with them.
    """

    statement: Any


def present(tx: Tx, ids: Iterable[str]) -> Present:
    """Ids that are known to be those, in this very transaction."""
    made = Present(ids)
    made.statement = tx.select(THEIRS, THEIRS.c.id).where(THEIRS.c.archived_ms.is_(None))
    return made


def among(column: Any, ids: Collection[str]) -> Any:
    """That a column is one of these ids: as one parameter, for to prepare hundreds takes longer than to find them."""
    if isinstance(ids, Present):
        return column.in_(ids.statement)
    return column.in_(bindparam(None, sorted(ids), type_=column.type, expanding=True))


def before(columns: Sequence[Any], place: Sequence[Any]) -> Any:
    """That a row comes before a place, by these columns one after the other."""
    (last, its), *others = reversed(list(zip(columns, place, strict=True)))
    found = last < its
    for column, value in others:
        found = (column < value) | ((column == value) & found)
    return found


def within(table: Any, spans: Sequence[Span]) -> tuple[Any, dict[str, Any]]:
    """That a row of a table was written by one of these rows of journals, of which there are some; and the values of

    its parameters. To make a condition for each question took as long as all that is done with the rows it finds, so
    one is kept for some numbers of spans; what is too many there is the last span again.
    """
    count = next((one for one in SIZES if one >= len(spans)), len(spans))
    filled = [*spans, *[spans[-1]] * (count - len(spans))]
    names = zip(_names(count), filled, strict=True)
    return _one_of(table, count), {name: value for each, span in names for name, value in zip(each, span, strict=True)}


@lru_cache(maxsize=64)
def _one_of(table: Any, count: int) -> Any:
    def told(name: str, column: Any) -> Any:
        return bindparam(name, type_=column.type, required=True)

    here = table.c
    each = (
        (here.bot_id == told(bot_id, here.bot_id)) & here.seq.between(told(first, here.seq), told(last, here.seq))
        for bot_id, first, last in _names(count)
    )
    return reduce(or_, each)


@lru_cache(maxsize=64)
def _names(count: int) -> tuple[tuple[str, str, str], ...]:
    return tuple((f"bot_{one}", f"first_{one}", f"last_{one}") for one in range(count))
