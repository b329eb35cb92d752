"""Reading positions: each bot's book of each symbol, as of the journal row that last changed it.

A projection: it says nothing that the fills do not say, and a newer row replaces it. The venue's own position is the
sum of an account's books and a residue that is shown.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from botswain.store.exact import UNROUNDED, to_decimal
from botswain.store.scope import Tx
from botswain.store.tables import positions

LIST_LIMIT = 10_000


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `positions`. qty (negative when short) and dust in base; cost, realized and fees in quote.

    paid  of the fees those that are not in realized
    """

    bot_id: str
    account_id: str
    symbol: str
    seq: int
    qty: Decimal
    dust: Decimal
    cost: Decimal
    realized: Decimal
    fees: Decimal
    time_ms: int
    paid: Decimal = Decimal(0)

    @property
    def gained(self) -> Decimal:
        """What it realised, all fees taken off."""
        return UNROUNDED.subtract(self.realized, self.paid)


async def of_bot(tx: Tx, bot_id: str) -> list[Position]:
    """A bot's books by symbol, at most 10,000."""
    statement = tx.select(positions).where(positions.c.bot_id == bot_id)
    return [position_of(row) for row in await tx.rows(statement.order_by(positions.c.symbol).limit(LIST_LIMIT))]


async def of_account(tx: Tx, account_id: str, symbol: str) -> list[Position]:
    """The books of all bots on an account and symbol, at most 10,000."""
    here = (positions.c.account_id == account_id, positions.c.symbol == symbol)
    statement = tx.select(positions).where(*here).order_by(positions.c.bot_id).limit(LIST_LIMIT)
    return [position_of(row) for row in await tx.rows(statement)]


async def on_account(tx: Tx, account_id: str) -> list[Position]:
    """The books of all bots and symbols on an account, at most 10,000."""
    statement = tx.select(positions).where(positions.c.account_id == account_id)
    rows = await tx.rows(statement.order_by(positions.c.symbol, positions.c.bot_id).limit(LIST_LIMIT))
    return [position_of(row) for row in rows]


def position_of(row: Any) -> Position:
    """A row of the table in decimals."""
    return Position(
        bot_id=row.bot_id,
        account_id=row.account_id,
        symbol=row.symbol,
        seq=row.seq,
        qty=to_decimal(row.qty_units, row.qty_scale),
        dust=to_decimal(row.dust_units, row.qty_scale),
        cost=to_decimal(row.cost_units, row.money_scale),
        realized=to_decimal(row.realized_units, row.money_scale),
        fees=to_decimal(row.fees_units, row.money_scale),
        time_ms=row.time_ms,
        paid=to_decimal(row.paid_units or 0, row.money_scale),
    )
