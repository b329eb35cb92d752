"""Where most of many paths lie: their 5th, 50th and 95th percentile, and how such paths are gone through in parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

# Numbers that are held at once: paths are drawn in parts, so that memory does not grow with the days of a run.
AT_ONCE = 1 << 20
PERCENTILES = {"p5": 5.0, "p50": 50.0, "p95": 95.0}


def bands(values: Any) -> dict[str, float]:
    """The percentiles of values, between two in proportion."""
    found = np.percentile(values, tuple(PERCENTILES.values()))
    return dict(zip(PERCENTILES, map(float, found), strict=True))


def parts(paths: int, length: int) -> Iterator[int]:
    """How many paths of a length to draw at once, until so many are drawn."""
    most = max(AT_ONCE // max(length, 1), 1)
    while paths > 0:
        yield min(paths, most)
        paths -= most


def grown(returns: Any) -> tuple[Any, Any]:
    """Of each row of returns what 1 became, and the largest fall from a peak on the way (the 1 counts), 0 to 1."""
    path = np.cumprod(1.0 + returns, axis=1)
    peaks = np.maximum(np.maximum.accumulate(path, axis=1), 1.0)
    return path[:, -1], (1.0 - path / peaks).max(axis=1)
