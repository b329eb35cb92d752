"""The series of the shared benchmark, drawn by its own generator and seeds.

Prices are drawn before volumes, so the first candles of a longer series need not the rest of it; volumes, which nobody
uses here, are then others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from botswain.model.candles import Candles
from botswain.model.trades import Trades

from .scenes import shared_folder

YEAR = 525_600
FIVE_YEARS = 2_628_000
MILLION = 1_000_000
START_MS = 1_577_836_800_000
GENERATOR = shared_folder() / "bench" / "make_data.py"
# The generator takes the first seed whose five years stay between 30 and 400; that is 4. Of fifty symbols the first.
GRW_SEED, OU_SEED, MANY_SEED = 4, 7, 1000


def made(name: str, seed: int, count: int = YEAR, symbol: str = "") -> Candles:
    """One-minute candles by one of the benchmark's generators, `grw` or `ou`."""
    rows = generators()[name](count, seed)
    ts = START_MS + 60_000 * np.arange(count, dtype=np.int64)
    return Candles(symbol or f"{name.upper()}/USD", "1m", ts, *[np.ascontiguousarray(row) for row in rows])


def ticks(count: int = MILLION) -> Trades:
    """The trades of W4: what `main` of the generator draws, of which there is no function. Times to the millisecond."""
    chance = np.random.default_rng(99)
    gaps = chance.exponential(0.1, MILLION)
    ts = START_MS * 1_000_000 + (np.cumsum(gaps) * 1e9).astype(np.int64)
    ts = np.maximum.accumulate(ts + np.arange(MILLION))
    middle = np.cumsum(chance.standard_normal(MILLION) * 0.8)
    side = chance.choice(np.array([1, -1], np.int8), MILLION)
    price = np.round(10_000 + middle + side * 0.5) / 100
    size = np.round(chance.lognormal(0, 1, MILLION) + 0.01, 2)
    return Trades("TICK/USD", (ts // 1_000_000)[:count], price[:count], size[:count])


def generators() -> dict[str, Callable[[int, int], Any]]:
    """The functions of make_data.py without its main, which writes files, and without its imports of the benchmark."""
    source = GENERATOR.read_text(encoding="utf-8").partition("def main")[0]
    lines = [line for line in source.splitlines() if not line.startswith(("import os", "sys.path", "from common"))]
    named: dict[str, Any] = {}
    exec(compile("\n".join(lines), GENERATOR.name, "exec"), named)
    return named
