"""A ladder of orders: buy a step down, sell a step up, again and again.

Makes money while the price goes to and fro inside its band; loses it when the price leaves the band downwards with
all that was bought, and earns nothing above it. docs/rules.md section 8.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import ClassVar

from botswain.core.codes import CLOSE, END, FILL, LIMIT, MARKET, START
from botswain.core.drawing import Drawing, Line, amount, drawing, percent
from botswain.core.strategy import Param, Strategy
from botswain.core.strategy import step as decision
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

# Places of the choices below, as the step sees them.
ARITHMETIC = 0
MARKET_START = 0


class Grid(Strategy):
    """Buys at each line below the price and sells each purchase one line higher.

    Cell j is slot j: it buys at line j and sells at line j + 1.
    """

    name = "grid"
    tags = ("grid",)
    cells = True
    fractions = ("step",)
    depends: ClassVar = {("centre", "step"): {"upper": 0}}

    lower = Param(0.0, 0.0, 1e12, help="lowest line, in quote; with upper, or leave both 0 and use centre and step")
    upper = Param(0.0, 0.0, 1e12, help="highest line, in quote")
    centre = Param(0.0, 0.0, 1e12, help="middle line, in quote; 0 is the first close")
    step = Param(0.01, 0.0, 1.0, help="distance between lines as a part of the price, used with centre")
    levels = Param(20, 1, 500, help="cells between the lines, each with its own order")
    spacing = Param("arithmetic", choices=("arithmetic", "geometric"), help="equal steps in price or in percent")
    initial = Param(
        "market", choices=("market", "none"), help="buy at the start what the upper cells will sell, or not"
    )

    def validate(self) -> None:
        """A band needs both ends; without one, a step."""
        if (self.lower > 0) != (self.upper > 0):
            raise BadInput(f"parameters lower {self.lower} and upper {self.upper}: give both, or neither and use step")
        if self.upper > 0 and self.lower >= self.upper:
            raise BadInput(f"parameter lower is {self.lower} and upper is {self.upper}; lower must be below upper")
        if self.upper == 0 and self.step <= 0:
            raise BadInput(f"parameter step is {self.step}; give a step above 0, or lower and upper")
        if self.upper == 0 and self.spacing == "arithmetic" and self.step * (self.levels // 2) >= 1:
            raise BadInput(
                f"parameters step {self.step} and levels {self.levels}: the lowest line would be at or below zero; "
                "use fewer levels, a smaller step or geometric spacing"
            )

    def events(self) -> tuple[int, ...]:
        """Closes matter only while cells wait for the price to come above them."""
        return (START, CLOSE, FILL, END) if self.initial == "none" else (START, FILL, END)

    def slots(self) -> int:
        """One a cell."""
        return int(self.levels)

    def split(self) -> int:
        """Its money is shared among all cells."""
        return int(self.levels)

    def memory(self) -> dict[str, int]:
        """Its lines in ticks; each cell's quantity in lots, whether it waits, and whether the venue ended its order;

        whether the grid is over, and whether any cell is lost.
        """
        count = self.levels + 1
        return {"over": 1, "lines": count, "quantity": count, "waiting": count, "lost": count, "any_lost": 1}

    def derived(self) -> dict[str, float]:
        """The factor from a line to the next of a geometric band."""
        ratio = 1.0 + self.step
        if self.upper > 0:
            ratio = math.pow(self.upper / self.lower, 1.0 / self.levels)
        return {"ratio": ratio}

    def check_sizing(self, kind: str) -> None:
        """Risk sizes a whole position by its stop-loss; a cell is one order of many."""
        if kind == "risk":
            raise BadInput(
                "sizing risk does not fit grid, which sizes each of its orders and not one position; use percent, "
                "fixed or fixed_quote"
            )

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse a cell that does not pay its round trip, and lines that share a tick."""
        tick = float(instrument.tick_size)
        lines = [nearest(line, tick) for line in self.lines(float(price))]
        for low, high in pairwise(lines):
            buy, sell = low * instrument.tick_size, high * instrument.tick_size
            if low <= 0 or high <= low:
                raise BadInput(
                    f"grid of {self.levels} levels puts two lines on {buy} with a tick of {instrument.tick_size}; "
                    "use fewer levels or a wider band"
                )
            if sell * (1 - instrument.maker_fee) <= buy * (1 + instrument.maker_fee):
                raise BadInput(
                    f"grid step from {buy} to {sell} ({(sell / buy - 1) * 100:.3f} %) does not pay its round-trip fee "
                    f"of {instrument.maker_fee * 200:f} %; use a wider step or fewer levels"
                )

    def lines(self, first: float) -> list[float]:
        """All lines by docs/rules.md section 8; the step's own arithmetic, for `check` and for pictures."""
        count = self.levels
        if self.upper > 0 and self.spacing == "arithmetic":
            return [self.lower + (self.upper - self.lower) * k / count for k in range(count + 1)]
        ratio = self.derived()["ratio"]
        half = count // 2
        if self.upper > 0:
            half = 0
            middle = self.lower
        else:
            middle = self.centre if self.centre > 0 else first
        if self.spacing == "arithmetic":
            return [middle * (1.0 + self.step * (k - half)) for k in range(count + 1)]
        found = [middle]
        for _ in range(count - half):
            found.append(found[-1] * ratio)
        for _ in range(half):
            found.insert(0, found[0] / ratio)
        return found

    def drawing(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> Drawing:
        """Its lines, how far they are from each other, and what a cell buys at the price."""
        tick = instrument.tick_size
        prices = [nearest(line, float(tick)) * tick for line in self.lines(float(price))]
        step = prices[1] - prices[0]
        facts = [
            ("Band", f"{amount(prices[0])} to {amount(prices[-1])}"),
            ("Step", f"{amount(step)} ({percent(step, prices[0])})"),
            ("Each order", f"about {amount(lots(price) * instrument.lot_size)} {instrument.base}"),
        ]
        return drawing([Line(one, "line") for one in prices], facts)

    @decision
    def decide(now, was, p, candle, my, wanted):
        if my.mem.over > 0:
            return
        if my.event == START:
            draw_lines(p, candle, my)
            for cell in range(p.levels):
                open_cell(p, my, wanted, cell)
        elif my.event == FILL:
            if my.slot >= p.levels:
                my.mem.over = 1
                wanted.clear()
            else:
                turn_cell(my, wanted, my.slot)
                if my.mem.any_lost > 0:
                    find_lost_cells(p, my, wanted)
        elif my.event == END:
            if my.slot < p.levels:
                my.mem.any_lost = 1
                my.mem.lost[my.slot] = 1
        else:
            for cell in range(p.levels):
                if my.mem.waiting[cell] > 0 and my.close_ticks > my.mem.lines[cell]:
                    my.mem.waiting[cell] = 0
                    wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])


