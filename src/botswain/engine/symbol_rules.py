"""A symbol's rules that the venue has changed while a bot runs (F53), in the bot's own ticks and lots. Pure.

A bot counts in the ticks and lots it was started with, for its money is exact in them, and that never changes. Rules
that are coarser by a whole factor, and other limits, it can keep: what it wants is rounded to them before it is asked
for, and what rests already stays as it is. Where the venue's steps are finer, or do not fit, fills could come that its
books cannot hold exactly: it opens nothing more and says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from msgspec.structs import replace

from botswain.core.codes import STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.model.instrument import Instrument
from botswain.model.intents import Wanted, Working
from botswain.model.news import Ruled

TERMS = ("tick_size", "lot_size", "min_qty", "max_qty", "min_notional")
# What goes off when the price comes against it; the others wait for a better price.
AGAINST = (STOP, STOP_LIMIT)


@dataclass(frozen=True, slots=True)
class Steps:
    """The venue's steps in a bot's own: prices are multiples of `ticks`, quantities of `lots`, at least `least`."""

    ticks: int = 1
    lots: int = 1
    least: int = 0

    @property
    def plain(self) -> bool:
        """Whether nothing has to be rounded."""
        return self.ticks == 1 and self.lots == 1


def ruled(s: int, found: Instrument) -> Ruled:
    """The rules of symbol number s as news."""
    return Ruled(s, *(f"{getattr(found, name).normalize():f}" for name in TERMS))


def unfit(own: Instrument, before: Ruled, now: Ruled) -> str:
    """Why a bot that counts in `own` steps cannot keep the rules of now; empty where it can."""
    wrong = [
        f"{name} was {getattr(before, name)} and is {getattr(now, name)}"
        for name in ("tick_size", "lot_size")
        if getattr(now, name) != getattr(before, name) and Decimal(getattr(now, name)) % getattr(own, name)
    ]
    if not wrong:
        return ""
    return (
        f"the venue's rules of {own.symbol} changed: {' and '.join(wrong)}. This bot counts in steps of "
        f"{own.tick_size} and {own.lot_size}, which cannot hold fills in those exactly: it opens nothing more, and "
        "what protects works on. Close its position and start a bot of another name"
    )


def told(before: Ruled, now: Ruled, symbol: str) -> str:
    """The change in words."""
    changed = [
        f"{name} was {getattr(before, name)} and is {getattr(now, name)}"
        for name in TERMS
        if getattr(before, name) != getattr(now, name)
    ]
    return f"the venue's rules of {symbol} changed: {', '.join(changed)}; its bots go on by them"


def steps_of(own: Instrument, found: Ruled) -> Steps:
    """The venue's steps in a bot's own; those that do not fit ask for no rounding (`unfit` has told)."""
    ticks, lots = Decimal(found.tick_size) / own.tick_size, Decimal(found.lot_size) / own.lot_size
    least = (Decimal(found.min_qty) / own.lot_size).to_integral_value(ROUND_CEILING)
    return Steps(whole(ticks), whole(lots), int(least))


def limits(terms: Any, own: Instrument, found: Ruled) -> None:
    """Have the core judge by the limits of now."""
    step = own.tick_size * own.lot_size
    terms.min_lots = max(int((Decimal(found.min_qty) / own.lot_size).to_integral_value(ROUND_CEILING)), 1)
    terms.max_lots = int((Decimal(found.max_qty) / own.lot_size).to_integral_value(ROUND_FLOOR))
    least = Decimal(found.min_notional) / step * int(terms.lot_money)
    terms.min_notional = int(least.to_integral_value(ROUND_CEILING))


def within_rules(
    rows: Iterable[Wanted], steps: Mapping[int, Sequence[Steps]], working: Iterable[Working]
) -> list[Wanted]:
    """Rows as the venue takes them now; what is too small then is left out.

    steps  those of each symbol so far, the present ones last
    What rests as it was wanted under any of them stays: it is no worse for the steps of now, and to replace it only for
    those would risk that both orders fill.
    """
    if not steps:
        return list(rows)
    resting = {(one.symbol, one.slot, one.rev): one for one in working}
    found = []
    for row in rows:
        known, order = steps.get(row.symbol, (Steps(),)), resting.get((row.symbol, row.slot, row.rev))
        shapes = [on_grid(row, one) for one in known]
        if order is not None:
            shapes = [one for one in shapes if alike(one, order)] or shapes
        if shapes[-1].leaves >= max(known[-1].least, 1) or (order is not None and alike(shapes[-1], order)):
            found.append(shapes[-1])
    return found


def on_grid(row: Wanted, step: Steps) -> Wanted:
    """A row on the venue's grid."""
    if step.plain:
        return row
    lots = row.leaves - row.leaves % step.lots
    return replace(row, leaves=lots, price=price_of(row, step.ticks), trigger=trigger_of(row, step.ticks))


def alike(row: Wanted, order: Working) -> bool:
    """Whether an order is what a row wants."""
    return (row.price, row.trigger, row.leaves) == (order.price, order.trigger, order.leaves)


def price_of(row: Wanted, ticks: int) -> int:
    """A limit on the venue's grid: a buy's down, a sell's up."""
    return row.price - row.price % ticks if row.side > 0 else row.price + -row.price % ticks


def trigger_of(row: Wanted, ticks: int) -> int:
    """A trigger on the venue's grid, towards acting sooner."""
    sooner_up = (row.side < 0) is (row.kind in AGAINST)
    if row.kind not in (*AGAINST, TAKE_PROFIT):
        return row.trigger
    return row.trigger + -row.trigger % ticks if sooner_up else row.trigger - row.trigger % ticks


def whole(ratio: Decimal) -> int:
    """How many of the bot's steps one of the venue's is, 1 where it is no whole number of them."""
    return int(ratio) if ratio >= 1 and ratio == ratio.to_integral_value() else 1
