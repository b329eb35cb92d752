"""From parameters to an order's terms: which are needed, which not allowed, with the reference's codes."""

from __future__ import annotations

from botswain.sandbox.call import Call
from botswain.sandbox.facts import ORDER_TYPES, STP_MODES
from botswain.sandbox.oco import Oco
from botswain.sandbox.order import Terms
from botswain.sandbox.pair import Pair
from botswain.sandbox.params import Params
from botswain.sandbox.refusals import Refused, filter_failure, missing, not_required

SIDE_BAD = (-1117, "Invalid side.")
TYPE_BAD = (-1116, "Invalid orderType.")
TIF_BAD = (-1115, "Invalid timeInForce.")
TIFS = ("GTC", "IOC", "FOK")
REPLIES = ("ACK", "RESULT", "FULL")
TIMED = ("LIMIT", "STOP_LOSS_LIMIT", "TAKE_PROFIT_LIMIT")
PRICED = (*TIMED, "LIMIT_MAKER")
STOPPED = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
UNSUPPORTED = {
    "icebergQty": "Iceberg orders are not supported for this symbol.",
    "trailingDelta": "Trailing stop orders are not supported for this symbol.",
    "pegPriceType": "Pegged orders are not supported for this symbol.",
}


def order_terms(call: Call, pair: Pair) -> Terms:
    """The order that a request asks for. Raises Refused."""
    p = call.params
    side = needed_choice(p, "side", ("BUY", "SELL"), SIDE_BAD)
    kind = needed_choice(p, "type", ORDER_TYPES, TYPE_BAD)
    lots, quote_qty = quantity(p, pair, kind)
    for name, text in UNSUPPORTED.items():
        if p.text(name) not in (None, "0"):
            raise Refused((-2010, text))
    return Terms(
        side=1 if side == "BUY" else -1,
        type=kind,
        tif=time_in_force(p, "timeInForce", kind),
        lots=lots,
        price=price(p, pair, "price", needed=kind in PRICED, allowed=kind in PRICED),
        stop=price(p, pair, "stopPrice", needed=kind in STOPPED, allowed=kind in STOPPED),
        quote_qty=quote_qty,
        client_id=p.client_id("newClientOrderId") or "",
        stp=p.choice("selfTradePreventionMode", STP_MODES, (-1130, "Invalid selfTradePreventionMode.")) or "NONE",
        strategy_id=p.integer("strategyId"),
        strategy_type=strategy_type(p),
        reply=reply(p, kind),
    )


def quantity(p: Params, pair: Pair, kind: str) -> tuple[int, int]:
    """Lots, or an amount of quote for a market order."""
    facts = pair.facts
    qty = p.amount("quantity", facts.base_digits)
    quote_qty = p.amount("quoteOrderQty", facts.quote_digits)
    if kind != "MARKET" and quote_qty is not None:
        raise not_required("quoteOrderQty")
    if qty is not None and quote_qty is not None:
        raise Refused((-1128, "Combination of optional parameters invalid."))
    if qty is None and quote_qty is None:
        raise missing("quantity")
    if qty is not None and qty % facts.lot:
        raise filter_failure("LOT_SIZE")
    if not qty and not quote_qty:
        raise Refused((-1013, "Invalid quantity."))
    return (qty or 0) // facts.lot, quote_qty or 0


def price(p: Params, pair: Pair, name: str, *, needed: bool, allowed: bool) -> int:
    """A price in ticks, 0 where there is none."""
    units = p.amount(name, pair.facts.quote_digits)
    if units is None:
        if needed:
            raise missing(name)
        return 0
    if not allowed:
        if units == 0:
            return 0
        raise not_required(name)
    if units == 0:
        raise Refused((-1013, f"Invalid {name}."))
    if units % pair.facts.tick:
        raise filter_failure("PRICE_FILTER")
    return units // pair.facts.tick


