"""Which symbols move together (docs/rules.md, 7): their closes as they are known at each close of the bot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

MILLION = 10**6


@dataclass
class Moves:
    """The moves of every symbol's last close, one for each close instant so far."""

    span: int
    least: Fraction
    closes: dict[str, int] = field(default_factory=dict)
    moves: dict[str, list[int]] = field(default_factory=dict)

    def closed(self, now: Mapping[str, int]) -> None:
        """A close instant; the last closes of all symbols in ticks, 0 of those that have none."""
        for symbol, close in now.items():
            before = self.closes.get(symbol, 0)
            share = Fraction(close - before, before) if before else Fraction(0)
            move = math.trunc(max(Fraction(-1), min(Fraction(1), share)) * MILLION)
            self.moves.setdefault(symbol, []).append(move)
            self.closes[symbol] = close

    def together(self, one: str, other: str) -> bool:
        """Whether two symbols move together, as far as is known."""
        x, y = (self.moves.get(symbol, [])[-self.span :] for symbol in (one, other))
        n = len(x)
        if n < self.span:
            return True
        over_x, over_y = (n * sum(v * v for v in z) - sum(z) ** 2 for z in (x, y))
        if not over_x or not over_y:
            return True
        shared = n * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y)
        return shared**2 >= self.least**2 * over_x * over_y
