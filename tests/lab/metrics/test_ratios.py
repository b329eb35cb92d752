"""Ratios, spreads and periods by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tests.lab.made import crossed
from tests.lab.validation.test_judging import noise

from botswain.lab.metrics.days import Days, keys_of, lately, over, period_returns
from botswain.lab.metrics.figures import Columns, figures, risk_free_rate
from botswain.lab.metrics.ratios import autocorrelation_penalty, omega, probable, serenity, stability, sterling
from botswain.lab.metrics.returns import balance_figures, return_figures
from botswain.lab.metrics.spread import spread_figures
from botswain.model.errors import BadInput

empyrical = pytest.importorskip("empyrical", reason="empyrical-reloaded is not installed; make setup installs it")

RETURNS = np.array([0.02, -0.01, 0.03, -0.02, 0.01])


def test_omega_is_gains_by_losses() -> None:
    assert omega(RETURNS) == pytest.approx(0.06 / 0.03)
    assert omega(RETURNS, 0.01) == pytest.approx(0.03 / 0.05)
    assert math.isnan(omega(np.array([0.1, 0.0])))


def test_sterling_goes_by_the_five_deepest_falls() -> None:
    assert sterling(0.3, np.array([0.01, 0.1, 0.2, 0.3, 0.4, 0.5])) == pytest.approx(0.3 / 0.3)
    assert sterling(0.3, np.array([0.1, 0.2])) == pytest.approx(2.0)
    assert math.isnan(sterling(0.3, np.zeros(0)))


def test_serenity_is_punished_by_the_tail_of_falls() -> None:
    falls = np.array([0.0, 0.01, 0.0, 0.02, 0.01])
    ulcer, spread = math.sqrt(0.0006 / 5), float(np.std(RETURNS, ddof=1))
    assert serenity(0.03, ulcer, falls, RETURNS) == pytest.approx(0.03 / (ulcer * 0.02 / spread))
    assert math.isnan(serenity(0.03, ulcer, falls[:1], RETURNS[:1]))


def test_the_penalty_is_the_sum_over_all_distances() -> None:
    c = abs(np.corrcoef(RETURNS[:-1], RETURNS[1:])[0, 1])
    slowly = 1 + 2 * sum((5 - k) / 5 * c**k for k in range(1, 5))
    assert autocorrelation_penalty(RETURNS) == pytest.approx(math.sqrt(slowly))
    assert math.isnan(autocorrelation_penalty(RETURNS[:2]))
    assert math.isnan(autocorrelation_penalty(np.full(9, 0.01)))


def test_a_steady_gain_is_stable_and_what_never_moves_has_no_stability() -> None:
    assert stability(np.full(9, 0.01)) == pytest.approx(1.0)
    for values in (np.zeros(9), np.array([0.1]), np.array([0.1, -1.0])):
        assert math.isnan(stability(values))


def test_spreads_by_hand() -> None:
    found = spread_figures(RETURNS, 4.0)
    assert found["variance"] == pytest.approx(np.var(RETURNS, ddof=1) * 4)
    assert found["downside_deviation"] == pytest.approx(math.sqrt(0.0005 / 5) * 2)
    assert found["var_95"] == pytest.approx(0.018)  # a fifth of the way from -0.02 to -0.01
    assert found["cvar_95"] == pytest.approx(0.02)
    assert found["tail_ratio"] == pytest.approx(0.028 / 0.018)
    assert math.isnan(spread_figures(np.array([0.1, -1.0]), 4.0)["geometric_volatility"])
    assert all(math.isnan(one) for one in spread_figures(RETURNS[:1], 4.0).values())


def test_periods_go_by_the_calendar() -> None:
    """2023-12-30 and 31 are a weekend, 2024-01-01 is a Monday."""
    numbers = np.array(["2023-12-30", "2023-12-31", "2024-01-01", "2024-01-08"], "datetime64[D]").astype(np.int64)
    marks = np.array([110.0, 121.0, 121.0, 60.5])
    keys = keys_of(numbers)
    assert period_returns(100.0, marks, keys["week"]) == pytest.approx([0.21, 0.0, -0.5])
    assert period_returns(100.0, marks, keys["month"]) == pytest.approx([0.21, -0.5])
    assert period_returns(100.0, marks, keys["year"]) == pytest.approx([0.21, -0.5])
    returns = np.array([0.1, 0.1, 0.0, -0.5])
    found = return_figures(Days(100.0, numbers, marks, marks, returns, returns, 365.0))
    assert (found["best_week"], found["worst_month"]) == (pytest.approx(0.21), pytest.approx(-0.5))
    assert (found["profitable_days"], found["profitable_weeks"]) == (0.5, pytest.approx(1 / 3))
    assert found["annualised_return"] == pytest.approx(-0.075 * 365)
    assert found["mdg"] == pytest.approx(0.05)
    assert not len(period_returns(100.0, np.zeros(0), np.zeros(0)))


def test_what_is_recent_weighs_more() -> None:
    values = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0])
    # The last of ten: alone in the windows of 10, 5, 3, 2, 2 and five times 1.
    assert lately(values, np.mean) == pytest.approx((1 + 2 + 10 / 3 + 5 + 5 + 5 * 10) / 10)
    assert math.isnan(lately(np.zeros(0), np.mean))


def test_balances_are_of_closed_trips_and_equity_of_marks() -> None:
    found = balance_figures(100.0, np.array([90.0, 130.0]), np.array([20.0, -40.0]))
    assert found == {"lowest_equity": 90.0, "highest_equity": 130.0, "lowest_balance": 80.0, "highest_balance": 120.0}
    assert balance_figures(100.0, np.array([101.0]), np.zeros(0))["lowest_balance"] == 100.0


def test_nothing_is_divided_by_nothing() -> None:
    for a, b in ((1.0, 0.0), (0.0, 0.0), (math.nan, 1.0), (1.0, math.inf)):
        assert math.isnan(over(a, b))
    assert math.isnan(probable(np.array([0.1])))


def test_ratios_beyond_a_risk_free_rate_are_those_of_empyrical_and_of_the_definitions() -> None:
    run = crossed(noise(24 * 60), size="0.9")
    days, rate = Columns(run).days, 0.05
    found, plain = figures(run, risk_free=rate), figures(run)
    free = rate / days.sessions
    ratios = found["ratios"]
    sessions = round(days.sessions)
    assert sessions == days.sessions
    assert ratios["sharpe"] == pytest.approx(
        empyrical.sharpe_ratio(days.returns, risk_free=free, annualization=sessions), rel=1e-9
    )
    assert ratios["sortino"] == pytest.approx(
        empyrical.sortino_ratio(days.returns, required_return=free, annualization=sessions), rel=1e-9
    )
    assert ratios["omega"] == pytest.approx(omega(days.returns, free), rel=1e-9)
    assert ratios["probabilistic_sharpe"] < plain["ratios"]["probabilistic_sharpe"]
    beta = plain["benchmark"]["beta"]
    assert found["benchmark"]["beta"] == beta
    own, held = days.returns.mean() - free, days.held.mean() - free
    assert found["benchmark"]["alpha"] == pytest.approx((own - beta * held) * days.sessions)
    assert found["benchmark"]["treynor"] == pytest.approx(own * days.sessions / beta)
    assert (ratios["risk_free"], plain["ratios"]["risk_free"]) == (rate, 0.0)
    assert plain["ratios"]["sharpe"] == run.metrics["sharpe"]


@pytest.mark.parametrize("given", ["much", "1", "-1", "nan"])
def test_what_is_no_risk_free_rate_is_refused(given: str) -> None:
    with pytest.raises(BadInput, match=f"the risk-free rate is {given}; write a fraction a year"):
        risk_free_rate(given)
