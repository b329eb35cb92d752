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


def evenly(count, step_ms=DAY_MS, first_ms=T0):
    """Open times, one after the other."""
    return first_ms + step_ms * np.arange(count, dtype=np.int64)


def figures(start, marks, step_ms=DAY_MS):
    return curve_figures(start, curve(*marks), evenly(len(marks), step_ms, T0 - step_ms), step_ms)


def on_days(*days):
    """The midnights that these days begin with, counted from 1."""
    return T0 + DAY_MS * (np.array(days, np.int64) - 1)


def test_a_year_of_daily_marks_has_its_growth_as_its_annual_growth():
    found = curve_figures(100.0, np.linspace(100.0, 121.0, 365), evenly(365), DAY_MS)
    assert found.total_return == pytest.approx(0.21)
    assert found.cagr == pytest.approx(0.21)
    assert found.sessions == 365


@pytest.mark.parametrize("at_once", [1, 2, 3, 7])
def test_the_deepest_fall_is_the_same_however_many_marks_are_looked_at_together(at_once, monkeypatch):
    """Bit for bit that of the whole curve at once, of equal falls the first."""
    monkeypatch.setattr("botswain.core.metrics.MARKS_AT_ONCE", at_once)
    for seed in range(200):
        chance = np.random.default_rng(seed)
        marks = np.round(1e3 + np.cumsum(chance.normal(0, 10 ** (seed % 4), 30)), -(seed % 3)) + 1e6
        start = float(chance.choice([marks[0], marks.max() + 1.0, 1e6]))
        peaks = np.maximum(np.maximum.accumulate(marks), start)
        shares = marks / peaks
        low = int(shares.argmin())
        depth = 1.0 - float(shares[low])
        times = evenly(30)
        found = deepest(start, marks, times, DAY_MS)
        assert found[0] == max(depth, 0.0)
        if depth > 0.0:
            back = [k for k in range(low, 30) if marks[k] >= peaks[low]]
            left = [k for k in range(low + 1) if marks[k] >= peaks[low]]
            began = times[left[-1]] + DAY_MS if left else times[0]
            assert found[1] == times[back[0] if back else -1] + DAY_MS - began


def test_the_fall_from_the_highest_peak_counts_in_depth_and_in_time():
    found = figures(100.0, [110.0, 120.0, 90.0, 100.0, 120.0, 119.0, 119.0])
    assert found.max_drawdown == pytest.approx(0.25)
    assert found.drawdown_ms == 3 * DAY_MS
    assert found.calmar == pytest.approx(found.cagr / 0.25)


def test_a_fall_from_the_start_that_never_recovers_lasts_to_the_end():
    assert deepest(100.0, curve(90.0, 80.0, 95.0), evenly(3, HOUR_MS), HOUR_MS) == (
        pytest.approx(0.2),
        3 * HOUR_MS,
    )


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
    found = curve_figures(100.0, curve(101.0, 102.0), evenly(2, HOUR_MS), HOUR_MS)
    assert math.isnan(found.sharpe)
    assert math.isnan(found.volatility)


def test_a_ruined_account_has_no_annual_growth():
    assert math.isnan(figures(100.0, [50.0] * 7 + [-10.0]).cagr)


def test_a_growth_too_steep_to_be_annual_is_not_reported():
    assert math.isnan(figures(1.0, [1e150] * 8).cagr)


def test_less_than_a_week_says_nothing_of_a_year():
    short, week = figures(100.0, [99.0, 98.0] * 3), figures(100.0, [99.0, 98.0] * 3 + [98.0])
    assert math.isnan(short.cagr)
    assert math.isnan(short.calmar)
    assert week.cagr == pytest.approx(0.98 ** (365 / 7) - 1)
    assert week.calmar == pytest.approx(week.cagr / 0.02)


