"""Botswain and the reference under the limits that few bots have: every fill, mark and refusal equal."""

from __future__ import annotations

import pytest

from .caps_cases import caps_cases, random_caps_case
from .cases import PLAINLY, Case
from .compare import first_difference, first_veto_difference

NAMED = caps_cases()
MET = {
    "WEEKLY_LOSS", "MAX_EXPOSURE", "MAX_CORRELATED_EXPOSURE",
    "DRAWDOWN_REDUCE", "DRAWDOWN_PAUSE", "DRAWDOWN_FLATTEN", "drawdown_exit",
    "SYMBOL_COOL_DOWN", "MAX_TRADE_RISK", "ORDER_RATE", "break_even", "trailing_stop",
}  # fmt: skip


@pytest.mark.parametrize("case", NAMED, ids=[f"{c.strategy}: {c.name}" for c in NAMED])
def test_the_product_fills_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    seen = {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert len(outcome.fills) > 3, "the case is tame: it hardly trades"
    assert set(case.bites) <= seen, "the case is tame: something it was made for does not happen"
    assert set(case.returns) <= outcome.returned, "the case is tame: nothing comes back that was refused for this"
    result = case.product(PLAINLY)
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


def test_the_product_fills_as_the_reference_does_on_random_runs() -> None:
    met: set[str] = set()
    for seed in range(40):
        case = random_caps_case(seed)
        result, outcome = case.product(PLAINLY), case.reference()
        assert first_difference(result, outcome) == "", f"random_caps_case({seed})"
        assert first_veto_difference(result, outcome) == "", f"random_caps_case({seed})"
        met |= {f.reason for f in outcome.fills} | {r.code for r in outcome.reasons}
    assert met >= MET, MET - met
