"""What a run was worth: figures of an equity curve and of round trips.

Floats are right here: nothing is booked from them. Time is that of the marks, not their number: candles may be missing,
and markets may be shut. docs/rules.md section 9 says the same in the same order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.model.timeframe import DAY_MS

YEAR_DAYS = 365.0
# A run that is shorter says nothing of a year: half a day at -2 % would be a year at -100 %.
LEAST_YEARS = 7 / YEAR_DAYS
# Marks that are looked at together: of 64 bits, so that several columns of them fit into a processor's own memory.
MARKS_AT_ONCE = 1 << 13


@dataclass(frozen=True, slots=True)
class CurveFigures:
    """Figures of an equity curve; fractions unless said, NaN where there is too little data.

    cagr            (end / start)^(1 / years) - 1, of a week at least
    max_drawdown    largest fall as a fraction of its peak; drawdown_ms from that peak to its recovery or the end
    volatility      standard deviation of daily returns x sqrt(sessions)
    sharpe          mean / standard deviation of daily returns x sqrt(sessions)
    sortino         mean / root mean square of negative daily returns x sqrt(sessions)
    calmar          cagr / max_drawdown
    sessions        daily returns a year: 365 x their number / UTC days from the first to the last
    """

    total_return: float
    cagr: float
    max_drawdown: float
    drawdown_ms: int
    volatility: float
    sharpe: float
    sortino: float
    calmar: float
    sessions: float


def curve_figures(start: float, equity: Any, opens_ms: Any, length_ms: int) -> CurveFigures:
    """Figures of `equity` (float64, one mark a close, money in any unit) that began with `start`.

    opens_ms   open time of each mark's candle, int64, ascending; the run began with the first
    length_ms  how much later the marks stand, at the candles' ends
    """
    end = float(equity[-1])
    began_ms, ended_ms = int(opens_ms[0]), int(opens_ms[-1]) + length_ms
    years = (ended_ms - began_ms) / (YEAR_DAYS * DAY_MS)
    growth = end / start
    told = years >= LEAST_YEARS and growth > 0 and abs(math.log(growth)) / years < 700
    cagr = growth ** (1.0 / years) - 1.0 if told else math.nan
    drawdown, length = deepest(start, equity, opens_ms, length_ms)
    daily = daily_returns(start, equity, opens_ms, length_ms)
    mean, spread, down = moments(daily)
    sessions = YEAR_DAYS * len(daily) / (day_of(ended_ms) - day_of(began_ms + 1) + 1)
    scale = math.sqrt(sessions)
    return CurveFigures(
        total_return=growth - 1.0,
        cagr=cagr,
        max_drawdown=drawdown,
        drawdown_ms=length,
        volatility=spread * scale,
        sharpe=ratio(mean, spread) * scale,
        sortino=ratio(mean, down) * scale,
        calmar=ratio(cagr, drawdown),
        sessions=sessions,
    )


def day_of(time_ms: int) -> int:
    """The UTC day that an instant ends or lies in, as a number: midnight ends its day."""
    return (time_ms - 1) // DAY_MS


def deepest(start: float, equity: Any, opens_ms: Any, length_ms: int) -> tuple[float, int]:
    """The largest fall as a fraction of its peak, and the time from the last mark at that peak to the first that is

    back at it, or to the last one.
    """
    share, low, peak = 1.0, 0, start
    height = start
    # Part by part: what is worked out on the way stays in the processor, and most parts have no new peak.
    for first in range(0, len(equity), MARKS_AT_ONCE):
        part = equity[first : first + MARKS_AT_ONCE]
        top = float(part.max())
        peaks = np.maximum(np.maximum.accumulate(part), height) if top > height else np.full(len(part), height)
        shares = part / peaks
        place = int(shares.argmin())
        if shares[place] < share:
            share, low, peak = float(shares[place]), first + place, float(peaks[place])
        height = max(height, top)
    depth = 1.0 - share
    if depth <= 0.0:
        return 0.0, 0
    before = np.flatnonzero(equity[: low + 1] >= peak)
    began = int(opens_ms[before[-1]]) + length_ms if len(before) else int(opens_ms[0])
    after = equity[low:] >= peak
    ended = low + int(np.argmax(after)) if after.any() else len(equity) - 1
    return depth, int(opens_ms[ended]) + length_ms - began


def daily_returns(start: float, equity: Any, opens_ms: Any, length_ms: int) -> Any:
    """Returns from the last mark of each UTC day that has one to that of the next that has one; a day without candles

    has no return. The first is from `start`.
    """
    marks = equity[last_of_days(opens_ms, length_ms)]
    before = np.empty_like(marks)
    before[0] = start
    before[1:] = marks[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        returns = marks / before - 1.0
    return returns[np.isfinite(returns)]


def last_of_days(opens_ms: Any, length_ms: int) -> Any:
    """The places of the last mark of each UTC day that has one, int64, ascending."""
    first, last = (day_of(int(one) + length_ms) for one in (opens_ms[0], opens_ms[-1]))
    midnights = np.arange(first + 1, last + 2) * DAY_MS
    # A day without a mark finds that of the day before again.
    return np.unique(np.searchsorted(opens_ms, midnights - length_ms, side="right") - 1)


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
    gained = profits > 0
    won = int(np.count_nonzero(gained))
    gains = float(profits[gained].sum())
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
