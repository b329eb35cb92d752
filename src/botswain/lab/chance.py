"""How much of a Sharpe ratio may be luck: of one run, and of the best of many.

Ratios are of single returns here, not of years: those of a day are a year's divided by the root of its sessions.
Kurtosis is that of which a normal distribution has 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

NORMAL = NormalDist()
# The Euler-Mascheroni constant.
GAMMA = 0.577_215_664_901_532_9


@dataclass(frozen=True, slots=True)
class Moments:
    """A series of returns: how many, their Sharpe ratio (mean / standard deviation, n - 1), skew and kurtosis.

    NaN where there are fewer than two or all are the same.
    """

    count: int
    sharpe: float
    skew: float
    kurtosis: float


def moments_of(returns: Any) -> Moments:
    """The moments of a float64 series of returns."""
    count = len(returns)
    if count < 2 or np.ptp(returns) == 0.0:
        return Moments(count, math.nan, math.nan, math.nan)
    mean, spread = float(np.mean(returns)), float(np.std(returns))
    parts = (returns - mean) / spread
    sharpe = mean / (spread * math.sqrt(count / (count - 1)))
    return Moments(count, sharpe, float(np.mean(parts**3)), float(np.mean(parts**4)))


def probable_sharpe(of: Moments, than: float = 0.0) -> float:
    """The probability that the true Sharpe ratio is greater than `than`, 0 to 1; NaN where there is too little data.

    Bailey and Lopez de Prado, The Sharpe Ratio Efficient Frontier, Journal of Risk 15(2), 2012, equation 11:
    normal((s - than) x root(n - 1) / root(1 - skew x s + (kurtosis - 1) / 4 x s^2)).
    """
    s = of.sharpe
    within = 1.0 - of.skew * s + (of.kurtosis - 1.0) / 4.0 * s * s
    if not within > 0.0:
        return math.nan
    return NORMAL.cdf((s - than) * math.sqrt(of.count - 1) / math.sqrt(within))


def best_by_chance(trials: int, variance: float) -> float:
    """The Sharpe ratio that the best of so many trials without any edge is expected to have.

    variance  of the trials' ratios
    Bailey and Lopez de Prado, The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5), 2014, equation 1:
    root(variance) x ((1 - gamma) x normal'(1 - 1 / n) + gamma x normal'(1 - 1 / (n x e))), normal' the inverse.
    """
    if trials < 2:
        return 0.0
    usual = (1.0 - GAMMA) * NORMAL.inv_cdf(1.0 - 1.0 / trials)
    rare = GAMMA * NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(variance) * (usual + rare)
