"""How much of the account was in the market, at each close: what is held of all symbols, by equity."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from botswain.lab.result import Result
from botswain.lab.trip_details import FEE_KIND
from botswain.ledger.books import FEE_BASE


def holding_figures(result: Result, equity: Any) -> dict[str, float]:
    """Gross exposure: the sum of |position| x close over all symbols, by equity (quote, float64), of closes above 0.

    mean_gross_exposure over all closes, max_gross_exposure the greatest: above 1 is leverage. NaN through splits.
    """
    if result.plan.splits:
        return {"mean_gross_exposure": math.nan, "max_gross_exposure": math.nan}
    worth = np.zeros(len(equity))
    for s in range(len(result.units)):
        worth += np.abs(position_at_closes(result, s)) * closes_at(result, s)
    some = equity > 0
    if not some.any():
        return {"mean_gross_exposure": math.nan, "max_gross_exposure": math.nan}
    shares = worth[some] / equity[some]
    return {"mean_gross_exposure": float(shares.mean()), "max_gross_exposure": float(shares.max())}


def position_at_closes(result: Result, s: int) -> Any:
    """Of symbol s, what is held in base at each close that was decided, float64."""
    reports, units, instants = result.reports, result.units[s], np.asarray(result.market.instants)
    rows = np.flatnonzero((np.asarray(reports["symbol"]) == s) & (np.asarray(reports["lots"]) > 0))
    lots, side, fee = (np.asarray(reports[name], np.float64)[rows] for name in ("lots", "side", "fee"))
    times = np.asarray(reports["time_ms"], np.int64)[rows]
    terms = result.ran.state.parts["terms"][s]
    in_base = np.array([FEE_KIND(terms, way) == FEE_BASE for way in (-1, 1)])
    taken = np.where(in_base[(side > 0).astype(np.int64)], fee, 0.0) * float(units.base)
    moved = lots * side * float(units.lot) - taken
    places = np.maximum(np.searchsorted(instants, times, side="right") - 1, 0)
    return np.cumsum(np.bincount(places, moved, minlength=len(instants)))


def closes_at(result: Result, s: int) -> Any:
    """Of symbol s, the last close at each close that was decided; 0 before its first."""
    one = result.market.candles[s]
    places = np.searchsorted(one.ts, result.market.instants, side="right")
    return np.concatenate(([0.0], np.asarray(one.close)))[places]
