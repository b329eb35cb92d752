"""Reading fills, with money as Decimal. They are written only with a step (`steps`, `batch`).

Totals are summed by the database in whole units, per scale, and put together here: exact, however many rows.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import func

from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind, Liquidity, Side
from botswain.store.exact import to_decimal, total
from botswain.store.scope import Tx
from botswain.store.tables import fills

PAGE = 1_000
# The columns in their order, and the places of those that are words of closed sets.
COLUMNS = tuple(one.name for one in fills.c)
KIND, SIDE, LIQUIDITY = (COLUMNS.index(name) for name in ("kind", "side", "liquidity"))
KINDS = {one.value: one for one in FillKind}
SIDES = {one.value: one for one in Side}
LIQUIDITIES = {one.value: one for one in Liquidity}


class Fill(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `fills`; see `steps.FillRow` for what a reversal is. price, qty, fee, cash, realized are exact."""

    bot_id: str
    account_id: str
    seq: int
    part: int
    symbol: str
    venue_trade_id: str
    kind: FillKind
    linked_trade_id: str | None
    client_order_id: str | None
    slot: int
    side: Side
    qty_lots: int
    price_ticks: int
    qty: Decimal
    price: Decimal
    fee: Decimal
    fee_asset: str
    cash: Decimal
    realized: Decimal
    liquidity: Liquidity
    reason: int
    time_ms: int
    instant_seq: int


class Totals(msgspec.Struct, frozen=True):
    """Sums over a bot's fills of one symbol, in quote; fees by asset. Reversals have taken back their placeholders."""

    cash: Decimal
    realized: Decimal
    fees: dict[str, Decimal]


async def of_bot(tx: Tx, bot_id: str, *, after_seq: int = 0, limit: int = PAGE) -> list[Fill]:
    """A bot's fills in the order they were booked, from the journal row after `after_seq`."""
    statement = tx.select(fills).where(fills.c.bot_id == bot_id, fills.c.seq > after_seq)
    rows = await tx.rows(statement.order_by(fills.c.seq, fills.c.part).limit(limit))
    return [fill_of(row) for row in rows]


async def by_trade(tx: Tx, account_id: str, symbol: str, venue_trade_id: str) -> Fill | None:
    """The fill of a venue's trade, None when it was not booked."""
    here = (fills.c.account_id == account_id, fills.c.symbol == symbol, fills.c.venue_trade_id == venue_trade_id)
    row = await tx.row(tx.select(fills).where(*here))
    return None if row is None else fill_of(row)


async def trades_of(tx: Tx, client_order_id: str) -> frozenset[str]:
    """The ids of an order's booked trades."""
    found = tx.select(fills, fills.c.venue_trade_id).where(fills.c.client_order_id == client_order_id)
    return frozenset(str(row.venue_trade_id) for row in await tx.rows(found))


async def latest_trades(tx: Tx, account_id: str, *, limit: int) -> dict[tuple[str, str], str]:
    """The last booked trades of an account, the oldest first: (symbol, trade id) and the order it belongs to."""
    columns = (fills.c.symbol, fills.c.venue_trade_id, fills.c.client_order_id)
    newest = tx.select(fills, *columns).where(fills.c.account_id == account_id).order_by(fills.c.time_ms.desc())
    rows = await tx.rows(newest.limit(limit))
    return {(row.symbol, row.venue_trade_id): str(row.client_order_id) for row in reversed(rows)}


async def totals(tx: Tx, bot_id: str) -> dict[str, Totals]:
    """Sums per symbol. Raises Overflow when a sum passes 64 bits on SQLite."""
    columns = [fills.c[name] for name in ("fee_units", "cash_units", "realized_units")]
    by = (fills.c.symbol, fills.c.fee_asset, fills.c.fee_scale, fills.c.money_scale)
    sums = (func.sum(one).label(one.name) for one in columns)
    query = tx.select(fills, *by, *sums).where(fills.c.bot_id == bot_id)
    rows: list[Any] = []
    if tx.dialect == "sqlite":
        # Amounts beyond 64 bits are blobs: their rows are read, the others are added there.
        first, second, third = (func.typeof(one) == "blob" for one in columns)
        wide = first | second | third
        rows += await tx.rows(tx.select(fills, *by, *columns).where(fills.c.bot_id == bot_id, wide))
        query = query.where(~wide)
    rows += await tx.rows(query.group_by(*by))
    cash: dict[str, list[Decimal]] = defaultdict(list)
    realized: dict[str, list[Decimal]] = defaultdict(list)
    fees: dict[str, dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        cash[row.symbol].append(to_decimal(int(row.cash_units), row.money_scale))
        realized[row.symbol].append(to_decimal(int(row.realized_units), row.money_scale))
        fees[row.symbol][row.fee_asset].append(to_decimal(int(row.fee_units), row.fee_scale))
    return {
        symbol: Totals(
            total(cash[symbol]),
            total(realized[symbol]),
            {asset: total(parts) for asset, parts in fees[symbol].items()},
        )
        for symbol in cash
    }


def fill_of(row: Any) -> Fill:
    """A row of the table, all its columns, in decimals. Raises FailClosed for one that is not understood.

    Taken by place: lists and round trips read thousands, and to take them by name and check each took as long as all
    else that is done with them.
    """
    try:
        kind, side, liquidity = KINDS[row[KIND]], SIDES[row[SIDE]], LIQUIDITIES[row[LIQUIDITY]]
    except KeyError as error:
        raise FailClosed(f"a row of fills is not understood ({error}); a newer version may have written it") from error
    bot_id, seq, part, _, account_id, symbol, trade_id, _, linked, order_id, slot, _, *rest = row
    lots, ticks, tick_units, lot_units, scale, fee_asset, fee, fee_scale, cash, realized, money_scale, _, *when = rest
    return Fill(
        bot_id=bot_id,
        account_id=account_id,
        seq=seq,
        part=part,
        symbol=symbol,
        venue_trade_id=trade_id,
        kind=kind,
        linked_trade_id=linked,
        client_order_id=order_id,
        slot=slot,
        side=side,
        qty_lots=lots,
        price_ticks=ticks,
        qty=to_decimal(lots * lot_units, scale),
        price=to_decimal(ticks * tick_units, scale),
        fee=to_decimal(fee, fee_scale),
        fee_asset=fee_asset,
        cash=to_decimal(cash, money_scale),
        realized=to_decimal(realized, money_scale),
        liquidity=liquidity,
        reason=when[0],
        time_ms=when[1],
        instant_seq=when[2],
    )
