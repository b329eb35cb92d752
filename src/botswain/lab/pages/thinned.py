"""Long series with fewer points, so that a page stays small and nothing that could be seen is gone.

Of each part its least and its greatest value are kept, where they were; a mean would hide what a fall is about.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

MOST_POINTS = 1_200
MOST_CANDLES = 720


def kept(values: Any, most: int = MOST_POINTS) -> Any:
    """The places of at most `most` values (4 or more), ascending: both ends, and of each part its least and greatest.

    Parts in which nothing is finite keep none.
    """
    marks = np.asarray(values, float)
    count = len(marks)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, max((most - 2) // 2, 1) + 1).astype(np.int64)
    chosen = {0, count - 1}
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        part = marks[first:last]
        if np.isfinite(part).any():
            chosen |= {first + int(np.nanargmin(part)), first + int(np.nanargmax(part))}
    return np.array(sorted(chosen), np.int64)


def ends(count: int, most: int = MOST_POINTS) -> Any:
    """The last place of each of at most `most` parts of so many values: for what must be seen at the same moments."""
    return np.unique(np.linspace(0, count, min(most, count) + 1).astype(np.int64)[1:] - 1)


def means(values: Any, most: int) -> Any:
    """The means of at most `most` parts, float64: for what is added up, because sums of means are means of sums."""
    marks = np.asarray(values, float)
    edges = np.linspace(0, len(marks), min(most, len(marks)) + 1).astype(np.int64)
    return np.add.reduceat(marks, edges[:-1]) / np.diff(edges)


class Longer(NamedTuple):
    """Candles put together: columns, and of how many each is made."""

    ts: Any
    open: Any
    high: Any
    low: Any
    close: Any
    each: int


def longer(candles: Any, most: int = MOST_CANDLES) -> Longer:
    """At most `most` candles made of so many after each other: first open, highest, lowest, last close."""
    count = len(candles)
    each = -(-count // most)
    starts = np.arange(0, count, each)
    stops = np.append(starts[1:], count) - 1
    return Longer(
        np.asarray(candles.ts)[starts],
        np.asarray(candles.open)[starts],
        np.maximum.reduceat(np.asarray(candles.high), starts),
        np.minimum.reduceat(np.asarray(candles.low), starts),
        np.asarray(candles.close)[stops],
        each,
    )


def told(count: int, most: int = MOST_POINTS) -> str:
    """That a series was thinned, where it was."""
    return (
        f"Of {count:,} values the least and greatest of each of {most // 2:,} parts are drawn." if count > most else ""
    )
