"""Two moving averages: hold while the fast one is above the slow one.

Makes money in long moves; loses it a little at a time, fees included, when the price goes sideways and the averages
keep crossing. Its `threshold`, `confirm` and `trend` leave out crossings that come to nothing, at the price of coming
late.
"""

from __future__ import annotations

import math

from botswain.core.codes import CLOSE, FILL
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import Param, step
from botswain.model.errors import BadInput
from botswain.strategies.signals import LONG, SHORT, SignalBot, filled, follow

AVERAGES = ("SMA", "EMA", "WMA", "HMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3")


class SmaCrossover(SignalBot):
    """Long while the fast average is above the slow one, flat (or short) otherwise."""

    name = "sma_crossover"
    fractions = ("threshold",)

    fast = Param(20, 2, 2000, help="candles in the fast average", search=(5, 100))
    slow = Param(50, 3, 5000, help="candles in the slow average", search=(20, 300))
    average = Param("SMA", choices=AVERAGES, help="kind of both averages: simple, exponential, weighted, Hull, ...")
    threshold = Param(
        0.0, 0.0, 0.5, help="distance between the averages to enter, as a part of the slow one", search=(0, 0.01)
    )
    late = Param(True, help="enter also later while the averages stand so, not only at the candle that confirms it")

    def validate(self) -> None:
        """The fast average must be the shorter one."""
        if self.fast >= self.slow:
            raise BadInput(f"parameter fast is {self.fast} and slow is {self.slow}; fast must be below slow")

    def events(self) -> tuple[int, ...]:
        """Fills matter only to the settings that follow a signal with memory."""
        return (CLOSE,) if self.is_plain() else (CLOSE, FILL)

    def is_plain(self) -> bool:
        """Whether the position follows from the averages alone."""
        return bool(self.late and self.confirm == 1 and not (self.threshold or self.trend or self.cooldown))

    def derived(self) -> dict[str, float]:
        """What the step asks first."""
        return {"plain": float(self.is_plain())}

    def indicators(self) -> dict[str, Indicator]:
        """Both averages of the close, and the trend filter's."""
        fast = moving_average(self.average, self.fast)
        return {"fast": fast, "slow": moving_average(self.average, self.slow), "trend": self.trend_average(fast)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if p.plain > 0.0:
            side = 0.0
            if above(now.fast, now.slow):
                side = 1.0 if p.direction != SHORT else 0.0
            elif p.direction != LONG:
                side = -1.0 if above(now.slow, now.fast) else 0.0
            wanted.target(side)
        elif my.event == FILL:
            filled(p, my)
        elif now.slow == now.slow and now.fast == now.fast:
            up = above(now.fast, now.slow * (1.0 + p.threshold))
            down = below(now.fast, now.slow * (1.0 - p.threshold))
            leave_up = not above(now.fast, now.slow)
            leave_down = not below(now.fast, now.slow)
            follow(now, p, candle, my, wanted, up, down, leave_up, leave_down)


def moving_average(kind: str, candles: int) -> Indicator:
    """An average of the close by its name; the Hull average is made of weighted ones (A. Hull, 2005)."""
    if kind != "HMA":
        made: Indicator = getattr(ta, kind)(candles)
        return made
    half = ta.WMA(max(candles // 2, 2))
    doubled = ta.ADD(of=[half, half])
    hull: Indicator = ta.WMA(max(round(math.sqrt(candles)), 2), of=ta.SUB(of=[doubled, ta.WMA(candles)]))
    return hull
