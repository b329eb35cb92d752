"""A live market as it is recorded: what the feed tells, numbered, as rows of a segment; and the same rows read back.

One segment serves all bots of a timeframe at a venue, so a bot sees only what concerns its symbols. A candle is due
while it is the newest that can have closed; an older one is history: indicators take it, nobody decides on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from botswain.engine.feed_events import Beat, Closed, FeedEvent, Fresh, Late, Revised, Stale
from botswain.engine.record_changed import record_changed
from botswain.history.instants import iso
from botswain.model.errors import FailClosed
from botswain.model.journal import MarketKind
from botswain.model.market_events import Candle as VenueCandle
from botswain.store import market
from botswain.store.bot_records import CANDLE_DECODER, CANDLE_ENCODER, Candle
from botswain.store.market import Contents, MarketEvent
from botswain.store.scope import Tx
from botswain.store.steps import MarketRow


class Mark(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something of a symbol that is no candle: open_ms of the one that is late, 0 for others."""

    symbol: str
    open_ms: int
    why: str


class Formed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Candles that form, as they stood at a time between closes: what bots decided on then. It is of no one symbol."""

    time_ms: int
    candles: tuple[Candle, ...]

    @property
    def symbol(self) -> str:
        """None."""
        return ""

    @property
    def open_ms(self) -> int:
        """Of no one candle."""
        return 0


class Event(msgspec.Struct, frozen=True, gc=False):
    """A recorded event: its number, what it is, and the candle, the mark or the candles that form.

    Years of them are held at a start, and nothing of one can lead back to it: the collector need not look through them.
    """

    sequence: int
    kind: MarketKind
    body: Candle | Mark | Formed

    @property
    def symbol(self) -> str:
        """Whom it concerns; empty where that is several (`Formed`)."""
        return self.body.symbol


MARKS = msgspec.msgpack.Encoder()
MARK_DECODER = msgspec.msgpack.Decoder(Mark)
# Looked up: to call an enum for each event took as long as to decode it.
KINDS = {int(one): one for one in MarketKind}
FORMED_DECODER = msgspec.msgpack.Decoder(Formed)
CANDLES = frozenset({MarketKind.CANDLE, MarketKind.HISTORY, MarketKind.REVISED})


@dataclass
class LiveMarket:
    """A segment under way.

    sequence  number of the last recorded event
    last_ms   open time of each symbol's last recorded candle, one that did not come in time included
    there_ms  the same of those that came: as far as the venue's market is known to have been
    stale     symbols whose data is too old by what is recorded: a feed that begins to follow one has to take that back
    """

    segment: str
    timeframe: str
    timeframe_ms: int
    sequence: int = 0
    last_ms: dict[str, int] = field(default_factory=dict)
    there_ms: dict[str, int] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    contents: Contents = field(default_factory=Contents)

    def record(self, event: FeedEvent, venue_ms: int, local_ms: int) -> tuple[MarketRow, Event] | None:
        """The row of what the feed told, and the event as it will be read back; None where it is not recorded."""
        if isinstance(event, Closed):
            due = venue_ms < event.candle.open_ms + 2 * self.timeframe_ms
            kind = MarketKind.CANDLE if due else MarketKind.HISTORY
            return self.row(kind, candle_of(event.symbol, event.candle), event.candle.open_ms)
        if isinstance(event, Revised):
            return self.row(MarketKind.REVISED, candle_of(event.symbol, event.candle), event.candle.open_ms)
        if isinstance(event, Late):
            return self.row(MarketKind.LATE, Mark(event.symbol, event.open_ms, "no candle in time"), event.open_ms)
        if isinstance(event, Stale):
            return self.row(MarketKind.STALE, Mark(event.symbol, 0, event.why), local_ms)
        if isinstance(event, Fresh):
            return self.row(MarketKind.FRESH, Mark(event.symbol, 0, ""), local_ms)
        if isinstance(event, Beat):
            formed = tuple(candle_of(symbol, one) for symbol, one in event.candles.items())
            return self.row(MarketKind.BEAT, Formed(event.time_ms, formed), event.time_ms)
        return None

    def history(self, symbol: str, candle: VenueCandle) -> tuple[MarketRow, Event]:
        """A candle from before a bot, for its indicators."""
        return self.row(MarketKind.HISTORY, candle_of(symbol, candle), candle.open_ms)

    def row(self, kind: MarketKind, body: Candle | Mark | Formed, time_ms: int) -> tuple[MarketRow, Event]:
        """The next row."""
        self.sequence += 1
        payload = CANDLE_ENCODER.encode(body) if isinstance(body, Candle) else MARKS.encode(body)
        row = MarketRow(self.sequence, int(kind), time_ms, payload)
        self.contents.take(row)
        self.seen(kind, body)
        return row, Event(self.sequence, kind, body)

    def read(self, found: MarketEvent) -> Event:
        """A recorded event, taken in. Raises FailClosed where one is missing or cannot be read."""
        if found.sequence != self.sequence + 1:
            raise FailClosed(record_changed(f"event {self.sequence + 1} is missing, event {found.sequence} follows"))
        self.sequence = found.sequence
        self.contents.take(found)
        try:
            event = event_of(found)
        except ValueError as error:  # msgspec's are of it
            raise FailClosed(record_changed(f"event {found.sequence} cannot be read ({error})")) from error
        self.seen(event.kind, event.body)
        return event

    def seen(self, kind: MarketKind, body: Candle | Mark | Formed) -> None:
        """Remember how far a symbol is, and whether its data is to be trusted."""
        if kind in (MarketKind.CANDLE, MarketKind.HISTORY, MarketKind.LATE):
            self.last_ms[body.symbol] = max(self.last_ms.get(body.symbol, -1), body.open_ms)
            if kind is not MarketKind.LATE:
                self.there_ms[body.symbol] = max(self.there_ms.get(body.symbol, -1), body.open_ms)
        elif kind is MarketKind.STALE:
            self.stale.add(body.symbol)
        elif kind is MarketKind.FRESH:
            self.stale.discard(body.symbol)


async def read_all(tx: Tx, opened: LiveMarket) -> list[Event]:
    """All that a segment holds beyond what was read of it.

    Raises FailClosed where an event is missing, or what was anchored of them is not what stands there.
    """
    events: list[Event] = []
    anchored = await market.anchored(tx, opened.segment)
    while page := await market.read(tx, opened.segment, after=opened.sequence):
        for one in page:
            events.append(opened.read(one))
            if anchored is not None and one.sequence == anchored.sequence and opened.contents.digest() != anchored.hash:
                at = iso(anchored.anchored_ms)
                raise FailClosed(record_changed(f"events 1 to {one.sequence} are not those that were anchored at {at}"))
    if anchored is not None and anchored.sequence > opened.sequence:
        raise FailClosed(
            record_changed(f"it ends at event {opened.sequence}, but event {anchored.sequence} was anchored")
        )
    return events


def event_of(found: MarketEvent) -> Event:
    """An event from its row."""
    kind = KINDS.get(found.kind) or MarketKind(found.kind)
    if kind in CANDLES:
        return Event(found.sequence, kind, CANDLE_DECODER.decode(found.payload))
    decoder = FORMED_DECODER if kind is MarketKind.BEAT else MARK_DECODER
    return Event(found.sequence, kind, decoder.decode(found.payload))


def candle_of(symbol: str, one: VenueCandle) -> Candle:
    """A venue's candle as the core sees it."""
    prices = (float(one.open), float(one.high), float(one.low), float(one.close))
    return Candle(symbol, one.open_ms, *prices, float(one.volume), last=True)
