"""What a strategy can say of its plan before it starts: prices to draw on a chart, and in words what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A price that the plan speaks of, in quote. side: +1 it would buy there, -1 sell, 0 neither."""

    price: Decimal
    label: str
    side: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """lines: the lowest first; facts: what they come to, each a name and a text."""

    lines: tuple[Line, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()


def drawing(lines: Sequence[Line], facts: Sequence[tuple[str, str]]) -> Drawing:
    """Lines in the order of their prices, and facts as they come."""
    return Drawing(tuple(sorted(lines, key=lambda line: line.price)), tuple(facts))


def amount(value: Decimal) -> str:
    """A price or a sum as people read it."""
    return f"{value:,f}"


def percent(part: Decimal, whole: Decimal) -> str:
    """A part of something in percent, to two places."""
    return f"{part / whole * 100:.2f} %"
