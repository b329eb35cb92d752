"""Positions of many bots in one statement: what lists and summaries need of each bot's books."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from botswain.store.exact import UNROUNDED, to_decimal
from botswain.store.listing import among
from botswain.store.scope import Tx
from botswain.store.tables import positions

MOST_REMEMBERED = 10_000
PLACES = tuple(
    positions.c[name]
    for name in (
        *("bot_id", "symbol", "qty_units", "qty_scale"),
        *("realized_units", "paid_units", "fees_units", "money_scale"),
    )
)


class Books(msgspec.Struct):
    """A bot's books together: what it holds by symbol, and in quote what it realised, all fees taken off, and those."""

    held: tuple[tuple[str, Decimal], ...] = ()
    realized: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)


async def of_bots(tx: Tx, bot_ids: Collection[str]) -> dict[str, Books]:
    """The books of each bot that has any."""
    found: dict[str, Books] = {}
    statement = tx.select(positions, *PLACES).where(among(positions.c.bot_id, bot_ids))
    rows: Sequence[Any] = await tx.rows(statement)
    for bot_id, symbol, qty, qty_scale, realized_units, paid_units, fees_units, scale in rows:
        one = found.setdefault(bot_id, Books())
        realized, fees = _decimals(realized_units - (paid_units or 0), fees_units, scale)
        if qty != 0:
            one.held += ((symbol, to_decimal(int(qty), qty_scale)),)
        one.realized = UNROUNDED.add(one.realized, realized)
        one.fees = UNROUNDED.add(one.fees, fees)
    return found


@lru_cache(maxsize=MOST_REMEMBERED)
def _decimals(realized: int, fees: int, scale: int) -> tuple[Decimal, Decimal]:
    """Remembered, because lists read the same rows again and again."""
    return to_decimal(realized, scale), to_decimal(fees, scale)
