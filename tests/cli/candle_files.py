"""Files that a backtest is asked to read: candles that rise and fall, and an instrument."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.history.samples import HOUR_MS, START_MS

HOURS = 1_500


def waves(hours: int = HOURS, swing: float = 20.0, first: int = 0) -> dict[str, list[Any]]:
    """Candles with two decimals that rise and fall for days, so that averages cross."""
    closes = [round(100 + swing * math.sin((first + n) / 15) + 0.7 * math.sin(n / 3), 2) for n in range(hours + 1)]
    rows = [(a, b) for a, b in pairwise(closes)]
    return {
        "ts": [START_MS + n * HOUR_MS for n in range(hours)],
        "open": [a for a, _ in rows],
        "high": [round(max(a, b) + 0.21, 2) for a, b in rows],
        "low": [round(min(a, b) - 0.18, 2) for a, b in rows],
        "close": [b for _, b in rows],
        "volume": [float(n % 5 + 1) for n in range(hours)],
    }


def instrument(tmp_path: Path, **facts: str) -> Path:
    """An instrument file for BTC/USDT."""
    known = {"symbol": "BTC/USDT", "tick_size": "0.01", "lot_size": "0.00001", **facts}
    path = tmp_path / "btc.yaml"
    path.write_text("".join(f"{name}: {value}\n" for name, value in known.items()))
    return path
