"""Sizes by how far a market moves: a position whose usual move of a day is a share of the account.

The move of a candle is TA-Lib's ATR over so many of them, as of the last closed one (at a beat, as the one that forms
would make it); that of a day is the square root of the candles in a day times as much. docs/rules.md section 5.
"""

from __future__ import annotations

import math
from fractions import Fraction

from botswain.core.indicators import Indicator, ta
from botswain.model.errors import BadInput

USUAL_PERIOD = 20
MOST_PERIOD = 1000
DAY_MS = 86_400_000
ROOT_E8 = 10**8


def check_period(kind: str, period: int) -> None:
    """Refuse a number of candles that is none, or that nothing would be looked at over."""
    if kind != "volatility" and period != 0:
        raise BadInput(f"period is {period} and sizing is {kind}, which has no use for it; leave it out")
    if period != 0 and not 2 <= period <= MOST_PERIOD:
        raise BadInput(
            f"period is {period}; of sizing volatility it is a number of candles from 2 to {MOST_PERIOD}, such as "
            f"{USUAL_PERIOD}"
        )


def move_of(period: int) -> Indicator:
    """The indicator that says how far a candle moves."""
    found: Indicator = ta.ATR(period or USUAL_PERIOD)
    return found


def moves_of(kind: str, period: int) -> tuple[Indicator, ...]:
    """What sizes of a kind go by."""
    return (move_of(period),) if kind == "volatility" else ()


def root_of_day(frame_ms: int) -> Fraction:
    """The square root of how many candles a day has, down to eight decimals."""
    return Fraction(math.isqrt(DAY_MS * ROOT_E8**2 // frame_ms), ROOT_E8)
