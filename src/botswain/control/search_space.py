"""Which values of which parameters are tried, and the combination at each place of their grid.

A combination is a whole number, its place in the grid whose last axis moves fastest: a grid of millions is no more
memory than its axes, and a worker process needs the number alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice, pairwise
from typing import Any

import numpy as np

from botswain.core.strategy import Data, Param, Strategy
from botswain.model.errors import BadInput, near

MOST_VALUES = 100_000
# A grid's places are 64-bit numbers where they are drawn from.
MOST_COMBINATIONS = 1 << 62
# Of so many combinations one is looked for that can be made at all.
MOST_LOOKED_AT = 1_000
# Into so many steps a range of real numbers is cut that says none.
PIECES = 1_000
RANGE = re.compile(r"(?P<low>[^:]+)\.\.(?P<high>[^:]+?)(?::(?P<step>[^:]+))?")
# The same with colons alone. Only of numbers: a symbol has colons too.
COLONS = re.compile(r"(?P<low>[^:,]+):(?P<high>[^:,]+)(?::(?P<step>[^:,]+))?")
HOW = "write values with commas (5,10,20), or a range with its step (5..50:5)"


@dataclass(frozen=True, slots=True)
class Axis:
    """One parameter and its values, in the order in which they are tried."""

    name: str
    values: tuple[Any, ...]

    @property
    def ordered(self) -> bool:
        """Whether they are numbers, each greater than the one before."""
        numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in self.values)
        return numbers and all(a < b for a, b in pairwise(self.values))


@dataclass(frozen=True, slots=True)
class Space:
    """The grid of some parameters' values."""

    axes: tuple[Axis, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters that vary."""
        return tuple(one.name for one in self.axes)

    @property
    def size(self) -> int:
        """How many combinations there are."""
        return math.prod(len(one.values) for one in self.axes)

    def at(self, place: int) -> dict[str, Any]:
        """The combination at a place, from 0 to below `size`."""
        found = {}
        for axis in reversed(self.axes):
            place, k = divmod(place, len(axis.values))
            found[axis.name] = axis.values[k]
        return {axis.name: found[axis.name] for axis in self.axes}

    def place_of(self, picks: Mapping[str, int]) -> int:
        """The place of the combination that has, of each axis, the value with this number."""
        place = 0
        for axis in self.axes:
            place = place * len(axis.values) + picks[axis.name]
        return place

    def near(self, wanted: Mapping[str, Any]) -> dict[str, int]:
        """Of each axis the number of the value that is nearest to a wanted one; the first where none can be."""
        return {axis.name: nearest(axis, wanted.get(axis.name)) for axis in self.axes}

    def text(self) -> str:
        """The grid in words, the same for the same grid."""
        return "; ".join(f"{axis.name}: {', '.join(map(str, axis.values))}" for axis in self.axes)


def nearest(axis: Axis, wanted: Any) -> int:
    """The number of an axis's value that is nearest to a wanted one."""
    if wanted in axis.values:
        return axis.values.index(wanted)
    if not axis.ordered or isinstance(wanted, str | bool | None):
        return 0
    return min(range(len(axis.values)), key=lambda k: abs(axis.values[k] - wanted))


def space_of(
    cls: type[Strategy], vary: Mapping[str, Any], fixed: Iterable[str] = (), most: int | None = MOST_COMBINATIONS
) -> Space:
    """The grid of what a person wants varied: by each parameter's name a list, a range, or text such as 5..50:5.

    A range of whole numbers without a step has each of them, one of real numbers a thousandth of it as its step. The
    word `search` is the range that the strategy says is worth trying. `5:50:5` is `5..50:5`.
    most  combinations; None where places are not drawn from as 64-bit numbers
    Raises BadInput for names, values or ranges that are none.
    """
    known = cls.parameters()
    if not vary:
        raise BadInput(f"nothing varies; name parameters of {cls.label()} with their values: {HOW}")
    axes = []
    for name, given in vary.items():
        if name not in known:
            raise BadInput(f"strategy {cls.label()} has no parameter {name!r}{near(name, known)}")
        if name in fixed:
            raise BadInput(f"parameter {name} is to vary and has one value too; leave one of the two out")
        axes.append(axis_of(known[name], given))
    found = Space(tuple(axes))
    if most is not None and found.size > most:
        raise BadInput(f"these are {found.size:,} combinations; vary fewer parameters or give coarser steps")
    return found


def axis_of(param: Param, given: Any) -> Axis:
    """The values of one parameter, each read as the parameter reads them, twice the same left out."""
    if isinstance(given, str) and not isinstance(param, Data):
        words = values_of_text(param, given)
    elif isinstance(given, Sequence | range | np.ndarray) and not isinstance(given, str | bytes):
        words = [one.item() if isinstance(one, np.generic) else one for one in given]
    else:
        raise BadInput(
            f"parameter {param.name} is to be {given!r}; give several values: a list, a range, or a text: {HOW}"
        )
    if not words:
        raise BadInput(f"parameter {param.name} has no value to try; {HOW}")
    if len(words) > MOST_VALUES:
        raise BadInput(
            f"parameter {param.name} has {len(words):,} values; at most {MOST_VALUES:,}, give a coarser step"
        )
    return Axis(param.name, tuple(dict.fromkeys(param.read(one) for one in words)))


def values_of_text(param: Param, text: str) -> Sequence[Any]:
    """The values that a text names."""
    if text.strip() == "search":
        return searched(param)
    number = not (param.choices or isinstance(param.default, bool | str))
    found = RANGE.fullmatch(text.strip()) or (COLONS.fullmatch(text.strip()) if number else None)
    if found is None:
        return [one.strip() for one in text.split(",") if one.strip()]
    if not number:
        raise BadInput(
            f"parameter {param.name} is no number, so {text!r} is no range of it; write its values with commas"
        )
    low, high = (number_of(param, found[name]) for name in ("low", "high"))
    whole = isinstance(param.default, int)
    usual = Decimal(1) if whole else (high - low) / PIECES
    step = usual if found["step"] is None else number_of(param, found["step"])
    return stepped(param, text, low, high, step)


def stepped(param: Param, text: str, low: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    """Every value from low to high, both among them where the step comes to the latter."""
    if low > high:
        raise BadInput(f"parameter {param.name}: {text!r} begins above its end; write the smaller value first")
    if step <= 0:
        if low == high:
            return [low]
        raise BadInput(f"parameter {param.name}: the step of {text!r} is {step}; write one above 0")
    count = int((high - low) / step) + 1
    if count > MOST_VALUES:
        raise BadInput(
            f"parameter {param.name}: {text!r} has {count:,} values; at most {MOST_VALUES:,}, give a coarser step"
        )
    return [low + k * step for k in range(count)]


def worth_trying(cls: type[Strategy], fixed: Iterable[str] = ()) -> dict[str, str]:
    """What a strategy says is worth trying of all its parameters, but for those that are fixed; as `vary`.

    Where it says so of none, all numbers that have bounds. Raises BadInput where there is none of these either.
    """
    free = {name: one for name, one in cls.parameters().items() if name not in fixed}
    said = [name for name, one in free.items() if one.search is not None]
    bound = [name for name, one in free.items() if one.low is not None and one.high is not None]
    found = dict.fromkeys(said or bound, "search")
    if not found:
        raise BadInput(
            f"strategy {cls.label()} says of none of its parameters what is worth trying; name some and their "
            f"values: {HOW}"
        )
    return found


def first_made(cls: type[Strategy], space: Space, fixed: Mapping[str, Any]) -> Strategy:
    """The first combination that makes a strategy, to be asked what all of them have in common: what they read.

    Raises BadInput, as the first combination is refused, where none of the first thousand can be made.
    """
    first: BadInput | None = None
    for place in islice(range(space.size), MOST_LOOKED_AT):
        try:
            return cls(**{**fixed, **space.at(place)})
        except BadInput as error:
            first = first or error
    assert first is not None
    raise first


def searched(param: Param) -> Sequence[Any]:
    """What the strategy says is worth trying of a parameter."""
    if param.choices:
        return param.choices
    if isinstance(param.default, bool):
        return (False, True)
    low, high = param.search or (param.low, param.high)
    if low is None or high is None or isinstance(param, Data):
        raise BadInput(f"parameter {param.name} says no range worth trying; {HOW}")
    return values_of_text(param, f"{low}..{high}")


def number_of(param: Param, word: str) -> Decimal:
    """A number in a range's text."""
    try:
        found = Decimal(word.strip())
    except InvalidOperation:
        raise BadInput(f"parameter {param.name}: {word.strip()!r} is no number; {HOW}") from None
    if not found.is_finite():
        raise BadInput(f"parameter {param.name}: {word.strip()} is no finite number; {HOW}")
    return found


def picked(space: Space, count: int, seed: int) -> Sequence[int]:
    """The places of `count` combinations by chance, each once, in the order of the grid: all where there are no more.

    The same seed draws the same ones.
    """
    if count < 1:
        raise BadInput(f"{count} combinations by chance are none; write 1 or more")
    size = space.size
    if count >= size:
        return range(size)
    rng = np.random.default_rng(seed)
    if count > size // 2:
        return [int(one) for one in np.sort(rng.permutation(size)[:count])]
    found: set[int] = set()
    while len(found) < count:
        found.update(int(one) for one in rng.integers(0, size, count - len(found)))
    return sorted(found)
