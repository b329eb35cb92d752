"""The sentence that says whether it holds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from botswain.lab.forward.verdict import Evidence, standing_of, verdict_of

GOOD = Evidence(
    total=0.5,
    held=0.2,
    days=400,
    trips=80,
    fills=160,
    folds=6,
    gained=5,
    halted=None,
    in_sample=0.7,
    efficiency=0.8,
    probable=0.98,
    unfinished=0,
)
MADE = "+50.00 % in 400 days that it was not chosen on, 5 of 6 test spans gained"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, f"It holds here: {MADE}; buying and holding made +20.00 %."),
        ({"fills": 0}, "There is nothing to judge: nothing was traded on the test spans."),
        ({"halted": 3}, "This is no evidence: the strategy was halted in the test span of fold 3."),
        (
            {"total": -0.1, "gained": 1},
            "It does not hold: -10.00 % in 400 days that it was not chosen on, 1 of 6 test spans gained, against "
            "+70.00 % a year where it was chosen.",
        ),
        ({"trips": 29}, f"This is too little to judge by: {MADE} with 29 round trips."),
        (
            {"days": 89, "probable": 0.5},
            "This is too little to judge by: +50.00 % in 89 days that it was not chosen on, 5 of 6 test spans gained "
            "with 80 round trips, and that this is more than luck has a probability of 50.00 % only.",
        ),
        (
            {"probable": 0.9},
            f"It may not hold: {MADE}, but that this is more than luck has a probability of 90.00 % only.",
        ),
        ({"probable": None}, f"It may not hold: {MADE}, but that this is more than luck cannot be told."),
        ({"efficiency": 0.3}, f"It may not hold: {MADE}, but only 30.00 % of the growth in training is left."),
        ({"efficiency": None}, f"It holds here: {MADE}; buying and holding made +20.00 %."),
        (
            {"gained": 2, "held": 0.9},
            "It may not hold: +50.00 % in 400 days that it was not chosen on, 2 of 6 test spans gained, but most test "
            "spans lost, and buying and holding made +90.00 %.",
        ),
        (
            {"folds": 1, "gained": 1, "unfinished": 1},
            "It holds here: +50.00 % in 400 days that it was not chosen on, one test span; buying and holding made "
            "+20.00 % (1 of 2 folds were not done).",
        ),
    ],
)
def test_the_gravest_thing_is_said(change: dict[str, float], said: str) -> None:
    assert verdict_of(replace(GOOD, **change)) == said


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "holds"),
        ({"fills": 0, "halted": 1, "total": -1.0}, "nothing"),
        ({"halted": 1, "total": -1.0}, "halted"),
        ({"total": 0.0, "trips": 3}, "does_not_hold"),
        ({"trips": 29, "probable": 0.5}, "too_little"),
        ({"days": 89}, "too_little"),
        ({"probable": 0.9}, "may_not_hold"),
    ],
)
def test_the_same_is_told_in_a_word(change: dict[str, float], word: str) -> None:
    assert standing_of(replace(GOOD, **change)) == word
