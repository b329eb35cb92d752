"""How much worse an order by the market fills (docs/rules.md, 4): a share of its price, in exact fractions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

UNIT = 10**8
FACTORS = {"volatility": Fraction(1, 10), "impact": Fraction(1)}


@dataclass(frozen=True)
class Slip:
    """A model. Basis points, a factor, candles and the most; 0 is as usual."""

    bps: Fraction = Fraction(0)
    model: str = "fixed"
    factor: Fraction = Fraction(0)
    period: int = 0
    most_bps: Fraction = Fraction(0)

    def share(self, known: Sequence[Past], lots: int) -> Fraction:
        """What an order for so many lots slips by, when these candles have closed."""
        plain = self.bps / 10_000
        if self.model == "spread":
            return up(plain / 2)
        if self.model == "fixed":
            return plain
        period = self.period or 20
        pairs = [(known[k - 1].close if k else known[k].opens, known[k]) for k in range(len(known))][-period:]
        factor = self.factor or FACTORS[self.model]
        most = (self.most_bps or Fraction(1000)) / 10_000
        more = ranged(pairs, factor) if self.model == "volatility" else moved(pairs, factor, lots)
        return most if more is None else min(plain + more, most)


NO_SLIP = Slip()


@dataclass(frozen=True)
class Past:
    """A closed candle: prices in ticks, whole lots traded."""

    opens: int
    high: int
    low: int
    close: int
    lots: int


Pairs = Sequence[tuple[int, Past]]


def ranged(pairs: Pairs, factor: Fraction) -> Fraction:
    """A part of the mean true range, as a share of the last close."""
    if not pairs:
        return Fraction(0)
    ranges = [max(one.high, before) - min(one.low, before) for before, one in pairs]
    return up(factor * Fraction(sum(ranges), len(ranges)) / pairs[-1][1].close)


def moved(pairs: Pairs, factor: Fraction, lots: int) -> Fraction | None:
    """The square-root law; None where nothing was traded while prices moved."""
    returns = [min(Fraction(1), up(abs(Fraction(one.close, before) - 1))) for before, one in pairs]
    squares = sum((one * one for one in returns), Fraction(0))
    traded = sum(one.lots for _, one in pairs)
    if not squares:
        return Fraction(0)
    if not traded:
        return None
    exact = math.ceil(factor**2 * squares * lots / traded * UNIT**2)
    root = math.isqrt(exact)
    return Fraction(root + (root * root < exact), UNIT)


def up(x: Fraction) -> Fraction:
    """To a hundred-millionth, up."""
    return Fraction(math.ceil(x * UNIT), UNIT)


def lots_traded(volume: float, lot: Fraction) -> int:
    """A volume in whole lots: what is within a millionth of a lot, or within the noise of floats, is meant so."""
    exact = Fraction(repr(volume)) / lot
    nearest = round(exact)
    meant = abs(exact - nearest) <= max(Fraction(1, 10**6), exact * 16 / 2**52)
    return min(nearest if meant else math.floor(exact), 2**53)
