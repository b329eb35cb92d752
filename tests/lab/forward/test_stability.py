"""How steadily a parameter is chosen, by hand."""

from __future__ import annotations

import pytest

from botswain.control.search_space import Axis
from botswain.lab.forward.stability import stability_of

FAST = Axis("fast", (5, 10, 15, 20))


def test_what_is_always_the_same_is_steady() -> None:
    (one,) = stability_of([FAST, Axis("slow", (50,))], [{"fast": 10, "slow": 50}] * 3)
    assert (one.usual, one.share, one.changes, one.edges, one.steady) == (10, 1.0, 0, 0, 1.0)


def test_of_numbers_a_move_is_how_far_and_of_words_whether() -> None:
    # Moves of 3 and 1 places are 2 in the mean; two of four places lie (16 - 1) / 12 = 1.25 apart by chance.
    (one,) = stability_of([FAST], [{"fast": 5}, {"fast": 20}, {"fast": 15}])
    assert (one.usual, one.share, one.changes, one.edges) == (5, pytest.approx(1 / 3), 2, 2)
    assert one.steady == pytest.approx(1 - 2 / 1.25)
    # One move of two changed; two drawn of two words differ half of the time.
    words = Axis("average", ("SMA", "EMA"))
    (one,) = stability_of([words], [{"average": "EMA"}, {"average": "EMA"}, {"average": "SMA"}])
    assert (one.usual, one.changes, one.edges, one.steady) == ("EMA", 1, 0, pytest.approx(0.0))


def test_of_one_choice_or_none_nothing_is_said() -> None:
    (one,) = stability_of([FAST], [{"fast": 5}])
    assert one.steady is None
    assert stability_of([FAST], []) == ()
