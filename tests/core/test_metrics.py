"""The figures of a curve and of round trips, computed by hand for a handful of marks."""

import math

import numpy as np
import pytest

from botswain.core.metrics import curve_figures, daily_returns, deepest, ratio, trip_figures

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
T0 = 1_700_000_000_000 // DAY_MS * DAY_MS


def curve(*marks):
    return np.array(marks, np.float64)


def figures(start, marks, step_ms=DAY_MS):
    return curve_figures(start, curve(*marks), T0, T0 + (len(marks) - 1) * step_ms, step_ms)


def test_a_year_of_daily_marks_has_its_growth_as_its_annual_growth():
    found = curve_figures(100.0, np.linspace(100.0, 121.0, 365), T0, T0 + 364 * DAY_MS, DAY_MS)
    assert found.total_return == pytest.approx(0.21)
    assert found.cagr == pytest.approx(0.21)


def test_the_fall_from_the_highest_peak_counts_in_depth_and_in_time():
    found = figures(100.0, [110.0, 120.0, 90.0, 100.0, 120.0, 119.0])
    assert found.max_drawdown == pytest.approx(0.25)
    assert found.drawdown_ms == 3 * DAY_MS
    assert found.calmar == pytest.approx(found.cagr / 0.25)


def test_a_fall_from_the_start_that_never_recovers_lasts_to_the_end():
    assert deepest(100.0, curve(90.0, 80.0, 95.0), HOUR_MS) == (pytest.approx(0.2), 3 * HOUR_MS)


def test_a_curve_that_only_rises_has_no_drawdown():
    found = figures(100.0, [101.0, 102.0, 103.0])
    assert (found.max_drawdown, found.drawdown_ms) == (0.0, 0)
    assert math.isnan(found.calmar)
    assert math.isnan(found.sortino)


def test_sharpe_and_sortino_are_of_daily_returns_times_the_root_of_365():
    found = figures(100.0, [110.0, 99.0, 108.9])  # +10 %, -10 %, +10 %
    mean, spread = 0.1 / 3, math.sqrt(((0.1 - 0.1 / 3) ** 2 * 2 + (0.1 + 0.1 / 3) ** 2) / 2)
    assert found.volatility == pytest.approx(spread * math.sqrt(365))
    assert found.sharpe == pytest.approx(mean / spread * math.sqrt(365))
    assert found.sortino == pytest.approx(mean / math.sqrt(0.01 / 3) * math.sqrt(365))


def test_marks_of_a_single_day_are_too_little_for_daily_figures():
    found = curve_figures(100.0, curve(101.0, 102.0), T0 + HOUR_MS, T0 + 2 * HOUR_MS, HOUR_MS)
    assert math.isnan(found.sharpe)
    assert math.isnan(found.volatility)


def test_a_ruined_account_has_no_annual_growth():
    assert math.isnan(figures(100.0, [50.0, -10.0]).cagr)


def test_a_growth_too_steep_to_be_annual_is_not_reported():
    assert math.isnan(figures(1.0, [1e300], HOUR_MS).cagr)


def test_days_end_at_midnight_and_the_last_one_with_the_last_mark():
    """Marks at 22:00, 23:00, 24:00, 01:00, 02:00: the first day ends at 103, the second with 105."""
    marks = curve(101.0, 102.0, 103.0, 104.0, 105.0)
    assert daily_returns(100.0, marks, T0 + 22 * HOUR_MS, HOUR_MS) == pytest.approx([0.03, 105 / 103 - 1])


def test_a_run_that_ends_at_midnight_has_no_further_day():
    marks = curve(101.0, 102.0)
    assert daily_returns(100.0, marks, T0 + 23 * HOUR_MS, HOUR_MS) == pytest.approx([0.02])


def test_returns_from_nothing_are_left_out():
    assert daily_returns(100.0, curve(0.0, 50.0, 100.0), T0, DAY_MS) == pytest.approx([-1.0, 1.0])


def test_a_ratio_to_nothing_has_no_value():
    assert ratio(1.0, 2.0) == 0.5
    assert math.isnan(ratio(1.0, 0.0))
    assert math.isnan(ratio(1.0, math.nan))


def test_round_trips_are_counted_and_weighed():
    found = trip_figures(np.array([10.0, -5.0, 20.0, 0.0]), np.array([1000, 2000, 3000, 2000]))
    assert (found.count, found.won, found.win_rate) == (4, 2, 0.5)
    assert (found.profit_factor, found.expectancy) == (6.0, 6.25)
    assert (found.best, found.worst, found.mean_ms) == (20.0, -5.0, 2000.0)


def test_no_round_trips_have_no_figures_but_their_number():
    found = trip_figures(np.array([]), np.array([]))
    assert (found.count, found.won) == (0, 0)
    assert math.isnan(found.win_rate)


def test_round_trips_that_only_win_have_no_profit_factor():
    assert math.isnan(trip_figures(np.array([1.0]), np.array([1])).profit_factor)
