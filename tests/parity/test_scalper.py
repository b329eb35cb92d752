"""Botswain's scalper and the reference's, which was written from docs/rules.md alone: every fill and veto equal."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from botswain import backtest
from botswain.model.errors import BadInput

from .cases import PLAINLY, Case, one, suited
from .compare import first_difference, first_veto_difference
from .scalper_cases import any_scalper, scalper_cases
from .scalper_params import OWN, QUICK, REAL
from .scenes import binance_files, real, shared_folder

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
    result, outcome = case.product(how), case.reference()  # type: ignore[arg-type]
    assert result.halt is None, result.halt
    assert first_difference(result, outcome) == "", case.name
    assert first_veto_difference(result, outcome) == "", case.name
    return len(outcome.fills)


@pytest.mark.parametrize("case", NAMED, ids=[case.name for case in NAMED])
def test_a_named_run_fills_as_in_the_reference(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, f"the case is tame: {seen}"
    compare(case)


@pytest.mark.parametrize("own", OWN, ids=[next(iter(own)) + f" {k}" for k, own in enumerate(OWN)])
def test_each_setting_is_felt(own: dict[str, object]) -> None:
    name = next(iter(own))
    case = one("felt", "scalper", 501, params={**QUICK, **own})
    rest = {key: value for key, value in case.params.items() if key != name} | {
        k: QUICK[k] for k in (name,) if k in QUICK
    }
    without = quick_fills() if rest == QUICK else replace(case, params=rest).reference().fills
    assert tuple(without) != tuple(case.reference().fills), "it changes nothing"
    compare(case)


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


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(len(REAL)))
def test_real_candles_fill_as_in_the_reference(turn: int) -> None:
    """A window of as many files, every setting once; `benchmarks/parity.py` takes all files whole."""
    path = FILES[turn * len(FILES) // len(REAL)]
    candles = real(path)
    first = turn * 7919 % max(1, len(candles) - WINDOW)
    assert compare(suited("scalper", candles.slice(first, first + WINDOW), turn)) > 3
