"""Botswain and the reference with slippage that goes by closed candles and by an order's size: every fill equal.

And with it the reference itself, by hand.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import pytest

from botswain import Options, backtest
from botswain.model.trades import OnTrades

from . import forming, tape
from .bracket_cases import bracket_case
from .cases import BASE_FEE, PLAINLY, Case, many, one, random_case
from .compare import first_difference, first_veto_difference
from .slips import Past, Slip, lots_traded
from .test_tape import BOTH, FOLDER, KERNELS, LONG, PART, QUICKER, TOLD, case_of, run_of, trades

QUICK = {"fast": 5, "slow": 13}
EXITS = {"stop_loss": "0.02", "take_profit": "0.03", "trailing_stop": "0.025"}
SPREAD: dict[str, Any] = {"model": "spread"}
RANGE: dict[str, Any] = {"model": "volatility", "factor": "0.25", "period": 7}
IMPACT: dict[str, Any] = {"model": "impact", "factor": "0.8", "period": 30}
SHORT = {"direction": "both"}
CASES = [
    one("half of a spread", "sma_crossover", 701, params=QUICK, exits=EXITS, slippage_bps="7.0001", slippage=SPREAD,
        bites=("stop_loss",)),
    one("range", "sma_crossover", 702, params=QUICK, exits=EXITS, slippage=RANGE, bites=("trailing_stop",)),
    one("range, usual numbers", "sma_crossover", 703, BASE_FEE, params=QUICK, exits=EXITS, slippage_bps="2",
        slippage={"model": "volatility"}, fill="through"),
    one("impact", "sma_crossover", 704, params=QUICK, size="0.2", exits=EXITS, slippage=IMPACT, bites=("stop_loss",)),
    one("impact, usual numbers, base fees", "sma_crossover", 705, BASE_FEE, params=QUICK, size="0.1", exits=EXITS,
        slippage={"model": "impact"}),
    one("impact, short", "sma_crossover", 706, {"shortable": True}, params=QUICK | SHORT, size="0.5", exits=EXITS,
        slippage_bps="1.5", slippage=IMPACT | {"most_bps": "60"}, bites=("trailing_stop",)),
    one("grid with a stop that is held in part", "grid", 707, params={"centre": 0, "step": 0.01, "levels": 16},
        exits={"stop_loss": "0.06", "take_profit": "0.5"}, slippage=IMPACT, bites=("stop_loss",)),
    many("three symbols, impact", "sma_crossover", 708, params=QUICK, size="0.3", exits=EXITS, slippage=IMPACT,
         bites=("trailing_stop",)),
    many("three symbols, range", "grid", 711, params={"centre": 0, "step": 0.01, "levels": 16}, size="0.5",
         exits={"take_profit": "0.2", "stop_loss": "0.3"}, slippage=RANGE),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[one.name for one in CASES])
def test_the_product_slips_as_the_reference_does(case: Case) -> None:
    outcome = case.reference()
    assert set(case.bites) <= {one.reason for one in outcome.fills}, "the case is tame"
    assert first_difference(case.product(backtest), outcome) == ""
    assert len(outcome.fills) > 20, "the case is tame"
    plain = replace(case, slippage_bps="0", slippage={}).reference()
    assert [one.price for one in plain.fills] != [one.price for one in outcome.fills], "nothing slips"


@pytest.mark.parametrize("seed", range(40))
def test_any_run_slips_as_in_the_reference(seed: int) -> None:
    case = random_case(seed) if seed % 2 else bracket_case(seed)
    drawn = [RANGE, IMPACT, IMPACT | {"most_bps": "40"}, {"model": "volatility", "factor": "3"}, SPREAD][seed % 5]
    case = replace(case, slippage=drawn)
    result, outcome = case.product(PLAINLY), case.reference()
    assert first_difference(result, outcome) == ""
    assert first_veto_difference(result, outcome) == ""


@pytest.mark.parametrize("slippage", [RANGE, IMPACT], ids=["range", "impact"])
def test_it_slips_the_same_where_finer_candles_meet_the_orders(slippage: dict[str, Any]) -> None:
    case = one("between closes", "sma_crossover", 721, params=QUICK, size="0.2", exits=EXITS, slippage=slippage)
    outcome = forming.outcome_of(case, 900_000, 300_000)
    result = case.product(partial(backtest, timeframe="15m", trading_frequency=300))
    assert len(outcome.fills) > 20
    assert first_difference(result, outcome) == ""


@pytest.mark.skipif(not FOLDER.exists(), reason="no recorded trades; set BOTSWAIN_SHARED")
@pytest.mark.parametrize("on", [OnTrades(), OnTrades(latency_ms=300), OnTrades(share=PART)], ids=["", "late", "part"])
@pytest.mark.parametrize("slippage", [RANGE, IMPACT], ids=["range", "impact"])
def test_it_slips_the_same_on_recorded_trades(on: OnTrades, slippage: dict[str, Any]) -> None:
    case, used = case_of("sma_crossover", QUICKER | TOLD, BOTH | {"slippage": slippage}), trades(*LONG)
    outcome = tape.outcome_of(case, used, on, 1_000)
    case.candles = used  # type: ignore[assignment]
    result = case.product(run_of(on, 1, 0, Options(folder=KERNELS)))
    assert len(outcome.fills) > 10
    assert first_difference(result, outcome) == ""


# The reference by hand: three candles, of which the first one opens at 100.
KNOWN = [Past(100, 104, 98, 102, 10), Past(102, 103, 101, 101, 20), Past(105, 106, 104, 105, 0)]


def test_a_spread_costs_its_half_up() -> None:
    assert Slip(Fraction(5), "spread").share([], 1) == Fraction(25, 100_000)
    assert Slip(Fraction(1, 10_000), "spread").share([], 1) == Fraction(1, 10**8)


def test_a_range_is_from_the_close_before() -> None:
    # True ranges 6, 2 (103 - 101; it closed at 102 before) and 5 (106 - 101): a mean of 13/3, of 105.
    slip = Slip(Fraction(10), "volatility", Fraction(1, 2))
    assert slip.share([], 1) == Fraction(1, 1000)
    assert slip.share(KNOWN, 1) == Fraction(1, 1000) + Fraction(2_063_493, 10**8)  # 13 / 6 / 105 = 0.020634920...
    assert slip.share(KNOWN[:1], 1) == Fraction(1, 1000) + Fraction(2_941_177, 10**8)  # 6 / 2 / 102 = 0.029411764...
    last = Slip(model="volatility", factor=Fraction(1), period=1)
    assert last.share(KNOWN, 1) == Fraction(4_761_905, 10**8)  # 5 / 105
    assert replace(slip, most_bps=Fraction(150)).share(KNOWN, 1) == Fraction(150, 10_000)


def test_impact_goes_by_the_square_root_of_the_order() -> None:
    # Returns 0.02, 1/102 and 4/101, up to 1e-8: 0.00980393 and 0.03960397; squares sum to 0.0020645915...
    slip = Slip(model="impact")
    squares = 2_000_000**2 + 980_393**2 + 3_960_397**2
    assert slip.share(KNOWN, 30) ** 2 * 10**16 >= squares > (slip.share(KNOWN, 30) - Fraction(1, 10**8)) ** 2 * 10**16
    four = slip.share(KNOWN, 120)
    assert 2 * slip.share(KNOWN, 30) - Fraction(2, 10**8) <= four <= 2 * slip.share(KNOWN, 30)
    assert slip.share(KNOWN, 3_000) == Fraction(1, 10)
    # Of the last alone nothing was traded: the most there is; where prices stood still too, nothing.
    assert replace(slip, period=1).share(KNOWN, 1) == Fraction(1, 10)
    assert slip.share([Past(5, 5, 5, 5, 0)], 1) == 0


def test_a_volume_is_whole_lots() -> None:
    assert [lots_traded(one, Fraction(1, 10)) for one in (0.3, 0.39, 0.3999999999)] == [3, 3, 4]
    assert lots_traded(1e30, Fraction(1)) == 2**53
