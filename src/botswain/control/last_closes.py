"""The last recorded close of every symbol of a feed, so that a position can be valued.

A process reads the newest events of a segment once, then only newer ones. A symbol that the newest events do not speak
of has no close here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from botswain.model.journal import MarketKind
from botswain.store import market_pages
from botswain.store.bot_records import CANDLE_DECODER
from botswain.store.scope import Tx

CANDLES = (MarketKind.CANDLE, MarketKind.HISTORY)
LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Close:
    """A candle's close and when the candle opened."""

    price: Decimal
    open_ms: int


@dataclass
class Feed:
    """A segment as far as it was read."""

    sequence: int = 0
    closes: dict[str, Close] = field(default_factory=dict)


@dataclass
class LastCloses:
    """Those of the segments that were asked for."""

    feeds: dict[str, Feed] = field(default_factory=dict)

    async def of(self, tx: Tx, segment: str) -> dict[str, Close]:
        """Last closes by symbol."""
        feed = self.feeds.setdefault(segment, Feed())
        found = await market_pages.newest(tx, segment, after=feed.sequence, limit=LOOKED_AT)
        for event in reversed(found):
            feed.sequence = max(feed.sequence, event.sequence)
            if event.kind not in CANDLES:
                continue
            candle = CANDLE_DECODER.decode(event.payload)
            known = feed.closes.get(candle.symbol)
            if known is None or candle.open_ms >= known.open_ms:
                feed.closes[candle.symbol] = Close(Decimal(repr(candle.close)), candle.open_ms)
        return feed.closes
