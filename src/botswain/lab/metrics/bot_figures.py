"""Figures that only some bots have: of a grid its pairs and its range, of a dca bot how deep its deals went."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from botswain.lab.metrics.days import over
from botswain.lab.metrics.holdings import closes_at
from botswain.lab.result import Result
from botswain.model.errors import BadInput

SAFETY = "safety"


def bot_figures(result: Result, trips: Any, stakes: Any) -> dict[str, Any]:
    """Figures by name, of a strategy of cells and of one that tags its safety orders; of all others none.

    trips, stakes   profits and stakes of round trips, float64, in quote

    Of cells:
    matched_pairs   purchases that were sold (short: sales bought back), each in its cell; grid_profit: what they made
    floating        what else of the profit there is: that of what is still held
    range_time      share of the closes within the lines that the strategy drew at the first one, of all symbols; NaN
                    where it draws none, or moves them
    Of safety orders:
    deals_by_depth  how many deals that ended had so many safety orders filled, by that number
    max_capital     the most that opening a deal cost, in quote
    time_at_depth   share of the time in deals that ended at which as many were filled as ever in any
    """
    if result.plan.strategy.cells:
        return {
            "matched_pairs": len(trips),
            "grid_profit": float(trips.sum()),
            "floating": float(result.trip_money["open_profit"] or 0),
            "range_time": range_time(result),
        }
    if SAFETY not in result.plan.strategy.tags:
        return {}
    depths, at_depth, lasted = deal_depths(result)
    return {
        "deals_by_depth": {str(depth): count for depth, count in sorted(Counter(depths).items())},
        "max_capital": float(stakes.max()) if len(stakes) else math.nan,
        "time_at_depth": over(at_depth, lasted),
    }


def range_time(result: Result) -> float:
    """The share of the closes that lie within the lines of the plan, the mean over all symbols."""
    if result.plan.strategy.values.get("trail", "no") != "no":
        return math.nan
    found = []
    for s, rules in enumerate(result.plan.instruments):
        close = int(result.market.ticks[s][3][result.market.first_candle(s)]) * rules.tick_size
        ends = band_of(result, s, close)
        if ends is None:
            return math.nan
        closes = closes_at(result, s)
        known = closes[closes > 0]
        found.append(float(((known >= ends[0]) & (known <= ends[1])).mean()))
    return float(np.mean(found))


def band_of(result: Result, s: int, close: Decimal) -> tuple[float, float] | None:
    """The lowest and the highest line that the strategy draws at a price; None where it draws none."""
    rules, plan = result.plan.instruments[s], result.plan
    try:
        lines = plan.strategy.drawing(rules, close, partial(plan.row_lots, rules)).lines
    except BadInput:
        return None
    own = [one.price for one in lines if one.label == "line"]
    return (float(min(own)), float(max(own))) if own else None


def deal_depths(result: Result) -> tuple[list[int], float, float]:
    """Of each position that ended how many safety orders were filled; how long in all as many as ever; and how long

    they lasted in all, both in milliseconds.
    """
    reports: Mapping[str, Any] = result.reports
    tag = result.plan.strategy.tags.index(SAFETY)
    times, slots = (np.asarray(reports[name], np.int64) for name in ("time_ms", "slot"))
    safety = (np.asarray(reports["reason"], np.int64) == tag) & (np.asarray(reports["lots"]) > 0)
    symbol = np.asarray(reports["symbol"], np.int64)
    trips = result.held_trips
    reached: list[list[int]] = []
    ends: list[int] = []
    for s, first, last in zip(
        *(np.asarray(trips[name], np.int64) for name in ("symbol", "first", "last")), strict=True
    ):
        rows = first + np.flatnonzero(safety[first : last + 1] & (symbol[first : last + 1] == s))
        # A safety order that filled in parts counts at its first one.
        _, places = np.unique(slots[rows], return_index=True)
        reached.append(sorted(times[rows[places]].tolist()))
        ends.append(int(times[last]))
    starts = times[np.asarray(trips["first"], np.int64)].tolist()
    deepest = max(map(len, reached), default=0)
    lasted = float(sum(end - start for start, end in zip(starts, ends, strict=True)))
    held = [
        end - (at[-1] if deepest else start)
        for at, start, end in zip(reached, starts, ends, strict=True)
        if len(at) == deepest
    ]
    return [len(one) for one in reached], float(sum(held)), lasted
