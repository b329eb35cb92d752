"""Sizes that do not follow the account alone: product and reference alike, on named runs and drawn ones."""

from __future__ import annotations

import random
from typing import Any

import pytest

from .cases import BASE_FEE, PLAINLY, Case, many, one, random_case
from .compare import first_difference, first_veto_difference

QUICK: dict[str, Any] = {"fast": 5, "slow": 13}
RISK: dict[str, Any] = {"sizing": "risk", "size": "0.01", "exits": {"stop_loss": "0.015"}}
ODDS = {"win_rate": "0.5513", "payoff": "1.37", "cap": "0.3"}
CASES = [
    one("percent of the start", "sma_crossover", 421, params=QUICK, size="0.6", compounding=False),
    one("all of the start", "sma_crossover", 422, BASE_FEE, params=QUICK, compounding=False),
    one("risk of the start", "sma_crossover", 423, params=QUICK, compounding=False, **RISK),
    one("short", "sma_crossover", 424, {"shortable": True}, params=QUICK | {"direction": "both"}, size="0.8",
        compounding=False),
    one("a grid's rows are of the start anyway", "grid", 425, params={"centre": 0, "step": 0.01, "levels": 8},
        compounding=False),
    one("half of Kelly", "sma_crossover", 427, BASE_FEE, params=QUICK, sizing="kelly", size="0.5", odds=ODDS),
    one("capped, of the start", "sma_crossover", 428, params=QUICK, sizing="kelly", compounding=False,
        odds={**ODDS, "cap": "0.1"}),
    one("a grid by Kelly", "grid", 429, params={"centre": 0, "step": 0.01, "levels": 8}, sizing="kelly", odds=ODDS),
    one("by volatility", "sma_crossover", 430, params=QUICK, sizing="volatility", size="0.02"),
    one("by volatility over few candles, short", "sma_crossover", 431, {"shortable": True},
        params=QUICK | {"direction": "both"}, sizing="volatility", size="0.013", period=5),
    one("by volatility, at most all there is", "sma_crossover", 432, BASE_FEE, params=QUICK, sizing="volatility",
        size="0.045", period=9, exits={"stop_loss": "0.03"}),
    many("three symbols by volatility", "sma_crossover", 433, params=QUICK, sizing="volatility", size="0.008"),
    many("three symbols", "sma_crossover", 426, params=QUICK, size="0.3", compounding=False),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_the_product_fills_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    result = case.product(PLAINLY)
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
    if case.strategy != "grid":
        case.compounding = not case.compounding
        assert first_difference(result, case.reference()) != "", "the case is tame: it fills as with compounding"


def test_on_random_runs_too() -> None:
    for seed in range(30):
        case, rng = random_case(seed, 250, "sma_crossover"), random.Random(seed)
        case.compounding = False
        if rng.random() < 0.4 and case.exits.get("stop_loss"):
            case.sizing, case.size = "risk", "0.02"
        if case.sizing == "percent":
            case.size = min(case.size, "1")
        result, outcome = case.product(PLAINLY), case.reference()
        assert first_difference(result, outcome) == "", f"random run {seed}"
        assert first_veto_difference(result, outcome) == "", f"random run {seed}"
