"""Botswain and the reference where holding is paid for: every fill, every mark of equity, every round trip equal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from botswain import backtest

from .cases import PLAINLY
from .charge_cases import charge_case, coin_case
from .compare import first_difference, first_veto_difference

# What all runs together must meet.
MET = {
    "funding long paid", "funding long got", "funding short paid", "funding short got", "borrow short paid",
    "without a candle of its own", "several before one candle", "beside a split",
}  # fmt: skip


def test_the_product_pays_for_holding_as_the_reference_does() -> None:
    met: Counter[str] = Counter()
    for seed in range(42):
        case = charge_case(seed)
        result, outcome = case.product(PLAINLY), case.reference()
        assert result.halt is None, result.halt
        assert first_difference(result, outcome) == "", f"charge_case({seed})"
        assert first_veto_difference(result, outcome) == "", f"charge_case({seed})"
        assert result.cash == outcome.cash, f"charge_case({seed})"
        times = {one.symbol: one.ts for one in result.market.candles}
        split = {one.time_ms for one in result.actions if one.split is not None and one.position_before}
        firsts = Counter()
        for one in result.charges:
            side = "long" if one.position > 0 else "short"
            met[f"{one.kind} {side} {'paid' if one.cash < 0 else 'got'}"] += 1
            instant = int(result.market.steps[np.searchsorted(result.market.steps, one.time_ms)])
            met["without a candle of its own"] += instant not in times[one.symbol]
            firsts[instant, one.symbol] += 1
        met["several before one candle"] += max(firsts.values(), default=0) > 1
        met["beside a split"] += bool(split and result.charges)
    assert {one for one in MET if met[one]} == MET


def test_what_takes_its_fees_in_itself_is_charged_likewise_without_its_dust() -> None:
    broken = dusty = 0
    for seed in range(8):
        case = coin_case(seed)
        result, outcome = case.product(PLAINLY), case.reference()
        assert result.halt is None, result.halt
        assert first_difference(result, outcome) == "", f"coin_case({seed})"
        assert result.cash == outcome.cash, f"coin_case({seed})"
        lots = {symbol: one.lot_size for symbol, one in case.instruments.items()}
        broken += sum(one.position % lots[one.symbol] != 0 for one in result.charges)
        dusty += any(result.dust(symbol) for symbol in case.instruments)
    assert broken > 20
    assert dusty


@pytest.mark.parametrize("seed", [10, 27])
def test_machine_code_pays_likewise(seed: int) -> None:
    """One symbol without splits, whose candles stand at their instants, and shares that split."""
    case = charge_case(seed)
    plain, compiled = case.product(PLAINLY), case.product(backtest)
    assert compiled.ran.compiled
    assert len(plain.charges) > 10
    assert compiled.charges == plain.charges
    assert compiled.fills == plain.fills
    assert compiled.equity == plain.equity
    assert compiled.position_trips == plain.position_trips


@pytest.mark.parametrize("seed", [5, 6, 10])
def test_what_comes_later_changes_nothing_before(seed: int) -> None:
    """The candles cut off anywhere, and with all rates still to come told or not told."""
    case = charge_case(seed)
    whole = case.product(PLAINLY)
    times = np.unique(np.concatenate([one.ts for one in case.candles.values()]))
    for cut in np.linspace(60, len(times) - 1, 4).astype(int).tolist():
        until = int(times[cut])
        kept = {name: one.slice(0, int(np.searchsorted(one.ts, until, "right"))) for name, one in case.candles.items()}
        short = replace(case, candles=kept)
        silent = replace(
            short,
            funding=tuple(one for one in case.funding if one.time_ms // 1000 * 1000 <= until),
            borrow=tuple(one for one in case.borrow if one.time_ms < until),
        )
        for one in (short.product(PLAINLY), silent.product(PLAINLY)):
            assert one.equity == whole.equity[: cut + 1]
            assert one.fills == [fill for fill in whole.fills if fill.time_ms <= until]
