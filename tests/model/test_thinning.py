"""A thinned curve keeps its ends and every extreme that can be seen."""

from hypothesis import given
from hypothesis import strategies as st

from botswain.model.thinning import thinned


def value(point):
    return point[1]


@given(st.lists(st.integers(-1000, 1000), max_size=400), st.integers(4, 60))
def test_ends_and_extremes_stay_in_order_and_there_are_few(values, most):
    points = list(enumerate(values))
    kept = thinned(points, most, value)
    assert kept == sorted(kept)
    assert set(kept) <= set(points)
    assert len(kept) <= most
    if points:
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert (min(map(value, kept)), max(map(value, kept))) == (min(values), max(values))


def test_few_points_stay_as_they_are():
    assert thinned([(0, 1), (1, 5), (2, 3)], 3, value) == [(0, 1), (1, 5), (2, 3)]


@given(st.lists(st.integers(-1000, 1000), min_size=4, max_size=40), st.integers(2, 3))
def test_two_or_three_points_are_no_more_than_that(values, most):
    points = list(enumerate(values))
    kept = thinned(points, most, value)
    assert len(kept) == most
    assert kept == sorted(set(kept))
    assert (kept[0], kept[-1]) == (points[0], points[-1])


def test_of_three_points_the_middle_one_is_the_turn():
    assert thinned([(0, 1), (1, 5), (2, -9), (3, 2)], 3, value) == [(0, 1), (2, -9), (3, 2)]
