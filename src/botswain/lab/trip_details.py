"""What a round trip bought and sold, gathered from its fills: the core keeps its profit and its first and last fill.

A fill that passes through zero belongs to two trips, in two parts. Integers only, of any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np

from botswain.build.plan import EXACT
from botswain.ledger.books import FEE_BASE, fee_kind

# Decimals of an average price beyond those of the tick.
FINER = 4
LOW_BITS = 32
COLUMNS = ("symbol", "side", "lots", "price", "fee")
# The ledger's own, which has no types.
FEE_KIND: Any = fee_kind


@dataclass
class TripDetail:
    """What was traded between flat and flat.

    Through a split of shares lots are those after it, also of fills before it, and then may be fractions.

    lots         lots that were bought (of a short: sold) to open it
    entry_worth  their price in ticks x lots, exit_worth the same of exit_lots, which closed it
    base_fees    fees taken in base, in money units at the price of their fill
    """

    lots: int | Fraction = 0
    entry_worth: int = 0
    exit_lots: int | Fraction = 0
    exit_worth: int = 0
    base_fees: int = 0


def trip_details(
    reports: Mapping[str, Any],
    trips: Mapping[str, Sequence[int]],
    still_open: Sequence[int],
    terms: Sequence[Any],
    splits: Mapping[int, Fraction] = MappingProxyType({}),
) -> list[TripDetail]:
    """One detail a closed round trip, in their order.

    reports, trips  the core's records as columns; a trip's `first` and `last` are places among the reports
    still_open      the first reports of trips that are open at the end
    splits          which reports are splits, and how many shares one became
    """
    found = [TripDetail() for _ in trips["first"]]
    begins = {*trips["first"], *still_open}
    carried: dict[int, int] = {}
    for one, s, direction, first, last in zip(
        found, trips["symbol"], trips["direction"], trips["first"], trips["last"], strict=True
    ):
        trip = (s, direction, first, last)
        rest = gather(one, reports, trip, terms[s], carried.pop(first, 0), last in begins, splits)
        if rest:
            carried[last] = rest
    return found


def gather(
    one: TripDetail,
    reports: Mapping[str, Any],
    trip: tuple[int, int, int, int],
    terms: Any,
    opening: int,
    turns: bool,
    splits: Mapping[int, Fraction],
) -> int:
    """Fill in one detail; returns the lots of its last fill that open the next trip.

    opening  lots of its first fill that open it, where the others closed the trip before; 0: all
    turns    whether its last fill passes through zero
    """
    s, direction, first, last = trip
    lot_units, held, rest = int(terms.lot_units), 0, 0
    columns = zip(*(whole(reports[name][first : last + 1]) for name in COLUMNS), strict=True)
    for place, (symbol, side, lots, price, fee) in enumerate(columns, first):
        if place in splits and symbol == s:
            held = split_trip(one, held, price, splits[place], place == last)
        if symbol != s or lots == 0:
            continue
        opens = side == direction
        if place == first and opening:
            lots = opening
        in_base = fee if FEE_KIND(terms, side) == FEE_BASE else 0
        one.base_fees += in_base * price * int(terms.unit_money)
        if opens:
            one.lots += lots
            one.entry_worth += lots * price
            held += lots * lot_units - (in_base if side > 0 else -in_base)
        else:
            part = min(lots, held // lot_units) if place == last and turns else lots
            one.exit_lots += part
            one.exit_worth += part * price
            held -= part * lot_units
            rest = lots - part
            if rest:
                # What it was charged in base comes out of what it opens.
                one.base_fees -= in_base * price * int(terms.unit_money)
    return rest


def split_trip(one: TripDetail, held: int, price: int, split: Fraction, ends: bool) -> int:
    """Carry a trip through a split; returns the lots that are held after it. One that it ends went at the last close.

    Shares have a lot for their base unit: no fee is taken in them.
    """
    if ends:
        one.exit_lots += held
        one.exit_worth += held * price
        return 0
    one.lots, one.exit_lots = one.lots * split, one.exit_lots * split
    return int(held * split)


def base_fees(reports: Mapping[str, Any], s: int) -> int:
    """Fees of a symbol's buys, in base units, times the price of their fill in ticks, exactly."""
    symbols, sides, fees, prices = (reports[name] for name in ("symbol", "side", "fee", "price"))
    if not isinstance(fees, np.ndarray):
        rows = zip(symbols, sides, fees, prices, strict=True)
        return sum(fee * price for symbol, side, fee, price in rows if symbol == s and side > 0)
    worth = np.where((symbols == s) & (sides > 0), fees * prices, 0)
    # Each fits 64 bits, their sum may not.
    return (int((worth >> LOW_BITS).sum()) << LOW_BITS) + int((worth & ((1 << LOW_BITS) - 1)).sum())


def price_of(worth: int, lots: int | Fraction, tick: Decimal) -> Decimal:
    """An average price in quote: exact where it is whole in ten-thousandths of a tick, else rounded to them."""
    if lots == 0:
        return Decimal(0)
    finest = tick.scaleb(-FINER)
    pieces = EXACT.divide(Decimal(worth * 10**FINER * lots.denominator), Decimal(lots.numerator))
    return EXACT.multiply(pieces.quantize(Decimal(1), context=EXACT), finest).normalize(EXACT)


def whole(column: Any) -> list[int]:
    """A column as Python integers."""
    return column.tolist() if isinstance(column, np.ndarray) else list(column)
