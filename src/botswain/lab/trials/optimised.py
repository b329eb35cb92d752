"""What an optimisation found: its trials in the order in which they were proposed, the best of them, and why.

A combination that is proposed once more is not run once more: its trial says so and has the same figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from botswain.lab.result import Result
from botswain.lab.trials.aims import Aims
from botswain.lab.trials.figures import Wish, column_names
from botswain.lab.trials.job import Bench, Job, Outcome, Row, run_at
from botswain.lab.trials.luck import Luck, luck_of
from botswain.lab.trials.studies import Proposing
from botswain.lab.trials.table import MOST_JUDGED, NO_RATIOS, SHARPE, WORDS, days_returned, so_many
from botswain.lab.trials.tally import Counted
from botswain.lab.validation.overfitting import BLOCKS, Overfitting, overfitting
from botswain.model.errors import BadInput


class Optimised:
    """The trials of an optimisation.

    stopped  it was ended before all were made; whole: how many there were to be
    known    how many combinations were taken from the file that it is kept in
    counted  trials of all searches on the same candles, this one among them; None where nobody counts them
    sampler  who proposed
    saved    of the candles that whole runs would have read, the part that pruning left unread, 0 to 1
    """

    def __init__(self, job: Job, bench: Bench, aims: Aims, whole: int, study: Proposing) -> None:
        self.job = job
        self.aims = aims
        self.stopped = False
        self.known = 0
        self.counted: Counted | None = None
        self.sampler = ""
        self.saved = 0.0
        self._bench = bench
        self._whole = whole
        self._study = study
        self._rows: list[Row] = []
        self._first: dict[int, int] = {}

    def __len__(self) -> int:
        """How many trials there are to be."""
        return self._whole

    def add(self, row: Row) -> None:
        """Take the next trial."""
        self._first.setdefault(row.place, len(self._rows))
        self._rows.append(row)

    def exhausted(self) -> None:
        """Every combination there is was tried: there are no more trials to be made."""
        self._whole = len(self._rows)

    @property
    def wishes(self) -> Sequence[Wish]:
        """The objectives."""
        return self.aims.wishes

    @property
    def done(self) -> int:
        """How many trials were made."""
        return len(self._rows)

    @property
    def different(self) -> int:
        """How many different combinations these are."""
        return len(self._first)

    @property
    def made(self) -> str:
        """How many trials were made, in words."""
        return f"{so_many(self.done, 'trial')} of {so_many(self.different, 'combination')}"

    @property
    def asking_s(self) -> float:
        """Seconds of processor time that went into choosing combinations (Optuna's own)."""
        return self._study.took_s

    @property
    def outcomes(self) -> Counter[str]:
        """How many different combinations there are of each outcome."""
        return Counter(WORDS[int(self._rows[k].outcome)] for k in self._first.values())

    @property
    def whys(self) -> Counter[str]:
        """Why combinations were refused, halted, pruned or given up, and how often."""
        return Counter(self._rows[k].why for k in self._first.values() if self._rows[k].why)

    @property
    def frame(self) -> pl.DataFrame:
        """All trials in their order: `trial` from 0, the parameters, `outcome`, `why`, `kept` (whether all constraints

        are), `again` (the trial that had this combination first, null where it is this one), the figures.
        """
        return self._framed(range(len(self._rows)))

    @property
    def front(self) -> pl.DataFrame:
        """The trials that no other one is better than in one objective without being worse in another (the Pareto

        front), those that keep the constraints alone; best first by the first objective. With one objective the best.
        """
        able = self._able()
        values = self._values(able)
        if not len(able):
            return self._framed([])
        # As much as can be of everything; equal ones are both on the front.
        free = [k for k in range(len(able)) if not ((values >= values[k]).all(1) & (values > values[k]).any(1)).any()]
        return self._framed([able[k] for k in sorted(free, key=lambda k: (-values[k, 0], able[k]))])

    def top(self, count: int = 10) -> pl.DataFrame:
        """The best that ran to their end and keep the constraints, each combination once; of equals the first.

        With several objectives the front, best first by the first objective.
        """
        if len(self.wishes) > 1:
            return self.front.head(count)
        able = self._able()
        order = np.argsort(-self._values(able)[:, 0], kind="stable")
        return self._framed([able[int(k)] for k in order[:count]])

    @property
    def best(self) -> dict[str, Any]:
        """The parameters of the best trial. Raises BadInput where there is none, or several objectives."""
        if len(self.wishes) > 1:
            raise BadInput(f"there is no best one by {self.aims.text()}; .front has those that are best in their way")
        top = self.top(1)
        if not len(top):
            raise BadInput(
                f"no trial has a value of {self.aims.text()}; look at .frame for what became of them, or ask for less"
            )
        return self.parameters(int(top["trial"][0]))

    @property
    def best_figure(self) -> float:
        """The best value of the first objective so far, where all constraints are kept; NaN where there is none."""
        able = self._able()
        sign = 1.0 if self.wishes[0].greatest else -1.0
        return sign * float(self._values(able)[:, 0].max()) if able else float("nan")

    @property
    def history(self) -> pl.DataFrame:
        """Of each trial and objective the value and the best so far, null where there is none.

        Columns: `trial`, and of each objective its name and `best_` with it. Trials that miss a constraint have a value
        and are no best.
        """
        columns: dict[str, Any] = {"trial": np.arange(len(self._rows))}
        able = set(self._able())
        names = column_names(self.job.names)
        for wish in self.wishes:
            at = self.job.names.index(wish.figure)
            best: float | None = None
            values, bests = [], []
            for row in self._rows:
                value = float(row.figures[at]) if row.outcome == Outcome.RAN else float("nan")
                if self._first[row.place] in able and (best is None or wish.better(value, best)):
                    best = value
                values.append(None if value != value else value)
                bests.append(best)
            columns[names[wish.figure]] = pl.Series(values, dtype=pl.Float64)
            columns[f"best_{names[wish.figure]}"] = pl.Series(bests, dtype=pl.Float64)
        return pl.DataFrame(columns)

    @property
    def importances(self) -> dict[str, dict[str, float]]:
        """By objective: how much each parameter mattered for its best values, in all 1, the most first.

        Empty where too little was tried to tell.
        """
        names = column_names(self.job.names)
        return {names[wish.figure]: self._study.importances(k) for k, wish in enumerate(self.wishes)}

    @property
    def luck(self) -> Luck:
        """What the combination with the best Sharpe ratio owes to how many were tried, as `Table.luck`."""
        if SHARPE not in self.job.names:
            raise BadInput(NO_RATIOS)
        at = self.job.names.index(SHARPE)
        ran = [row for row in self._different() if row.outcome == Outcome.RAN]
        ratios = np.array([row.figures[at] for row in ran], np.float64)
        if not len(ratios) or np.isnan(ratios).all():
            raise BadInput("no combination has a Sharpe ratio; look at .frame for what became of them")
        tried = 0 if self.counted is None else self.counted.trials
        return luck_of(self._run(ran[int(np.nanargmax(ratios))].place), ratios, tried)

    def overfitting(self, most: int = MOST_JUDGED, blocks: int = BLOCKS) -> Overfitting:
        """How often the best combination of one half of the days is poor in the other, as `Table.overfitting`.

        An optimiser looks where it was good before, so its trials are no fair sample of all combinations: they are more
        alike, and better, than chance would have them.
        """
        ran = [row.place for row in self._different() if row.outcome == Outcome.RAN]
        if len(ran) < 2:
            raise BadInput(f"{len(ran)} combinations ran; overfitting is judged by at least 2")
        judged = [ran[int(k)] for k in np.unique(np.linspace(0, len(ran) - 1, min(most, len(ran))).astype(np.int64))]
        return overfitting(np.column_stack([days_returned(self._run(place)) for place in judged]), blocks)

    def parameters(self, trial: int) -> dict[str, Any]:
        """The parameters of a trial, those that do not vary among them."""
        if not 0 <= trial < len(self._rows):
            raise BadInput(f"there is no trial {trial}; they are 0 to {len(self._rows) - 1:,}")
        return {**self.job.fixed, **self.job.space.at(self._rows[trial].place)}

    def result(self, trial: int) -> Result:
        """The backtest of a trial, run again: the same figures, and every fill."""
        self.parameters(trial)
        return self._run(self._rows[trial].place)

    def _run(self, place: int) -> Result:
        """The backtest of a combination."""
        return run_at(self.job, self._bench, place)

    def _different(self) -> list[Row]:
        """Each combination once, in the order of their first trials."""
        return [self._rows[k] for k in self._first.values()]

    def _able(self) -> list[int]:
        """First trials that ran, have a value of each objective and keep the constraints."""
        places = [self.job.names.index(one.figure) for one in self.wishes]
        return [
            k
            for k in self._first.values()
            if self._rows[k].outcome == Outcome.RAN
            and self._keeps(self._rows[k])
            and not any(np.isnan(self._rows[k].figures[at]) for at in places)
        ]

    def _keeps(self, row: Row) -> bool:
        """Whether a row keeps the constraints."""
        return all(one.missed_by(row.figures[self.job.names.index(one.figure)]) <= 0 for one in self.aims.constraints)

    def _values(self, trials: Sequence[int]) -> Any:
        """Of some trials the objectives, as great as can be: float64[trials, objectives]."""
        signs = [1.0 if one.greatest else -1.0 for one in self.wishes]
        places = [self.job.names.index(one.figure) for one in self.wishes]
        found = [[sign * self._rows[k].figures[at] for sign, at in zip(signs, places, strict=True)] for k in trials]
        return np.array(found, np.float64).reshape(len(trials), len(signs))

    def _framed(self, trials: Sequence[int]) -> pl.DataFrame:
        """Some trials as a frame."""
        rows = [self._rows[k] for k in trials]
        combinations = [self.job.space.at(row.place) for row in rows]
        first = [self._first[row.place] for row in rows]
        figures = [row.figures or (float("nan"),) * len(self.job.names) for row in rows]
        return pl.DataFrame(
            {
                "trial": pl.Series(trials, dtype=pl.Int64),
                **{axis.name: [one[axis.name] for one in combinations] for axis in self.job.space.axes},
                "outcome": pl.Series([WORDS[int(row.outcome)] for row in rows], dtype=pl.String),
                "why": pl.Series([row.why for row in rows], dtype=pl.String),
                "kept": pl.Series([bool(row.figures) and self._keeps(row) for row in rows], dtype=pl.Boolean),
                "again": pl.Series(
                    [None if one == k else one for one, k in zip(first, trials, strict=True)], dtype=pl.Int64
                ),
                **{
                    column: pl.Series([one[k] for one in figures], dtype=pl.Float64)
                    for k, column in enumerate(column_names(self.job.names).values())
                },
            }
        )
