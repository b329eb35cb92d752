"""Buy what fell too fast, sell what rose too fast, by the relative strength index.

Makes money where prices swing around a level; loses it in a steady fall, in which every bounce is bought. A stop-loss
and the trend filter are what keep the loss small.
"""

from __future__ import annotations

from typing import ClassVar

from botswain.core.codes import FILL, TIMER
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import Param, step
from botswain.model.errors import BadInput
from botswain.strategies.signals import SignalBot, filled, follow

NEITHER, BEYOND, RETURNED = 0, 1, 2


class Rsi(SignalBot):
    """Long when the RSI comes back above `oversold`, until it reaches `leave_long`; short likewise from above."""

    name = "rsi"
    memory_units: ClassVar = SignalBot.memory_units | dict.fromkeys(("up_stage", "down_stage"), "plain")

    period = Param(14, 2, 500, help="candles in the index", search=(5, 30))
    oversold = Param(30.0, 1.0, 99.0, help="level from below which the index must return to buy", search=(15, 40))
    overbought = Param(70.0, 1.0, 99.0, help="level from above which it must return to sell short", search=(60, 85))
    leave_long = Param(70.0, 1.0, 99.0, help="level at which a long position is left", search=(45, 80))
    leave_short = Param(30.0, 1.0, 99.0, help="level at which a short position is left", search=(20, 55))

    def validate(self) -> None:
        """Each position must have room between its entry and its exit."""
        if self.oversold >= self.overbought:
            raise BadInput(
                f"parameter oversold is {self.oversold} and overbought is {self.overbought}; oversold must be below"
            )
        if self.leave_long <= self.oversold:
            raise BadInput(
                f"parameter leave_long is {self.leave_long} and oversold is {self.oversold}; leave_long must be above"
            )
        if self.leave_short >= self.overbought:
            raise BadInput(
                f"parameter leave_short is {self.leave_short} and overbought is {self.overbought}; "
                "leave_short must be below"
            )

    def memory(self) -> dict[str, int]:
        """How far a signal of each side has come: see `stage`."""
        return super().memory() | {"up_stage": 1, "down_stage": 1}

    def indicators(self) -> dict[str, Indicator]:
        """The index, and the trend filter's average."""
        index = ta.RSI(self.period)
        return {"rsi": index, "trend": self.trend_average(index)}

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif now.rsi == now.rsi:
            leave_up = not below(now.rsi, p.leave_long)
            leave_down = not above(now.rsi, p.leave_short)
            low = below(now.rsi, p.oversold)
            high = above(now.rsi, p.overbought)
            up = stage(my.mem.up_stage, low, leave_up)
            down = stage(my.mem.down_stage, high, leave_down)
            # The newer call ends the older: a short would else be ended at once by a long that still stands.
            if my.mem.up_stage == BEYOND and not low and down == RETURNED:
                down = NEITHER
            if my.mem.down_stage == BEYOND and not high and up == RETURNED:
                up = NEITHER
            if my.event != TIMER:
                my.mem.up_stage = up
                my.mem.down_stage = down
            follow(now, p, candle, my, wanted, up == RETURNED, down == RETURNED, leave_up, leave_down)


def stage(before, beyond, over):
    """Beyond the level, returned from there (which is the signal), or neither: it is over when the exit is reached."""
    if beyond:
        return BEYOND
    if over or before == NEITHER:
        return NEITHER
    return RETURNED
