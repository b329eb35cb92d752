"""How equity fell and came back: every fall from a peak to the mark that is back at it, at every close."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

DEEPEST = 5
WORST_PART = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Falls:
    """All falls of an equity curve, in their order, as columns.

    depth      fraction of the peak, above 0
    peak_ms    the last mark at the peak's height (the run's begin where that was the capital)
    trough_ms  the first mark at the greatest depth
    end_ms     the first mark that is back at that height; of one that is not over the last mark
    over       bool, whether it came back
    money      the greatest fall in money
    fraction   at every mark, the fall from the peak so far, 0 to 1
    """

    depth: Any
    peak_ms: Any
    trough_ms: Any
    end_ms: Any
    over: Any
    money: float
    fraction: Any


def falls_of(start: float, equity: Any, opens_ms: Any, length_ms: int) -> Falls:
    """The falls of a curve (float64, one mark a close) that began with `start`; times are those of the marks."""
    marks = np.concatenate(([start], equity))
    times = np.concatenate(([opens_ms[0]], np.asarray(opens_ms, np.int64) + length_ms))
    peaks = np.maximum.accumulate(marks)
    fraction = 1.0 - marks / peaks
    under = np.concatenate(([False], marks[1:] < peaks[1:], [False]))
    edges = np.flatnonzero(under[1:] != under[:-1]) + 1
    first, end = edges[::2], edges[1::2]
    if not len(first):
        none = np.zeros(0, np.int64)
        return Falls(np.zeros(0), none, none, none, np.zeros(0, bool), 0.0, fraction[1:])
    depth = np.maximum.reduceat(fraction, first)
    # The fall that a mark belongs to, and of each fall the first mark that is as deep as it gets.
    whose = np.searchsorted(first, np.arange(len(marks)), side="right") - 1
    lowest = np.flatnonzero((whose >= 0) & (fraction == depth[whose]))
    _, places = np.unique(whose[lowest], return_index=True)
    over = end < len(marks)
    ended = np.minimum(end, len(marks) - 1)
    return Falls(
        depth, times[first - 1], times[lowest[places]], times[ended], over, float((peaks - marks).max()), fraction[1:]
    )


def fall_figures(falls: Falls, first_ms: int, last_ms: int) -> dict[str, float | int | None]:
    """Figures of the falls; depths are fractions, lengths milliseconds.

    max_drawdown_money    the greatest fall in money, which need not be the deepest one
    drawdown_peak_ms, drawdown_trough_ms, drawdown_end_ms   of the deepest one; the end None while it is not over
    recovery_ms           from its trough to its end, None likewise
    current_drawdown      how far below its peak the last mark is
    mean_, median_        of all falls
    underwater            the share of the time below a peak, 0 to 1
    """
    count = len(falls.depth)
    found: dict[str, float | int | None] = {
        "max_drawdown_money": falls.money,
        "current_drawdown": float(falls.fraction[-1]),
        "drawdowns": count,
    }
    if not count:
        names = "drawdown_peak_ms drawdown_trough_ms drawdown_end_ms recovery_ms mean_drawdown median_drawdown"
        lengths = "mean_drawdown_ms median_drawdown_ms longest_drawdown_ms median_recovery_ms"
        return found | dict.fromkeys((*names.split(), *lengths.split())) | {"underwater": 0.0}
    k = int(falls.depth.argmax())
    over = bool(falls.over[k])
    lengths = falls.end_ms - falls.peak_ms
    back = (falls.end_ms - falls.trough_ms)[falls.over]
    return found | {
        "drawdown_peak_ms": int(falls.peak_ms[k]),
        "drawdown_trough_ms": int(falls.trough_ms[k]),
        "drawdown_end_ms": int(falls.end_ms[k]) if over else None,
        "recovery_ms": int(falls.end_ms[k] - falls.trough_ms[k]) if over else None,
        "mean_drawdown": float(falls.depth.mean()),
        "median_drawdown": float(np.median(falls.depth)),
        "mean_drawdown_ms": float(lengths.mean()),
        "median_drawdown_ms": float(np.median(lengths)),
        "longest_drawdown_ms": int(lengths.max()),
        "median_recovery_ms": float(np.median(back)) if len(back) else None,
        "underwater": float(lengths.sum()) / (last_ms - first_ms),
    }


def deepest_falls(falls: Falls) -> list[dict[str, Any]]:
    """The five deepest ones, the deepest first: depth, peak_ms, trough_ms, and end_ms, None of one that is not over."""
    order = np.argsort(-falls.depth, kind="stable")[:DEEPEST]
    return [
        {
            "depth": float(falls.depth[k]),
            "peak_ms": int(falls.peak_ms[k]),
            "trough_ms": int(falls.trough_ms[k]),
            "end_ms": int(falls.end_ms[k]) if falls.over[k] else None,
        }
        for k in order
    ]


def recoveries(falls: Falls) -> dict[str, float | int | None]:
    """How long it took from the lowest mark back to the peak, of all falls that are over: count, percentiles, longest.

    In milliseconds; None where no fall is over.
    """
    back = (falls.end_ms - falls.trough_ms)[falls.over]
    names = ("p5", "p25", "p50", "p75", "p95", "longest")
    values = np.percentile(back, (5, 25, 50, 75, 95, 100)).tolist() if len(back) else [None] * len(names)
    return {"count": len(back), **dict(zip(names, values, strict=True))}


def daily_falls(start: float, marks: Any) -> Any:
    """At the last mark of each day, the fall from the highest of those so far (`start` among them), 0 to 1."""
    peaks = np.maximum(np.maximum.accumulate(marks), start) if len(marks) else marks
    return 1.0 - marks / peaks


def ulcer_index(falls: Any) -> float:
    """sqrt(mean of squares) of daily falls, a fraction. Martin and McCann, The Investor's Guide to

    Fidelity Funds, 1989.
    """
    return math.sqrt(float(np.mean(falls**2))) if len(falls) else math.nan


def worst_mean(falls: Any, part: float = WORST_PART) -> float:
    """The mean of the worst part of daily falls, of at least one. passivbot's drawdown_worst_mean_1pct."""
    count = max(int(len(falls) * part), 1)
    return float(np.sort(falls)[-count:].mean()) if len(falls) else math.nan
