"""The share of the time that a run held a position, in any symbol.

From columns of round trips, not from candles: a position is held from its first fill's candle to its last one's.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def exposure(began_ms: Any, ended_ms: Any, first_ms: int, end_ms: int) -> float:
    """The part of first_ms to end_ms that lies in at least one [began, ended); 0 to 1.

    began_ms, ended_ms  int64, one pair a position, in any order; an open position ends at end_ms
    """
    if not len(began_ms) or end_ms <= first_ms:
        return 0.0
    order = np.argsort(began_ms, kind="stable")
    began, ended = np.asarray(began_ms)[order], np.asarray(ended_ms)[order]
    reached = np.empty_like(ended)  # how far earlier ones have covered
    reached[0] = first_ms
    reached[1:] = np.maximum.accumulate(ended)[:-1]
    held = np.maximum(ended - np.maximum(began, reached), 0).sum()
    return float(held) / (end_ms - first_ms)


def exposure_of_one(began_ms: Any, ended_ms: Any, opened_ms: list[int], first_ms: int, end_ms: int) -> float:
    """The same where all positions are of one symbol, so that each begins where the one before has ended, or later.

    opened_ms  when the one that is still open was opened, if there is one
    """
    if end_ms <= first_ms:
        return 0.0
    held = int(ended_ms.sum() - began_ms.sum()) + sum(end_ms - one for one in opened_ms)
    return float(held) / (end_ms - first_ms)
