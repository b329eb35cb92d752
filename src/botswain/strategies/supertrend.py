"""Follow a band that trails the price by some average true ranges and turns when a close breaks it.

Makes money in moves that are long against the band's distance; loses in ranges, where it turns at both edges. The band
is recursive: its first turns depend on where the candles begin, so give it some hundred before the ones that count.
"""

from __future__ import annotations

from typing import ClassVar

from botswain.core.codes import FILL, TIMER
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import Param, step
from botswain.strategies.signals import SignalBot, filled, follow


class Supertrend(SignalBot):
    """Long while the close has not broken the band below it, short while it has not broken the band above it."""

    name = "supertrend"
    fractions = ("near_band",)
    memory_units: ClassVar = SignalBot.memory_units | {
        "upper": "price", "lower": "price", "trail": "plain", "before": "price",
    }  # fmt: skip

    period = Param(10, 2, 500, help="candles in the average true range", search=(7, 30))
    multiplier = Param(3.0, 0.1, 20.0, help="distance of the band, in average true ranges", search=(1, 6))
    near_band = Param(
        0.0, 0.0, 1.0, help="enter only within this distance of the band, as a part of the price; 0: at any",
        search=(0, 0.05),
    )  # fmt: skip

    def memory(self) -> dict[str, int]:
        """Both bands, which of them trails (1: the lower one), and the close before."""
        return super().memory() | {"upper": 1, "lower": 1, "trail": 1, "before": 1}

    def indicators(self) -> dict[str, Indicator]:
        """The average true range, and the trend filter's average."""
        reach = ta.ATR(self.period)
        return {"atr": reach, "trend": self.trend_average(reach)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif now.atr == now.atr:
            upper, lower, trail = bands(now, p, candle, my)
            if my.event != TIMER:
                my.mem.upper = upper
                my.mem.lower = lower
                my.mem.trail = trail
                my.mem.before = candle.close
            band = lower if trail > 0 else upper
            near = p.near_band == 0.0 or not above(abs(candle.close - band), p.near_band * candle.close)
            follow(now, p, candle, my, wanted, trail > 0 and near, trail < 0 and near, trail < 0, trail > 0)


def bands(now, p, candle, my):
    """Both bands and which of them trails. They only come closer until a close breaks one; then the other trails.

    The usual recursion, with the close before: a band is drawn anew where it is closer or was broken.
    """
    middle = (candle.high + candle.low) / 2.0
    upper = middle + p.multiplier * now.atr
    lower = middle - p.multiplier * now.atr
    trail = my.mem.trail
    if trail == 0:
        return upper, lower, 1 if candle.close >= middle else -1
    if not (upper < my.mem.upper or my.mem.before > my.mem.upper):
        upper = my.mem.upper
    if not (lower > my.mem.lower or my.mem.before < my.mem.lower):
        lower = my.mem.lower
    if trail < 0 and above(candle.close, upper):
        trail = 1
    elif trail > 0 and below(candle.close, lower):
        trail = -1
    return upper, lower, trail
