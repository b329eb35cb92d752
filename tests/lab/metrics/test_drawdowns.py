"""Falls of a curve by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from botswain.core.metrics import deepest
from botswain.lab.metrics.drawdowns import (
    daily_falls,
    deepest_falls,
    fall_figures,
    falls_of,
    ulcer_index,
    worst_mean,
)

HOUR = 3_600_000
CURVE = np.array([90.0, 95.0, 100.0, 120.0, 120.0, 60.0, 90.0, 60.0, 120.0, 130.0, 117.0])


def test_every_fall_has_its_peak_trough_and_end() -> None:
    """From the capital of 100 to 90 and back; from the second 120 to the first 60 and back; from 130 to the end."""
    falls = falls_of(100.0, CURVE, np.arange(11) * HOUR, HOUR)
    assert falls.depth == pytest.approx([0.1, 0.5, 0.1])
    assert falls.peak_ms.tolist() == [0, 5 * HOUR, 10 * HOUR]
    assert falls.trough_ms.tolist() == [HOUR, 6 * HOUR, 11 * HOUR]
    assert falls.end_ms.tolist() == [3 * HOUR, 9 * HOUR, 11 * HOUR]
    assert falls.over.tolist() == [True, True, False]
    assert falls.money == 60.0
    found = fall_figures(falls, 0, 11 * HOUR)
    assert found["drawdowns"] == 3
    assert (found["drawdown_peak_ms"], found["drawdown_trough_ms"]) == (5 * HOUR, 6 * HOUR)
    assert (found["drawdown_end_ms"], found["recovery_ms"]) == (9 * HOUR, 3 * HOUR)
    assert found["current_drawdown"] == pytest.approx(0.1)
    assert found["mean_drawdown"] == pytest.approx(0.7 / 3)
    assert found["median_drawdown"] == pytest.approx(0.1)
    assert found["longest_drawdown_ms"] == 4 * HOUR
    assert found["median_drawdown_ms"] == 3 * HOUR
    assert found["median_recovery_ms"] == 2.5 * HOUR
    assert found["underwater"] == pytest.approx(8 / 11)
    assert [one["depth"] for one in deepest_falls(falls)] == pytest.approx([0.5, 0.1, 0.1])
    assert [one["end_ms"] for one in deepest_falls(falls)] == [9 * HOUR, 3 * HOUR, None]


def test_the_deepest_one_is_the_cores() -> None:
    rng = np.random.default_rng(5)
    for _ in range(20):
        curve = 100.0 * np.cumprod(1.0 + rng.normal(0.0, 0.02, 300))
        opens = np.arange(300) * HOUR
        found = fall_figures(falls_of(100.0, curve, opens, HOUR), 0, 300 * HOUR)
        depth, length = deepest(100.0, curve, opens, HOUR)
        first = deepest_falls(falls_of(100.0, curve, opens, HOUR))[0]
        assert first["depth"] == pytest.approx(depth)
        end, peak = found["drawdown_end_ms"] or 300 * HOUR, found["drawdown_peak_ms"]
        assert end is not None
        assert peak is not None
        assert end - peak == length


def test_a_deepest_fall_that_is_not_over_has_no_recovery() -> None:
    found = fall_figures(falls_of(100.0, np.array([80.0, 90.0]), np.arange(2) * HOUR, HOUR), 0, 2 * HOUR)
    assert (found["drawdown_end_ms"], found["recovery_ms"], found["median_recovery_ms"]) == (None, None, None)


def test_a_curve_that_never_falls_has_none() -> None:
    falls = falls_of(100.0, np.array([100.0, 101.0, 101.0]), np.arange(3) * HOUR, HOUR)
    found = fall_figures(falls, 0, 3 * HOUR)
    assert (found["drawdowns"], found["underwater"], found["max_drawdown_money"]) == (0, 0.0, 0.0)
    assert found["mean_drawdown"] is None
    assert deepest_falls(falls) == []


def test_daily_falls_count_the_capital() -> None:
    falls = daily_falls(100.0, np.array([90.0, 110.0, 99.0]))
    assert falls == pytest.approx([0.1, 0.0, 0.1])
    assert ulcer_index(falls) == pytest.approx(math.sqrt(0.02 / 3))
    assert worst_mean(np.arange(200) / 1000.0) == pytest.approx((0.199 + 0.198) / 2)
    assert worst_mean(falls) == pytest.approx(0.1)
    assert math.isnan(ulcer_index(np.zeros(0)))
    assert math.isnan(worst_mean(np.zeros(0)))
