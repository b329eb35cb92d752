"""`optimise(...)`: combinations of parameters proposed by Optuna, each a backtest of the same candles.

Proposals come in rounds of the same number, whoever does them: a round is tried side by side, and what became of it is
told in the order in which it was proposed. So the same seed makes the same trials with one worker and with many, and a
search that goes on makes them all again, taking from its file what was run before (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from botswain.build.strategy_names import strategy_named
from botswain.control.search_space import space_of, worth_trying
from botswain.core.strategy import Strategy
from botswain.lab.trials.aims import Aims, aims_of, check_early
from botswain.lab.trials.beginning import (
    First,
    Ground,
    Moved,
    Ways,
    begun,
    count,
    crew_size,
    job_of,
    laid,
    made_ready,
    searched,
)
from botswain.lab.trials.crews import Crew
from botswain.lab.trials.figures import names_of
from botswain.lab.trials.job import AT_HAND, Outcome, Row, row_of
from botswain.lab.trials.optimised import Optimised
from botswain.lab.trials.pruning import Pruning, parts_of
from botswain.lab.trials.record import opened
from botswain.lab.trials.rounds import Rounds, Steady
from botswain.lab.trials.studies import Answer, Proposing
from botswain.model.candles import Candles
from botswain.model.errors import BadInput, near

SAMPLERS = ("tpe", "nsga2", "random")
# Proposals that are tried side by side. More would keep more cores busy, and know less of each other.
ROUND = 8
MOST_TRIALS = 1_000_000


def optimise(
    strategy: str | type[Strategy],
    candles: Candles | Mapping[str, Candles],
    *,
    vary: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    trials: int = 100,
    objective: str | Sequence[str] = "sharpe",
    constraints: str | Sequence[str] = (),
    sampler: str = "",
    seed: int = 0,
    prune: bool = False,
    curve: bool = True,
    ways: Ways | None = None,
    **settings: Any,
) -> Optimised:
    """Look for the best parameters of a strategy, each trial a backtest of the same candles.

    vary         values by parameter, as `sweep` takes them; nothing: all that the strategy says is worth trying
    params       parameters that stay as they are
    trials       how many proposals; one that was tried before is not run again
    objective    a figure of a report, or several: `-` before one for a small one, `+` for a great one
    constraints  bounds of other figures, such as "trades>=30"
    sampler      tpe, nsga2 or random; by itself tpe for one objective, nsga2 for several
    seed         of the sampler: the same one proposes the same
    prune        try each on growing parts of the candles (`pruning.py`); one objective only
    curve, ways, settings  as `sweep` takes them

    Ctrl-C ends it with what is done. Raises BadInput for what cannot be run.
    """
    how = ways or Ways()
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    if isinstance(cls, Strategy):
        raise BadInput("the strategy is an instance, whose parameters are set; give its class, or its name")
    wanted = Wanted(words(objective), words(constraints), trials, sampler, seed, prune)
    kind = wanted.checked(names_of(curve))
    fixed = dict(params or {})
    space = space_of(cls, worth_trying(cls, fixed) if vary is None else vary, fixed, most=None)
    job = job_of(strategy, space, curve=curve, fixed=fixed, settings=settings, folder=how.folder)
    picks = space.near({name: one.default for name, one in cls.parameters().items()})
    with ExitStack() as stack:
        ground = laid(stack, job, candles)
        own = space.place_of(picks)
        first = begun(ground, chain([own], (one for one in range(space.size) if one != own)), space.size)
        aims = aims_of(wanted.objectives, wanted.constraints, job.names, first.result)
        ground.job = replace(job, names=tuple(dict.fromkeys((*job.names, *aims.figures))), shelved=ground.job.shelved)
        study = study_of(kind, ground, aims, seed, picks)
        found = Optimised(ground.job, ground.bench, aims, trials, study)
        found.sampler = kind
        of = searched(ground, first.result, wanted.text(kind, aims)) if how.keep or how.tally else {}
        search = Search(found, ground, first, study, how, prune)
        if how.keep is not None:
            record, known = opened(how.keep, of)
            search.rounds.record = stack.enter_context(record)
            search.rounds.rows |= {row.place: row for row in known}
            found.known = sum(row.place < space.size for row in known)
        search.run()
        if how.tally is not None:
            count(how.tally, ground, of, found.outcomes["ran"] + found.outcomes["pruned"])
            found.counted = how.tally.counted(ground.hashes.values())
    return found


def words(given: str | Sequence[str]) -> tuple[str, ...]:
    """One word or several."""
    return (given,) if isinstance(given, str) else tuple(given)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asked for, as it was written."""

    objectives: tuple[str, ...]
    constraints: tuple[str, ...]
    trials: int
    sampler: str
    seed: int
    prune: bool

    def checked(self, names: tuple[str, ...]) -> str:
        """Check what can be checked before anything runs; returns the sampler. Raises BadInput.

        names  of the figures that every run has
        """
        if not 1 <= self.trials <= MOST_TRIALS:
            raise BadInput(f"trials is {self.trials:,}; give 1 to {MOST_TRIALS:,}")
        if self.sampler and self.sampler not in SAMPLERS:
            raise BadInput(f"the sampler is {self.sampler!r}{near(self.sampler, SAMPLERS)}")
        if self.prune and len(self.objectives) > 1:
            raise BadInput(
                f"pruning compares one objective, and there are {len(self.objectives)}; leave it out, or give one"
            )
        check_early(self.objectives, self.constraints, names)
        return self.sampler or ("nsga2" if len(self.objectives) > 1 else "tpe")

    def text(self, kind: str, aims: Aims) -> str:
        """What makes the trials what they are; how many there are to be is not among it."""
        pruned = ", pruned" if self.prune else ""
        return f"proposed by {kind}, seed {self.seed}, {ROUND} at a time{pruned}, for {aims.text()}"


