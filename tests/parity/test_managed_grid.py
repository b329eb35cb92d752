"""Botswain's managed grid and the reference's, which was written from docs/rules.md alone: every fill equal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from botswain import backtest
from botswain.model.errors import BadInput

from .cases import PLAINLY, Case, one, suited
from .compare import hold_against
from .grid_cases import NEAR, OWN, any_grid, grid_cases
from .scenes import binance_files, real, shared_folder
from .waiting_cases import waiting_cases

WINDOW = 3_000
FILES = binance_files()
NAMED = grid_cases()
# Drawn grids that the product refuses, each for its reason, are passed over; these are too many of them.
MOST_REFUSED = 12
COMPILED = (0, 8, 33)
# For real candles, where exits and gate are on too.
REAL = (
    {"trail": "both"}, {"trail": "both", "resting": 3, "compound": True}, {"trail": "up", "beyond": "pause"},
    {"profit": 0.03, "initial_part": 0.5, "fall": 0.03}, {"trail": "down", "end_gain": 0.5, "resting": 5},
)  # fmt: skip


def compare(case: Case, how: object = PLAINLY) -> int:
    """Fail where fills differ; return their number."""
    outcome = case.reference()
    hold_against(case.product(how), outcome, f"{case.name} {case.params}")  # type: ignore[arg-type]
    return len(outcome.fills)


@pytest.mark.parametrize("case", NAMED, ids=[case.name for case in NAMED])
def test_a_named_run_fills_as_in_the_reference(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, f"the case is tame: {seen}"
    assert set(case.returns) <= outcome.returned, f"the case is tame: {outcome.returned}"
    hold_against(case.product(PLAINLY), outcome)


@pytest.mark.parametrize("own", OWN, ids=[f"{next(iter(own))} {k}" for k, own in enumerate(OWN)])
def test_each_setting_is_felt(own: dict[str, object]) -> None:
    name = next(iter(own))
    case = one("felt", "grid", 601, params=NEAR | own)
    rest = {key: value for key, value in case.params.items() if key != name}
    assert replace(case, params=rest).reference().fills != case.reference().fills, "it changes nothing"


@pytest.mark.parametrize("first", range(0, 60, 30))
def test_random_runs_fill_as_in_the_reference(first: int) -> None:
    fills = refused = 0
    for seed in range(first, first + 30):
        try:
            fills += compare(any_grid(seed))
        except BadInput:
            refused += 1
    assert fills > 300
    assert refused <= MOST_REFUSED


@pytest.mark.parametrize("seed", COMPILED)
def test_machine_code_fills_the_same(seed: int) -> None:
    case = any_grid(seed)
    assert compare(case, backtest) > 3


def test_a_managed_grid_that_manages_nothing_fills_as_the_plain_one() -> None:
    """Its orders may rest, all of them: that is a plain grid, by another step."""
    for seed in range(602, 614):
        plain = one("plain", "grid", seed, {"shortable": seed % 3 == 0}, params=NEAR | {
            "initial": "none" if seed % 2 else "market"}, exits={"stop_loss": "0.15"}, size="1.1")  # fmt: skip
        result = replace(plain, params=plain.params | {"resting": 8}).product(PLAINLY)
        assert [replace(f, slot=0) for f in result.fills] == [replace(f, slot=0) for f in plain.product(PLAINLY).fills]
        assert len(result.fills) > 5


def test_cells_whose_orders_fill_in_parts_fill_as_in_the_reference() -> None:
    """Shorts beyond the margin: a purchase is cut to the money there is, and its rest is asked for again."""
    (cut,) = (case for case in waiting_cases() if case.name == "three ladders of shorts")
    case = replace(cut, params=cut.params | {"resting": 3, "compound": True})
    assert "INSUFFICIENT_BALANCE" in {one.code for one in case.reference().reasons}
    assert compare(case) > 100


@pytest.mark.skipif(not FILES, reason=f"no real candles under {shared_folder().name}/data/binance")
@pytest.mark.parametrize("turn", range(len(REAL)))
def test_real_candles_fill_as_in_the_reference(turn: int) -> None:
    """A window of as many files, every setting once."""
    path = FILES[turn * len(FILES) // len(REAL)]
    candles = real(path)
    first = turn * 7919 % max(1, len(candles) - WINDOW)
    case = suited("grid", candles.slice(first, first + WINDOW), turn)
    case = replace(case, params=case.params | {"spacing": "geometric", "levels": 12} | REAL[turn % len(REAL)])
    assert compare(case) > 3
