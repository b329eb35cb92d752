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


def ema(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """The exponential average of a span of `window` rows."""
    return as_series(series).ewm(span=window, min_periods=window if min_periods is None else min_periods).mean()


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


def weighted_bollinger_bands(series: Any, window: int = 20, stds: float = 2) -> Frame:
    """The same around an exponential average."""
    mid, far = ema(series, window, 1), rolling_std(series, window, 1) * stds
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
    """The relative strength index, of exponential averages of gains and losses with the weight 1 / window."""
    moves = as_series(series).diff()
    gains = moves.clip(lower=0.0).ewm(alpha=1.0 / window, adjust=False, min_periods=window).mean()
    losses = (-moves.clip(upper=0.0)).ewm(alpha=1.0 / window, adjust=False, min_periods=window).mean()
    return 100.0 - 100.0 / (1.0 + gains / losses)


def macd(series: Any, fast: int = 3, slow: int = 10, smooth: int = 16) -> Frame:
    """Columns macd, signal, histogram, of exponential averages."""
    one = as_series(series)
    found = one.ewm(span=fast, adjust=False).mean() - one.ewm(span=slow, adjust=False).mean()
    signal = found.ewm(span=smooth, adjust=False).mean()
    return pd.DataFrame({"macd": found, "signal": signal, "histogram": found - signal})


def zscore(series: Any, window: int = 20) -> Series:
    """How many sample deviations a row is from its average."""
    one = as_series(series)
    return (one - rolling_mean(one, window)) / rolling_std(one, window)


def rolling_vwap(bars: Frame, window: int = 200, min_periods: int | None = None) -> Series:
    """The price by volume of the last `window` rows; typical prices."""
    least = window if min_periods is None else min_periods
    worth = (typical_price(bars) * bars["volume"]).rolling(window, min_periods=least).sum()
    return worth / bars["volume"].rolling(window, min_periods=least).sum()


def hull_moving_average(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """Hull's average, of weighted ones: twice that of half the window less that of all of it, over its root."""
    one = as_series(series)
    twice = 2.0 * weighted(one, max(window // 2, 1), min_periods) - weighted(one, window, min_periods)
    return weighted(twice, max(round(window**0.5), 1), min_periods)


def weighted(series: Any, window: int, min_periods: int | None = None) -> Series:
    """The average with weights 1, 2, 3, ..."""
    weights = np.arange(1.0, window + 1.0)
    least = window if min_periods is None else min_periods
    return series.rolling(window, min_periods=least).apply(
        lambda rows: float(rows @ weights[-len(rows) :] / weights[-len(rows) :].sum()), raw=True
    )


def wma(series: Any, window: int = 200, min_periods: int | None = None) -> Series:
    """The weighted average."""
    return weighted(as_series(series), window, min_periods)


hma = hull_moving_average

NAMES = (
    "crossed", "crossed_above", "crossed_below", "rolling_mean", "rolling_std", "rolling_min", "rolling_max", "sma",
    "ema", "typical_price", "mid_price", "true_range", "atr", "bollinger_bands", "weighted_bollinger_bands",
    "heikinashi", "rsi", "macd", "zscore", "rolling_vwap", "hull_moving_average", "hma", "wma",
)  # fmt: skip


def qtpylib_contents() -> dict[str, Any]:
    """What stands in the module, for `StandIns`."""
    return {name: globals()[name] for name in NAMES}
