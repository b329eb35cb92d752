"""Markets that take no orders now (F56): nothing is asked for there, and people are told which state they are in.

Cancels go on, as far as the venue takes them. What was wanted stays wanted, and its bots are told when the market is
open again. Nothing of this is kept over a restart, for every start reads what the venue says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from botswain.model.errands import Errand
from botswain.model.listing import Listing

LOOK_S, MOST_SELDOM_S = 30.0, 120.0


@dataclass
class MarketDoors:
    """One venue's. shut: symbols with the venue's word for their state; opened: told when one trades again."""

    remark: Callable[[str], None] = lambda _text: None
    opened: Callable[[str], None] = lambda _symbol: None
    shut: dict[str, str] = field(default_factory=dict)
    some: asyncio.Event = field(default_factory=asyncio.Event)

    def told(self, listing: Listing) -> None:
        """What a venue says of a symbol now."""
        symbol, before = listing.symbol, self.shut.get(listing.symbol)
        if listing.trading:
            if self.shut.pop(symbol, None) is not None:
                self.remark(f"{symbol} is {listing.status} again (it was {before}): its bots go on")
                self.opened(symbol)
            return
        word = listing.status if listing.status != "TRADING" else "not open to spot trading"
        self.shut[symbol] = word
        self.some.set()
        if word != before:
            self.remark(
                f"{symbol} is {word} at the venue: nothing is asked for there, stops included; what rests stays, and "
                "cancels go. It is looked at again and again, and its bots go on by themselves when it trades"
            )

    def hold(self, errand: Errand) -> bool:
        """Whether a request must not leave: it would have something placed or changed in a market that is shut."""
        return errand.symbol in self.shut and any(one.row is not None for one in errand.requests)

    async def keep(
        self, sleep: Callable[[float], Awaitable[None]], read: Callable[[Sequence[str]], Awaitable[bool]]
    ) -> None:
        """Look at shut markets until cancelled, all in one question; where the state stays, more and more seldom."""
        while True:
            await self.some.wait()
            pause_s, before = LOOK_S, dict(self.shut)
            while self.shut:
                await sleep(pause_s)
                if self.shut:
                    await read(sorted(self.shut))
                pause_s = min(pause_s * 1.5, MOST_SELDOM_S) if self.shut == before else LOOK_S
                before = dict(self.shut)
            self.some.clear()
