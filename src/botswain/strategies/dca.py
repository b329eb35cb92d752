"""Buy a first part, buy more on the way down, sell it all a little above the average price.

Makes money while falls are followed by bounces: each fall makes the average cheaper, and a small rise sells everything.
Loses it in a fall that goes on: all the money is in by then, and without a stop it waits there for as long as it
takes. With `kind` time it buys a part of its money at regular intervals instead: that earns what the market earns, in
smaller steps. docs/rules.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from botswain.core.codes import CLOSE, FILL
from botswain.core.drawing import Drawing
from botswain.core.indicators import Indicator, ta
from botswain.core.num import above, below
from botswain.core.strategy import ON, Param, Strategy
from botswain.core.strategy import step as decision
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.strategies.dca_deal import CLOSING, IDLE, begin_deal, buy_part, look_after, take_fill
from botswain.strategies.dca_drawing import drawn, drawn_parts
from botswain.strategies.dca_plan import (
    MOST_STEPS,
    check_fees,
    check_lines,
    check_sizes,
    check_together,
    directed,
    steps_of,
    weights_of,
)

# Places of the choices below, as the step sees them.
DEALS, TIME = 0, 1
AT_ONCE, BY_RSI = 0, 1


class Dca(Strategy):
    """Deals: a base order, safety orders below it, one exit for all; or the same money spent by the clock."""

    name = "dca"
    tags = ("base", "safety", "profit", "stop", "close")
    fractions = (
        "average_distance", "step", "take_profit", "take_profit_2", "take_profit_3", "share", "share_2",
        "trailing", "stop", "dip",
    )  # fmt: skip
    sections: ClassVar = {
        "Opening a deal": (
            "start", "rsi_period", "rsi_level", "average_period", "average_distance", "min_price", "max_price",
            "cooldown", "deals",
        ),
        "By the clock": ("every", "parts", "dip", "dip_window", "dip_factor"),
        "Safety orders": ("safety_orders", "active", "step", "step_scale", "volume", "volume_scale"),
        "Taking profit": (
            "take_profit", "take_profit_from", "take_profit_2", "share", "take_profit_3", "share_2", "trailing",
        ),
        "Ending without it": ("stop", "break_even", "stop_after_loss", "close_after"),
    }  # fmt: skip
    depends: ClassVar = {
        ("direction", "start", "safety_orders"): {"kind": "deals"},
        ("every", "parts", "dip"): {"kind": "time"},
        ("rsi_period", "rsi_level"): {"start": "rsi"},
        ("average_period", "average_distance"): {"start": "average"},
        ("dip_window", "dip_factor"): {"dip": ON},
        ("active", "step", "step_scale", "volume", "volume_scale"): {"safety_orders": ON},
        ("take_profit_from", "take_profit_2", "trailing"): {"take_profit": ON},
        ("share", "take_profit_3", "break_even"): {"take_profit_2": ON},
        ("share_2",): {"take_profit_3": ON},
    }

    kind = Param("deals", choices=("deals", "time"), help="deals with safety orders, or parts by the clock")
    direction = Param("long", choices=("long", "short"), help="buy first, or sell first where the venue allows it")
    start = Param("at_once", choices=("at_once", "rsi", "average"), help="what opens a deal")
    rsi_period = Param(14, 2, 500, help="candles in the index", search=(5, 30))
    rsi_level = Param(
        30.0,
        1.0,
        99.0,
        help="opens when the index comes below it (short: above 100 - it)",
        search=(15, 45),
    )
    average_period = Param(50, 2, 5000, help="candles in the average of the close", search=(20, 200))
    average_distance = Param(
        0.02, 0.0, 0.9, help="opens at a close so far below the average (short: above)",
        search=(0.005, 0.05),
    )  # fmt: skip
    safety_orders = Param(5, 0, 50, help="orders that add to a deal as the price goes against it", search=(2, 10))
    active = Param(3, 1, 50, help="safety orders that rest at once; the next is placed when one fills", search=(1, 5))
    step = Param(0.015, 0.0001, 0.9, help="distance of the first safety order from the base", search=(0.005, 0.04))
    step_scale = Param(1.3, 0.1, 10.0, help="each further step is so many times the one before", search=(0.9, 1.8))
    volume = Param(1.0, 0.01, 100.0, help="money in the first safety order, as a multiple of the base", search=(0.5, 3))
    volume_scale = Param(1.5, 0.1, 10.0, help="each further one is so many times the one before", search=(1, 2))
    take_profit = Param(
        0.015, 0.0, 10.0, help="distance at which profit is taken; 0 with kind time: never", search=(0.005, 0.05)
    )
    share = Param(0.5, 0.01, 0.99, help="with more steps: part that the first one sells", search=(0.2, 0.8))
    take_profit_2 = Param(0.0, 0.0, 10.0, help="distance of a second step; 0: one step for all", search=(0, 0.08))
    share_2 = Param(0.25, 0.01, 0.99, help="with a third step: part that the second one sells", search=(0.1, 0.5))
    take_profit_3 = Param(0.0, 0.0, 10.0, help="distance of a third step, for the rest; 0: none", search=(0, 0.12))
    take_profit_from = Param("average", choices=("average", "first"), help="distances from this price")
    trailing = Param(
        0.0, 0.0, 0.9, help="the last step, once reached, follows the best close at this distance; 0: it is a limit",
        search=(0, 0.01),
    )  # fmt: skip
    stop = Param(
        0.0, 0.0, 0.99, help="closes the deal so far from its first price; 0: none; exits have one from the average",
        search=(0, 0.4),
    )  # fmt: skip
    break_even = Param(False, help="after the first step the stop stands where the rest loses nothing, fees included")
    stop_after_loss = Param(False, help="no new deal after one was closed by a stop at a loss")
    close_after = Param(0, 0, 1_000_000, help="candles after which a deal is closed; 0: never", search=(0, 500))
    cooldown = Param(0, 0, 100_000, help="candles to wait after a deal", search=(0, 50))
    deals = Param(0, 0, 1_000_000, help="deals to open in all; 0: no end")
    min_price = Param(0.0, 0.0, 1e12, help="opens only at a close not below it; 0: any")
    max_price = Param(0.0, 0.0, 1e12, help="opens only at a close not above it; 0: any")
    every = Param(24, 1, 100_000, help="candles from one purchase to the next", search=(6, 200))
    parts = Param(10, 1, 10_000, help="into how many parts the money is divided", search=(5, 50))
    dip = Param(0.0, 0.0, 0.9, help="a dip is a close so far below the highest; 0: none", search=(0, 0.1))
    dip_window = Param(50, 2, 5000, help="candles of which the highest is taken", search=(20, 200))
    dip_factor = Param(2.0, 1.0, 100.0, help="parts that are bought in a dip", search=(1, 4))

    def validate(self) -> None:
        """Refuse what contradicts itself whatever the market."""
        check_together(self)

    def events(self) -> tuple[int, ...]:
        """Closes decide; fills build the deal; of an end the next close or fill takes care, so no order is looped."""
        return (CLOSE, FILL)

    def slots(self) -> int:
        """The base, the safety orders, for each step a limit and a stop, and the way out."""
        return 1 + self.safeties() + 2 * MOST_STEPS + 1

    def safeties(self) -> int:
        """Safety orders of a deal; by the clock there are none."""
        return int(self.safety_orders) if self.kind == "deals" else 0

    def memory(self) -> dict[str, int]:
        """Where the deal is, its planned lines (ticks) and lots, and what is counted."""
        plain = (
            "stage", "first", "age", "placed", "hit", "safe", "armed", "best", "one", "over", "rest", "opened",
            "wait", "used", "asked",
        )  # fmt: skip
        planned = self.safeties() + 2
        return dict.fromkeys(plain, 1) | {"done": MOST_STEPS, "line": planned, "amount": planned}

    def derived(self) -> dict[str, float]:
        """The side as +1 or -1, how many safety orders and steps, and what the money is divided by."""
        return {
            "side": float(directed(self)), "ladder": float(self.safeties()), "steps": float(steps_of(self)),
            "weights": weights_of(self),
        }  # fmt: skip

    def indicators(self) -> dict[str, Indicator]:
        """The one that opens a deal or finds a dip."""
        if self.kind == "time":
            return {"start": ta.MAX(self.dip_window, of="close")}
        return {"start": ta.RSI(self.rsi_period) if self.start == "rsi" else ta.SMA(self.average_period)}

    def check_sizing(self, kind: str) -> None:
        """Risk and volatility size a whole position; a deal is many orders."""
        if kind in ("risk", "volatility"):
            raise BadInput(
                f"sizing {kind} does not fit dca, which divides its money among several orders; use percent, fixed or "
                "fixed_quote"
            )

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse shorts where there are none, profits that fees eat, and lines that share a tick."""
        if self.direction == "short" and not instrument.shortable:
            raise BadInput(
                f"dca direction is short and {instrument.symbol} cannot be sold short here; use direction long"
            )
        check_fees(self, instrument)
        check_lines(self, instrument, price)

    def check_money(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> None:
        """Refuse a ladder of which any order is too small for the venue."""
        check_sizes(self, instrument, price, lots)

    def drawing(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> Drawing:
        """The ladder of a deal that begins at the price, and what it comes to when all of it has filled."""
        of = drawn_parts if self.kind == "time" else drawn
        return of(self, instrument, price, lots)

    @decision
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            take_fill(p, my, wanted)
        elif my.event == CLOSE:
            rested = my.mem.rest == 0
            if not rested:
                my.mem.rest -= 1
            look_after(p, my, wanted)
            if p.kind == TIME and my.mem.wait > 0:
                my.mem.wait -= 1
            if rested and my.mem.rest == 0 and my.mem.over == 0 and in_band(p, candle):
                if p.kind == TIME:
                    if may_buy_part(p, my):
                        buy_part(p, my, wanted, dips(now, p, candle))
                elif may_open(p, my) and starts(now, was, p, candle):
                    begin_deal(p, my, wanted)


def in_band(p, candle):
    """Whether the price is where deals may be opened."""
    return not (p.min_price > 0 and candle.close < p.min_price) and not (p.max_price > 0 and candle.close > p.max_price)


def may_open(p, my):
    """Whether there is room for a deal."""
    return my.mem.stage == IDLE and (p.deals == 0 or my.mem.opened < p.deals)


def may_buy_part(p, my):
    """Whether the clock says so, the last part has come, and there is a part left; a new round counts as a deal."""
    if my.mem.stage == CLOSING or my.mem.wait > 0 or my.mem.asked > 0 or my.mem.used >= p.parts:
        return False
    return my.mem.used > 0 or p.deals == 0 or my.mem.opened < p.deals


def dips(now, p, candle):
    """Whether a close is far enough below the highest of its window."""
    return p.dip > 0 and now.start == now.start and not above(candle.close, now.start * (1.0 - p.dip))


def starts(now, was, p, candle):
    """Whether what opens a deal has come."""
    if p.start == AT_ONCE:
        return True
    if p.start == BY_RSI:
        if was.start != was.start:
            return False
        if p.side > 0:
            return below(now.start, p.rsi_level) and not below(was.start, p.rsi_level)
        return above(now.start, 100.0 - p.rsi_level) and not above(was.start, 100.0 - p.rsi_level)
    if p.side > 0:
        return below(candle.close, now.start * (1.0 - p.average_distance))
    return above(candle.close, now.start * (1.0 + p.average_distance))
