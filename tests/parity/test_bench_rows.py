"""Botswain against the fixed rows of the shared benchmark: the same fills, and the same equity to a float's error.

The rows are of two plain loops that other engines agree with as well (`bench/README.md` of the shared folder): W1, one
unit while the average of 20 is above that of 50, and W3, a ladder of 40 cells around the first close. Their series come
from the benchmark's own generator and seeds. Prices are drawn before volumes, so the first year of the five does not
need the other four; volumes, which nobody uses here, are then others.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from botswain import backtest
from botswain.model.candles import Candles

from .scenes import instrument, shared_folder

CANDLES = 525_600
START_MS = 1_577_836_800_000
GENERATOR = shared_folder() / "bench" / "make_data.py"
# The generator takes the first seed whose five years stay between 30 and 400; that is 4.
GRW_SEED, OU_SEED = 4, 7

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


def close_to(ours: Decimal, theirs: float) -> bool:
    """Within a millionth: ours is exact, theirs a sum of floats."""
    return abs(float(ours) - theirs) <= 1e-6 * theirs


def made(name: str, seed: int) -> Candles:
    """A year of one-minute candles by one of the benchmark's generators."""
    rows = generators()[name](CANDLES, seed)
    ts = START_MS + 60_000 * np.arange(CANDLES, dtype=np.int64)
    return Candles(f"{name.upper()}/USD", "1m", ts, *[np.ascontiguousarray(row) for row in rows])


def generators() -> dict[str, Callable[[int, int], Any]]:
    """The functions of make_data.py without its main, which writes files, and without its imports of the benchmark."""
    source = GENERATOR.read_text(encoding="utf-8").partition("def main")[0]
    lines = [line for line in source.splitlines() if not line.startswith(("import os", "sys.path", "from common"))]
    named: dict[str, Any] = {}
    exec(compile("\n".join(lines), GENERATOR.name, "exec"), named)
    return named
