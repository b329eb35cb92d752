"""Days and trades drawn again."""

from __future__ import annotations

import numpy as np
import pytest

from botswain.lab.validation.bands import bands, grown, parts
from botswain.lab.validation.bootstrap import block_of, bootstrap, drawn
from botswain.lab.validation.luck import luck_among
from botswain.lab.validation.trade_order import trade_order
from botswain.model.errors import BadInput


def test_blocks_are_of_days_that_follow_each_other_around_the_end() -> None:
    places = drawn(np.random.default_rng(1), 200, 50, 4)
    assert places.shape == (200, 50)
    steps = np.diff(places, axis=1) % 50
    inside = np.arange(1, 50) % 4 != 0
    assert (steps[:, inside] == 1).all()
    assert (steps[:, ~inside] != 1).any()
    # Every day is as likely as any other.
    assert np.bincount(places.ravel(), minlength=50) == pytest.approx(np.full(50, 200), abs=70)
    assert (block_of(365), block_of(1)) == (7, 1)


def test_bands_hold_what_would_come_of_days_like_these() -> None:
    """Of independent days the median is the run's own end, and the band is that of a sum of so many of them."""
    returns = np.random.default_rng(2).normal(0.001, 0.01, 500)
    found = bootstrap(returns, paths=4_000)
    assert found is not None
    logs = np.log1p(returns)
    spread = logs.std() * np.sqrt(500)
    for name, way in (("p5", -1.645), ("p50", 0.0), ("p95", 1.645)):
        assert np.log1p(found["total_return"][name]) == pytest.approx(logs.sum() + way * spread, abs=0.25 * spread)
    assert found["max_drawdown"]["p5"] < found["max_drawdown"]["p50"] < found["max_drawdown"]["p95"] < 1.0


def test_a_seed_draws_the_same_and_another_one_others() -> None:
    returns = np.random.default_rng(3).normal(0.0, 0.01, 60)
    assert bootstrap(returns) == bootstrap(returns)
    one, other = bootstrap(returns), bootstrap(returns, seed=7)
    assert one is not None
    assert other is not None
    assert one["total_return"] != other["total_return"]


def test_steady_days_leave_no_doubt() -> None:
    found = bootstrap(np.full(30, 0.01), paths=50)
    assert found is not None
    assert found["loss"] == 0.0
    assert found["total_return"]["p5"] == pytest.approx(1.01**30 - 1)
    assert found["max_drawdown"]["p95"] == 0.0


def test_too_few_days_and_ruin_are_not_drawn() -> None:
    assert bootstrap(np.full(9, 0.01)) is None
    assert bootstrap(np.append(np.full(20, 0.01), -1.0)) is None


def test_paths_are_drawn_in_parts() -> None:
    assert list(parts(10, 1 << 18)) == [4, 4, 2]
    assert list(parts(2, 1 << 22)) == [1, 1]
    ends, falls = grown(np.array([[0.5, -0.5], [-0.5, 0.5], [0.1, 0.1]]))
    assert ends == pytest.approx([0.75, 0.75, 1.21])
    assert falls == pytest.approx([0.5, 0.5, 0.0])
    assert bands(np.arange(101.0)) == {"p5": 5.0, "p50": 50.0, "p95": 95.0}


def test_another_order_comes_to_the_same_end_by_other_ways() -> None:
    """Ten wins, then ten losses: there is hardly a worse order."""
    profits = []
    balance = 1000.0
    for share in [0.02] * 10 + [-0.02] * 10:
        profits.append(balance * share)
        balance += profits[-1]
    found = trade_order(1000.0, np.array(profits), paths=500)
    assert found is not None
    assert found["true_max_drawdown"] == pytest.approx(1 - 0.98**10)
    assert found["worse"] < 0.01
    assert 0.02 <= found["max_drawdown"]["p5"] < found["max_drawdown"]["p95"] < found["true_max_drawdown"]


def test_few_trips_and_ruin_have_no_order() -> None:
    assert trade_order(1000.0, np.array([1.0, 2.0, 3.0, -1.0])) is None
    assert trade_order(100.0, np.array([1.0, -200.0, 300.0, 1.0, 1.0])) is None


def test_very_many_trips_are_drawn_less_often() -> None:
    found = trade_order(1e9, np.full(50_000, 1.0), paths=1_000)
    assert found is not None
    assert found["paths"] == 200


def test_luck_goes_by_how_many_were_tried() -> None:
    returns = np.random.default_rng(4).normal(0.001, 0.01, 400)
    one, many = luck_among(returns, 365.0, 1), luck_among(returns, 365.0, 500)
    assert one["deflated_sharpe"] == one["probabilistic_sharpe"] == many["probabilistic_sharpe"]
    assert one["by_chance"] == 0.0
    assert many["deflated_sharpe"] is not None
    assert one["deflated_sharpe"] is not None
    assert many["deflated_sharpe"] < one["deflated_sharpe"]
    # The best of 500 without an edge, drawn.
    best = np.random.default_rng(5).normal(0, 0.01, (500, 400, 20))
    ratios = (best.mean(axis=1) / best.std(axis=1, ddof=1)).max(axis=0).mean() * np.sqrt(365.0)
    assert many["by_chance"] == pytest.approx(ratios, rel=0.06)
    assert luck_among(np.zeros(9), 365.0, 3)["deflated_sharpe"] is None
    with pytest.raises(BadInput, match="trials is 0"):
        luck_among(returns, 365.0, 0)
