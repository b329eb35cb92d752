"""What a worker process does of a search: some combinations, each a backtest by the same code as any other.

A job says everything but the candles, which stand in files that all workers of a machine read without copies; where
there is no such file, because the worker is on another machine, it asks for their bytes and keeps them.
"""

from __future__ import annotations

import io
import mmap as memory
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from itertools import pairwise
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

import numpy as np

from botswain.build.own_folder import keep_in
from botswain.control.search_space import Space
from botswain.core.strategy import Strategy
from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result
from botswain.lab.run import Going, Ran, ended, run
from botswain.lab.side_by_side import SideBySide
from botswain.lab.spares import Spares
from botswain.lab.trials.figures import figures_of
from botswain.lab.trials.kept_columns import NUMBER_BYTES, KeptColumns
from botswain.lab.trials.typed import Typed, told_again
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

Payload = tuple[bytes, ...]
# Of one symbol's candles in a file: times and five columns, eight bytes each.
ROWS = 1 + len(COLUMNS)
LOOKS_S = 2.0
# More than the head of such a file has.
HEAD = 1 << 12
# Not every system can be told.
DONT_NEED: int | None = getattr(memory, "MADV_DONTNEED", None)
# What runs side by side may hold in all; each has so much of its own beside a column of its own now and then.
BESIDE_BYTES, OWN_BYTES = 26 << 20, 2 << 20


