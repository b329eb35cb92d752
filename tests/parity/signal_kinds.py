"""The eight signal bots (docs/rules.md, 8), written from that text alone.

Indicators are TA-Lib's, whole columns from the first candle of the run on. A bot keeps what it must remember itself.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import talib

from .desk import Desk
from .rows import set_target
from .signals import Call, Signals, above, below, exceeds
from .venue import Order

Column = list[float]


class Sma(Signals):
    """`sma_crossover`: two averages of the close."""

    late = True

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        kind = str(params.get("average", "SMA"))
        self.fast = average(kind, self.closes, self.whole("fast", 20))
        self.slow = average(kind, self.closes, self.whole("slow", 50))
        self.threshold = self.number("threshold", 0)

    def has_values(self, at: int) -> bool:
        return known(at, self.fast, self.slow)

    def call(self, desk: Desk) -> Call:
        fast, slow = self.fast[desk.at], self.slow[desk.at]
        return Call(
            above(fast, slow * (1 + self.threshold)), below(fast, slow * (1 - self.threshold)),
            not above(fast, slow), not below(fast, slow),
        )  # fmt: skip


class Rsi(Signals):
    """`rsi`: the index coming back from one of its ends."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        self.index = talib.RSI(self.closes, timeperiod=self.whole("period", 14)).tolist()
        self.oversold, self.overbought = self.number("oversold", 30), self.number("overbought", 70)
        self.leave_long, self.leave_short = self.number("leave_long", 70), self.number("leave_short", 30)
        self.was_below = self.was_above = False
        self.up = self.down = False

    def has_values(self, at: int) -> bool:
        return known(at, self.index)

    def call(self, desk: Desk) -> Call:
        index = self.index[desk.at]
        is_below, is_above = below(index, self.oversold), above(index, self.overbought)
        leave_long, leave_short = not below(index, self.leave_long), not above(index, self.leave_short)
        if self.was_below and not is_below:
            self.up, self.down = True, False
        if self.was_above and not is_above:
            self.down, self.up = True, False
        if is_below or leave_long:
            self.up = False
        if is_above or leave_short:
            self.down = False
        self.was_below, self.was_above = is_below, is_above
        return Call(self.up, self.down, leave_long, leave_short)


class Macd(Signals):
    """`macd`: the difference of two averages against its own average."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        macd, signal, _ = talib.MACD(
            self.closes, fastperiod=self.whole("fast", 12), slowperiod=self.whole("slow", 26),
            signalperiod=self.whole("signal", 9),
        )  # fmt: skip
        self.macd, self.signal = macd.tolist(), signal.tolist()
        self.threshold = self.number("threshold", 0)
        self.side_of_zero = bool(params.get("side_of_zero", False))

    def has_values(self, at: int) -> bool:
        return known(at, self.macd, self.signal)

    def call(self, desk: Desk) -> Call:
        close = desk.closes[desk.at]
        macd, signal = self.macd[desk.at], self.signal[desk.at]
        least = self.threshold * close
        up, down = exceeds(macd, signal + least, close), exceeds(signal - least, macd, close)
        if self.side_of_zero:
            up, down = up and exceeds(macd, 0, close), down and exceeds(0, macd, close)
        return Call(up, down, not exceeds(macd, signal, close), not exceeds(signal, macd, close))


class Bollinger(Signals):
    """`bollinger`: a close beyond the bands, against it or with it."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        width = self.number("width", 2)
        bands = talib.BBANDS(
            self.closes, timeperiod=self.whole("period", 20), nbdevup=width, nbdevdn=width, matype=talib.MA_Type.SMA
        )
        self.upper, self.middle, self.lower = (one.tolist() for one in bands)
        self.min_move = self.number("min_move", 0.005)
        self.reversion = params.get("mode", "reversion") == "reversion"
        fees = 2 * desk.market.instrument.taker_fee
        if self.reversion and Decimal(repr(self.min_move)) <= fees:
            raise ValueError(f"min_move {self.min_move} does not pay two taker fees, {fees}")

    def has_values(self, at: int) -> bool:
        return known(at, self.upper, self.middle, self.lower)

    def call(self, desk: Desk) -> Call:
        close = desk.closes[desk.at]
        upper, middle, lower = self.upper[desk.at], self.middle[desk.at], self.lower[desk.at]
        least = self.min_move * close
        over = above(close, upper) and not exceeds(least, close - middle, close)
        under = below(close, lower) and not exceeds(least, middle - close, close)
        if self.reversion:
            return Call(under, over, not below(close, middle), not above(close, middle))
        return Call(over, under, not above(close, middle), not below(close, middle))


