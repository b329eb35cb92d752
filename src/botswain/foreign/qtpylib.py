"""Helpers in pandas that strategies import as `qtpylib`: crossings, averages, bands and the like, written anew.

What each gives is what its name says by common definition; frames have columns open, high, low, close, volume.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

Series = Any
Frame = Any


def as_series(value: Any, like: Any = None) -> Any:
    """A number or array as a series on another one's index."""
    if isinstance(value, pd.Series):
        return value
    index = like.index if isinstance(like, pd.Series) else None
    return pd.Series(value, index=index, dtype=float) if np.ndim(value) else pd.Series(float(value), index=index)


def crossed(first: Any, second: Any, direction: str | None = None) -> Series:
    """Where `first` has gone to the other side of `second` since the row before: above, below, or either."""
    one = as_series(first, second)
    other = as_series(second, one)
    up = (one > other) & (one.shift(1) <= other.shift(1))
    down = (one < other) & (one.shift(1) >= other.shift(1))
    if direction == "above":
        return up
    return down if direction == "below" else up | down


def crossed_above(first: Any, second: Any) -> Series:
    """Where `first` has come above `second`."""
    return crossed(first, second, "above")


def crossed_below(first: Any, second: Any) -> Series:
    """Where `first` has come below `second`."""
    return crossed(first, second, "below")


def rolling_mean(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """The mean of the last `window` rows."""
    return as_series(series).rolling(window, min_periods=window if min_periods is None else min_periods).mean()


def rolling_std(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """The sample deviation of the last `window` rows."""
    return as_series(series).rolling(window, min_periods=window if min_periods is None else min_periods).std()


def rolling_min(series: Any, window: int = 14, min_periods: int | None = None) -> Series:
    """The least of the last `window` rows."""
    return as_series(series).rolling(window, min_periods=window if min_periods is None else min_periods).min()


def rolling_max(series: Any, window: int = 14, min_periods: int | None = None) -> Series:
    """The greatest of the last `window` rows."""
    return as_series(series).rolling(window, min_periods=window if min_periods is None else min_periods).max()


def sma(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """The plain average."""
    return rolling_mean(series, window, min_periods)


def typical_price(bars: Frame) -> Series:
    """(high + low + close) / 3."""
    return (bars["high"] + bars["low"] + bars["close"]) / 3.0


def mid_price(bars: Frame) -> Series:
    """(high + low) / 2."""
    return (bars["high"] + bars["low"]) / 2.0


def true_range(bars: Frame) -> Series:
    """The greatest of high - low and the distances of both from the close before."""
    before = bars["close"].shift(1)
    parts = [bars["high"] - bars["low"], (bars["high"] - before).abs(), (bars["low"] - before).abs()]
    return pd.concat(parts, axis=1).max(axis=1)


def atr(bars: Frame, window: int = 14, exp: bool = False) -> Series:
    """The average true range, plain or exponential."""
    ranges = true_range(bars)
    return ranges.ewm(span=window, min_periods=window).mean() if exp else rolling_mean(ranges, window)


def bollinger_bands(series: Any, window: int = 20, stds: float = 2) -> Frame:
    """Columns lower, mid, upper: the average and `stds` sample deviations around it."""
    mid, far = rolling_mean(series, window, 1), rolling_std(series, window, 1) * stds
    return pd.DataFrame({"upper": mid + far, "mid": mid, "lower": mid - far})


def wma(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """The exponential average of a span of `window` rows; none before there are so many."""
    return as_series(series).ewm(span=window, min_periods=window if min_periods is None else min_periods).mean()


def weighted_bollinger_bands(series: Any, window: int = 20, stds: float = 2) -> Frame:
    """The same bands around an exponential average."""
    mid, far = wma(series, window), rolling_std(series, window, 1) * stds
    return pd.DataFrame({"upper": mid + far, "mid": mid, "lower": mid - far})


def heikinashi(bars: Frame) -> Frame:
    """Candles of averages: columns open, high, low, close, each open the middle of the candle before."""
    close = (bars["open"] + bars["high"] + bars["low"] + bars["close"]) / 4.0
    opens = np.empty(len(bars))
    closes = close.to_numpy()
    for k in range(len(bars)):
        before = (bars["open"].iat[0] + bars["close"].iat[0]) / 2.0 if k == 0 else (opens[k - 1] + closes[k - 1]) / 2.0
        opens[k] = before
    first = pd.Series(opens, index=bars.index)
    high = pd.concat([bars["high"], first, close], axis=1).max(axis=1)
    low = pd.concat([bars["low"], first, close], axis=1).min(axis=1)
    return pd.DataFrame({"open": first, "high": high, "low": low, "close": close})


def rsi(series: Any, window: int = 14) -> Series:
    """The relative strength index by Wilder's averages, which begin with the sums of the first window + 1 moves.

    The rows before the first value have that value.
    """
    one = as_series(series)
    moves = np.diff(one.to_numpy(np.float64))
    up, down = (float(side[: window + 1].clip(0).sum()) / window for side in (moves, -moves))
    found = np.full(len(one), strength(up, down))
    for k in range(window, len(one)):
        up = (up * (window - 1) + max(moves[k - 1], 0.0)) / window
        down = (down * (window - 1) + max(-moves[k - 1], 0.0)) / window
        found[k] = strength(up, down)
    return pd.Series(found, index=one.index)


def strength(up: float, down: float) -> float:
    """The index of two averages; 100 where nothing fell."""
    return 100.0 - 100.0 / (1.0 + up / down) if down > 0 else 100.0


def macd(series: Any, fast: int = 3, slow: int = 10, smooth: int = 16) -> Frame:
    """Columns macd, signal, histogram, of exponential averages."""
    found = wma(series, fast) - wma(series, slow)
    signal = wma(found, smooth)
    return pd.DataFrame({"macd": found, "signal": signal, "histogram": found - signal})


def rolling_vwap(bars: Frame, window: int = 200, min_periods: int | None = None) -> Series:
    """The price by volume of the last `window` rows; typical prices."""
    least = window if min_periods is None else min_periods
    worth = (typical_price(bars) * bars["volume"]).rolling(window, min_periods=least).sum()
    return worth / bars["volume"].rolling(window, min_periods=least).sum()


NAMES = (
    "crossed", "crossed_above", "crossed_below", "rolling_mean", "rolling_std", "rolling_min", "rolling_max", "sma",
    "wma", "typical_price", "mid_price", "true_range", "atr", "bollinger_bands", "weighted_bollinger_bands",
    "heikinashi", "rsi", "macd", "rolling_vwap",
)  # fmt: skip


def qtpylib_contents() -> dict[str, Any]:
    """What stands in the module, for `StandIns`."""
    return {name: globals()[name] for name in NAMES}
