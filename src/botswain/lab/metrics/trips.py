"""What round trips were like: how many won, by how much, for how long, and whether that is more than chance.

Money is in quote and after fees, a trip's return is its profit by its stake. A won one made more than zero, a lost one
less; NaN is what has no value.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.metrics.days import over
from botswain.lab.metrics.student_t import two_sided
from botswain.lab.metrics.trip_columns import TripColumns
from botswain.model.timeframe import DAY_MS

MONTH_DAYS = 365.0 / 12.0


def trip_figures_of(trips: TripColumns, first_ms: int, last_ms: int) -> dict[str, Any]:
    """All figures of round trips by name, of a run from first_ms to last_ms."""
    count, profits = len(trips), trips.profits
    days = (last_ms - first_ms) / DAY_MS
    won, lost = profits > 0, profits < 0
    long = trips.direction > 0
    found: dict[str, Any] = {
        "count": count,
        "per_day": count / days,
        "per_week": count / days * 7.0,
        "per_month": count / days * MONTH_DAYS,
        "long": int(long.sum()),
        "short": int((~long).sum()),
        "won": int(won.sum()),
        "drawn": count - int(won.sum()) - int(lost.sum()),
        "lost": int(lost.sum()),
        "win_rate": mean(won),
        "long_win_rate": mean(won[long]),
        "short_win_rate": mean(won[~long]),
    }
    found |= profit_figures(profits) | return_figures(trips.returns) | length_figures(trips)
    return found | {
        "longest_win_streak": longest_run(won),
        "longest_loss_streak": longest_run(lost),
        "most_open": most_at_once(trips.began_ms, trips.ended_ms),
        "mean_stake": mean(trips.stakes),
        "largest_stake": float(trips.stakes.max()) if count else math.nan,
    }


def profit_figures(profits: Any) -> dict[str, float]:
    """Figures of profits in money.

    gross_win, gross_loss   the sum of the profits of won trips, and of the losses of lost ones
    profit_factor       gross win / gross loss; loss_profit_ratio is its inverse
    payoff              mean win / mean loss
    expectancy          mean profit: win rate x mean win - loss rate x mean loss
    expectancy_ratio    that by the mean loss (Tharp, Trade Your Way to Financial Freedom, 1998); per_100: of 100 trips
    kelly               win rate - loss rate / payoff, the share of the account that grows fastest. Kelly, 1956
    closed_drawdown     the greatest fall of the sum of profits so far, in money
    """
    wins, losses = profits[profits > 0], profits[profits < 0]
    gain, loss = float(wins.sum()), -float(losses.sum())
    payoff = over(mean(wins), -mean(losses))
    expectancy = mean(profits)
    lost = over(len(losses), len(profits))
    path = np.concatenate(([0.0], np.cumsum(profits)))
    return {
        "gross_win": gain,
        "gross_loss": loss,
        "profit_factor": over(gain, loss),
        "loss_profit_ratio": over(loss, gain),
        "payoff": payoff,
        "expectancy": expectancy,
        "expectancy_ratio": over(expectancy, -mean(losses)),
        "expectancy_per_100": expectancy * 100.0,
        "kelly": over(len(wins), len(profits)) - over(lost, payoff),
        "median_profit": median(profits),
        "mean_win": mean(wins),
        "mean_loss": mean(losses),
        "largest_win": float(wins.max()) if len(wins) else math.nan,
        "largest_loss": float(losses.min()) if len(losses) else math.nan,
        "closed_drawdown": float((np.maximum.accumulate(path) - path).max()),
    }


def return_figures(returns: Any) -> dict[str, float]:
    """Figures of returns on the stake.

    risk_return  mean / standard deviation (n - 1)
    sqn          that x sqrt(n), the system quality number (Tharp, Definitive Guide to Position Sizing, 2008), with the
                 return on the stake for its R, as what a trip risked is not known of every strategy
    p_value      two-sided t-test: how likely a mean so far from zero is where the true one is zero. Trips are taken to
                 be independent, which those of several symbols at once are not
    """
    count = len(returns)
    spread = float(returns.std(ddof=1)) if count > 1 else math.nan
    by_risk = over(mean(returns), spread)
    return {
        "mean_return": mean(returns),
        "median_return": median(returns),
        "best_return": float(returns.max()) if count else math.nan,
        "worst_return": float(returns.min()) if count else math.nan,
        "risk_return": by_risk,
        "sqn": by_risk * math.sqrt(count),
        "p_value": two_sided(by_risk * math.sqrt(count), count - 1),
    }


def length_figures(trips: TripColumns) -> dict[str, float]:
    """How long they lasted, in milliseconds."""
    lengths, profits = trips.lengths_ms, trips.profits
    return {
        "mean_ms": mean(lengths),
        "median_ms": median(lengths),
        "shortest_ms": float(lengths.min()) if len(lengths) else math.nan,
        "longest_ms": float(lengths.max()) if len(lengths) else math.nan,
        "mean_ms_won": mean(lengths[profits > 0]),
        "mean_ms_lost": mean(lengths[profits < 0]),
    }


def mean(values: Any) -> float:
    """Their mean, NaN of none."""
    return float(values.mean()) if len(values) else math.nan


def median(values: Any) -> float:
    """Their median, NaN of none."""
    return float(np.median(values)) if len(values) else math.nan


def longest_run(marked: Any) -> int:
    """The most that are marked one after the other."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.astype(np.int8), [0]))))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0


def most_at_once(began_ms: Any, ended_ms: Any) -> int:
    """The most trips that were open at one time; one that ends when another begins is not open any more."""
    if not len(began_ms):
        return 0
    times = np.concatenate((began_ms, ended_ms))
    steps = np.repeat((1, -1), len(began_ms))
    order = np.lexsort((steps, times))
    return max(int(np.cumsum(steps[order]).max()), 1)
