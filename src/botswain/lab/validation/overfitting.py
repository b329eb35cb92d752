"""The probability of backtest overfitting: how often the best of many on one half of the time is poor on the other.

Bailey, Borwein, Lopez de Prado and Zhu, The Probability of Backtest Overfitting, Journal of Computational Finance
20(4), 2017: combinatorially symmetric cross-validation. The days are cut into an even number of blocks; every choice of
half of these is a sample, the rest is what comes after. Of trials without any edge the winner is anywhere, and it is a
half.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from botswain.model.errors import BadInput

BLOCKS = 16
# Splits whose figures are held at once.
AT_ONCE = 1 << 22


@dataclass(frozen=True, slots=True)
class Overfitting:
    """What all splits say. Sharpe ratios are of single days.

    probability  the share of the splits in which the winner of the sample is in the lower half afterwards
    loss         the share in which its ratio is below 0 afterwards
    in_sample, after  the mean ratio of the winners, in the sample and afterwards
    trials, splits, blocks, days   what it was made of; days that no block has are left out, at the beginning
    """

    probability: float
    loss: float
    in_sample: float
    after: float
    trials: int
    splits: int
    blocks: int
    days: int

    @property
    def verdict(self) -> str:
        """In one sentence."""
        splits = f"{self.probability:.0%} of {self.splits:,} splits"
        found = f"in {splits} the best of {self.trials:,} is in the lower half afterwards"
        if self.probability >= 0.5:
            return f"Choosing the best finds nothing here: {found}."
        if self.probability > 0.1:
            return f"Choosing the best is doubtful here: {found}."
        return f"The best tends to stay good: {found}."


def overfitting(returns: Any, blocks: int = BLOCKS) -> Overfitting:
    """Judge trials by their daily returns: float64[days, trials], of the same days.

    Raises BadInput where there are too few of either, or blocks are no even number.
    """
    days, trials = returns.shape
    if blocks < 2 or blocks % 2:
        raise BadInput(f"blocks is {blocks}; write an even number of at least 2")
    if trials < 2 or days < 2 * blocks:
        raise BadInput(
            f"there are {trials} trials of {days} days; overfitting is judged by at least 2 trials of {2 * blocks} days"
        )
    each = days // blocks
    parts = returns[days - each * blocks :].reshape(blocks, each, trials)
    sums, squares = parts.sum(axis=1), (parts**2).sum(axis=1)
    choices = list(combinations(range(blocks), blocks // 2))
    chosen = np.zeros((len(choices), blocks))
    np.put_along_axis(chosen, np.array(choices), 1.0, axis=1)
    ranks, before, after = [], [], []
    count = each * blocks // 2
    for first in range(0, len(chosen), max(AT_ONCE // trials, 1)):
        some = chosen[first : first + max(AT_ONCE // trials, 1)]
        inside = ratios(some @ sums, some @ squares, count)
        outside = ratios((1.0 - some) @ sums, (1.0 - some) @ squares, count)
        rows, winner = np.arange(len(some)), inside.argmax(axis=1)
        own = outside[rows, winner]
        # Of equals the mean rank, from 1 to trials.
        ranks.append((outside < own[:, None]).sum(axis=1) + ((outside == own[:, None]).sum(axis=1) + 1) / 2.0)
        before.append(inside[rows, winner])
        after.append(own)
    place = np.concatenate(ranks) / (trials + 1.0)
    later = np.concatenate(after)
    return Overfitting(
        # The logit of the place is at most 0 where the place is at most a half.
        probability=float((place <= 0.5).mean()),
        loss=float((later < 0.0).mean()),
        in_sample=float(np.concatenate(before).mean()),
        after=float(later.mean()),
        trials=trials,
        splits=len(chosen),
        blocks=blocks,
        days=each * blocks,
    )


def ratios(sums: Any, squares: Any, count: int) -> Any:
    """Mean by standard deviation (n - 1); 0 of what never moved."""
    mean = sums / count
    variance = np.maximum(squares / count - mean**2, 0.0) * count / (count - 1)
    some = variance > 1e-18
    return np.where(some, mean / np.sqrt(np.where(some, variance, 1.0)), 0.0)
