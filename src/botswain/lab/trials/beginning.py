"""How every search begins: what it is of is laid out for workers, and one combination is run here.

That one says whether the search can run at all, compiles what all others use, shows what a run takes, and tells which
figures there are.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from botswain.build.link import NotCompiled
from botswain.build.own_folder import folder_of_own
from botswain.build.simulator import simulator
from botswain.build.strategy_names import strategy_named
from botswain.build.tiers import inlined
from botswain.control.search_space import Space
from botswain.core.strategy import Strategy
from botswain.history.content import content_hash
from botswain.lab.result import Result
from botswain.lab.trials.figures import names_of
from botswain.lab.trials.job import Bench, Job, Outcome, Row, run_at, shelve
from botswain.lab.trials.kept_columns import KeptColumns
from botswain.lab.trials.tally import Tally
from botswain.lab.trials.typed import typed_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

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
    tally     counts the trials that are made on the same candles, over all searches; None: nobody does
    """

    workers: int = 0
    executor: Executor | None = None
    keep: Path | None = None
    folder: Path | None = None
    watcher: Watcher | None = None
    tally: Tally | None = None


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """The first combination that ran: its place, the run, the seconds that such a run takes.

    refused  rows of those before it
    """

    place: int
    refused: list[Row]
    result: Result
    took_s: float


@dataclass(slots=True, eq=False)
class Ground:
    """What a search stands on: its job, the candles at hand, and their content hashes, each worked out once."""

    job: Job
    bench: Bench
    _hashes: dict[str, str] = field(default_factory=dict)

    @property
    def hashes(self) -> dict[str, str]:
        """Content hashes of the candles that are traded on, by symbol."""
        if not self._hashes:
            self._hashes = {symbol: content_hash(one) for symbol, one in self.bench.candles.items()}
        return self._hashes


def job_of(
    strategy: str | type[Strategy],
    space: Space,
    *,
    curve: bool,
    fixed: Mapping[str, Any],
    settings: Mapping[str, Any],
    folder: Path | None,
) -> Job:
    """A search's job, with the figures that every search has; its candles are not laid out yet."""
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    ground = folder, folder_of_own(), typed_of(cls)
    return Job(uuid4().hex, strategy, space, names_of(curve), curve, dict(settings), dict(fixed), (), *ground)


def laid(stack: ExitStack, job: Job, candles: Candles | Mapping[str, Candles]) -> Ground:
    """Put a search's candles where workers find them, until the stack is left."""
    given = {candles.symbol: candles} if isinstance(candles, Candles) else dict(candles)
    place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="botswain-search-")))
    shelved = tuple(shelve(one, place / f"{k}.npy") for k, one in enumerate(given.values()))
    return Ground(replace(job, shelved=shelved), Bench(job.key, given, KeptColumns()))


def begun(ground: Ground, places: Iterable[int], whole: int) -> First:
    """Find the first combination that runs. Raises BadInput where there is none.

    whole  how many places there are in all
    """
    refused: list[Row] = []
    for place in places:
        if len(refused) == MOST_REFUSED:
            break
        try:
            result, took_s = timed(ground, place)
        except BadInput as error:
            refused.append(Row(place, Outcome.REFUSED, str(error), ()))
            continue
        return First(place, refused, result, took_s)
    tried = len(refused)
    which = "none of these combinations" if tried == whole else f"none of the first {tried:,} combinations"
    raise BadInput(f"{which} can be run; of the first one: {refused[0].why}")


def timed(ground: Ground, place: int) -> tuple[Result, float]:
    """A run and the seconds it takes, once what it needs is compiled and read."""
    for _ in range(2):
        began = time.perf_counter()
        result = run_at(ground.job, ground.bench, place)
        took_s = time.perf_counter() - began
        if took_s > LONG_RUN_S:
            break
    return result, took_s


def searched(ground: Ground, first: Result, combinations: str) -> dict[str, str]:
    """What a search is of, by names a person knows: a search that is the same in all of these is the same.

    Of candles it goes by what is in all that were given, to be traded and to be read: a combination that needs more of
    them before its first decision has others than the first one.
    """
    plan, job = first.plan, ground.job
    code = simulator(plan.strategy, plan.features(curve=job.curve), folder=job.folder).linked.key
    settings = dict(job.settings)
    read = settings.pop("reads", None)
    only_read = (read,) if isinstance(read, Candles) else tuple((read or {}).values())
    every = [f"{one.symbol} {one.timeframe} {ground.hashes[name]}" for name, one in ground.bench.candles.items()]
    every += [f"{one.symbol} {one.timeframe} {content_hash(one)}" for one in only_read]
    return {
        "strategy": plan.strategy.label(),
        "code": code,
        "candles": ", ".join(every),
        "parameters": "; ".join([job.space.text(), *(f"{name}: {value}" for name, value in sorted(job.fixed.items()))]),
        "combinations": combinations,
        "settings": ", ".join(f"{name}: {value}" for name, value in sorted(settings.items())),
        "figures": ", ".join(job.names),
    }


def drawn_text(space: Space, places: Sequence[int]) -> str:
    """Which combinations of a grid are tried, the same for the same ones."""
    if places == range(space.size):
        return "all"
    return f"{len(places)} by chance, {hashlib.sha256(repr(list(places)).encode()).hexdigest()[:16]}"


def count(tally: Tally, ground: Ground, of: Mapping[str, str], trials: int) -> None:
    """Count a search that is over."""
    search = hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:32]
    tally.add(ground.hashes.values(), search, of["strategy"], trials)


def crew_size(how: Ways, whole_s: float) -> int:
    """How many are to work on what takes one of them so long."""
    return how.workers or (len(os.sched_getaffinity(0)) if whole_s > WORTH_A_CREW_S else 1)


def made_ready(job: Job, first: First, how: Ways, whole_s: float) -> None:
    """Compile step and simulator as one, where a search is long enough for that."""
    if how.folder is not None and whole_s > WORTH_INLINING_S:
        plan = first.result.plan
        with suppress(NotCompiled):
            inlined(plan.strategy, plan.features(curve=job.curve), folder=how.folder)
