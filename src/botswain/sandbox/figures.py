"""Market figures as JSON: candles, tickers, levels, prints; for replies and streams alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botswain.sandbox.amounts import DIGITS, UNIT, text_of
from botswain.sandbox.facts import Facts
from botswain.sandbox.ladder import Level
from botswain.sandbox.pair import Pair
from botswain.sandbox.tape import Kline, Print

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of a window of time; prices and amounts in units."""

    open: int
    high: int
    low: int
    last: int
    before: int
    volume: int
    quote: int
    count: int
    first_id: int
    last_id: int
    start_ms: int
    end_ms: int

    @property
    def change(self) -> int:
        """Last less open."""
        return self.last - self.open

    @property
    def percent(self) -> str:
        """The change in percent, three decimals."""
        thousandths = self.change * 100_000 // self.open if self.open else 0
        sign = "-" if thousandths < 0 else ""
        return f"{sign}{abs(thousandths) // 1000}.{abs(thousandths) % 1000:03d}"

    @property
    def average(self) -> int:
        """The price weighted by volume."""
        return self.quote * UNIT // self.volume if self.volume else 0


def day_of(pair: Pair, now_ms: int, span_ms: int = DAY_MS) -> Day:
    """The last 24 hours, or so long."""
    tick = pair.facts.tick
    klines = pair.tape.lately(now_ms, span_ms)
    last = pair.tape.last.price if pair.tape.last else pair.last
    if not klines:
        at = last * tick
        return Day(at, at, at, at, at, 0, 0, 0, -1, -1, now_ms - span_ms, now_ms)
    return Day(
        open=klines[0].open * tick,
        high=max(one.high for one in klines) * tick,
        low=min(one.low for one in klines) * tick,
        last=last * tick,
        before=klines[0].open * tick,
        volume=sum(one.volume for one in klines),
        quote=sum(one.quote for one in klines),
        count=sum(one.trades for one in klines),
        first_id=klines[0].first,
        last_id=klines[-1].last,
        start_ms=now_ms - span_ms,
        end_ms=now_ms,
    )


def average_text(facts: Facts, units: int) -> str:
    """An average price, cut to the decimals that prices have."""
    return text_of(units - units % 10 ** (DIGITS - facts.quote_digits))


def day_ticker(pair: Pair, now_ms: int, *, mini: bool) -> dict[str, Any]:
    """ticker/24hr."""
    one = day_of(pair, now_ms)
    figures = {
        "openPrice": text_of(one.open),
        "highPrice": text_of(one.high),
        "lowPrice": text_of(one.low),
        "volume": text_of(one.volume),
        "quoteVolume": text_of(one.quote),
        "openTime": one.start_ms,
        "closeTime": one.end_ms,
        "firstId": one.first_id,
        "lastId": one.last_id,
        "count": one.count,
    }
    if mini:
        return {"symbol": pair.pair_id, "lastPrice": text_of(one.last)} | figures
    last = pair.tape.last
    return {
        "symbol": pair.pair_id,
        "priceChange": text_of(one.change),
        "priceChangePercent": one.percent,
        "weightedAvgPrice": average_text(pair.facts, one.average),
        "prevClosePrice": text_of(one.before),
        "lastPrice": text_of(one.last),
        "lastQty": text_of(last.qty if last else 0),
        **book_ticker(pair, symbol=False),
    } | figures


def book_ticker(pair: Pair, *, symbol: bool = True) -> dict[str, Any]:
    """ticker/bookTicker."""
    bid = pair.ladder.bids[0] if pair.ladder.bids else (0, 0)
    ask = pair.ladder.asks[0] if pair.ladder.asks else (0, 0)
    facts = pair.facts
    found = {
        "bidPrice": facts.price_text(bid[0]),
        "bidQty": facts.qty_text(bid[1]),
        "askPrice": facts.price_text(ask[0]),
        "askQty": facts.qty_text(ask[1]),
    }
    return {"symbol": pair.pair_id} | found if symbol else found


def levels(pair: Pair, side: list[Level], limit: int) -> list[list[str]]:
    """Levels as pairs of strings."""
    return [[pair.facts.price_text(price), pair.facts.qty_text(lots)] for price, lots in side[:limit]]


def depth(pair: Pair, limit: int) -> dict[str, Any]:
    """The book."""
    ladder = pair.ladder
    return {
        "lastUpdateId": ladder.update_id,
        "bids": levels(pair, ladder.bids, limit),
        "asks": levels(pair, ladder.asks, limit),
    }


def printed(pair: Pair, one: Print) -> dict[str, Any]:
    """A print as trades shows it."""
    return {
        "id": one.number,
        "price": pair.facts.price_text(one.price),
        "qty": text_of(one.qty),
        "quoteQty": text_of(one.quote),
        "time": one.time_ms,
        "isBuyerMaker": one.buyer_maker,
        "isBestMatch": True,
    }


def aggregate(pair: Pair, one: Print) -> dict[str, Any]:
    """A print as aggTrades shows it: every aggregate is one print."""
    return {
        "a": one.number,
        "p": pair.facts.price_text(one.price),
        "q": text_of(one.qty),
        "f": one.number,
        "l": one.number,
        "T": one.time_ms,
        "m": one.buyer_maker,
        "M": True,
    }


def kline_row(pair: Pair, one: Kline) -> list[Any]:
    """A candle as klines shows it."""
    price = pair.facts.price_text
    return [
        one.open_ms,
        price(one.open),
        price(one.high),
        price(one.low),
        price(one.close),
        text_of(one.volume),
        one.close_ms,
        text_of(one.quote),
        one.trades,
        text_of(one.buy_base),
        text_of(one.buy_quote),
        "0",
    ]
