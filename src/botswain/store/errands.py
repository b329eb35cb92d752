"""What the journal says of requests that are about to be sent, for many of them in one look: four short queries.

For a gateway that trusts nobody. Reading an order with all that is known of it (`orders.get`) once for each request
took as long as sending it.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

import msgspec

from botswain.model.ids import is_id
from botswain.model.orders import FINAL_STATES, OrderKind, Side, Tif
from botswain.store.exact import to_decimal
from botswain.store.holders import Holder, holders
from botswain.store.scope import Tx, values_of
from botswain.store.tables import journal, order_events, orders

# The numbers of a batch of rows are asked for together with all of its bots: a product that should stay small.
MOST = 64


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """An order as it was committed. price_ticks, trigger_ticks: 0 where the kind has none."""

    client_order_id: str
    account_id: str
    bot_id: str
    seq: int
    symbol: str
    slot: int
    rev: int
    side: Side
    kind: OrderKind
    tif: Tif
    flags: int
    qty_lots: int
    price_ticks: int
    trigger_ticks: int
    tick_size: Decimal
    lot_size: Decimal


class Known(msgspec.Struct, frozen=True):
    """What there is of what was asked for. rows: (bot, seq); ended: orders of which a final state is known."""

    holders: dict[str, Holder]
    rows: frozenset[tuple[str, int]]
    placements: dict[str, Placement]
    ended: frozenset[str]


async def known(tx: Tx, rows: Collection[tuple[str, int]], client_order_ids: Collection[str]) -> Known:
    """What is known of at most MOST journal rows (bot id, seq), their bots, and orders; what is no id is not there."""
    pairs = frozenset((bot, seq) for bot, seq in rows if is_id(bot))
    names = sorted({one for one in client_order_ids if is_id(one)})
    held, numbers = sorted({bot for bot, _ in pairs}), sorted({seq for _, seq in pairs})
    bearers = await holders(tx, held)
    here = (journal.c.bot_id.in_(held), journal.c.seq.in_(numbers))
    written = await tx.rows(tx.select(journal, journal.c.bot_id, journal.c.seq).where(*here))
    found = await tx.rows(tx.select(orders).where(orders.c.client_order_id.in_(names)))
    mine = order_events.c.client_order_id.in_(names)
    final = order_events.c.state.in_(sorted(FINAL_STATES))
    ended = await tx.rows(tx.select(order_events, order_events.c.client_order_id).where(mine, final))
    placements = [_placement(values_of(row)) for row in found]
    return Known(
        bearers,
        pairs & {(row.bot_id, row.seq) for row in written},
        {one.client_order_id: one for one in placements},
        frozenset(row.client_order_id for row in ended),
    )


def _placement(values: dict[str, object]) -> Placement:
    scale = int(str(values["unit_scale"]))
    sizes = {name: to_decimal(int(str(values[f"{name}_units"])), scale) for name in ("tick", "lot")}
    given = {name: values[name] for name in Placement.__struct_fields__ if name in values}
    given |= {"price_ticks": values["price_ticks"] or 0, "trigger_ticks": values["trigger_ticks"] or 0}
    return msgspec.convert(given | {"tick_size": sizes["tick"], "lot_size": sizes["lot"]}, Placement)
