"""What the signal bots share (docs/rules.md, 8), written from that text alone; signal_kinds has the bots.

Each says at a close whether `up` and `down` are called for and whether to leave each; `Signals` makes sides of that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import talib

from .desk import Desk
from .rows import set_target
from .venue import Order


def above(a: float, b: float) -> bool:
    """Above by more than a ten-thousand-millionth of the larger; never with NaN."""
    return a - b > 1e-10 * max(abs(a), abs(b))


def exceeds(a: float, b: float, of: float) -> bool:
    """Above by more than a ten-thousand-millionth of what both are parts of; never with NaN."""
    return a - b > 1e-10 * of


def below(a: float, b: float) -> bool:
    """Below by as much."""
    return above(b, a)


@dataclass(frozen=True)
class Call:
    """What a bot says at one close."""

    up: bool
    down: bool
    leave_up: bool
    leave_down: bool


class Stand:
    """How long one signal has held: `closes` in a row, more than any number where it held before anybody looked.

    used_up   whether its position was stopped out: it counts for nothing until it has been false once
    """

    def __init__(self) -> None:
        self.closes: float = 0
        self.used_up = False
        self.looked = False

    def see(self, holds: bool) -> None:
        """Count one close."""
        if not holds:
            self.used_up = False
        if not holds or self.used_up:
            self.closes = 0
        else:
            self.closes = self.closes + 1 if self.looked else math.inf
        self.looked = True

    def enters(self, confirm: int, late: bool) -> bool:
        """Whether it may be entered now."""
        return self.closes >= confirm if late else self.closes == confirm

    def use_up(self) -> None:
        """It has had its position."""
        self.used_up, self.closes = True, 0


class Signals:
    """What all of them share. A kind of bot gives `call` and the columns that must have values for it."""

    hears_ends = False
    slots = 1
    late = False

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        self.params = params
        self.closes = column(desk.closes)
        self.highs, self.lows = column(desk.highs), column(desk.lows)
        direction = params.get("direction", "long")
        self.sides = {1: direction in ("long", "both"), -1: direction in ("short", "both")}
        self.confirm = int(params.get("confirm", 1))
        self.is_late = bool(params.get("late", self.late))
        self.cooldown = int(params.get("cooldown", 0))
        trend = int(params.get("trend", 0))
        self.trend = talib.SMA(self.closes, timeperiod=trend).tolist() if trend else []
        self.stands = {1: Stand(), -1: Stand()}
        self.side = self.rest = 0
        self.x: int | Fraction = 0

    def number(self, name: str, default: float) -> float:
        """A parameter that is a fraction."""
        return float(self.params.get(name, default))

    def whole(self, name: str, default: int) -> int:
        """A parameter that is a whole number."""
        return int(self.params.get(name, default))

    def has_values(self, at: int) -> bool:
        """Whether all of its own indicators have values at this candle."""
        raise NotImplementedError

    def call(self, desk: Desk) -> Call:
        """What is called for at this close."""
        raise NotImplementedError

    def on_start(self, desk: Desk) -> None:
        """It starts flat."""

    def on_close(self, desk: Desk) -> None:
        """End the side, take a side, ask for it."""
        if not self.has_values(desk.at):
            return
        said = self.call(desk)
        self.stands[1].see(said.up)
        self.stands[-1].see(said.down)
        self.rest = max(0, self.rest - 1)
        leave = {1: said.leave_up, -1: said.leave_down}
        if self.side and (leave[self.side] or self.stands[-self.side].closes >= self.confirm):
            self.side, self.rest = 0, self.cooldown
        if not self.side and not self.rest:
            self.side = next((side for side in (1, -1) if self.takes(side, desk)), 0)
        self.ask(desk)

    def takes(self, side: int, desk: Desk) -> bool:
        """Whether it goes to that side now."""
        stands = self.stands[side].enters(self.confirm, self.is_late)
        return self.sides[side] and stands and self.with_trend(side, desk)

    def with_trend(self, side: int, desk: Desk) -> bool:
        """Whether the close lies on that side of the trend's average."""
        if not self.trend:
            return True
        close, average = desk.closes[desk.at], self.trend[desk.at]
        return above(close, average) if side > 0 else below(close, average)

    def ask(self, desk: Desk) -> None:
        """Target the side, where that is something new. A short of what cannot be sold short is no position."""
        if self.side != self.x:
            x = self.side if desk.market.instrument.shortable else max(0, self.side)
            if set_target(desk.table, desk.sized, Decimal(x), desk.equity, desk.book.close, desk.book.lots):
                self.x = self.side

    def on_fill(self, desk: Desk, order: Order, received: int) -> None:  # noqa: ARG002
        """A protective exit that leaves nothing ends the side and uses its signal up."""
        if order.slot >= self.slots and not desk.book.lots and self.side:
            self.stands[self.side].use_up()
            self.side, self.rest = 0, self.cooldown

    def on_end(self, desk: Desk, order: Order) -> None:
        """It does not ask for ends."""


def column(values: list[float]) -> Any:
    """Prices as TA-Lib takes them."""
    return np.array(values, dtype=np.float64)
