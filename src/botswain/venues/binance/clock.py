"""How far the venue's clock is from ours, from the midpoints of round trips. Pure: times are arguments.

A request carries the venue's time. The tightest of the last round trips is believed: the true offset lies within
half of it, whatever the way there and the way back took each.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from botswain.venues.binance.facts import OFFSET_ALARM_MS

KEPT = 8
FRESH_MS = 30 * 60_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One round trip: sent and received by our clock, server_ms by the venue's, all milliseconds."""

    sent_ms: int
    received_ms: int
    server_ms: int

    @property
    def round_trip_ms(self) -> int:
        return self.received_ms - self.sent_ms

    @property
    def offset_ms(self) -> int:
        """Venue less ours."""
        return self.server_ms - (self.sent_ms + self.received_ms) // 2


class VenueClock:
    """The venue's time."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        self._best: Sample | None = None  # looked for once a round trip, because every message asks for the time
        self._least_ms = 0  # the least that the offset can be, by the best

    def heard(self, sent_ms: int, received_ms: int, server_ms: int) -> None:
        """Take a round trip. One whose end lies before its start (our clock stepped) makes all before it worthless."""
        found = Sample(sent_ms, received_ms, server_ms)
        if found.round_trip_ms < 0:
            self._samples.clear()
            self._best = None
            return
        if self._samples and found.received_ms < self._samples[-1].received_ms:
            self._samples.clear()
            self._best = None
        # A step of either clock shows as an offset that no round trip can explain: what was before is worthless.
        best = self.best
        if best is not None:
            slack = (best.round_trip_ms + found.round_trip_ms) // 2 + 1
            if abs(found.offset_ms - best.offset_ms) > slack:
                self._samples.clear()
        self._samples.append(found)
        best = self._best = min(self._samples, key=lambda one: one.round_trip_ms)
        self._least_ms = best.offset_ms - (best.round_trip_ms + 1) // 2

    @property
    def best(self) -> Sample | None:
        """The tightest round trip."""
        return self._best

    @property
    def known(self) -> bool:
        """Whether a round trip has been taken; before, our own clock stands in."""
        return bool(self._samples)

    def heard_since(self, local_ms: int) -> bool:
        """Whether a round trip has begun since a time of ours."""
        return bool(self._samples) and self._samples[-1].sent_ms >= local_ms

    @property
    def offset_ms(self) -> int:
        """Venue less ours."""
        best = self.best
        return best.offset_ms if best is not None else 0

    @property
    def uncertain_ms(self) -> int | None:
        """The true offset is at most so far off; None before the first round trip."""
        best = self.best
        return None if best is None else (best.round_trip_ms + 1) // 2

    @property
    def alarm(self) -> bool:
        """Whether our clock is off by more than 500 ms, the uncertainty granted in its favour."""
        return abs(self.offset_ms) - (self.uncertain_ms or 0) > OFFSET_ALARM_MS

    def venue_ms(self, local_ms: int) -> int:
        """The venue's time at a time of ours."""
        return local_ms + self.offset_ms

    def earliest_ms(self, local_ms: int) -> int:
        """The earliest that the venue's time can be at a time of ours: never ahead of it."""
        return local_ms if self._best is None else local_ms + self._least_ms

    def stale(self, local_ms: int) -> bool:
        """Whether the last round trip is too old to be believed."""
        return not self._samples or local_ms - self._samples[-1].received_ms > FRESH_MS
