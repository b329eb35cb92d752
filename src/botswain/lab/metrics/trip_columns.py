"""Closed round trips as columns of floats, which their figures are made of: exact money stays in `lab.result`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.lab.result import Result
from botswain.model.reasons import reason_name


@dataclass(frozen=True, slots=True, eq=False)
class TripColumns:
    """One row a closed round trip, in the order in which they closed; of a strategy of cells those of each cell.

    symbol, direction   int64, place of the symbol; +1 or -1
    began_ms, ended_ms  int64, times of the first and the last fill
    profits             float64, in quote, after fees
    stakes              float64, in quote: what was bought (short: sold) to open it, without fees
    reasons             why each ended, as text
    """

    symbol: Any
    direction: Any
    began_ms: Any
    ended_ms: Any
    profits: Any
    stakes: Any
    reasons: Any

    def __len__(self) -> int:
        """How many there are."""
        return len(self.profits)

    @property
    def returns(self) -> Any:
        """Profit by stake."""
        return self.profits / self.stakes

    @property
    def lengths_ms(self) -> Any:
        """From first to last fill."""
        return self.ended_ms - self.began_ms


def trip_columns(result: Result) -> TripColumns:
    """The round trips of a run."""
    trips, times = result.trips, np.asarray(result.reports["time_ms"], np.int64)
    symbol, direction, first, last = (
        np.asarray(trips[name], np.int64) for name in ("symbol", "direction", "first", "last")
    )
    codes, places = np.unique(np.asarray(result.reports["reason"], np.int64)[last], return_inverse=True)
    names = np.array([reason_name(int(one), result.plan.strategy.tags) for one in codes], object)
    return TripColumns(
        symbol,
        direction,
        times[first],
        times[last],
        np.asarray(trips["profit"], np.float64) * float(result.unit),
        stakes_of(result, symbol, first, last),
        names[places] if len(names) else np.zeros(0, object),
    )


def stakes_of(result: Result, symbol: Any, first: Any, last: Any) -> Any:
    """What each trip's opening fills were worth, in quote."""
    if result.plan.strategy.cells or result.plan.actions:
        # Which fill is of which trip goes by rules of their own, and they are gathered by these already.
        return np.array([float(one.qty * one.entry_price) for one in result.round_trips], np.float64)
    reports, found = result.reports, np.zeros(len(first))
    for s, units in enumerate(result.units):
        rows = np.flatnonzero((np.asarray(reports["symbol"]) == s) & (np.asarray(reports["lots"]) > 0))
        own = np.flatnonzero(symbol == s)
        if len(own):
            lots, side, price = (np.asarray(reports[name], np.float64)[rows] for name in ("lots", "side", "price"))
            begins, ends = np.searchsorted(rows, first[own]), np.searchsorted(rows, last[own])
            worth = opening_worth(lots, side, price, begins, ends)
            found[own] = worth * float(units.lot) * float(units.tick)
    return found


def opening_worth(lots: Any, side: Any, price: Any, first: Any, last: Any) -> Any:
    """Of one symbol, what trips from fill `first` to fill `last` opened, in lots x ticks.

    lots, side, price  float64, of its fills in order. A fill that passes through zero closes with one part and opens
    with the other; what is left of a lot after fees in base is no position.
    """
    after = np.cumsum(lots * side)
    turns = np.zeros(len(lots), bool)
    turns[np.intersect1d(first, last)] = True
    opens = np.where(turns, np.abs(after), lots)
    whose = np.searchsorted(first, np.arange(len(lots)), side="right") - 1
    inside = whose >= 0
    # Of a trip's fills those on the side of its first open it; where it turned, on the side of what it turned to.
    opening = (
        inside & (side == side[first[np.maximum(whose, 0)]]) & (np.arange(len(lots)) <= last[np.maximum(whose, 0)])
    )
    return np.bincount(whose[opening], (opens * price)[opening], minlength=len(first))