class Stochastic(Signals):
    """`stochastic`: %K turning above %D after it was low, or below after it was high."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        k, d = talib.STOCH(
            self.highs, self.lows, self.closes, fastk_period=self.whole("period", 14),
            slowk_period=self.whole("smooth", 3), slowk_matype=talib.MA_Type.SMA,
            slowd_period=self.whole("signal", 3), slowd_matype=talib.MA_Type.SMA,
        )  # fmt: skip
        self.k, self.d = k.tolist(), d.tolist()
        self.oversold, self.overbought = self.number("oversold", 20), self.number("overbought", 80)
        self.was_low = self.was_high = False
        self.turn = 0

    def has_values(self, at: int) -> bool:
        return known(at, self.k, self.d)

    def call(self, desk: Desk) -> Call:
        k, d = self.k[desk.at], self.d[desk.at]
        self.was_low |= below(k, self.oversold)
        self.was_high |= above(k, self.overbought)
        if exceeds(k, d, 100):
            self.turn = 1 if self.was_low else self.turn
            self.was_low = False
        elif exceeds(d, k, 100):
            self.turn = -1 if self.was_high else self.turn
            self.was_high = False
        up, down = self.turn > 0, self.turn < 0
        return Call(up, down, down, up)


class Donchian(Signals):
    """`donchian_breakout`: a close beyond the channel of the candles before it."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        entry, leave = self.whole("entry", 20), self.whole("leave", 10)
        self.entry, self.leave = (channel(desk.highs, desk.lows, n) for n in (entry, leave))
        self.buffer = self.number("buffer", 0)
        self.up = self.down = False

    def has_values(self, at: int) -> bool:
        return known(at, *self.entry, *self.leave)

    def call(self, desk: Desk) -> Call:
        close = desk.closes[desk.at]
        highest, lowest = (one[desk.at] for one in self.entry)
        leave_high, leave_low = (one[desk.at] for one in self.leave)
        fell, rose = below(close, leave_low), above(close, leave_high)
        up, down = above(close, highest * (1 + self.buffer)), below(close, lowest * (1 - self.buffer))
        self.up = (self.up or up) and not down and not fell
        self.down = (self.down or down) and not up and not rose
        return Call(self.up, self.down, fell, rose)


