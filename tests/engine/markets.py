"""Candles, quotes and prints of a made-up symbol, and its listing, for tests of the live feed."""

from __future__ import annotations

from decimal import Decimal

from botswain.model.instrument import Instrument
from botswain.model.listing import Listing
from botswain.model.market_events import AggTrade, Candle, Quote

SYMBOL, ID, FRAME = "BTC/USDT", "BTCUSDT", "1m"
MINUTE_MS = 60_000
START_MS = 1_700_000_040_000
TICK = Decimal("0.01")


def at(number: int) -> int:
    """The open time of a candle by its number."""
    return START_MS + number * MINUTE_MS


def candle(
    number: int,
    close: str = "100",
    *,
    closed: bool = True,
    trades: int = 10,
    high: str = "",
    low: str = "",
    frame: str = FRAME,
    length_ms: int = MINUTE_MS,
) -> Candle:
    """A candle by its number, as the stream tells it."""
    open_ms = START_MS + number * length_ms
    price = Decimal(close)
    most, least = Decimal(high or close), Decimal(low or close)
    volume = Decimal(trades)
    end_ms = open_ms + length_ms - 1
    return Candle(
        ID, frame, open_ms, end_ms, price, most, least, price, volume, volume * price, trades, closed, end_ms
    )  # fmt: skip


def quote(bid: str, ask: str, number: int = 1) -> Quote:
    return Quote(ID, number, Decimal(bid), Decimal(1), Decimal(ask), Decimal(1))


def trade(price: str, number: int = 1) -> AggTrade:
    return AggTrade(ID, number, Decimal(price), Decimal(1), 1, number, number, START_MS)


def listing(symbol: str = SYMBOL) -> Listing:
    none = (Decimal(0), Decimal(0))
    return Listing(
        symbol.replace("/", ""), Instrument(symbol, TICK, Decimal("0.00001")), "TRADING", True,
        frozenset(), Decimal(0), False, False, False, 0, 0, none, none,
    )  # fmt: skip
