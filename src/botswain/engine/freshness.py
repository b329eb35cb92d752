"""How old a symbol's data is: liveness is the age of data held against an independent read, not a ping (F36).

A stream may be quiet because nothing happens. So when it brought nothing new for a while the venue is asked how far
it is: as far as the stream, then all is well; further, and still further a moment later, then the stream is stale.
The same payload said again is nothing new. Data that moves and cannot be true is no better than none: where candles are
refused one after the other it is stale too. Pure; at_ms is a monotonic clock, venue_ms the market's.
"""

from __future__ import annotations

from botswain.engine.feed_events import FeedTimes, Fresh, Stale
from botswain.model.market_events import Candle

Mark = tuple[int, int, bool]


class Freshness:
    """One symbol's data, judged by the candles of one timeframe. at_ms: when it was begun to be followed."""

    def __init__(self, symbol: str, timeframe: str, times: FeedTimes, at_ms: int) -> None:
        self.timeframe = timeframe
        self.stale = False
        self._refused = False
        self._symbol = symbol
        self._times = times
        self._mark: Mark = (0, 0, False)
        self._moved_at_ms = self._proven_at_ms = at_ms
        self._ahead: Mark | None = None  # how far the venue was, where the stream is behind
        self._ahead_at_ms = 0
        self._polled_at_ms = at_ms
        self._polling = False

    def heard(self, one: Candle, at_ms: int) -> Fresh | None:
        """A candle of the stream."""
        mark = (one.open_ms, one.trades, one.closed)
        if mark <= self._mark:
            return None
        self._mark, self._moved_at_ms = mark, at_ms
        if self._ahead is not None and mark >= self._ahead:
            self._ahead = None
        return self._well() if self._ahead is None else None

    def polled(self, newest: Candle | None, at_ms: int) -> Fresh | None:
        """The venue's newest candle; None where it could not be read."""
        self._polling = False
        if newest is None:
            return None
        mark = (newest.open_ms, newest.trades, newest.closed)
        if mark > self._mark:
            if self._ahead is None:
                self._ahead, self._ahead_at_ms = mark, at_ms
            return None
        self._proven_at_ms, self._ahead = at_ms, None
        return self._well()

    def quiet(self, at_ms: int) -> bool:
        """Whether `tick` and `wants_poll` would say nothing, because something new came a moment ago: mostly so."""
        return self._ahead is None and at_ms - max(self._moved_at_ms, self._proven_at_ms) < self._times.quiet_ms

    def wants_poll(self, at_ms: int) -> bool:
        """Whether the venue is to be asked now; true once until it was."""
        known_at_ms = max(self._moved_at_ms, self._proven_at_ms, self._polled_at_ms)
        if self._polling or at_ms - known_at_ms < self._times.quiet_ms:
            return False
        self._polling, self._polled_at_ms = True, at_ms
        return True

    def tick(self, venue_ms: int, at_ms: int) -> Stale | None:
        """What time alone shows."""
        if self.stale:
            return None
        age_ms = at_ms - self._moved_at_ms
        if self._ahead is not None and at_ms - self._ahead_at_ms >= self._times.lag_ms:
            why = f"the venue is ahead of the stream, which brought nothing new of {self._symbol} for {age_ms} ms"
        elif at_ms - max(self._moved_at_ms, self._proven_at_ms) >= 3 * self._times.quiet_ms:
            why = f"nothing new of {self._symbol} for {age_ms} ms, and the venue does not say how far it is"
        else:
            return None
        self.stale = True
        return Stale(self._symbol, venue_ms - age_ms, why)

    def refusing(self, why: str, venue_ms: int) -> Stale | Fresh | None:
        """Candles are refused again and again, for a reason; or, where there is none, they are not any more."""
        if bool(why) == self._refused:
            return None
        self._refused = bool(why)
        if not why:
            return self._well() if self._ahead is None else None
        if self.stale:
            return None
        self.stale = True
        return Stale(self._symbol, venue_ms, f"its candles are refused one after the other: {why}", refused=True)

    def _well(self) -> Fresh | None:
        """It can be trusted again, where it could not be."""
        if not self.stale or self._refused:
            return None
        self.stale = False
        return Fresh(self._symbol)
