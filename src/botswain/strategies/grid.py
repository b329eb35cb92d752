"""A ladder of orders: buy a step down, sell a step up, again and again.

Makes money while the price goes to and fro inside its band; loses it when the price leaves the band downwards with
all that was bought, and earns nothing above it. docs/rules.md section 8.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, ClassVar

from botswain.core.codes import (
    CLOSE,
    END,
    ENDED,
    FILL,
    LIMIT,
    MARKET,
    R_BELOW_MINIMUM,
    R_EXPIRED,
    R_VENUE_CANCELED,
    START,
    WAITING,
)
from botswain.core.drawing import Drawing
from botswain.core.strategy import ON, Param, Strategy
from botswain.core.strategy import step as decision
from botswain.model.instrument import Instrument
from botswain.strategies.grid_cells import MARKET_START, add_received, filled_whole, take_received
from botswain.strategies.grid_checks import check_cells, check_sizes, check_sizing, check_together
from botswain.strategies.grid_lines import draw_lines
from botswain.strategies.grid_managed import manage
from botswain.strategies.grid_plan import drawn, lines_of, managed, ratio_of
from botswain.strategies.whole_lots import kept

# What became of an order that the venue ended: to be asked for again, asked for, or what completes a cell after it.
LOST = 1
ASKED_AGAIN = 2
COMPLETING = 3


class Grid(Strategy):
    """Buys at each line below the price and sells each purchase one line higher.

    Cell j is slot j: it buys at line j and sells at line j + 1. A managed grid (`grid_managed`) has a slot more, for
    the way out.
    """

    name = "grid"
    tags = ("grid", "end")
    cells = True
    fractions = ("step", "initial_part", "profit", "fall", "end_gain", "end_loss")
    sections: ClassVar = {
        "Starting": ("initial", "initial_part", "trigger"),
        "Each cell": ("profit", "equal", "compound", "resting"),
        "When the price leaves the band": ("trail", "trail_top", "trail_bottom", "beyond"),
        "In a fast fall": ("fall", "fall_pause"),
        "Ending the whole grid": ("end_below", "end_above", "end_gain", "end_loss", "end_after", "at_end"),
    }
    depends: ClassVar = {
        ("centre", "step"): {"upper": 0},
        ("initial_part",): {"initial": "market"},
        ("trail_top",): {"trail": ("up", "both")},
        ("trail_bottom",): {"trail": ("down", "both")},
        ("fall_pause",): {"fall": ON},
    }

    lower = Param(0.0, 0.0, 1e12, help="lowest line, in quote, given with upper; 0: by centre and step")
    upper = Param(0.0, 0.0, 1e12, help="highest line, in quote, given with lower; 0: by centre and step")
    centre = Param(0.0, 0.0, 1e12, help="middle line, in quote; 0 is the first close")
    step = Param(0.01, 0.0, 1.0, help="distance between lines as a part of the price, used with centre")
    levels = Param(20, 1, 500, help="cells between the lines, each with its own order")
    spacing = Param("arithmetic", choices=("arithmetic", "geometric"), help="equal steps in price or in percent")
    initial = Param(
        "market", choices=("market", "none"), help="buy at the start what the upper cells will sell, or not"
    )
    initial_part = Param(1.0, 0.0, 1.0, help="part of the upper cells bought at the start, the nearest first")
    trigger = Param(0.0, 0.0, 1e12, help="begins once the price has touched this; 0: at once")
    profit = Param(
        0.0, 0.0, 10.0, help="sells so far above the line it bought at; 0: at the next line", search=(0.002, 0.05)
    )
    equal = Param("money", choices=("money", "coins"), help="what all cells have the same of")
    compound = Param(False, help="a cell buys for all that its last sale brought")
    resting = Param(0, 0, 500, help="purchases and sales that rest at once, of each the nearest; 0: all")
    trail = Param(
        "no", choices=("no", "up", "down", "both"),
        help="the band follows a close outside it, a cell at a time; the far cell is given up, its coins go along",
    )  # fmt: skip
    trail_top = Param(0.0, 0.0, 1e12, help="the highest line goes no higher; 0: no limit")
    trail_bottom = Param(0.0, 0.0, 1e12, help="the lowest line goes no lower; 0: no limit")
    beyond = Param(
        "hold", choices=("hold", "pause", "end"),
        help="after a close outside the band: orders stay, what would add is held back until it is inside again, or "
        "the grid ends",
    )  # fmt: skip
    fall = Param(
        0.0, 0.0, 0.9, help="a candle that closes so far below its high or the last close holds purchases back; 0: off",
        search=(0.01, 0.1),
    )  # fmt: skip
    fall_pause = Param(12, 1, 100_000, help="candles for which they are held back", search=(3, 50))
    end_below = Param(0.0, 0.0, 1e12, help="ends at a close at or below this price; 0: off")
    end_above = Param(0.0, 0.0, 1e12, help="ends at a close at or above this price; 0: off")
    end_gain = Param(0.0, 0.0, 100.0, help="ends when the bot's equity has gained so much since it began; 0: off")
    end_loss = Param(0.0, 0.0, 0.99, help="ends when the bot's equity has lost so much since it began; 0: off")
    end_after = Param(0, 0, 10_000_000, help="ends after so many candles; 0: off")
    at_end = Param("sell", choices=("sell", "keep"), help="what then becomes of the position: closed, or left")

    def validate(self) -> None:
        """Refuse what contradicts itself whatever the market."""
        check_together(self)

    def chosen_step(self) -> Callable[..., Any]:
        """Without any setting that needs more, the plain one."""
        return manage if managed(self) else self.step_function()

    def events(self) -> tuple[int, ...]:
        """Of a plain grid closes matter only while cells wait for the price to come above them."""
        return (START, CLOSE, FILL, END) if self.initial == "none" or managed(self) else (START, FILL, END)

    def slots(self) -> int:
        """One a cell; managed, the way out too."""
        return int(self.levels) + managed(self)

    def most_resting(self) -> int:
        """Cells, or as many of each side as may rest; when the way out is wanted nothing else is."""
        return min(int(self.levels), 2 * int(self.resting)) if self.resting else int(self.levels)

    def cell_count(self) -> int:
        """One a cell."""
        return int(self.levels)

    def split(self) -> int:
        """Its money is shared among all cells."""
        return int(self.levels)

    def memory(self) -> dict[str, int]:
        """Its lines in ticks; of each cell its quantity in lots, whether it waits, whether the venue refused its order,

        what that has brought so far and whether it is a sale; whether the grid is over, and whether any cell is lost.
        Managed: as in `grid_cells` and `grid_managed`.
        """
        count = self.levels + 1
        if not managed(self):
            return {
                "over": 1,
                "lines": count,
                "quantity": count,
                "waiting": count,
                "lost": count,
                "any_lost": 1,
                "got": count,
                "got_rest": count,
                "sells": count,
            }
        plain = (
            "stage", "fresh", "from_below", "before", "worth", "age", "paused", "hold", "base", "top", "low", "high",
            "gap", "any_lost", "any_waiting", "any_part", "stale",
        )  # fmt: skip
        return dict.fromkeys(plain, 1) | dict.fromkeys(
            (
                "lines", "sales", "side", "lots", "lots_rest", "quantity", "waiting", "lost", "got", "got_rest", "seen",
                "seen_rest", "beside",
            ), count,
        )  # fmt: skip

    def derived(self) -> dict[str, float]:
        """The factor from a line to the next of a geometric band."""
        return {"ratio": ratio_of(self)}

    def check_sizing(self, kind: str) -> None:
        """Refuse a sizing of whole positions, and one of coins where the band goes up."""
        check_sizing(self, kind)

    def check(self, instrument: Instrument, price: Decimal) -> None:
        """Refuse cells that do not pay their round trip, lines that share a tick, and ends on the wrong side."""
        check_cells(self, instrument, price)

    def check_money(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> None:
        """Refuse a managed grid of which a cell is too small for the venue."""
        check_sizes(self, instrument, price, lots)

    def lines(self, first: float) -> list[float]:
        """All lines by docs/rules.md section 8; the step's own arithmetic, for pictures."""
        return lines_of(self, first)

    def drawing(self, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> Drawing:
        """Its lines, how far they are from each other, and what a cell buys at the price."""
        return drawn(self, instrument, price, lots)

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
                if filled_whole(my, wanted, my.slot):
                    turn_cell(my, wanted, my.slot)
                if my.mem.any_lost > 0:
                    find_lost_cells(p, my, wanted)
        elif my.event == END:
            if my.slot < p.levels:
                lose_cell(my, wanted, my.slot)
        else:
            for cell in range(p.levels):
                if my.mem.waiting[cell] > 0 and my.close_ticks > my.mem.lines[cell]:
                    my.mem.waiting[cell] = 0
                    wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])


