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
BASE = ("symbol", "qty_units", "dust_units", "qty_scale")
MONEY = ("cost_units", "realized_units", "paid_units", "fees_units", "money_scale")
PLACES = tuple(positions.c[name] for name in ("bot_id", *BASE, *MONEY))


class Held(msgspec.Struct, frozen=True):
    """What a bot holds of a symbol, in base (qty negative when short), and what qty cost in quote, without a sign."""

    symbol: str
    qty: Decimal
    dust: Decimal
    cost: Decimal

    @property
    def spent(self) -> Decimal:
        """The cost as it left the cash: of a short it came in."""
        return self.cost if self.qty >= 0 else UNROUNDED.minus(self.cost)


class Books(msgspec.Struct):
    """A bot's books together: open positions, and in quote what it realised, all fees taken off, and those fees.

    held  of each symbol of which it has anything, dust included
    """

    open: int = 0
    realized: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    held: tuple[Held, ...] = ()


async def of_bots(tx: Tx, bot_ids: Collection[str]) -> dict[str, Books]:
    """The books of each bot that has any."""
    found: dict[str, Books] = {}
    statement = tx.select(positions, *PLACES).where(among(positions.c.bot_id, bot_ids))
    rows: Sequence[Any] = await tx.rows(statement)
    for bot_id, symbol, qty, dust, qty_scale, cost, realized_units, paid_units, fees_units, scale in rows:
        one = found.setdefault(bot_id, Books())
        if qty or dust:
            one.held = (*one.held, _held(symbol, qty, dust, qty_scale, cost, scale))
        realized, fees = _decimals(realized_units - (paid_units or 0), fees_units, scale)
        one.open += qty != 0
        one.realized = UNROUNDED.add(one.realized, realized)
        one.fees = UNROUNDED.add(one.fees, fees)
    return found


@lru_cache(maxsize=MOST_REMEMBERED)
def _held(symbol: str, qty: int, dust: int, qty_scale: int, cost: int, scale: int) -> Held:
    return Held(symbol, to_decimal(qty, qty_scale), to_decimal(dust, qty_scale), to_decimal(cost, scale))


@lru_cache(maxsize=MOST_REMEMBERED)
def _decimals(realized: int, fees: int, scale: int) -> tuple[Decimal, Decimal]:
    """Remembered, because lists read the same rows again and again."""
    return to_decimal(realized, scale), to_decimal(fees, scale)
