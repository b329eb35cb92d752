"""A bot's desk: all it may see of one symbol, and the table it writes its wishes in."""

from __future__ import annotations

from dataclasses import dataclass, field

from botswain.model.candles import Candles

from .books import Account, Book
from .rows import Sizing, Table
from .units import Market


@dataclass
class Desk:
    """What a bot may see of one symbol, and the table it writes. `at` is the index of the candle that just closed.

    fill_ticks   the price of the last fill
    times        when each candle opened; length_ms: how long each is
    beside       candles of all symbols, those that are only read too
    """

    market: Market
    table: Table
    book: Book
    sizing: Sizing
    closes: list[float]
    highs: list[float]
    lows: list[float]
    volumes: list[float]
    equity: int = 0
    at: int = 0
    account: Account | None = None
    fill_ticks: int = 0
    opens: list[float] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    length_ms: int = 0
    beside: dict[str, Candles] = field(default_factory=dict)

    @property
    def sized(self) -> Sizing:
        """How much to buy, by how far candles move as of the last closed one where that matters."""
        return self.sizing.on_moves(self.closes, self.highs, self.lows, self.at, self.length_ms)

    def seen_of(self, symbol: str, values: list[float]) -> list[float]:
        """What another symbol's candles, each with one of the values, show at each of the own: NaN without a candle."""
        by_opening = dict(zip(self.beside[symbol].ts.tolist(), values, strict=True))
        return [by_opening.get(ts, float("nan")) for ts in self.times]
