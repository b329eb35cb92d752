"""What the drawdown would have been, had the same round trips come in another order.

Each trip's profit by the balance that it began to count from; multiplied together in any order they come to the same
end, so only the way there differs. Trips of several symbols at once are taken one after the other, as they closed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from botswain.lab.validation.bands import bands, grown, parts
from botswain.lab.validation.bootstrap import PATHS, SEED

# Fewer orders are drawn of very many trips.
MOST_DRAWN = 10_000_000
LEAST_PATHS = 100
LEAST_TRIPS = 5


def trade_order(start: float, profits: Any, paths: int = PATHS, seed: int = SEED) -> dict[str, Any] | None:
    """Bands of the largest drawdown of the closed balance over orders drawn at random, beside that of the true order.

    start, profits  money, profits in the order in which they closed
    worse           the share of the orders with a drawdown at least as deep as the true one
    None where there are fewer than five trips, or the balance does not stay above zero.
    """
    count = len(profits)
    balance = start + np.concatenate(([0.0], np.cumsum(profits)))
    if count < LEAST_TRIPS or balance.min() <= 0.0:
        return None
    shares = profits / balance[:-1]
    if shares.min() <= -1.0:
        return None
    paths = min(paths, max(MOST_DRAWN // count, LEAST_PATHS))
    rng = np.random.default_rng(seed)
    falls = []
    for some in parts(paths, count):
        _, fall = grown(rng.permuted(np.broadcast_to(shares, (some, count)), axis=1))
        falls.append(fall)
    found = np.concatenate(falls)
    true = float(grown(shares[None, :])[1][0])
    return {
        "paths": paths,
        "trips": count,
        "seed": seed,
        "max_drawdown": bands(found),
        "true_max_drawdown": true,
        "worse": float((found >= true * (1.0 - 1e-12)).mean()),
    }
