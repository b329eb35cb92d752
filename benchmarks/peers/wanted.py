"""What eight plain bots want after each close: 1, 0 or -1 units, with numpy and pandas alone.

Written from docs/rules.md section 8, for engines that know nothing of Botswain: they run in environments of their own
(`benchmarks/against_peers.py`). Averages are summed by pandas, others by the textbook's recursion, so a signal that
hangs on the last bit of a float is not the same one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Column = np.ndarray[Any, np.dtype[np.float64]]
Frame = dict[str, Column]
Said = tuple[bool, bool, bool, bool]  # up, down, leave up, leave down
Sayer = Callable[[int], Said | None]  # at the close of a row; None where an indicator has no value yet
NEAR = 1e-10


def above(a: float, b: float) -> bool:
    """Above by more than a ten-thousand-millionth of the larger; never with NaN."""
    return bool(a - b > NEAR * max(abs(a), abs(b)))


def exceeds(a: float, b: float, of: float) -> bool:
    """Above by more than a ten-thousand-millionth of what both are parts of; never with NaN."""
    return bool(a - b > NEAR * of)


def mean(values: Column, n: int) -> Column:
    """The simple average of the last n."""
    return pd.Series(values).rolling(n).mean().to_numpy()


def wilder(values: Column, n: int, first: int) -> Column:
    """Wilder's average: the plain mean of n values from `first` on, then a part of 1 / n of each new one."""
    found = np.full(len(values), np.nan)
    if len(values) < first + n:
        return found
    last = float(np.mean(values[first : first + n]))
    found[first + n - 1] = last
    for i in range(first + n, len(values)):
        last = (last * (n - 1) + float(values[i])) / n
        found[i] = last
    return found


def exponential(values: Column, n: int, first: int) -> Column:
    """The exponential average: the plain mean of n values from `first` on, then 2 / (n + 1) of each new one."""
    found = np.full(len(values), np.nan)
    if len(values) < first + n:
        return found
    last, part = float(np.mean(values[first : first + n])), 2.0 / (n + 1)
    found[first + n - 1] = last
    for i in range(first + n, len(values)):
        last += part * (float(values[i]) - last)
        found[i] = last
    return found


def true_range(frame: Frame) -> Column:
    """The way of a candle, and from the close before; none of the first."""
    before = np.concatenate([[np.nan], frame["close"][:-1]])
    high, low = frame["high"], frame["low"]
    return np.maximum(high - low, np.maximum(np.abs(high - before), np.abs(low - before)))


def sma_crossover(frame: Frame) -> Sayer:
    """Two averages of the close."""
    fast, slow = mean(frame["close"], 20), mean(frame["close"], 50)

    def say(i: int) -> Said | None:
        if np.isnan(slow[i]):
            return None
        up, down = above(fast[i], slow[i]), above(slow[i], fast[i])
        return up, down, not up, not down

    return say


def rsi(frame: Frame) -> Sayer:
    """The index of 14 coming back from below 30, or from above 70."""
    step = np.diff(frame["close"], prepend=np.nan)
    gain, loss = wilder(np.where(step > 0, step, 0.0), 14, 1), wilder(np.where(step < 0, -step, 0.0), 14, 1)
    both = gain + loss
    index = np.where(both > 1e-14, 100.0 * gain / np.where(both > 1e-14, both, 1.0), 0.0)
    index[np.isnan(gain)] = np.nan
    was = {"below": False, "above": False, "up": False, "down": False}

    def say(i: int) -> Said | None:
        if np.isnan(index[i]):
            return None
        under, over = above(30.0, index[i]), above(index[i], 70.0)
        leave_up, leave_down = not above(70.0, index[i]), not above(index[i], 30.0)
        if was["below"] and not under:
            was["up"], was["down"] = True, False
        if was["above"] and not over:
            was["up"], was["down"] = False, True
        was["up"] &= not (under or leave_up)
        was["down"] &= not (over or leave_down)
        was["below"], was["above"] = under, over
        return was["up"], was["down"], leave_up, leave_down

    return say


def macd(frame: Frame) -> Sayer:
    """The difference of the averages of 12 and 26 against its own of 9; both begin with the twenty-sixth close."""
    line = exponential(frame["close"], 12, 14) - exponential(frame["close"], 26, 0)
    signal = exponential(line, 9, 25)

    def say(i: int) -> Said | None:
        if np.isnan(signal[i]):
            return None
        close = frame["close"][i]
        up, down = exceeds(line[i], signal[i], close), exceeds(signal[i], line[i], close)
        return up, down, not up, not down

    return say


def bollinger(frame: Frame) -> Sayer:
    """A close outside two deviations from the average of 20, by at least half a percent: back to the average."""
    close = frame["close"]
    middle = mean(close, 20)
    far = 2.0 * pd.Series(close).rolling(20).std(ddof=0).to_numpy()

    def say(i: int) -> Said | None:
        if np.isnan(far[i]):
            return None
        at, least = close[i], 0.005 * close[i]
        over = above(at, middle[i] + far[i]) and not exceeds(least, at - middle[i], at)
        under = above(middle[i] - far[i], at) and not exceeds(least, middle[i] - at, at)
        return under, over, not above(middle[i], at), not above(at, middle[i])

    return say


