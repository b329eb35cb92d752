"""Round trips by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.lab.made import START_MS

from botswain.lab.metrics.excursions import extremes
from botswain.lab.metrics.student_t import incomplete_beta, two_sided
from botswain.lab.metrics.trip_columns import TripColumns, opening_worth
from botswain.lab.metrics.trip_groups import trip_groups
from botswain.lab.metrics.trips import longest_run, most_at_once, trip_figures_of

HOUR, DAY = 3_600_000, 86_400_000


def columns(profits: list[float], began: list[int] | None = None, lengths: list[int] | None = None) -> TripColumns:
    """Trips of a stake of 100 each, an hour long, a day apart, unless told otherwise; the second one is short."""
    count = len(profits)
    starts = START_MS + np.array(began or [k * DAY for k in range(count)], np.int64)
    ends = starts + np.array(lengths or [HOUR] * count, np.int64)
    directions = np.array([-1 if k == 1 else 1 for k in range(count)], np.int64)
    reasons = np.array(["target" if k % 2 else "stop" for k in range(count)], object)
    found = np.array(profits, np.float64)
    return TripColumns(np.zeros(count, np.int64), directions, starts, ends, found, np.full(count, 100.0), reasons)


def test_figures_of_four_trips() -> None:
    """Two of five: 30 and 10 won, 20 and 5 lost, one drawn."""
    trips = columns([30.0, -20.0, 0.0, 10.0, -5.0], lengths=[HOUR, 2 * HOUR, HOUR, 3 * HOUR, 5 * HOUR])
    found = trip_figures_of(trips, START_MS, START_MS + 10 * DAY)
    assert (found["count"], found["won"], found["drawn"], found["lost"]) == (5, 2, 1, 2)
    assert (found["long"], found["short"], found["short_win_rate"]) == (4, 1, 0.0)
    assert (found["win_rate"], found["long_win_rate"]) == (0.4, 0.5)
    assert (found["per_day"], found["per_week"]) == (0.5, 3.5)
    assert (found["gross_win"], found["gross_loss"]) == (40.0, 25.0)
    assert (found["profit_factor"], found["loss_profit_ratio"]) == (1.6, 0.625)
    assert found["payoff"] == pytest.approx(20.0 / 12.5)
    assert (found["expectancy"], found["expectancy_per_100"]) == (3.0, 300.0)
    assert found["expectancy_ratio"] == pytest.approx(3.0 / 12.5)
    assert found["kelly"] == pytest.approx(0.4 - 0.4 / 1.6)
    assert (found["largest_win"], found["largest_loss"], found["median_profit"]) == (30.0, -20.0, 0.0)
    assert found["closed_drawdown"] == 20.0
    returns = np.array([0.3, -0.2, 0.0, 0.1, -0.05])
    assert found["sqn"] == pytest.approx(math.sqrt(5) * returns.mean() / returns.std(ddof=1))
    assert (found["mean_ms_won"], found["mean_ms_lost"], found["longest_ms"]) == (2 * HOUR, 3.5 * HOUR, 5 * HOUR)
    assert (found["longest_win_streak"], found["longest_loss_streak"], found["most_open"]) == (1, 1, 1)


def test_one_trip_and_none_have_no_spread() -> None:
    one = trip_figures_of(columns([5.0]), START_MS, START_MS + DAY)
    assert one["mean_return"] == 0.05
    for name in ("sqn", "risk_return", "p_value", "payoff", "profit_factor", "kelly", "mean_loss", "largest_loss"):
        assert math.isnan(one[name]), name
    none = trip_figures_of(columns([]), START_MS, START_MS + DAY)
    assert (none["count"], none["most_open"], none["longest_win_streak"], none["gross_win"]) == (0, 0, 0, 0.0)
    assert math.isnan(none["win_rate"])


def test_runs_and_what_is_open_at_once() -> None:
    assert longest_run(np.array([True, True, False, True, True, True])) == 3
    assert longest_run(np.array([False])) == 0
    assert most_at_once(np.array([0, 5, 6]), np.array([6, 10, 8])) == 2
    assert most_at_once(np.array([3]), np.array([3])) == 1


def test_groups_go_by_the_first_fill() -> None:
    """2024-01-01 is a Monday."""
    found = trip_groups(columns([30.0, -20.0, 10.0], [0, DAY + 5 * HOUR, 31 * DAY]), ["BTC/USDT"])
    assert list(found["weekday"]) == ["monday", "tuesday", "thursday"]
    assert found["hour"]["0"]["count"] == 2
    assert found["hour"]["5"] == {"count": 1, "won": 0, "profit": -20.0, "mean_return": -0.2}
    assert list(found["month"]) == ["2024-01", "2024-02"]
    assert found["direction"]["long"] == {"count": 2, "won": 2, "profit": 40.0, "mean_return": pytest.approx(0.2)}
    assert found["exit_reason"]["stop"]["count"] == 2
    assert found["symbol"] == {
        "BTC/USDT": {"count": 3, "won": 2, "profit": 20.0, "mean_return": pytest.approx(0.2 / 3)}
    }
    assert set(trip_groups(columns([]), ["BTC/USDT"])) == set(found)


def test_a_fill_through_zero_closes_one_trip_and_opens_the_next() -> None:
    """Buy 3 at 10 and 1 at 12, sell 6 at 20 (4 close, 2 open a short), buy 1 at 15, buy 1 at 14; later buy 2 at 5."""
    lots, side = np.array([3.0, 1, 6, 1, 1, 2, 2]), np.array([1.0, 1, -1, 1, 1, 1, -1])
    price = np.array([10.0, 12, 20, 15, 14, 5, 6])
    worth = opening_worth(lots, side, price, np.array([0, 2, 5]), np.array([2, 4, 6]))
    assert worth.tolist() == [42.0, 40.0, 10.0]


def test_a_position_that_is_still_open_is_no_part_of_the_last_trip() -> None:
    lots, side, price = np.array([1.0, 1, 5]), np.array([1.0, -1, 1]), np.array([10.0, 11, 12])
    assert opening_worth(lots, side, price, np.array([0]), np.array([1])).tolist() == [10.0]


def test_extremes_of_any_ranges_are_those_of_looking() -> None:
    rng = np.random.default_rng(4)
    values = rng.normal(size=500)
    first = rng.integers(0, 500, 400)
    last = np.minimum(first + rng.integers(0, 300, 400), 499)
    assert extremes(values, first, last, np.minimum).tolist() == [
        values[a : b + 1].min() for a, b in zip(first, last, strict=True)
    ]
    assert len(extremes(values, first[:0], last[:0], np.maximum)) == 0


def test_the_t_distribution_at_known_places() -> None:
    """Of one degree of freedom it is Cauchy's, of two it has a closed form."""
    assert two_sided(1.0, 1) == pytest.approx(0.5)
    assert two_sided(-2.0, 2) == pytest.approx(1.0 - 2.0 / math.sqrt(6.0))
    assert two_sided(0.0, 9) == 1.0
    assert math.isnan(two_sided(1.0, 0))
    assert math.isnan(two_sided(math.nan, 5))
    assert incomplete_beta(0.3, 2.0, 3.0) == pytest.approx(0.3483)
