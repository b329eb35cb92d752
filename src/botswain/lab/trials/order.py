"""In which order a search tries its combinations: so that the columns that one run read are there for the next.

Nothing else hangs on it: each combination is a run of its own, and a table stands in the order of the grid. What moves
seldom should be what costs most to compute again, so axes that touch more columns are further out. Where the columns of
the innermost axis that touches any are more than there is room for, that axis is gone along in strips of as many as
there is room for, and the axis around it moves within a strip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.control.search_space import Space
from botswain.core.anchor import needed_candles
from botswain.core.indicators import Indicator
from botswain.lab.backtest import made_strategy
from botswain.lab.trials.job import Job
from botswain.lab.trials.kept_columns import room_for
from botswain.model.errors import BadInput

# Values of an axis that are tried in place of the first one's, where that cannot be made.
TRIES = 8


@dataclass(frozen=True, slots=True)
class Touched:
    """What an axis touches of the columns that a run reads: so many of all."""

    moved: int
    whole: int


def ordered(job: Job, place: int, places: Sequence[int], candles: int) -> list[int]:
    """Places in the order in which they are to be tried.

    place    a combination that runs: columns are counted from it
    candles  how many there are, of all symbols
    """
    touched = [touched_by(job, place, axis) for axis in range(len(job.space.axes))]
    rank, strip = loops(touched, room_for(candles))
    numbers = digits_of(job.space, places)
    keys = [numbers[axis] for axis in rank]
    if strip is not None:
        within, size = strip
        at = rank.index(within) - 1
        keys.insert(at, numbers[within] // size)
    # The last key is the one that is sorted by first.
    order = np.lexsort(keys[::-1])
    return [places[int(k)] for k in order]


def loops(touched: Sequence[Touched], room: int) -> tuple[list[int], tuple[int, int] | None]:
    """The axes from the outermost loop to the innermost, and the axis that goes in strips of so many values, if any.

    room  columns that are kept from run to run
    """
    rank = sorted(range(len(touched)), key=lambda axis: -touched[axis].moved)
    moving = [axis for axis in rank if touched[axis].moved]
    if len(moving) < 2:
        return rank, None
    inner, outer = moving[-1], moving[-2]
    one = touched[inner]
    if touched[outer].moved == touched[outer].whole:
        return rank, None  # nothing is left of a strip when the axis around it moves
    # Beside the strip there are the columns of the run before and of this one.
    return rank, (inner, max((room - 2 * (one.whole - one.moved)) // one.moved, 1))


def touched_by(job: Job, place: int, axis: int) -> Touched:
    """How many columns are others when an axis has another value; all where their history begins elsewhere then."""
    here = indicators_at(job, place)
    for other in others_on(job.space, place, axis):
        try:
            there = indicators_at(job, other)
        except BadInput:
            continue
        whole = len(set(there))
        if job.settings.get("start") is not None and needed_candles(there) != needed_candles(here):
            return Touched(whole, whole)
        return Touched(len(set(there) - set(here)), whole)
    return Touched(0, len(set(here)))


def indicators_at(job: Job, place: int) -> list[Indicator]:
    """What a combination reads."""
    return list(made_strategy(job.strategy, {**job.fixed, **job.space.at(place)}).indicators().values())


def others_on(space: Space, place: int, axis: int) -> list[int]:
    """Some places that differ from one in the value of one axis."""
    inner = 1
    for one in space.axes[axis + 1 :]:
        inner *= len(one.values)
    count = len(space.axes[axis].values)
    own = place // inner % count
    return [place + (k - own) * inner for k in range(count) if k != own][:TRIES]


def digits_of(space: Space, places: Sequence[int]) -> list[Any]:
    """The number of each place's value on each axis, int64."""
    left, found = np.asarray(places, np.int64), []
    for one in reversed(space.axes):
        left, digit = np.divmod(left, len(one.values))
        found.append(digit)
    return found[::-1]
