"""Which settings of a scalper are refused, with the numbers and what to do: by themselves, and on an instrument."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.strategies.scalper_plan import Lots, costs, distances, edge, ladder_at, lots_at, needed, parts, unit_of


def check_together(bot: Any) -> None:
    """Settings that contradict each other, whatever the market."""
    check_inventory(bot)
    if 0 < bot.max_volatility <= bot.min_volatility:
        raise BadInput(
            f"parameters min_volatility {bot.min_volatility} and max_volatility {bot.max_volatility}: "
            "min_volatility must be the lower one"
        )
    if 0 < bot.hold <= bot.tighten and bot.exit != "quotes":
        raise BadInput(
            f"parameters tighten {bot.tighten} and hold {bot.hold}: what is closed after {bot.hold} candles cannot "
            "be tightened after that; tighten must be below hold"
        )
    if bot.unit == "percent" and bot.direction != "short" and distances(bot)[-1] >= 100:
        raise BadInput(
            f"parameters levels {bot.levels}, spread {bot.spread}, step {bot.step} and step_scale {bot.step_scale}: "
            f"the last entry would stand {distances(bot)[-1]:.1f} % below the price, at or below zero; use fewer "
            "levels or smaller distances"
        )


def check_inventory(bot: Any) -> None:
    """The least, the aim and the most of what is held, in this order."""
    if not bot.min_base <= bot.target_base <= bot.max_base:
        raise BadInput(
            f"parameters min_base {bot.min_base}, target_base {bot.target_base} and max_base {bot.max_base}: none may "
            "be above the next"
        )
    if bot.direction == "both" and bot.target_base > 0:
        raise BadInput(
            f"parameters direction both and target_base {bot.target_base}: with both sides it comes back to nothing; "
            "use target_base 0"
        )
    if bot.min_base > 0 and (bot.exit != "quotes" or bot.direction != "long"):
        raise BadInput(
            f"parameter min_base is {bot.min_base}, exit is {bot.exit} and direction {bot.direction}: something is "
            "kept only where it buys first and sells by quotes; use exit quotes and direction long, or min_base 0"
        )


def check_market(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Refuse shorts where there are none, gains that the costs eat, and levels that share a tick."""
    if bot.direction != "long" and not instrument.shortable:
        raise BadInput(
            f"scalper direction is {bot.direction} and {instrument.symbol} cannot be sold short here; "
            "use direction long"
        )
    check_edge(bot, instrument, price)
    check_lines(bot, instrument, price)


def check_edge(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Every way out at a profit pays two fees, what slips, and the edge."""
    least, unit = needed(bot, instrument), unit_of(bot, instrument, price)
    name, times = ("spread", 2) if bot.exit == "quotes" else ("take_profit", 1)
    gain = None if unit is None else Decimal(str(bot.values[name])) * unit * times / price
    if gain is not None and unit is not None and gain < least:
        what = "twice that, from one side's quote to the other's, is" if times == 2 else "that is"
        raise BadInput(
            f"parameter {name} is {bot.values[name]} in {bot.unit}: {what} {percent(gain)} of {price}, and "
            f"{spelt(bot, instrument)} need {percent(least)}; give at least {float(least * price / unit / times):.6g}"
        )
    least, profit = needed(bot, instrument, by_market=True), Decimal(str(bot.position_profit))
    if 0 < profit < least:
        raise BadInput(
            f"parameter position_profit is {bot.position_profit}, {percent(profit)}: closed by the market, with "
            f"an edge of {bot.min_edge_bps:g} basis points, it needs {percent(least)}"
        )


def spelt(bot: Any, instrument: Instrument) -> str:
    """What a trade costs, in words."""
    fees = costs(bot, instrument, max(instrument.maker_fee, Decimal(0))) - Decimal(str(edge(bot)))
    return f"fees of {percent(fees)}, slippage of {bot.slippage_bps:g} and an edge of {bot.min_edge_bps:g} basis points"


def percent(part: Decimal) -> str:
    """A part in percent."""
    return f"{part * 100:.4f}".rstrip("0").rstrip(".") + " %"


def check_lines(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Two orders on one tick are one order, and at nothing there is none."""
    for side in (1, -1) if bot.direction == "both" else (-1 if bot.direction == "short" else 1,):
        for k, (one, other) in enumerate(pairwise([price, *ladder_at(bot, instrument, price, side)]), 1):
            if other <= 0 or one == other:
                raise BadInput(
                    f"scalper level {k} would stand at {other} with a tick of {instrument.tick_size}, where none can "
                    "stand or another does; use a larger spread or step, or fewer levels"
                )


def check_sizes(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> None:
    """Every level must be large enough to send, and its stop too."""
    side = -1 if bot.direction == "short" else 1
    prices = ladder_at(bot, instrument, price, side) or [price] * bot.levels
    unit = unit_of(bot, instrument, price)
    for k, (at, part) in enumerate(zip(prices, parts(bot), strict=True), 1):
        count = lots_at(at, part, lots)
        qty = count * instrument.lot_size
        low = at if unit is None or side < 0 or bot.exit == "quotes" else at - Decimal(str(bot.stop)) * unit
        if count < 1 or qty < instrument.min_qty or qty * low < instrument.min_notional:
            least = max(instrument.min_notional, instrument.min_qty * low, instrument.lot_size * low)
            raise BadInput(
                f"scalper of {bot.levels} levels with this money: level {k} would be {qty} {instrument.base} at {at}, "
                f"worth {qty * low:.4f} {instrument.quote} where its stop is; {instrument.symbol} takes none below "
                f"{least:.4f} {instrument.quote}. Give it more money, use fewer levels, or a larger amount_scale"
            )
