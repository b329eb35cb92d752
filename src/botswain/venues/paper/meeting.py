"""Orders of one symbol meet a price or a candle, by the core's own rules and on the account's own balances.

The core's memory is made anew for each meeting and forgotten after it: what an account is stands in its orders and
balances alone, so nothing can be different after a restart. It is interpreted: it happens a few times a candle, and
integers of any size are added right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from botswain.core import matching, resting
from botswain.core.codes import LIMIT, STOP, STOP_LIMIT
from botswain.core.matching import ON_ITS_WAY
from botswain.core.records import EXIT_SLOTS, State
from botswain.core.scale import THIRD_PRECISION, base_unit, fill_terms, money_unit
from botswain.ledger import books
from botswain.ledger.books import FEE_BASE, FEE_QUOTE
from botswain.model.instrument import Instrument
from botswain.model.market_events import Candle
from botswain.model.paper import PaperOrder, PaperTerms
from botswain.model.slippage import Slippage

# The core's functions have no types.
arrive: Any = matching.arrive
rest: Any = resting.rest
walk: Any = matching.walk
fee_kind: Any = books.fee_kind
cash_change: Any = books.cash_change
received_units: Any = books.received_units
DIGITS = 60
ORDER_FIELDS = ("side", "kind", "price", "trigger", "tif", "leaves")
TICKS = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")


@dataclass(frozen=True, slots=True)
class Bar:
    """A closed candle in ticks."""

    open_ms: int
    open: int
    high: int
    low: int
    close: int

    @classmethod
    def of(cls, candle: Candle, tick: Decimal) -> Bar:
        """A venue's candle; what is off the grid goes to the nearest tick."""
        prices = (candle.open, candle.high, candle.low, candle.close)
        return cls(candle.open_ms, *(round(one / tick) for one in prices))

    def reaches(self, order: PaperOrder) -> bool:
        """Whether its range comes to a resting order's price."""
        ticks = order.price if order.kind == LIMIT else order.trigger
        if order.kind in (STOP, STOP_LIMIT):
            return self.low <= ticks if order.side < 0 else self.high >= ticks
        return self.low <= ticks if order.side > 0 else self.high >= ticks


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an order: a fill of lots, or with none its end for a reason; moved: by asset."""

    order: PaperOrder
    lots: int
    price: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool
    reason: int
    final: bool
    moved: dict[str, Decimal]


class Meeting:
    """One symbol's orders, those that rest before those that arrive.

    balances  what the account holds by asset
    arriving  those that meet the book now, in the order in which they do
    """

    def __init__(
        self,
        instrument: Instrument,
        terms: PaperTerms,
        balances: dict[str, Decimal],
        standing: Sequence[PaperOrder],
        arriving: Sequence[PaperOrder] = (),
    ) -> None:
        self.orders = [*standing, *arriving]
        self.instrument = one = on_grid(instrument, terms, self.orders[0])
        self.unit, self.piece = money_unit((one,), Decimal(0)), base_unit(one)
        self.first = len(standing)
        room = max(len(self.orders), EXIT_SLOTS + 1)
        self.state = State(1, room - EXIT_SLOTS, 0, 4 * room, compiled=False, notes=1)
        fill_terms(self.state.parts["terms"][0], one, self.unit, Slippage(terms.slippage_bps), False)
        self.state.account.venue_cash = floor(balances.get(one.quote, Decimal(0)), self.unit)
        self.state.parts["lanes"][0].venue_pos = floor(balances.get(one.base, Decimal(0)), self.piece)
        for slot in range(len(self.orders)):
            self.write(slot)
        for slot in range(self.first):
            self.record(slot).arrival = slot
            rest(self.state.handle, 0, slot)
        self.state.account.arrivals = self.first

    def record(self, slot: int) -> Any:
        """An order in the core's memory."""
        return self.state.parts["orders"][slot]

    def write(self, slot: int) -> None:
        """Give an order its place."""
        order, record = self.orders[slot], self.record(slot)
        for name in ORDER_FIELDS:
            setattr(record, name, getattr(order, name))
        groups = {one.group: place for place, one in enumerate(self.orders, 1) if one.group}
        record.active, record.flag_bits = 1, order.flags
        record.link = groups.get(order.group, 0)
        record.arrival = ON_ITS_WAY + slot

    def at(self, price: int) -> None:
        """Let those that arrive meet the book while it stands at a price."""
        for slot in range(self.first, len(self.orders)):
            if self.record(slot).active:
                arrive(self.state.handle, 0, slot, price)

    def along(self, bar: Bar) -> None:
        """Let all that rests meet a candle's path."""
        for name, ticks in zip(TICKS, (bar.open, bar.high, bar.low, bar.close), strict=True):
            self.state.put(name, [ticks])
        walk(self.state.handle, 0, 0)

    def fired(self) -> list[PaperOrder]:
        """Stop-limits that have become limits and rest as such."""
        return [
            order
            for slot, order in enumerate(self.orders)
            if order.kind == STOP_LIMIT and self.record(slot).active and self.record(slot).kind == LIMIT
        ]

    def told(self) -> list[Told]:
        """What happened, in order."""
        return [self.one(self.state.parts["reports"][r]) for r in range(int(self.state.account.reports))]

    def one(self, report: Any) -> Told:
        """One report."""
        one, terms = self.instrument, self.state.parts["terms"][0]
        order, lots, fee = self.orders[report.slot], int(report.lots), int(report.fee)
        kind = fee_kind(terms, order.side)
        asset, worth = {
            FEE_BASE: (one.base, self.piece),
            FEE_QUOTE: (one.quote, self.unit),
        }.get(kind, (one.fee_asset_name, Fraction(1, 10 ** (one.fee_precision or THIRD_PRECISION))))
        moved: dict[str, Decimal] = {}
        if lots:
            moved[one.quote] = decimal(cash_change(terms, order.side, lots, report.price, fee) * self.unit)
            moved[one.base] = decimal(order.side * received_units(terms, order.side, lots, fee) * self.piece)
            if kind not in (FEE_BASE, FEE_QUOTE):
                moved[asset] = moved.get(asset, Decimal(0)) - decimal(fee * worth)
        return Told(
            order=order,
            lots=lots,
            price=report.price * order.tick,
            fee=decimal(fee * worth),
            fee_asset=asset,
            maker=bool(report.maker),
            reason=int(report.reason),
            final=bool(report.final),
            moved=moved,
        )


def on_grid(instrument: Instrument, terms: PaperTerms, order: PaperOrder) -> Instrument:
    """A symbol's rules with the account's own fees, on the grid that its working orders are written in."""
    fees = replace(instrument, maker_fee=terms.maker_fee, taker_fee=terms.taker_fee, shortable=False)
    return replace(fees, tick_size=order.tick, lot_size=order.lot, max_qty=Decimal(0))


def floor(amount: Decimal, unit: Fraction) -> int:
    """Whole units in an amount."""
    return int(Fraction(amount) // unit)


def decimal(value: Fraction) -> Decimal:
    """An amount that has an end, in decimals."""
    with localcontext() as context:
        context.prec = DIGITS
        return (Decimal(value.numerator) / Decimal(value.denominator)).normalize() + 0
