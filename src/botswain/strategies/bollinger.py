"""Trade the bands around an average: back towards it (reversion), or out of them (breakout).

Reversion makes money where the price swings around its average and loses it when a band is only the beginning of a
move; breakout is its mirror. Entries whose way back to the average does not pay for the fees are not made.
"""

from __future__ import annotations

from decimal import Decimal

from botswain.core.codes import FILL
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below, exceeds
from botswain.core.strategy import Param, step
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.parts import in_percent, part
from botswain.strategies.signals import SignalBot, filled, follow

# Place of the choice of `mode`, as the step sees it.
REVERSION = 0


class Bollinger(SignalBot):
    """Reversion: long below the lower band until the average. Breakout: long above the upper band until the average."""

    name = "bollinger"
    fractions = ("min_move",)

    period = Param(20, 2, 2000, help="candles in the average and in its deviation", search=(10, 60))
    width = Param(2.0, 0.1, 10.0, help="distance of the bands from the average, in standard deviations", search=(1, 3))
    mode = Param("reversion", choices=("reversion", "breakout"), help="trade back to the average, or out of the bands")
    min_move = Param(
        0.005, 0.0, 0.5, help="distance from the close to the average below which nothing is entered",
        search=(0.002, 0.03),
    )  # fmt: skip

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse a way back to the average that does not pay its round trip."""
        cost = 2 * instrument.taker_fee
        if self.mode == "reversion" and Decimal(repr(self.min_move)) <= cost:
            raise BadInput(
                f"parameter min_move is {part(self.min_move)}, which does not pay the round-trip fee of "
                f"{in_percent(cost)}; give one above {part(cost)}"
            )

    def indicators(self) -> dict[str, Indicator]:
        """The bands and their average, and the trend filter's average."""
        bands = {"nbdevup": self.width, "nbdevdn": self.width}
        middle = ta.BBANDS(self.period, out="middleband", **bands)
        return {
            "upper": ta.BBANDS(self.period, out="upperband", **bands),
            "middle": middle,
            "lower": ta.BBANDS(self.period, out="lowerband", **bands),
            "trend": self.trend_average(middle),
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif now.middle == now.middle:
            least = p.min_move * candle.close
            over = above(candle.close, now.upper) and not exceeds(least, candle.close - now.middle, candle.close)
            under = below(candle.close, now.lower) and not exceeds(least, now.middle - candle.close, candle.close)
            back_up = not below(candle.close, now.middle)
            back_down = not above(candle.close, now.middle)
            if p.mode == REVERSION:
                follow(now, p, candle, my, wanted, under, over, back_up, back_down)
            else:
                follow(now, p, candle, my, wanted, over, under, back_down, back_up)
