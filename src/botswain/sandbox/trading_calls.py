"""The requests that change something: place, test, cancel, replace, amend, lists."""

from __future__ import annotations

from typing import Any

from botswain.sandbox.amounts import text_of
from botswain.sandbox.asked import oco_terms, old_oco_terms, order_terms
from botswain.sandbox.call import Call
from botswain.sandbox.desk import amend, cancel, check_restriction, end_partner, fill, place, validate, withdraw
from botswain.sandbox.floor import OrderList
from botswain.sandbox.oco import Oco, place_oco
from botswain.sandbox.order import EXPIRED, Order, answer, cancelled
from botswain.sandbox.order_list import told
from botswain.sandbox.pair import Pair
from botswain.sandbox.refusals import (
    AMEND_LARGER,
    AMEND_SAME,
    CLIENT_ID_MISMATCH,
    NO_ORDER,
    UNKNOWN_ORDER,
    Refused,
    either,
    filter_failure,
    missing,
)

RESTRICTIONS = ("ONLY_NEW", "ONLY_PARTIALLY_FILLED")
RESTRICTION_BAD = (-1145, "Invalid cancelRestrictions")
MODES = ("STOP_ON_FAILURE", "ALLOW_FAILURE")
PARTLY = (-2021, "Order cancel-replace partially failed.")
FAILED = (-2022, "Order cancel-replace failed.")


def new_order(call: Call) -> Any:
    """POST order."""
    pair = call.pair()
    terms = order_terms(call, pair)
    call.params.done()
    order = place(call.floor, call.owner, pair, terms)
    found = answer(order, terms.reply)
    if order.live and call.floor.faults.take("accept_then_expire", order.owner, pair.pair_id):
        cancel(call.floor, pair, order, "", EXPIRED)
    return found


def test_order(call: Call) -> Any:
    """POST order/test: validates only."""
    pair = call.pair()
    terms = order_terms(call, pair)
    with_rates = call.params.flag("computeCommissionRates")
    call.params.done()
    validate(call.floor, call.owner, pair, terms)
    if not with_rates:
        return {}
    zero = {"maker": "0.00000000", "taker": "0.00000000"}
    standard = {"maker": f"{pair.facts.instrument.maker_fee:.8f}", "taker": f"{pair.facts.instrument.taker_fee:.8f}"}
    discount = {"enabledForAccount": False, "enabledForSymbol": False, "discountAsset": "BNB", "discount": "0.00000000"}
    return {
        "standardCommissionForOrder": standard,
        "specialCommissionForOrder": zero,
        "taxCommissionForOrder": zero,
        "discount": discount,
    }


def cancel_order(call: Call) -> Any:
    """DELETE order."""
    pair = call.pair()
    p = call.params
    number, name = p.integer("orderId"), p.text("origClientOrderId")
    cancel_id = p.client_id("newClientOrderId") or ""
    restriction = p.choice("cancelRestrictions", RESTRICTIONS, RESTRICTION_BAD)
    p.done()
    return do_cancel(call, pair, number, name, cancel_id, restriction)


def do_cancel(
    call: Call, pair: Pair, number: int | None, name: str | None, cancel_id: str, restriction: str | None
) -> Any:
    """Cancel one order. Raises Refused."""
    if number is None and name is None:
        raise either("origClientOrderId", "orderId")
    floor, account = call.floor, call.owner
    order = found(call, pair, number, name)
    if order is None or not order.live:
        raise Refused(UNKNOWN_ORDER)
    check_restriction(order, restriction)
    if floor.faults.take("cancel_refused", account.name, pair.pair_id):
        withdraw(pair, order)
        price = order.terms.price or order.terms.stop
        # Another fault may have only a share of it filled: what is left of a stop would rest at no price.
        while order.live:
            fill(floor, pair, order, price, order.leaves, maker=True)
        end_partner(floor, pair, order)
        raise Refused(UNKNOWN_ORDER)
    cancel_id = cancel_id or floor.client_name()
    if floor.faults.take("cancel_ignored", account.name, pair.pair_id):
        return cancelled(order, cancel_id) | {"status": "CANCELED"}
    cancel(floor, pair, order, cancel_id)
    return cancelled(order, cancel_id)


