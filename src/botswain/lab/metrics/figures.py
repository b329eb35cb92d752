"""Every figure of a run by group and name, as a report holds them: returns, risk, ratios, trades, execution, benchmark,
and of some bots their own.

Names are stable. Fractions and ratios are numbers, money is a number in quote (to the last digit it is in
`Result.metrics`), times and lengths are milliseconds; None is what has no value: too few days, no loss, no variance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from botswain.core.metrics import CurveFigures, moments
from botswain.lab.metrics.benchmark import benchmark_figures, held_curve
from botswain.lab.metrics.bot_figures import bot_figures
from botswain.lab.metrics.costs import cost_figures
from botswain.lab.metrics.days import Days, days_of, over
from botswain.lab.metrics.drawdowns import (
    Falls,
    daily_falls,
    deepest_falls,
    fall_figures,
    falls_of,
    recoveries,
    ulcer_index,
    worst_mean,
)
from botswain.lab.metrics.excursions import excursion_figures
from botswain.lab.metrics.execution import execution_figures
from botswain.lab.metrics.holdings import holding_figures
from botswain.lab.metrics.ratios import autocorrelation_penalty, omega, probable, serenity, stability, sterling
from botswain.lab.metrics.returns import balance_figures, realised_figures, return_figures
from botswain.lab.metrics.spread import spread_figures
from botswain.lab.metrics.trip_columns import TripColumns, trip_columns
from botswain.lab.metrics.trip_groups import trip_groups
from botswain.lab.metrics.trips import trip_figures_of
from botswain.lab.result import Result
from botswain.model.errors import BadInput
from botswain.model.timeframe import DAY_MS

YEAR_DAYS = 365.0


@dataclass(frozen=True, eq=False)
class Columns:
    """What a run's figures are made of, each made once: curves in quote, days, falls and round trips.

    risk_free  what money earns a year without any risk, a fraction above -1: ratios are of what is beyond it
    """

    result: Result
    risk_free: float = 0.0

    @cached_property
    def start(self) -> float:
        """What the run began with."""
        return float(self.result.plan.capital)

    @cached_property
    def equity(self) -> Any:
        """Equity at each close that was decided, float64."""
        return np.asarray(self.result.curve, np.float64) * float(self.result.unit)

    @cached_property
    def held(self) -> Any:
        """What buying and holding was worth then."""
        return held_curve(self.start, self.result.market)

    @cached_property
    def opens_ms(self) -> Any:
        """Open times of the candles that were decided."""
        return np.asarray(self.result.market.instants, np.int64)

    @cached_property
    def days(self) -> Days:
        """By UTC days."""
        length, sessions = self.result.market.timeframe_ms, self.result.curve_figures.sessions
        return days_of(self.start, self.equity, self.held, self.opens_ms, length, sessions)

    @property
    def excess(self) -> Any:
        """Daily returns beyond the risk-free rate, of which a day has its part: rate / sessions."""
        returns = self.days.returns
        return returns - self.risk_free / self.days.sessions if self.risk_free else returns

    @cached_property
    def falls(self) -> Falls:
        """Its drawdowns."""
        return falls_of(self.start, self.equity, self.opens_ms, self.result.market.timeframe_ms)

    @cached_property
    def trips(self) -> TripColumns:
        """Its round trips."""
        return trip_columns(self.result)

    @property
    def curve_figures(self) -> CurveFigures:
        """Figures of the equity curve."""
        return self.result.curve_figures

    @property
    def span_ms(self) -> tuple[int, int]:
        """From the first open to the last close."""
        return int(self.opens_ms[0]), int(self.opens_ms[-1]) + self.result.market.timeframe_ms


class Account(Protocol):
    """What ratios are made of: a run, or several one after the other."""

    @property
    def start(self) -> float: ...
    @property
    def curve_figures(self) -> CurveFigures: ...
    @property
    def days(self) -> Days: ...
    @property
    def falls(self) -> Falls: ...
    @property
    def trips(self) -> TripColumns: ...
    @property
    def risk_free(self) -> float: ...
    @property
    def excess(self) -> Any: ...


def figures(result: Result, *, risk_free: float = 0.0) -> dict[str, dict[str, Any]]:
    """Every figure of a run, by group and name.

    risk_free  what money earns a year without any risk, a fraction. Raises BadInput where that cannot be
    """
    return figures_of(Columns(result, risk_free_rate(risk_free)))


def risk_free_rate(given: object) -> float:
    """A rate as a person writes it: a fraction a year. Raises BadInput where it is none."""
    try:
        rate = float(str(given))
    except ValueError:
        rate = math.nan
    if not -1.0 < rate < 1.0:
        raise BadInput(f"the risk-free rate is {given}; write a fraction a year between -1 and 1, such as 0.03")
    return rate


def figures_of(columns: Columns) -> dict[str, dict[str, Any]]:
    """The same of columns that are at hand. Nothing is infinite or NaN in it."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = {
            "returns": returns_group(columns),
            "risk": risk_group(columns),
            "ratios": ratios_group(columns),
            "trades": trades_group(columns),
            "execution": execution_figures(columns.result) | cost_figures(columns.result, net_of(columns)),
            "benchmark": benchmark_figures(
                columns.days, columns.result.curve_figures.total_return, columns.held, columns.risk_free
            ),
            "bot": bot_figures(columns.result, columns.trips.profits, columns.trips.stakes),
        }
    return {group: {name: known(value) for name, value in values.items()} for group, values in found.items()}


