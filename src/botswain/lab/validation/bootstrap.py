"""What else could have come of a run: its days drawn again, in blocks, so that what follows upon what is kept.

The circular block bootstrap: blocks of equal length begin at days drawn at random, the first day follows upon the last.
Politis and Romano, A Circular Block-Resampling Procedure for Stationary Data, 1992. The blocks are as long as the cube
root of the number of days, as Hall, Horowitz and Jing, On Blocking Rules for the Bootstrap, 1995, have it.
It says how far luck may go where the days to come are like those that were; it knows none that never came.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.validation.bands import bands, grown, parts

PATHS = 1_000
SEED = 20_240_101
LEAST_DAYS = 10


def block_of(days: int) -> int:
    """How many days a block has."""
    return max(round(math.cbrt(days)), 1)


def bootstrap(returns: Any, paths: int = PATHS, seed: int = SEED) -> dict[str, Any] | None:
    """Bands of the total return and the largest drawdown (at daily marks) of runs as long as this one.

    returns  float64, daily
    loss     the share of the paths that end below where they began
    None where there are fewer than ten days, or all is lost on one of them.
    """
    days = len(returns)
    if days < LEAST_DAYS or returns.min() <= -1.0:
        return None
    block = block_of(days)
    rng = np.random.default_rng(seed)
    ends, falls = [], []
    for count in parts(paths, days):
        end, fall = grown(returns[drawn(rng, count, days, block)])
        ends.append(end)
        falls.append(fall)
    total = np.concatenate(ends) - 1.0
    return {
        "method": "circular block bootstrap of daily returns",
        "paths": paths,
        "block_days": block,
        "days": days,
        "seed": seed,
        "total_return": bands(total),
        "max_drawdown": bands(np.concatenate(falls)),
        "loss": float((total < 0.0).mean()),
    }


def drawn(rng: np.random.Generator, paths: int, days: int, block: int) -> Any:
    """int64[paths, days], which day stands where."""
    starts = rng.integers(0, days, (paths, -(-days // block)))
    places = starts[:, :, None] + np.arange(block)
    return places.reshape(paths, -1)[:, :days] % days
