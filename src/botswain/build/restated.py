"""One symbol's candles as a live bot sees them through splits: those before a split as if they had come after it.

A backtest has the same in columns (`lab.actions`); here candles come one by one, and indicators are begun anew on all
of them at each split (docs/decisions/0019). Kept of symbols alone that have splits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

Values = tuple[float, float, float, float, float]


class Restated:
    """splits: times and how many shares one became, in their order. What comes before the first candle is none."""

    def __init__(self, splits: Iterable[tuple[int, Fraction]]) -> None:
        self.candles: list[tuple[int, Values]] = []
        self._left = sorted(splits, key=lambda one: one[0])
        self._done: list[tuple[int, Fraction]] = []

    def take(self, open_ms: int, values: Values) -> None:
        """The next candle: open, high, low, close, volume, as they were traded."""
        self.candles.append((open_ms, values))

    def is_split_by(self, time_ms: int) -> bool:
        """Whether shares were split by a time since the last candle, which is said once of each split."""
        found = False
        while self._left and self._left[0][0] <= time_ms:
            _, split = self._left.pop(0)
            if self.candles:
                self._done.append((len(self.candles), split))
                found = True
        return found

    def seen(self) -> Iterator[tuple[int, Values]]:
        """All candles so far, restated: prices x m / n and volumes x n / m in floats, the product first."""
        start = 0
        for number, (end, _) in enumerate(self._done):
            since = Fraction(1)
            for _, split in self._done[number:]:
                since *= split
            n, m = float(since.numerator), float(since.denominator)
            for open_ms, (first, high, low, close, volume) in self.candles[start:end]:
                yield open_ms, (first * m / n, high * m / n, low * m / n, close * m / n, volume * n / m)
            start = end
        yield from self.candles[start:]
