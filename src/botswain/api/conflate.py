"""At most so many a second of each thing: what comes too soon waits, and a newer one takes its place.

The last word of a key always goes out. A word that is final (a closed candle) is not replaced by one that is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Send = Callable[[Any], Awaitable[None]]
MOST_KEYS = 10_000


@dataclass
class Conflated:
    """Words by key. gap_s: least time between two of a key."""

    send: Send
    gap_s: float = 0.25
    last_s: dict[Any, float] = field(default_factory=dict)
    waiting: dict[Any, list[tuple[Any, bool]]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def take(self, key: Any, word: Any, *, final: bool = False) -> None:
        """Send a word, now or when it is time."""
        held = self.waiting.get(key)
        if held is not None:
            # At most two wait: a final word and what came after it.
            held[:] = [one for one in held if one[1] and not final][-1:]
            held.append((word, final))
            return
        now_s = asyncio.get_running_loop().time()
        left_s = self.last_s.get(key, -self.gap_s) + self.gap_s - now_s
        if left_s <= 0:
            self.mark(key, now_s)
            await self.send(word)
            return
        self.waiting[key] = [(word, final)]
        task = asyncio.create_task(self.later(key, left_s))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def later(self, key: Any, left_s: float) -> None:
        """Send what waits of a key, one each gap."""
        while True:
            await asyncio.sleep(left_s)
            held = self.waiting[key]
            word, _ = held.pop(0)
            if not held:
                del self.waiting[key]
            self.mark(key, asyncio.get_running_loop().time())
            await self.send(word)
            if not held:
                return
            left_s = self.gap_s

    def mark(self, key: Any, now_s: float) -> None:
        """Remember when a key was last sent."""
        if len(self.last_s) >= MOST_KEYS:
            self.last_s.clear()
        self.last_s[key] = now_s

    def close(self) -> None:
        """Drop what waits."""
        for one in self.tasks:
            one.cancel()
