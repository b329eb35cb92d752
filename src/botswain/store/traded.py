"""Fills as round trips are gathered from them: what they need and no more: they read tens of thousands."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import msgspec

from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind, Side
from botswain.store.exact import to_decimal
from botswain.store.fills import KINDS, PAGE, SIDES
from botswain.store.scope import Tx
from botswain.store.tables import fills

NAMES = (
    "seq", "part", "symbol", "venue_trade_id", "kind", "linked_trade_id", "slot", "side", "qty_lots", "price_ticks",
    "tick_units", "lot_units", "unit_scale", "fee_asset", "fee_units", "fee_scale", "realized_units", "money_scale",
    "reason", "time_ms",
)  # fmt: skip
COLUMNS = tuple(fills.c[name] for name in NAMES)
# Quantities, prices and fees of one bot come again and again.
known = lru_cache(maxsize=16_384)(to_decimal)


class Traded(msgspec.Struct, frozen=True):
    """A fill's part in a trip: see `fills.Fill`. lot: the step of its quantity, in base."""

    seq: int
    part: int
    symbol: str
    venue_trade_id: str
    kind: FillKind
    linked_trade_id: str | None
    slot: int
    side: Side
    qty: Decimal
    price: Decimal
    lot: Decimal
    fee: Decimal
    fee_asset: str
    realized: Decimal
    reason: int
    time_ms: int


async def after(tx: Tx, bot_id: str, seq: int, part: int, *, limit: int = PAGE) -> list[Traded]:
    """A bot's fills in the order they were booked, from the one after a fill's key."""
    later = (fills.c.seq > seq) | ((fills.c.seq == seq) & (fills.c.part > part))
    statement = tx.select(fills, *COLUMNS).where(fills.c.bot_id == bot_id, fills.c.seq >= seq, later)
    rows = await tx.rows(statement.order_by(fills.c.seq, fills.c.part).limit(limit))
    return [traded(row) for row in rows]


def traded(row: Any) -> Traded:
    """A row of NAMES in decimals. Raises FailClosed for one that is not understood."""
    seq, part, symbol, trade_id, word, linked, slot, way, lots, ticks, tick_units, lot_units, scale, *rest = row
    fee_asset, fee, fee_scale, realized, money_scale, reason, time_ms = rest
    kind, side = KINDS.get(word), SIDES.get(way)
    if kind is None or side is None:
        raise FailClosed(f"a row of fills is not understood ({word!r}, {way!r}); a newer version may have written it")
    return Traded(
        seq,
        part,
        symbol,
        trade_id,
        kind,
        linked,
        slot,
        side,
        known(lots * lot_units, scale),
        known(ticks * tick_units, scale),
        known(lot_units, scale),
        known(fee, fee_scale),
        fee_asset,
        known(realized, money_scale),
        reason,
        time_ms,
    )
