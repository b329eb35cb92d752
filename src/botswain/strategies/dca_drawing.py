"""What a dca bot's settings come to in money and prices, for a form to show before it starts."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from botswain.core.drawing import Drawing, Line, amount, drawing, percent
from botswain.model.instrument import Instrument
from botswain.strategies.dca_plan import directed, ladder_at, part_lots

Lots = Callable[[Decimal], int]


def drawn(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> Drawing:
    """A deal that begins at the price: its orders, and the average and the profit once all of them have filled."""
    side, tick = directed(bot), instrument.tick_size
    ladder = ladder_at(bot, instrument, price, lots)
    money = sum((at * count for at, count in ladder), Decimal(0)) * instrument.lot_size
    average = (money / (sum(count for _, count in ladder) * instrument.lot_size)).quantize(tick)
    first, last = ladder[0][0], ladder[-1][0]
    away = "below" if side > 0 else "above"
    lines = [Line(at, f"safety {k}" if k else "base", side) for k, (at, _) in enumerate(ladder)]
    facts = [("Money in all orders", f"{amount(money.quantize(Decimal('0.01')))} {instrument.quote}")]
    if len(ladder) > 1:
        lines.append(Line(average, "average then"))
        facts.append(("Last safety order", f"{amount(last)}, {percent(abs(first - last), first)} {away}"))
        facts.append(("Average then", amount(average)))
    start = first if bot.take_profit_from == "first" else average
    profit = (start * (1 + side * Decimal(str(bot.take_profit)))).quantize(tick)
    lines.append(Line(profit, "profit then", -side))
    facts.append(("Takes profit then at", f"{amount(profit)}, {percent(abs(profit - last), last)} from there"))
    if bot.stop > 0:
        stop = (first * (1 - side * Decimal(str(bot.stop)))).quantize(tick)
        lines.append(Line(stop, "stop", -side))
        facts.append(("Stop", amount(stop)))
    return drawing(lines, facts)


def drawn_parts(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> Drawing:
    """Purchases by the clock: how large each is, and after how many candles the money is spent."""
    qty = part_lots(bot, price, lots) * instrument.lot_size
    each = f"{amount(qty)} {instrument.base}, {amount((qty * price).quantize(Decimal('0.01')))} {instrument.quote}"
    return drawing([], [("Each part", each), ("Spent after", f"{bot.parts * bot.every:,} candles")])
