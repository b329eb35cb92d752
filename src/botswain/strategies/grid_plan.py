"""What the settings of a grid come to in prices and lots, and what a form draws of them.

The arithmetic is the step's own (`grid_lines`, `grid_cells`), so that what is checked is what would be ordered.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from botswain.core.drawing import Drawing, Line, amount, drawing, percent
from botswain.model.instrument import Instrument
from botswain.strategies.ticks import NEAR

Lots = Callable[[Decimal], int]
CENT = Decimal("0.01")
# Settings without which a grid stands where it was drawn until an exit ends it.
MANAGED = (
    "trigger", "trail", "beyond", "profit", "equal", "compound", "initial_part", "resting", "fall", "end_below",
    "end_above", "end_gain", "end_loss", "end_after",
)  # fmt: skip


def managed(bot: Any) -> bool:
    """Whether any setting asks for more than the plain grid does."""
    known = bot.parameters()
    return any(bot.values[name] != known[name].default for name in MANAGED)


def ratio_of(bot: Any) -> float:
    """The factor from a line to the next of a geometric band."""
    if bot.upper > 0:
        return math.pow(bot.upper / bot.lower, 1.0 / bot.levels)
    return 1.0 + float(bot.step)


def lines_of(bot: Any, first: float) -> list[float]:
    """All lines of a band drawn at a price."""
    count = bot.levels
    if bot.upper > 0 and bot.spacing == "arithmetic":
        return [bot.lower + (bot.upper - bot.lower) * k / count for k in range(count + 1)]
    ratio = ratio_of(bot)
    half = 0 if bot.upper > 0 else count // 2
    middle = bot.lower if bot.upper > 0 else bot.centre if bot.centre > 0 else first
    if bot.spacing == "arithmetic":
        return [middle * (1.0 + bot.step * (k - half)) for k in range(count + 1)]
    found = [middle]
    for _ in range(count - half):
        found.append(found[-1] * ratio)
    for _ in range(half):
        found.insert(0, found[0] / ratio)
    return found


def nearest(price: float, tick: float) -> int:
    """A line on its tick, halves up, as the step puts it."""
    return int(price / tick + 0.5)


def begins_at(bot: Any, price: Decimal) -> Decimal:
    """The price around which it will begin, as far as one can know."""
    return Decimal(str(bot.trigger)) if bot.trigger > 0 else price


def cells_of(bot: Any, instrument: Instrument, price: Decimal) -> list[tuple[Decimal, Decimal]]:
    """Each cell's purchase and sale price, the lowest first."""
    tick = instrument.tick_size
    ticks = [nearest(line, float(tick)) for line in lines_of(bot, float(begins_at(bot, price)))]
    return [(low * tick, sale_at(bot, low, high, tick) * tick) for low, high in pairwise(ticks)]


def sale_at(bot: Any, line: int, following: int, tick: Decimal) -> int:
    """Where what was bought at a line is sold, in ticks."""
    if bot.profit == 0:
        return following
    exact = line * float(tick) * (1.0 + bot.profit) / float(tick)
    low = int(exact)
    return max(low + 1 if exact - low > NEAR else low, 1)


def lots_of(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> list[tuple[Decimal, int]]:
    """Price and lots of each cell's first purchase."""
    tick, first = instrument.tick_size, begins_at(bot, price)
    lines = [buy for buy, _ in cells_of(bot, instrument, price)]
    if bot.equal == "coins":
        mean = -(-int(sum(lines) / tick) // len(lines)) * tick
        return [(line, lots(mean)) for line in lines]
    market = bot.initial == "market" and not instrument.shortable
    return [(at, lots(at)) for at in (first if market and line >= first else line for line in lines)]


def drawn(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> Drawing:
    """Its lines, how far they are apart, what a cell buys at the price and all of them cost, and where it ends."""
    first = begins_at(bot, price)
    tick = instrument.tick_size
    prices = [nearest(line, float(tick)) * tick for line in lines_of(bot, float(first))]
    step = prices[1] - prices[0]
    facts = [
        ("Band", f"{amount(prices[0])} to {amount(prices[-1])}"),
        ("Step", f"{amount(step)} ({percent(step, prices[0])})"),
        ("Each order", f"about {amount(lots(first) * instrument.lot_size)} {instrument.base}"),
    ]
    money = sum((at * count for at, count in lots_of(bot, instrument, price, lots)), Decimal(0)) * instrument.lot_size
    facts.append(("Money in all orders", f"{amount(money.quantize(CENT))} {instrument.quote}"))
    marks = [Line(one, "line") for one in prices]
    if bot.profit > 0:
        buy, sell = cells_of(bot, instrument, price)[0]
        facts.append(("Sells", f"{amount(sell - buy)} ({percent(sell - buy, buy)}) above each purchase"))
    for name, label in (("trigger", "begins here"), ("end_below", "ends here"), ("end_above", "ends here")):
        if bot.values[name] > 0:
            at = Decimal(str(bot.values[name])).quantize(tick)
            marks.append(Line(at, label, 0 if name == "trigger" else -1 if bot.at_end == "sell" else 0))
    for name, side in (("trail_top", "up"), ("trail_bottom", "down")):
        if bot.trail in (side, "both"):
            limit = bot.values[name]
            facts.append(
                (f"Follows {side}", f"to {amount(Decimal(str(limit)).quantize(tick))}" if limit > 0 else "without end")
            )
    if bot.resting > 0:
        facts.append(("Rest at once", f"at most {bot.resting} of each side"))
    return drawing(marks, facts)