def open_cell(p, my, wanted, cell):
    """A cell's first order: a buy below the price; above it a sell where there is something to sell."""
    below = my.mem.lines[cell] < my.close_ticks
    by_market = not below and my.shortable == 0 and p.initial == MARKET_START
    my.mem.quantity[cell] = kept(wanted.size(0 if by_market else my.mem.lines[cell]))
    if below:
        wanted.row(cell, LIMIT, 1, my.mem.lines[cell], my.mem.quantity[cell])
    elif my.shortable > 0:
        my.mem.sells[cell] = 1
        wanted.row(cell, LIMIT, -1, my.mem.lines[cell + 1], my.mem.quantity[cell])
    elif by_market:
        wanted.row(cell, MARKET, 1, 0, my.mem.quantity[cell])
    else:
        my.mem.waiting[cell] = 1


def turn_cell(my, wanted, cell):
    """A cell's order was filled: want the opposite one."""
    my.mem.lost[cell] = 0
    received = take_received(my, cell)
    if my.side > 0:
        want_sale(my, wanted, cell, received)
    else:
        want_purchase(my, wanted, cell, my.mem.quantity[cell])


def want_sale(my, wanted, cell, lots):
    """A cell wants to sell so many lots at the next line, as another order than it had; of none nothing."""
    wanted.renew(cell)
    if lots > 0:
        my.mem.sells[cell] = 1
        wanted.row(cell, LIMIT, -1, my.mem.lines[cell + 1], lots)


