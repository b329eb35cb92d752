"""The worst that some candles have seen: the steepest falls and rises, the deepest drawdown, the longest sideways."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.model.candles import Candles
from botswain.model.timeframe import DAY_MS, timeframe_ms

DAYS = (1, 7, 30)
# A market that moves by no more than this, from its lowest to its highest price, goes sideways.
BAND = 0.1


@dataclass(frozen=True, slots=True)
class Window:
    """From the first candle to the last one, whose end it ends with; change: from the first close to the last one."""

    name: str
    start_ms: int
    end_ms: int
    change: float


def worst_windows(candles: Candles, *, rises: bool = False) -> list[Window]:
    """Those that there is room for; rises: the steepest ones up too, which a bot that may be short fears."""
    found = [one for days in DAYS if (one := steepest(candles, days, -1)) is not None]
    if rises:
        found += [one for days in DAYS if (one := steepest(candles, days, +1)) is not None]
    places = deepest_places(candles.close)
    if places is not None:
        found.append(window(candles, "deepest drawdown", *places))
    if (one := longest_sideways(candles)) is not None:
        found.append(one)
    return found


def steepest(candles: Candles, days: int, way: int) -> Window | None:
    """The time of so many days with the greatest fall (way -1) or rise (+1); None where there are fewer days."""
    span = days * DAY_MS
    firsts = np.searchsorted(candles.ts, candles.ts - span)
    known = (candles.ts - span >= candles.ts[0]) & (firsts < np.arange(len(candles)))
    if not known.any():
        return None
    changes = np.where(known, candles.close / candles.close[firsts] - 1.0, 0.0) * way
    last = int(changes.argmax())
    if changes[last] <= 0:
        return None
    word = "fall" if way < 0 else "rise"
    return window(candles, f"{word} over {days} day{'s' if days > 1 else ''}", int(firsts[last]), last)


def deepest_places(closes: Any) -> tuple[int, int] | None:
    """The candles of the peak and the trough of the deepest drawdown of closes; None where they never fall."""
    peaks = np.maximum.accumulate(closes)
    falls = closes / peaks
    trough = int(falls.argmin())
    if falls[trough] >= 1.0:
        return None
    return int(closes[: trough + 1].argmax()), trough


def window(candles: Candles, name: str, first: int, last: int) -> Window:
    """From one candle to another."""
    change = float(candles.close[last]) / float(candles.close[first]) - 1.0
    end = int(candles.ts[last]) + timeframe_ms(candles.timeframe)
    return Window(name, int(candles.ts[first]), end, change)


def longest_sideways(candles: Candles) -> Window | None:
    """The longest run of whole UTC days within the band; None where no two days are. Of equals the first."""
    numbers = candles.ts // DAY_MS
    firsts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
    highs, lows = np.maximum.reduceat(candles.high, firsts), np.minimum.reduceat(candles.low, firsts)
    best = max(within_band(highs, lows), key=lambda pair: (pair[1] - pair[0], -pair[0]), default=(0, 0))
    if best[1] == best[0]:
        return None
    ends = np.append(firsts[1:], len(candles)) - 1
    return window(candles, f"longest within {BAND:.0%}", int(firsts[best[0]]), int(ends[best[1]]))


def within_band(highs: Any, lows: Any) -> Iterator[tuple[int, int]]:
    """For each day the earliest one since which all are within the band together."""
    first = 0
    tops: deque[int] = deque()
    bottoms: deque[int] = deque()
    for day, (high, low) in enumerate(zip(highs.tolist(), lows.tolist(), strict=True)):
        while tops and highs[tops[-1]] <= high:
            tops.pop()
        while bottoms and lows[bottoms[-1]] >= low:
            bottoms.pop()
        tops.append(day)
        bottoms.append(day)
        while highs[tops[0]] > lows[bottoms[0]] * (1.0 + BAND):
            first += 1
            for places in (tops, bottoms):
                if places and places[0] < first:
                    places.popleft()
            if first > day:
                break
        if first <= day:
            yield first, day
