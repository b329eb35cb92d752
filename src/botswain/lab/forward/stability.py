"""How steadily the same parameters are chosen from one training span to the next.

What is there to be found stays where it is when a few candles more are looked at; what fits noise is somewhere else
each time. Asked of each parameter that varies: how far its choice moves along the values that were tried, from fold to
fold, by how far two of them drawn at random lie apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from botswain.control.search_space import Axis


@dataclass(frozen=True, slots=True)
class Stability:
    """One parameter.

    values   what was chosen, fold by fold
    usual    the value that was chosen most often, of equals the first; share: how often, 0 to 1
    changes  from how many folds to the next it changed
    edges    how often it was the first or the last of the values tried (of three or more): the best may lie beyond
    steady   1 - mean move / mean move by chance: 1 never moves, 0 moves as if drawn at random; below 0: further.
             None of fewer than two choices
    """

    name: str
    values: tuple[Any, ...]
    usual: Any
    share: float
    changes: int
    edges: int
    steady: float | None


def stability_of(axes: Sequence[Axis], chosen: Sequence[dict[str, Any]]) -> tuple[Stability, ...]:
    """Of every parameter that has several values; `chosen` is fold by fold, those left out that have no choice."""
    return tuple(one_of(axis, [one[axis.name] for one in chosen]) for axis in axes if len(axis.values) > 1 and chosen)


def one_of(axis: Axis, values: list[Any]) -> Stability:
    """Of one parameter. Of numbers a move is how many values lie between, of others whether it is another."""
    usual, times = Counter(values).most_common(1)[0]
    count = len(axis.values)
    places = [axis.values.index(one) for one in values]
    ordered = all(isinstance(one, int | float) and not isinstance(one, bool) for one in axis.values)
    moves = [abs(b - a) if ordered else float(a != b) for a, b in pairwise(places)]
    # Of two places drawn from n the mean distance is (n^2 - 1) / 3n; of two drawn values the chance to differ 1 - 1/n.
    by_chance = (count**2 - 1) / (3 * count) if ordered else 1 - 1 / count
    return Stability(
        name=axis.name,
        values=tuple(values),
        usual=usual,
        share=times / len(values),
        changes=sum(1 for one in moves if one),
        edges=sum(1 for one in places if one in (0, count - 1)) if ordered and count > 2 else 0,
        steady=1.0 - sum(moves) / len(moves) / by_chance if moves else None,
    )
