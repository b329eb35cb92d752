"""The take-profit ladder: product and reference alike, on named runs and on drawn ones, and not for nothing."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from botswain import backtest

from .cases import BASE_FEE, PLAINLY, THIRD_FEE, Case, many, one, random_case
from .compare import first_difference, first_veto_difference

QUICK: dict[str, Any] = {"fast": 5, "slow": 13}
BOTH: dict[str, Any] = {"fast": 8, "slow": 21, "direction": "both"}
RUNGS = {
    "take_profit_1": "0.004", "take_profit_share_1": "0.5", "take_profit_2": "0.008", "take_profit_share_2": "0.3",
    "stop_loss": "0.01",
}  # fmt: skip
BITES = ("take_profit_1", "take_profit_2", "stop_loss")
CASES = [
    one("two rungs and a rest", "sma_crossover", 501, params=QUICK, exits=RUNGS, bites=BITES),
    one("short, in parts, trailing", "sma_crossover", 502, {"shortable": True, "max_qty": Decimal(9)}, params=BOTH,
        size="0.6", exits={**RUNGS, "trailing_stop": "0.006", "break_even": "0.003"},
        bites=("take_profit_1", "take_profit_2", "break_even")),
    one("base fees, all of it", "sma_crossover", 503, BASE_FEE, params=QUICK, slippage_bps="3",
        exits={**RUNGS, "take_profit_share_2": "0.1", "take_profit_3": "0.012"}, bites=(*BITES, "take_profit_3")),
    one("by the clock too", "sma_crossover", 504, THIRD_FEE, params=QUICK,
        exits={**RUNGS, "time_candles": "8"}, bites=("take_profit_1", "time_exit")),
    one("too small for its rungs", "sma_crossover", 505, {"min_notional": Decimal(40)}, params=QUICK, capital="100",
        exits={**RUNGS, "take_profit_share_1": "0.35", "take_profit_share_2": "0.3"}, bites=("take_profit_2",)),
    one("without a stop", "sma_crossover", 506, params=QUICK,
        exits={name: value for name, value in RUNGS.items() if name != "stop_loss"}, bites=BITES[:2]),
    one("a grid's", "grid", 507, params={"centre": 0, "step": 0.01, "levels": 8},
        exits={**RUNGS, "stop_loss": "0.1"},
        bites=("take_profit_1",)),
    one("a position that grows", "momentum", 508,
        params={"lookback": 6, "enter": 0.004, "adds": 3, "add_step": 0.003, "leave": -0.01}, exits=RUNGS,
        fill="through", bites=BITES[:2]),
    many("three symbols", "sma_crossover", 509, params=QUICK, size="0.3", exits=RUNGS, bites=BITES),
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
    met: dict[str, int] = {}
    for seed in range(16):
        case, rng = random_case(seed, 250), random.Random(seed)
        for name in [name for name in case.exits if name.startswith(("take_profit", "roi_"))]:
            del case.exits[name]
        count = rng.choice([1, 2, 2, 3, 4])
        gains = sorted(rng.sample(range(2, 30), count))
        for number, gain in enumerate(gains, 1):
            case.exits[f"take_profit_{number}"] = f"0.{gain:03}"
            if number < count or rng.random() < 0.5:
                case.exits[f"take_profit_share_{number}"] = rng.choice(["0.25", "0.2", "0.1371"])
        result, outcome = case.product(PLAINLY), case.reference()
        assert first_difference(result, outcome) == "", f"random run {seed}"
        assert first_veto_difference(result, outcome) == "", f"random run {seed}"
        for fill in outcome.fills:
            met[fill.reason] = met.get(fill.reason, 0) + 1
    assert min(met.get(f"take_profit_{number}", 0) for number in (1, 2, 3)) > 5
