"""exchangeInfo, decoded: the symbols with their grids and limits, and what an address may ask for.

A filter that says 0 sets no limit. Orders at the market have a filter of their own (MARKET_LOT_SIZE): of both the
stricter limits count for all orders, so that a backtest and a live bot cut and round alike, whatever kind an order
turns into when its price comes. A symbol whose entry cannot be read is set aside with a reason and never traded;
the others stay usable.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct, field

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.listing import Listing
from botswain.model.outcomes import Broken, Rows
from botswain.venues.binance.facts import KINDS
from botswain.venues.binance.wire import ZERO, Unreadable, decode, figure, names_in

WHAT = "exchangeInfo"


class RateLimit(Struct, frozen=True):
    """kind: REQUEST_WEIGHT, ORDERS or RAW_REQUESTS; limit in every window_ms."""

    kind: str
    window_ms: int
    limit: int


class Rules(Struct, frozen=True):
    """All of it, as of server_ms."""

    server_ms: int
    limits: tuple[RateLimit, ...]
    listings: Rows[Listing]


class _Filter(Struct):
    filterType: str
    tickSize: Decimal = ZERO
    stepSize: Decimal = ZERO
    minQty: Decimal = ZERO
    maxQty: Decimal = ZERO
    minNotional: Decimal = ZERO
    maxNumOrders: int = 0
    maxNumAlgoOrders: int = 0
    multiplierUp: Decimal = ZERO
    multiplierDown: Decimal = ZERO
    bidMultiplierUp: Decimal = ZERO
    bidMultiplierDown: Decimal = ZERO
    askMultiplierUp: Decimal = ZERO
    askMultiplierDown: Decimal = ZERO


class _Symbol(Struct):
    symbol: str
    status: str
    baseAsset: str
    quoteAsset: str
    baseAssetPrecision: int
    quoteAssetPrecision: int
    orderTypes: list[str]
    filters: list[_Filter]
    baseCommissionPrecision: int = 8
    ocoAllowed: bool = False
    cancelReplaceAllowed: bool = False
    amendAllowed: bool = False
    isSpotTradingAllowed: bool = True


class _Limit(Struct):
    rateLimitType: str
    interval: str
    intervalNum: int
    limit: int


class _Info(Struct):
    serverTime: int
    symbols: list[msgspec.Raw]
    rateLimits: list[_Limit] = field(default_factory=list)


INTERVALS_MS = {"SECOND": 1_000, "MINUTE": 60_000, "HOUR": 3_600_000, "DAY": 86_400_000}
_INFO = msgspec.json.Decoder(_Info)
_SYMBOL = msgspec.json.Decoder(_Symbol)


def rules(raw: bytes, maker_fee: Decimal = ZERO, taker_fee: Decimal = ZERO) -> Rules:
    """GET exchangeInfo with the account's fee rates, which it does not tell. Raises Unreadable."""
    found = decode(_INFO, WHAT, raw)
    listings: list[Listing] = []
    broken: list[Broken] = []
    for number, one in enumerate(found.symbols):
        try:
            listings.append(listing(decode(_SYMBOL, "a symbol", one), maker_fee, taker_fee))
        except (Unreadable, BadInput) as error:
            broken.append(Broken(number, str(error), *names_in(one)))
    limits = tuple(
        RateLimit(one.rateLimitType, INTERVALS_MS[one.interval] * one.intervalNum, one.limit)
        for one in found.rateLimits
        if one.interval in INTERVALS_MS
    )
    return Rules(found.serverTime, limits, Rows(tuple(listings), tuple(broken)))


def listing(found: _Symbol, maker_fee: Decimal, taker_fee: Decimal) -> Listing:
    """One symbol. Raises Unreadable and BadInput."""
    filters = {one.filterType: checked(found.symbol, one) for one in found.filters}
    none = _Filter("")
    price = filters.get("PRICE_FILTER", none)
    lot = filters.get("LOT_SIZE", none)
    notional = filters.get("NOTIONAL", filters.get("MIN_NOTIONAL", none))
    both = filters.get("PERCENT_PRICE", none)
    sides = filters.get("PERCENT_PRICE_BY_SIDE", none)
    market = filters.get("MARKET_LOT_SIZE", none)
    most = [one for one in (lot.maxQty, market.maxQty) if one]
    lot_size = coarser(found, plain(lot.stepSize) or Decimal(1).scaleb(-found.baseAssetPrecision), market)
    instrument = Instrument(
        symbol=f"{found.baseAsset}/{found.quoteAsset}",
        tick_size=plain(price.tickSize) or Decimal(1).scaleb(-found.quoteAssetPrecision),
        lot_size=lot_size,
        min_qty=plain(max(lot.minQty, market.minQty)),
        max_qty=plain(min(most, default=ZERO)),
        min_notional=plain(notional.minNotional),
        maker_fee=maker_fee,
        taker_fee=taker_fee,
        fee_asset=found.baseAsset,
        fee_precision=found.baseCommissionPrecision,
    )
    return Listing(
        market_id=found.symbol,
        instrument=instrument,
        status=found.status,
        trading=found.status == "TRADING" and found.isSpotTradingAllowed,
        order_types=frozenset(found.orderTypes),
        market_max_qty=plain(market.maxQty),
        oco=found.ocoAllowed,
        replaces=found.cancelReplaceAllowed,
        amends=found.amendAllowed,
        max_orders=filters.get("MAX_NUM_ORDERS", none).maxNumOrders,
        max_algo_orders=filters.get("MAX_NUM_ALGO_ORDERS", none).maxNumAlgoOrders,
        price_up=(sides.bidMultiplierUp or both.multiplierUp, sides.askMultiplierUp or both.multiplierUp),
        kinds=frozenset(KINDS[one] for one in found.orderTypes if one in KINDS),
        price_down=(sides.bidMultiplierDown or both.multiplierDown, sides.askMultiplierDown or both.multiplierDown),
    )


def coarser(found: _Symbol, step: Decimal, market: _Filter) -> Decimal:
    """The step that all orders keep, also those at the market. Raises BadInput where there is none of both filters."""
    own = plain(market.stepSize)
    if not own or own <= step:
        own, step = step, own or step
    if own % step:
        raise BadInput(f"{found.symbol}: MARKET_LOT_SIZE has steps of {own} and LOT_SIZE of {step}; no order fits both")
    return own


def checked(symbol: str, one: _Filter) -> _Filter:
    """A filter whose numbers are numbers. Raises Unreadable."""
    for name in one.__struct_fields__:
        value = getattr(one, name)
        if isinstance(value, Decimal):
            figure(f"filter {one.filterType} of {symbol}", name, value)
    return one


def plain(value: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent: 0.01000000 is 0.01."""
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short
