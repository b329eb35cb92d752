"""Which combination is tried next, by Optuna: its samplers, asked for some and told what became of them.

Nothing is kept by Optuna: for the same seed and the same answers its samplers ask for the same combinations, so a
search that goes on tells them once more what is in its own record. It is the only file that imports Optuna, which takes
half a second to load.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, IntDistribution
from optuna.samplers import BaseSampler, NSGAIISampler, RandomSampler, TPESampler
from optuna.study import StudyDirection
from optuna.trial import Trial, TrialState

from botswain.control.search_space import Axis, Space
from botswain.lab.trials.figures import Wish
from botswain.lab.trials.studies import Answer

# What keeps a combination that has no value away from those that have one.
VALUELESS = "has a value"


class Study:
    """An Optuna study of a grid: each parameter is the number of its value. `took_s`: processor time of Optuna's."""

    def __init__(self, kind: str, space: Space, wishes: Sequence[Wish], seed: int, first: Mapping[str, int]) -> None:
        """first: the combination to be tried first."""
        self.took_s = 0.0
        self._space = space
        self._wishes = wishes
        self._ranges = {axis.name: range_of(axis) for axis in space.axes}
        self._open: dict[int, Trial] = {}
        with self._timed():
            ways = [StudyDirection.MAXIMIZE if one.greatest else StudyDirection.MINIMIZE for one in wishes]
            self._study = optuna.create_study(directions=ways, sampler=sampler_of(kind, seed))
            self._study.enqueue_trial(dict(first))

    def ask(self, count: int) -> list[tuple[int, int]]:
        """So many proposals, by their numbers: places of the grid."""
        found = []
        with self._timed():
            for _ in range(count):
                trial = self._study.ask(self._ranges)
                self._open[trial.number] = trial
                found.append((trial.number, self._space.place_of(trial.params)))
        return found

    def tell(self, number: int, answer: Answer) -> None:
        """What became of a proposal."""
        with self._timed():
            trial = self._open.pop(number)
            valued = bool(answer.values)
            trial.set_constraint(VALUELESS, 0.0 if valued or answer.part is not None else 1.0)
            for k, miss in enumerate(answer.misses):
                trial.set_constraint(str(k), miss)
            if answer.part is not None and len(self._wishes) == 1:
                trial.report(*answer.part)
            if valued:
                self._study.tell(trial, list(answer.values))
            else:
                self._study.tell(trial, state=TrialState.PRUNED)

    def importances(self, objective: int) -> dict[str, float]:
        """How much of reaching the best values of an objective each parameter accounts for, the most first, in all 1.

        Watanabe, Bansal and Hutter, PED-ANOVA, IJCAI 2023. Empty where too little was tried.
        """
        whole = [one for one in self._study.trials if one.state == TrialState.COMPLETE]
        if len(whole) < 2 or len({tuple(one.params.items()) for one in whole}) < 2:
            return {}
        # What it takes for the best is the least.
        sign = -1.0 if self._wishes[objective].greatest else 1.0
        with self._timed(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", "PedAnovaImportanceEvaluator computes")
            found = optuna.importance.get_param_importances(
                self._study, target=lambda one: sign * one.values[objective]
            )
        return found if all(math.isfinite(one) for one in found.values()) else {}

    @contextmanager
    def _timed(self) -> Iterator[None]:
        """Count the time, and keep Optuna from talking."""
        began, said = time.thread_time(), optuna.logging.get_verbosity()
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        try:
            yield
        finally:
            optuna.logging.set_verbosity(said)
            self.took_s += time.thread_time() - began


def range_of(axis: Axis) -> BaseDistribution:
    """An axis as Optuna sees it: numbers have an order, words have none."""
    count = len(axis.values)
    return IntDistribution(0, count - 1) if axis.ordered else CategoricalDistribution(tuple(range(count)))


def sampler_of(kind: str, seed: int) -> BaseSampler:
    """The sampler of a name (`optimise.SAMPLERS`)."""
    if kind == "random":
        return RandomSampler(seed=seed)
    return NSGAIISampler(seed=seed) if kind == "nsga2" else TPESampler(seed=seed)
