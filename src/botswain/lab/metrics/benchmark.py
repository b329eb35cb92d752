"""A run against buying and holding what it traded: the same money, in equal parts, at the first closes; no fees.

Of a symbol whose candles begin later its part is cash until its first close. Shares are restated by splits, as
`market_change` is; dividends are not counted.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.market import Market
from botswain.lab.metrics.days import Days, over


def held_curve(start: float, market: Market) -> Any:
    """What `start` was worth at each close that was decided, float64, had it bought at the first ones and held."""
    parts = []
    for s, one in enumerate(market.candles):
        closes = restated_closes(market, s)
        first = market.first_candle(s)
        worth = np.concatenate(([1.0], closes[first:] / closes[first]))
        # At a time without a candle of it the last close stands; before the first its part is cash.
        places = np.searchsorted(one.ts[first:], market.instants, side="right")
        parts.append(worth[places])
    return start * np.mean(parts, axis=0) if len(parts) > 1 else start * parts[0]


def restated_closes(market: Market, s: int) -> Any:
    """A symbol's closes as shares of the first candle saw them: what one of those became is worth."""
    closes = np.array(market.candles[s].close, np.float64)
    if market.actions is not None:
        for first, split in market.actions.splits[s]:
            closes[first:] *= float(split)
    return closes


def benchmark_figures(days: Days, own_total: float, held: Any, risk_free: float = 0.0) -> dict[str, float]:
    """A run's days against the benchmark's. Daily; means are beyond the risk-free rate; NaN where it never moved.

    risk_free           a year, of which a day has its part

    held                its curve, of which total_return is the whole; excess_return: the run's total return less it
    beta                covariance / variance of the benchmark (n - 1). Sharpe, Capital Asset Prices, 1964
    alpha               (mean - beta x its mean) x sessions. Jensen, 1968
    correlation         of daily returns, r_squared its square
    tracking_error      standard deviation of the active return (own less benchmark's, n - 1) x sqrt(sessions)
    information_ratio   mean active return / its standard deviation x sqrt(sessions). Grinold and Kahn, 1999
    treynor             mean x sessions / beta. Treynor, 1965
    up_capture, down_capture   mean return on days on which the benchmark rose (fell) / the benchmark's mean on them
    """
    own, of_held, root = days.returns, days.held, math.sqrt(days.sessions)
    total = float(held[-1]) / days.start - 1.0
    found = {"total_return": total, "excess_return": own_total - total, "max_drawdown": depth_of(days.start, held)}
    names = "beta alpha correlation r_squared tracking_error information_ratio treynor volatility"
    found |= dict.fromkeys(names.split(), math.nan)
    if len(own) > 1 and np.ptp(of_held) > 0.0:
        free = risk_free / days.sessions
        mean, mean_held = float(own.mean()) - free, float(of_held.mean()) - free
        matrix = np.cov(own, of_held, ddof=1)
        beta = float(matrix[0, 1] / matrix[1, 1])
        active = own - of_held
        spread = float(active.std(ddof=1))
        correlation = over(float(matrix[0, 1]), math.sqrt(float(matrix[0, 0]) * float(matrix[1, 1])))
        found |= {
            "beta": beta,
            "alpha": (mean - beta * mean_held) * days.sessions,
            "correlation": correlation,
            "r_squared": correlation**2,
            "tracking_error": spread * root,
            "information_ratio": over(float(active.mean()), spread) * root,
            "treynor": over(mean * days.sessions, beta),
            "volatility": math.sqrt(float(matrix[1, 1])) * root,
        }
    up, down = of_held > 0, of_held < 0
    found["up_capture"] = capture(own[up], of_held[up])
    found["down_capture"] = capture(own[down], of_held[down])
    return found


def capture(own: Any, of_held: Any) -> float:
    """The mean of one by the mean of the other."""
    return over(float(own.mean()), float(of_held.mean())) if len(own) else math.nan


def depth_of(start: float, curve: Any) -> float:
    """The largest fall from a peak, `start` among them, as its fraction."""
    peaks = np.maximum(np.maximum.accumulate(curve), start)
    return float((1.0 - curve / peaks).max())
