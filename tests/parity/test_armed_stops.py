"""Stops that a gain switches on: product and reference alike, on named runs and on drawn ones, and not for nothing."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from .cases import BASE_FEE, PLAINLY, THIRD_FEE, Case, many, one, random_case
from .compare import first_difference, first_veto_difference

QUICK: dict[str, Any] = {"fast": 5, "slow": 13}
BOTH: dict[str, Any] = {"fast": 8, "slow": 21, "direction": "both"}
GAINS = {
    "trailing_stop": "0.008", "trailing_activation": "0.012", "break_even": "0.006", "break_even_offset": "0.002",
}  # fmt: skip
BITES = ("trailing_stop", "break_even")
CASES = [
    one("armed", "sma_crossover", 401, params=QUICK, exits=GAINS, bites=BITES),
    one("armed, short, in parts", "sma_crossover", 402, {"shortable": True, "max_qty": Decimal(9)}, params=BOTH,
        size="0.6", exits={**GAINS, "stop_loss": "0.02", "take_profit": "0.03"}, bites=(*BITES, "stop_loss")),
    one("armed, base fees", "sma_crossover", 403, BASE_FEE, params=QUICK, exits=GAINS, slippage_bps="3", bites=BITES),
    one("armed, by the clock too", "sma_crossover", 404, THIRD_FEE, params=QUICK,
        exits={**GAINS, "time_candles": "8"}, bites=(*BITES, "time_exit")),
    one("a grid that is armed", "grid", 405, params={"centre": 0, "step": 0.01, "levels": 8},
        exits={"trailing_stop": "0.05", "trailing_activation": "0.02", "break_even": "0.03"}, bites=("grid",)),
    many("three symbols", "sma_crossover", 406, params=QUICK, size="0.3", exits=GAINS, bites=BITES),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_the_product_fills_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= {f.reason for f in outcome.fills}, "the case is tame: something does not happen"
    result = case.product(PLAINLY)
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


def test_on_random_runs_too() -> None:
    met: set[str] = set()
    for seed in range(40):
        case, rng = random_case(seed, 250), random.Random(seed)
        gain = rng.choice(["0.004", "0.01", "0.03"])
        case.exits |= {"break_even": gain} if rng.random() < 0.7 else {"trailing_stop": "0.02"}
        if "break_even" in case.exits and rng.random() < 0.6:
            case.exits["break_even_offset"] = rng.choice(["0.001", "0.0039"])
        if "trailing_stop" in case.exits:
            case.exits["trailing_activation"] = rng.choice(["0.005", "0.02", "0.05"])
        result, outcome = case.product(PLAINLY), case.reference()
        assert first_difference(result, outcome) == "", f"random run {seed}"
        assert first_veto_difference(result, outcome) == "", f"random run {seed}"
        met |= {f.reason for f in outcome.fills}
    assert met >= {"trailing_stop", "break_even"}
