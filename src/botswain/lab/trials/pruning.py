"""Trials that end early: a combination is tried on an eighth of the candles, then on a quarter, then on all of them.

The parts begin where the whole does. On each part the objective is compared with those that the trials of earlier
rounds had on the same part; worse than the median of these, the combination is not tried further (the median stopping
rule: Golovin and others, Google Vizier, KDD 2017). What is not pruned reads three eighths of the candles more, so this
pays where runs are long and many combinations poor, and never where a run takes milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from botswain.lab.result import Result
from botswain.lab.trials.figures import Wish, column_names
from botswain.lab.trials.job import Job, Outcome, Row
from botswain.model.errors import BadInput

SHARES = (0.125, 0.25)
NAMES = ("eighth", "quarter")
# So many trials must have been on a part before any is compared with them.
LEAST = 16
# Instants that a run must have, for an eighth of it to be worth looking at.
FEWEST = 400

Tried = Callable[[Sequence[int], int], list[Row]]


@dataclass(slots=True)
class Pruning:
    """What was seen on each part, from 1. `read`: shares of the candles that were read, of `whole` combinations."""

    wish: Wish
    names: tuple[str, ...]
    seen: dict[int, list[float]] = field(default_factory=dict)
    read: float = 0.0
    whole: int = 0

    def tried(self, places: Sequence[int], rows_of: Tried) -> list[tuple[Row, tuple[float, int] | None]]:
        """The rows of new combinations, in their order; of one that is pruned its value, and on which part.

        rows_of  gives the rows of combinations on a part, 0 for the whole
        """
        at = self.names.index(self.wish.figure)
        ended: dict[int, tuple[Row, tuple[float, int]]] = {}
        left = list(places)
        self.whole += len(left)
        for part, share in enumerate(SHARES, 1):
            before = self.seen.setdefault(part, [])
            middle = median(before) if len(before) >= LEAST else None
            found = [(row.place, row.figures[at]) for row in rows_of(left, part) if row.outcome == Outcome.RAN]
            self.read += share * len(left)
            for place, value in found:
                if middle is not None and self.wish.better(middle, value):
                    why = self.why(part, value, middle, len(before))
                    ended[place] = Row(place, Outcome.PRUNED, why, ()), (value, part)
            before.extend(value for _, value in found if value == value)
            left = [place for place in left if place not in ended]
        self.read += len(left)
        whole = {row.place: row for row in rows_of(left, 0)}
        return [ended[place] if place in ended else (whole[place], None) for place in places]

    def why(self, part: int, value: float, middle: float, count: int) -> str:
        """Why it was not tried further."""
        name = column_names(self.names)[self.wish.figure]
        return (
            f"on the first {NAMES[part - 1]} of the candles its {name} is {value:.4g}, worse than {middle:.4g}, the "
            f"median of {count:,} trials before it"
        )


def parts_of(job: Job, first: Result) -> list[Job]:
    """The job on each part of the candles that are decided on. Raises BadInput where they are too few."""
    instants = first.market.instants
    if len(instants) < FEWEST:
        raise BadInput(f"there are {len(instants)} candles; pruning takes {FEWEST} of them at least, leave it out")
    ends = [int(instants[int(len(instants) * share)]) for share in SHARES]
    return [replace(job, settings={**job.settings, "end": one}) for one in ends]
