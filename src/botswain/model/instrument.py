"""What a venue says of a symbol: its grid, its limits and its fees.

Only facts, in Decimal. The core turns them into integers once (`core.scale`); nothing else does arithmetic
with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Literal

from botswain.model.errors import BadInput

ZERO = Decimal(0)
# What is taken where nobody says: a usual fee of a spot exchange, as maker and as taker.
USUAL_FEE = Decimal("0.001")
# The most that a maker may be paid back.
MOST_REBATE = Decimal("-0.01")
NUMBERS = (
    *("tick_size", "lot_size", "min_qty", "max_qty", "min_notional"),
    *("maker_fee", "taker_fee", "fee_asset_price"),
)
# Digits before and after the point. A coin counts 18 after it at most.
MOST_DIGITS = 30
FeeIn = Literal["quote", "base", "third"]


def is_countable(value: Decimal) -> bool:
    """Whether a finite number has at most MOST_DIGITS digits before its point and after it."""
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -MOST_DIGITS and value.adjusted() < MOST_DIGITS


@dataclass(frozen=True, slots=True)
class Instrument:
    """A symbol's rules. Numbers of other kinds are read as they are written.

    tick_size, lot_size   steps of price (quote per base) and of quantity (base), above zero
    min_qty, max_qty      limits of one order's quantity in base; max_qty 0 means none
    min_notional          least price x quantity of one order, in quote
    maker_fee             a fraction of the notional, at most 8 decimals; below 0 the venue pays it back, at most 1 %
    taker_fee             the same, 0 to below 1
    fee_asset             the asset fees are taken in: a name, or `base` or `quote`; empty means the quote asset
    fee_precision         decimals of the fee asset; None rounds fees to the smallest unit the ledger has
    fee_asset_price       quote per unit of a fee asset that is neither base nor quote
    shortable             whether selling without holding is allowed
    """

    symbol: str
    tick_size: Decimal
    lot_size: Decimal
    min_qty: Decimal = ZERO
    max_qty: Decimal = ZERO
    min_notional: Decimal = ZERO
    maker_fee: Decimal = ZERO
    taker_fee: Decimal = ZERO
    fee_asset: str = ""
    fee_precision: int | None = None
    fee_asset_price: Decimal | None = None
    shortable: bool = False

    def __post_init__(self) -> None:
        self._check_symbol()
        self._read_numbers()
        self._check_digits()
        for name in ("tick_size", "lot_size"):
            value: Decimal = getattr(self, name)
            if not value.is_finite() or value <= 0:
                raise BadInput(f"instrument {self.symbol}: {name} is {value}; it must be above zero")
        for name in ("min_qty", "max_qty", "min_notional"):
            value = getattr(self, name)
            if not value.is_finite() or value < 0:
                raise BadInput(f"instrument {self.symbol}: {name} is {value}; it must be zero or more")
        for name in ("maker_fee", "taker_fee"):
            value = getattr(self, name)
            least = MOST_REBATE if name == "maker_fee" else ZERO
            if not value.is_finite() or not least <= value < 1:
                raise BadInput(
                    f"instrument {self.symbol}: {name} is {value}; write a fraction from {least} to below 1 (0.001 is "
                    "0.1 %)"
                    + (
                        "; only makers are paid back: write maker_fee apart, among the instrument's facts"
                        if not least
                        else ""
                    )
                )
            if value != value.quantize(Decimal("1e-8")):
                raise BadInput(f"instrument {self.symbol}: {name} is {value:f}; at most 8 decimals are kept")
        self._check_sizes()
        meant = {"base": self.base, "quote": self.quote}.get(self.fee_asset, self.fee_asset)
        object.__setattr__(self, "fee_asset", meant)
        self._check_fee_asset()

    def _read_numbers(self) -> None:
        """Numbers of other kinds become Decimals as they are written: 0.1 is a tenth."""
        for name in NUMBERS:
            value: object = getattr(self, name)
            if isinstance(value, Decimal) or (value is None and name == "fee_asset_price"):
                continue
            try:
                number = Decimal(str(value))
            except InvalidOperation:
                raise BadInput(f"instrument {self.symbol}: {name} is {value!r}; write a number") from None
            object.__setattr__(self, name, number)

    def _check_symbol(self) -> None:
        if not isinstance(self.symbol, str):
            raise BadInput(f"symbol {self.symbol!r} is not BASE/QUOTE; write it as BTC/USDT")
        base, slash, quote = self.symbol.partition("/")
        if not slash or not base or not quote:
            raise BadInput(f"symbol {self.symbol!r} is not BASE/QUOTE; write it as BTC/USDT")

    def _check_digits(self) -> None:
        """What is astronomically large or small is a slip, and as a whole number of units it fills the memory."""
        for name in NUMBERS:
            value: Decimal | None = getattr(self, name)
            if value and value.is_finite() and not is_countable(value):
                raise BadInput(
                    f"instrument {self.symbol}: {name} is {value}; write a number of at most {MOST_DIGITS} digits "
                    "before and after the point"
                )

    def _check_sizes(self) -> None:
        """Between the least and the most there must be a whole number of lots, or no order could ever be sent."""
        if not self.max_qty:
            return
        most = self.max_qty - self.max_qty % self.lot_size
        if most < max(self.min_qty, self.lot_size):
            least = f"min_qty {self.min_qty}" if self.min_qty > self.lot_size else f"one lot, {self.lot_size}"
            raise BadInput(
                f"instrument {self.symbol}: max_qty is {self.max_qty}, below {least}: no order could be sent; write "
                "the most that one order may be, or 0 for no maximum"
            )

    def _check_fee_asset(self) -> None:
        if self.fee_precision is not None and not isinstance(self.fee_precision, int):
            raise BadInput(f"instrument {self.symbol}: fee_precision is {self.fee_precision!r}; write whole decimals")
        if self.fee_precision is not None and not 0 <= self.fee_precision <= 18:
            raise BadInput(f"instrument {self.symbol}: fee_precision is {self.fee_precision}; write 0 to 18 decimals")
        price = self.fee_asset_price
        if self.fee_in == "third" and (price is None or not price.is_finite() or price <= 0):
            raise BadInput(
                f"instrument {self.symbol}: fees are in {self.fee_asset}, so fee_asset_price "
                f"({self.quote} per {self.fee_asset}) must be given and above zero; it is {self.fee_asset_price}"
            )

    @property
    def base(self) -> str:
        """The asset bought and sold."""
        return self.symbol.partition("/")[0]

    @property
    def quote(self) -> str:
        """The asset prices are in."""
        return self.symbol.partition("/")[2]

    @property
    def fee_in(self) -> FeeIn:
        """Whether fees are taken in the quote, the base or a third asset."""
        if self.fee_asset in ("", self.quote):
            return "quote"
        return "base" if self.fee_asset == self.base else "third"

    @property
    def fee_asset_name(self) -> str:
        """The name of the asset fees are taken in."""
        return self.fee_asset or self.quote
