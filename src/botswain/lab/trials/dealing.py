"""Batches of combinations dealt out to workers, and what comes back; a worker that dies costs nothing that was done.

What was with the workers when one died is done again. Which batch it was nobody says, so those that were there twice
when it happened are suspects: their combinations are tried at the end, each alone, and the one that is alone with a
worker that dies is given up. A Dask cluster sees to its workers itself: it tries a batch on one after the other, and
what it gives up, whether that killed them or was only waiting there, is a suspect too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from dataclasses import dataclass, field

from botswain.lab.trials.clusters import gave_up
from botswain.lab.trials.job import Job, Outcome, Payload, Row, as_bytes, some

# Batches that are with the workers at a time, for each: the next one is there when one is done.
AHEAD = 2
# A batch that was there so often when a worker died is done one by one.
SUSPECT = 2
DIED = "its worker process died, twice alone with it; it may need more memory than there is"
DIED_THERE = "every worker of the cluster that had {} alone died; it may need more memory than they have"


@dataclass(slots=True, eq=False)
class Batch:
    """Some combinations.

    deaths  how often they were with the workers when one died
    alone   one combination that nothing else is done beside
    laden   it takes the candles along
    """

    places: Sequence[int]
    deaths: int = 0
    alone: bool = False
    laden: bool = False


@dataclass(slots=True)
class Dealer:
    """Deals a job's batches out. `executors` gives an executor, a new one when one has broken; `took` takes rows."""

    job: Job
    workers: int
    executors: Callable[[], Executor]
    took: Callable[[list[Row]], None]
    waiting: deque[Batch] = field(default_factory=deque)
    suspects: deque[Batch] = field(default_factory=deque)
    out: dict[Future[list[Row] | None], Batch] = field(default_factory=dict)
    payload: Payload | None = None

    def run(self, batches: Iterator[Sequence[int]]) -> None:
        """Do them all."""
        while True:
            try:
                executor = self.executors()
                while self.fill(executor, batches):
                    self.gather()
                return
            except BrokenExecutor:
                self.sort_out()

    def fill(self, executor: Executor, batches: Iterator[Sequence[int]]) -> bool:
        """Hand out what there is room for; false where nothing is left."""
        while len(self.out) < self.workers * AHEAD:
            batch = self.next(batches)
            if batch is None:
                break
            try:
                future = executor.submit(some, self.job, batch.places, self.bytes_for(batch))
            except BrokenExecutor:
                self.waiting.appendleft(batch)
                raise
            self.out[future] = batch
            if batch.alone:
                break
        return bool(self.out)

    def next(self, batches: Iterator[Sequence[int]]) -> Batch | None:
        """What is to be handed out now: suspects when all else is done, each alone."""
        if self.waiting:
            return self.waiting.popleft()
        places = next(batches, None)
        if places is not None:
            return Batch(places)
        return self.suspects.popleft() if self.suspects and not self.out else None

    def bytes_for(self, batch: Batch) -> Payload | None:
        """The candles, where the batch takes them along."""
        if not batch.laden:
            return None
        if self.payload is None:
            self.payload = as_bytes(self.job)
        return self.payload

    def gather(self) -> None:
        """Wait until something is done, and take it. Raises BrokenExecutor where a worker died."""
        done, _ = wait(self.out, return_when=FIRST_COMPLETED)
        for future in done:
            try:
                error = future.exception()
            except CancelledError:  # a cluster that is gone gives up what was handed to it
                raise BrokenExecutor from None
            if gave_up(error):
                self.suspect(self.out.pop(future))
                continue
            rows = future.result()
            batch = self.out.pop(future)
            if rows is None:
                batch.laden = True
                self.waiting.append(batch)
            else:
                self.took(rows)

    def suspect(self, batch: Batch) -> None:
        """A cluster gave a batch up: what is in it is tried alone, and what was alone is given up here too."""
        if batch.alone:
            (place,) = batch.places
            named = ", ".join(f"{name} {value}" for name, value in self.job.space.at(place).items())
            self.took([Row(place, Outcome.DIED, DIED_THERE.format(named), ())])
            return
        # Not a list again: to a cluster the same arguments are the same task, whose end it knows.
        self.suspects.extend(Batch((one,), alone=True, laden=batch.laden) for one in batch.places)

    def sort_out(self) -> None:
        """A worker has died: what was done is taken, what was not is done again, or alone."""
        for future, batch in self.out.items():
            rows = result_of(future)
            if rows is not None:
                self.took(rows)
                continue
            batch.deaths += 1
            if batch.deaths < SUSPECT:
                (self.suspects if batch.alone else self.waiting).append(batch)
            elif batch.alone:
                self.took([Row(batch.places[0], Outcome.DIED, DIED, ())])
            else:
                self.suspects.extend(Batch([one], alone=True) for one in batch.places)
        self.out.clear()


def result_of(future: Future[list[Row] | None]) -> list[Row] | None:
    """What came back, None where nothing did."""
    if not future.done() or future.cancelled() or future.exception() is not None:
        return None
    return future.result()
