"""Candles and instruments to tell stories with: drawn by hand, at random from a seed, or from the shared real data.

It only makes inputs; what must come out is said by the tests.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl

from botswain.model.candles import COLUMNS, Candles
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms

HOUR_MS = 3_600_000
START_MS = 1_700_000_000_000 // 86_400_000 * 86_400_000
Drawn = Sequence[tuple[float, float, float, float]]


def instrument(symbol: str = "AAA/USD", tick: str = "1", lot: str = "1", fee: str = "0", **more: object) -> Instrument:
    """An instrument with round numbers and one fee rate for maker and taker, unless told otherwise."""
    facts: dict[str, object] = {"maker_fee": Decimal(fee), "taker_fee": Decimal(fee), **more}
    return Instrument(symbol, Decimal(tick), Decimal(lot), **facts)  # type: ignore[arg-type]


def drawn(rows: Drawn, symbol: str = "AAA/USD", hours: Sequence[int] | None = None) -> Candles:
    """Hourly candles from (open, high, low, close) rows, one after the other or at the hours named."""
    ts = np.array([START_MS + i * HOUR_MS for i in hours or range(len(rows))], dtype=np.int64)
    columns = [np.array([row[k] for row in rows], dtype=np.float64) for k in range(4)]
    return Candles(symbol, "1h", ts, *[*columns, np.ones(len(rows))])


def flat(close: float) -> tuple[float, float, float, float]:
    """A candle that stands still."""
    return (close, close, close, close)


def wild(
    seed: int, count: int, symbol: str = "AAA/USD", *, start: int = 10_000, tick: str = "0.01", timeframe: str = "5m",
    drift: float = 0.0, missing: float = 0.01, calm: float = 0.004,
) -> Candles:  # fmt: skip
    """Candles on the tick grid that jump, gap, touch and stand still: waves of trend with noise and some crashes.

    start    the first price in ticks; the walk stays between a third and three times of it
    drift    mean step a candle; missing  chance that a candle is absent; calm  size of a usual move
    """
    rng = random.Random(seed)
    length = timeframe_ms(timeframe)
    step = Decimal(tick)
    price, trend = start, 0.0
    rows: list[tuple[int, list[int]]] = []
    for i in range(count):
        if rng.random() < 0.03:
            trend = rng.uniform(-1, 1) * calm / 2
        move = rng.gauss(drift + trend, calm) * (8 if rng.random() < 0.01 else 1)
        opens = price + (rng.randint(-3, 3) if rng.random() < 0.8 else round(rng.gauss(0, calm * price)))
        close = round(opens * (1 + move))
        if price < start // 3:
            close = max(close, opens) + abs(close - opens)
        elif price > start * 3:
            close = min(close, opens) - abs(close - opens)
        reach = abs(rng.gauss(0, calm)) * price
        high, low = max(opens, close) + round(reach * rng.random()), min(opens, close) - round(reach * rng.random())
        if rng.random() < 0.05:
            half = max(high - opens, opens - low)
            high, low = opens + half, opens - half
        if rng.random() < 0.1:
            high = low = close = opens
        price = max(close, 2)
        if rng.random() >= missing:
            rows.append((START_MS + i * length, [max(opens, 1), max(high, 1), max(low, 1), max(close, 1)]))
    ts = np.array([t for t, _ in rows], dtype=np.int64)
    columns = [np.array([float(r[k] * step) for _, r in rows], dtype=np.float64) for k in range(4)]
    return Candles(symbol, timeframe, ts, *[*columns, np.ones(len(rows))])


def shared_folder() -> Path:
    """Where the shared data lies: BOTSWAIN_SHARED, else `shared` beside the checkout."""
    named = os.environ.get("BOTSWAIN_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared"


def binance_files() -> list[Path]:
    """Every real 5m and 1h file, in order of name. Empty where there is no shared data."""
    folder = shared_folder() / "data" / "binance"
    return sorted([*folder.glob("*/5m*.parquet"), *folder.glob("*/1h*.parquet")])


def real(path: Path) -> Candles:
    """One real file as candles."""
    frame = pl.read_parquet(path)
    columns = [frame[name].to_numpy().copy() for name in ("ts", *COLUMNS)]
    return Candles(path.parent.name.replace("-", "/"), path.name[:2], *columns)


def finest_tick(candles: Candles) -> str:
    """The finest decimals among the candles' prices, as a tick."""
    digits = 0
    for column in (candles.open, candles.high, candles.low, candles.close):
        for value in column.tolist():
            exponent = Decimal(repr(value)).normalize().as_tuple().exponent
            digits = max(digits, -int(exponent))
    return str(Decimal(1).scaleb(-digits))
