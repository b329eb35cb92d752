"""The last recorded close of every symbol of a feed, so that a position can be valued.

A process reads the newest events of a segment once, then only newer ones. For a symbol that these do not speak of (no
bot follows it any more) it reads on backwards when it is asked for, some pages at a time and none twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from botswain.model.journal import MarketKind
from botswain.store import market_pages
from botswain.store.bot_records import CANDLE_DECODER
from botswain.store.market import MarketEvent
from botswain.store.scope import Tx

CANDLES = (MarketKind.CANDLE, MarketKind.HISTORY)
LOOKED_AT = 1_000
# Pages that one question reads backwards; the next one reads on.
MOST_PAGES = 20


@dataclass(frozen=True, slots=True)
class Close:
    """A candle's close and when the candle opened."""

    price: Decimal
    open_ms: int


@dataclass
class Feed:
    """A segment as far as it was read: up to event `sequence`, and backwards to `oldest`; 1: to its beginning."""

    sequence: int = 0
    oldest: int = 1
    closes: dict[str, Close] = field(default_factory=dict)


@dataclass
class LastCloses:
    """Those of the segments that were asked for."""

    feeds: dict[str, Feed] = field(default_factory=dict)

    async def of(self, tx: Tx, segment: str, symbols: Collection[str] = ()) -> dict[str, Close]:
        """Last closes by symbol. symbols: those that are looked for further back too."""
        feed = self.feeds.setdefault(segment, Feed())
        found = await market_pages.newest(tx, segment, after=feed.sequence, limit=LOOKED_AT)
        if found and feed.sequence == 0:
            feed.oldest = found[-1].sequence
        take(feed, found)
        for _ in range(MOST_PAGES):
            if feed.oldest <= 1 or all(one in feed.closes for one in symbols):
                break
            older = await market_pages.newest(tx, segment, before=feed.oldest, limit=LOOKED_AT)
            feed.oldest = older[-1].sequence if older else 1
            take(feed, older)
        return feed.closes


def take(feed: Feed, events: Sequence[MarketEvent]) -> None:
    """Read events, the newest first."""
    for event in reversed(events):
        feed.sequence = max(feed.sequence, event.sequence)
        if event.kind not in CANDLES:
            continue
        candle = CANDLE_DECODER.decode(event.payload)
        known = feed.closes.get(candle.symbol)
        if known is None or candle.open_ms >= known.open_ms:
            feed.closes[candle.symbol] = Close(Decimal(repr(candle.close)), candle.open_ms)
