"""The rows of a step as the values of the tables' columns: scales chosen, belonging checked.

Decimals of one row share a scale, the fewest decimals that write them all, so that money stays a small integer where
it can and what is too large for the database is refused for its size and not for its zeros.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec

from botswain.store.exact import scale_of, to_units
from botswain.store.failures import Refused
from botswain.store.marks import MarkRows
from botswain.store.steps import (
    BlockRow,
    FillRow,
    HaltRow,
    MarketRows,
    OrderEventRow,
    OrderRow,
    OutboxRow,
    PositionRow,
    Rows,
    StepRows,
)
from botswain.store.types import INT64_MAX

Values = dict[str, Any]
SeqRow = OrderRow | OrderEventRow | FillRow | PositionRow | BlockRow | OutboxRow
SMALL_MAX = 32_767


def values_of(item: Rows) -> dict[str, list[Values]]:
    """Column values by table, of tables that get any. Raises Refused for rows that do not belong together, BadInput
    and Overflow for values that cannot be stored. The journal's own rows are not among them: they lack their hashes.
    """
    if isinstance(item, MarketRows):
        return {"market_events": _market(item)}
    if isinstance(item, MarkRows):
        return {"marks": [msgspec.structs.asdict(row) for row in item.rows]}
    _check_journal(item)
    others = (item.orders, item.order_events, item.fills, item.positions, item.blocks, item.outbox)
    if not any(others) and item.halt is None and item.journal_epoch is None:
        return {}
    _check_seqs(item, others)
    owner = {"tenant_id": item.tenant_id, "bot_id": item.bot_id}
    account = {**owner, "account_id": item.account_id}
    parts: Counter[tuple[str, int]] = Counter()
    found = {
        "orders": [account | _order(row) for row in item.orders],
        "order_events": [owner | _order_event(row) for row in item.order_events],
        "fills": [account | _fill(row, _part(parts, "fills", row.seq)) for row in item.fills],
        "positions": [account | _position(row) for row in item.positions],
        "blocks": [owner | _block(row) for row in item.blocks],
        "outbox": [owner | _outbox(row, _part(parts, "outbox", row.seq)) for row in item.outbox],
        "halts": [] if item.halt is None else [{"bot": item.bot_id, **_halt(item.halt)}],
        "epochs": [] if item.journal_epoch is None else [{"bot": item.bot_id, "new_epoch": item.journal_epoch}],
    }
    return {table: rows for table, rows in found.items() if rows}


def _check_journal(step: StepRows) -> None:
    if not step.journal:
        raise Refused(f"bot {step.bot_id}: a step without a journal row says nothing of why; give it one")
    if not 1 <= step.first_seq <= INT64_MAX - len(step.journal):
        raise Refused(f"bot {step.bot_id}: journal rows are numbered from 1, not {step.first_seq}")
    for row in step.journal:
        if not (0 <= row.kind <= SMALL_MAX and 1 <= row.version <= SMALL_MAX and 0 <= row.time_ms <= INT64_MAX):
            raise Refused(
                f"bot {step.bot_id}: a journal row has kind {row.kind}, version {row.version} and time {row.time_ms}; "
                f"kinds are 0 to {SMALL_MAX}, versions 1 to {SMALL_MAX}, times milliseconds since 1970"
            )


def _check_seqs(step: StepRows, others: Iterable[Iterable[SeqRow]]) -> None:
    for row in chain.from_iterable(others):
        if not step.first_seq <= row.seq <= step.last_seq:
            raise Refused(
                f"bot {step.bot_id}: a {type(row).__name__} names journal row {row.seq}, which is not in this step "
                f"({step.first_seq} to {step.last_seq})"
            )


def _market(item: MarketRows) -> list[Values]:
    if not item.rows:
        raise Refused(f"market segment {item.segment_id}: there are no events to append")
    return [
        {
            "segment_id": item.segment_id,
            "sequence": row.sequence,
            "kind": int(row.kind),
            "version": row.version,
            "time_ms": row.time_ms,
            "payload": row.payload,
        }
        for row in item.rows
    ]


def _part(parts: Counter[tuple[str, int]], table: str, seq: int) -> int:
    """The number of a row among those of its table that the same journal row made, from 0."""
    parts[table, seq] += 1
    return parts[table, seq] - 1


def _order(row: OrderRow) -> Values:
    return {
        "client_order_id": row.client_order_id,
        "seq": row.seq,
        "symbol": row.symbol,
        "slot": row.slot,
        "rev": row.rev,
        "attempt": row.attempt,
        "side": row.side,
        "kind": row.kind,
        "tif": row.tif,
        "flags": row.flags,
        "qty_lots": row.qty_lots,
        "price_ticks": row.price_ticks,
        "trigger_ticks": row.trigger_ticks,
        **_grid(row.tick_size, row.lot_size),
        "link": row.link,
        "parent": row.parent,
        "reason": row.reason,
        "time_ms": row.time_ms,
    }


def _order_event(row: OrderEventRow) -> Values:
    return {
        "client_order_id": row.client_order_id,
        "seq": row.seq,
        "state": row.state,
        "filled_lots": row.filled_lots,
        "qty_lots": row.qty_lots,
        "venue_order_id": row.venue_order_id,
        "code": row.code,
        "reason": row.reason,
        "time_ms": row.time_ms,
        "venue_time_ms": row.venue_time_ms,
    }


def _fill(row: FillRow, part: int) -> Values:
    fee_scale = scale_of(row.fee)
    scale = scale_of(row.cash, row.realized)
    return {
        "seq": row.seq,
        "part": part,
        "symbol": row.symbol,
        "venue_trade_id": row.venue_trade_id,
        "kind": row.kind,
        "linked_trade_id": row.linked_trade_id,
        "client_order_id": row.client_order_id,
        "slot": row.slot,
        "side": row.side,
        "qty_lots": row.qty_lots,
        "price_ticks": row.price_ticks,
        **_grid(row.tick_size, row.lot_size),
        "fee_asset": row.fee_asset,
        "fee_units": to_units(row.fee, fee_scale),
        "fee_scale": fee_scale,
        "cash_units": to_units(row.cash, scale),
        "realized_units": to_units(row.realized, scale),
        "money_scale": scale,
        "liquidity": row.liquidity,
        "reason": row.reason,
        "time_ms": row.time_ms,
        "instant_seq": row.instant_seq,
    }


def _position(row: PositionRow) -> Values:
    qty_scale = scale_of(row.qty, row.dust)
    scale = scale_of(row.cost, row.realized, row.fees, row.paid)
    return {
        "symbol": row.symbol,
        "seq": row.seq,
        "qty_units": to_units(row.qty, qty_scale),
        "dust_units": to_units(row.dust, qty_scale),
        "qty_scale": qty_scale,
        "cost_units": to_units(row.cost, scale),
        "realized_units": to_units(row.realized, scale),
        "fees_units": to_units(row.fees, scale),
        "money_scale": scale,
        "time_ms": row.time_ms,
        "paid_units": to_units(row.paid, scale),
    }


def _block(row: BlockRow) -> Values:
    scale = scale_of(row.value, row.limit)
    return {
        "reason": row.reason,
        "seq": row.seq,
        "value_units": to_units(row.value, scale),
        "limit_units": to_units(row.limit, scale),
        "scale": scale,
        "since_ms": row.since_ms,
        "until_ms": row.until_ms,
    }


def _outbox(row: OutboxRow, part: int) -> Values:
    return {"seq": row.seq, "part": part, "topic": row.topic, "payload": row.payload, "time_ms": row.time_ms}


def _halt(row: HaltRow) -> Values:
    return {"new_halted_reason": row.reason, "new_halted_by": row.by, "new_halted_ms": row.time_ms}


@lru_cache(maxsize=4096)
def _grid(tick_size: Decimal, lot_size: Decimal) -> Values:
    scale = scale_of(tick_size, lot_size)
    return {
        "tick_units": to_units(tick_size, scale),
        "lot_units": to_units(lot_size, scale),
        "unit_scale": scale,
    }
