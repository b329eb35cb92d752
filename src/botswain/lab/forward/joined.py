"""Test spans one after the other, as one account: each begins with what the one before ended with.

Every figure of a report that goes by equity, days, falls and round trips is made of it by the same functions as of a
single run; of orders and holdings what can be added is added.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from botswain.core.metrics import CurveFigures, curve_figures
from botswain.lab.forward.parts import Part, grown
from botswain.lab.market import Market
from botswain.lab.metrics.benchmark import benchmark_figures, held_curve
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
from botswain.lab.metrics.figures import YEAR_DAYS, known, ratios_group
from botswain.lab.metrics.returns import balance_figures, realised_figures, return_figures
from botswain.lab.metrics.spread import spread_figures
from botswain.lab.metrics.trip_columns import TripColumns
from botswain.lab.metrics.trip_groups import trip_groups
from botswain.lab.metrics.trips import trip_figures_of
from botswain.model.timeframe import DAY_MS

BPS = 1e4
ADDED = ("fills", "buys", "sells", "partial_fills", "stale_fills", "expired_orders", "limit_hits", "halts")
COSTS = ("slippage_cost", "funding_cost", "borrow_cost")
COUNTED = ("ended_orders", "notes")


@dataclass(frozen=True, eq=False)
class Joined:
    """Parts as one account that began with `start`, in quote.

    market  of all of the time from the first test span to the last one, which buying and holding goes by
    """

    start: float
    parts: tuple[Part, ...]
    market: Market

    @cached_property
    def begins(self) -> Any:
        """What each part begins with, by what the first one began with: float64. Where all is lost nothing is left."""
        ends = [max(float(one.equity[-1]), 0.0) for one in self.parts]
        return np.concatenate(([1.0], np.cumprod(ends)[:-1]))

    @cached_property
    def equity(self) -> Any:
        """Equity at each close, float64, in quote."""
        return self.start * np.concatenate([one.equity * k for one, k in zip(self.parts, self.begins, strict=True)])

    @cached_property
    def opens_ms(self) -> Any:
        """Open times of the candles that were decided, int64."""
        return np.concatenate([one.opens_ms for one in self.parts])

    @cached_property
    def held(self) -> Any:
        """What buying at the first close and holding, through what an embargo leaves out too, was worth then."""
        whole = held_curve(self.start, self.market)
        return whole[np.searchsorted(self.market.instants, self.opens_ms)]

    @cached_property
    def curve_figures(self) -> CurveFigures:
        """Figures of the curve."""
        return curve_figures(self.start, self.equity, self.opens_ms, self.market.timeframe_ms)

    @cached_property
    def days(self) -> Days:
        """By UTC days."""
        sessions = self.curve_figures.sessions
        return days_of(self.start, self.equity, self.held, self.opens_ms, self.market.timeframe_ms, sessions)

    @cached_property
    def falls(self) -> Falls:
        """Its drawdowns."""
        return falls_of(self.start, self.equity, self.opens_ms, self.market.timeframe_ms)

    @cached_property
    def trips(self) -> TripColumns:
        """Its round trips; what was open at the end of a span is none."""
        scaled = [grown(one.trips, self.start * k) for one, k in zip(self.parts, self.begins, strict=True)]
        names = ("symbol", "direction", "began_ms", "ended_ms", "profits", "stakes", "reasons")
        return TripColumns(*(np.concatenate([getattr(one, name) for one in scaled]) for name in names))

    @property
    def risk_free(self) -> float:
        """Nothing: a walk-forward is not told what money earns without risk."""
        return 0.0

    @property
    def excess(self) -> Any:
        """Daily returns beyond that."""
        return self.days.returns

    @property
    def span_ms(self) -> tuple[int, int]:
        """From the first open to the last close."""
        return int(self.opens_ms[0]), int(self.opens_ms[-1]) + self.market.timeframe_ms

    def total(self, name: str) -> float:
        """The sum of an amount of each part, in quote."""
        return self.start * sum(
            float(getattr(one, name)) * float(k) for one, k in zip(self.parts, self.begins, strict=True)
        )


def joined_figures(of: Joined) -> dict[str, dict[str, Any]]:
    """Every figure, by group and name, as `lab.metrics.figures` has those of one run; closing is what was reckoned for

    closing positions at the ends of spans, in quote, and is among the fees.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = {
            "returns": returns(of),
            "risk": risk(of),
            "ratios": ratios_group(of),
            "trades": trades(of),
            "execution": execution(of),
            "benchmark": benchmark_figures(of.days, of.curve_figures.total_return, of.held),
        }
    return {group: {name: known(value) for name, value in values.items()} for group, values in found.items()}


