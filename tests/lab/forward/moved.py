"""Candles with an edge planted in them, and the same without."""

from __future__ import annotations

import numpy as np
from tests.lab.made import HOUR_MS, START_MS

from botswain.model.candles import Candles


def moved(drift: float, seed: int = 6, hours: int = 24 * 400) -> Candles:
    """Hours that move by chance, and by `drift` up or down for a hundred hours each in turn: averages can follow that.

    0.0: chance alone, in which there is nothing to find.
    """
    chance = np.random.default_rng(seed)
    ways = np.repeat(np.where(np.arange(hours // 100 + 1) % 2 == 0, 1.0, -1.0), 100)[:hours]
    closes = np.round(100 * np.exp(np.cumsum(ways * drift + chance.normal(0.0, 0.004, hours))), 4)
    opens = np.concatenate(([100.0], closes[:-1]))
    ts = START_MS + HOUR_MS * np.arange(hours, dtype=np.int64)
    highs, lows = np.maximum(opens, closes), np.minimum(opens, closes)
    return Candles("BTC/USDT", "1h", ts, opens, highs, lows, closes, np.ones(hours))


def changed_after(candles: Candles, place: int) -> Candles:
    """The same up to a place; from there on other prices, with finer decimals, and a volume that is tenfold."""
    columns = {name: getattr(candles, name).copy() for name in ("open", "high", "low", "close", "volume")}
    for name in ("open", "high", "low", "close"):
        columns[name][place:] = np.round(columns[name][place:][::-1] * 1.5 + 0.000_01, 5)
    columns["high"][place:] = np.maximum.reduce([columns[name][place:] for name in ("open", "high", "low", "close")])
    columns["low"][place:] = np.minimum.reduce([columns[name][place:] for name in ("open", "high", "low", "close")])
    columns["volume"][place:] *= 10
    return Candles(candles.symbol, candles.timeframe, candles.ts, **columns)
