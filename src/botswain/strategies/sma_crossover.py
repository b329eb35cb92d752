"""Two moving averages: hold while the fast one is above the slow one.

Makes money in long moves; loses it a little at a time, fees included, when the price goes sideways and the averages
keep crossing.
"""

from __future__ import annotations

from botswain.core.indicators import Indicator, ta
from botswain.core.num import above
from botswain.core.strategy import Param, Strategy, step
from botswain.model.errors import BadInput


class SmaCrossover(Strategy):
    """Long while the fast average is above the slow one, flat (or short) otherwise."""

    name = "sma_crossover"

    fast = Param(20, 2, 2000, help="candles in the fast average")
    slow = Param(50, 3, 5000, help="candles in the slow average")
    short = Param(False, help="sell short instead of standing aside, where the venue allows it")

    def validate(self) -> None:
        """The fast average must be the shorter one."""
        if self.fast >= self.slow:
            raise BadInput(f"parameter fast is {self.fast} and slow is {self.slow}; fast must be below slow")

    def indicators(self) -> dict[str, Indicator]:
        """Both averages of the close."""
        return {"fast": ta.SMA(self.fast), "slow": ta.SMA(self.slow)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if above(now.fast, now.slow):
            wanted.target(1.0)
        elif p.short:
            wanted.target(-1.0 if above(now.slow, now.fast) else 0.0)
        else:
            wanted.target(0.0)
