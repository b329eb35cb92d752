"""Ranges of time."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from botswain.history.ranges import joined, left_of, united

RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=8)


def points(ranges: object) -> set[int]:
    return {point for first, end in ranges for point in range(first, end)}  # type: ignore[attr-defined]


@given(RANGES)
def test_united_ranges_cover_the_same_points_without_touching(ranges: list[tuple[int, int]]) -> None:
    found = united(ranges)
    assert points(found) == points(ranges)
    assert all(left[1] < right[0] for left, right in itertools.pairwise(found))


@given(st.tuples(st.integers(0, 60), st.integers(0, 60)), RANGES)
def test_what_is_left_is_the_whole_without_the_known(whole: tuple[int, int], known: list[tuple[int, int]]) -> None:
    found = left_of(whole, known)
    assert points(found) == points([whole]) - points(known)
    assert found == united(found)


@given(RANGES, st.integers(0, 20))
def test_joined_ranges_cover_all_and_stand_farther_apart(ranges: list[tuple[int, int]], within: int) -> None:
    found = joined(ranges, within)
    assert points(found) >= points(ranges)
    assert all(right[0] - left[1] > within for left, right in itertools.pairwise(found))
