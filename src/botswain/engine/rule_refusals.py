"""Orders that the venue refused. By a filter: the rules are read again, and where they changed it is decided anew.

Once: an order that is refused under rules that have not changed since it was decided on ends its row, as ever. What
must stand, such as a stop, is then asked for anew; where it is refused again and again (the venue takes no more orders
of the symbol, the account cannot pay), the news of each is held back for longer, and what a venue will take later only
(its market is closed) is asked for more and more seldom, so that the requests do not eat the address's weight.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from botswain.engine.tracks import Track

# So many in a row are told at once: an exit is asked for in a list and then by itself, at a few decisions.
AT_ONCE = 6
LONGEST_S = 30.0
# So many rounds of what is to be taken later are a second apart, and none is further from the next than this.
PROMPT_ROUNDS, ROUND_S, LONGEST_ROUND_S = 3, 1.0, 10.0
# An order that has rested so long was not ended as soon as it was there.
LASTED_MS = 600_000
Slot = tuple[str, int, int]


@dataclass(slots=True)
class Still:
    """Why a slot gets nothing, in the words of its first refusal, and when its bot hears of the last, venue time."""

    why: str
    told_ms: int


@dataclass
class RuleRefusals:
    """again: reads a symbol's rules and tells bots; whether they changed. changes: how often they did, by symbol.

    in_a_row  refusals of the orders of a bot's slot (its symbol's place, its number) since one was taken: a ladder of
              which every cell is refused once has not been refused in a row
    ends      orders of a slot in a row that the venue took and soon ended by itself
    still     those that were refused more often than is told at once: until one is taken, or none is asked for
    rounds    how often a bot was turned away until later since one of its orders was taken
    looking   symbols that are being read because their market is said to be shut
    """

    again: Callable[[str], Awaitable[bool]] | None = None
    changes: dict[str, int] = field(default_factory=dict)
    in_a_row: dict[Slot, int] = field(default_factory=dict)
    ends: dict[Slot, int] = field(default_factory=dict)
    still: dict[Slot, Still] = field(default_factory=dict)
    rounds: dict[str, int] = field(default_factory=dict)
    looking: set[str] = field(default_factory=set)
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

    async def look(self, symbol: str) -> None:
        """A symbol's market is said to be shut: read what the venue says. Several that hear so at once read once."""
        if symbol in self.looking or self.again is None:
            return
        self.looking.add(symbol)
        try:
            await self.again(symbol)
        finally:
            self.looking.discard(symbol)

    def taken(self, track: Track) -> None:
        """The venue took an order."""
        self.in_a_row.pop((track.owner, track.symbol, track.slot), None)
        self.still.pop((track.owner, track.symbol, track.slot), None)
        self.rounds.pop(track.owner, None)

    def again_s(self, track: Track) -> float:
        """When what was turned away until later is asked for again."""
        count = self.rounds[track.owner] = self.rounds.get(track.owner, 0) + 1
        return min(ROUND_S * 2.0 ** max(count - PROMPT_ROUNDS, 0), LONGEST_ROUND_S)

    def pause_s(self, track: Track, why: str, now_ms: int) -> float:
        """How long the news of one more refusal is held back: not at all for the first few, then twice as long each."""
        key = (track.owner, track.symbol, track.slot)
        held_s = counted_s(self.in_a_row, key)
        if held_s:
            first = Still(f"its orders of {track.units.symbol} are refused again and again: {why}", 0)
            self.still.setdefault(key, first).told_ms = now_ms + int(held_s * 1000)
        return held_s

    def still_of(self, owner: str, closed_ms: int, every_ms: int) -> str:
        """Why a bot does not get what it wants, refused again and again; empty where it does. The same until then.

        closed_ms  when the last candle closed that it decided on; one closes every so often. What it did not ask for
                   again at a close after it had heard of the last refusal it does not want any more, and that is over.
        """
        for key in [key for key in self.still if key[0] == owner]:
            if closed_ms > self.still[key].told_ms + every_ms:
                del self.still[key]
                self.in_a_row.pop(key, None)
        return next((one.why for key, one in sorted(self.still.items(), key=by_slot) if key[0] == owner), "")

    def ended_s(self, track: Track, now_ms: int) -> float:
        """The same of an order that the venue took and then ended by itself, which would be asked for again at once."""
        key = (track.owner, track.symbol, track.slot)
        if track.filled or now_ms - track.sent_ms >= LASTED_MS:
            self.ends.pop(key, None)
            return 0.0
        return counted_s(self.ends, key)


def by_slot(item: tuple[Slot, Still]) -> Slot:
    """Its slot."""
    return item[0]


def counted_s(counts: dict[Slot, int], key: Slot) -> float:
    """Count one more; how long it is held back."""
    count = counts[key] = counts.get(key, 0) + 1
    return 0.0 if count <= AT_ONCE else min(2.0 ** (count - AT_ONCE - 1), LONGEST_S)
