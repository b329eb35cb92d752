"""A candle feed of one symbol, played by hand: what it hears, what it is answered, how much time passes."""

from __future__ import annotations

from dataclasses import dataclass, field
from dataclasses import replace as changed

from tests.engine.markets import FRAME, MINUTE_MS, START_MS, SYMBOL, at, listing

from botswain.engine.candle_feed import CandleFeed, FeedOutput
from botswain.engine.feed_events import Ask, Closed, FeedTimes, Late, Poll
from botswain.model.market_events import Candle, MarketEvent

TIMES = FeedTimes()
# Whether data is fresh is looked at by tests of its own.
CALM = changed(TIMES, quiet_ms=10**9)


@dataclass
class Desk:
    """A feed of one symbol and all that came out of it; time passes only when told."""

    feed: CandleFeed = field(default_factory=lambda: CandleFeed(CALM))
    out: list[FeedOutput] = field(default_factory=list)
    now_ms: int = 0  # since the first candle opened

    @property
    def venue_ms(self) -> int:
        return START_MS + self.now_ms

    def begin(self, number: int = 0, frame: str = FRAME) -> Desk:
        self.feed.follow(listing(), frame, at(number), self.venue_ms, self.now_ms)
        self.out += self.feed.live(self.venue_ms, self.now_ms, missed=False)
        return self

    def hear(self, event: MarketEvent) -> Desk:
        """A closed candle is heard a tenth of a second after its end at the earliest."""
        if isinstance(event, Candle) and event.closed:
            self.now_ms = max(self.now_ms, event.close_ms + 101 - START_MS)
        self.out += self.feed.heard(SYMBOL, event, self.venue_ms, self.now_ms)
        return self

    def wait(self, ms: int) -> Desk:
        self.now_ms += ms
        self.out += self.feed.tick(self.venue_ms, self.now_ms)
        return self

    def live(self) -> Desk:
        self.out += self.feed.live(self.venue_ms, self.now_ms, missed=True)
        return self

    def asked(self) -> list[Ask]:
        """What is to be read, as numbers of candles; taken."""
        found = [one for one in self.out if isinstance(one, Ask)]
        self.out = [one for one in self.out if not isinstance(one, Ask)]
        return found

    def answer(self, *rows: Candle) -> Desk:
        """Answer the one ask there is with those of the rows that lie in it."""
        (ask,) = self.asked()
        found = [one for one in rows if ask.start_ms <= one.open_ms < ask.end_ms]
        self.out += self.feed.backfilled(ask, found, self.venue_ms, self.now_ms)
        return self

    def fail(self) -> Desk:
        (ask,) = self.asked()
        self.feed.failed(ask, self.now_ms)
        return self

    def told(self) -> list[object]:
        """What bots were told, short; taken."""
        found = [short(one) for one in self.out if not isinstance(one, (Ask, Poll))]
        self.out = [one for one in self.out if isinstance(one, (Ask, Poll))]
        return found


def short(one: FeedOutput) -> object:
    if isinstance(one, Closed):
        return (one.candle.open_ms - START_MS) // MINUTE_MS
    if isinstance(one, Late):
        return "late", (one.open_ms - START_MS) // MINUTE_MS
    return one


def span(first: int, end: int) -> list[Ask]:
    return [Ask(SYMBOL, FRAME, at(first), at(end))]
