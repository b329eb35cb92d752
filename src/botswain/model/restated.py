"""Candles as they look after splits: a strategy and a person see those before it as if they had come after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from botswain.model.candles import COLUMNS, Candles

ONE = Fraction(1)


def restated(candles: Candles, splits: Sequence[tuple[int, Fraction]]) -> Candles:
    """Candles as if the last of these splits had been before all of them.

    Prices x m / n and volumes x n / m in floats, with n:m the splits since a candle, multiplied, in lowest terms.
    """
    if not splits:
        return candles
    n, m = np.ones(len(candles)), np.ones(len(candles))
    since = ONE
    for place, split in reversed(splits):
        since *= split
        n[:place], m[:place] = float(since.numerator), float(since.denominator)
    prices = {name: getattr(candles, name) * m / n for name in COLUMNS[:4]}
    return replace(candles, **prices, volume=candles.volume * n / m)
