"""Sizes that are numbers beyond 64 bits in their units: such a run is done with Python integers, and is the same."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.made import waves

from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument

TICK = Decimal("0.00000001")


def pennies() -> Candles:
    """Waves of a coin that costs a hundred-thousandth."""
    one = waves()
    prices = (np.round(getattr(one, name) / 1e7, 8) for name in ("open", "high", "low", "close"))
    return Candles("PEPE/USDT", "1h", one.ts, *prices, one.volume)


def ran(lot: str, kernels: Path, **settings: Any) -> Result:
    """Fast averages on it, by lots of a size."""
    rules = Instrument("PEPE/USDT", TICK, Decimal(lot), taker_fee=Decimal("0.00012345"))
    return backtest(
        "sma_crossover",
        pennies(),
        params={"fast": 3, "slow": 9},
        instrument=rules,
        options=Options(folder=kernels),
        **settings,
    )


@pytest.mark.parametrize(
    "settings",
    [{"sizing": "fixed_quote", "size": 1000}, {"sizing": "fixed", "size": 100_000_000_000, "capital": 10**8}],
)
def test_a_run_in_finer_lots_is_done_with_python_integers_and_buys_as_much(
    kernels: Path, settings: dict[str, Any]
) -> None:
    coarse, fine = ran("1", kernels, **settings), ran("0.00000001", kernels, **settings)
    assert coarse.ran.compiled
    assert not fine.ran.compiled
    assert len(fine.fills) == len(coarse.fills) > 4
    for one, other in zip(fine.fills, coarse.fills, strict=True):
        assert (one.time_ms, one.side, one.price) == (other.time_ms, other.side, other.price)
        assert 0 <= one.qty - other.qty < 1
    assert not fine.notes
