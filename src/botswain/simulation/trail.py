"""What has happened, for people and for comparison: the last events, counts, and one hash over all bytes that went out.

The same seed must give the same hash; the events are what is printed when an invariant breaks.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable

LAST = 30


class Trail:
    """A run's record. now_ms: true time."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._digest = hashlib.sha256()
        self.events: deque[tuple[int, str]] = deque(maxlen=LAST)
        self.counts: dict[str, int] = {}
        self.faults: dict[str, int] = {}
        self.pages: list[tuple[int, str]] = []

    def now_ms(self) -> int:
        """True time."""
        return self._now_ms()

    def note(self, what: str) -> None:
        """An event in words."""
        self.events.append((self._now_ms(), what))

    def count(self, what: str, number: int = 1) -> None:
        """How often something happened."""
        self.counts[what] = self.counts.get(what, 0) + number

    def fault(self, kind: str, said: str = "") -> None:
        """A fault has acted."""
        self.faults[kind] = self.faults.get(kind, 0) + 1
        self.note(f"fault {kind} {said}".rstrip())

    def page(self, text: str) -> None:
        """The owner is told."""
        self.pages.append((self._now_ms(), text))
        self.note(f"page: {text}")

    def out(self, raw: bytes) -> None:
        """Bytes left the engine's machine."""
        self._digest.update(b"%d %d " % (self._now_ms(), len(raw)))
        self._digest.update(raw)

    def hash(self, *more: bytes) -> str:
        """Over everything that went out, and what is given besides."""
        found = self._digest.copy()
        for one in more:
            found.update(one)
        return found.hexdigest()
