"""One symbol's candles of one timeframe as a chain without gap or double, made of what is heard and what is read.

Each open time is told exactly once and in order: as the candle, or as Late. A candle whose predecessor is missing is
held back until that is read or given up. Pure: venue_ms, the market's time, decides what has ended; at_ms, a monotonic
clock, how long something was tried.
"""

from __future__ import annotations

from collections.abc import Iterable

from botswain.engine.feed_events import Ask, Closed, Fault, FeedEvent, FeedTimes, Late, Revised
from botswain.engine.sanity import PriceGuard, between_ticks, unsound
from botswain.model.market_events import Candle
from botswain.model.timeframe import timeframe_ms

KEPT = 512  # told candles that a revision is seen of
MOST_ASKED = 1_000
READS_THAT_LACK = 2  # one answer may be cut short (F12)
FUTURE_MS = 60_000


class CandleChain:
    """The chain from a first open time on.

    next_ms  the open time that is told next; all before have been told
    refused  how many candles in a row were told Late because what came of them cannot be; why: of the last one
    """

    def __init__(self, symbol: str, timeframe: str, next_ms: int, guard: PriceGuard, times: FeedTimes) -> None:
        self.symbol = symbol
        self.timeframe = timeframe
        self.next_ms = next_ms
        self._length_ms = timeframe_ms(timeframe)
        self._guard = guard
        self._times = times
        self._told: dict[int, Candle | None] = {}  # None: told Late
        self._held: dict[int, Candle] = {}
        self._faulted: dict[int, str] = {}
        self._lacked: dict[int, int] = {}  # reads that did not have it
        self._over_ms = next_ms  # what opened before this is over, as the stream shows, whatever the clock says
        self._given_up_ms = next_ms
        self.refused, self.why = 0, ""
        self._reread_ms: int | None = None
        self._live_ms: int | None = None
        self._reading: Ask | None = None
        self._again_at_ms = 0
        self._failures = 0
        self._needed_at_ms: int | None = None

    def live(self, venue_ms: int, *, missed: bool) -> None:
        """Everything is heard from now on. missed: from the last told candle on all is read again."""
        self._live_ms = venue_ms
        self._again_at_ms = 0
        if missed:
            self._reread_ms = next((open_ms for open_ms in reversed(self._told) if self._told[open_ms]), None)

    def down(self) -> None:
        """Nothing is heard."""
        self._live_ms = None

    def heard(self, one: Candle, venue_ms: int) -> list[FeedEvent]:
        """A closed candle of the stream."""
        if one.open_ms < self.next_ms:
            return self._known(one)
        why = self._misplaced(one, venue_ms)
        if why:
            return self._fault(one, why)
        self._over_ms = max(self._over_ms, one.open_ms)
        why = unsound(one, self._guard.ticks) or self._guard.leap(one)
        if why:
            # It is read at once: what the venue tells twice is believed, if it can be at all.
            self._over_ms = max(self._over_ms, one.open_ms + self._length_ms)
            return self._fault(one, why)
        self._held[one.open_ms] = one
        return self._advance(venue_ms)

    def forming(self, one: Candle, venue_ms: int) -> None:
        """A candle that still forms: all before it are over."""
        if one.open_ms > self._over_ms and not self._misplaced(one, venue_ms):
            self._over_ms = one.open_ms

    def quiet(self, venue_ms: int) -> bool:
        """Whether `tick` and `wants` would say nothing: nothing is missing or held back, and the next has not ended.

        Nearly always so, and asked a few times a second of every chain.
        """
        return (
            venue_ms < self.next_ms + self._length_ms
            and self._needed_at_ms is None
            and self._over_ms <= self.next_ms
            and self._reread_ms is None
            and not self._held
            and not self._lacked
            and self.next_ms >= self._given_up_ms
        )

    def tick(self, venue_ms: int, at_ms: int) -> list[FeedEvent]:
        """What time alone decides."""
        if self._needed_at_ms is None and not self._held and not self._lacked and self.next_ms >= self._given_up_ms:
            return []  # nothing is missing and nothing is held back, which is nearly always so
        due_ms = self._due_ms(venue_ms)
        if self._needed_at_ms is not None and self.next_ms < due_ms:
            edge = self._live_ms is not None and self.next_ms + self._length_ms > self._live_ms
            limit_ms = self._times.grace_ms if edge else self._times.patience_ms
            if at_ms - self._needed_at_ms >= limit_ms:
                # With it all whose own grace is over; one that has only just ended may still come.
                over = (venue_ms - self._times.grace_ms - self.next_ms) // self._length_ms
                self._given_up_ms = min(due_ms, self.next_ms + max(over, 1) * self._length_ms)
        return self._advance(venue_ms)

    def wants(self, venue_ms: int, at_ms: int) -> Ask | None:
        """What is to be read now; asked once until it was answered or has failed."""
        if venue_ms < self.next_ms + self._length_ms and self._over_ms <= self.next_ms and self._reread_ms is None:
            self._needed_at_ms = None
            return None  # the next one has not ended: nearly always so
        due_ms = self._due_ms(venue_ms)
        if self.next_ms >= due_ms:
            self._needed_at_ms = None
        elif self._needed_at_ms is None:
            self._needed_at_ms = at_ms
        if self._reading is not None or at_ms < self._again_at_ms:
            return None
        start_ms = self.next_ms if self._reread_ms is None else self._reread_ms
        end_ms = max(due_ms, self.next_ms) if self._reread_ms is not None else due_ms
        if start_ms >= end_ms:
            return None
        end_ms = min(end_ms, start_ms + MOST_ASKED * self._length_ms)
        self._reading = Ask(self.symbol, self.timeframe, start_ms, end_ms)
        return self._reading

    def backfilled(self, ask: Ask, rows: Iterable[Candle], venue_ms: int, at_ms: int) -> list[FeedEvent]:
        """The answer to an ask: all closed candles the venue has there."""
        if ask is not self._reading:
            return []
        self._reading, self._failures = None, 0
        if self._reread_ms is not None and ask.start_ms <= self._reread_ms:
            # Where more than one read's worth was missed, what is left begins at next_ms.
            self._reread_ms = None
        out: list[FeedEvent] = []
        for one in rows:
            out += self._read(one, venue_ms)
        for open_ms in range(max(ask.start_ms, self.next_ms), ask.end_ms, self._length_ms):
            if open_ms not in self._held:
                self._lacked[open_ms] = self._lacked.get(open_ms, 0) + 1
        before_ms = self.next_ms
        out += self._advance(venue_ms)
        self._again_at_ms = at_ms if self.next_ms > before_ms else at_ms + self._times.again_ms
        return out

    def failed(self, ask: Ask, at_ms: int) -> None:
        """An ask had no answer."""
        if ask is self._reading:
            pauses_ms = self._times.pauses_ms
            self._reading = None
            self._again_at_ms = at_ms + pauses_ms[min(self._failures, len(pauses_ms) - 1)]
            self._failures += 1

    def _read(self, one: Candle, venue_ms: int) -> list[FeedEvent]:
        """A candle that was read: where it differs from one held back, it is the later word."""
        if not one.closed:
            return []
        if one.open_ms < self.next_ms:
            return self._known(one)
        why = self._misplaced(one, venue_ms) or unsound(one, self._guard.ticks)
        if why:
            return self._fault(one, why)
        self._held[one.open_ms] = one
        return []

    def _advance(self, venue_ms: int) -> list[FeedEvent]:
        """Tell what can be told."""
        out: list[FeedEvent] = []
        while True:
            found = self._held.pop(self.next_ms, None)
            if found is not None:
                self._guard.settle(found.close)
                self.refused = 0
                out.append(Closed(self.symbol, found))
            elif self._lost(venue_ms):
                if self.next_ms in self._faulted:
                    self.refused, self.why = self.refused + 1, self._faulted[self.next_ms]
                out.append(Late(self.symbol, self.timeframe, self.next_ms))
            else:
                return out
            self._passed(found)

    def _passed(self, found: Candle | None) -> None:
        """The next open time was told."""
        open_ms = self.next_ms
        self._told[open_ms] = found
        self._told.pop(open_ms - KEPT * self._length_ms, None)
        self._lacked.pop(open_ms, None)
        self._needed_at_ms = None
        self.next_ms = open_ms + self._length_ms

    def _lost(self, venue_ms: int) -> bool:
        """Whether the next candle is not waited for any longer."""
        if self.next_ms < self._given_up_ms:
            return True
        if self._lacked.get(self.next_ms, 0) < READS_THAT_LACK:
            return False
        return venue_ms >= self.next_ms + self._length_ms + self._times.grace_ms

    def _known(self, one: Candle) -> list[FeedEvent]:
        """A candle of an open time that was told: news only where it differs."""
        if one.open_ms not in self._told:
            return []
        was = self._told[one.open_ms]
        if was is not None and same(one, was):
            return []
        if unsound(one, self._guard.ticks):
            return []
        self._told[one.open_ms] = one
        return [Revised(self.symbol, one, was)]

    def _due_ms(self, venue_ms: int) -> int:
        """What opened before this has ended and is to be read where it was not heard."""
        ends_ms = self.next_ms + self._length_ms
        missed = self._live_ms is not None and ends_ms <= self._live_ms
        count = (venue_ms - (0 if missed else self._times.ask_ms) - self.next_ms) // self._length_ms
        return max(self.next_ms + count * self._length_ms, self._over_ms, self.next_ms)

    def _misplaced(self, one: Candle, venue_ms: int) -> str:
        if (one.open_ms - self.next_ms) % self._length_ms:
            why = "between two candles"
        elif one.open_ms > venue_ms + FUTURE_MS:
            why = f"the market's time is {venue_ms}"
        else:
            return ""
        return f"a candle of {self.symbol} {self.timeframe} opens at {one.open_ms}: {why}"

    def _fault(self, one: Candle, why: str) -> list[FeedEvent]:
        """A fault, told once for a candle."""
        if one.open_ms in self._faulted:
            return []
        self._faulted[one.open_ms] = why
        if len(self._faulted) > KEPT:
            del self._faulted[next(iter(self._faulted))]
        return [Fault(self.symbol, why, off_grid=between_ticks(one, self._guard.ticks))]


def same(one: Candle, other: Candle) -> bool:
    """Whether two messages tell the same candle; when they were sent does not count."""
    return (
        one.close == other.close
        and one.high == other.high
        and one.low == other.low
        and one.open == other.open
        and one.volume == other.volume
        and one.trades == other.trades
        and one.quote_volume == other.quote_volume
    )
