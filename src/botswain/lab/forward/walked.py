"""What a walk-forward or a holdout found: fold by fold, and all test spans as one account."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from botswain.control.folds import Fold
from botswain.control.search_space import Space
from botswain.lab.chance import moments_of, probable_sharpe
from botswain.lab.forward.joined import Joined, joined_figures
from botswain.lab.forward.parts import Part
from botswain.lab.forward.stability import Stability, stability_of
from botswain.lab.forward.verdict import Evidence, Standing, standing_of, verdict_of
from botswain.lab.market import Market
from botswain.lab.metrics.figures import known
from botswain.lab.result import Result
from botswain.lab.trials.figures import Wish, column_names, names_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import DAY_MS

YEAR_MS = 365 * DAY_MS
# Greater growth is no number to be shown.
MOST = 700.0
# What is set beside each other of the ways to have traded the test spans.
COMPARED = ("total_return", "cagr", "sharpe", "max_drawdown")


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """A fold that is done.

    wish     the figure that was looked for
    chosen   all parameters; None where nothing had a value of the objective, so that nothing was traded
    tried    how many combinations of each outcome there were
    inside   figures of the chosen ones on the training span, outside: on the test span; floats, NaN: no value
    result   the backtest of the test span (of the first combination where nothing was chosen, which counts for nothing)
    """

    fold: Fold
    wish: Wish
    chosen: dict[str, Any] | None
    tried: Counter[str]
    inside: dict[str, float]
    outside: dict[str, float]
    part: Part
    result: Result


@dataclass(frozen=True, slots=True, eq=False)
class Whole:
    """Parameters chosen once on everything, None where there is no choice, and the test spans with them."""

    chosen: dict[str, Any] | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, eq=False)
class Walked:
    """All folds that are done, in their order.

    strategy  its name; given: all candles, by symbol; fixed: parameters that do not vary
    objective  what was looked for, as it was written
    asked    the folds there were to be; stopped: it was ended before all was done
    whole    what is chosen on everything, None where it was stopped before that
    market   from the first test span to the last
    """

    strategy: str
    given: Mapping[str, Candles]
    fixed: Mapping[str, Any]
    space: Space
    objective: str
    asked: tuple[Fold, ...]
    folds: tuple[Judged, ...]
    whole: Whole | None
    market: Market | None
    stopped: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The figures of both spans of a fold: those that every search has, and the objective where it is another."""
        known = names_of(curve=True)
        more = {one.wish.figure for one in self.folds} - set(known)
        return (*known, *sorted(more))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """A row a fold: `fold`, its spans (UTC) and their candles, the chosen parameters, then the figures of the

        training span (`in_`...) and of the test span (`out_`...); null where nothing was chosen.
        """
        moments = ("train_start", "train_end", "test_start", "test_end")
        columns: dict[str, Any] = {"fold": [one.fold.number for one in self.folds]}
        for name in moments:
            at = pl.Series([getattr(one.fold, f"{name}_ms") for one in self.folds], dtype=pl.Int64)
            columns[name] = at.cast(pl.Datetime("ms", "UTC"))
        for name in ("train_candles", "test_candles"):
            columns[name] = pl.Series([getattr(one.fold, name) for one in self.folds], dtype=pl.Int64)
        for axis in self.space.axes:
            columns[axis.name] = [None if one.chosen is None else one.chosen[axis.name] for one in self.folds]
        for way, side in (("in", "inside"), ("out", "outside")):
            for name, column in column_names(self.names).items():
                figures = [getattr(one, side).get(name) for one in self.folds]
                columns[f"{way}_{column}"] = pl.Series(figures, dtype=pl.Float64)
        return pl.DataFrame(columns)

    @cached_property
    def joined(self) -> Joined:
        """All test spans as one account. Raises BadInput where none is done."""
        return self.account(tuple(one.part for one in self.folds))

    def account(self, parts: tuple[Part, ...]) -> Joined:
        """Parts as one account."""
        if self.market is None:
            raise BadInput("no fold is done; let it go on until there is one")
        return Joined(float(self.folds[0].result.plan.capital), parts, self.market)

    @cached_property
    def equity(self) -> pl.DataFrame:
        """The joined account at each close of the test spans: `time` (UTC), `equity`, `buy_and_hold`; in quote."""
        closes = pl.Series(self.joined.opens_ms + self.joined.market.timeframe_ms).cast(pl.Datetime("ms", "UTC"))
        return pl.DataFrame({"time": closes, "equity": self.joined.equity, "buy_and_hold": self.joined.held})

    @cached_property
    def figures(self) -> dict[str, dict[str, Any]]:
        """Every figure of the joined account, by group and name."""
        return joined_figures(self.joined)

    @property
    def efficiency(self) -> float | None:
        """Walk-forward efficiency: the growth a year on the test spans by that on the training spans.

        Pardo, The Evaluation and Optimization of Trading Strategies, 2008, of profits a year; of the logarithms of
        growth here, because training spans are longer and would win by compounding alone. None where there was no
        growth in training, or all is lost.
        """
        if not self.folds:
            return None
        inside, outside = self.growth("inside"), self.growth("outside")
        return outside / inside if inside > 0 and math.isfinite(outside) else None

    def growth(self, side: str) -> float:
        """The logarithm of the growth a year in all spans of one side; where nothing was chosen there is none.

        side  inside or outside, of which the fees for closing are not taken off; -inf where all is lost
        """
        which = "train" if side == "inside" else "test"
        spans = [(getattr(one.fold, f"{which}_start_ms"), getattr(one.fold, f"{which}_end_ms")) for one in self.folds]
        grown = [1.0 + getattr(one, side).get("total_return", 0.0) for one in self.folds]
        total = math.fsum(math.log(one) for one in grown) if min(grown) > 0 else -math.inf
        years: float = sum(end - start for start, end in spans) / YEAR_MS
        return total / years

    @cached_property
    def stability(self) -> tuple[Stability, ...]:
        """How steadily each parameter is chosen."""
        return stability_of(self.space.axes, [one.chosen for one in self.folds if one.chosen is not None])

    @property
    def gained(self) -> int:
        """Folds whose test span made money, after closing what was open."""
        return sum(1 for one in self.folds if float(one.part.equity[-1]) > 1.0)

    @property
    def comparison(self) -> dict[str, dict[str, float | None]]:
        """The test spans three ways: `chosen` fold by fold, `hindsight`: parameters chosen once on everything, which

        nobody could have known, `buy_and_hold`. The second is left out where there is none.
        """
        found = {"chosen": compared(self.joined)}
        if self.whole is not None and self.whole.parts:
            found["hindsight"] = compared(self.account(self.whole.parts))
        held = Joined(self.joined.start, (held_part(self.joined),), self.joined.market)
        return found | {"buy_and_hold": compared(held)}

    @cached_property
    def probable(self) -> float | None:
        """The probability that the true Sharpe ratio of the test spans is above 0. Nothing was chosen on them, so it

        needs no deflating by the number of combinations.
        """
        found = probable_sharpe(moments_of(self.joined.days.returns))
        return None if math.isnan(found) else found

    @property
    def fills(self) -> int:
        """How many there were on the test spans."""
        return sum(one.result.fill_count for one in self.folds if one.chosen is not None)

    @property
    def halted(self) -> int | None:
        """The first fold in whose test span the strategy was halted."""
        return next((one.fold.number for one in self.folds if one.chosen is not None and one.result.halt), None)

    @property
    def judged(self) -> bool:
        """Whether there is anything to judge by: something was traded, and the strategy never halted."""
        return self.fills > 0 and self.halted is None

    @property
    def verdict(self) -> str:
        """In one sentence whether what is chosen holds on what comes after."""
        if not self.folds:
            return "There is nothing to judge: no fold was done."
        return verdict_of(self.evidence)

    @property
    def standing(self) -> Standing:
        """The same in a word."""
        return standing_of(self.evidence) if self.folds else Standing.NOTHING

    @cached_property
    def evidence(self) -> Evidence:
        """What they go by, where a fold is done."""
        return Evidence(
            total=self.joined.curve_figures.total_return,
            held=float(self.joined.held[-1]) / self.joined.start - 1.0,
            days=len(self.joined.days.returns),
            trips=len(self.joined.trips),
            fills=self.fills,
            folds=len(self.folds),
            gained=self.gained,
            halted=self.halted,
            in_sample=math.expm1(min(self.growth("inside"), MOST)),
            efficiency=self.efficiency,
            probable=self.probable,
            unfinished=len(self.asked) - len(self.folds),
        )


def held_part(of: Joined) -> Part:
    """Buying and holding as a part, for figures of its curve alone."""
    one = of.parts[0]
    return Part(of.opens_ms, of.held / of.start, 0.0, one.trips, 0.0, 0.0, 1.0)


def compared(of: Joined) -> dict[str, float | None]:
    """Figures to be set beside others."""
    return {name: known(float(getattr(of.curve_figures, name))) for name in COMPARED}
