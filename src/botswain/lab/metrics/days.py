"""A run by UTC days, which most figures are made of: the last mark of each day that has one, and the return to it.

The same returns as `core.metrics.daily_returns`, with their days and with those of the benchmark beside them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.core.metrics import last_of_days
from botswain.model.timeframe import DAY_MS

# Of how many nested windows a recency-weighted mean is: all days, their last half, third ... tenth.
WINDOWS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """One row a UTC day that has a mark, ascending; float64 but for `numbers`.

    start      what the run began with, and the benchmark with it; any unit of money, as the marks
    numbers    int64, days since 1970-01-01; a mark at midnight ends its day
    marks      equity at the last mark of the day, benchmark: what buying and holding was worth then
    returns    from the day before to this one, the first from `start`; held: those of the benchmark. Only days on
               which both have a value, so they may be fewer
    sessions   daily returns a year (docs/rules.md section 9)
    """

    start: float
    numbers: Any
    marks: Any
    benchmark: Any
    returns: Any
    held: Any
    sessions: float


def days_of(start: float, equity: Any, benchmark: Any, opens_ms: Any, length_ms: int, sessions: float) -> Days:
    """A run by days; equity and benchmark float64, one mark a close, as `core.metrics.curve_figures` takes them."""
    places = last_of_days(opens_ms, length_ms)
    marks, held = equity[places], benchmark[places]
    returns, of_held = returns_of(start, marks), returns_of(start, held)
    known = np.isfinite(returns) & np.isfinite(of_held)
    numbers = (np.asarray(opens_ms)[places] + length_ms - 1) // DAY_MS
    return Days(start, numbers, marks, held, returns[known], of_held[known], sessions)


def returns_of(start: float, marks: Any) -> Any:
    """mark / mark before - 1, the first from `start`; not finite where there was nothing before."""
    before = np.concatenate(([start], marks[:-1]))
    with np.errstate(divide="ignore", invalid="ignore"):
        return marks / before - 1.0


def keys_of(numbers: Any) -> dict[str, Any]:
    """What week (Monday to Sunday), month and year each day lies in, as ascending whole numbers."""
    dates = np.asarray(numbers).astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    # 1970-01-01 was a Thursday.
    return {"week": (np.asarray(numbers) + 3) // 7, "month": months, "year": months // 12}


def period_returns(start: float, marks: Any, keys: Any) -> Any:
    """Returns from the last mark of each period that has one to that of the next, the first from `start`.

    Those that are not finite are left out.
    """
    if not len(marks):
        return np.zeros(0)
    ends = np.append(np.flatnonzero(np.diff(keys)), len(marks) - 1)
    found = returns_of(start, marks[ends])
    return found[np.isfinite(found)]


def lately(values: Any, kind: Any) -> float:
    """The mean of `kind` (np.mean, np.median) over all values, their last half, their last third ... their last tenth.

    passivbot's recency-weighted figures, whose names end with _w. NaN without values.
    """
    count = len(values)
    parts = [values[count - max(count // part, 1) :] for part in range(1, WINDOWS + 1)]
    return float(np.mean([kind(part) for part in parts])) if count else math.nan


def over(a: float, b: float) -> float:
    """a / b; NaN where b is zero or either has no value."""
    return a / b if b != 0 and math.isfinite(a) and math.isfinite(b) else math.nan
