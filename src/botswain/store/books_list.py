"""Positions of many bots in one statement: what lists and summaries need of each bot's books."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import msgspec

from botswain.store.exact import to_decimal
from botswain.store.scope import Tx
from botswain.store.tables import positions


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
    for row in await tx.rows(tx.select(positions).where(positions.c.bot_id.in_(sorted(bot_ids)))):
        one = found.setdefault(row.bot_id, Books())
        one.open += int(row.qty_units) != 0
        one.cost += to_decimal(int(row.cost_units), row.money_scale)
        one.realized += to_decimal(int(row.realized_units), row.money_scale)
        one.fees += to_decimal(int(row.fees_units), row.money_scale)
        one.time_ms = max(one.time_ms, row.time_ms)
    return found