def draw_lines(p, candle, my):
    """Put every line on its tick, with + - x / only, so that it is the same everywhere."""
    half = p.levels // 2
    middle = p.centre if p.centre > 0 else candle.close
    if p.upper > 0:
        half = 0
        middle = p.lower
    if p.spacing == ARITHMETIC:
        for k in range(p.levels + 1):
            if p.upper > 0:
                my.mem.lines[k] = my.nearest_tick(p.lower + (p.upper - p.lower) * k / p.levels)
            else:
                my.mem.lines[k] = my.nearest_tick(middle * (1.0 + p.step * (k - half)))
        return
    line = middle
    for k in range(half, p.levels + 1):
        my.mem.lines[k] = my.nearest_tick(line)
        line = line * p.ratio
    line = middle
    for k in range(half - 1, -1, -1):
        line = line / p.ratio
        my.mem.lines[k] = my.nearest_tick(line)


def open_cell(p, my, wanted, cell):
    """A cell's first order: a buy below the price; above it a sell where there is something to sell."""
    below = my.mem.lines[cell] < my.close_ticks
    by_market = not below and my.shortable == 0 and p.initial == MARKET_START
    my.mem.quantity[cell] = wanted.size(0 if by_market else my.mem.lines[cell])
    if below:
        wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])
    elif my.shortable > 0:
        wanted.row(cell, LIMIT, -1, my.mem.lines[cell + 1], my.mem.quantity[cell])
    elif by_market:
        wanted.row(cell, MARKET, 1, 0, my.mem.quantity[cell])
    else:
        my.mem.waiting[cell] = 1


def turn_cell(my, wanted, cell):
    """A cell's order was filled: want the opposite one."""
    wanted.renew(cell)
    if my.side > 0:
        if my.received > 0:
            wanted.row(cell, LIMIT, -1, my.mem.lines[cell + 1], my.received)
    else:
        wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])


def find_lost_cells(p, my, wanted):
    """Ask again for the orders that the venue ended: now that a cell was filled, it may take them."""
    my.mem.any_lost = 0
    for cell in range(p.levels):
        if my.mem.lost[cell] > 0:
            my.mem.lost[cell] = 0
            wanted.again(cell)


def nearest(price: float, tick: float) -> int:
    """A line on its tick, halves up, as the step puts it."""
    return int(price / tick + 0.5)
