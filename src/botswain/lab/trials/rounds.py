"""Combinations tried a few at a time, again and again, by the same workers, and each once: what was done is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from botswain.lab.trials.crews import Crew
from botswain.lab.trials.dealing import Dealer
from botswain.lab.trials.job import Job, Row
from botswain.lab.trials.record import Record

# Runs shorter than this go to a worker several at a time.
SHORT_S = 0.05


@dataclass(slots=True)
class Steady:
    """A crew that stays from one round to the next, and is made anew where it has broken."""

    crew: Crew
    now: Executor | None = None
    asked: bool = False

    def begin(self) -> None:
        """A round begins: whom it asks for first is who is there."""
        self.asked = False

    def __call__(self) -> Executor:
        """The executor; a second time in a round the one that was there has broken."""
        if self.now is None or self.asked:
            self.now = self.crew()
        self.asked = True
        return self.now


@dataclass(slots=True)
class Rounds:
    """Does combinations that are not done yet, each on the whole of the candles or on a part of them.

    jobs    on the whole (0) and on each part; all have the same candles at hand
    took_s  that a run on the whole takes
    rows    what is done. A combination on part k has the place of the combination and k times the grid's size more
    done    told of each row that is done now
    """

    jobs: Sequence[Job]
    workers: int
    crew: Steady
    took_s: float
    record: Record | None
    rows: dict[int, Row] = field(default_factory=dict)
    done: Callable[[], None] = lambda: None

    def tried(self, places: Sequence[int], part: int = 0) -> list[Row]:
        """The rows of some combinations, in their order; those that are not done are done now."""
        further = part * self.jobs[0].space.size
        new = [place for place in places if place + further not in self.rows]
        if new:
            self.crew.begin()
            together = 1 if self.took_s > SHORT_S else max(-(-len(new) // self.workers), 1)
            batches = [new[k : k + together] for k in range(0, len(new), together)]
            Dealer(self.jobs[part], self.workers, self.crew, lambda rows: self.take(rows, further)).run(iter(batches))
        return [replace(self.rows[place + further], place=place) for place in places]

    def take(self, rows: Sequence[Row], further: int = 0) -> None:
        """Keep what was done."""
        kept = [replace(one, place=one.place + further) for one in rows]
        if self.record is not None:
            self.record.write(kept)
        self.rows |= {one.place: one for one in kept}
        self.done()