def study_of(kind: str, ground: Ground, aims: Aims, seed: int, picks: Mapping[str, int]) -> Proposing:
    """Who proposes. Optuna takes half a second to load, so only who optimises waits for it."""
    from botswain.lab.trials.sampling import Study

    return Study(kind, ground.job.space, aims.wishes, seed, picks)


@dataclass(slots=True)
class Search:
    """An optimisation under way.

    answers  what became of each combination, and its value on the part of the candles that it ended with
    asked    the round: numbers and places
    best     the best value of the first objective when the last round was over
    """

    found: Optimised
    ground: Ground
    first: First
    study: Proposing
    how: Ways
    prune: bool
    rounds: Rounds = field(init=False)
    pruning: Pruning | None = None
    answers: dict[int, tuple[Row, tuple[float, int] | None]] = field(default_factory=dict)
    asked: list[tuple[int, int]] = field(default_factory=list)
    best: float = float("nan")

    def __post_init__(self) -> None:
        job, whole_s = self.ground.job, self.first.took_s * len(self.found)
        jobs = [job]
        if self.prune:
            self.pruning = Pruning(self.found.wishes[0], job.names)
            jobs += parts_of(job, self.first.result)
        workers = min(crew_size(self.how, whole_s), ROUND)
        crew = Steady(Crew(workers if workers > 1 else 0, self.how.executor))
        self.rounds = Rounds(jobs, workers, crew, self.first.took_s, None, done=self.tell_how_far)

    def run(self) -> None:
        """Do it, until all trials are made, there is nothing left to try, or somebody presses Ctrl-C."""
        try:
            made_ready(self.ground.job, self.first, self.how, self.first.took_s * len(self.found))
            with self.rounds.crew.crew:
                while self.found.done < len(self.found):
                    self.round(min(ROUND, len(self.found) - self.found.done))
                    if len(self.answers) == self.ground.job.space.size:
                        self.found.exhausted()
        except KeyboardInterrupt:
            self.found.stopped = True
            for _, place in self.asked:
                done = self.answers[place][0] if place in self.answers else self.rounds.rows.get(place)
                if done is not None:
                    self.found.add(done)
        finally:
            AT_HAND.clear()
        if self.pruning is not None and self.pruning.whole:
            self.found.saved = 1.0 - self.pruning.read / self.pruning.whole

    def round(self, size: int) -> None:
        """Ask for some combinations, try those that are new, and tell what became of all."""
        self.asked = self.study.ask(size)
        new = list(dict.fromkeys(place for _, place in self.asked if place not in self.answers))
        own = self.first.place
        if own in new and own not in self.rounds.rows:
            self.rounds.take([row_of(self.first.result, own, self.ground.job.names)])
        if self.pruning is None:
            tried: list[tuple[Row, tuple[float, int] | None]] = [(row, None) for row in self.rounds.tried(new)]
        else:
            tried = self.pruning.tried(new, self.rounds.tried)
        self.answers |= {row.place: (row, part) for row, part in tried}
        while self.asked:
            number, place = self.asked.pop(0)
            row, part = self.answers[place]
            self.study.tell(number, self.answer(row, part))
            self.found.add(row)
        self.best = self.found.best_figure
        self.tell_how_far()

    def answer(self, row: Row, part: tuple[float, int] | None) -> Answer:
        """What became of a combination, as whoever proposes is told it."""
        if row.outcome != Outcome.RAN:
            return Answer((), (), part)
        figures = dict(zip(self.ground.job.names, row.figures, strict=True))
        values = tuple(figures[one.figure] for one in self.found.wishes)
        if any(value != value for value in values):
            return Answer(())
        return Answer(values, tuple(one.missed_by(figures[one.figure]) for one in self.found.aims.constraints))

    def tell_how_far(self) -> None:
        """Tell whoever watches."""
        if self.how.watcher is not None:
            under_way = sum(place in self.rounds.rows for _, place in self.asked)
            self.how.watcher(Moved(self.found.done + under_way, len(self.found), self.best))