def want_purchase(my, wanted, cell, lots):
    """A cell wants to buy so many lots at its line, as another order than it had."""
    wanted.renew(cell)
    my.mem.sells[cell] = 0
    wanted.row(cell, LIMIT, 1, my.mem.lines[cell], lots)


def lose_cell(my, wanted, cell):
    """A cell's order ended at the venue.

    What that ended by itself is asked for again, and what it would not take after the next fill; what somebody took off
    there stays off until a person says otherwise.
    """
    if my.reason != R_VENUE_CANCELED:
        my.mem.any_lost = 1
        my.mem.lost[cell] = LOST
        if my.reason == R_EXPIRED:
            my.mem.lost[cell] = ASKED_AGAIN
            wanted.again(cell)


def find_lost_cells(p, my, wanted):
    """Ask again for the orders that the venue would not take: now that a cell was filled, it may.

    What was left of one may be too small to be sent. Then its cell goes on with what it has.
    """
    my.mem.any_lost = 0
    for cell in range(p.levels):
        lost = my.mem.lost[cell]
        if lost > 0:
            my.mem.lost[cell] = 0
            if lost == LOST:
                wanted.again(cell)
                watch(my, cell, ASKED_AGAIN)
            elif wanted.state(cell) == WAITING:
                watch(my, cell, lost)
            elif wanted.state(cell) == ENDED and wanted.why(cell) == R_BELOW_MINIMUM and lost != COMPLETING:
                leave_rest(my, wanted, cell)


def watch(my, cell, how):
    """What a cell asks for now may be too small: that is looked at after the next fill."""
    my.mem.any_lost = 1
    my.mem.lost[cell] = how


def leave_rest(my, wanted, cell):
    """What was left of an order is too small: what was bought is sold, and what is left of a sale is sold with what

    makes a whole cell of it.
    """
    received = take_received(my, cell)
    if my.mem.sells[cell] > 0:
        left = wanted.quantity(cell) - wanted.filled(cell)
        missing = int(my.mem.quantity[cell]) - left
        if missing > 0:
            add_received(my, cell, left)
            want_purchase(my, wanted, cell, missing)
            watch(my, cell, COMPLETING)
    elif received > 0:
        want_sale(my, wanted, cell, received)
        watch(my, cell, ASKED_AGAIN)
