"""`sweep(...)`: every combination of some parameters, or some by chance, each a backtest of the same candles.

The work is dealt out in batches to worker processes, or to whatever executor is given; what comes back is kept as it
comes. The first combination is run here: it says whether the search can run at all, compiles what all others use, and
shows what one of them takes.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from botswain.build.link import NotCompiled
from botswain.build.own_folder import folder_of_own
from botswain.build.simulator import simulator
from botswain.build.strategy_names import strategy_named
from botswain.build.tiers import inlined
from botswain.core.strategy import Strategy
from botswain.history.content import content_hash
from botswain.lab.result import Result
from botswain.lab.trials.crews import Crew
from botswain.lab.trials.dealing import Dealer
from botswain.lab.trials.figures import names_of, wish_of
from botswain.lab.trials.job import AT_HAND, Bench, Job, Outcome, Row, row_of, shelve
from botswain.lab.trials.kept_columns import KeptColumns
from botswain.lab.trials.record import Record, opened
from botswain.lab.trials.space import picked, space_of
from botswain.lab.trials.table import Table
from botswain.lab.trials.typed import typed_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

# A batch takes about so long, so that Ctrl-C and progress are seen to, and is no larger than this.
BATCH_S, MOST_IN_BATCH = 0.4, 256
# Each worker gets so many of them at least, so that all are done at about the same time.
BATCHES_EACH = 4
# Where nothing ran after so many combinations, nothing will.
MOST_REFUSED = 10_000
# A search that takes this long, with the step called from a simulator that serves all strategies, is worth compiling
# them as one first.
WORTH_INLINING_S = 10.0
# A search that takes less than this is done here: processes take as long to begin.
WORTH_A_CREW_S = 1.0
# The first run is made twice, as it compiles too, but for one that takes this long.
LONG_RUN_S = 20.0


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a search is: combinations done of all, and the best figure yet, NaN where there is none."""

    done: int
    whole: int
    best: float


Watcher = Callable[[Moved], None]


@dataclass(frozen=True, slots=True)
class Ways:
    """How a search is made, beside what is tried.

    workers   processes; 0: one for each core that this process may use, or none where it is done in a moment
    executor  any other in place of those processes, such as a cluster's
    keep      a file in which all that is done is kept: the same search goes on from there
    folder    where compiled code is kept; None: nowhere
    watcher   told how far it is
    """

    workers: int = 0
    executor: Executor | None = None
    keep: Path | None = None
    folder: Path | None = None
    watcher: Watcher | None = None


def sweep(
    strategy: str | type[Strategy],
    candles: Candles | Mapping[str, Candles],
    *,
    vary: Mapping[str, Any],
    params: Mapping[str, Any] | None = None,
    random: int = 0,
    seed: int = 0,
    objective: str = "sharpe",
    curve: bool = True,
    ways: Ways | None = None,
    **settings: Any,
) -> Table:
    """Run a strategy with every combination of parameters over the same candles.

    vary       values by parameter: lists, ranges, or text (`lab.trials.space.space_of`)
    params     parameters that stay as they are
    random     so many combinations by chance in place of all, drawn by the seed
    objective  the figure to look for, with `-` before it for a small one
    curve      False leaves out the figures of the equity curve, which takes half the time
    settings   as `backtest` takes them: capital, fee, sizing, exits, limits, start, end and so on

    Ctrl-C ends it with what is done. Raises BadInput for what cannot be run.
    """
    how = ways or Ways()
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    if isinstance(cls, Strategy):
        raise BadInput("the strategy is an instance, whose parameters are set; give its class, or its name")
    fixed = dict(params or {})
    space = space_of(cls, vary, fixed)
    names = names_of(curve=curve)
    wish = wish_of(objective, names)
    places = picked(space, random, seed) if random else range(space.size)
    given = {candles.symbol: candles} if isinstance(candles, Candles) else dict(candles)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="botswain-search-")))
        shelved = tuple(shelve(one, place / f"{k}.npy") for k, one in enumerate(given.values()))
        ground = how.folder, folder_of_own(), typed_of(cls)
        job = Job(uuid4().hex, strategy, space, names, curve, settings, fixed, shelved, *ground)
        table = Table(job, Bench(job.key, given, KeptColumns()), places, wish)
        first = begun(table, places)
        record = None
        if how.keep is not None:
            record, known = opened(how.keep, searched(job, first.result, given, places))
            stack.enter_context(record)
            table.add(known)
            table.known = len(known)
        go_on(table, first, record, how)
    return table


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """The first combination that ran: rows up to its own, the run, and the seconds that such a run takes."""

    rows: list[Row]
    result: Result
    took_s: float


