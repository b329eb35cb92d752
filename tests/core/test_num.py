"""Comparisons that a strategy can rely on: no spurious crossings, nothing true of what is not known."""

import math

import pytest

from botswain.core.num import above, below, crossed_above, crossed_below, exceeds

NAN = math.nan


@pytest.mark.parametrize(
    ("a", "b", "is_above"),
    [
        (100.0, 99.0, True),
        (99.0, 100.0, False),
        (100.0, 100.0, False),
        (100.0 + 1e-9, 100.0, False),  # 1e-11 of the value: what a rolling sum leaves behind
        (100.0 + 2e-8, 100.0, True),
        (1e-12, 0.0, True),
        (0.0, 0.0, False),
        (-1.0, -2.0, True),
        (NAN, 1.0, False),
        (1.0, NAN, False),
    ],
)
def test_above_is_a_difference_of_more_than_one_part_in_ten_billion(a, b, is_above):
    assert above(a, b) is is_above
    assert below(b, a) is is_above


@pytest.mark.parametrize(
    ("a", "b", "of", "does"),
    [
        (0.0, -3e-13, 100.0, False),  # what a rolling sum leaves of a %K of 0
        (0.02, 0.0, 100.0, True),
        (4e-15, 1e-15, 60_000.0, False),  # the MACD of a market that stands still
        (7e-6, 0.0, 60_000.0, True),
        (5e-6, 0.0, 60_000.0, False),
        (NAN, 0.0, 1.0, False),
        (0.0, NAN, 1.0, False),
    ],
)
def test_what_may_be_nothing_exceeds_another_by_a_part_of_what_both_are_parts_of(a, b, of, does):
    assert exceeds(a, b, of) is does
    assert exceeds(-b, -a, of) is does


@pytest.mark.parametrize(
    ("a", "b", "a_was", "b_was", "crossed"),
    [
        (2.0, 1.0, 1.0, 2.0, True),
        (2.0, 1.0, 1.0, 1.0, True),  # equal before counts as not above
        (2.0, 1.0, 3.0, 1.0, False),
        (1.0, 2.0, 1.0, 2.0, False),
        (2.0, 1.0, NAN, 1.0, False),  # what was unknown has not been crossed
        (2.0, 1.0, 1.0, NAN, False),
        (NAN, 1.0, 1.0, 2.0, False),
    ],
)
def test_a_crossing_needs_both_sides_of_it_to_be_known(a, b, a_was, b_was, crossed):
    assert crossed_above(a, b, a_was, b_was) is crossed
    assert crossed_below(b, a, b_was, a_was) is crossed
