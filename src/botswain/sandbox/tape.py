"""What was traded: the prints of one symbol, the candles made of them, and the day's figures made of those.

Trades, candles and tickers cannot disagree because the second and third are only ever made of the first. Candles
longer than the market's own are put together when they are asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable

from msgspec import Struct

from botswain.sandbox.amounts import UNIT
from botswain.sandbox.spans import bucket_end, bucket_start, length_ms

KEPT_PRINTS = 20_000
KEPT_CANDLES = 200_000


class Print(Struct, frozen=True, gc=False):
    """A public trade; qty and quote in units, price in ticks."""

    number: int
    price: int
    qty: int
    quote: int
    time_ms: int
    buyer_maker: bool


class Kline(Struct, gc=False):
    """A candle being made or closed; prices in ticks, amounts in units. trades 0: only its open is known."""

    open_ms: int
    close_ms: int
    open: int
    high: int
    low: int
    close: int
    volume: int = 0
    quote: int = 0
    trades: int = 0
    buy_base: int = 0
    buy_quote: int = 0
    first: int = -1
    last: int = -1
    closed: bool = False

    def take(self, one: Print) -> None:
        """Take in a print."""
        price, qty = one.price, one.qty
        if price > self.high:
            self.high = price
        if price < self.low:
            self.low = price
        self.close = price
        self.volume += qty
        self.quote += one.quote
        self.trades += 1
        if not one.buyer_maker:
            self.buy_base += qty
            self.buy_quote += one.quote
        if self.first < 0:
            self.first = one.number
        self.last = one.number

    def add(self, other: Kline) -> None:
        """Take in what came after."""
        self.high, self.low = max(self.high, other.high), min(self.low, other.low)
        self.close = other.close
        self.volume += other.volume
        self.quote += other.quote
        self.trades += other.trades
        self.buy_base += other.buy_base
        self.buy_quote += other.buy_quote
        if self.first < 0:
            self.first = other.first
        self.last = max(self.last, other.last)


class Tape:
    """One symbol's prints and candles, oldest first.

    base    the market's own timeframe, such as 1m
    tick    units of one tick
    """

    def __init__(self, base: str, tick: int) -> None:
        self.base = base
        self.tick = tick
        self.prints: deque[Print] = deque(maxlen=KEPT_PRINTS)
        self.klines: list[Kline] = []
        self.current: Kline | None = None
        self.number = 0

    def begin(self, time_ms: int, price: int) -> None:
        """A candle opens before anything was traded in it."""
        start = bucket_start(self.base, time_ms)
        self.current = Kline(start, bucket_end(self.base, start) - 1, price, price, price, price)

    def add(self, price: int, qty: int, time_ms: int, buyer_maker: bool) -> Print:
        """Something was traded; the candle of that time must have begun or begins now."""
        self.number += 1
        one = Print(self.number, price, qty, price * qty * self.tick // UNIT, time_ms, buyer_maker)
        self.prints.append(one)
        now = self.current
        if now is None or now.close_ms < time_ms:
            self.begin(time_ms, price)
            now = self.current
        assert now is not None
        if now.trades == 0:
            now.open = now.high = now.low = price
        now.take(one)
        return one

    def touch(self, price: int) -> None:
        """The price is somewhere in the current candle, and nothing is traded there."""
        now = self.current
        if now is not None:
            now.high, now.low, now.close = max(now.high, price), min(now.low, price), price

    def close(self) -> Kline | None:
        """End the current candle; one in which nothing was traded never was. None where there is none."""
        done, self.current = self.current, None
        if done is None or done.trades == 0:
            return None
        self.keep(done)
        return done

    def record(self, done: Kline) -> None:
        """A closed candle in which nothing was traded, as a file has it."""
        self.current = None
        self.keep(done)

    def keep(self, done: Kline) -> None:
        """Add a closed candle; the oldest are forgotten many at a time."""
        done.closed = True
        self.klines.append(done)
        if len(self.klines) > KEPT_CANDLES:
            del self.klines[: KEPT_CANDLES // 10]

    @property
    def last(self) -> Print | None:
        """The last print."""
        return self.prints[-1] if self.prints else None

    def candles(
        self, interval: str, start_ms: int | None, end_ms: int | None, limit: int, ahead_ms: int = 0
    ) -> list[Kline]:
        """Candles of an interval by their opening times: the oldest from a start on, else the latest, at most `limit`.

        The unfinished one comes last; of intervals shorter than the market's own there are none. ahead_ms: of the
        clock by which days and the like begin; it cuts none of the market's own candles in two.
        """
        ratio = length_ms(interval) // length_ms(self.base)
        if ratio < 1:
            return []
        most = (limit + 1) * ratio
        last = len(self.klines)
        if end_ms is not None:
            last = self.place(bucket_end(interval, bucket_start(interval, end_ms, ahead_ms), ahead_ms))
        if start_ms is None:
            # So many pieces hold that many whole candles and maybe a part of one before, which is cut off below.
            first = max(last - most, 0)
        else:
            first = self.place(bucket_start(interval, start_ms, ahead_ms))
            last = min(last, first + most)
        pieces = self.klines[first:last]
        if last == len(self.klines) and self.current is not None:
            pieces.append(self.current)
        kept = [
            one
            for one in (pieces if interval == self.base else merged(interval, pieces, ahead_ms))
            if (start_ms is None or one.open_ms >= start_ms) and (end_ms is None or one.open_ms <= end_ms)
        ]
        return kept[:limit] if start_ms is not None else kept[-limit:]

    def place(self, time_ms: int) -> int:
        """The index of the first closed candle that opened at a time or later."""
        return bisect_left(self.klines, time_ms, key=lambda one: one.open_ms)

    def candle_now(self, interval: str, at_ms: int, ahead_ms: int = 0) -> Kline | None:
        """The candle of an interval that holds a time, as far as it is known."""
        if length_ms(interval) < length_ms(self.base):
            return None
        start = bucket_start(interval, at_ms, ahead_ms)
        if interval == self.base:
            # Mostly it is one of the last two that is asked for, and the market's own are in one piece.
            for one in (self.current, *self.klines[-1:]):
                if one is not None and one.open_ms == start:
                    return one
        found: list[Kline] = []
        for one in reversed(self.klines):
            if one.open_ms < start:
                break
            found.append(one)
        found.reverse()
        if self.current is not None and bucket_start(interval, self.current.open_ms, ahead_ms) == start:
            found.append(self.current)
        whole = merged(interval, found, ahead_ms)
        return whole[0] if whole else None

    def lately(self, now_ms: int, span_ms: int) -> list[Kline]:
        """The candles of so long before a time."""
        found = [self.current] if self.current is not None and self.current.trades else []
        for one in reversed(self.klines):
            if one.open_ms < now_ms - span_ms:
                break
            found.append(one)
        found.reverse()
        return found

    def average(self, minutes: int, now_ms: int) -> int:
        """The average price over the last minutes, weighted by volume, in units; 0 where nothing was traded."""
        volume = quote = 0
        for one in reversed(self.klines):
            if one.close_ms <= now_ms - minutes * 60_000:
                break
            volume, quote = volume + one.volume, quote + one.quote
        if self.current is not None:
            volume, quote = volume + self.current.volume, quote + self.current.quote
        return quote * UNIT // volume if volume else 0


def merged(interval: str, pieces: Iterable[Kline], ahead_ms: int = 0) -> list[Kline]:
    """Candles put together to longer ones; a longer one is closed when its last piece reaches its end."""
    found: list[Kline] = []
    for one in pieces:
        if found and one.open_ms <= found[-1].close_ms:
            found[-1].add(one)
        else:
            start = bucket_start(interval, one.open_ms, ahead_ms)
            end = bucket_end(interval, start, ahead_ms) - 1
            made = Kline(start, end, one.open, one.high, one.low, one.close)
            made.add(one)
            found.append(made)
        found[-1].closed = one.closed and one.close_ms >= found[-1].close_ms
    return found
