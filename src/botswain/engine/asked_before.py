"""When orders were asked for that a process before this one sent: what is read of the venue for them begins there.

A journal's row bears the time of its candle, or ours; what a venue stamps its orders with is told by the candles alone,
also where its market keeps a time of its own. So an order is no older there than the last candle that was recorded when
its bot asked for it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from botswain.engine.live_market import Event
from botswain.engine.manners import Clocks
from botswain.model.journal import MarketKind, RecordKind
from botswain.model.news import Heard
from botswain.store import journal, orders
from botswain.store.bot_records import TYPES, Candle, Step
from botswain.store.scope import Tx

# Candles that had closed when they were recorded.
CLOSED = frozenset({MarketKind.CANDLE, MarketKind.HISTORY})


@dataclass(frozen=True, slots=True)
class Asked:
    """When an order was asked for: what the venue stamped orders with then at the earliest, 0 where nobody knows, and

    when that was by the venue's clock, at the latest.
    """

    stamp_ms: int
    venue_ms: int


async def asked_before(
    tx: Tx, clocks: Clocks, bot_id: str, names: Iterable[str], events: Sequence[Event]
) -> dict[str, Asked]:
    """When these orders of a bot were asked for, of those that its journal knows. events: what is recorded, in order"""
    found = {}
    ahead_ms = clocks.venue_ms() - clocks.now_ms()
    for name in names:
        order = await orders.get(tx, name)
        if order is None:
            continue
        row = await journal.newest(tx, bot_id, (RecordKind.STEP, RecordKind.HEARD), upto_seq=order.seq)
        record = None if row is None else TYPES.read(row.kind, row.version, row.payload)
        stamp_ms = 0
        if isinstance(record, Heard):
            stamp_ms = stamped(events, record.after)
        elif isinstance(record, Step):
            stamp_ms = stamped(events, record.event.sequence)
        time_ms = order.time_ms
        if clocks.stamps is not None:
            # That may be the time of the market. What the bot heard next has ours.
            heard = await journal.of_kind(tx, bot_id, RecordKind.HEARD, after_seq=order.seq, limit=1)
            time_ms = heard[0].time_ms if heard else clocks.now_ms()
        found[name] = Asked(stamp_ms, min(time_ms + ahead_ms, clocks.venue_ms()))
    return found


def stamped(events: Sequence[Event], sequence: int) -> int:
    """What the venue stamped orders with when this event was the last one, at the earliest; 0 where no candle was."""
    for k in range(bisect_right(events, sequence, key=lambda one: one.sequence) - 1, -1, -1):
        one = events[k]
        if one.kind in CLOSED and isinstance(one.body, Candle):
            return one.body.open_ms
    return 0
