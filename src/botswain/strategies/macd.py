"""Follow the momentum of a trend: long while the MACD stands above its signal line.

Makes money in long moves, and sooner in them than a plain crossover; loses it a little at a time, fees included, when
the price goes sideways. Its `threshold` and `side_of_zero` cut the small crossings away.
"""

from __future__ import annotations

from botswain.core.codes import FILL
from botswain.core.indicators import Indicator, ta
from botswain.core.num import exceeds
from botswain.core.strategy import Param, step
from botswain.model.errors import BadInput
from botswain.strategies.signals import SignalBot, filled, follow


class Macd(SignalBot):
    """Long while the MACD is above its signal line by `threshold` of the price; short while it is below by as much."""

    name = "macd"
    fractions = ("threshold",)

    fast = Param(12, 2, 2000, help="candles in the fast average", search=(5, 30))
    slow = Param(26, 3, 5000, help="candles in the slow average", search=(20, 100))
    signal = Param(9, 2, 500, help="candles in the average of the difference, the signal line", search=(3, 20))
    threshold = Param(
        0.0, 0.0, 0.1, help="distance from the signal line to enter, as a part of the price", search=(0, 0.005)
    )
    side_of_zero = Param(False, help="enter long only while the MACD is above zero, short only while it is below")

    def validate(self) -> None:
        """The fast average must be the shorter one."""
        if self.fast >= self.slow:
            raise BadInput(f"parameter fast is {self.fast} and slow is {self.slow}; fast must be below slow")

    def indicators(self) -> dict[str, Indicator]:
        """The difference of the averages, its signal line, and the trend filter's average."""
        line = ta.MACD(self.fast, self.slow, self.signal)
        return {
            "macd": line,
            "signal": ta.MACD(self.fast, self.slow, self.signal, out="macdsignal"),
            "trend": self.trend_average(line),
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif now.signal == now.signal:
            price = candle.close
            room = p.threshold * price
            above_zero = p.side_of_zero == 0 or exceeds(now.macd, 0.0, price)
            below_zero = p.side_of_zero == 0 or exceeds(0.0, now.macd, price)
            up = exceeds(now.macd, now.signal + room, price) and above_zero
            down = exceeds(now.signal - room, now.macd, price) and below_zero
            leave_up = not exceeds(now.macd, now.signal, price)
            leave_down = not exceeds(now.signal, now.macd, price)
            follow(now, p, candle, my, wanted, up, down, leave_up, leave_down)
