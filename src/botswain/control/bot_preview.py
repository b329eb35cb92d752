"""What settings would come to: the lines a strategy draws, and the orders a new bot would begin with.

The orders are no guess: the bot itself decides here, interpreted, at one candle that stands at the last price.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from botswain.build.plan import Plan
from botswain.core.codes import EMPTY, ENDED, STOP, TAKE_PROFIT
from botswain.core.drawing import Drawing
from botswain.model.errors import BotswainError

SOME_TIME_MS = 1_700_000_000_000
MOST_RUNGS = 1_000


@dataclass(frozen=True, slots=True)
class Rung:
    """An order. price: that of a market order is the last one; qty: None where sizes are not known yet."""

    symbol: str
    slot: int
    side: str
    price: Decimal
    qty: Decimal | None


@dataclass(frozen=True, slots=True)
class Preview:
    """price: of the first symbol, which the drawing is for too."""

    price: Decimal | None
    drawing: Drawing
    rungs: tuple[Rung, ...]
    warnings: tuple[str, ...]


def previewed(plan: Plan, prices: Mapping[str, Decimal | None], warnings: tuple[str, ...]) -> Preview:
    """The preview of a plan at the last prices. Takes a while of processor time; call it in a thread."""
    known = [prices.get(one.symbol) for one in plan.instruments]
    first = known[0]
    if any(one is None for one in known):
        return Preview(first, Drawing(), (), (*warnings, "there is no price yet, so its first orders cannot be shown"))
    ticks = {
        s: int((price / one.tick_size).to_integral_value())
        for s, (one, price) in enumerate(zip(plan.instruments, known, strict=True))
        if price is not None
    }
    try:
        rungs = tuple(decided(plan, ticks))[:MOST_RUNGS]
    except (BotswainError, ArithmeticError, LookupError) as error:
        return Preview(first, drawn(plan, first), (), (*warnings, f"its first orders cannot be shown: {error}"))
    if not rungs and plan.strategy.indicators():
        warnings = (*warnings, "it begins without an order; it decides when its indicators have warmed up")
    elif not rungs:
        warnings = (*warnings, "it begins without an order: each would be below the venue's least; give it more money")
    return Preview(first, drawn(plan, first), rungs, warnings)


def drawn(plan: Plan, price: Decimal | None) -> Drawing:
    """What the strategy draws of its plan for the first symbol, if its settings are such that it could start."""
    if price is None:
        return Drawing()
    instrument = plan.instruments[0]
    try:
        plan.check_symbol(instrument, price)
        return plan.strategy.drawing(instrument, price, partial(plan.row_lots, instrument))
    except BotswainError:
        # It is said where the settings are checked.
        return Drawing()


def decided(plan: Plan, ticks: Mapping[int, int]) -> list[Rung]:
    """The rows a bot wants after its first close."""
    # What decides brings the compiler's library with it, which is a sixth of the start of the process that asks here.
    from botswain.build.decider import Bar, Decider

    made = Decider(plan, None, compiled=False)
    bars = {}
    for s, price in ticks.items():
        value = float(price * plan.instruments[s].tick_size)
        bars[s] = Bar(price, price, price, price, (value, value, value, value, 0.0))
    made.close(SOME_TIME_MS, bars)
    width, found = made.state.width, []
    for k, row in enumerate(made.state.parts["rows"]):
        s, slot = divmod(k, width)
        if row.state in (EMPTY, ENDED) or row.side == 0 or row.kind in (0, STOP, TAKE_PROFIT):
            continue
        one = plan.instruments[s]
        lots = row.eff if row.eff > 0 else row.qty
        found.append(
            Rung(
                one.symbol,
                slot,
                "buy" if row.side > 0 else "sell",
                (row.price if row.price > 0 else ticks[s]) * one.tick_size,
                lots * one.lot_size if lots > 0 else None,
            )
        )
    return found
