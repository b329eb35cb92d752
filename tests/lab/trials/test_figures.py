"""Any figure of a report can be looked for, by the name that it has there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from tests.lab.made import crossed, waves

from botswain.lab.metrics.figures import figures
from botswain.lab.trials.figures import (
    LESS,
    MEANT,
    Wish,
    column_names,
    every_name,
    figures_of,
    last_word,
    names_of,
    wish_of,
)
from botswain.lab.trials.sweep import Ways, sweep
from botswain.model.errors import BadInput

NAMES = names_of(curve=True)


def test_a_figure_of_any_group_is_that_of_the_report() -> None:
    run = crossed(waves(24 * 30))
    every = figures(run)
    words = {
        "omega": "ratios", "ulcer_index": "risk", "adg": "returns", "payoff": "trades", "shortfall_bps": "execution",
        "beta": "benchmark",
    }  # fmt: skip
    wishes = [wish_of(word, NAMES, run) for word in words]
    assert [one.figure for one in wishes] == [f"{group}.{word}" for word, group in words.items()]
    found = figures_of(run, (*NAMES, *(one.figure for one in wishes)))[len(NAMES) :]
    for (word, group), value in zip(words.items(), found, strict=True):
        true = every[group][word]
        assert math.isnan(value) if true is None else value == true, word


def test_a_group_says_which_of_two_figures_is_meant() -> None:
    run = crossed(waves(24 * 30))
    assert wish_of("total_return", NAMES, run).figure == "total_return"
    assert wish_of("benchmark.total_return", NAMES, run).figure == "benchmark.total_return"
    assert column_names(("total_return", "benchmark.total_return", "ratios.omega")) == {
        "total_return": "total_return",
        "benchmark.total_return": "benchmark.total_return",
        "ratios.omega": "omega",
    }


def test_what_people_call_a_figure_is_it() -> None:
    assert wish_of("trades", NAMES).figure == wish_of("count", NAMES).figure == "trips_count"
    assert wish_of("win_rate", NAMES).figure == "trips_win_rate"
    assert set(MEANT.values()) <= set(NAMES)


@pytest.mark.parametrize(
    ("word", "wish", "text"),
    [
        ("sharpe", Wish("sharpe", True), "sharpe"),
        ("max_drawdown", Wish("max_drawdown", False), "max_drawdown"),
        ("-max_drawdown", Wish("max_drawdown", False), "max_drawdown"),
        ("+max_drawdown", Wish("max_drawdown", True), "+max_drawdown"),
        ("-sharpe", Wish("sharpe", False), "-sharpe"),
        ("risk.ulcer_index", Wish("risk.ulcer_index", False), "risk.ulcer_index"),
    ],
)
def test_a_wish_goes_by_what_the_figure_is_unless_it_is_said(word: str, wish: Wish, text: str) -> None:
    assert wish_of(word, NAMES, crossed()) == wish
    assert wish.text() == text


def test_all_of_which_less_is_better_are_figures() -> None:
    known = {last_word(name) for name in every_name(NAMES, crossed())}
    assert known >= LESS


def test_better_is_never_what_has_no_value() -> None:
    great, small = Wish("sharpe", True), Wish("fees", False)
    assert great.better(2.0, 1.0)
    assert not great.better(1.0, 1.0)
    assert small.better(1.0, 2.0)
    assert great.better(-5.0, math.nan)
    assert not small.better(math.nan, 1.0)


@pytest.mark.parametrize(
    ("word", "curve", "said"),
    [
        ("omegga", True, "the objective is 'omegga', and there is no such figure; did you mean 'omega'?"),
        ("risks.omega", True, "there is no such figure"),
        ("omega", False, "figures of the equity curve are left out of this search"),
    ],
)
def test_what_is_no_figure_is_refused_with_the_near_one(word: str, curve: bool, said: str) -> None:
    with pytest.raises(BadInput) as raised:
        wish_of(word, names_of(curve), crossed())
    assert said in str(raised.value)


def test_a_sweep_looks_for_any_of_them(kernels: Path) -> None:
    vary: dict[str, Any] = {"fast": range(3, 6), "slow": [8, 12]}
    table = sweep(
        "sma_crossover", waves(24 * 20), vary=vary, objective="omega", ways=Ways(workers=1, folder=kernels)
    )  # fmt: skip
    best = table.top(6)
    assert best["omega"].to_list() == sorted(table.frame["omega"].to_list(), reverse=True)
    assert table.best_figure == figures(table.result(int(best["place"][0])))["ratios"]["omega"]
