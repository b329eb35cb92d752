"""The best of many is told from luck."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from botswain.core.indicators import candle_column
from botswain.core.strategy import Param, Strategy, step
from botswain.lab.trials.luck import Luck
from botswain.lab.trials.sweep import Ways, sweep
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

HOUR_MS = 3_600_000


class Lag(Strategy):
    """Long after an hour of the week, drawn by its parameters, in which the volume says so."""

    hour = Param(0, 0, 23)
    length = Param(1, 1, 24)

    def indicators(self) -> dict[str, Any]:
        return {"hour": candle_column("volume")}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        past = now.hour - p.hour
        wanted.target(1.0 if 0.0 <= past < p.length else 0.0)


def market(edge: float, days: int = 400) -> Candles:
    """Hours of noise; in those from 6 to 9 prices rise by `edge` of an hour's usual move. The volume is the hour."""
    rng = np.random.default_rng(7)
    hours = np.arange(days * 24)
    moves = rng.normal(0.0, 0.004, len(hours)) + 0.004 * edge * ((hours % 24 >= 6) & (hours % 24 < 10))
    closes = np.round(1_000.0 * np.exp(np.cumsum(moves)), 2)
    opens = np.concatenate([[1_000.0], closes[:-1]])
    highs, lows = np.maximum(opens, closes), np.minimum(opens, closes)
    return Candles(
        "BTC/USDT", "1h", 1_704_067_200_000 + HOUR_MS * hours, opens, highs, lows, closes, (hours + 1.0) % 24
    )


def found(edge: float, kernels: Path, **more: Any) -> Any:
    """A search over hours and lengths."""
    vary = {"hour": range(24), "length": range(1, 9)}
    return sweep(Lag, market(edge), vary=vary, fee=0, ways=Ways(workers=1, folder=kernels), **more)


def test_noise_is_called_lucky_and_an_edge_is_not(kernels: Path) -> None:
    noise, edge = found(0.0, kernels).luck, found(0.5, kernels).luck
    assert noise.probable > 0.95  # alone it would have looked like a find
    assert noise.deflated < 0.6
    assert noise.verdict.startswith("This may be luck")
    assert f"the best of 192 has a Sharpe ratio of {noise.sharpe:.2f}" in noise.verdict
    assert edge.deflated > 0.99
    assert edge.verdict.startswith("Not likely luck alone")
    assert (noise.trials, noise.days) == (192, 400)


def test_the_ratio_is_that_of_the_table(kernels: Path) -> None:
    table = found(0.5, kernels)
    assert table.luck.sharpe == pytest.approx(table.best_figure)
    assert table.best["hour"] == 6


def test_what_cannot_be_judged_says_so(kernels: Path) -> None:
    with pytest.raises(BadInput, match="search with curve=True"):
        _ = found(0.0, kernels, curve=False, objective="profit").luck
    nothing = Luck(3, 1, math.nan, math.nan, math.nan, math.nan)
    assert nothing.verdict.startswith("Whether this is luck cannot be said")
    assert Luck(3, 12, 9.0, 1.0, 0.99, 0.99).verdict.endswith("There are 12 days only.")
