"""A small market that ships: the same candles everywhere and for ever, made by whole-number arithmetic from a seed.

It has what makes strategies act: trends both ways, stretches that go nowhere, sudden falls with a way back, quiet and
loud months. It is no picture of any real market.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate

import numpy as np

from botswain.model.candles import Candles

SEED = 20_240_101
HOURS = 2_000
SYMBOL = "BTC/USDT"
FIRST_MS = 1_704_067_200_000
HOUR_MS = 3_600_000
MASK = (1 << 64) - 1
# Hours, the way of a stretch per hour, and how loud it is.
STRETCHES = ((260, 0.0006, 0.006), (240, -0.0007, 0.008), (300, 0.0, 0.004), (200, 0.0012, 0.010), (250, -0.001, 0.012))
FALL_EVERY, FALL_HOURS, FALL = 190, 8, -0.011


def made_candles(hours: int = HOURS, seed: int = SEED) -> Candles:
    """So many hours of it."""
    chance = gauss(seed)
    opens, highs, lows, closes, volumes = [], [], [], [], []
    price = 100.0
    for hour in range(hours):
        way, loud = stretch_at(hour)
        first, price = price, round(max(price * math.exp(way + loud * next(chance)), 5.0), 2)
        opens.append(first)
        highs.append(round(max(first, price) * (1 + 0.3 * loud * abs(next(chance))), 2))
        lows.append(round(min(first, price) * (1 - 0.3 * loud * abs(next(chance))), 2))
        closes.append(price)
        volumes.append(round(10 + 1000 * loud * abs(next(chance)), 3))
    ts = FIRST_MS + HOUR_MS * np.arange(hours)
    columns = (np.array(one) for one in (opens, highs, lows, closes, volumes))
    return Candles(SYMBOL, "1h", ts, *columns)


def stretch_at(hour: int) -> tuple[float, float]:
    """The way and the loudness of an hour; now and then the price falls, and half of it comes back."""
    place = hour % sum(one[0] for one in STRETCHES)
    ends = list(accumulate(one[0] for one in STRETCHES))
    _, way, loud = STRETCHES[next(k for k, end in enumerate(ends) if place < end)]
    since = hour % FALL_EVERY
    if hour > FALL_EVERY and since < FALL_HOURS:
        way += FALL
    elif hour > FALL_EVERY and since < 2 * FALL_HOURS:
        way -= FALL * 0.6
    return way, loud


def gauss(seed: int) -> Iterator[float]:
    """Numbers that are spread nearly normally: sums of twelve of splitmix64, which is the same on every machine."""
    state = seed & MASK
    while True:
        total = 0.0
        for _ in range(12):
            state = (state + 0x9E3779B97F4A7C15) & MASK
            mixed = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & MASK
            mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
            total += ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)
        yield total - 6.0
