"""What the best combination of a search owes to the number of those that were tried.

Every combination that ran counts as a trial of its own. Neighbours in a grid are much alike, so fewer would be nearer
the truth; but nobody knows how many fewer, and a judgement that errs shall err against the bot.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from botswain.core.metrics import daily_returns
from botswain.lab.chance import best_by_chance, moments_of, probable_sharpe
from botswain.lab.result import Result

# From here on luck alone is no likely reason.
LIKELY = 0.95
FEW_DAYS = 30


@dataclass(frozen=True, slots=True)
class Luck:
    """What luck alone would have brought about. Ratios of a year; NaN where there is too little data.

    trials    combinations that ran and have a ratio; more where others were made on the same candles before
    days      daily returns of the best one
    sharpe    its ratio
    by_chance the ratio that the best of so many is expected to have where none has an edge
    deflated  the probability that its true ratio is above that (the deflated Sharpe ratio), 0 to 1
    probable  the probability that it is above 0, as if it were the only one tried
    """

    trials: int
    days: int
    sharpe: float
    by_chance: float
    deflated: float
    probable: float

    @property
    def verdict(self) -> str:
        """In one sentence."""
        if math.isnan(self.deflated):
            return "Whether this is luck cannot be said: there are too few days, or they are all the same."
        found = (
            f"the best of {self.trials:,} has a Sharpe ratio of {self.sharpe:.2f}, and the best of so many without any "
            f"edge is expected to have {self.by_chance:.2f}"
        )
        few = f" There are {self.days} days only." if self.days < FEW_DAYS else ""
        if self.deflated >= LIKELY:
            return f"Not likely luck alone ({self.deflated:.0%}): {found}.{few}"
        return f"This may be luck ({self.deflated:.0%} that it is not): {found}.{few}"


def luck_of(best: Result, ratios: np.ndarray[tuple[int], np.dtype[np.float64]], tried: int = 0) -> Luck:
    """The luck in the best of some trials; `ratios` are the yearly Sharpe ratios of all that ran, NaN among them.

    tried  how many there were in all, where others were made on the same candles before: they are taken to differ as
           these do
    """
    known = ratios[~np.isnan(ratios)]
    market = best.market
    marks = np.asarray(best.curve, np.float64)
    returns = daily_returns(float(best.plan.capital_units), marks, np.asarray(market.instants), market.timeframe_ms)
    moments = moments_of(returns)
    root = math.sqrt(best.curve_figures.sessions)
    trials = max(len(known), tried)
    expected = best_by_chance(trials, float(np.var(known, ddof=1)) / root**2 if len(known) > 1 else 0.0)
    return Luck(
        trials=trials,
        days=moments.count,
        sharpe=moments.sharpe * root,
        by_chance=expected * root,
        deflated=probable_sharpe(moments, expected),
        probable=probable_sharpe(moments),
    )