def found(call: Call, pair: Pair, number: int | None, name: str | None) -> Order | None:
    """An order of the caller by either id; with both, they must agree."""
    account = call.owner
    if number is not None:
        order = account.orders.get(number)
        if order is not None and order.pair_id != pair.pair_id:
            order = None
        if order is not None and name is not None and order.client_id != name:
            raise Refused(CLIENT_ID_MISMATCH)
        return order
    live = account.open_names.get(name or "")
    if live is not None and live.pair_id == pair.pair_id:
        return live
    return account.names.get((pair.pair_id, name or ""))


def cancel_all(call: Call) -> Any:
    """DELETE openOrders."""
    pair = call.pair()
    call.params.done()
    here = [one for one in call.owner.open.values() if one.facts is pair.facts]
    if not here:
        raise Refused(UNKNOWN_ORDER)
    ended: list[Any] = []
    for order in here:
        if not order.live:
            continue
        cancel_id = call.floor.client_name()
        cancel(call.floor, pair, order, cancel_id)
        entry = call.floor.lists.get(order.list_id)
        ended.append(cancelled_list(entry, call.floor.market_ms) if entry else cancelled(order, cancel_id))
    return ended


def cancel_replace(call: Call) -> Any:
    """POST order/cancelReplace: cancel, then place, by either of two modes."""
    pair = call.pair()
    p = call.params
    p.need("cancelReplaceMode")
    mode = p.choice("cancelReplaceMode", MODES, (-1130, "Data sent for parameter 'cancelReplaceMode' is not valid."))
    number, name = p.integer("cancelOrderId"), p.text("cancelOrigClientOrderId")
    cancel_id = p.client_id("cancelNewClientOrderId") or ""
    restriction = p.choice("cancelRestrictions", RESTRICTIONS, RESTRICTION_BAD)
    p.ignore("orderRateLimitExceededMode")
    if number is None and name is None:
        raise either("cancelOrigClientOrderId", "cancelOrderId")
    terms = order_terms(call, pair)
    p.done()
    said: dict[str, Any] = {
        "cancelResult": "SUCCESS",
        "newOrderResult": "NOT_ATTEMPTED",
        "cancelResponse": None,
        "newOrderResponse": None,
    }
    try:
        said["cancelResponse"] = do_cancel(call, pair, number, name, cancel_id, restriction)
    except Refused as error:
        said["cancelResult"], said["cancelResponse"] = "FAILURE", error.body()
        if mode == "STOP_ON_FAILURE":
            raise Refused(FAILED, data=said) from None
    try:
        order = place(call.floor, call.owner, pair, terms)
    except Refused as error:
        said["newOrderResult"], said["newOrderResponse"] = "FAILURE", error.body()
        both = said["cancelResult"] == "FAILURE"
        raise Refused(FAILED if both else PARTLY, 400 if both else 409, data=said) from None
    said["newOrderResult"], said["newOrderResponse"] = "SUCCESS", answer(order, terms.reply)
    if said["cancelResult"] == "FAILURE":
        # Refused in part, and an order stands all the same.
        call.budget.count_orders(call.owner.name, 1, call.now_ms)
        raise Refused(PARTLY, 409, data=said)
    return said