class Outcome(IntEnum):
    """What became of a combination: it ran, its strategy was halted on the way, it was refused, its worker died.

    Pruned: on a part of the candles it was so poor that the whole of them was not tried (`optimise`).
    """

    RAN = 0
    HALTED = 1
    REFUSED = 2
    DIED = 3
    PRUNED = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One combination: its place in the grid, what became of it, why, and its figures (none where it did not run)."""

    place: int
    outcome: Outcome
    why: str
    figures: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Shelved:
    """One symbol's candles in a file of bare columns."""

    symbol: str
    timeframe: str
    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A search, as its workers know it.

    key       names the job among others of a worker
    strategy  as `backtest` takes it, a class or a name
    settings  the other arguments of `backtest`, without params and options
    fixed     parameters that do not vary
    folder    where compiled code is kept; own: where strategies of one's own are found by name
    typed     where a strategy that cannot be imported was written
    """

    key: str
    strategy: str | type[Strategy]
    space: Space
    names: tuple[str, ...]
    curve: bool
    settings: Mapping[str, Any]
    fixed: Mapping[str, Any]
    shelved: tuple[Shelved, ...]
    folder: Path | None
    own: Path | None
    typed: Typed


@dataclass(slots=True)
class Bench:
    """What a worker has at hand for one job; spares: memory of its runs that are over."""

    key: str
    candles: dict[str, Candles]
    columns: KeptColumns
    maps: tuple[mmap, ...] = ()
    spares: Spares = field(default_factory=Spares)

    def let_go(self) -> None:
        """Give back what was read of candles in files: a run reads whole ticks and columns, which are made of them.

        Whatever is read again is there again, from the system's memory of the file.
        """
        if DONT_NEED is not None:
            for one in self.maps:
                one.madvise(DONT_NEED)


# The job that this process last worked on. A worker does one at a time.
AT_HAND: list[Bench] = []


def ready(parent: int) -> None:
    """A worker's first act: Ctrl-C is its parent's to obey, and without that process (its id) it is of no use.

    A parent that was killed says nothing, so it is looked for every other second.
    """

    def look(_signal: int, _frame: object) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, LOOKS_S, LOOKS_S)


def shelve(candles: Candles, path: Path) -> Shelved:
    """Write candles where workers read them. The times stand among the floats bit by bit.

    Raises OSError where there is no room: of a file that is written through its memory a full disk kills the process.
    """
    shape = {"descr": "<f8", "fortran_order": False, "shape": (ROWS, len(candles))}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, shape)
        for column in (candles.ts, *(getattr(candles, name) for name in COLUMNS)):
            file.write(np.ascontiguousarray(column).data)
    return Shelved(candles.symbol, candles.timeframe, path)


def taken(one: Shelved, whole: Any) -> Candles:
    """Candles over the columns of a file."""
    return Candles(one.symbol, one.timeframe, whole[0].view(np.int64), *whole[1:])


def some(job: Job, places: Sequence[int], payload: Payload | None = None) -> list[Row] | None:
    """The rows of some combinations; None where the candles are not on this machine and must be sent along."""
    if not AT_HAND or AT_HAND[0].key != job.key:
        found = laid_out(job, payload)
        if found is None:
            return None
        AT_HAND[:] = [found]
        keep_in(job.own)
        if not isinstance(job.strategy, str):
            told_again(job.strategy, job.typed)
    bench = AT_HAND[0]
    bench.let_go()
    parts = max(-(-len(places) // together(job, bench)), 1)
    ends = [len(places) * k // parts for k in range(parts + 1)]
    return [row for first, end in pairwise(ends) for row in rows_of(job, bench, places[first:end])]


def laid_out(job: Job, payload: Payload | None) -> Bench | None:
    """What a job needs, from its files or from the bytes that came along."""
    maps: tuple[mmap, ...] = ()
    if payload is not None:
        whole = [np.frombuffer(one, np.float64).reshape(ROWS, -1) for one in payload]
    elif all(one.path.exists() for one in job.shelved):
        maps = tuple(mapped(one.path) for one in job.shelved)
        whole = [in_file(one) for one in maps]
    else:
        return None
    candles = {one.symbol: taken(one, rows) for one, rows in zip(job.shelved, whole, strict=True)}
    return Bench(job.key, candles, KeptColumns(), maps)


def mapped(path: Path) -> mmap:
    """A file as memory that all who read it share."""
    with path.open("rb") as file:
        return mmap(file.fileno(), 0, access=ACCESS_READ)


def in_file(whole: mmap) -> Any:
    """The rows of candles in a file that is mapped."""
    head = io.BytesIO(whole[:HEAD])
    np.lib.format.read_magic(head)
    shape, _, kind = np.lib.format.read_array_header_1_0(head)
    return np.frombuffer(whole, kind, offset=head.tell()).reshape(shape)


def together(job: Job, bench: Bench) -> int:
    """How many combinations are run side by side: what they hold beside what they share is bounded."""
    candles = sum(len(one) for one in bench.candles.values())
    return max(1, BESIDE_BYTES // (OWN_BYTES + NUMBER_BYTES * candles * (1 + int(job.curve))))


def rows_of(job: Job, bench: Bench, places: Sequence[int]) -> list[Row]:
    """The rows of combinations that are run side by side."""
    beside = SideBySide(bench.spares)
    begun: list[Result | str] = []
    for place in places:
        try:
            begun.append(run_at(job, bench, place, beside.begin))
        except BadInput as error:
            begun.append(str(error))
    beside.go_on()
    goings = iter(beside.goings)
    rows = [row_after(job, place, found, goings) for place, found in zip(places, begun, strict=True)]
    bench.spares.give_back()
    return rows


def row_after(job: Job, place: int, begun: Result | str, goings: Iterator[Going]) -> Row:
    """The row of a combination whose run has gone to its end, or that was refused, and why."""
    try:
        if isinstance(begun, Result):
            return row_of(replace(begun, ran=ended(next(goings))), place, job.names)
        why = begun
    except BadInput as error:
        why = str(error)
    return Row(place, Outcome.REFUSED, why, ())


def row_of(result: Result, place: int, names: tuple[str, ...]) -> Row:
    """The row of a combination that was run."""
    halt = result.halt
    outcome, why = (Outcome.RAN, "") if halt is None else (Outcome.HALTED, halt.message)
    return Row(place, outcome, why, figures_of(result, names))


def run_at(job: Job, bench: Bench, place: int, runs: Callable[..., Ran] = run) -> Result:
    """The backtest of one combination. Raises BadInput where it cannot be run."""
    options = Options(curve=job.curve, folder=job.folder, columns_of=bench.columns.columns, runs=runs)
    return backtest(
        job.strategy,
        bench.candles,
        params={**job.fixed, **job.space.at(place)},
        options=options,
        **job.settings,
    )


def as_bytes(job: Job) -> Payload:
    """The candles of a job's files, to be sent to another machine."""
    return tuple(np.load(one.path, mmap_mode="r").tobytes() for one in job.shelved)
