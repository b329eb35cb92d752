"""What was earned by what was risked. Daily returns, no risk-free rate; NaN where there is nothing to divide by."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.chance import moments_of, probable_sharpe
from botswain.lab.metrics.days import over
from botswain.lab.metrics.drawdowns import DEEPEST
from botswain.lab.metrics.spread import beyond


def omega(returns: Any, threshold: float = 0.0) -> float:
    """Sum of gains over the threshold by sum of losses under it. Keating and Shadwick, A Universal Performance Measure,

    2002. Not annualised.
    """
    above = returns - threshold
    return over(float(above[above > 0].sum()), -float(above[above < 0].sum()))


def sterling(cagr: float, depths: Any) -> float:
    """cagr / mean of the five deepest falls (of all where there are fewer). After Kestner, Quantitative Trading

    Strategies, 2003, without the ten percent that are added to it there.
    """
    return over(cagr, float(np.sort(depths)[-DEEPEST:].mean())) if len(depths) else math.nan


def serenity(total_return: float, ulcer: float, falls: Any, returns: Any) -> float:
    """total return / (ulcer index x tail penalty), penalty = mean of the worst 5 % of daily falls / standard deviation

    of daily returns (n - 1). KeyQuant, The Serenity Ratio, 2015. Not annualised.
    """
    if len(returns) < 2:
        return math.nan
    penalty = over(beyond(-falls, 0.05), float(returns.std(ddof=1)))
    return over(total_return, ulcer * penalty)


def autocorrelation_penalty(returns: Any) -> float:
    """sqrt(1 + 2 x sum over k = 1 .. n - 1 of (n - k) / n x c^k), c = |correlation of a day's return with the next's|.

    Lo, The Statistics of Sharpe Ratios, 2002, for returns that follow each other like AR(1). NaN below three returns.
    """
    count = len(returns)
    if count < 3 or np.ptp(returns[1:]) == 0.0 or np.ptp(returns[:-1]) == 0.0:
        return math.nan
    c = abs(float(np.corrcoef(returns[:-1], returns[1:])[0, 1]))
    k = np.arange(1, count)
    return math.sqrt(1.0 + 2.0 * float(((count - k) / count * c**k).sum()))


def stability(returns: Any) -> float:
    """How straight log equity is: r squared of its regression on the number of the day. NaN where all was lost."""
    if len(returns) < 2 or returns.min() <= -1.0:
        return math.nan
    path = np.cumsum(np.log1p(returns))
    if np.ptp(path) == 0.0:
        return math.nan
    return float(np.corrcoef(np.arange(len(path)), path)[0, 1]) ** 2


def probable(returns: Any) -> float:
    """The probabilistic Sharpe ratio against 0 (`lab.chance`)."""
    return probable_sharpe(moments_of(returns))
