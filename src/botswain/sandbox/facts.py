"""What the exchange knows of a symbol: its grid in whole units, its fees by the ledger's own rule, and its filters.

The grid never changes while the exchange runs; the filters may (a venue changes them mid-run), so they are a value of
their own that is replaced whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from botswain.core.records import Record
from botswain.core.scale import base_quantum, base_unit, quote_quantum, third_price
from botswain.ledger import books
from botswain.ledger.books import FEE_BASE, FEE_QUOTE, FEE_THIRD, TERMS
from botswain.ledger.exact import E8
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.sandbox.amounts import DIGITS, SHOWN, UNIT, text_of, units_of

MOST_QTY = 9_000_000
MOST_PRICE_TICKS = 10**12
fee_of: Callable[..., int] = books.fee_of
fee_kind: Callable[..., int] = books.fee_kind

FEE_CODES = {"quote": FEE_QUOTE, "base": FEE_BASE, "third": FEE_THIRD}
ORDER_TYPES = (
    "LIMIT",
    "LIMIT_MAKER",
    "MARKET",
    "STOP_LOSS",
    "STOP_LOSS_LIMIT",
    "TAKE_PROFIT",
    "TAKE_PROFIT_LIMIT",
)
STP_MODES = ("NONE", "EXPIRE_TAKER", "EXPIRE_MAKER", "EXPIRE_BOTH", "DECREMENT", "TRANSFER")


@dataclass(frozen=True, slots=True)
class Filters:
    """The limits of one symbol's orders; prices and quantities in units, 0 disables."""

    tick_size: int
    min_price: int
    max_price: int
    step_size: int
    min_qty: int
    max_qty: int
    max_market_qty: int
    min_notional: int
    max_notional: int = 0
    multiplier_up: int = 5 * UNIT
    multiplier_down: int = UNIT // 5
    avg_price_mins: int = 5
    max_orders: int = 200
    max_algo_orders: int = 5
    max_order_lists: int = 20
    max_amends: int = 10


class Facts:
    """One symbol's grid and fees. Raises BadInput where tick x lot is finer than a unit."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.symbol = instrument.symbol
        self.base, self.quote = instrument.base, instrument.quote
        self.market_id = self.base + self.quote
        what = f"instrument {self.symbol}"
        self.tick = units_of(instrument.tick_size, f"{what}: tick_size")
        self.lot = units_of(instrument.lot_size, f"{what}: lot_size")
        self.money = units_of(Fraction(instrument.tick_size) * Fraction(instrument.lot_size), f"{what}: tick x lot")
        self.rates = {True: rate_e8(instrument.maker_fee), False: rate_e8(instrument.taker_fee)}
        self.base_digits = max(SHOWN, decimals_of(self.lot))
        self.quote_digits = max(SHOWN, decimals_of(self.tick))
        self.piece = units_of(base_unit(instrument), f"{what}: base unit")
        self.terms = fee_terms(instrument, instrument.fee_in)
        self.plain = fee_terms(instrument, "base")
        self.third = instrument.fee_asset_name if instrument.fee_in == "third" else ""
        digits = SHOWN if instrument.fee_precision is None else instrument.fee_precision
        self.third_unit = 10 ** (DIGITS - digits)

    def fee(self, side: int, lots: int, price: int, maker: bool, third_free: int = 0) -> tuple[int, str]:
        """The fee of a fill in units, and its asset: without enough of a third asset, of what is received."""
        rate = self.rates[maker]
        if self.third:
            fee = int(fee_of(self.terms, side, lots, price, rate)) * self.third_unit
            if fee <= third_free:
                return fee, self.third
        terms = self.plain if self.third else self.terms
        fee = int(fee_of(terms, side, lots, price, rate))
        if fee_kind(terms, side) == FEE_BASE:
            return fee * self.piece, self.base
        return fee, self.quote

    def lock(self, side: int, lots: int, price: int) -> int:
        """What a resting order of these lots holds back: base for a sell, quote and a quote fee for a buy."""
        if side < 0:
            return lots * self.lot
        held = lots * price * self.money
        if self.terms.fee_in == FEE_QUOTE:
            held += int(fee_of(self.terms, side, lots, price, max(self.rates.values())))
        return held

    def price_text(self, ticks: int) -> str:
        """A price as on the wire."""
        return text_of(ticks * self.tick)

    def qty_text(self, lots: int) -> str:
        """A quantity as on the wire."""
        return text_of(lots * self.lot)


def fee_terms(one: Instrument, fee_in: str) -> Any:
    """The ledger's terms in units, as far as a fee needs them; plain integers, which do not overflow."""
    unit = Fraction(1, UNIT)
    terms: Any = Record(TERMS)
    piece = base_unit(one)
    terms.fee_in = FEE_CODES[fee_in]
    terms.lot_units = exact(one, Fraction(one.lot_size) / piece)
    terms.lot_money = exact(one, Fraction(one.tick_size) * Fraction(one.lot_size) / unit)
    terms.quote_quantum = exact(one, quote_quantum(one, unit))
    terms.base_quantum = exact(one, base_quantum(one, piece))
    terms.third_quantum = exact(one, third_price(one) / unit) if fee_in == "third" else 1
    return terms


