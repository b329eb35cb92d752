"""A part of a market: the same candles without those from a time on, or without those before one.

Looked at by who asks whether a run depends on what it could not know, or on how long ago its indicators began. What
cannot be cut by time alone (a tape of trades, a book) has no part here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from botswain.lab.actions import Placed
from botswain.lab.market import Market, on_finer, timeline
from botswain.model.candles import Candles
from botswain.model.timeframe import TICK


def can_be_cut(market: Market) -> bool:
    """Whether a market has parts: not one of recorded trades."""
    every = (*market.candles, *(market.finer.candles if market.finer is not None else ()))
    return all(one.timeframe != TICK for one in every)


def until(market: Market, end_ms: int, every_ms: int) -> Market:
    """A market without the candles that open at `end_ms` or later; every symbol must have one to decide on before.

    every_ms  how often it is decided between closes, where there are finer candles
    """
    return part_of(market, -(1 << 62), end_ms, int(market.times[market.first]), every_ms)


def since(market: Market, begin_ms: int, decide_ms: int, every_ms: int) -> Market:
    """A market without the candles that open before `begin_ms`, which is decided from `decide_ms` on. It has no splits

    and dividends: these go by the first candle.
    """
    return part_of(market, begin_ms, 1 << 62, decide_ms, every_ms)


def part_of(market: Market, begin_ms: int, end_ms: int, decide_ms: int, every_ms: int) -> Market:
    """The candles that open in [begin_ms, end_ms), decided from decide_ms on."""
    cuts = [cut_of(one, begin_ms, end_ms) for one in market.candles]
    runs = tuple(one.slice(*cut) for one, cut in zip(market.candles, cuts, strict=True))
    ticks = tuple(sliced(one, *cut) for one, cut in zip(market.ticks, cuts, strict=True))
    times, index = timeline(runs)
    first = int(np.searchsorted(times, decide_ms))
    found = replace(
        market, candles=runs, ticks=ticks, times=times, index=index, first=first, finer=None, flat={},
        reads={symbol: one.slice(*cut_of(one, begin_ms, end_ms)) for symbol, one in market.reads.items()},
    )  # fmt: skip
    if market.finer is not None:
        finer: Mapping[str, Candles] = {
            one.symbol: one.slice(*cut_of(one, begin_ms, end_ms)) for one in market.finer.candles
        }
        found = on_finer(found, finer, every_ms)
    if market.actions is not None:
        splits = tuple(
            tuple(one for one in own if one[0] < len(run)) for own, run in zip(market.actions.splits, runs, strict=True)
        )
        placed = replaced(market.actions.placed, market, found)
        found = replace(found, actions=replace(market.actions, placed=placed, splits=splits))
    if market.charges is not None:
        placed = replaced(market.charges.placed, market, found)
        found = replace(found, charges=replace(market.charges, placed=placed))
    return found


def cut_of(candles: Candles, begin_ms: int, end_ms: int) -> tuple[int, int]:
    """The places from which to which candles open in [begin_ms, end_ms)."""
    first, last = np.searchsorted(candles.ts, (begin_ms, end_ms)).tolist()
    return first, last


def sliced(columns: tuple[Any, Any, Any, Any], first: int, last: int) -> tuple[Any, Any, Any, Any]:
    """Columns from one place to another."""
    opens, highs, lows, closes = columns
    return opens[first:last], highs[first:last], lows[first:last], closes[first:last]


def replaced(placed: tuple[Placed, ...], whole: Market, part: Market) -> tuple[Placed, ...]:
    """What comes before candles, as far as it comes in a part, by the part's instants.

    What comes before its first decision is none of it: nothing is held yet.
    """
    shift = int(np.searchsorted(whole.steps, part.steps[0]))
    moved = (replace(one, instant=one.instant - shift) for one in placed)
    return tuple(one for one in moved if part.begin < one.instant < len(part.steps))
