"""Buy a new high of many candles, leave at a new low of fewer: the channel breakout of the trend followers.

Makes money in the few long moves of a year, which must pay for many small losses; loses in every range, where each
breakout fails.
"""

from __future__ import annotations

from typing import ClassVar

from botswain.core.codes import FILL, TIMER
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import Param, step
from botswain.model.errors import BadInput
from botswain.strategies.signals import SignalBot, filled, follow


class DonchianBreakout(SignalBot):
    """Long when a close is above the channel of the candles before it, until one is below the shorter exit channel."""

    name = "donchian_breakout"
    memory_units: ClassVar = SignalBot.memory_units | {"broken": "plain"}
    fractions = ("buffer",)

    entry = Param(20, 2, 2000, help="candles in the channel to break out of", search=(10, 100))
    leave = Param(10, 2, 2000, help="candles in the channel whose other side ends the position", search=(5, 50))
    buffer = Param(
        0.0, 0.0, 0.5, help="distance beyond the channel that counts as a breakout, as a part of the price",
        search=(0, 0.01),
    )  # fmt: skip

    def validate(self) -> None:
        """The exit's channel must not be the longer one."""
        if self.leave > self.entry:
            raise BadInput(f"parameter leave is {self.leave} and entry is {self.entry}; leave must not be above entry")

    def memory(self) -> dict[str, int]:
        """The last breakout that has not failed: 1 upwards, -1 downwards."""
        return super().memory() | {"broken": 1}

    def indicators(self) -> dict[str, Indicator]:
        """Both channels, and the trend filter's average."""
        top = ta.MAX(self.entry, of="high")
        return {
            "top": top,
            "bottom": ta.MIN(self.entry, of="low"),
            "leave_top": ta.MAX(self.leave, of="high"),
            "leave_bottom": ta.MIN(self.leave, of="low"),
            "trend": self.trend_average(top),
        }

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif was.top == was.top:
            fell = below(candle.close, was.leave_bottom)
            rose = above(candle.close, was.leave_top)
            broken = my.mem.broken
            if above(candle.close, was.top * (1.0 + p.buffer)):
                broken = 1
            elif below(candle.close, was.bottom * (1.0 - p.buffer)):
                broken = -1
            elif (broken > 0 and fell) or (broken < 0 and rose):
                broken = 0
            if my.event != TIMER:
                my.mem.broken = broken
            follow(now, p, candle, my, wanted, broken > 0, broken < 0, fell, rose)
