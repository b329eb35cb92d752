"""Curves as text."""

from __future__ import annotations

import numpy as np
import pytest

from botswain.lab.plot import area


def test_a_rising_line_is_a_staircase_of_eighths() -> None:
    assert area([1, 2, 3, 4, 5, 6, 7, 8], 8, 1) == ["▁▂▃▄▅▆▇█"]


def test_lines_stand_on_each_other() -> None:
    assert area([0, 15], 2, 2) == [" █", "▁█"]


def test_a_long_curve_is_thinned_and_ends_with_its_last_value() -> None:
    values = np.zeros(1_000)
    values[-1] = 5.0
    assert area(values, 10, 1) == ["▁▁▁▁▁▁▁▁▁█"]


def test_a_short_curve_is_as_wide_as_it_is_long() -> None:
    assert [len(line) for line in area([1.0, 2.0, 3.0], 80, 4)] == [3, 3, 3, 3]


def test_a_curve_that_stands_still_fills_the_middle() -> None:
    assert area([7.0, 7.0, 7.0], 3, 2) == ["   ", "███"]


def test_plain_characters_are_ascii() -> None:
    assert area([0, 1, 2, 3], 4, 1, plain=True) == [".:|#"]


def test_a_value_that_is_missing_is_left_out() -> None:
    assert area([1.0, float("nan"), 8.0], 3, 1) == ["▁ █"]


@pytest.mark.parametrize(
    ("values", "width", "height"), [([], 5, 2), ([1.0], 0, 2), ([1.0], 5, 0), ([float("nan")], 5, 2)]
)
def test_nothing_to_draw_draws_nothing(values: list[float], width: int, height: int) -> None:
    assert area(values, width, height) == []
