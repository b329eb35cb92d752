"""The stage trading stories are played on: candles drawn by hand, an instrument with round numbers, one short run.

Prices of a drawn candle are ticks of 1, quantities lots of 1, the money unit is 1: what a test expects can be
computed in one's head. Runs are interpreted unless a test asks for machine code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from hypothesis import settings

from botswain.core.codes import CLOSE
from botswain.core.indicators import Indicator
from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument

MINUTE_MS = 60_000
DAY_MS = 86_400_000
T0 = 1_700_000_000_000 // DAY_MS * DAY_MS
PLAIN = Options(compiled=False)

Row = int | float | Sequence[float]


def tries(count: int) -> settings:
    """How many examples a property gets; ten times as many in a thorough run."""
    return settings(max_examples=count * max(settings.default.max_examples // 25, 1))


def at(minute: int) -> int:
    """The open time of the candle with this number."""
    return T0 + minute * MINUTE_MS


def candle(row: Row) -> tuple[float, float, float, float]:
    """A candle from a full row, from its open and close, or from one price at which it stands still."""
    if isinstance(row, int | float):
        return (row, row, row, row)
    if len(row) == 2:
        return (row[0], max(row), min(row), row[1])
    first, high, low, last = row
    assert low <= min(first, last) <= max(first, last) <= high, f"candle {row} is impossible"
    return (first, high, low, last)


def drawn(
    rows: Iterable[Row],
    symbol: str = "ABC/USD",
    minutes: Sequence[int] | None = None,
    volume: Sequence[float] | None = None,
) -> Candles:
    """One-minute candles, one after the other or at the minutes named."""
    full = [candle(row) for row in rows]
    ts = np.array([at(k) for k in minutes or range(len(full))], np.int64)
    columns = [np.array([row[k] for row in full], np.float64) for k in range(4)]
    return Candles(
        symbol, "1m", ts, *columns, np.array(volume if volume is not None else [1.0] * len(full), np.float64)
    )


def market(symbol: str = "ABC/USD", tick: str = "1", lot: str = "1", **facts: Any) -> Instrument:
    """An instrument without fees whose numbers are whole, unless told otherwise; numbers may be text."""
    read = {name: Decimal(value) if isinstance(value, str) and name != "fee_asset" else value
            for name, value in facts.items()}  # fmt: skip
    return Instrument(symbol, Decimal(tick), Decimal(lot), **read)


def bot(
    decide: Callable[..., None],
    *,
    slots: int = 1,
    events: tuple[int, ...] = (CLOSE,),
    memory: dict[str, int] | None = None,
    tags: tuple[str, ...] = ("target",),
    indicators: dict[str, Indicator] | None = None,
) -> type[Strategy]:
    """A strategy whose step is a function written in the test."""
    described = {"slots": slots, "split": slots, "events": events, "memory": memory or {}}
    body = {name: lambda _self, value=value: value for name, value in described.items()}
    return type("Story", (Strategy,), {
        "decide": step(decide), "tags": tags, "indicators": lambda _self: indicators or {}, **body,
    })  # fmt: skip


def closed(my: Any) -> Any:
    """In a step: the number of the candle that just closed, or that a fill fell in."""
    return (my.time_ms - T0 - 1) // MINUTE_MS


def play(
    strategy: Any,
    rows: Iterable[Row] | Candles | Mapping[str, Candles],
    *,
    instrument: Instrument | Mapping[str, Instrument] | None = None,
    options: Options = PLAIN,
    **settings: Any,
) -> Result:
    """A whole run of a strategy over candles; without an instrument, `market()` for every symbol."""
    candles = rows if isinstance(rows, Candles | Mapping) else drawn(rows)
    symbols = [candles.symbol] if isinstance(candles, Candles) else list(candles)
    rules = instrument if instrument is not None else {symbol: market(symbol) for symbol in symbols}
    return backtest(strategy, candles, instrument=rules, options=options, **settings)


def told(result: Result) -> list[tuple[Any, ...]]:
    """The fills as (minute, side, qty, price, reason)."""
    return [((one.time_ms - T0) // MINUTE_MS, one.side, one.qty, one.price, one.reason) for one in result.fills]


def codes(result: Result) -> list[tuple[Any, ...]]:
    """The notes as (slot, code, value, limit)."""
    return [(one.slot, one.code, one.value, one.limit) for one in result.notes]


def marks(result: Result) -> list[Decimal]:
    """The equity of every instant."""
    return [value for _, value in result.equity]
