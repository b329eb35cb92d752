"""Where the numbers of a strategy stand in the memory of a run: columns, parameters, derived ones, and its memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a strategy's numbers stand: columns, parameters, and memory as (first, count), by name.

    lists   derived numbers of which there are several under one name, as (first, count) among the parameters
    widths  of each of them how many numbers a row has; 0 where it is no table
    """

    columns: dict[str, int]
    parameters: dict[str, int]
    whole: frozenset[str]
    memory: dict[str, tuple[int, int]]
    arrays: frozenset[str]
    lists: dict[str, tuple[int, int]]
    widths: dict[str, int]

    @property
    def memory_size(self) -> int:
        """How many numbers a symbol's memory has."""
        return sum(count for _, count in self.memory.values())

    @property
    def places(self) -> list[tuple[int, int]]:
        """(first, count) of whatever is read by number: each name of the memory, each list, and last the columns."""
        return [*self.memory.values(), *self.lists.values(), (0, len(self.columns))]

    @property
    def spoken(self) -> tuple[tuple[str, int], ...]:
        """The columns that a step can read by name, and whether there are any at all.

        One whose name is no name of Python's is read by its number only, so a step is the same whichever they are.
        """
        named = [(name, place) for name, place in self.columns.items() if name.isidentifier()]
        return (*named, ("", len(self.columns) > 0))


def layout_of(strategy: Strategy) -> Layout:
    """The layout of one strategy with its parameters chosen."""
    values = strategy.parameters()
    derived = strategy.derived()
    names = [*values, *(name for name, one in derived.items() if not isinstance(one, Sequence))]
    whole = frozenset(name for name, one in values.items() if one.choices or isinstance(one.default, int))
    memory: dict[str, tuple[int, int]] = {}
    first = 0
    for name, count in strategy.memory().items():
        memory[name] = (first, count)
        first += count
    arrays = frozenset(name for name, count in strategy.memory().items() if count > 1)
    places = {name: k for k, name in enumerate(names)}
    lists: dict[str, tuple[int, int]] = {}
    widths = {name: width_of(strategy, name, one) for name, one in derived.items() if isinstance(one, Sequence)}
    first = len(names)
    for name, width in widths.items():
        count = len(as_sequence(derived[name]))
        lists[name] = (first, count)
        first += count * max(width, 1)
    columns = {name: k for k, name in enumerate(strategy.indicators())}
    return Layout(columns, places, whole, memory, arrays, lists, widths)


def width_of(strategy: Strategy, name: str, rows: Sequence[Any]) -> int:
    """How many numbers a row of derived numbers has, 0 where they are no rows. Raises BadInput."""
    widths = {len(one) if isinstance(one, Sequence) else 0 for one in rows}
    if len(widths) != 1 or (0 in widths and any(isinstance(one, Sequence) for one in rows)):
        what = "is empty" if not widths else "has rows of different lengths"
        raise BadInput(f"strategy {strategy.label()}: derived() {name} {what}; give numbers, or rows of one length")
    return widths.pop()


def as_sequence(one: Any) -> Sequence[Any]:
    """What is known to be several numbers."""
    return one  # type: ignore[no-any-return]


def parameter_values(strategy: Strategy) -> list[float]:
    """The numbers of the parameter array, in the layout's order."""
    given = [param.number(strategy.values[name]) for name, param in strategy.parameters().items()]
    derived = strategy.derived().values()
    plain = [float(one) for one in derived if not isinstance(one, Sequence)]
    several = [part for one in derived if isinstance(one, Sequence) for part in one]
    return given + plain + [float(x) for part in several for x in (part if isinstance(part, Sequence) else (part,))]
