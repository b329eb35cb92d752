"""Looking at recorded markets: which feeds there are, the newest events of one, one event, and how many it holds."""

from __future__ import annotations

from botswain.model.journal import MarketKind
from botswain.store.market import MarketEvent, Segment
from botswain.store.scope import Tx, values_of
from botswain.store.tables import market_events, market_segments

PAGE = 1_000


async def feeds(tx: Tx, *, limit: int = PAGE) -> list[Segment]:
    """All segments, the newest first."""
    rows = await tx.rows(tx.select(market_segments).order_by(market_segments.c.id.desc()).limit(limit))
    return [Segment(**values_of(row)) for row in rows]


async def newest(
    tx: Tx, segment_id: str, *, after: int = 0, before: int | None = None, limit: int = PAGE
) -> list[MarketEvent]:
    """A segment's last events beyond number `after` (and up to the one before `before`), the newest first."""
    columns = (market_events.c[name] for name in MarketEvent.__struct_fields__)
    here = [market_events.c.segment_id == segment_id, market_events.c.sequence > after]
    if before is not None:
        here.append(market_events.c.sequence < before)
    statement = tx.select(market_events, *columns).where(*here)
    rows = await tx.rows(statement.order_by(market_events.c.sequence.desc()).limit(limit))
    return [MarketEvent(**values_of(row)) for row in rows]


async def candle_from(tx: Tx, segment_id: str, sequence: int) -> tuple[int, int] | None:
    """Number and time of the first live candle from a number on; None where none follows."""
    columns = (market_events.c.sequence, market_events.c.time_ms)
    here = (market_events.c.segment_id == segment_id, market_events.c.sequence >= sequence)
    statement = tx.select(market_events, *columns).where(*here, market_events.c.kind == int(MarketKind.CANDLE))
    row = await tx.row(statement.order_by(market_events.c.sequence).limit(1))
    return None if row is None else (int(row.sequence), int(row.time_ms))
