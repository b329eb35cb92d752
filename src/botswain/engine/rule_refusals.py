"""Orders that a filter of the venue refused: the rules are read again, and where they changed it is decided anew.

Once: an order that is refused under rules that have not changed since it was decided on ends its row, as ever.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from botswain.engine.tracks import Track


@dataclass
class RuleRefusals:
    """again: reads a symbol's rules and tells bots; whether they changed. changes: how often they did, by symbol."""

    again: Callable[[str], Awaitable[bool]] | None = None
    changes: dict[str, int] = field(default_factory=dict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def now(self, symbol: str) -> int:
        """How often a symbol's rules have changed so far."""
        return self.changes.get(symbol, 0)

    async def changed_since(self, track: Track) -> bool:
        """Whether the rules are others than when an order was asked for. Many that are refused at once read once."""
        symbol = track.units.symbol
        async with self.lock:
            if self.now(symbol) == track.ruled and self.again is not None and await self.again(symbol):
                self.changes[symbol] = self.now(symbol) + 1
        return self.now(symbol) != track.ruled