def amend_order(call: Call) -> Any:
    """PUT order/amend/keepPriority."""
    pair = call.pair()
    p = call.params
    number, name = p.integer("orderId"), p.text("origClientOrderId")
    new_name = p.client_id("newClientOrderId")
    p.need("newQty")
    units = p.amount("newQty", pair.facts.base_digits) or 0
    p.done()
    order = found(call, pair, number, name)
    if order is None or not order.live:
        raise Refused(NO_ORDER)
    if units % pair.facts.lot or units < pair.filters.min_qty:
        raise filter_failure("LOT_SIZE")
    lots = units // pair.facts.lot
    if lots == order.lots:
        raise Refused(AMEND_SAME)
    if lots > order.lots or order.list_id >= 0:
        raise Refused(AMEND_LARGER)
    if lots <= order.executed:
        raise Refused((-2038, "The new quantity is not larger than what is filled already."))
    if order.amends >= pair.filters.max_amends:
        raise filter_failure("MAX_NUM_ORDER_AMENDS")
    old_name = order.client_id
    amend(call.floor, pair, order, lots, new_name or call.floor.client_name())
    return {
        "transactTime": call.floor.market_ms,
        "executionId": call.floor.numbers.get("execution", 0),
        "amendedOrder": amended(order, old_name),
    }


def amended(order: Order, old_name: str) -> dict[str, Any]:
    """An order as the answer to an amendment shows it."""
    facts = order.facts
    return {
        "symbol": order.pair_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "origClientOrderId": old_name,
        "clientOrderId": order.client_id,
        "price": facts.price_text(order.terms.price),
        "qty": facts.qty_text(order.lots),
        "executedQty": facts.qty_text(order.executed),
        "preventedQty": facts.qty_text(0),
        "cumulativeQuoteQty": text_of(order.quote),
        "status": order.status,
        "timeInForce": order.terms.tif,
        "type": order.terms.type,
        "side": "BUY" if order.terms.side > 0 else "SELL",
        "workingTime": order.working_ms,
        "selfTradePreventionMode": order.terms.stp,
    }


def new_oco(call: Call) -> Any:
    """POST orderList/oco."""
    pair = call.pair()
    asked = oco_terms(call, pair)
    return make_list(call, pair, asked)


def new_oco_old(call: Call) -> Any:
    """POST order/oco."""
    pair = call.pair()
    asked = old_oco_terms(call, pair)
    return make_list(call, pair, asked)


def make_list(call: Call, pair: Pair, asked: Oco) -> Any:
    """Place a list and show it."""
    call.params.done()
    entry = place_oco(call.floor, call.owner, pair, asked)
    kind = asked.above.reply
    return told(entry, call.floor.market_ms) | {"orderReports": [report(one, kind) for one in entry.orders]}


def report(order: Order, kind: str) -> dict[str, Any]:
    """One order of a list's answer."""
    return answer(order, "RESULT" if kind == "FULL" else kind)


def cancel_list(call: Call) -> Any:
    """DELETE orderList."""
    pair = call.pair()
    p = call.params
    number, name = p.integer("orderListId"), p.text("listClientOrderId")
    p.ignore("newClientOrderId")
    p.done()
    entry = list_of(call, number, name)
    if entry is None or entry.pair_id != pair.pair_id or entry.status == "ALL_DONE":
        raise Refused(UNKNOWN_ORDER)
    live = next(one for one in entry.orders if one.live)
    if call.floor.faults.take("cancel_ignored", call.owner.name, pair.pair_id):
        said = cancelled_list(entry, call.floor.market_ms)
        for one in said["orderReports"]:
            one["status"] = "CANCELED"
        return said | {"listStatusType": "ALL_DONE", "listOrderStatus": "ALL_DONE"}
    cancel(call.floor, pair, live, call.floor.client_name())
    return cancelled_list(entry, call.floor.market_ms)


def list_of(call: Call, number: int | None, name: str | None) -> OrderList | None:
    """A list of the caller by either id."""
    if number is None and name is None:
        raise missing("orderListId")
    mine = (one for one in call.floor.lists.values() if one.orders[0].owner == call.owner.name)
    return next((one for one in mine if number in (None, one.list_id) and name in (None, one.client_id)), None)


def cancelled_list(entry: OrderList, time_ms: int) -> dict[str, Any]:
    """A list as the answer to its cancel shows it."""
    return told(entry, time_ms) | {"orderReports": [cancelled(one, one.client_id) for one in entry.orders]}
