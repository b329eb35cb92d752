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
    """By venue, environment, symbol and timeframe.

    heard_ms  when its newest price was heard, by this machine's clock: a sandbox's own time may be any
    """

    markets: dict[Place, Market] = field(default_factory=dict)
    prices: dict[Place, PriceUpdate] = field(default_factory=dict)
    heard_ms: dict[Place, int] = field(default_factory=dict)

    def take(self, body: Shape, now_ms: int) -> None:
        """Remember a word, if it is one of a market."""
        for known in (self.markets, self.prices, self.heard_ms):
            if len(known) >= MOST_KEPT:
                known.clear()
        if isinstance(body, Market):
            self.markets[place_of(body)] = body
            if body.age_ms is not None:
                self.heard_ms[place_of(body)] = now_ms - body.age_ms
        elif isinstance(body, PriceUpdate):
            self.prices[place_of(body)] = body
            self.heard_ms[place_of(body)] = now_ms


def place_of(one: Market | PriceUpdate) -> Place:
    """Where it is."""
    return one.venue, one.environment, one.symbol, one.timeframe
