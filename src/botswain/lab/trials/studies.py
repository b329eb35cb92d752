"""Who proposes what is tried next, as a search knows it: it is asked for combinations and told what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a combination.

    values  of the objectives; empty where it has none
    misses  by how much it misses each constraint, 0 or less where it is kept
    part    the value on a part of the candles, and which part, where it was pruned after that
    """

    values: tuple[float, ...]
    misses: tuple[float, ...] = ()
    part: tuple[float, int] | None = None


class Proposing(Protocol):
    """It proposes combinations, by their places in a grid. `took_s`: the processor time it took for that."""

    took_s: float

    def ask(self, count: int) -> list[tuple[int, int]]:
        """So many proposals: numbers of their own, from 0, and places."""
        ...

    def tell(self, number: int, answer: Answer) -> None:
        """What became of a proposal."""
        ...

    def importances(self, objective: int) -> dict[str, float]:
        """How much each parameter mattered for an objective, in all 1, the most first; empty where nobody knows."""
        ...
