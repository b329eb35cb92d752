"""Candles of fixed seeds for the benchmarks:

a random walk on a tick grid, and one that keeps returning to its start.
"""

from __future__ import annotations

import numba
import numpy as np

from botswain.model.candles import Candles

YEAR = 525_600
START_MS = 1_577_836_800_000
MOVES = 8
VOLATILITY = 0.60


@numba.njit
def pulled(steps: np.ndarray, pull: float) -> np.ndarray:
    """Sum steps while pulling back to zero."""
    out = np.empty(steps.size)
    x = 0.0
    for i in range(steps.size):
        x += steps[i] - pull * x
        out[i] = x
    return out


def walk(count: int, seed: int, spread: float = 0.0) -> Candles:
    """`count` one-minute candles from 100.00 on a tick of 0.01;

    spread > 0 keeps the log price within about that of its start.
    """
    chance = np.random.default_rng(seed)
    size = VOLATILITY / np.sqrt(YEAR * MOVES)
    steps = chance.standard_normal(count * MOVES) * size
    path = pulled(steps, size * size / (2 * spread * spread)) if spread else np.cumsum(steps)
    ticks = np.round(np.exp(np.log(100.0) + path) * 100).reshape(count, MOVES)
    close = ticks[:, -1]
    first = np.concatenate(([10_000.0], close[:-1]))
    high, low = np.maximum(ticks.max(1), first), np.minimum(ticks.min(1), first)
    volume = np.round(chance.lognormal(3.0, 1.0, count) + 1, 3)
    ts = START_MS + 60_000 * np.arange(count)
    return Candles("A/B", "1m", ts, first / 100, high / 100, low / 100, close / 100, volume)
