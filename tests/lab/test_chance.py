"""Luck in Sharpe ratios, against the worked examples of the papers and by drawing."""

from __future__ import annotations

import math

import numpy as np
import pytest

from botswain.lab.chance import Moments, best_by_chance, moments_of, probable_sharpe


@pytest.mark.parametrize(("skew", "kurtosis", "probability"), [(0.0, 3.0, 0.982), (-2.448, 10.164, 0.913)])
def test_a_hedge_funds_two_years_of_months(skew: float, kurtosis: float, probability: float) -> None:
    """The example of 2012: 24 monthly returns with a ratio of 0.458, taken for normal ones and as they are."""
    assert probable_sharpe(Moments(24, 0.458, skew, kurtosis)) == pytest.approx(probability, abs=5e-4)


@pytest.mark.parametrize(("trials", "chance", "deflated"), [(100, 0.1132, 0.9004), (46, None, 0.9505)])
def test_five_years_of_days_that_were_the_best_of_many(trials: int, chance: float | None, deflated: float) -> None:
    """The example of 2014: a yearly ratio of 2.5 over 1,250 days, skew -3, kurtosis 10, a variance of a half a year."""
    expected = best_by_chance(trials, 0.5 / 250)
    if chance is not None:
        assert expected == pytest.approx(chance, abs=5e-5)
    best = Moments(1250, 2.5 / math.sqrt(250), -3.0, 10.0)
    assert probable_sharpe(best, expected) == pytest.approx(deflated, abs=5e-5)


@pytest.mark.parametrize("trials", [2, 10, 200])
def test_the_best_of_many_without_an_edge_is_what_drawing_finds(trials: int) -> None:
    drawn = np.random.default_rng(1).normal(0.0, 0.3, (20_000, trials)).max(axis=1).mean()
    assert best_by_chance(trials, 0.09) == pytest.approx(drawn, rel=0.08)


def test_the_best_of_one_is_expected_to_have_nothing() -> None:
    assert best_by_chance(1, 4.0) == best_by_chance(0, 4.0) == 0.0


def test_moments_are_those_of_the_series() -> None:
    found = moments_of(np.array([0.01, -0.02, 0.03, 0.0]))
    assert found.count == 4
    assert found.sharpe == pytest.approx(0.005 / np.std([0.01, -0.02, 0.03, 0.0], ddof=1))
    assert found.skew == pytest.approx(0.0, abs=1e-12)
    assert found.kurtosis == pytest.approx(1.852071005917160)
    wide = moments_of(np.random.default_rng(2).normal(0.0, 1.0, 200_000))
    assert wide.skew == pytest.approx(0.0, abs=0.02)
    assert wide.kurtosis == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("returns", [[], [0.1], [0.1, 0.1, 0.1]])
def test_too_little_data_has_no_probability(returns: list[float]) -> None:
    found = moments_of(np.array(returns))
    assert math.isnan(found.sharpe)
    assert math.isnan(probable_sharpe(found))


def test_of_drawn_series_without_an_edge_the_probability_is_as_often_below_as_it_says() -> None:
    rng = np.random.default_rng(3)
    found = [probable_sharpe(moments_of(rng.normal(0.0, 0.01, 250))) for _ in range(2_000)]
    for level in (0.05, 0.5, 0.95):
        assert np.mean(np.array(found) < level) == pytest.approx(level, abs=0.02)
