"""Buy a turn in the lower part of the recent range, sell one in its upper part, by the stochastic oscillator.

Makes money while the price moves inside a range; loses it in a trend, where the oscillator stays at one end and each
turn against the trend is traded.
"""

from __future__ import annotations

from typing import ClassVar

from botswain.core.codes import FILL, TIMER
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below, exceeds
from botswain.core.strategy import Param, step
from botswain.model.errors import BadInput
from botswain.strategies.signals import SignalBot, filled, follow


class Stochastic(SignalBot):
    """Long when %K turns above %D from below `oversold`, until it turns down from above `overbought`; short so too."""

    name = "stochastic"
    memory_units: ClassVar = SignalBot.memory_units | dict.fromkeys(("low", "high", "turn"), "plain")

    period = Param(14, 2, 500, help="candles in the range", search=(5, 40))
    smooth = Param(3, 1, 100, help="candles that smooth %K", search=(1, 8))
    signal = Param(3, 2, 100, help="candles in %D, the average of %K", search=(2, 8))
    oversold = Param(20.0, 1.0, 99.0, help="a turn upwards counts when %K was below this", search=(10, 35))
    overbought = Param(80.0, 1.0, 99.0, help="a turn downwards counts when %K was above this", search=(65, 90))

    def validate(self) -> None:
        """The levels must leave room between them."""
        if self.oversold >= self.overbought:
            raise BadInput(
                f"parameter oversold is {self.oversold} and overbought is {self.overbought}; oversold must be below"
            )

    def memory(self) -> dict[str, int]:
        """Whether %K has been beyond each level since it was last on the signal line's other side; the turn it made."""
        return super().memory() | {"low": 1, "high": 1, "turn": 1}

    def indicators(self) -> dict[str, Indicator]:
        """%K and %D, and the trend filter's average."""
        given = {"fastk_period": self.period, "slowk_period": self.smooth, "slowd_period": self.signal}
        fast = ta.STOCH(out="slowk", **given)
        return {"k": fast, "d": ta.STOCH(out="slowd", **given), "trend": self.trend_average(fast)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif now.d == now.d:
            low = my.mem.low > 0 or below(now.k, p.oversold)
            high = my.mem.high > 0 or above(now.k, p.overbought)
            turn = my.mem.turn
            rises = exceeds(now.k, now.d, 100.0)
            falls = exceeds(now.d, now.k, 100.0)
            if rises and low:
                turn = 1
            elif falls and high:
                turn = -1
            if my.event != TIMER:
                my.mem.turn = turn
                my.mem.low = 1 if low and not rises else 0
                my.mem.high = 1 if high and not falls else 0
            follow(now, p, candle, my, wanted, turn > 0, turn < 0, turn < 0, turn > 0)