def returns(of: Joined) -> dict[str, Any]:
    """What was earned."""
    first, last = of.span_ms
    net, fees = float(of.equity[-1]) - of.start, of.total("fees") + of.total("closing")
    return {
        "total_return": of.curve_figures.total_return,
        "cagr": of.curve_figures.cagr,
        "net_profit": net,
        "profit_before_fees": net + fees,
        "fees": fees,
        "closing": of.total("closing"),
        "open_profit": net - float(of.trips.profits.sum()),
        **return_figures(of.days),
        **realised_figures(of.days, of.trips.ended_ms, of.trips.profits),
        **balance_figures(of.start, of.equity, of.trips.profits),
        "turnover": over(of.total("volume"), float(of.equity.mean())) / ((last - first) / (YEAR_DAYS * DAY_MS)),
    }


def risk(of: Joined) -> dict[str, Any]:
    """What was risked."""
    curve, by_day = of.curve_figures, daily_falls(of.days.start, of.days.marks)
    counts = [len(one.opens_ms) for one in of.parts]
    return {
        "max_drawdown": curve.max_drawdown,
        "drawdown_ms": curve.drawdown_ms,
        **fall_figures(of.falls, *of.span_ms),
        "worst_1pct_drawdown": worst_mean(by_day),
        "ulcer_index": ulcer_index(by_day),
        "volatility": curve.volatility,
        **spread_figures(of.days.returns, of.days.sessions),
        "exposure": mean([one.exposure for one in of.parts], counts),
        "mean_gross_exposure": mean([one.holdings.get("mean_gross_exposure", 0.0) for one in of.parts], counts),
        "max_gross_exposure": max(one.holdings.get("max_gross_exposure", 0.0) for one in of.parts),
        "recoveries_ms": recoveries(of.falls),
        "deepest": deepest_falls(of.falls),
    }


def trades(of: Joined) -> dict[str, Any]:
    """What round trips were like."""
    some = [one for one in of.parts if len(one.trips)]
    counts = [len(one.trips) for one in some]
    names = list(some[0].excursions) if some else []
    extremes = {
        name: mean([one.excursions[name] for one in some], counts)
        if name.startswith("mean_")
        else max(one.excursions[name] for one in some)
        for name in names
    }
    found = trip_figures_of(of.trips, *of.span_ms) | extremes
    return found | {"by": trip_groups(of.trips, of.market.symbols)}


def execution(of: Joined) -> dict[str, Any]:
    """How orders were done, as far as parts can be added."""
    some = [(one.execution, k) for one, k in zip(of.parts, of.begins, strict=True) if one.execution]
    volume, fees = of.total("volume"), of.total("fees")
    found: dict[str, Any] = {name: sum(one[name] for one, _ in some) for name in ADDED}
    makers = sum(one["maker_share"] * one["fills"] for one, _ in some if one["fills"])
    paid = [(one.costs, of.start * float(k)) for one, k in zip(of.parts, of.begins, strict=True) if one.costs]
    found |= {name: sum(costs[name] * factor for costs, factor in paid) for name in COSTS}
    found |= {"maker_share": over(makers, found["fills"]), "volume": volume, "fees": fees}
    found["fee_bps"] = over(fees, volume) * BPS
    for name in COUNTED:
        found[name] = dict(sum((Counter(one[name]) for one, _ in some), Counter()).most_common())
    return found


def mean(values: Sequence[float], weights: Sequence[int]) -> float:
    """Their mean by weights."""
    return sum(one * k for one, k in zip(values, weights, strict=True)) / sum(weights) if sum(weights) else math.nan
