"""Figures of real runs against empyrical's, to 1e-9: another hand's formulas on the same equity."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.history.samples import shared_data
from tests.lab.made import INTERPRETED

from botswain.history.files import read_candles
from botswain.lab.backtest import backtest
from botswain.lab.metrics.days import keys_of, period_returns
from botswain.lab.metrics.drawdowns import daily_falls
from botswain.lab.metrics.figures import Columns, figures_of
from botswain.lab.metrics.student_t import two_sided

empyrical = pytest.importorskip("empyrical", reason="empyrical-reloaded is not installed; make setup installs it")

RUNS = (
    "binance/BTC-USDT/1d_2017-2022.parquet",
    "binance/ETH-USDT/1h_2024.parquet",
    "us-equity/SPY/1d_1998-2021.parquet",
)
CLOSE = {"rel": 1e-9, "abs": 1e-12}


@cache
def run_on(name: str) -> Columns:
    """The crossing of two averages on real candles."""
    candles = read_candles(shared_data() / name, "BTC/USDT")
    return Columns(backtest("sma_crossover", candles, params={"fast": 5, "slow": 20}, options=INTERPRETED))


@pytest.mark.parametrize("name", RUNS)
def test_risk_and_return_are_empyricals(name: str) -> None:
    columns = run_on(name)
    found, days = figures_of(columns), columns.days
    own, year = days.returns, days.sessions
    risk, ratios = found["risk"], found["ratios"]
    assert found["returns"]["total_return"] == pytest.approx(empyrical.cum_returns_final(own), **CLOSE)
    assert risk["volatility"] == pytest.approx(empyrical.annual_volatility(own, annualization=year), **CLOSE)
    assert risk["downside_deviation"] == pytest.approx(empyrical.downside_risk(own, annualization=year), **CLOSE)
    assert risk["var_95"] == pytest.approx(-empyrical.value_at_risk(own, 0.05), **CLOSE)
    assert risk["var_99"] == pytest.approx(-empyrical.value_at_risk(own, 0.01), **CLOSE)
    assert risk["cvar_95"] == pytest.approx(-empyrical.conditional_value_at_risk(own, 0.05), **CLOSE)
    assert risk["cvar_99"] == pytest.approx(-empyrical.conditional_value_at_risk(own, 0.01), **CLOSE)
    assert risk["tail_ratio"] == pytest.approx(empyrical.tail_ratio(own), **CLOSE)
    assert daily_falls(days.start, days.marks).max() == pytest.approx(-empyrical.max_drawdown(own), **CLOSE)
    assert ratios["sharpe"] == pytest.approx(empyrical.sharpe_ratio(own, annualization=year), **CLOSE)
    assert ratios["sortino"] == pytest.approx(empyrical.sortino_ratio(own, annualization=year), **CLOSE)
    assert ratios["omega"] == pytest.approx(empyrical.omega_ratio(own, annualization=1), **CLOSE)
    assert ratios["stability"] == pytest.approx(empyrical.stability_of_timeseries(own), **CLOSE)


@pytest.mark.parametrize("name", RUNS)
def test_what_it_is_beside_holding_is_empyricals(name: str) -> None:
    columns = run_on(name)
    found, days = figures_of(columns)["benchmark"], columns.days
    own, held, year = days.returns, days.held, days.sessions
    assert found["total_return"] == pytest.approx(empyrical.cum_returns_final(held), **CLOSE)
    assert found["beta"] == pytest.approx(empyrical.beta(own, held), **CLOSE)
    compounded = empyrical.alpha(own, held, annualization=year)
    assert (1.0 + found["alpha"] / year) ** year - 1.0 == pytest.approx(compounded, **CLOSE)
    assert found["tracking_error"] == pytest.approx(
        empyrical.annual_volatility(own - held, annualization=year), **CLOSE
    )
    assert found["information_ratio"] == pytest.approx(empyrical.excess_sharpe(own, held) * math.sqrt(year), **CLOSE)


@pytest.mark.parametrize("name", RUNS)
def test_moments_and_the_test_of_the_mean_are_scipys(name: str) -> None:
    stats = pytest.importorskip("scipy.stats")
    columns = run_on(name)
    found, own = figures_of(columns), columns.days.returns
    assert found["risk"]["skew"] == pytest.approx(stats.skew(own), **CLOSE)
    assert found["risk"]["kurtosis"] == pytest.approx(stats.kurtosis(own, fisher=False), **CLOSE)
    tested = stats.ttest_1samp(columns.trips.returns, 0.0)
    assert found["trades"]["p_value"] == pytest.approx(tested.pvalue, **CLOSE)
    assert found["trades"]["sqn"] == pytest.approx(tested.statistic, **CLOSE)
    for t in (0.0, 0.01, 1.0, 4.0, 40.0):
        for freedom in (1, 2, 30, 100_000):
            assert two_sided(t, freedom) == pytest.approx(2.0 * stats.t.sf(t, freedom), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("name", RUNS)
def test_years_and_months_are_empyricals(name: str) -> None:
    days = run_on(name).days
    assert len(days.returns) == len(days.numbers)
    dated = pd.Series(days.returns, pd.DatetimeIndex(np.asarray(days.numbers).astype("datetime64[D]")))
    for kind, word in (("month", "monthly"), ("year", "yearly")):
        theirs = empyrical.aggregate_returns(dated, word).to_numpy()
        assert period_returns(days.start, days.marks, keys_of(days.numbers)[kind]) == pytest.approx(theirs, **CLOSE)
