"""A target that falls with age: product and reference alike, on named runs and on drawn ones, and not for nothing."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from botswain import backtest

from .cases import BASE_FEE, PLAINLY, Case, many, one, random_case
from .compare import first_difference, first_veto_difference

QUICK: dict[str, Any] = {"fast": 5, "slow": 13}
ROI = {"take_profit": "0.02", "roi_20": "0.008", "roi_60": "0.003", "roi_150": "0"}
CASES = [
    one("falls", "sma_crossover", 441, params=QUICK, exits=ROI, bites=("take_profit",)),
    one("falls below the stop", "sma_crossover", 442, {"shortable": True, "max_qty": Decimal(9)}, size="0.6",
        params=QUICK | {"direction": "both"},
        exits={**ROI, "trailing_stop": "0.01", "break_even": "0.004", "break_even_offset": "0.003"},
        bites=("take_profit", "trailing_stop", "break_even")),
    one("from an age on, beside an end by the clock", "sma_crossover", 443, BASE_FEE, params=QUICK,
        exits={"roi_25": "0.006", "time_minutes": "50", "stop_loss": "0.02"}, bites=("take_profit", "time_exit")),
    one("a grid's", "grid", 444, params={"centre": 0, "step": 0.01, "levels": 8},
        exits={"take_profit": "0.3", "roi_200": "0.002"}, bites=("take_profit",)),
    many("three symbols", "sma_crossover", 445, params=QUICK, size="0.3", exits=ROI, bites=("take_profit",)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_the_product_fills_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= {f.reason for f in outcome.fills}, "the case is tame: something does not happen"
    result = case.product(PLAINLY)
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


def test_compiled_it_fills_the_same() -> None:
    case = CASES[1]
    assert first_difference(case.product(backtest), case.reference()) == ""


def test_on_random_runs_too() -> None:
    ends = 0
    for seed in range(30):
        case, rng = random_case(seed, 250), random.Random(seed)
        first = rng.choice(["", "0.03", "0.01"])
        case.exits.pop("take_profit", None)
        case.exits |= {"take_profit": first} if first else {}
        for minutes, gain in zip(sorted(rng.sample(range(1, 300), 3)), ("0.009", "0.004", "0"), strict=True):
            case.exits[f"roi_{minutes}"] = gain
        result, outcome = case.product(PLAINLY), case.reference()
        assert first_difference(result, outcome) == "", f"random run {seed}"
        assert first_veto_difference(result, outcome) == "", f"random run {seed}"
        ends += sum(f.reason == "take_profit" for f in outcome.fills)
    assert ends > 30
