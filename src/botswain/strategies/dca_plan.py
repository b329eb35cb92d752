"""What the settings of a dca bot come to, and which of them are refused: by themselves, and on an instrument.

The arithmetic is the step's own (`dca_deal`), so that what is checked is what would be ordered.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.parts import in_percent, part
from botswain.strategies.ticks import NEAR

MOST_STEPS = 3


def directed(bot: Any) -> int:
    """+1 for a bot that buys first, -1 for one that sells first."""
    return -1 if bot.direction == "short" else 1


def steps_of(bot: Any) -> int:
    """Steps of the take profit."""
    if bot.take_profit_2 == 0:
        return 1
    return 2 if bot.take_profit_3 == 0 else 3


def distances(bot: Any) -> list[float]:
    """How far from the base order each order of the ladder stands; the base itself is the first, at 0."""
    found, step = [0.0], bot.step
    for _ in range(bot.safeties()):
        found.append(found[-1] + step)
        step = step * bot.step_scale
    return found


def depth(bot: Any) -> float:
    """How far the last safety order stands from the base."""
    return distances(bot)[-1]


def weights(bot: Any) -> list[float]:
    """Each order's money as a multiple of the base's."""
    found = [1.0]
    for k in range(bot.safeties()):
        found.append(bot.volume if k == 0 else found[-1] * bot.volume_scale)
    return found


def weights_of(bot: Any) -> float:
    """What the money of a deal is divided by."""
    return sum(weights(bot))


def check_together(bot: Any) -> None:
    """Settings that contradict each other, whatever the market."""
    if bot.kind == "time" and bot.direction == "short":
        raise BadInput("parameter kind is time and direction is short; by the clock it only buys: use direction long")
    if bot.min_price > 0 and 0 < bot.max_price <= bot.min_price:
        raise BadInput(f"parameter min_price is {bot.min_price} and max_price {bot.max_price}; min_price must be below")
    check_steps(bot)
    if bot.direction == "long" and depth(bot) >= 1:
        raise BadInput(
            f"parameters safety_orders {bot.safety_orders}, step {part(bot.step)} and step_scale {bot.step_scale}: the "
            f"last order would stand {depth(bot) * 100:.1f} % below the first, at or below zero; use fewer orders or a "
            "smaller step or step_scale"
        )
    if 0 < bot.stop <= depth(bot):
        raise BadInput(
            f"parameter stop is {part(bot.stop)} and the last safety order stands {part(round(depth(bot), 4))} from "
            "the first price; the stop must be farther away, or the money for what lies behind it is kept for nothing"
        )


def check_steps(bot: Any) -> None:
    """The take profit: steps that rise, shares that leave something for the last, trailing within the profit."""
    if bot.kind == "deals" and bot.take_profit == 0:
        raise BadInput(f"parameter take_profit is 0; a deal needs a profit to close at, such as {part(0.015)}")
    if bot.take_profit_3 > 0 and bot.take_profit_2 == 0:
        raise BadInput(f"parameter take_profit_3 is {part(bot.take_profit_3)} and take_profit_2 is 0; set both")
    every = [bot.take_profit, bot.take_profit_2, bot.take_profit_3][: steps_of(bot)]
    for place, (near, far) in enumerate(pairwise(every), 2):
        if near == 0 or far <= near:
            raise BadInput(
                f"parameter take_profit_{place} is {part(far)}; it must be above the step before, which is {part(near)}"
            )
    if steps_of(bot) == 3 and bot.share + bot.share_2 > 0.99:
        raise BadInput(
            f"parameters share {part(bot.share)} and share_2 {part(bot.share_2)} leave nothing for the third step; use "
            "smaller ones"
        )
    if bot.direction == "short" and every[-1] >= 1:
        raise BadInput(
            f"parameter take_profit is {part(every[-1])}; of a short it must be below {part(1)}: no price is below zero"
        )
    if bot.trailing > 0 and bot.trailing >= every[-1]:
        raise BadInput(
            f"parameter trailing is {part(bot.trailing)} and the last step's distance {part(every[-1])}; trailing must "
            "be smaller, or it would give back all of the profit"
        )
    if bot.break_even and steps_of(bot) == 1:
        raise BadInput(
            "parameter break_even is true and there is one step only; set take_profit_2, or leave break_even out"
        )


def check_fees(bot: Any, instrument: Instrument) -> None:
    """Every step must pay the fees of its round trip: bought by the market, sold by a limit (trailing: the market)."""
    side = directed(bot)
    maker, taker = max(instrument.maker_fee, Decimal(0)), instrument.taker_fee
    every = [bot.take_profit, bot.take_profit_2, bot.take_profit_3][: steps_of(bot)]
    for place, profit in enumerate(every, 1):
        if profit == 0:
            continue
        trails = bot.trailing > 0 and place == len(every)
        fee = taker if trails else maker
        sells = (1 + side * Decimal(str(profit))) * (1 - side * Decimal(str(bot.trailing if trails else 0)))
        gain = sells * (1 - fee) - (1 + taker) if side > 0 else (1 - taker) - sells * (1 + fee)
        if gain <= 0:
            name = "take_profit" if place == 1 else f"take_profit_{place}"
            less = f" less trailing {part(bot.trailing)}" if trails else ""
            raise BadInput(
                f"parameter {name} is {part(profit)}{less}: this does not pay the round-trip fee of "
                f"{in_percent(taker + fee)}; use a larger one"
            )


def lines_at(bot: Any, instrument: Instrument, price: Decimal) -> list[int]:
    """Ticks of the base and every safety order for a deal opened at a close."""
    tick, side = float(instrument.tick_size), directed(bot)
    close = int(float(price) / tick + 0.5)
    found = [close]
    for far in distances(bot)[1:]:
        exact = close * tick * (1.0 - side * far) / tick
        low = int(exact)
        if exact - low > NEAR and (side < 0 or low + 1 - exact <= NEAR):
            low += 1
        found.append(low)
    return found


def check_lines(bot: Any, instrument: Instrument, price: Decimal) -> None:
    """Two orders on one tick are one order, and at nothing there is none."""
    for place, (one, other) in enumerate(pairwise(lines_at(bot, instrument, price)), 1):
        if other < 1 or one == other:
            raise BadInput(
                f"dca safety order {place} would stand at {other * instrument.tick_size} with a tick of "
                f"{instrument.tick_size}, where none can stand or another does; use a larger step or fewer orders"
            )


def part_lots(bot: Any, price: Decimal, lots: Callable[[Decimal], int]) -> int:
    """Lots of a part that the clock buys at a price."""
    return int(lots(price) / bot.parts + NEAR)


def ladder_at(
    bot: Any, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]
) -> list[tuple[Decimal, int]]:
    """Price and lots of the base and every safety order of a deal opened at a close."""
    total = weights_of(bot)
    prices = [line * instrument.tick_size for line in lines_at(bot, instrument, price)]
    return [(at, int(lots(at) * weight / total + NEAR)) for at, weight in zip(prices, weights(bot), strict=True)]


def check_sizes(bot: Any, instrument: Instrument, price: Decimal, lots: Callable[[Decimal], int]) -> None:
    """Every planned order must be large enough to send."""
    if bot.kind == "time":
        planned = [("a part", price, part_lots(bot, price, lots))]
        remedy = "use fewer parts"
    else:
        ladder = enumerate(ladder_at(bot, instrument, price, lots))
        planned = [(f"safety order {k} of {bot.safeties()}" if k else "the base order", *one) for k, one in ladder]
        remedy = "use fewer safety orders, or a volume and volume_scale that make this order larger"
    for name, at, count in planned:
        qty = count * instrument.lot_size
        if count < 1 or qty < instrument.min_qty or qty * at < instrument.min_notional:
            least = max(instrument.min_notional, instrument.min_qty * at, instrument.lot_size * at)
            raise BadInput(
                f"dca with this money: {name} would be {qty} {instrument.base} at {at}, worth {qty * at:.4f} "
                f"{instrument.quote}; {instrument.symbol} takes none below {least:.4f} {instrument.quote}. Give it "
                f"more money, or {remedy}"
            )
