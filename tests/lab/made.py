"""Small results to show and to write: run interpreted, so that nothing has to be compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.data_used import DataUsed, Origin, data_used
from botswain.lab.result import Result
from botswain.model.candles import Candles

HOUR_MS = 3_600_000
START_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
INTERPRETED = Options(compiled=False)


def waves(hours: int = 240, symbol: str = "BTC/USDT", first: int = 0) -> Candles:
    """Hourly candles with two decimals that rise and fall for days, so that averages cross."""
    at = np.arange(first, first + hours + 1)
    closes = np.round(100 + 20 * np.sin(at / 15) + 0.7 * np.sin(at / 3), 2)
    opens, ends = closes[:-1].copy(), closes[1:].copy()
    highs, lows = np.round(np.maximum(opens, ends) + 0.21, 2), np.round(np.minimum(opens, ends) - 0.18, 2)
    ts = START_MS + HOUR_MS * np.arange(first, first + hours, dtype=np.int64)
    return Candles(symbol, "1h", ts, opens, highs, lows, ends, np.ones(hours))


def flat(hours: int = 60, price: float = 100.0) -> Candles:
    """Candles that stand still."""
    ts = START_MS + HOUR_MS * np.arange(hours, dtype=np.int64)
    return Candles("BTC/USDT", "1h", ts, *(np.full(hours, price) for _ in range(5)))


def crossed(candles: Candles | dict[str, Candles] | None = None, **options: Any) -> Result:
    """A run of fast averages over waves."""
    told = {"params": {"fast": 3, "slow": 9}, "options": INTERPRETED} | options
    return backtest("sma_crossover", candles or waves(), **told)


def used(result: Result, **origins: Origin) -> tuple[DataUsed, ...]:
    """What a result was read from; origins by base asset."""
    return data_used(result.market, {f"{base}/USDT": origin for base, origin in origins.items()})


class Collared(Strategy):
    """Wants a limit far above the price at every close, as a typing mistake would."""

    name = "collared"

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.renew(0)
        wanted.limit(0, 1, candle.close * 1.5, 1.0)


class Raising(Strategy):
    """Buys, and raises a while later."""

    name = "raising"

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.target(1.0)
        if candle.close > 115.0:
            raise ValueError("too high")
