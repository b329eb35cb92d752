"""Which orders work, for many bots at once, without looking through all orders each time.

Orders and their ends are only ever added. So whoever remembers which worked needs to look only at orders written since,
and at whether those it remembers have ended.
"""

from __future__ import annotations

from collections.abc import Collection

from botswain.model.orders import FINAL_STATES
from botswain.store.scope import Tx
from botswain.store.tables import order_events, orders

MOST_IDS = 5_000


async def since(tx: Tx, time_ms: int) -> dict[str, int]:
    """Orders written at a time or later that have not ended: their ids and times."""
    ended = order_events.alias()
    final = tx.select(ended, ended.c.seq).where(
        ended.c.client_order_id == orders.c.client_order_id, ended.c.state.in_(sorted(FINAL_STATES))
    )
    statement = tx.select(orders, orders.c.client_order_id, orders.c.time_ms).where(
        orders.c.time_ms >= time_ms, ~final.correlate(orders).exists()
    )
    return {str(row.client_order_id): int(row.time_ms) for row in await tx.rows(statement)}


async def newest_ms(tx: Tx) -> int:
    """When the last order was written, 0 where there is none."""
    row = await tx.row(tx.select(orders, orders.c.time_ms).order_by(orders.c.time_ms.desc()).limit(1))
    return 0 if row is None else int(row.time_ms)


async def ended(tx: Tx, ids: Collection[str]) -> set[str]:
    """Those of these orders that have ended."""
    found: set[str] = set()
    names = sorted(ids)
    for start in range(0, len(names), MOST_IDS):
        here = order_events.c.client_order_id.in_(names[start : start + MOST_IDS])
        final = order_events.c.state.in_(sorted(FINAL_STATES))
        rows = await tx.rows(tx.select(order_events, order_events.c.client_order_id).where(here, final))
        found |= {str(row.client_order_id) for row in rows}
    return found
