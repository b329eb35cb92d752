"""How far a round trip was in loss and in gain while it lasted (Sweeney, Maximum Adverse Excursion, 1997).

By the highs and lows of the candles from that of its first fill to that of its last, both whole: what of those two
candles came before the entry or after the exit is not known, so an excursion is never too small.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.metrics.trip_columns import TripColumns
from botswain.lab.result import Result

NAMES = ("mean_mae", "worst_mae", "mean_mfe", "best_mfe", "mean_end_drawdown", "worst_end_drawdown")


def excursion_figures(result: Result, trips: TripColumns) -> dict[str, float]:
    """Figures of excursions, fractions of the entry price, 0 or above; NaN without trips, and through splits.

    mae                the largest loss while it lasted, mfe the largest gain
    end_drawdown       mfe less the gain at the exit price, without fees: what was given back
    """
    if not len(trips) or result.plan.splits:
        return dict.fromkeys(NAMES, math.nan)
    loss, gain, kept = excursions(result, trips)
    back = gain - kept
    return {
        "mean_mae": float(loss.mean()),
        "worst_mae": float(loss.max()),
        "mean_mfe": float(gain.mean()),
        "best_mfe": float(gain.max()),
        "mean_end_drawdown": float(back.mean()),
        "worst_end_drawdown": float(back.max()),
    }


def excursions(result: Result, trips: TripColumns) -> tuple[Any, Any, Any]:
    """Of each trip the largest loss, the largest gain, and the gain at its exit, by its entry price."""
    entry, leave = prices_of(result)
    lows, highs = np.empty(len(trips)), np.empty(len(trips))
    for s, one in enumerate(result.market.candles):
        own = np.flatnonzero(trips.symbol == s)
        first, last = (
            np.searchsorted(one.ts, times[own], side="right") - 1 for times in (trips.began_ms, trips.ended_ms)
        )
        lows[own] = extremes(np.asarray(one.low), first, last, np.minimum)
        highs[own] = extremes(np.asarray(one.high), first, last, np.maximum)
    long = trips.direction > 0
    adverse, favourable = np.where(long, lows, highs), np.where(long, highs, lows)
    ways = trips.direction / entry
    loss, gain, kept = ((price - entry) * ways for price in (adverse, favourable, leave))
    # What slipped may lie beyond the candle.
    return np.maximum(-loss, 0.0), np.maximum(np.maximum(gain, kept), 0.0), kept


def prices_of(result: Result) -> tuple[Any, Any]:
    """Mean entry and exit prices of the trips in quote."""
    rows = [(float(one.entry_price), float(one.exit_price)) for one in result.round_trips]
    columns = np.array(rows, np.float64)
    return columns[:, 0], columns[:, 1]


def extremes(values: Any, first: Any, last: Any, kind: Any) -> Any:
    """The least (np.minimum) or greatest (np.maximum) of values[first] to values[last], both in it, of each pair.

    Each range is covered by two of a power of two, whose extremes are made by doubling: any number of ranges, of any
    length, in about log2(longest) looks at all values.
    """
    lengths = last - first + 1
    levels = np.frexp(lengths)[1] - 1
    found = np.empty(len(first))
    level = np.array(values, np.float64)
    for k in range(int(levels.max()) + 1 if len(first) else 0):
        if k:
            half = 1 << (k - 1)
            level = kind(level[:-half], level[half:])
        own = levels == k
        found[own] = kind(level[first[own]], level[last[own] - (1 << k) + 1])
    return found
