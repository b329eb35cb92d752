"""One instrument in whole numbers: ticks, lots, base units and money units (docs/rules.md, 1 and 2).

Prices are ticks, orders are lots, a position is base units, money is money units; all of them plain integers of any
length, with Fraction for the conversions. It knows no order and no account.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction

from botswain.model.instrument import Instrument

BUY, SELL = 1, -1
_WIDE = Context(prec=80)


@dataclass(frozen=True)
class Fee:
    """What one fill costs: an amount of an asset, and the same as money (quote), base units or third-asset units."""

    amount: Decimal
    asset: str
    money: int = 0
    base_units: int = 0
    third_units: int = 0


@dataclass(frozen=True)
class Market:
    """An instrument on the account's grid.

    value        money units in one tick x one base unit
    third_value  money units in the smallest unit of a third fee asset
    """

    instrument: Instrument
    tick: Fraction
    lot: Fraction
    unit: Fraction
    money: Fraction
    units_per_lot: int
    value: int
    third_unit: Fraction
    third_value: int

    def notional(self, ticks: int, lots: int) -> int:
        """Price x quantity in money units."""
        return ticks * lots * self.units_per_lot * self.value

    def too_small(self, lots: int, ticks: int) -> bool:
        """Whether an order of `lots` at `ticks` is below the venue's minimum quantity or notional."""
        i = self.instrument
        return lots * self.lot < Fraction(i.min_qty) or ticks * lots * self.tick * self.lot < Fraction(i.min_notional)

    def at_most(self, lots: int) -> int:
        """The quantity after the venue's maximum."""
        most = Fraction(self.instrument.max_qty)
        return min(lots, math.floor(most / self.lot)) if most else lots

    def fee(self, side: int, ticks: int, lots: int, maker: bool) -> Fee:
        """The fee of one fill, rounded half up to the smallest unit of the asset it is taken in."""
        i = self.instrument
        rate = Fraction(i.maker_fee if maker else i.taker_fee)
        qty = lots * self.lot
        quote = ticks * self.tick * qty
        if i.fee_in == "third":
            units = half_up(quote * rate / Fraction(i.fee_asset_price or 1) / self.third_unit)
            return Fee(to_decimal(units * self.third_unit), i.fee_asset_name, third_units=units)
        if i.fee_in == "base" and side == BUY:
            smallest = base_fee_unit(i)
            amount = half_up(qty * rate / smallest) * smallest
            return Fee(to_decimal(amount), i.base, base_units=int(amount / self.unit))
        smallest = quote_fee_unit(i)
        amount = half_up(quote * rate / smallest) * smallest
        return Fee(to_decimal(amount), i.quote, money=int(amount / self.money))


def markets(instruments: Iterable[Instrument], capital: Decimal) -> dict[str, Market]:
    """Every instrument on the one money grid that `capital` and all of them share."""
    many = list(instruments)
    money = Fraction(capital)
    for i in many:
        money = common(money, Fraction(i.tick_size) * base_unit(i))
        if i.fee_in == "third":
            money = common(money, Fraction(i.fee_asset_price or 0) * third_fee_unit(i))
        else:
            money = common(money, quote_fee_unit(i))
    found = {}
    for i in many:
        tick, lot, unit = Fraction(i.tick_size), Fraction(i.lot_size), base_unit(i)
        third = third_fee_unit(i)
        third_value = whole(Fraction(i.fee_asset_price or 0) * third / money) if i.fee_in == "third" else 0
        value = whole(tick * unit / money)
        found[i.symbol] = Market(i, tick, lot, unit, money, whole(lot / unit), value, third, third_value)
    return found


def base_unit(i: Instrument) -> Fraction:
    """What positions are counted in: a lot, or the fee's unit where fees are taken in base and it is finer."""
    lot = Fraction(i.lot_size)
    return common(lot, base_fee_unit(i)) if i.fee_in == "base" else lot


def base_fee_unit(i: Instrument) -> Fraction:
    """The smallest fee that can be taken in base."""
    return Fraction(i.lot_size) if i.fee_precision is None else Fraction(1, 10**i.fee_precision)


def quote_fee_unit(i: Instrument) -> Fraction:
    """The smallest fee that can be taken in quote: by fee_precision, else tick x lot."""
    if i.fee_precision is None:
        return Fraction(i.tick_size) * Fraction(i.lot_size)
    return Fraction(1, 10**i.fee_precision)


def third_fee_unit(i: Instrument) -> Fraction:
    """The smallest fee that can be taken in a third asset."""
    return Fraction(1, 10 ** (8 if i.fee_precision is None else i.fee_precision))


def price_ticks(prices: Iterable[float], tick: Fraction) -> list[int]:
    """Candle prices as whole ticks. Raises ValueError where one is off the grid by more than a millionth of a tick."""
    step = to_decimal(tick)
    slack = Decimal("0.000001")
    found = []
    for price in prices:
        exact = Decimal(repr(price)) / step
        near = exact.to_integral_value()
        if abs(exact - near) > slack:
            raise ValueError(f"price {price!r} is off the tick {step}")
        found.append(int(near))
    return found


def order_ticks(price: Fraction, tick: Fraction, *, up: bool) -> int:
    """An ordered price as whole ticks: to the grid where it is within a millionth of it, else up or down."""
    exact = price / tick
    near = half_up(exact)
    if abs(exact - near) <= Fraction(1, 1_000_000):
        return near
    return math.ceil(exact) if up else math.floor(exact)


def common(a: Fraction, b: Fraction) -> Fraction:
    """The greatest amount that divides both."""
    return Fraction(math.gcd(a.numerator * b.denominator, b.numerator * a.denominator), a.denominator * b.denominator)


def whole(x: Fraction) -> int:
    """A fraction that must be a whole number."""
    if x.denominator != 1:
        raise ValueError(f"{x} is not whole")
    return x.numerator


def half_up(x: Fraction) -> int:
    """The nearest whole number, a half upwards, below zero too."""
    return math.floor(x + Fraction(1, 2))


def slipped(side: int, ticks: int, bps: Fraction) -> int:
    """A price after slippage, against us and to the tick: buys up, sells down, but never below one tick."""
    if side == BUY:
        return math.ceil(ticks * (1 + bps / 10_000))
    return max(1, math.floor(ticks * (1 - bps / 10_000)))


def to_decimal(x: Fraction | int) -> Decimal:
    """A decimal fraction, exact."""
    x = Fraction(x)
    return _WIDE.divide(Decimal(x.numerator), Decimal(x.denominator))
