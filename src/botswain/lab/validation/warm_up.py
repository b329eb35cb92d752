"""Whether a run hangs on how long ago its indicators began: the same once more, begun later.

A bot that starts to trade begins its indicators at an anchor some candles before (SEMANTICS 4.5). One that never
forgets its first candle, such as a running total, then does otherwise than in a backtest that began earlier. So the
last part of a run is made twice from its capital: with indicators that began at the first candle, and at the anchor.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from botswain.core.anchor import anchor_ms
from botswain.lab.amounts import percent
from botswain.lab.backtest import Options
from botswain.lab.market import Market
from botswain.lab.market_part import since
from botswain.lab.metrics.holdings import position_at_closes
from botswain.lab.result import Result
from botswain.lab.validation.foresight import (
    CHECK,
    NotLooked,
    again_on,
    columns_on,
    own_indicators,
    refuse_unfit,
    steps_allowed,
)

# Where the later begin lies, as a part of what is decided, and at how many of its closes something else may be held.
LATER, DRIFT = 0.7, 0.01
# What part of the largest position is no other one.
NOISE = 1e-4


def warm_up(result: Result, options: Options) -> dict[str, Any]:
    """Whether indicators had values, and whether it matters when they began.

    verdict  ok, failed or skipped, as in `foresight`; what: a sentence
    columns  indicators without any value, or the one that is farthest from what it was where something drifts
    drift    the share of the closes at which something else was held; null where that was not looked at
    """
    try:
        refuse_unfit(result)
        silent = never_known(result)
        if silent:
            what = f"{', '.join(silent)} has no value on these candles: it needs more of them, or a shorter period"
            return {"verdict": "failed", "what": what, "columns": silent, "drift": None}
        return drift(result, options)
    except NotLooked as error:
        return {"verdict": "skipped", "what": str(error), "columns": [], "drift": None}


def never_known(result: Result) -> list[str]:
    """Indicators that have no value at any close that is decided, of any symbol."""
    declared, market = own_indicators(result.plan), result.market
    by_symbol = columns_on(market, declared)
    return [
        name
        for k, name in enumerate(declared)
        if not any(np.isfinite(by_symbol[s][k][market.first_candle(s) :]).any() for s in range(len(by_symbol)))
    ]


def drift(result: Result, options: Options) -> dict[str, Any]:
    """The last part of a run, its indicators begun at the first candle and at the anchor. Raises NotLooked."""
    market, plan = result.market, result.plan
    if not plan.indicators():
        return {"verdict": "ok", "what": "it has no indicators that could begin late", "columns": [], "drift": 0.0}
    if market.actions is not None:
        raise NotLooked(f"runs with splits or dividends are not begun anew later; {CHECK}")
    decide = int(market.instants[int(LATER * len(market.instants))])
    begin = anchor_ms(decide, market.timeframe_ms, plan.needed)
    if begin <= int(market.times[0]):
        raise NotLooked("its indicators need so many candles that none are left before them to begin with")
    if any(int(one.ts[0]) > begin for one in market.candles):
        raise NotLooked("a symbol begins after the others, so they cannot all be begun later at one time")
    steps = len(market.steps) - int(np.searchsorted(market.steps, decide))
    if 2 * steps > steps_allowed(result):
        raise NotLooked(f"the run is too long to be made again in the time of a report; {CHECK}")
    first = int(market.times[0])
    whole, later = (since(market, at, decide, plan.frequency_ms) for at in (first, begin))
    share = held_otherwise(again_on(result, whole, options), again_on(result, later, options))
    skipped = int(np.searchsorted(market.times, begin))
    if share <= DRIFT:
        what = f"indicators that begin {skipped:,} candles later, at the anchor of a start, lead to the same"
        return {"verdict": "ok", "what": what, "columns": [], "drift": share}
    name, far = farthest(result, whole, later)
    what = (
        f"with indicators that begin {skipped:,} candles later, at the anchor of a start, something else is held at "
        f"{percent(share)} of the closes; {name} is {far:.3g} of its size away"
    )
    return {"verdict": "failed", "what": what, "columns": [name], "drift": share}


def held_otherwise(one: Result, other: Result) -> float:
    """The share of the closes at which two runs over the same times hold something else, 0 to 1."""
    apart = np.zeros(len(one.market.instants), bool)
    for s in range(len(one.plan.instruments)):
        mine, yours = position_at_closes(one, s), position_at_closes(other, s)
        room = NOISE * max(float(np.abs(mine).max()), float(np.abs(yours).max()))
        apart |= np.abs(mine - yours) > room
    return float(apart.mean())


def farthest(result: Result, whole: Market, later: Market) -> tuple[str, float]:
    """The indicator that is farthest from what it was, and by how much of its size, over all symbols."""
    declared = own_indicators(result.plan)
    found = dict.fromkeys(declared, 0.0) or {"a column that was computed elsewhere": 0.0}
    pairs = zip(columns_on(whole, declared), columns_on(later, declared), strict=True)
    for s, (mine, yours) in enumerate(pairs):
        starts = [one.first_candle(s) for one in (whole, later)]
        for name, early, late in zip(declared, mine, yours, strict=True):
            full, cut = early[starts[0] :], late[starts[1] :]
            known = np.isfinite(full) & np.isfinite(cut)
            size = float(np.abs(full[known]).max()) if known.any() else 0.0
            if size:
                found[name] = max(found[name], float(np.abs(full - cut)[known].max()) / size)
    return max(found.items(), key=lambda one: one[1])
