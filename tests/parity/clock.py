"""Positions that go by the clock: older than they may be, or held when the hours are over (docs/rules.md, 6).

Independent of the product: hours are minutes of a UTC day, and an end is found by looking at that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .books import Book

DAY_MS = 86_400_000
MINUTE_MS = 60_000

# First and last minute of a UTC day, and the days it begins on, 0 is Monday. It does not go over midnight.
Hours = tuple[int, int, tuple[int, ...]]


def within(hours: Hours, now: int) -> bool:
    """Whether an instant lies within the hours in which positions may be opened."""
    first, last, days = hours
    days_since, into = divmod(now, DAY_MS)
    # 1970 began on a Thursday.
    return (days_since + 3) % 7 in days and first * MINUTE_MS <= into < last * MINUTE_MS


def shortened(hours: Hours, minutes: int, length_ms: int) -> Hours:
    """Hours that end so many minutes early, and at the end of a candle; it may be none of a day that is left."""
    last_ms = (hours[1] - minutes) * MINUTE_MS
    return hours[0], last_ms // length_ms * length_ms // MINUTE_MS, hours[2]


def end_after(hours: Hours, now: int) -> int:
    """When the hours end that a time lies within."""
    return now - now % DAY_MS + hours[1] * MINUTE_MS


@dataclass
class Clock:
    """How old one symbol's position may become, and the hours at whose end it goes.

    hours     None where positions stay
    candles, span_ms  0 is any age
    fallen    whether the account has fallen so far that all is closed; None where that is never
    """

    hours: Hours | None = None
    candles: int = 0
    span_ms: int = 0
    length_ms: int = 1
    fallen: Callable[[], bool] | None = None
    _since: int = field(default=0, init=False)
    _closes: int = field(default=0, init=False)

    @property
    def on(self) -> bool:
        """Whether it ever says anything."""
        return bool(self.hours or self.candles or self.span_ms or self.fallen)

    def opened(self, now: int) -> None:
        """A position began."""
        self._since, self._closes = self.candle_of(now), 0

    def closed(self, book: Book) -> None:
        """A candle of the symbol closed."""
        self._closes += bool(book.position)

    def says(self, now: int) -> str:
        """Why a position must go now."""
        if self.hours and not within(self.hours, now):
            return "session_end"
        if self.fallen and self.fallen():
            return "drawdown_exit"
        old = self.candles and self._closes >= self.candles
        old = old or (self.span_ms and self.age(now) >= self.span_ms)
        return "time_exit" if old else ""

    def age(self, now: int) -> int:
        """Milliseconds from the candle it was opened in to that of a time."""
        return self.candle_of(now) - self._since

    def candle_of(self, now: int) -> int:
        """When the candle began that a time lies in."""
        return now // self.length_ms * self.length_ms
