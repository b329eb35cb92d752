"""What the bus last said of each market: its newest price and how it stands. It is gone with the process."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from botswain.api.schemas.live import PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.api.schemas.shape import Shape

Place = tuple[str, str, str, str, str]
MOST_KEPT = 10_000


@dataclass
class MarketWords:
    """By venue, environment, whose prices, symbol and timeframe.

    heard_ms  when its newest price was heard, by this machine's clock: a sandbox's own time may be any
    day_ago   what it cost a day ago, as far as that was recorded
    """

    markets: dict[Place, Market] = field(default_factory=dict)
    prices: dict[Place, PriceUpdate] = field(default_factory=dict)
    heard_ms: dict[Place, int] = field(default_factory=dict)
    day_ago: dict[Place, Decimal] = field(default_factory=dict)

    def with_change(self, one: Market) -> Market:
        """A market with what became of its price in a day, where both are known."""
        before = self.day_ago.get(place_of(one))
        if before is None or one.price is None:
            return one
        return one.model_copy(update={"change": float(Decimal(one.price) / before - 1)})

    def take(self, body: Shape, now_ms: int) -> None:
        """Remember a word, if it is one of a market."""
        for known in (self.markets, self.prices, self.heard_ms, self.day_ago):
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
    return one.venue, one.environment, one.source, one.symbol, one.timeframe
