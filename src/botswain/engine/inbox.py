"""What waits for one bot: market events in order, bounded. It neither blocks the feed nor drops in silence.

Of quotes of one symbol that wait only the last counts, so a newer one takes the waiting one's place; candles, trades
and everything else wait each. An inbox that is full says so and discards all of it: then the bot is overrun and
recovers (SEMANTICS 6.5).
"""

from __future__ import annotations

from collections import deque

from botswain.engine.feed_events import FeedEvent, Quoted

MOST = 1_000


class Inbox:
    """One bot's waiting events, at most so many."""

    def __init__(self, most: int = MOST) -> None:
        self._most = self._room = most  # room is 0 after an overrun: one comparison tells both
        self._waiting: deque[FeedEvent | str] = deque()  # a symbol stands for its last quote
        self._quotes: dict[str, Quoted] = {}
        self.overrun = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, event: FeedEvent) -> bool:
        """Add an event; False where the inbox is or was full: nothing of it is left, and it takes no more."""
        entry: FeedEvent | str = event
        if type(event) is Quoted and not self.overrun:
            entry = event.symbol
            waits = entry in self._quotes
            self._quotes[entry] = event
            if waits:
                return True
        if len(self._waiting) >= self._room:
            self.clear()
            self.overrun, self._room = True, 0
            return False
        self._waiting.append(entry)
        return True

    def take(self) -> FeedEvent | None:
        """The next event; None where nothing waits."""
        if not self._waiting:
            return None
        entry = self._waiting.popleft()
        return self._quotes.pop(entry) if isinstance(entry, str) else entry

    def clear(self) -> None:
        """Discard everything, and take events again: recovery has begun anew."""
        self._waiting.clear()
        self._quotes.clear()
        self.overrun, self._room = False, self._most
