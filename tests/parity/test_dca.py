"""Botswain's dca and the reference's, which was written from docs/rules.md alone: every fill equal."""

from __future__ import annotations

import pytest

from botswain import backtest
from botswain.model.errors import BadInput

from .cases import PLAINLY, Case, suited
from .compare import first_difference, hold_against
from .dca_cases import any_dca, dca_cases
from .dca_params import REAL
from .scenes import binance_files, real, shared_folder

WINDOW = 3_000
NAMED = dca_cases()
FILES = binance_files()
# Drawn ladders that the product refuses, each for its reason, are passed over; these are too many of them.
MOST_REFUSED = 12
COMPILED = (0, 7, 13, 16)
# Runs in which the two once disagreed: a life of a slot went on into the next deal; what is sent of an amended row.
ONCE_DIFFERENT = (29, 41, 101, 110, 151, 154, 189)


def compare(case: Case, said: str = "") -> int:
    """Fail where fills differ; return their number."""
    outcome = case.reference()
    hold_against(case.product(PLAINLY), outcome, said)
    return len(outcome.fills)


@pytest.mark.parametrize("case", NAMED, ids=[case.name for case in NAMED])
def test_a_named_run_fills_as_in_the_reference(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, "the case is tame: something it was made for does not happen"
    hold_against(case.product(PLAINLY), outcome)


@pytest.mark.parametrize("first", range(0, 80, 40))
def test_random_runs_fill_as_in_the_reference(first: int) -> None:
    fills = refused = 0
    for seed in range(first, first + 40):
        try:
            fills += compare(any_dca(seed), f"any_dca({seed})")
        except BadInput:
            refused += 1
    assert fills > 500
    assert refused <= MOST_REFUSED


@pytest.mark.parametrize("seed", ONCE_DIFFERENT)
def test_what_once_differed_is_equal(seed: int) -> None:
    assert compare(any_dca(seed)) > 3


@pytest.mark.parametrize("seed", COMPILED)
def test_machine_code_fills_the_same(seed: int) -> None:
    case = any_dca(seed)
    assert first_difference(case.product(backtest), case.reference()) == "", f"any_dca({seed})"


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(len(REAL)))
def test_real_candles_fill_as_in_the_reference(turn: int) -> None:
    """A window of as many files, every setting once; `benchmarks/parity.py` takes all files whole."""
    path = FILES[turn * len(FILES) // len(REAL)]
    candles = real(path)
    first = turn * 7919 % max(1, len(candles) - WINDOW)
    assert compare(suited("dca", candles.slice(first, first + WINDOW), turn), path.stem) > 3
