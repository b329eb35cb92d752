"""Positions of many bots in one statement: what lists and summaries need of each bot's books."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from functools import lru_cache
from typing import Any

import msgspec

from botswain.store.exact import to_decimal
from botswain.store.listing import among
from botswain.store.scope import Tx
from botswain.store.tables import positions

MOST_REMEMBERED = 10_000
PLACES = tuple(
    positions.c[name]
    for name in ["bot_id", "qty_units", "time_ms", "cost_units", "realized_units", "fees_units", "money_scale"]
)
# Sums of money with as many digits as they need.
EXACT = Context(prec=MAX_PREC, Emin=MIN_EMIN, Emax=MAX_EMAX)


class Books(msgspec.Struct):
    """A bot's books together, in quote. time_ms: of the newest change."""

    open: int = 0
    cost: Decimal = Decimal(0)
    realized: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    time_ms: int = 0


async def of_bots(tx: Tx, bot_ids: Collection[str]) -> dict[str, Books]:
    """The books of each bot that has any."""
    found: dict[str, Books] = {}
    statement = tx.select(positions, *PLACES).where(among(positions.c.bot_id, bot_ids))
    rows: Sequence[Any] = await tx.rows(statement)
    for bot_id, qty, time_ms, cost_units, realized_units, fees_units, scale in rows:
        one = found.setdefault(bot_id, Books())
        cost, realized, fees = _decimals(cost_units, realized_units, fees_units, scale)
        one.open += qty != 0
        one.cost = EXACT.add(one.cost, cost)
        one.realized = EXACT.add(one.realized, realized)
        one.fees = EXACT.add(one.fees, fees)
        one.time_ms = max(one.time_ms, time_ms)
    return found


@lru_cache(maxsize=MOST_REMEMBERED)
def _decimals(cost: int, realized: int, fees: int, scale: int) -> tuple[Decimal, Decimal, Decimal]:
    """Remembered, because lists read the same rows again and again."""
    return to_decimal(cost, scale), to_decimal(realized, scale), to_decimal(fees, scale)
