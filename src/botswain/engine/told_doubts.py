"""Orders in doubt of which people were told by a process before: its bot's journal says so of each of them.

A bot's row keeps one reason why its entries are stopped, and so one order; there may be several.
"""

from __future__ import annotations

from collections.abc import Collection

from botswain.model.journal import RecordKind
from botswain.model.news import Command, Unsure
from botswain.store import journal, orders
from botswain.store.bot_records import TYPES
from botswain.store.scope import Tx

# What people are told of an order that nothing explains begins so.
NOBODY = "nobody can say what became of order"


async def told_doubts(tx: Tx, bot_id: str, names: Collection[str]) -> frozenset[str]:
    """Those of a bot's orders of which it was told since they were asked for, and since a person last resumed it."""
    made = [one.seq for name in names if (one := await orders.get(tx, name)) is not None]
    if not made:
        return frozenset()
    told: dict[int, str] = {}
    resumed = 0
    for kind in (RecordKind.UNSURE, RecordKind.COMMAND):
        after = min(made)
        while page := await journal.of_kind(tx, bot_id, kind, after_seq=after):
            after = page[-1].seq
            for row in page:
                record = TYPES.read(row.kind, row.version, row.payload)
                if isinstance(record, Unsure) and record.client_order_id in names and record.why.startswith(NOBODY):
                    told[row.seq] = record.client_order_id
                elif isinstance(record, Command) and record.again:
                    resumed = row.seq
    return frozenset(name for seq, name in told.items() if seq > resumed)
