"""What a scalper's settings come to: the distances and shares of its levels, its slots, and the gain that it needs."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from botswain.model.instrument import Instrument
from botswain.strategies.ticks import NEAR

Lots = Callable[[Decimal], int]


def distances(bot: Any) -> list[float]:
    """How far from the fair price each level stands, in units; the nearest is the first."""
    found, step = [float(bot.spread)], bot.spread * bot.step
    for _ in range(bot.levels - 1):
        found.append(found[-1] + step)
        step = step * bot.step_scale
    return found


def parts(bot: Any) -> list[float]:
    """Each level's part of the money of a side."""
    weights = [1.0]
    for _ in range(bot.levels - 1):
        weights.append(weights[-1] * bot.amount_scale)
    total = 0.0
    for weight in weights:
        total += weight
    return [weight / total for weight in weights]


def sides(bot: Any) -> int:
    """How many ladders of entries it has."""
    return 2 if bot.direction == "both" else 1


def exit_rows(bot: Any) -> int:
    """How many orders close at a profit at once."""
    return 1 if bot.exit == "position" else int(bot.levels)


def edge(bot: Any) -> float:
    """What must be left of a trade, and what slips, as a part of the price."""
    return float((bot.min_edge_bps + bot.slippage_bps) / 10_000)


def costs(bot: Any, instrument: Instrument, out: Decimal) -> Decimal:
    """Both fees, what slips and what must be left, as a part of the price; `out` is the fee of what closes."""
    maker = max(instrument.maker_fee, Decimal(0))
    entry = maker if bot.post_only else max(maker, instrument.taker_fee)
    return entry + out + Decimal(str(bot.min_edge_bps + bot.slippage_bps)) / 10_000


def needed(bot: Any, instrument: Instrument, *, by_market: bool = False) -> Decimal:
    """The gain from which a trade pays, as a part of the price: `scalper_costs.paying_part`."""
    out = instrument.taker_fee if by_market else max(instrument.maker_fee, Decimal(0))
    return costs(bot, instrument, out) / (1 - out)


def unit_of(bot: Any, instrument: Instrument, price: Decimal) -> Decimal | None:
    """What a distance of 1 is at a price; none in volatility, which only the candles tell."""
    if bot.unit == "volatility":
        return None
    return instrument.tick_size if bot.unit == "ticks" else price / 100


def ladder_at(bot: Any, instrument: Instrument, price: Decimal, side: int) -> list[Decimal]:
    """Prices of a side's levels around a fair price, the nearest first; none in volatility."""
    unit = unit_of(bot, instrument, price)
    if unit is None:
        return []
    found = []
    for far in distances(bot):
        exact = (price - side * Decimal(str(far)) * unit) / instrument.tick_size
        found.append((exact // 1 if side > 0 else -(-exact // 1)) * instrument.tick_size)
    return found


def lots_at(at: Decimal, part: float, lots: Lots) -> int:
    """Lots of a level at a price, with nothing held."""
    return int(lots(at) * part + NEAR)
