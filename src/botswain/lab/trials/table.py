"""What a search found: a row for each combination, to be sorted, shown and looked at again as a whole backtest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import polars as pl

from botswain.core.metrics import last_of_days
from botswain.lab.metrics.days import returns_of
from botswain.lab.result import Result
from botswain.lab.trials.figures import Wish, column_names
from botswain.lab.trials.job import Bench, Job, Outcome, Row, run_at
from botswain.lab.trials.luck import Luck, luck_of
from botswain.lab.trials.tally import Counted
from botswain.lab.validation.overfitting import BLOCKS, Overfitting, overfitting
from botswain.model.errors import BadInput

SHARPE = "sharpe"
NO_RATIOS = "luck is judged by Sharpe ratios, which this search left out; search with curve=True (no --no-curve)"
NOT_YET = -1
# Combinations that overfitting is judged by, where more were tried.
MOST_JUDGED = 200
WORDS = {NOT_YET: "not run", **{int(one): one.name.lower() for one in Outcome}}


def so_many(number: int, name: str) -> str:
    """So many of something, in words."""
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def days_returned(result: Result) -> Any:
    """Returns of each day that has a mark, 0 where there was nothing left to gain by."""
    market = result.market
    marks = np.asarray(result.curve, np.float64)[last_of_days(np.asarray(market.instants), market.timeframe_ms)]
    found = returns_of(float(result.plan.capital_units), marks)
    return np.where(np.isfinite(found), found, 0.0)


class Table:
    """The combinations of a search in the order of their grid, and what became of each.

    stopped  it was ended before all were done
    known    how many were taken from the file that the search is kept in
    counted  trials of all searches on the same candles, this one among them; None where nobody counts them
    """

    def __init__(self, job: Job, bench: Bench, places: Sequence[int], wish: Wish) -> None:
        self.job = job
        self.wish = wish
        self.stopped = False
        self.known = 0
        self.counted: Counted | None = None
        self._bench = bench
        self._places = np.asarray(places, np.int64)
        self._figures = np.full((len(places), len(job.names)), np.nan)
        self._outcomes = np.full(len(places), NOT_YET, np.int8)
        self._whys: dict[int, str] = {}

    def __len__(self) -> int:
        """How many combinations there are to be."""
        return len(self._places)

    def add(self, rows: Iterable[Row]) -> None:
        """Take what was done."""
        for row in rows:
            k = int(np.searchsorted(self._places, row.place))
            self._outcomes[k] = row.outcome
            if row.figures:
                self._figures[k] = row.figures
            if row.why:
                self._whys[k] = row.why

    @property
    def done(self) -> int:
        """How many were done."""
        return int(np.count_nonzero(self._outcomes != NOT_YET))

    @property
    def made(self) -> str:
        """How many combinations were tried, in words."""
        return so_many(self.done, "combination")

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """The objectives: here one."""
        return (self.wish,)

    @property
    def left(self) -> list[int]:
        """The places of those that are not done."""
        return [int(one) for one in self._places[self._outcomes == NOT_YET]]

    @property
    def outcomes(self) -> Counter[str]:
        """How many there are of each outcome."""
        return Counter(WORDS[int(one)] for one in self._outcomes)

    @property
    def whys(self) -> Counter[str]:
        """Why combinations were refused, halted or given up, and how often."""
        return Counter(self._whys.values())

    @property
    def frame(self) -> pl.DataFrame:
        """All that was done, in the order of the grid: `place`, the parameters, `outcome`, `why`, the figures."""
        return self._framed(np.flatnonzero(self._outcomes != NOT_YET))

    def top(self, count: int = 10) -> pl.DataFrame:
        """The best by the objective that ran to their end; of equals the first. Those without a value are left out."""
        column = self._figures[:, self.job.names.index(self.wish.figure)]
        ran = np.flatnonzero((self._outcomes == Outcome.RAN) & ~np.isnan(column))
        order = np.argsort(-column[ran] if self.wish.greatest else column[ran], kind="stable")
        return self._framed(ran[order[:count]])

    @property
    def best(self) -> dict[str, Any]:
        """The parameters of the best combination. Raises BadInput where none has a value of the objective."""
        top = self.top(1)
        if not len(top):
            raise BadInput(
                f"no combination has a value of {self.wish.figure}; look at .frame for what became of them, or choose "
                "another objective"
            )
        return self.parameters(int(top["place"][0]))

    @property
    def best_figure(self) -> float:
        """The best value of the objective so far, NaN where there is none."""
        column = self._figures[:, self.job.names.index(self.wish.figure)][self._outcomes == Outcome.RAN]
        if not len(column) or np.isnan(column).all():
            return float("nan")
        return float(np.nanmax(column) if self.wish.greatest else np.nanmin(column))

    @property
    def luck(self) -> Luck:
        """What the combination with the best Sharpe ratio owes to how many were tried. Raises BadInput where none ran,

        or the figures of equity curves were left out.
        """
        if SHARPE not in self.job.names:
            raise BadInput(NO_RATIOS)
        ratios = np.where(self._outcomes == Outcome.RAN, self._figures[:, self.job.names.index(SHARPE)], np.nan)
        if np.isnan(ratios).all():
            raise BadInput("no combination has a Sharpe ratio; look at .frame for what became of them")
        tried = 0 if self.counted is None else self.counted.trials
        return luck_of(self.result(int(self._places[np.nanargmax(ratios)])), ratios, tried)

    def overfitting(self, most: int = MOST_JUDGED, blocks: int = BLOCKS) -> Overfitting:
        """How often the best combination of one half of the days is poor in the other (docs/rules.md section 9).

        Each that is judged is run again, here and one after the other; of more than `most` that ran, so many at even
        distances. Raises BadInput where there are fewer than two, or too few days.
        """
        ran = self._places[self._outcomes == Outcome.RAN]
        if len(ran) < 2:
            raise BadInput(f"{len(ran)} combinations ran; overfitting is judged by at least 2")
        judged = ran[np.unique(np.linspace(0, len(ran) - 1, min(most, len(ran))).astype(np.int64))]
        return overfitting(np.column_stack([days_returned(self.result(int(place))) for place in judged]), blocks)

    def parameters(self, place: int) -> dict[str, Any]:
        """The parameters of a combination, those that do not vary among them."""
        if not 0 <= place < self.job.space.size:
            raise BadInput(f"there is no combination {place}; they are 0 to {self.job.space.size - 1:,}")
        return {**self.job.fixed, **self.job.space.at(place)}

    def result(self, place: int) -> Result:
        """The backtest of a combination, run again: the same figures, and every fill."""
        self.parameters(place)
        return run_at(self.job, self._bench, place)

    def _framed(self, rows: Any) -> pl.DataFrame:
        """Some rows as a frame."""
        places = self._places[rows]
        combinations = [self.job.space.at(int(one)) for one in places]
        figures = self._figures[rows]
        return pl.DataFrame(
            {
                "place": places,
                **{axis.name: [one[axis.name] for one in combinations] for axis in self.job.space.axes},
                "outcome": pl.Series([WORDS[int(one)] for one in self._outcomes[rows]], dtype=pl.String),
                "why": pl.Series([self._whys.get(int(k), "") for k in rows], dtype=pl.String),
                **{column: figures[:, k] for k, column in enumerate(column_names(self.job.names).values())},
            }
        )
