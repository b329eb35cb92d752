"""What the venue tells of a market, as frozen values. Prices and quantities are Decimal, times UTC milliseconds.

Plain nouns: where they came from (request or stream) and how they were spelled there is the decoders' matter.
`market_id` is the venue's own name of the symbol, such as BTCUSDT.
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from msgspec import Struct

Level = tuple[Decimal, Decimal]


class TickKind(Enum):
    """What of a market can be followed beside its candles."""

    QUOTES = "quotes"  # best bid and ask; of several that wait the last counts
    TRADES = "trades"  # prints; each counts


class Trade(Struct, frozen=True, tag=True, gc=False):
    """A public print. taker_side: +1 where the buyer took, -1 where the seller did."""

    market_id: str
    trade_id: int
    price: Decimal
    qty: Decimal
    taker_side: int
    venue_time_ms: int


class AggTrade(Struct, frozen=True, tag=True, gc=False):
    """Prints of one taker at one price, first_id to last_id."""

    market_id: str
    agg_id: int
    price: Decimal
    qty: Decimal
    taker_side: int
    first_id: int
    last_id: int
    venue_time_ms: int


class Candle(Struct, frozen=True, tag=True, gc=False):
    """A candle, closed or still forming. venue_time_ms: when the venue said so; 0 where it did not (a request)."""

    market_id: str
    timeframe: str
    open_ms: int
    close_ms: int
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    volume: Decimal
    quote_volume: Decimal
    trades: int
    closed: bool
    venue_time_ms: int


class Quote(Struct, frozen=True, tag=True, gc=False):
    """Best bid and ask, as of the book's update_id (0 where it was not told)."""

    market_id: str
    update_id: int
    bid: Decimal
    bid_qty: Decimal
    ask: Decimal
    ask_qty: Decimal


class DepthDiff(Struct, frozen=True, tag=True):
    """Levels that changed between first_id and last_id; quantity 0 removes a level."""

    market_id: str
    first_id: int
    last_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]
    venue_time_ms: int


class DepthSnapshot(Struct, frozen=True):
    """The book's best levels as of last_id: bids descending, asks ascending."""

    last_id: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


class ShuttingDown(Struct, frozen=True, tag=True, gc=False):
    """The server announces its stop: connect elsewhere before leaving."""

    venue_time_ms: int


class Unsupported(Struct, frozen=True, tag=True, gc=False):
    """A message of a kind nobody here knows; reported, never guessed. `what` names the kind."""

    what: str


MarketEvent = Trade | AggTrade | Candle | Quote | DepthDiff | ShuttingDown | Unsupported
