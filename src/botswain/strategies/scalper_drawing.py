"""What a scalper's settings come to in prices and money, for a form to show before it starts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from botswain.core.drawing import Drawing, Line, amount, drawing, percent
from botswain.model.instrument import Instrument
from botswain.strategies.scalper_plan import Lots, ladder_at, lots_at, needed, parts, unit_of

CENT = Decimal("0.01")


def drawn(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> Drawing:
    """Both ladders around the price, and where the nearest fill would be closed."""
    unit, least = unit_of(bot, instrument, price), needed(bot, instrument)
    facts = [("A trade must gain", percent(least, Decimal(1)))]
    if unit is None:
        return drawing([], [*facts, ("Distances", f"in the usual range of {bot.volatility_period} candles")])
    first = -1 if bot.direction == "short" else 1
    lines, money = [], Decimal(0)
    for side in (first, -first) if bot.direction == "both" else (first,):
        for k, (at, part) in enumerate(zip(ladder_at(bot, instrument, price, side), parts(bot), strict=True), 1):
            lines.append(Line(at, f"level {k}", side))
            money += at * lots_at(at, part, lots) * instrument.lot_size if side == first else 0
    at = ladder_at(bot, instrument, price, first)[0]
    facts.insert(0, ("Money in a side's orders", f"{amount(money.quantize(CENT))} {instrument.quote}"))
    if bot.exit != "quotes":
        far = max(Decimal(str(bot.take_profit)) * unit * (at / price if bot.unit == "percent" else 1), least * at)
        profit = (at + first * far).quantize(instrument.tick_size)
        lines.append(Line(profit, "profit of level 1", -first))
        facts.append(("Level 1 closes at", f"{amount(profit)}, {percent(abs(profit - at), at)} from there"))
        if bot.stop > 0:
            away = Decimal(str(bot.stop)) * unit * (at / price if bot.unit == "percent" else 1)
            stop = (at - first * away).quantize(instrument.tick_size)
            lines.append(Line(stop, "stop of level 1", -first))
            facts.append(("Its stop", f"{amount(stop)}, {percent(abs(at - stop), at)} from there"))
    return drawing(lines, facts)
