"""Makers that are paid back: Botswain and the reference equal where the maker's fee is below zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from botswain import backtest

from .cases import BASE_FEE, PLAINLY, THIRD_FEE, A, B, Case, many, one, random_case, suited
from .compare import first_difference, first_veto_difference
from .scenes import binance_files, real, shared_folder

WINDOW = 3_000
FILES = binance_files()[::7]
NEAR = {"centre": 0, "step": 0.01, "levels": 16}
QUICK = {"fast": 5, "slow": 13}
BACK = {"maker_fee": Decimal("-0.0002"), "taker_fee": Decimal("0.0007")}
MOST = {"maker_fee": Decimal("-0.01"), "taker_fee": Decimal("0.001")}
BASE, THIRD = ({key: value for key, value in fee.items() if key != "fee"} for fee in (BASE_FEE, THIRD_FEE))
EXITS = {"stop_loss": "0.02", "take_profit": "0.03"}

CASES = [
    one("in quote", "grid", 40, BACK, params=NEAR),
    one("in quote, coarse", "grid", 41, {**BACK, "fee_precision": 2}, params=NEAR),
    one("in base", "grid", 42, {**BACK, **BASE}, params=NEAR),
    one("in base, coarse lot", "grid", 43, {**MOST, **BASE, "lot": "0.1"}, params=NEAR),
    one("in a third asset", "grid", 44, {**BACK, **THIRD}, params=NEAR),
    one("in base, short", "grid", 45, {**MOST, **BASE, "shortable": True, "lot": "0.01"}, params=NEAR),
    one("in quote, short", "grid", 46, {**BACK, "shortable": True}, params=NEAR),
    one("all cash asked for", "grid", 47, MOST, params=NEAR, size="1.5", bites=("INSUFFICIENT_BALANCE",)),
    one("in a cage", "grid", 48, BACK, params=NEAR, limits={"max_position": "0.3", "max_daily_loss": "0.02"},
        bites=("MAX_POSITION",)),
    one("take-profits in base", "sma_crossover", 49, {**BACK, **BASE}, params=QUICK, exits=EXITS,
        bites=("take_profit",)),
    one("take-profits, short, in base", "sma_crossover", 50, {**MOST, **BASE, "shortable": True},
        params={**QUICK, "direction": "both"}, size="0.5", exits=EXITS, bites=("take_profit",)),
    many("three symbols", "grid", 70, {A: BACK, B: MOST}, params=NEAR, size="0.3"),
]  # fmt: skip


def compared(case: Case) -> Any:
    """Both runs of a case, which are equal; returns the product's."""
    outcome, result = case.reference(), case.product(backtest)
    assert set(case.bites) <= {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""
    return result


def paid_back(case: Case, fees: dict[str, Decimal] = BACK) -> Case:
    """The same case with makers paid back on every symbol."""
    rules: dict[str, Any] = {symbol: replace(one, **fees) for symbol, one in case.instruments.items()}
    return replace(case, instruments=rules)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.strategy}: {c.name}" for c in CASES])
def test_a_run_with_rebates_is_the_reference(case: Case) -> None:
    result = compared(case)
    assert len(result.fills) > 10
    back = [fill for fill in result.fills if fill.fee < 0]
    assert back
    assert any(fill.fee > 0 for fill in result.fills) or case.strategy == "grid"


@pytest.mark.parametrize("first", [0, 10, 20])
@pytest.mark.parametrize("fees", [BACK, MOST], ids=["a little", "the most"])
def test_random_runs_with_rebates_are_the_reference(first: int, fees: dict[str, Decimal]) -> None:
    for seed in range(first, first + 10):
        case = paid_back(random_case(seed), fees)
        outcome, result = case.reference(), case.product(PLAINLY)
        assert first_difference(result, outcome) == "", f"random_case({seed})"


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("path", FILES, ids=[f"{p.parent.name}-{p.stem}" for p in FILES])
@pytest.mark.parametrize("strategy", ["sma_crossover", "grid"])
def test_real_candles_with_rebates_are_the_reference(path: Path, strategy: str) -> None:
    turn = FILES.index(path)
    result = compared(paid_back(suited(strategy, real(path).slice(0, WINDOW), turn)))
    assert result.fills


@pytest.mark.parametrize("make", [lambda: CASES[0], lambda: CASES[5], lambda: CASES[-1]], ids=["quote", "base", "many"])
def test_compiled_and_interpreted_are_one(make: Callable[[], Case]) -> None:
    case = make()
    compiled = case.product(backtest)
    plain = case.product(PLAINLY)
    assert compiled.equity == plain.equity
    assert list(compiled.fills) == list(plain.fills)