def begun(table: Table, places: Sequence[int]) -> First:
    """Find the first combination that runs. Raises BadInput where there is none."""
    rows: list[Row] = []
    for place in places[:MOST_REFUSED]:
        try:
            result, took_s = timed(table, place)
        except BadInput as error:
            rows.append(Row(place, Outcome.REFUSED, str(error), ()))
            continue
        return First([*rows, row_of(result, place, table.job.names)], result, took_s)
    which = (
        "none of these combinations" if len(rows) == len(places) else f"none of the first {len(rows):,} combinations"
    )
    raise BadInput(f"{which} can be run; of the first one: {rows[0].why}")


def timed(table: Table, place: int) -> tuple[Result, float]:
    """A run and the seconds it takes, once what it needs is compiled and read."""
    for _ in range(2):
        began = time.perf_counter()
        result = table.result(place)
        took_s = time.perf_counter() - began
        if took_s > LONG_RUN_S:
            break
    return result, took_s


def searched(job: Job, first: Result, given: Mapping[str, Candles], places: Sequence[int]) -> dict[str, str]:
    """What a search is of, by names a person knows: a search that is the same in all of these is the same.

    Of candles it goes by what is in all that were given, to be traded and to be read: a combination that needs more of
    them before its first decision has others than the first one.
    """
    plan = first.plan
    code = simulator(plan.strategy, plan.features(curve=job.curve), folder=job.folder).linked.key
    chance = places != range(job.space.size)
    drawn = hashlib.sha256(repr(list(places)).encode()).hexdigest()[:16] if chance else ""
    settings = dict(job.settings)
    read = settings.pop("reads", None)
    every = (*given.values(), *((read,) if isinstance(read, Candles) else (read or {}).values()))
    hashes = [f"{one.symbol} {one.timeframe} {content_hash(one)}" for one in every]
    return {
        "strategy": plan.strategy.label(),
        "code": code,
        "candles": ", ".join(hashes),
        "parameters": "; ".join([job.space.text(), *(f"{name}: {value}" for name, value in sorted(job.fixed.items()))]),
        "combinations": f"{len(places)} by chance, {drawn}" if chance else "all",
        "settings": ", ".join(f"{name}: {value}" for name, value in sorted(settings.items())),
        "figures": ", ".join(job.names),
    }


def go_on(table: Table, first: First, record: Record | None, how: Ways) -> None:
    """Do what is left, and keep it as it comes."""

    def took(rows: list[Row]) -> None:
        table.add(rows)
        if record is not None:
            record.write(rows)
        if how.watcher is not None:
            how.watcher(Moved(table.done, len(table), table.best_figure))

    left = table.left
    new = set(left)
    took([one for one in first.rows if one.place in new])
    left = table.left
    whole_s = first.took_s * len(left)
    if how.folder is not None and whole_s > WORTH_INLINING_S:
        plan = first.result.plan
        with suppress(NotCompiled):
            inlined(plan.strategy, plan.features(curve=table.job.curve), folder=how.folder)
    workers = how.workers or (len(os.sched_getaffinity(0)) if whole_s > WORTH_A_CREW_S else 1)
    crew = Crew(workers if workers > 1 else 0, how.executor)
    try:
        with crew:
            Dealer(table.job, workers, crew, took).run(batches(left, first.took_s, workers))
    except KeyboardInterrupt:
        table.stopped = True
    finally:
        AT_HAND.clear()


def batches(left: Sequence[int], took_s: float, workers: int) -> Iterator[Sequence[int]]:
    """What is left, in parts."""
    size = max(1, min(MOST_IN_BATCH, int(BATCH_S / took_s), len(left) // (workers * BATCHES_EACH)))
    for first in range(0, len(left), size):
        yield left[first : first + size]
