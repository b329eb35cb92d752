"""Runs that pass over candles on which nothing changes, alone and side by side, and the reference: every fill equal.

They have no curve, so that the equity compared is that of the end; the other tests' runs have one and pass over none.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from botswain import Options, backtest
from botswain.lab.run import ended
from botswain.lab.side_by_side import SideBySide

from .cases import Case, sma_cases
from .compare import first_fill_difference, first_trip_difference, first_veto_difference
from .signal_cases import signal_cases

BOT = "sma_crossover"
CASES = [
    case
    for case in (*sma_cases(), *(case for case, _ in signal_cases() if case.strategy == BOT))
    if len(case.candles) == 1 and not (case.exits or case.limits or case.hours)
]


def test_there_are_runs_long_and_short_with_fees_of_all_kinds() -> None:
    assert len(CASES) > 20


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_run_alone_and_beside_another_fills_as_in_the_reference(case: Case, kernels: Path) -> None:
    options = Options(curve=False, folder=kernels)
    alone = case.product(partial(backtest, options=options))
    beside = SideBySide()
    begun = [case.product(partial(backtest, options=replace(options, runs=beside.begin))) for _ in range(2)]
    beside.go_on()
    found = [replace(one, ran=ended(going)) for one, going in zip(begun, beside.goings, strict=True)]
    outcome = case.reference()
    assert len(outcome.fills) > 3
    for result in (alone, *found):
        assert result.halt is None, result.halt
        assert first_fill_difference(result.fills, outcome.fills) == ""
        assert first_trip_difference(result.position_trips, outcome.round_trips) == ""
        assert first_veto_difference(result, outcome) == ""
        assert result.final_equity == outcome.equity[-1][1]
