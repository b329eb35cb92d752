"""A curve with fewer points: of each part its first, its lowest, its highest and its last point, in order of time.

A mean would hide what a drawdown is about; these four keep every turn that can be seen at that width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

Point = TypeVar("Point")
KEPT = 4
ENDS = 2


def thinned(points: Sequence[Point], most: int, value: Callable[[Point], Any]) -> list[Point]:
    """At most `most` of the points (2 or more), the first and the last among them; all where they are few."""
    count = len(points)
    if count <= most:
        return list(points)
    if most < KEPT:
        return [points[0], *([furthest(points, value)] if most > ENDS else []), points[-1]]
    parts = max(most // KEPT, 1)
    chosen = {0, count - 1}
    for part in range(parts):
        places = range(count * part // parts, count * (part + 1) // parts)
        chosen |= {places[0], places[-1]}
        chosen |= {min(places, key=lambda place: value(points[place])), max(places, key=lambda p: value(points[p]))}
    return [points[place] for place in sorted(chosen)]


def furthest(points: Sequence[Point], value: Callable[[Point], Any]) -> Point:
    """Of those between the ends the one that is furthest from either."""
    first, last = value(points[0]), value(points[-1])
    return max(points[1:-1], key=lambda one: max(abs(value(one) - first), abs(value(one) - last)))
