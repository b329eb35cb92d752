"""Long series with fewer points: what could be seen is still there."""

from __future__ import annotations

import numpy as np
import pytest

from botswain.lab.pages.thinned import ends, kept, longer, means, told
from botswain.model.candles import Candles


@pytest.mark.parametrize("count", [1, 2, 99, 100, 101, 5_000])
def test_both_ends_and_the_extremes_of_each_part_are_kept(count: int) -> None:
    values = np.random.default_rng(count).normal(size=count)
    places = kept(values, 100)
    assert len(places) <= 100
    assert (places[0], places[-1]) == (0, count - 1)
    assert (np.diff(places) > 0).all()
    assert {int(values.argmin()), int(values.argmax())} <= set(places.tolist())
    if count <= 100:
        assert len(places) == count


def test_a_single_spike_among_very_many_is_kept() -> None:
    values = np.zeros(100_000)
    values[54_321] = -1.0
    assert 54_321 in kept(values)


def test_what_has_no_value_is_left_out() -> None:
    values = np.full(1_000, np.nan)
    values[600:] = 1.0
    assert set(kept(values, 20)) - {0} <= set(range(550, 1_000))


def test_means_of_parts_add_up() -> None:
    values = np.arange(10, dtype=float)
    assert means(values, 3).tolist() == [1.0, 4.0, 7.5]
    assert means(values, 99).tolist() == values.tolist()
    assert ends(10, 3).tolist() == [2, 5, 9]
    assert ends(2, 9).tolist() == [0, 1]


def test_candles_are_put_together_whole() -> None:
    rows = np.arange(1.0, 8.0)
    candles = Candles("A/B", "1h", np.arange(7), rows, rows + 2, rows - 0.5, rows + 1, rows)
    found = longer(candles, 3)
    assert found.each == 3
    assert found.ts.tolist() == [0, 3, 6]
    assert found.open.tolist() == [1, 4, 7]
    assert found.high.tolist() == [5, 8, 9]
    assert found.low.tolist() == [0.5, 3.5, 6.5]
    assert found.close.tolist() == [4, 7, 8]
    assert longer(candles, 7).each == 1


def test_it_is_said_where_something_was_left_out() -> None:
    assert told(100, 100) == ""
    assert told(101, 100) == "Of 101 values the least and greatest of each of 50 parts are drawn."
