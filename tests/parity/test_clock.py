"""Positions that go by the clock, and entries at the end of hours: product and reference alike, and not for nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from botswain import backtest

from .cases import PLAINLY, Case, many, one, random_case
from .clock import shortened, within
from .compare import first_difference, first_veto_difference

DAY = (9 * 60 + 30, 16 * 60, (0, 1, 2, 3, 4, 5, 6))
QUICK: dict[str, Any] = {"fast": 5, "slow": 13}
NEAR = {"centre": 0, "step": 0.01, "levels": 8}
CASES = [
    one("flatten", "sma_crossover", 301, count=900, params=QUICK, hours=DAY, at_end="flatten", bites=("session_end",)),
    one("flatten beside exits, short", "sma_crossover", 302, {"shortable": True}, hours=DAY, at_end="flatten",
        params={**QUICK, "direction": "both"}, exits={"stop_loss": "0.01", "take_profit": "0.02"},
        minutes_before=0, bites=("session_end", "stop_loss")),
    one("flatten a grid", "grid", 303, params=NEAR, hours=DAY, at_end="flatten", bites=("session_end", "SESSION_END")),
    one("leave a grid", "grid", 304, params=NEAR, hours=DAY, at_end="leave"),
    one("age", "sma_crossover", 305, params=QUICK, exits={"time_candles": "7", "trailing_stop": "0.02"},
        bites=("time_exit",)),
    one("age in minutes, in parts", "sma_crossover", 306, {"max_qty": Decimal(9)}, params=QUICK,
        exits={"time_minutes": "45"}, bites=("time_exit",)),
    many("three symbols, flatten and age", "sma_crossover", 307, params=QUICK, size="0.3", hours=DAY, at_end="flatten",
         exits={"time_candles": "9"}, bites=("session_end", "time_exit")),
    many("three grids, flatten", "grid", 308, params=NEAR, size="0.3", hours=DAY, at_end="flatten",
         bites=("session_end",)),
]  # fmt: skip


def test_the_reference_knows_its_hours() -> None:
    """2023-11-14 was a Tuesday: day 1."""
    noon = 1_699_963_200_000
    assert within((0, 721, (1,)), noon)
    assert not within((0, 720, (1,)), noon)
    assert not within((0, 721, (0, 2)), noon)
    assert shortened((570, 960, (1,)), 7, 300_000) == (570, 950, (1,))


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_the_product_fills_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, f"the case is tame: {set(case.bites) - seen} does not happen"
    result = case.product(PLAINLY)
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


@pytest.mark.parametrize("number", [1, 6])
def test_compiled_it_fills_the_same(number: int) -> None:
    case = CASES[number]
    assert first_difference(case.product(backtest), case.reference()) == ""


def test_on_random_runs_too() -> None:
    met: set[str] = set()
    for seed in range(1_000, 1_060):
        case = random_case(seed, 300)
        if case.hours is None and not any(name.startswith("time") for name in case.exits):
            continue
        result, outcome = case.product(PLAINLY), case.reference()
        assert first_difference(result, outcome) == "", f"random_case({seed}, 300)"
        assert first_veto_difference(result, outcome) == "", f"random_case({seed}, 300)"
        met |= {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert met >= {"session_end", "time_exit", "OUTSIDE_WINDOW"}
