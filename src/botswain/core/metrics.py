"""What a run was worth: figures of an equity curve and of round trips.

Floats are right here: nothing is booked from them. Annual figures use 365 days and marks at the end of each UTC
day; each formula is said where it is used (definitions as in the report's glossary).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.model.timeframe import DAY_MS

YEAR_DAYS = 365.0


@dataclass(frozen=True, slots=True)
class CurveFigures:
    """Figures of an equity curve; fractions unless said, NaN where there is too little data.

    cagr            (end / start)^(1 / years) - 1
    max_drawdown    largest fall as a fraction of its peak; drawdown_ms from that peak to its recovery or the end
    volatility      standard deviation of daily returns x sqrt(365)
    sharpe          mean / standard deviation of daily returns x sqrt(365)
    sortino         mean / root mean square of negative daily returns x sqrt(365)
    calmar          cagr / max_drawdown
    """

    total_return: float
    cagr: float
    max_drawdown: float
    drawdown_ms: int
    volatility: float
    sharpe: float
    sortino: float
    calmar: float


def curve_figures(start: float, equity: Any, first_ms: int, last_ms: int, step_ms: int) -> CurveFigures:
    """Figures of `equity` (float64, one mark a close, money in any unit) that began with `start`.

    first_ms, last_ms  close instants of the first and last mark; marks stand step_ms apart or more
    """
    end = float(equity[-1])
    years = max(last_ms - first_ms + step_ms, 1) / (YEAR_DAYS * DAY_MS)
    growth = end / start
    cagr = growth ** (1.0 / years) - 1.0 if growth > 0 and abs(math.log(growth)) / years < 700 else math.nan
    drawdown, length = deepest(start, equity, step_ms)
    daily = daily_returns(start, equity, first_ms, step_ms)
    mean, spread, down = moments(daily)
    scale = math.sqrt(YEAR_DAYS)
    return CurveFigures(
        total_return=growth - 1.0,
        cagr=cagr,
        max_drawdown=drawdown,
        drawdown_ms=length,
        volatility=spread * scale,
        sharpe=ratio(mean, spread) * scale,
        sortino=ratio(mean, down) * scale,
        calmar=ratio(cagr, drawdown),
    )


def deepest(start: float, equity: Any, step_ms: int) -> tuple[float, int]:
    """The largest fall as a fraction of its peak, and the marks it lasted as milliseconds."""
    peaks = np.maximum.accumulate(equity)
    np.maximum(peaks, start, out=peaks)
    share = equity / peaks
    low = int(np.argmin(share))
    depth = 1.0 - float(share[low])
    if depth <= 0.0:
        return 0.0, 0
    peak = peaks[low]
    before = np.flatnonzero(equity[: low + 1] >= peak)
    began = int(before[-1]) if len(before) else -1
    after = equity[low:] >= peak
    ended = low + int(np.argmax(after)) if after.any() else len(equity) - 1
    return depth, (ended - began) * step_ms


def daily_returns(start: float, equity: Any, first_ms: int, step_ms: int) -> Any:
    """Returns from one UTC day's last mark to the next;

    a mark at midnight ends its day. Marks are taken as evenly spaced.
    """
    if step_ms >= DAY_MS:
        marks = equity
    else:
        per_day = DAY_MS // step_ms
        to_midnight = (DAY_MS - first_ms % DAY_MS) % DAY_MS
        marks = equity[to_midnight // step_ms :: per_day]
        if (len(equity) - 1 - to_midnight // step_ms) % per_day:
            marks = np.append(marks, equity[-1])
    before = np.empty_like(marks)
    before[0] = start
    before[1:] = marks[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = marks / before - 1.0
    return returns[np.isfinite(returns)]


def moments(returns: Any) -> tuple[float, float, float]:
    """Mean, standard deviation (n - 1), and root mean square of the negative ones."""
    count = len(returns)
    if count < 2:
        return math.nan, math.nan, math.nan
    below = np.minimum(returns, 0.0)
    return float(returns.mean()), float(returns.std(ddof=1)), math.sqrt(float(below @ below) / count)


def ratio(a: float, b: float) -> float:
    """a / b, NaN where b is zero or either is missing."""
    return a / b if b > 0 else math.nan


@dataclass(frozen=True, slots=True)
class TripFigures:
    """Figures of closed round trips; money in the unit of the profits given.

    win_rate       share with a profit above zero
    profit_factor  sum of gains / sum of losses
    expectancy     mean profit
    """

    count: int
    won: int
    win_rate: float
    profit_factor: float
    expectancy: float
    best: float
    worst: float
    mean_ms: float


def trip_figures(profits: Any, lengths_ms: Any) -> TripFigures:
    """Figures of round trips from their profits and lengths."""
    count = len(profits)
    if count == 0:
        return TripFigures(0, 0, math.nan, math.nan, math.nan, math.nan, math.nan, math.nan)
    won = int((profits > 0).sum())
    gains = float(profits[profits > 0].sum())
    losses = -float(profits[profits < 0].sum())
    return TripFigures(
        count=count,
        won=won,
        win_rate=won / count,
        profit_factor=ratio(gains, losses),
        expectancy=float(profits.mean()),
        best=float(profits.max()),
        worst=float(profits.min()),
        mean_ms=float(lengths_ms.mean()),
    )
