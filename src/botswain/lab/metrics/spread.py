"""How daily returns are spread: what a bad day costs, and whether bad ones are worse than good ones are good."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.core.metrics import moments
from botswain.lab.chance import moments_of
from botswain.lab.metrics.days import over


def spread_figures(returns: Any, sessions: float) -> dict[str, float]:
    """Figures of daily returns (float64), by name; all NaN where there are fewer than two.

    variance               standard deviation squared (n - 1) x sessions
    geometric_volatility   standard deviation of log(1 + return) (n - 1) x sqrt(sessions); NaN where all was lost
    downside_deviation     sqrt(sum of squares of negative returns / n) x sqrt(sessions): what `sortino` divides by
    var_95, var_99         value at risk: the loss that 95 (99) of 100 days do not exceed: less the 5th (1st)
                           percentile, between values in proportion; above 0 is a loss. Jorion, Value at Risk, 2007
    cvar_95, cvar_99       the mean loss of the days that were at least as bad (expected shortfall; Rockafellar and
                           Uryasev, Optimization of Conditional Value-at-Risk, 2000)
    skew, kurtosis         third and fourth central moment by powers of the population's deviation; a normal has 0 and 3
    tail_ratio             |95th percentile| / |5th percentile|
    """
    names = "variance geometric_volatility downside_deviation var_95 var_99 cvar_95 cvar_99 skew kurtosis tail_ratio"
    if len(returns) < 2:
        return dict.fromkeys(names.split(), math.nan)
    _, deviation, down = moments(returns)
    of = moments_of(returns)
    low, high = (float(one) for one in np.percentile(returns, (5.0, 95.0)))
    logs = np.log1p(returns) if returns.min() > -1.0 else np.zeros(0)
    return {
        "variance": deviation**2 * sessions,
        "geometric_volatility": float(logs.std(ddof=1)) * math.sqrt(sessions) if len(logs) else math.nan,
        "downside_deviation": down * math.sqrt(sessions),
        "var_95": at_risk(returns, 0.05),
        "var_99": at_risk(returns, 0.01),
        "cvar_95": beyond(returns, 0.05),
        "cvar_99": beyond(returns, 0.01),
        "skew": of.skew,
        "kurtosis": of.kurtosis,
        "tail_ratio": over(abs(high), abs(low)),
    }


def at_risk(returns: Any, part: float) -> float:
    """Less the percentile of `part`, 0 to 1."""
    return -float(np.percentile(returns, part * 100.0))


def beyond(returns: Any, part: float) -> float:
    """Less the mean of the floor((n - 1) x part) + 1 worst returns: those no better than that percentile."""
    count = int((len(returns) - 1) * part) + 1
    return -float(np.partition(returns, count - 1)[:count].mean())