def stochastic(frame: Frame) -> Sayer:
    """%K of 14 smoothed by 3, turning above its average of 3 after it was below 20, or below after it was above 80."""
    top, bottom = (
        pd.Series(frame["high"]).rolling(14).max().to_numpy(),
        pd.Series(frame["low"]).rolling(14).min().to_numpy(),
    )
    width = top - bottom
    k = mean(np.where(width > 0, 100.0 * (frame["close"] - bottom) / np.where(width > 0, width, 1.0), 0.0 * width), 3)
    d = mean(k, 3)
    was = {"low": False, "high": False, "turn": 0}

    def say(i: int) -> Said | None:
        if np.isnan(d[i]):
            return None
        was["low"] |= above(20.0, k[i])
        was["high"] |= above(k[i], 80.0)
        if exceeds(k[i], d[i], 100.0):
            was["turn"] = 1 if was["low"] else was["turn"]
            was["low"] = False
        elif exceeds(d[i], k[i], 100.0):
            was["turn"] = -1 if was["high"] else was["turn"]
            was["high"] = False
        up, down = was["turn"] > 0, was["turn"] < 0
        return up, down, down, up

    return say


def donchian_breakout(frame: Frame) -> Sayer:
    """A close beyond the channel of the 20 candles before it, until one beyond that of 10 on the other side."""
    high, low = pd.Series(frame["high"]), pd.Series(frame["low"])
    top, bottom, near_top, near_bottom = (
        one.shift(1).to_numpy()
        for one in (high.rolling(20).max(), low.rolling(20).min(), high.rolling(10).max(), low.rolling(10).min())
    )
    was = {"up": False, "down": False}

    def say(i: int) -> Said | None:
        if np.isnan(top[i]):
            return None
        close = frame["close"][i]
        fell, rose = above(near_bottom[i], close), above(close, near_top[i])
        up, down = above(close, top[i]), above(bottom[i], close)
        was["up"] = (was["up"] or up) and not down and not fell
        was["down"] = (was["down"] or down) and not up and not rose
        return was["up"], was["down"], fell, rose

    return say


def supertrend(frame: Frame) -> Sayer:
    """A band three true ranges of 10 away that trails the price and turns when a close is beyond it."""
    far = 3.0 * wilder(true_range(frame), 10, 1)
    close = frame["close"]
    was = {"trail": 0.0, "upper": 0.0, "lower": 0.0}

    def say(i: int) -> Said | None:
        if np.isnan(far[i]):
            return None
        middle = (frame["high"][i] + frame["low"][i]) / 2.0
        upper, lower = middle + far[i], middle - far[i]
        if was["trail"] == 0:
            was["trail"] = 1 if close[i] >= middle else -1
        else:
            if not (upper < was["upper"] or close[i - 1] > was["upper"]):
                upper = was["upper"]
            if not (lower > was["lower"] or close[i - 1] < was["lower"]):
                lower = was["lower"]
            if was["trail"] < 0 and above(close[i], upper):
                was["trail"] = 1
            elif was["trail"] > 0 and above(lower, close[i]):
                was["trail"] = -1
        was["upper"], was["lower"] = upper, lower
        up = was["trail"] > 0
        return up, not up, not up, up

    return say


def momentum(frame: Frame) -> Sayer:
    """Two percent more than 24 candles ago, until less than then."""
    close = frame["close"]
    rate = np.full(len(close), np.nan)
    rate[24:] = (close[24:] - close[:-24]) / close[:-24]

    def say(i: int) -> Said | None:
        if np.isnan(rate[i]):
            return None
        return above(rate[i], 0.02), above(-0.02, rate[i]), above(0.0, rate[i]), above(rate[i], 0.0)

    return say


BOTS: dict[str, Callable[[Frame], Sayer]] = {
    "sma_crossover": sma_crossover,
    "rsi": rsi,
    "macd": macd,
    "bollinger": bollinger,
    "stochastic": stochastic,
    "donchian_breakout": donchian_breakout,
    "supertrend": supertrend,
    "momentum": momentum,
}


def wanted(bot: str, frame: Frame, *, short: bool) -> Column:
    """Units wanted after each close. A signal that already held at the first close it could be seen is not taken,
    but by sma_crossover, which takes what stands.
    """
    late = bot == "sma_crossover"
    say = BOTS[bot](frame)
    found = np.zeros(len(frame["close"]))
    held = {1: 0.0, -1: 0.0}  # closes in a row; infinitely many where it held before anybody looked
    looked, side = False, 0
    for i in range(len(found)):
        said = say(i)
        if said is not None:
            for one, holds in ((1, said[0]), (-1, said[1])):
                held[one] = (held[one] + 1 if looked else np.inf) if holds else 0
            looked = True
            if side and (said[2 if side > 0 else 3] or held[-side] >= 1):
                side = 0
            if side == 0:
                side = next(
                    (one for one in (1, -1) if (one > 0 or short) and (held[one] >= 1 if late else held[one] == 1)), 0
                )
        found[i] = side
    return found
