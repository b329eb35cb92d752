"""Botswain's scalper and the reference's, which was written from docs/rules.md alone: every fill and veto equal."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from botswain import backtest
from botswain.model.errors import BadInput

from .cases import BASE_FEE, PLAINLY, A, Case, one, suited
from .compare import hold_against
from .scalper_cases import any_scalper, scalper_cases
from .scalper_params import OWN, QUICK, REAL
from .scenes import binance_files, instrument, real, shared_folder, wild

WINDOW = 3_000
NAMED = scalper_cases()
FILES = binance_files()
# Drawn settings that the product refuses, each for its reason, are passed over; these are too many of them.
MOST_REFUSED = 12
COMPILED = (6, 10, 26, 33)


@cache
def quick_fills() -> tuple[Any, ...]:
    """What the reference fills where no setting is its own: most are held against that."""
    return tuple(one("felt", "scalper", 501, params=QUICK).reference().fills)


def compare(case: Case, how: object = PLAINLY) -> int:
    """Fail where they differ; return the number of fills."""
    outcome = case.reference()
    hold_against(case.product(how), outcome, case.name)  # type: ignore[arg-type]
    return len(outcome.fills)


@pytest.mark.parametrize("case", NAMED, ids=[case.name for case in NAMED])
def test_a_named_run_fills_as_in_the_reference(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, f"the case is tame: {seen}"
    hold_against(case.product(PLAINLY), outcome)


@pytest.mark.parametrize("own", OWN, ids=[next(iter(own)) + f" {k}" for k, own in enumerate(OWN)])
def test_each_setting_is_felt(own: dict[str, object]) -> None:
    name = next(iter(own))
    case = one("felt", "scalper", 501, params={**QUICK, **own})
    rest = {key: value for key, value in case.params.items() if key != name} | {
        k: QUICK[k] for k in (name,) if k in QUICK
    }
    without = quick_fills() if rest == QUICK else replace(case, params=rest).reference().fills
    outcome = case.reference()
    assert tuple(without) != tuple(outcome.fills), "it changes nothing"
    hold_against(case.product(PLAINLY), outcome)


@pytest.mark.parametrize("first", range(0, 80, 40))
def test_random_runs_fill_as_in_the_reference(first: int) -> None:
    fills = refused = 0
    for seed in range(first, first + 40):
        try:
            fills += compare(replace(any_scalper(seed), name=f"any_scalper({seed})"))
        except BadInput:
            refused += 1
    assert fills > 500
    assert refused <= MOST_REFUSED


@pytest.mark.parametrize("seed", COMPILED)
def test_machine_code_fills_the_same(seed: int) -> None:
    assert compare(any_scalper(seed), backtest) > 3


def many_lots(way: str, seed: int, capital: str, size: str) -> Case:
    """A coin of a millionth in lots of 1e-8, whose fee is taken of it: what is bought is a number of no 53 bits."""
    rules = {A: instrument(A, "0.00000001", "0.00000001", **BASE_FEE)}
    params = QUICK | {"exit": way, "spread": 1.5, "take_profit": 2.5, "levels": 2, "hold": 40, "target_base": 0.9}
    candles = wild(seed, 500, A, start=100, tick="0.00000001", calm=0.01)
    return Case("many lots", "scalper", {A: candles}, rules, params, capital=capital, size=size)


@pytest.mark.parametrize("way", ["fills", "position", "quotes"])
def test_more_lots_than_a_float_tells_apart_are_closed_to_the_last(way: str) -> None:
    """Rounded, a sale would leave some lots, or be of more than there are.

    Entries stay within the money: what that leaves is a float64, whose last bit would be some lots here.
    """
    large = odd = 0
    for seed, capital in ((1, "250"), (2, "20000"), (3, "20000"), (4, "777777")):
        case = many_lots(way, seed, capital, "0.3")
        compare(case)
        sold = [int(fill.qty * 10**8) for fill in case.reference().fills if fill.side == "sell"]
        large += sum(lots > 2**53 for lots in sold)
        odd += sum(lots != int(float(lots)) for lots in sold)
    assert large > 20
    assert odd > 20


def test_machine_code_closes_as_many_to_the_last() -> None:
    case = many_lots("fills", 1, "250", "1")
    compiled, plain = case.product(backtest), case.product(PLAINLY)
    assert compiled.ran.compiled
    assert compiled.fills == plain.fills
    assert any(fill.side == "sell" and fill.qty * 10**8 > 2**53 for fill in plain.fills)


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(len(REAL)))
def test_real_candles_fill_as_in_the_reference(turn: int) -> None:
    """A window of as many files, every setting once; `benchmarks/parity.py` takes all files whole."""
    path = FILES[turn * len(FILES) // len(REAL)]
    candles = real(path)
    first = turn * 7919 % max(1, len(candles) - WINDOW)
    assert compare(suited("scalper", candles.slice(first, first + WINDOW), turn)) > 3
