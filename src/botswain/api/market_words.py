"""What the bus last said of each market: its newest price and how it stands. It is gone with the process."""

from __future__ import annotations

from dataclasses import dataclass, field

from botswain.api.schemas.live import PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.api.schemas.shape import Shape

Place = tuple[str, str, str, str]
MOST_KEPT = 10_000


@dataclass
class MarketWords:
    """By venue, environment, symbol and timeframe."""

    markets: dict[Place, Market] = field(default_factory=dict)
    prices: dict[Place, PriceUpdate] = field(default_factory=dict)

    def take(self, body: Shape) -> None:
        """Remember a word, if it is one of a market."""
        for known in (self.markets, self.prices):
            if len(known) >= MOST_KEPT:
                known.clear()
        if isinstance(body, Market):
            self.markets[place_of(body)] = body
        elif isinstance(body, PriceUpdate):
            self.prices[place_of(body)] = body


def place_of(one: Market | PriceUpdate) -> Place:
    """Where it is."""
    return one.venue, one.environment, one.symbol, one.timeframe