def net_of(columns: Columns) -> float:
    """What was made, after all costs."""
    return float(columns.result.final_equity - columns.result.plan.capital)


def returns_group(columns: Columns) -> dict[str, Any]:
    """What was earned."""
    result, of = columns.result, columns.result.curve_figures
    first, last = columns.span_ms
    net, fees = net_of(columns), float(result.fees)
    years = (last - first) / (YEAR_DAYS * DAY_MS)
    return {
        "total_return": of.total_return,
        "cagr": of.cagr,
        "net_profit": net,
        "profit_before_fees": net + fees,
        "fees": fees,
        "open_profit": float(result.trip_money["open_profit"] or 0),
        **return_figures(columns.days),
        **realised_figures(columns.days, columns.trips.ended_ms, columns.trips.profits),
        **balance_figures(columns.start, columns.equity, columns.trips.profits),
        "turnover": over(float(result.volume), float(columns.equity.mean())) / years,
    }


def risk_group(columns: Columns) -> dict[str, Any]:
    """What was risked."""
    of, days = columns.result.curve_figures, columns.days
    by_day = daily_falls(days.start, days.marks)
    return {
        "max_drawdown": of.max_drawdown,
        "drawdown_ms": of.drawdown_ms,
        **fall_figures(columns.falls, *columns.span_ms),
        "worst_1pct_drawdown": worst_mean(by_day),
        "ulcer_index": ulcer_index(by_day),
        "volatility": of.volatility,
        **spread_figures(days.returns, days.sessions),
        "exposure": columns.result.exposure,
        **holding_figures(columns.result, columns.equity),
        "completion": completion(columns),
        "recoveries_ms": recoveries(columns.falls),
        "deepest": deepest_falls(columns.falls),
    }


def completion(columns: Columns) -> float:
    """The share of the closes that the strategy came to: until it was halted, or equity fell to zero. passivbot's."""
    count = len(columns.equity)
    ruined = np.flatnonzero(columns.equity <= 0.0)
    ended = int(ruined[0]) if len(ruined) else count
    halt = columns.result.halt
    if halt is not None:
        at = int(columns.result.market.steps[halt.instant])
        ended = min(ended, int(np.searchsorted(columns.opens_ms, at)))
    return ended / count


def ratios_group(columns: Account) -> dict[str, float]:
    """What was earned by what was risked."""
    of, days = columns.curve_figures, columns.days
    by_day = daily_falls(days.start, days.marks)
    ulcer, penalty = ulcer_index(by_day), autocorrelation_penalty(days.returns)
    sharpe, sortino = sharpe_ratios(columns)
    factor = trip_factor(columns.trips.profits)
    net = columns.start * of.total_return
    return {
        "risk_free": columns.risk_free,
        "sharpe": sharpe,
        "sortino": sortino,
        "calmar": of.calmar,
        "omega": omega(columns.excess),
        "sterling": sterling(of.cagr, columns.falls.depth),
        "ulcer_performance": over(of.cagr, ulcer),
        "serenity": serenity(of.total_return, ulcer, by_day, days.returns),
        "smart_sharpe": over(sharpe, penalty),
        "smart_sortino": over(sortino, penalty),
        "recovery_factor": over(net, columns.falls.money),
        "common_sense": factor * spread_figures(days.returns, days.sessions)["tail_ratio"],
        "stability": stability(days.returns),
        "probabilistic_sharpe": probable(columns.excess),
    }


def sharpe_ratios(columns: Account) -> tuple[float, float]:
    """Sharpe and Sortino ratio of what is beyond the risk-free rate, for a year."""
    if not columns.risk_free:
        return columns.curve_figures.sharpe, columns.curve_figures.sortino
    mean, spread, down = moments(columns.excess)
    root = math.sqrt(columns.days.sessions)
    return over(mean, spread) * root, over(mean, down) * root


def trip_factor(profits: Any) -> float:
    """Gross profit by gross loss."""
    return over(float(profits[profits > 0].sum()), -float(profits[profits < 0].sum()))


def trades_group(columns: Columns) -> dict[str, Any]:
    """What round trips were like."""
    trips = columns.trips
    found = trip_figures_of(trips, *columns.span_ms) | excursion_figures(columns.result, trips)
    return found | {"by": trip_groups(trips, columns.result.market.symbols)}


def known(value: Any) -> Any:
    """A value without anything that is no number in it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: known(one) for name, one in value.items()}
    return [known(one) for one in value] if isinstance(value, list) else value
