"""Answers that show orders and fills, decoded: order, cancel, amend, lists, myTrades.

A reply is read whole or not at all. Which outcome it means stands in `outcomes`.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import Struct, field

from botswain.model.order_events import Acknowledged, ListReport, OrderReport, OwnTrade
from botswain.model.orders import Liquidity, Side
from botswain.model.outcomes import Rows
from botswain.venues.binance.facts import KINDS, SIDES, STATES, TIFS
from botswain.venues.binance.wire import ABSENT, ZERO, decode, decode_rows, figure, figures, present, signed, word

NO_LIST = -1


class _Fill(Struct):
    price: Decimal
    qty: Decimal
    commission: Decimal
    commissionAsset: str
    tradeId: int


class _Order(Struct):
    """An order as placing, cancelling and querying show it; the times differ by which of them it was."""

    symbol: str
    orderId: int
    clientOrderId: str
    price: Decimal
    origQty: Decimal
    executedQty: Decimal
    cummulativeQuoteQty: Decimal
    status: str
    type: str
    side: str
    timeInForce: str = ""
    orderListId: int = NO_LIST
    origClientOrderId: str = ""
    stopPrice: Decimal = ZERO
    trailingDelta: int = 0
    transactTime: int = 0
    updateTime: int = 0
    time: int = 0
    isWorking: bool | None = None
    expiryReason: str = ""
    fills: list[_Fill] = field(default_factory=list)


class _Amended(Struct):
    symbol: str
    orderId: int
    clientOrderId: str
    price: Decimal
    qty: Decimal
    executedQty: Decimal
    cumulativeQuoteQty: Decimal
    status: str
    type: str
    side: str
    timeInForce: str = ""
    orderListId: int = NO_LIST


class _Amendment(Struct):
    transactTime: int
    amendedOrder: _Amended


class _Ack(Struct):
    symbol: str
    orderId: int
    clientOrderId: str
    orderListId: int = NO_LIST
    transactTime: int = 0
    # Where all of these are absent the reply is an ACK; with any of them it is read as a whole order or not at all.
    status: msgspec.Raw = ABSENT
    origQty: msgspec.Raw = ABSENT
    executedQty: msgspec.Raw = ABSENT


class _Leg(Struct):
    symbol: str
    orderId: int
    clientOrderId: str


class _List(Struct):
    orderListId: int
    contingencyType: str
    listStatusType: str
    listOrderStatus: str
    listClientOrderId: str
    symbol: str
    orders: list[_Leg]
    transactionTime: int = 0
    orderReports: list[msgspec.Raw] = field(default_factory=list)


class _Listed(Struct):
    orderReports: msgspec.Raw = ABSENT


class _OwnTrade(Struct):
    symbol: str
    id: int
    orderId: int
    price: Decimal
    qty: Decimal
    quoteQty: Decimal
    commission: Decimal
    commissionAsset: str
    time: int
    isBuyer: bool
    isMaker: bool


_ORDER = msgspec.json.Decoder(_Order)
AMOUNTS = ("origQty", "price", "stopPrice", "executedQty", "cummulativeQuoteQty")
_ACK = msgspec.json.Decoder(_Ack)
_AMENDMENT = msgspec.json.Decoder(_Amendment)
_LIST = msgspec.json.Decoder(_List)
_LISTED = msgspec.json.Decoder(_Listed)
_OWN_TRADE = msgspec.json.Decoder(_OwnTrade)


def placed(raw: bytes | msgspec.Raw) -> OrderReport | Acknowledged:
    """The answer to a new order: FULL, RESULT or ACK. Raises Unreadable."""
    ack = decode(_ACK, "an order's answer", raw)
    if any(bytes(one) for one in (ack.status, ack.origQty, ack.executedQty)):
        return order(raw)
    listed = list_name(ack.orderListId)
    return Acknowledged(ack.symbol, ack.clientOrderId, str(ack.orderId), listed, ack.transactTime)


def order(raw: bytes | msgspec.Raw) -> OrderReport:
    """An order as a query, a cancel (under its own name, not the cancel's) or a new order shows it. Raises Unreadable.

    Its fills are told only in the answer to a new order; there the order's client id and side are the fill's.
    """
    found = decode(_ORDER, "an order", raw)
    what = f"order {found.clientOrderId}"
    side = word(what, "side", found.side, SIDES)
    name = found.origClientOrderId or found.clientOrderId
    at_ms = found.transactTime or found.updateTime or found.time
    amounts = (found.origQty, found.price, found.stopPrice, found.executedQty, found.cummulativeQuoteQty)
    figures(what, AMOUNTS, amounts)
    qty, price, trigger, filled_qty, filled_notional = amounts
    return OrderReport(
        market_id=found.symbol,
        client_order_id=name,
        venue_order_id=str(found.orderId),
        list_id=list_name(found.orderListId),
        side=side,
        kind=word(what, "type", found.type, KINDS),
        post_only=found.type == "LIMIT_MAKER",
        tif=word(what, "timeInForce", found.timeInForce, TIFS) if found.timeInForce else None,
        state=word(what, "status", found.status, STATES),
        qty=qty,
        price=price,
        trigger=trigger,
        trailing_bips=max(found.trailingDelta, 0),
        filled_qty=filled_qty,
        filled_notional=filled_notional,
        venue_time_ms=at_ms,
        on_book=found.isWorking,
        cause=cause_of(found.status, found.expiryReason),
        fills=tuple(_fill(one, found, name, side, at_ms) for one in found.fills),
    )


def cause_of(status: str, reason: str) -> str:
    """Why an order ended, in the venue's words."""
    return reason or (status if status == "EXPIRED_IN_MATCH" else "")


def list_name(number: int) -> str:
    """An order list's id as text; empty for none."""
    return "" if number == NO_LIST else str(number)


def _fill(one: _Fill, owner: _Order, name: str, side: Side, at_ms: int) -> OwnTrade:
    what = f"fill {one.tradeId} of order {name}"
    price, qty = figure(what, "price", one.price), figure(what, "qty", one.qty)
    return OwnTrade(
        market_id=owner.symbol,
        trade_id=str(one.tradeId),
        venue_order_id=str(owner.orderId),
        client_order_id=name,
        side=side,
        price=price,
        qty=qty,
        quote_qty=price * qty,
        fee=signed(what, "commission", one.commission),
        fee_asset=one.commissionAsset,
        # What fills in the very answer to its order has taken, unless it may not.
        liquidity=Liquidity.MAKER if owner.type == "LIMIT_MAKER" else Liquidity.TAKER,
        venue_time_ms=at_ms,
    )


def amended(raw: bytes | msgspec.Raw) -> OrderReport:
    """The answer to an amendment. Raises Unreadable. Its trigger is not told and stands as 0."""
    found = decode(_AMENDMENT, "an amendment's answer", raw)
    one = found.amendedOrder
    what = f"order {one.clientOrderId}"
    return OrderReport(
        market_id=one.symbol,
        client_order_id=one.clientOrderId,
        venue_order_id=str(one.orderId),
        list_id=list_name(one.orderListId),
        side=word(what, "side", one.side, SIDES),
        kind=word(what, "type", one.type, KINDS),
        post_only=one.type == "LIMIT_MAKER",
        tif=word(what, "timeInForce", one.timeInForce, TIFS) if one.timeInForce else None,
        state=word(what, "status", one.status, STATES),
        qty=figure(what, "qty", one.qty),
        price=figure(what, "price", one.price),
        trigger=ZERO,
        trailing_bips=0,
        filled_qty=figure(what, "executedQty", one.executedQty),
        filled_notional=figure(what, "cumulativeQuoteQty", one.cumulativeQuoteQty),
        venue_time_ms=found.transactTime,
    )


def order_list(raw: bytes | msgspec.Raw) -> ListReport:
    """An order list as placing, cancelling and querying show it. Raises Unreadable."""
    found = decode(_LIST, "an order list", raw)
    return ListReport(
        market_id=found.symbol,
        list_id=str(found.orderListId),
        list_client_id=found.listClientOrderId,
        contingency=found.contingencyType,
        list_status=found.listOrderStatus,
        done=found.listStatusType == "ALL_DONE",
        orders=tuple((str(one.orderId), one.clientOrderId) for one in found.orders),
        reports=tuple(placed(one) for one in found.orderReports),
        venue_time_ms=found.transactionTime,
    )


def cancelled(raw: bytes | msgspec.Raw) -> OrderReport | ListReport:
    """The answer to a cancel: the order, or the whole list that ended with it. Raises Unreadable."""
    return order_list(raw) if present(decode(_LISTED, "a cancel's answer", raw).orderReports) else order(raw)


def orders(raw: bytes) -> Rows[OrderReport]:
    """GET openOrders and allOrders."""
    return decode_rows("orders", raw, order)


def order_lists(raw: bytes) -> Rows[ListReport]:
    """GET openOrderList and allOrderList."""
    return decode_rows("order lists", raw, order_list)


def own_trades(raw: bytes) -> Rows[OwnTrade]:
    """GET myTrades."""
    return decode_rows("own trades", raw, _own_trade)


def _own_trade(raw: msgspec.Raw) -> OwnTrade:
    one = decode(_OWN_TRADE, "an own trade", raw)
    what = f"own trade {one.id}"
    return OwnTrade(
        market_id=one.symbol,
        trade_id=str(one.id),
        venue_order_id=str(one.orderId),
        client_order_id="",
        side=Side.BUY if one.isBuyer else Side.SELL,
        price=figure(what, "price", one.price),
        qty=figure(what, "qty", one.qty),
        quote_qty=figure(what, "quoteQty", one.quoteQty),
        fee=signed(what, "commission", one.commission),
        fee_asset=one.commissionAsset,
        liquidity=Liquidity.MAKER if one.isMaker else Liquidity.TAKER,
        venue_time_ms=one.time,
    )
