"""What a run read: for each symbol the candles it decided on, their gaps, and a hash that names them.

Made for reports, so that two people can tell whether they tested the same data; nothing is judged here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from botswain.history.content import content_hash
from botswain.lab.market import Market
from botswain.model.timeframe import TICK


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a symbol's candles and rules came from, as a person wrote it.

    candles   the file or the stored symbol
    rules     the instrument file; empty where the rules are the usual ones of SEMANTICS 4.8
    notes     what was assumed of the candles, and what is odd about them
    hash      their content hash where it is known already
    """

    candles: str
    rules: str = ""
    notes: tuple[str, ...] = ()
    hash: str = ""


@dataclass(frozen=True, slots=True)
class DataUsed:
    """One symbol's candles in a run.

    first_ms, last_ms, candles, gaps, missing   of the candles that were decided on; open times, inclusive
    warmup                                      candles before them that only indicators read
    hash                                        content hash (`history.content`) of all of them, warm-up included; of
                                                the finer candles they are made of where there are such
    """

    symbol: str
    timeframe: str
    first_ms: int
    last_ms: int
    candles: int
    gaps: int
    missing: int
    warmup: int
    hash: str
    origin: Origin


def data_used(market: Market, origins: Mapping[str, Origin]) -> tuple[DataUsed, ...]:
    """What `market` was read from, in the order of its symbols. `origins` is by symbol; it may lack some."""
    return tuple(one_used(market, s, origins.get(symbol, Origin(""))) for s, symbol in enumerate(market.symbols))


def one_used(market: Market, s: int, origin: Origin) -> DataUsed:
    """One symbol's part."""
    candles, first = market.candles[s], market.first_candle(s)
    ts = candles.ts[first:]
    length = market.timeframe_ms
    steps = np.diff(ts)
    # A gap as history.checks counts it; between trades there is none.
    wide = steps[steps > length + length // 2] if candles.timeframe != TICK else steps[:0]
    return DataUsed(
        symbol=candles.symbol,
        timeframe=candles.timeframe,
        first_ms=int(ts[0]),
        last_ms=int(ts[-1]),
        candles=len(ts),
        gaps=len(wide),
        missing=int(((wide + length // 2) // length - 1).sum()),
        warmup=first,
        hash=origin.hash or content_hash(candles if market.finer is None else market.finer.candles[s]),
        origin=origin,
    )


class Hashed(Protocol):
    """Candles that a run used, as far as their hash goes."""

    @property
    def symbol(self) -> str: ...
    @property
    def timeframe(self) -> str: ...
    @property
    def hash(self) -> str: ...


def joint_hash(used: Sequence[Hashed]) -> str:
    """One hash for the data of a run: the only symbol's own, else SHA-256 over the lines `symbol timeframe hash`."""
    if len(used) == 1:
        return used[0].hash
    lines = "".join(f"{one.symbol} {one.timeframe} {one.hash}\n" for one in used)
    return hashlib.sha256(lines.encode()).hexdigest()