def time_in_force(p: Params, name: str, kind: str) -> str:
    """GTC, IOC or FOK; only where the type has one."""
    found = p.choice(name, TIFS, TIF_BAD)
    if kind in TIMED:
        if found is None:
            raise missing(name)
        return found
    if found is not None:
        raise not_required(name)
    return "GTC"


def strategy_type(p: Params) -> int | None:
    """A strategy's type, a million or more."""
    found = p.integer("strategyType")
    if found is not None and found < 1_000_000:
        raise Refused((-1130, "Data sent for parameter 'strategyType' is not valid."))
    return found


def reply(p: Params, kind: str) -> str:
    """How long the answer is."""
    found = p.choice("newOrderRespType", REPLIES, (-1130, "Data sent for parameter 'newOrderRespType' is not valid."))
    return found or ("FULL" if kind in ("MARKET", "LIMIT") else "ACK")


def needed_choice(p: Params, name: str, known: tuple[str, ...], answer: tuple[int, str]) -> str:
    """One of known words that must be there."""
    p.need(name)
    found = p.choice(name, known, answer)
    assert found is not None
    return found


def oco_terms(call: Call, pair: Pair) -> Oco:
    """A list in its present form: an order above and one below."""
    p = call.params
    side = 1 if needed_choice(p, "side", ("BUY", "SELL"), SIDE_BAD) == "BUY" else -1
    lots, _ = quantity(p, pair, "LIMIT")
    how = reply(p, "ACK" if p.has("newOrderRespType") else "LIMIT")
    stp = p.choice("selfTradePreventionMode", STP_MODES, (-1130, "Invalid selfTradePreventionMode.")) or "NONE"
    legs = []
    for leg in ("above", "below"):
        kind = needed_choice(p, f"{leg}Type", ORDER_TYPES, TYPE_BAD)
        p.ignore(f"{leg}StrategyId", f"{leg}StrategyType")
        for name, text in UNSUPPORTED.items():
            if p.text(leg + name[0].upper() + name[1:]) not in (None, "0"):
                raise Refused((-2010, text))
        legs.append(
            Terms(
                side,
                kind,
                time_in_force(p, f"{leg}TimeInForce", kind),
                lots,
                price(p, pair, f"{leg}Price", needed=kind in PRICED, allowed=kind in PRICED),
                price(p, pair, f"{leg}StopPrice", needed=kind in STOPPED, allowed=kind in STOPPED),
                client_id=p.client_id(f"{leg}ClientOrderId") or "",
                stp=stp,
                reply=how,
            )
        )
    return Oco(legs[0], legs[1], p.client_id("listClientOrderId") or "")


def old_oco_terms(call: Call, pair: Pair) -> Oco:
    """A list in its older form: a limit maker and a stop."""
    p = call.params
    side = 1 if needed_choice(p, "side", ("BUY", "SELL"), SIDE_BAD) == "BUY" else -1
    lots, _ = quantity(p, pair, "LIMIT")
    how = reply(p, "LIMIT")
    p.ignore("limitStrategyId", "limitStrategyType", "stopStrategyId", "stopStrategyType", "selfTradePreventionMode")
    limited = p.has("stopLimitPrice")
    kind = "STOP_LOSS_LIMIT" if limited else "STOP_LOSS"
    maker = Terms(
        side, "LIMIT_MAKER", "GTC", lots, price(p, pair, "price", needed=True, allowed=True),
        client_id=p.client_id("limitClientOrderId") or "", reply=how,
    )  # fmt: skip
    stop = Terms(
        side,
        kind,
        time_in_force(p, "stopLimitTimeInForce", kind),
        lots,
        price(p, pair, "stopLimitPrice", needed=limited, allowed=limited),
        price(p, pair, "stopPrice", needed=True, allowed=True),
        client_id=p.client_id("stopClientOrderId") or "",
        reply=how,
    )
    above, below = (maker, stop) if side < 0 else (stop, maker)
    return Oco(above, below, p.client_id("listClientOrderId") or "")
