"""Botswain and the reference through splits and dividends: every fill, every mark of equity, every round trip equal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from botswain import backtest

from .cases import PLAINLY, Case
from .compare import first_difference, first_veto_difference
from .share_cases import share_case

# What all runs together must meet.
MET = {
    "split", "fraction", "ended by it", "short", "dividend", "short dividend", "stop_loss", "trailing_stop",
    "break_even", "take_profit", "take_profit_1", "LINKED", "BELOW_MINIMUM", "MAX_POSITION", "BALANCE",
}  # fmt: skip


def test_the_product_goes_through_splits_and_dividends_as_the_reference_does() -> None:
    met: Counter[str] = Counter()
    for seed in range(100):
        case = share_case(seed)
        result, outcome = case.product(PLAINLY), case.reference()
        assert result.halt is None, result.halt
        assert first_difference(result, outcome) == "", f"share_case({seed})"
        assert first_veto_difference(result, outcome) == "", f"share_case({seed})"
        met.update(f.reason for f in outcome.fills)
        met.update(r.code for r in outcome.reasons)
        for one in result.actions:
            if one.position_before:
                kind = "split" if one.split is not None else "dividend"
                met[kind] += 1
                met["fraction"] += kind == "split" and one.cash != 0
                met["ended by it"] += one.position_after == 0
                met["short" if kind == "split" else "short dividend"] += one.position_before < 0
    assert {one for one in MET if met[one]} == MET


@pytest.mark.parametrize("seed", [0, 4])
def test_machine_code_goes_through_them_likewise(seed: int) -> None:
    case = share_case(seed)
    plain, compiled = case.product(PLAINLY), case.product(backtest)
    assert compiled.ran.compiled
    assert compiled.fills == plain.fills
    assert compiled.equity == plain.equity
    assert compiled.actions == plain.actions
    assert compiled.position_trips == plain.position_trips


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 4, 25])
def test_what_comes_later_changes_nothing_before(seed: int) -> None:
    """The candles cut off anywhere, and with all splits and dividends still to come told or not told."""
    case = share_case(seed)
    whole = case.product(PLAINLY)
    times = np.unique(np.concatenate([one.ts for one in case.candles.values()]))
    for cut in np.linspace(30, len(times) - 1, 6).astype(int).tolist():
        until = int(times[cut])
        short = upto(case, until)
        silent = replace(short, actions=tuple(one for one in case.actions if one.time_ms <= until))
        for one in (short.product(PLAINLY), silent.product(PLAINLY)):
            assert one.equity == whole.equity[: cut + 1]
            assert one.fills == [fill for fill in whole.fills if fill.time_ms <= until]


def upto(case: Case, until: int) -> Case:
    """A case without the candles that open after a time."""
    kept = {name: one.slice(0, int(np.searchsorted(one.ts, until, "right"))) for name, one in case.candles.items()}
    assert all(len(one) for one in kept.values())
    return replace(case, candles=kept)
