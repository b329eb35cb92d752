"""Botswain against the fixed rows of the shared benchmark: the same fills, and the same equity to a float's error.

The rows are of two plain loops that other engines agree with as well (`bench/README.md` of the shared folder): W1, one
unit while the average of 20 is above that of 50, W3, a ladder of 40 cells around the first close, and W4, one unit long
or short of an average of a million trades.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from botswain import backtest

from .bench_data import GENERATOR, GRW_SEED, OU_SEED, made, ticks
from .ema_cross import EmaCross
from .scenes import instrument, shared_folder

pytestmark = pytest.mark.skipif(
    not GENERATOR.exists(), reason=f"no bench/make_data.py under {shared_folder().name}; set BOTSWAIN_SHARED"
)


def test_w1_the_crossover_of_one_unit_has_the_fills_and_the_equity_of_the_benchmark() -> None:
    taker = instrument("GRW/USD", "0.01", "1", "0.001", fee_precision=5)
    result = backtest(
        "sma_crossover", made("grw", GRW_SEED), params={"fast": 20, "slow": 50}, instrument=taker,
        capital="1000000", sizing="fixed", size="1",
    )  # fmt: skip
    assert len(result.fills) == 11_586
    assert close_to(result.equity[-1][1], 998573.4130900032)


def test_w3_the_ladder_has_the_fills_and_the_equity_of_the_benchmark() -> None:
    maker = instrument("OU/USD", "0.01", "1", "0.0002", fee_precision=6, shortable=True)
    result = backtest(
        "grid", made("ou", OU_SEED), params={"centre": 0, "step": 0.0025, "levels": 40}, instrument=maker,
        capital="1000000", sizing="fixed", size="1",
    )  # fmt: skip
    assert len(result.fills) == 51_845
    assert close_to(result.equity[-1][1], 1005442.3705180336)


def test_w4_the_average_of_a_million_trades_has_the_fills_and_the_equity_of_the_benchmark() -> None:
    """Its orders meet the price of the trade that is decided on: that is the last one, at their arrival."""
    taker = instrument("TICK/USD", "0.01", "1", "0.001", fee_precision=5, shortable=True)
    result = backtest(
        EmaCross, ticks(), timeframe="tick", meets="last", instrument=taker, capital="1000000", sizing="fixed",
    )  # fmt: skip
    assert result.fill_count == 26_058
    assert close_to(result.final_equity, 995009.6917899996)


def close_to(ours: Decimal, theirs: float) -> bool:
    """Within a millionth: ours is exact, theirs a sum of floats."""
    return abs(float(ours) - theirs) <= 1e-6 * theirs
