"""Answers to public requests, decoded: time, klines, trades, aggTrades, bookTicker, depth. exchangeInfo: `rules`."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct

from botswain.model.market_events import AggTrade, Candle, DepthSnapshot, Level, Quote, Trade
from botswain.model.outcomes import Rows
from botswain.venues.binance.wire import MOST_DIGITS, decode, decode_rows, figure

KLINE_COLUMNS = ("open", "high", "low", "close", "volume")
TAKER_OF = {True: -1, False: 1}  # where the buyer was the maker, the seller took


class _Time(Struct):
    serverTime: int


class _Trade(Struct):
    id: int
    price: Decimal
    qty: Decimal
    time: int
    isBuyerMaker: bool


class _AggTrade(Struct):
    a: int
    p: Decimal
    q: Decimal
    f: int
    l: int
    T: int
    m: bool


class _Quote(Struct):
    symbol: str
    bidPrice: Decimal
    bidQty: Decimal
    askPrice: Decimal
    askQty: Decimal


class _Depth(Struct):
    lastUpdateId: int
    bids: tuple[Level, ...]
    asks: tuple[Level, ...]


_Kline = tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal, int, Decimal, int, Decimal, Decimal, str]
_TIME = msgspec.json.Decoder(_Time)
_TRADE = msgspec.json.Decoder(_Trade)
_AGG = msgspec.json.Decoder(_AggTrade)
_KLINE = msgspec.json.Decoder(_Kline)
_QUOTE = msgspec.json.Decoder(_Quote)
_DEPTH = msgspec.json.Decoder(_Depth)


def server_time_ms(raw: bytes) -> int:
    """GET time."""
    return decode(_TIME, "the venue's time", raw).serverTime


def candles(raw: bytes, market_id: str, timeframe: str, now_ms: int) -> Rows[Candle]:
    """GET klines, oldest first. now_ms, the venue's time, tells the unfinished last one from closed ones."""

    def row(one: msgspec.Raw) -> Candle:
        found = decode(_KLINE, "a kline", one)
        for name, value in zip((*KLINE_COLUMNS, "quote volume"), (*found[1:6], found[7]), strict=True):
            figure("a kline", name, value)
        start, o, h, l, c, v, end, quote, trades, *_ = found
        return Candle(market_id, timeframe, start, end, o, h, l, c, v, quote, trades, end < now_ms, 0)

    return decode_rows("klines", raw, row)


def trades(raw: bytes, market_id: str) -> Rows[Trade]:
    """GET trades, oldest first."""

    def row(one: msgspec.Raw) -> Trade:
        found = decode(_TRADE, "a trade", one)
        price, qty = figure("a trade", "price", found.price), figure("a trade", "qty", found.qty)
        return Trade(market_id, found.id, price, qty, TAKER_OF[found.isBuyerMaker], found.time)

    return decode_rows("trades", raw, row)


def agg_trades(raw: bytes, market_id: str) -> Rows[AggTrade]:
    """GET aggTrades, oldest first."""

    def row(one: msgspec.Raw) -> AggTrade:
        found = decode(_AGG, "an aggTrade", one)
        price, qty = figure("an aggTrade", "p", found.p), figure("an aggTrade", "q", found.q)
        return AggTrade(market_id, found.a, price, qty, TAKER_OF[found.m], found.f, found.l, found.T)

    return decode_rows("aggTrades", raw, row)


def quotes(raw: bytes) -> Rows[Quote]:
    """GET ticker/bookTicker: of one symbol (an object) or of several (a list)."""
    whole = raw if raw.lstrip().startswith(b"[") else b"[" + raw + b"]"
    return decode_rows("bookTicker", whole, _quote)


def _quote(raw: msgspec.Raw) -> Quote:
    one, what = decode(_QUOTE, "a bookTicker", raw), "a bookTicker"
    return Quote(
        one.symbol,
        0,
        figure(what, "bidPrice", one.bidPrice),
        figure(what, "bidQty", one.bidQty),
        figure(what, "askPrice", one.askPrice),
        figure(what, "askQty", one.askQty),
    )


def depth(raw: bytes) -> DepthSnapshot:
    """GET depth. Raises Unreadable."""
    found = decode(_DEPTH, "the depth", raw)
    for side, levels in (("bids", found.bids), ("asks", found.asks)):
        check_levels("the depth", side, levels)
    return DepthSnapshot(found.lastUpdateId, found.bids, found.asks)


def check_levels(what: str, side: str, levels: tuple[Level, ...]) -> None:
    """Every price and quantity is a number. Raises Unreadable."""
    for price, qty in levels:
        # In line, because a busy book brings thousands of levels a second; figure() names what is wrong.
        if price.is_finite() and qty.is_finite() and not (price.is_signed() or qty.is_signed()):
            if price.adjusted() < MOST_DIGITS > qty.adjusted():
                continue
        figure(what, side, price)
        figure(what, side, qty)
