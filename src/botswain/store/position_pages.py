"""Pages of positions over one bot or all of a tenant's, by bot and symbol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from botswain.store.listing import Span, count, within
from botswain.store.positions import Position, position_of
from botswain.store.scope import Tx
from botswain.store.tables import positions

PAGE = 1_000


async def page(
    tx: Tx, *, bot_id: str | None, symbol: str | None, open_: bool | None, limit: int, offset: int = 0
) -> list[Position]:
    """Positions; open_: only those that hold something, or nothing."""
    statement = tx.select(positions).where(*_conditions(bot_id, symbol, open_=open_))
    statement = statement.order_by(positions.c.bot_id, positions.c.symbol).limit(limit).offset(offset)
    return [position_of(row) for row in await tx.rows(statement)]


async def total(tx: Tx, *, bot_id: str | None, symbol: str | None, open_: bool | None) -> int:
    """How many there are, `listing.MOST_COUNTED` at most."""
    return await count(tx, tx.select(positions, positions.c.seq).where(*_conditions(bot_id, symbol, open_=open_)))


async def of_rows(tx: Tx, spans: Sequence[Span]) -> list[Position]:
    """Positions that these rows of journals changed last."""
    these, given = within(positions, spans)
    found = tx.select(positions, by_key=True).where(these)
    return [position_of(row) for row in await tx.rows(found.limit(PAGE), given)]


def _conditions(bot_id: str | None, symbol: str | None, *, open_: bool | None) -> list[Any]:
    found: list[Any] = []
    if bot_id is not None:
        found.append(positions.c.bot_id == bot_id)
    if symbol is not None:
        found.append(positions.c.symbol == symbol)
    if open_ is not None:
        found.append(positions.c.qty_units != 0 if open_ else positions.c.qty_units == 0)
    return found
