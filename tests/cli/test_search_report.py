"""Whether the best of a search is luck is said in one sentence."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from botswain.cli.search_report import Judged, reason_lines
from botswain.lab.trials.luck import Luck
from botswain.lab.validation.overfitting import Overfitting


def luck(deflated: float, sharpe: float = 1.5) -> Luck:
    """That of a best one."""
    return Luck(trials=100, days=400, sharpe=sharpe, by_chance=1.0, deflated=deflated, probable=0.99)


def chosen(probability: float) -> Overfitting:
    """What splits say."""
    return Overfitting(probability, 0.1, 0.2, 0.1, 100, 12_870, 16, 400)


@pytest.mark.parametrize(
    ("judged", "begins"),
    [
        (Judged(luck(0.99), chosen(0.05), ()), "The best is not likely luck. Try it on candles"),
        (Judged(luck(0.99), None, ("too few days",)), "The best is not likely luck. Try it on candles"),
        (Judged(luck(0.99), chosen(0.3), ()), "The best is not likely luck, but choosing it"),
        (
            Judged(luck(0.99), chosen(0.6), ()),
            "The best looks too good for luck, and yet choosing the best finds nothing",
        ),
        (Judged(luck(0.6), chosen(0.05), ()), "The best may be nothing but luck"),
        (Judged(luck(0.01, sharpe=-0.4), chosen(0.05), ()), "There is nothing to believe: even the best has"),
        (Judged(luck(math.nan), None, ()), "Whether the best is luck cannot be said."),
        (Judged(None, None, ("no ratios",)), "Whether the best is luck cannot be said."),
    ],
)
def test_the_verdict_goes_by_both(judged: Judged, begins: str) -> None:
    assert judged.verdict.startswith(begins)


def test_reasons_that_differ_in_numbers_alone_are_one() -> None:
    whys = Counter({"fast is 7 and slow is 6": 1, "fast is 9 and slow is 6.5": 2, "halted": 1, "a": 1, "b": 1})
    assert list(reason_lines(whys)) == [
        "- 3 of them, such as: fast is 7 and slow is 6",
        "- halted",
        "- a",
        "- 1 for other reasons, which --json writes",
    ]
