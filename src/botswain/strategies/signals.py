"""What the signal bots share: hold a side while a signal calls for it, with confirmation, trend filter and pauses.

A bot says at each close whether long and short are called for and whether to leave them; `follow` makes a target of
it. A signal is a state that stands for some candles, not a moment, so that it can be confirmed.
"""

from __future__ import annotations

from typing import ClassVar

from botswain.core.codes import CLOSE, FILL, TIMER
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import Param, Strategy

# Places of the choices of `direction`, as the step sees them.
LONG, SHORT = 0, 1
# A count of candles that is never a confirmation: of a signal that stood before anyone looked, or that was used up.
STALE = 1_000_000_000


class SignalBot(Strategy):
    """Base of the bots that are in or out by a signal; see `follow`."""

    sections: ClassVar = {"Following the signal": ("direction", "confirm", "late", "trend", "cooldown")}
    memory_units: ClassVar = dict.fromkeys(("side", "up", "down", "rest", "begun"), "plain")

    direction = Param("long", choices=("long", "short", "both"), help="sides it may take; short where the venue allows")
    confirm = Param(1, 1, 50, help="candles in a row that a signal must stand before it is followed", search=(1, 3))
    late = Param(False, help="enter also later while the signal stands, not only at the candle that confirms it")
    trend = Param(
        0, 0, 5000, help="candles in an average of the close: long only above it, short only below it; 0: no filter",
        search=(0, 200),
    )  # fmt: skip
    cooldown = Param(0, 0, 10_000, help="candles to stay out after a position was left", search=(0, 20))

    @classmethod
    def parameters(cls) -> dict[str, Param]:
        """The bot's own first, then what all signal bots have."""
        every = super().parameters()
        shared = [name for name in SignalBot.__dict__ if name in every]
        own = {name: value for name, value in every.items() if name not in shared}
        return own | {name: every[name] for name in shared}

    def events(self) -> tuple[int, ...]:
        """Closes decide; fills tell when a protective exit took the position away."""
        return (CLOSE, FILL)

    def memory(self) -> dict[str, int]:
        """The side it is on; candles that each signal has stood; candles left to stay out; whether it has begun."""
        return {"side": 1, "up": 1, "down": 1, "rest": 1, "begun": 1}

    def trend_average(self, spare: Indicator) -> Indicator:
        """The trend filter's average; without a filter, one that is computed anyway."""
        average: Indicator = ta.SMA(self.trend) if self.trend > 0 else spare
        return average


def follow(now, p, candle, my, wanted, up, down, leave_up, leave_down):
    """Be long while `up` was confirmed and `leave_up` has not come, short likewise; ask for the position.

    The bot calls it at closes, and between them where it has a trading frequency, when its indicators have values.
    """
    wanted.target(side_of(now, p, candle, my, up, down, leave_up, leave_down))


def side_of(now, p, candle, my, up, down, leave_up, leave_down):
    """The side that `follow` asks for, remembered; a bot that goes there in parts asks for its part of it.

    What a candle that forms would count is not kept: it may yet count otherwise.
    """
    stood_up = stood(my, my.mem.up, up)
    stood_down = stood(my, my.mem.down, down)
    if my.event != TIMER:
        my.mem.up = stood_up
        my.mem.down = stood_down
        my.mem.begun = 1
        if my.mem.rest > 0:
            my.mem.rest -= 1
    side = my.mem.side
    if (side > 0 and (leave_up or stood_down >= p.confirm)) or (side < 0 and (leave_down or stood_up >= p.confirm)):
        side = 0.0
        my.mem.rest = p.cooldown
    if side == 0 and my.mem.rest == 0:
        if p.direction != SHORT and confirmed(p, stood_up) and (p.trend == 0 or above(candle.close, now.trend)):
            side = 1.0
        elif p.direction != LONG and confirmed(p, stood_down) and (p.trend == 0 or below(candle.close, now.trend)):
            side = -1.0
    my.mem.side = side
    return side


def stood(my, before, calls):
    """For how many candles a signal has stood. One that stood at the first look is old: nobody saw it come."""
    if not calls:
        return 0
    return before + 1 if my.mem.begun > 0 else STALE


def confirmed(p, candles):
    """Whether a signal that has stood so many candles may be entered now."""
    return candles == p.confirm or (p.late > 0 and candles > p.confirm)


def filled(p, my):
    """After a fill: when a protective exit has closed the position, that signal is used up and the pause begins."""
    if my.slot >= my.slots and my.lots == 0 and my.mem.side != 0:
        if my.mem.side > 0:
            my.mem.up = -STALE
        else:
            my.mem.down = -STALE
        my.mem.side = 0
        my.mem.rest = p.cooldown
