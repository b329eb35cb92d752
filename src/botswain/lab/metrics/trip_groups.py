"""Round trips by what they have in common: symbol, direction, why they ended, and when (UTC, by their first fill)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from botswain.lab.metrics.trip_columns import TripColumns

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def trip_groups(trips: TripColumns, symbols: Sequence[str]) -> dict[str, dict[str, dict[str, float | int]]]:
    """By kind and then by name: count, won, profit in quote, and mean return on the stake. Groups without any are left

    out.
    """
    if not len(trips):
        return {kind: {} for kind in ("symbol", "direction", "exit_reason", "weekday", "hour", "month")}
    days = trips.began_ms // DAY_MS
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    names = np.array(symbols, object)
    return {
        "symbol": grouped(trips, names[trips.symbol]),
        "direction": grouped(trips, np.where(trips.direction > 0, "long", "short")),
        "exit_reason": grouped(trips, trips.reasons),
        # 1970-01-01 was a Thursday.
        "weekday": grouped(trips, (days + 3) % 7, WEEKDAYS),
        "hour": grouped(trips, trips.began_ms % DAY_MS // HOUR_MS),
        "month": grouped(trips, months),
    }


def grouped(trips: TripColumns, keys: Any, words: Sequence[str] = ()) -> dict[str, dict[str, float | int]]:
    """The trips by one key each, in the keys' order; `words` are those of the keys where these are numbers."""
    found, places = np.unique(keys, return_inverse=True)
    count = np.bincount(places)
    won = np.bincount(places[trips.profits > 0], minlength=len(found))
    profit = np.bincount(places, trips.profits)
    returns = np.bincount(places, trips.returns)
    return {
        (words[int(key)] if words else str(key)): {
            "count": int(count[k]),
            "won": int(won[k]),
            "profit": float(profit[k]),
            "mean_return": float(returns[k] / count[k]),
        }
        for k, key in enumerate(found)
    }
