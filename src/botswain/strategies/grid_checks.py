"""Which settings of a grid are refused, with the value and what to do: by themselves, and on an instrument."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.parts import in_percent, part
from botswain.strategies.grid_plan import Lots, begins_at, cells_of, lots_of, managed


def check_band(bot: Any) -> None:
    """A band needs both ends; without one, a step."""
    if (bot.lower > 0) != (bot.upper > 0):
        raise BadInput(f"parameters lower {bot.lower} and upper {bot.upper}: give both, or neither and use step")
    if bot.upper > 0 and bot.lower >= bot.upper:
        raise BadInput(f"parameter lower is {bot.lower} and upper is {bot.upper}; lower must be below upper")
    if bot.upper == 0 and bot.step <= 0:
        raise BadInput(f"parameter step is {part(bot.step)}; give a step above 0, or lower and upper")
    if bot.upper == 0 and bot.spacing == "arithmetic" and bot.step * (bot.levels // 2) >= 1:
        raise BadInput(
            f"parameters step {part(bot.step)} and levels {bot.levels}: the lowest line would be at or below zero; "
            "use fewer levels, a smaller step or geometric spacing"
        )


def check_trail(bot: Any) -> None:
    """Limits of a trail belong to its direction and lie beyond the band."""
    if bot.trail_top > 0 and bot.trail not in ("up", "both"):
        raise BadInput(f"parameter trail_top is {bot.trail_top} and trail is {bot.trail}; use trail up or both")
    if bot.trail_bottom > 0 and bot.trail not in ("down", "both"):
        raise BadInput(f"parameter trail_bottom is {bot.trail_bottom} and trail is {bot.trail}; use trail down or both")
    if bot.upper > 0 and 0 < bot.trail_top <= bot.upper:
        raise BadInput(f"parameter trail_top is {bot.trail_top} and upper {bot.upper}; trail_top must be above upper")
    if bot.upper > 0 and bot.trail_bottom >= bot.lower:
        raise BadInput(
            f"parameter trail_bottom is {bot.trail_bottom} and lower {bot.lower}; trail_bottom must be below lower"
        )
    if bot.trail != "no" and bot.equal == "coins":
        raise BadInput(
            f"parameter equal is coins and trail is {bot.trail}; the same coins cost more at higher lines than the "
            "line given up frees: use equal money"
        )
    if bot.trail == "both" and bot.beyond != "hold" and bot.trail_top == 0 and bot.trail_bottom == 0:
        raise BadInput(
            f"parameter beyond is {bot.beyond} and trail is both without trail_top and trail_bottom, so no close would "
            "ever be beyond the band; give one of them, or use beyond hold"
        )


def check_together(bot: Any) -> None:
    """Settings that contradict each other, whatever the market."""
    check_band(bot)
    check_trail(bot)
    if bot.initial_part < 1 and bot.initial == "none":
        raise BadInput(
            f"parameter initial_part is {part(bot.initial_part)} and initial is none; a part of nothing is nothing: "
            "use initial market, or leave initial_part out"
        )
    if 0 < bot.end_above <= bot.end_below:
        raise BadInput(
            f"parameters end_below {bot.end_below} and end_above {bot.end_above}: end_below must be the lower one"
        )


def check_sizing(bot: Any, kind: str) -> None:
    """Risk and volatility size a whole position; a cell is one order of many. Trailing up needs equal money."""
    if kind in ("risk", "volatility"):
        raise BadInput(
            f"sizing {kind} does not fit grid, which sizes each of its orders and not one position; use percent, "
            "fixed or fixed_quote"
        )
    if kind == "fixed" and bot.trail in ("up", "both"):
        raise BadInput(
            f"sizing fixed does not fit a grid with trail {bot.trail}: the same coins cost more at higher lines than "
            "the line given up frees; use percent or fixed_quote"
        )


def check_cells(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Refuse a cell that does not pay its round trip, and lines that share a tick."""
    for buy, sell in cells_of(bot, instrument, price):
        if buy <= 0 or sell <= buy:
            raise BadInput(
                f"grid of {bot.levels} levels puts two lines on {buy} with a tick of {instrument.tick_size}; "
                "use fewer levels or a wider band"
            )
        if sell * (1 - instrument.maker_fee) <= buy * (1 + instrument.maker_fee):
            what, remedy = (
                ("step", "a wider step or fewer levels") if bot.profit == 0 else ("profit", "a larger profit")
            )
            raise BadInput(
                f"grid {what} from {buy} to {sell} ({(sell / buy - 1) * 100:.3f} %) does not pay its round-trip fee "
                f"of {in_percent(2 * instrument.maker_fee)}; use {remedy}"
            )
    check_highest(bot, instrument, price)
    check_ends(bot, instrument, price)


def check_highest(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Equal steps in price pay less the higher they stand; a band that follows up must stop before."""
    fee = instrument.maker_fee
    if bot.trail not in ("up", "both") or bot.spacing != "arithmetic" or bot.profit > 0 or fee <= 0:
        return
    low, high = cells_of(bot, instrument, price)[0]
    most = ((high - low) * (1 - fee) / (2 * fee) + (high - low)).quantize(instrument.tick_size)
    if bot.trail_top == 0 or Decimal(str(bot.trail_top)) >= most:
        raise BadInput(
            f"grid with trail {bot.trail} and trail_top {bot.trail_top}: an equal step of {high - low} does not pay "
            f"the round-trip fee of {in_percent(2 * fee)} above {most}; give a trail_top below that, or use geometric "
            "spacing"
        )


def check_ends(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Prices that end the grid lie on either side of where it begins."""
    first = begins_at(bot, price)
    if bot.end_below > 0 and Decimal(str(bot.end_below)) >= first:
        raise BadInput(
            f"parameter end_below is {bot.end_below} and {instrument.symbol} would begin at {first}: the grid would "
            "end at once; use a lower price"
        )
    if bot.end_above > 0 and Decimal(str(bot.end_above)) <= first:
        raise BadInput(
            f"parameter end_above is {bot.end_above} and {instrument.symbol} would begin at {first}: the grid would "
            "end at once; use a higher price"
        )


def check_sizes(bot: Any, instrument: Instrument, price: Decimal, lots: Lots) -> None:
    """Refuse a managed grid of which a cell is too small to send; a plain one goes without such cells."""
    if not managed(bot):
        return
    for place, (at, count) in enumerate(lots_of(bot, instrument, price, lots), 1):
        qty = count * instrument.lot_size
        if count < 1 or qty < instrument.min_qty or qty * at < instrument.min_notional:
            least = max(instrument.min_notional, instrument.min_qty * at, instrument.lot_size * at)
            raise BadInput(
                f"grid of {bot.levels} levels with this money: cell {place} would buy {qty} {instrument.base} at {at}, "
                f"worth {qty * at:.4f} {instrument.quote}; {instrument.symbol} takes none below {least:.4f} "
                f"{instrument.quote}, which is {least * bot.levels:.4f} for all cells. Give it more money, or use "
                "fewer levels"
            )
