"""What a feed's symbols cost a day before their newest close: the beginning of a market's change.

Of a long segment the place is found by halving (live candles are recorded in the order of time), and from there a
process reads on as the day goes on. Candles of before the feed began stand at its beginning, or wherever a bot came
that needed them; those that are too new yet are kept until they are a day old. A symbol that nothing was recorded of
within the hour before is not known: an older price would be another span's change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from heapq import heappop, heappush

from botswain.model.journal import MarketKind
from botswain.model.timeframe import DAY_MS
from botswain.store import market, market_pages
from botswain.store.bot_records import CANDLE_DECODER
from botswain.store.scope import Tx

HOUR_MS = 3_600_000
PAGE = 1_000
# Pages that one question reads; the next one reads on.
MOST_PAGES = 20


@dataclass
class Past:
    """A segment up to a day ago: the number of the last event read, closes by symbol with their times, and what is

    known of later.
    """

    sequence: int
    closes: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    ahead: list[tuple[int, str, float]] = field(default_factory=list)

    def until(self, close_ms: int) -> None:
        """Take in what closed up to a time."""
        while self.ahead and self.ahead[0][0] <= close_ms:
            at_ms, symbol, close = heappop(self.ahead)
            if symbol not in self.closes or self.closes[symbol][0] <= at_ms:
                self.closes[symbol] = at_ms, Decimal(repr(close))


@dataclass
class DayAgo:
    """Those of the segments that were asked for."""

    feeds: dict[str, Past] = field(default_factory=dict)

    async def of(self, tx: Tx, segment: str, frame_ms: int, newest_ms: int) -> dict[str, Decimal]:
        """Closes by symbol a day before a close at `newest_ms`, of candles of so many milliseconds."""
        wanted_ms = newest_ms - DAY_MS
        past = self.feeds.get(segment)
        if past is None:
            past = self.feeds[segment] = Past(await first_of(tx, segment, wanted_ms - HOUR_MS - frame_ms))
        for _ in range(MOST_PAGES):
            if not await read_on(tx, segment, past, frame_ms, wanted_ms):
                break
        past.until(wanted_ms)
        oldest_ms = wanted_ms - max(HOUR_MS, frame_ms)
        return {symbol: close for symbol, (at_ms, close) in past.closes.items() if at_ms >= oldest_ms}


async def read_on(tx: Tx, segment: str, past: Past, frame_ms: int, wanted_ms: int) -> bool:
    """Read the next events; whether there may be more that closed by then."""
    events = await market.read(tx, segment, after=past.sequence, limit=PAGE)
    for event in events:
        if event.sequence <= past.sequence:
            continue  # another reader was here meanwhile
        if event.kind in (MarketKind.CANDLE, MarketKind.HISTORY):
            candle = CANDLE_DECODER.decode(event.payload)
            if event.kind == MarketKind.CANDLE and candle.open_ms + frame_ms > wanted_ms:
                return False
            heappush(past.ahead, (candle.open_ms + frame_ms, candle.symbol, candle.close))
        past.sequence = event.sequence
    return len(events) == PAGE


async def first_of(tx: Tx, segment: str, open_ms: int) -> int:
    """The number of the event before the first live candle that opened at a time or later; 0 where it is the first."""
    low, high = 1, await market.last_sequence(tx, segment) + 1
    first = await market_pages.candle_from(tx, segment, 1)
    if first is None or first[1] >= open_ms:
        return 0
    while low < high:
        middle = (low + high) // 2
        found = await market_pages.candle_from(tx, segment, middle)
        if found is None or found[1] >= open_ms:
            high = middle
        else:
            low = found[0] + 1
    return low - 1
