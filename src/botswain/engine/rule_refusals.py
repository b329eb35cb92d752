"""Orders that a filter of the venue refused: the rules are read again, and where they changed it is decided anew.

Once: an order that is refused under rules that have not changed since it was decided on ends its row, as ever. What
must stand, such as a stop, is then asked for anew; where it is refused again and again (the venue takes no more orders
of the symbol), the news of each is held back for longer, so that the requests do not eat the address's weight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from botswain.engine.tracks import Track

# So many in a row are told at once: a stop and its target, as a list and one by one.
AT_ONCE = 6
LONGEST_S = 60.0


@dataclass
class RuleRefusals:
    """again: reads a symbol's rules and tells bots; whether they changed. changes: how often they did, by symbol.

    in_a_row  refusals of a bot's orders of a symbol (its place) since one was taken
    """

    again: Callable[[str], Awaitable[bool]] | None = None
    changes: dict[str, int] = field(default_factory=dict)
    in_a_row: dict[tuple[str, int], int] = field(default_factory=dict)
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

    def taken(self, track: Track) -> None:
        """The venue took an order."""
        self.in_a_row.pop((track.owner, track.symbol), None)

    def pause_s(self, track: Track) -> float:
        """How long the news of one more refusal is held back: not at all for the first few, then twice as long each."""
        key = (track.owner, track.symbol)
        count = self.in_a_row[key] = self.in_a_row.get(key, 0) + 1
        return 0.0 if count <= AT_ONCE else min(2.0 ** (count - AT_ONCE - 1), LONGEST_S)
