"""What an order by the market slips by, as far as closed candles tell: whole numbers, worked out before a run.

Matching reads what was known when the candle (the trade) opened in which an order fills, so nothing is looked at that
came later, and nothing is computed while a run goes. docs/rules.md section 4, docs/decisions/0017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.ledger.exact import E8
from botswain.model.candles import FloatColumn, IntColumn
from botswain.model.slippage import SPREAD, VOLATILITY, Slippage

BPS_E8 = 10_000
# A product below this fits in 64 bits; beyond it Python's integers are asked, which are slower.
IN_64_BITS = 1 << 62
# Lots of one candle beyond this are not told apart.
MOST_LOTS = float(1 << 53)
# How far a quantity of a file may be from whole lots and still be meant as such; of very many, the noise of floats.
NEAR, NOISE = 1e-6, 16 * 2.0**-52


@dataclass(frozen=True, slots=True)
class Slips:
    """What is known after the first k candles of a symbol, at k: int64, one more than there are candles.

    slips    what any order by the market slips by, in units of 1e-8
    squares  the sum of squared returns, in units of 1e-16, and `traded`, whole lots, of the candles looked at: with
             them an order's own size counts; 0 where it does not
    """

    slips: IntColumn
    squares: IntColumn
    traded: IntColumn

    def at(self, places: Any) -> Slips:
        """The same at some places."""
        return Slips(self.slips[places], self.squares[places], self.traded[places])


def constant_e8(slippage: Slippage) -> int:
    """What is the same for all orders, in units of 1e-8: of a spread the half, up."""
    whole = int(slippage.bps * BPS_E8)
    return (whole + 1) // 2 if slippage.model == SPREAD else whole


def impact_e8(slippage: Slippage) -> int:
    """The square of the factor of an order's own size, in units of 1e-8; 0 where the model has none."""
    if not slippage.by_candles or slippage.model == VOLATILITY:
        return 0
    return int(slippage.times * slippage.times * E8)


def most_e8(slippage: Slippage) -> int:
    """What the models that go by candles never exceed, in units of 1e-8."""
    return int(slippage.most * BPS_E8) if slippage.by_candles else 0


def slips_of(slippage: Slippage, ticks: Sequence[IntColumn], lots: IntColumn) -> Slips:
    """What a model that goes by candles knows after each of a symbol's.

    ticks  open, high, low and close
    lots   the whole lots of each candle's volume
    """
    opens, highs, lows, closes = ticks
    before = np.concatenate([opens[:1], closes[:-1]])  # of the first candle its own open
    count = len(closes) + 1
    base = np.full(count, constant_e8(slippage), np.int64)
    nothing = np.zeros(count, np.int64)
    if slippage.model == VOLATILITY:
        ranges = np.maximum(highs, before) - np.minimum(lows, before)
        shares = mean_shares(ranges, closes, slippage.candles, int(slippage.times * E8))
        return Slips(np.minimum(base + shares, most_e8(slippage)).astype(np.int64), nothing, nothing)
    moves = wide(np.minimum(np.abs(closes - before), before), E8)
    returns = -(-(moves * E8) // before)
    squares = summed((returns * returns).astype(np.int64), slippage.candles)
    return Slips(base, squares, summed(lots, slippage.candles))


def mean_shares(ranges: IntColumn, closes: IntColumn, period: int, factor_e8: int) -> Any:
    """A factor of the mean range of the last candles, as a share of the last close, up, after each candle."""
    sums = wide(summed(ranges, period), factor_e8)
    counts = np.minimum(np.arange(len(sums)), period)
    shares = -(-(sums[1:] * factor_e8) // wide(counts[1:] * closes, 1))
    return np.concatenate([[0], shares])


def summed(column: IntColumn, period: int) -> IntColumn:
    """The sum of the last so many numbers after each, of fewer at the beginning; 0 after none.

    The running total may wrap in 64 bits; a difference of two of them is right all the same.
    """
    totals = np.concatenate([np.zeros(1, np.int64), np.cumsum(column, dtype=np.int64)])
    found: IntColumn = totals - totals[np.maximum(np.arange(len(totals)) - period, 0)]
    return found


def wide(column: IntColumn, factor: int) -> Any:
    """A column that can be multiplied by a factor: as it is, or as Python's integers."""
    most = int(column.max()) if len(column) else 0
    return column if most * factor < IN_64_BITS else column.astype(object)


def whole_lots_of(quantities: FloatColumn, lot: Decimal) -> FloatColumn:
    """Quantities as whole lots: what is meant as such is, other goes down."""
    exact = quantities / float(lot)
    nearest = np.rint(exact)
    meant = np.abs(exact - nearest) <= np.maximum(NEAR, NOISE * exact)
    return np.where(meant, nearest, np.floor(exact))


def traded_lots(volume: FloatColumn, lot: Decimal) -> IntColumn:
    """The whole lots of candles' volumes, no more than are told apart."""
    found: IntColumn = np.minimum(whole_lots_of(volume, lot), MOST_LOTS).astype(np.int64)
    return found
