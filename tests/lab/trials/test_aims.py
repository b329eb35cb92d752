"""What is looked for and what has to be kept is read as it was meant, or refused."""

from __future__ import annotations

import math

import pytest
from tests.lab.made import crossed

from botswain.lab.trials.aims import FAR, aims_of, check_early, constraint_of
from botswain.lab.trials.figures import names_of
from botswain.model.errors import BadInput

NAMES = names_of(curve=True)


@pytest.mark.parametrize(
    ("text", "figure", "value", "kept"),
    [
        ("trades>=30", "trips_count", 30.0, True),
        ("trades>=30", "trips_count", 29.0, False),
        ("trades > 30", "trips_count", 30.0, False),
        ("trades > 30", "trips_count", 31.0, True),
        ("max_drawdown <= 0.25", "max_drawdown", 0.25, True),
        ("max_drawdown<.25", "max_drawdown", 0.25, False),
        ("profit>=-1e3", "profit", -1_000.0, True),
        ("ratios.omega>=1", "ratios.omega", 0.9, False),
        ("sharpe>=1", "sharpe", math.nan, False),
    ],
)
def test_a_bound_is_kept_or_missed(text: str, figure: str, value: float, kept: bool) -> None:
    one = constraint_of(text, NAMES, crossed())
    assert one.figure == figure
    assert (one.missed_by(value) <= 0) is kept


def test_it_is_told_by_how_much_and_never_without_a_number() -> None:
    one = constraint_of("trades>=30", NAMES, None)
    assert one.missed_by(10.0) == 20.0
    assert one.missed_by(50.0) == -20.0
    assert one.missed_by(math.nan) == FAR
    assert constraint_of("profit<=5", NAMES, None).missed_by(math.inf) == FAR


def test_aims_are_the_same_text_for_the_same_aims() -> None:
    one = aims_of(["sharpe", "-max_drawdown"], ["trades>=30"], NAMES, None)
    other = aims_of(["+sharpe", "max_drawdown"], [" trades>=30 "], NAMES, None)
    assert one.text() == other.text() == "sharpe and max_drawdown, where trades>=30"
    assert one.figures == ("sharpe", "max_drawdown", "trips_count")


@pytest.mark.parametrize(
    ("objectives", "constraints", "said"),
    [
        ([], [], "there is no objective"),
        (["sharpe", "sortino", "calmar", "profit", "fees"], [], "there are 5 objectives; give at most 4"),
        (["sharpe", "-sharpe"], [], "'sharpe' and '-sharpe' contradict each other"),
        (["trades", "trips_count"], [], "'trades' and 'trips_count' are the same: both are trips_count"),
        (["sharpe"], ["trades>=30", "trades<=10"], "no run can keep both 'trades>=30' and 'trades<=10'"),
        (["sharpe"], ["profit>5", "profit<=5"], "no run can keep both 'profit>5' and 'profit<=5'"),
        (["sharpe"], ["max_drawdown<=-0.2"], "max_drawdown is never below 0; a loss is written as 0.25"),
        (["sharpe"], ["fees<0"], "no run can keep 'fees<0'"),
        (["sharpe"], ["win_rate>=55"], "trips_win_rate is never above 1; write 55 % as 0.55"),
        (["sharpe"], ["max_drawdown<=25%"], "cannot be read; write a figure, >= or <=, and a number"),
        (["sharpe"], ["max_drawdown"], "the constraint 'max_drawdown' cannot be read"),
        (["sharpe"], ["trades==30"], "the constraint 'trades==30' cannot be read"),
        (["sharpe"], ["trades>=1.2.3"], "has no number"),
        (["sharpe"], ["trads>=30"], "is of 'trads', and there is no such figure; did you mean 'trades'?"),
    ],
)
def test_what_cannot_be_meant_is_refused(objectives: list[str], constraints: list[str], said: str) -> None:
    with pytest.raises(BadInput) as raised:
        aims_of(objectives, constraints, NAMES, crossed())
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("objectives", "constraints", "curve"),
    [
        (["sharpe", "omega", "-sharpe"], [], True),
        (["omega"], ["trades>=9", "trades<=5"], True),
        (["omega"], ["trades"], True),
        (["omega"], [], False),
    ],
)
def test_what_is_wrong_whatever_else_there_is_is_refused_before_anything_runs(
    objectives: list[str], constraints: list[str], curve: bool
) -> None:
    with pytest.raises(BadInput):
        check_early(objectives, constraints, names_of(curve))
    check_early(["omega"], ["beta>=1"], NAMES)
