"""How an account is dealt with, and the clocks that goes by."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

KEPT = 256


@dataclass(frozen=True, slots=True)
class Manners:
    """How an account is dealt with.

    horizon_ms   from the sending of a write, on the venue's time: only then can its absence be evidence
    round_ms     between two rounds of such evidence
    in_flight    writes on their way at once; 1 keeps them in order
    poll_s       everything is read again after so long at the latest
    pulse_s      between those, whether the venue still takes the key is asked so often; 0: never
    give_up_s    an unresolved write older than this lets its bot only reduce
    """

    horizon_ms: int
    round_ms: int = 15_000
    in_flight: int = 16
    poll_s: float = 60.0
    pulse_s: float = 0.0
    give_up_s: float = 600.0


class Stamps:
    """What the venue stamps orders, fills and deposits with, where its market keeps a time of its own.

    A sandbox answers requests by the clock on the wall, as a venue does, while its market replays another year, at
    another speed, or stands still: orders there bear the market's time, as candles and prints do. How fast that goes
    nobody is told, so it is noted whenever it is asked for. Pure; both are milliseconds.
    """

    def __init__(self, venue_ms: Callable[[], int], market_ms: Callable[[], int]) -> None:
        self._venue_ms = venue_ms
        self._market_ms = market_ms
        self._noted: deque[tuple[int, int]] = deque(maxlen=KEPT)  # the venue's time and the market's, both rising

    def at(self, venue_ms: int) -> int:
        """What was stamped at a time of the venue's, at the earliest; 0 where nothing was noted so long ago."""
        now = self._venue_ms(), self._market_ms()
        while self._noted and (self._noted[-1][0] >= now[0] or self._noted[-1][1] > now[1]):
            self._noted.pop()  # a clock was set back, or another market is there: what was noted is of no use
        self._noted.append(now)
        return next((market_ms for noted_ms, market_ms in reversed(self._noted) if noted_ms <= venue_ms), 0)


@dataclass(frozen=True)
class Clocks:
    """now_ms: our clock; venue_ms: the venue's; sleep waits so many seconds.

    stamps  None where the venue stamps orders with that same time of its own
    """

    now_ms: Callable[[], int]
    venue_ms: Callable[[], int]
    sleep: Callable[[float], Awaitable[None]]
    stamps: Stamps | None = None

    def stamp_ms(self, venue_ms: int) -> int:
        """What orders, fills and deposits of a time of the venue's bear, at the earliest."""
        return venue_ms if self.stamps is None else self.stamps.at(venue_ms)
