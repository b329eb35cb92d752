"""A curve as text: an area of block characters, or of plain ones where the terminal has no others.

From an array, thinned to one value a column; it knows nothing of what it draws.
"""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCKS = " ▁▂▃▄▅▆▇█"
PLAIN = " .:|#"


def area(values: Any, width: int, height: int, *, plain: bool = False) -> list[str]:
    """`height` lines of at most `width` characters, highest first; empty where there is nothing to draw.

    values  float64, at least one finite; a column shows the last value of its part, so the right end is the end
    plain   only ASCII
    """
    marks = np.asarray(values, np.float64)
    if not len(marks) or width < 1 or height < 1 or not np.isfinite(marks).any():
        return []
    columns = min(width, len(marks))
    ends = (np.arange(1, columns + 1) * len(marks)) // columns - 1
    heights = levels(marks[ends], height * (len(PLAIN if plain else BLOCKS) - 1))
    return [line(heights, row, PLAIN if plain else BLOCKS) for row in range(height - 1, -1, -1)]


def levels(shown: Any, most: int) -> Any:
    """How much of the height each value fills, in eighths (or so) of a line: at least one, at most `most`."""
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    if high == low:
        return np.where(np.isfinite(shown), max(most // 2, 1), 0)
    return np.nan_to_num(1 + np.rint((shown - low) / (high - low) * (most - 1))).astype(np.int64)


def line(heights: Any, row: int, signs: str) -> str:
    """One line of the area; row 0 is the lowest."""
    full = len(signs) - 1
    return "".join(signs[one] for one in np.clip(heights - row * full, 0, full).tolist())