def exact(one: Instrument, value: Fraction) -> int:
    """A whole number, or BadInput."""
    if value.denominator != 1:
        raise BadInput(f"instrument {one.symbol}: its fees are finer than {DIGITS} decimals; give fewer decimals")
    return int(value)


def rate_e8(rate: Any) -> int:
    """A fee rate in units of 1e-8."""
    return int(Fraction(rate) * E8)


def decimals_of(units: int) -> int:
    """How many decimals a number of units needs."""
    digits = DIGITS
    while digits and units % 10 == 0:
        units //= 10
        digits -= 1
    return digits


def usual_filters(facts: Facts) -> Filters:
    """The filters of an instrument's facts; what it does not say is as wide as the exchange's own."""
    one = facts.instrument
    most = units_of(one.max_qty, "max_qty") or MOST_QTY * UNIT
    most -= most % facts.lot
    return Filters(
        tick_size=facts.tick,
        min_price=facts.tick,
        max_price=MOST_PRICE_TICKS * facts.tick,
        step_size=facts.lot,
        min_qty=max(units_of(one.min_qty, "min_qty"), facts.lot),
        max_qty=most,
        max_market_qty=most,
        min_notional=units_of(one.min_notional, "min_notional"),
    )


def listing(facts: Facts, filters: Filters, status: str) -> dict[str, Any]:
    """The symbol's entry in exchangeInfo."""
    return {
        "symbol": facts.market_id,
        "status": status,
        "baseAsset": facts.base,
        "baseAssetPrecision": facts.base_digits,
        "quoteAsset": facts.quote,
        "quotePrecision": facts.quote_digits,
        "quoteAssetPrecision": facts.quote_digits,
        "baseCommissionPrecision": SHOWN,
        "quoteCommissionPrecision": SHOWN,
        "orderTypes": list(ORDER_TYPES),
        "icebergAllowed": False,
        "ocoAllowed": True,
        "otoAllowed": False,
        "opoAllowed": False,
        "quoteOrderQtyMarketAllowed": True,
        "allowTrailingStop": False,
        "cancelReplaceAllowed": True,
        "amendAllowed": True,
        "pegInstructionsAllowed": False,
        "isSpotTradingAllowed": True,
        "isMarginTradingAllowed": False,
        "filters": filter_list(filters),
        "permissions": [],
        "permissionSets": [["SPOT"]],
        "defaultSelfTradePreventionMode": "NONE",
        "allowedSelfTradePreventionModes": list(STP_MODES),
    }


def filter_list(one: Filters) -> list[dict[str, Any]]:
    """The filters as exchangeInfo has them."""
    lot = {"minQty": text_of(one.min_qty), "maxQty": text_of(one.max_qty), "stepSize": text_of(one.step_size)}
    market = {"minQty": text_of(0), "maxQty": text_of(one.max_market_qty), "stepSize": text_of(0)}
    up, down = plain(one.multiplier_up), plain(one.multiplier_down)
    return [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": text_of(one.min_price),
            "maxPrice": text_of(one.max_price),
            "tickSize": text_of(one.tick_size),
        },
        {"filterType": "LOT_SIZE"} | lot,
        {"filterType": "MARKET_LOT_SIZE"} | market,
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": up,
            "bidMultiplierDown": down,
            "askMultiplierUp": up,
            "askMultiplierDown": down,
            "avgPriceMins": one.avg_price_mins,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": text_of(one.min_notional),
            "applyMinToMarket": True,
            "maxNotional": text_of(one.max_notional),
            "applyMaxToMarket": False,
            "avgPriceMins": one.avg_price_mins,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": one.max_orders},
        {"filterType": "MAX_NUM_ORDER_LISTS", "maxNumOrderLists": one.max_order_lists},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": one.max_algo_orders},
        {"filterType": "MAX_NUM_ORDER_AMENDS", "maxNumOrderAmends": one.max_amends},
    ]


def plain(units: int) -> str:
    """A number without needless zeros."""
    return text_of(units).rstrip("0").rstrip(".")
