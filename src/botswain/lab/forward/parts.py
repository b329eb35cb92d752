"""One test span as it was lived: a run of the chosen parameters, by what it began with.

A position that is open at its end is reckoned as closed there, at the last close, less the fee and the fixed slippage
of an order by the market: the next span begins without one, with other parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from botswain.lab.metrics.costs import cost_figures
from botswain.lab.metrics.excursions import excursion_figures
from botswain.lab.metrics.execution import execution_figures
from botswain.lab.metrics.holdings import holding_figures
from botswain.lab.metrics.trip_columns import TripColumns, trip_columns
from botswain.lab.result import Result

BPS = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A test span. Money is by the capital that it began with, which is 1.

    opens_ms  int64, of the candles that were decided
    equity    float64, at their closes, the last one after closing
    closing   what closing what was open at the end costs
    costs     beside fees, by name (`lab.metrics.costs`)
    """

    opens_ms: Any
    equity: Any
    closing: float
    trips: TripColumns
    fees: float
    volume: float
    exposure: float
    holdings: dict[str, float] = field(default_factory=dict)
    excursions: dict[str, float] = field(default_factory=dict)
    execution: dict[str, Any] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)


def part_of(result: Result) -> Part:
    """That of a run."""
    capital, marks = float(result.plan.capital), np.asarray(result.curve, np.float64)
    equity = marks * float(result.unit) / capital
    trips, closing = trip_columns(result), closing_cost(result) / capital
    holdings, excursions = holding_figures(result, equity * capital), excursion_figures(result, trips)
    ended = equity.copy()
    ended[-1] -= closing
    return Part(
        np.asarray(result.market.instants, np.int64),
        ended,
        closing,
        grown(trips, 1.0 / capital),
        float(result.fees) / capital,
        float(result.volume) / capital,
        result.exposure,
        holdings,
        excursions,
        execution_figures(result),
        {name: cost / capital for name, cost in cost_figures(result, 0.0).items()},
    )


def idle_part(result: Result) -> Part:
    """Of the span of a run one in which nothing is done."""
    instants = np.asarray(result.market.instants, np.int64)
    whole, floats = np.zeros(0, np.int64), np.zeros(0)
    none = TripColumns(whole, whole, whole, whole, floats, floats, np.zeros(0, object))
    return Part(instants, np.ones(len(instants)), 0.0, none, 0.0, 0.0, 0.0)


def closing_cost(result: Result) -> float:
    """What selling (of shorts, buying back) all that is held at the last close costs, in quote."""
    found, slips = 0.0, float(result.plan.slippage.bps) / BPS
    for s, one in enumerate(result.plan.instruments):
        close = float(int(result.market.ticks[s][3][-1]) * one.tick_size)
        found += abs(float(result.position(one.symbol))) * close * (float(one.taker_fee) + slips)
    return found


def grown(trips: TripColumns, factor: float) -> TripColumns:
    """The same trips with so many times the money."""
    return TripColumns(
        trips.symbol,
        trips.direction,
        trips.began_ms,
        trips.ended_ms,
        trips.profits * factor,
        trips.stakes * factor,
        trips.reasons,
    )
