"""How often something may be tried: so many times within a span, for each of several keys.

An attempt counts from its beginning, so that many at once do not slip through; one that succeeds is taken back. Kept in
memory, at most `MOST_KEYS` keys: a restart forgets, and takes longer than any wait here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from botswain.control.refusals import Throttled

SPAN_MS = 300_000
MOST_KEYS = 10_000


class Throttle:
    """Attempts by key."""

    def __init__(self, span_ms: int = SPAN_MS) -> None:
        self._span_ms = span_ms
        self._tried: dict[str, deque[int]] = {}

    def attempt(self, limits: Mapping[str, int], now_ms: int) -> None:
        """Count an attempt under every key, or raise Throttled where one has had its limit."""
        since = now_ms - self._span_ms
        for key, most in limits.items():
            times = self._tried.get(key, deque())
            while times and times[0] <= since:
                times.popleft()
            if len(times) >= most:
                wait_s = -(-(times[0] - since) // 1000)
                raise Throttled(f"there were {len(times)} attempts in a short time; try again in {wait_s} s", wait_s)
        if len(self._tried) >= MOST_KEYS:
            self._tried = {key: times for key, times in self._tried.items() if times and times[-1] > since}
        for key in limits:
            self._tried.setdefault(key, deque(maxlen=1_000)).append(now_ms)

    def take_back(self, limits: Mapping[str, int]) -> None:
        """An attempt that succeeded does not count; those before it do."""
        for key in limits:
            times = self._tried.get(key)
            if times:
                times.pop()
            if not times:
                self._tried.pop(key, None)