def test_days_end_at_midnight_and_the_last_one_with_the_last_mark():
    """Marks at 22:00, 23:00, 24:00, 01:00, 02:00: the first day ends at 103, the second with 105."""
    marks = curve(101.0, 102.0, 103.0, 104.0, 105.0)
    assert daily_returns(100.0, marks, evenly(5, HOUR_MS, T0 + 21 * HOUR_MS), HOUR_MS) == pytest.approx(
        [0.03, 105 / 103 - 1]
    )


def test_a_run_that_ends_at_midnight_has_no_further_day():
    marks = curve(101.0, 102.0)
    assert daily_returns(100.0, marks, evenly(2, HOUR_MS, T0 + 22 * HOUR_MS), HOUR_MS) == pytest.approx([0.02])


def test_returns_from_nothing_are_left_out():
    assert daily_returns(100.0, curve(0.0, 50.0, 100.0), evenly(3), DAY_MS) == pytest.approx([-1.0, 1.0])


class TestGaps:
    """Candles that are missing count by the clock: days that are not there have no return, and take their time."""

    def test_a_fall_lasts_from_its_peak_to_its_recovery_by_the_clock(self):
        """Hourly marks, two of them 100 hours apart: the fall takes 102 hours, not three marks."""
        opens = T0 + HOUR_MS * np.array([0, 1, 101, 103, 104], np.int64)
        assert deepest(100.0, curve(100.0, 120.0, 90.0, 121.0, 122.0), opens, HOUR_MS) == (
            pytest.approx(0.25), 102 * HOUR_MS,
        )  # fmt: skip

    def test_a_fall_from_the_start_begins_with_the_run(self):
        opens = T0 + HOUR_MS * np.array([0, 49], np.int64)
        assert deepest(100.0, curve(90.0, 80.0), opens, HOUR_MS) == (pytest.approx(0.2), 50 * HOUR_MS)

    def test_a_day_without_candles_has_no_return(self):
        """Marks on days 1, 1, 4 and 5: three returns, the second over days 2 to 4."""
        opens = T0 + HOUR_MS * np.array([22, 23, 95, 119], np.int64)
        found = daily_returns(100.0, curve(105.0, 110.0, 99.0, 108.9), opens, HOUR_MS)
        assert found == pytest.approx([0.1, -0.1, 0.1])

    def test_a_missing_hour_does_not_move_the_end_of_any_day(self):
        """48 hours but for the third: by number of marks the second day would end an hour late."""
        hours = np.array([one for one in range(1, 49) if one != 3], np.int64)
        marks = 100.0 + hours
        assert daily_returns(100.0, marks, T0 + HOUR_MS * (hours - 1), HOUR_MS) == pytest.approx(
            [24 / 100, 148 / 124 - 1]
        )

    def test_a_market_that_is_shut_at_weekends_has_fewer_sessions_a_year(self):
        """Two weeks of five days from a Monday on: 10 returns in 12 days, as often as that goes into a year."""
        marks = 100.0 * np.cumprod([1.1, 0.9] * 5)
        found = curve_figures(100.0, marks, on_days(1, 2, 3, 4, 5, 8, 9, 10, 11, 12), DAY_MS)
        assert found.sessions == pytest.approx(10 / 12 * 365)
        spread = math.sqrt(0.1**2 * 10 / 9)
        assert found.volatility == pytest.approx(spread * math.sqrt(10 / 12 * 365))
        assert found.sharpe == pytest.approx(0.0, abs=1e-9)
        assert found.sortino == pytest.approx(0.0, abs=1e-9)

    def test_a_year_of_252_sessions_has_252(self):
        days = np.sort(np.random.default_rng(1).choice(np.arange(2, 365), 250, replace=False))
        found = curve_figures(1.0, np.ones(252), on_days(1, *days, 365), DAY_MS)
        assert found.sessions == pytest.approx(252)

    def test_weekly_marks_have_as_many_returns_as_there_are_weeks(self):
        found = curve_figures(100.0, curve(110.0, 99.0, 108.9), evenly(3, 7 * DAY_MS), 7 * DAY_MS)
        assert found.sessions == pytest.approx(365 / 7)


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