class Supertrend(Signals):
    """`supertrend`: one band that trails the price and turns when a close is beyond it."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        period = self.whole("period", 10)
        self.atr = talib.ATR(self.highs, self.lows, self.closes, timeperiod=period).tolist()
        self.multiplier, self.near_band = self.number("multiplier", 3), self.number("near_band", 0)
        self.trail = 0
        self.upper = self.lower = self.before = math.nan

    def has_values(self, at: int) -> bool:
        return known(at, self.atr)

    def call(self, desk: Desk) -> Call:
        close = desk.closes[desk.at]
        middle = (desk.highs[desk.at] + desk.lows[desk.at]) / 2
        reach = self.multiplier * self.atr[desk.at]
        upper, lower = middle + reach, middle - reach
        if not self.trail:
            self.upper, self.lower = upper, lower
            self.trail = 1 if close >= middle else -1
        else:
            if upper < self.upper or self.before > self.upper:
                self.upper = upper
            if lower > self.lower or self.before < self.lower:
                self.lower = lower
            if self.trail < 0 and above(close, self.upper):
                self.trail = 1
            elif self.trail > 0 and below(close, self.lower):
                self.trail = -1
        self.before = close
        band = self.lower if self.trail > 0 else self.upper
        near = not self.near_band or not above(abs(close - band), self.near_band * close)
        from_below = self.trail > 0
        return Call(from_below and near, not from_below and near, not from_below, from_below)


class Momentum(Signals):
    """`momentum`: how far the close has come, filtered; it may go to its side in parts."""

    prices = ("last",)

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        self.back = self.whole("lookback", 24)
        self.enter, self.leave = self.number("enter", 0.02), self.number("leave", 0)
        self.adds, self.add_step = self.whole("adds", 0), self.number("add_step", 0.02)
        self.least_strength = self.number("min_strength", 0)
        self.least_reach = self.number("min_volatility", 0)
        self.band = self.number("band", 0)
        self.columns = self._filters()
        self.market = self._market(desk)
        self.added, self.last = 0, math.nan
        fees = 2 * desk.market.instrument.taker_fee
        for name, value in (("enter", self.enter), ("add_step", self.add_step if self.adds else math.inf)):
            if value <= fees:
                raise ValueError(f"{name} {value} does not pay two taker fees, {fees}")

    def _filters(self) -> dict[str, Column]:
        """The columns of the filters that are on."""
        found: dict[str, Column] = {}
        if self.least_strength:
            period = self.whole("strength_period", 14)
            found["strength"] = talib.ADX(self.highs, self.lows, self.closes, timeperiod=period).tolist()
        if self.least_reach:
            period = self.whole("volatility_period", 14)
            found["reach"] = talib.ATR(self.highs, self.lows, self.closes, timeperiod=period).tolist()
        if self.band:
            width = self.number("band_width", 2)
            upper, _, lower = talib.BBANDS(
                self.closes, timeperiod=self.whole("band_period", 20), nbdevup=width, nbdevdn=width
            )
            found |= {"upper": upper.tolist(), "lower": lower.tolist()}
        if self.params.get("macd", False):
            macd, signal, _ = talib.MACD(self.closes, fastperiod=12, slowperiod=26, signalperiod=9)
            found |= {"macd": macd.tolist(), "signal": signal.tolist()}
        return found

    def _market(self, desk: Desk) -> tuple[Column, Column]:
        """The close of the other market and its average, as they are seen at each of the own closes."""
        symbol = self.params.get("filter_symbol", "")
        if not symbol:
            return [], []
        closes = desk.beside[symbol].close
        average = talib.SMA(closes, timeperiod=self.whole("filter_trend", 200)).tolist()
        return desk.seen_of(symbol, closes.tolist()), desk.seen_of(symbol, average)

    def takes(self, side: int, desk: Desk) -> bool:
        if not super().takes(side, desk):
            return False
        closes, averages = self.market
        if not closes:
            return True
        return above(closes[desk.at], averages[desk.at]) if side > 0 else below(closes[desk.at], averages[desk.at])

    def has_values(self, at: int) -> bool:
        return at >= self.back and known(at, *self.columns.values())

    def call(self, desk: Desk) -> Call:
        close, before = desk.closes[desk.at], desk.closes[desk.at - self.back]
        rate = (close - before) / before
        now = {name: one[desk.at] for name, one in self.columns.items()}
        up, down = above(rate, self.enter), below(rate, -self.enter)
        if "strength" in now and below(now["strength"], self.least_strength):
            up = down = False
        if "reach" in now and below(now["reach"], self.least_reach * close):
            up = down = False
        if self.band:
            far = self.band * (now["upper"] - now["lower"])
            up, down = up and above(close, now["lower"] + far), down and below(close, now["upper"] - far)
        if "macd" in now:
            close = desk.closes[desk.at]
            up = up and exceeds(now["macd"], now["signal"], close)
            down = down and exceeds(now["signal"], now["macd"], close)
        return Call(up, down, below(rate, self.leave), above(rate, -self.leave))

    def on_close(self, desk: Desk) -> None:
        self.before = self.side
        super().on_close(desk)

    def ask(self, desk: Desk) -> None:
        """Its part of the side; one part more where the position has gained the step."""
        if not self.side or self.side != self.before:
            self.added = 0
        elif self.added < self.adds and desk.book.lots * self.side > 0 and self._gained(desk.closes[desk.at]):
            self.added += 1
            self.last = desk.closes[desk.at]
        x = Fraction(self.side * (1 + self.added), 1 + self.adds)
        if x != self.x:
            wanted = x if desk.market.instrument.shortable else max(Fraction(0), x)
            exact = Decimal(wanted.numerator) / Decimal(wanted.denominator)
            if set_target(desk.table, desk.sized, exact, desk.equity, desk.book.close, desk.book.lots):
                self.x = x

    def _gained(self, close: float) -> bool:
        if self.side > 0:
            return above(close, self.last * (1 + self.add_step))
        return below(close, self.last * (1 - self.add_step))

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:
        """Its own fill towards its side is the last purchase."""
        if order.slot == 0 and order.side == self.side:
            self.last = float(desk.fill_ticks * desk.market.tick)
        super().on_fill(desk, order, received)


SIGNAL_BOTS: dict[str, type[Signals]] = {
    "sma_crossover": Sma,
    "rsi": Rsi,
    "macd": Macd,
    "bollinger": Bollinger,
    "stochastic": Stochastic,
    "donchian_breakout": Donchian,
    "supertrend": Supertrend,
    "momentum": Momentum,
}


def known(at: int, *columns: Column) -> bool:
    """Whether all of them have a value there."""
    return not any(math.isnan(one[at]) for one in columns)


def average(kind: str, values: Any, period: int) -> Column:
    """A moving average by its name: one of TA-Lib's, or Hull's of its weighted ones."""
    if kind != "HMA":
        found: Column = getattr(talib, kind)(values, timeperiod=period).tolist()
        return found
    raw: Any = 2 * talib.WMA(values, timeperiod=max(2, period // 2)) - talib.WMA(values, timeperiod=max(2, period))
    first = int(np.isnan(raw).sum())
    if first == len(raw):
        return [math.nan] * first
    smooth: Column = talib.WMA(raw[first:], timeperiod=max(2, round(math.sqrt(period)))).tolist()
    return [math.nan] * first + smooth


def channel(highs: list[float], lows: list[float], n: int) -> tuple[Column, Column]:
    """Highest high and lowest low of the n candles before each candle."""
    short = min(n, len(highs))
    unknown = [math.nan] * short
    top = unknown + [max(highs[i - n : i]) for i in range(n, len(highs))]
    bottom = unknown + [min(lows[i - n : i]) for i in range(n, len(lows))]
    return top, bottom
