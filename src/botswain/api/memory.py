"""What the process remembers between requests, so that it need not read it again: nothing that the store does not say.

It belongs to the application and is made when it is first asked for. What it holds is keyed by bot or feed and is only
reached through rows that the caller may see.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, FastAPI, Request

from botswain.api.bot_rows import BotRows
from botswain.api.market_words import MarketWords
from botswain.control.bot_terms import KnownTerms
from botswain.control.day_ago import DayAgo
from botswain.control.health import Writing
from botswain.control.kept_trips import KeptTrips
from botswain.control.last_closes import LastCloses
from botswain.control.markets import KnownWatched
from botswain.control.orders import WorkingOrders
from botswain.control.recorded import RecordedCandles


@dataclass
class Memory:
    """One of each of what `control` follows."""

    terms: KnownTerms = field(default_factory=KnownTerms)
    working: WorkingOrders = field(default_factory=WorkingOrders)
    closes: LastCloses = field(default_factory=LastCloses)
    day_ago: DayAgo = field(default_factory=DayAgo)
    trips: KeptTrips = field(default_factory=KeptTrips)
    recorded: RecordedCandles = field(default_factory=RecordedCandles)
    watched: KnownWatched = field(default_factory=KnownWatched)
    words: MarketWords = field(default_factory=MarketWords)
    bot_rows: BotRows = field(default_factory=BotRows)
    writing: Writing = field(default_factory=Writing)


def memory_in(app: FastAPI) -> Memory:
    """An application's."""
    if not hasattr(app.state, "memory"):
        # Positions and what bots are worth go by the very same prices.
        app.state.memory = Memory(closes=app.state.figures.prices.closes)
    return cast(Memory, app.state.memory)


async def memory_of(request: Request) -> Memory:
    """That of the application that was asked; not a plain function, which would be called in a thread."""
    return memory_in(request.app)


Remembered = Annotated[Memory, Depends(memory_of)]
