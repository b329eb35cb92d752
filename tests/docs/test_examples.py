"""The example strategies run as they stand, trade, and say in their own words how to run them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from botswain import Candles, Options, backtest
from botswain.build.strategy_names import strategy_named

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))
REASONS = {
    "averaging_down": {"buy", "all_out"},
    "channel_breakout": {"breakout", "channel_exit"},
    "pullback": {"dip", "target", "stop"},
}


@pytest.fixture(scope="module")
def candles() -> Candles:
    """A restless market of half a year."""
    chance = np.random.default_rng(3)
    close = np.round(100 * np.exp(np.cumsum(chance.normal(0, 0.012, 4_000))), 2)
    first = np.concatenate(([100.0], close[:-1]))
    high, low = np.round(np.maximum(first, close) * 1.002, 2), np.round(np.minimum(first, close) * 0.998, 2)
    ts = 1_704_067_200_000 + 3_600_000 * np.arange(4_000)
    return Candles("BTC/USDT", "1h", ts, first, high, low, close, np.ones(4_000))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_trades_and_is_never_halted(path: Path, candles: Candles) -> None:
    result = backtest(path, candles, options=Options(compiled=False))
    assert result.halt is None
    assert {one.reason for one in result.fills} == REASONS[path.stem]
    assert len(result.round_trips) > 20


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_with_exits_and_a_gate_trades_too(path: Path, candles: Candles) -> None:
    guards: dict[str, Any] = {"exits": {"stop_loss": "0.02"}, "limits": {"max_orders_day": 6}}
    result = backtest(path, candles, options=Options(compiled=False), **guards)
    assert result.halt is None
    assert "stop_loss" in {one.reason for one in result.fills}
    assert len(result.round_trips) > 20


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_how_to_run_it(path: Path) -> None:
    assert f"botswain backtest examples/{path.name} --candles" in path.read_text()
    assert strategy_named(str(path)).label() == path.stem
