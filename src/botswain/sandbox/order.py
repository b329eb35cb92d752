"""An order as the exchange keeps it, and the JSON objects in which it is shown.

The words are the wire's own (BUY, GTC, FILLED): this is where they are at home, and every client knows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botswain.sandbox.amounts import text_of
from botswain.sandbox.facts import Facts

NEW = "NEW"
PARTIALLY_FILLED = "PARTIALLY_FILLED"
FILLED = "FILLED"
CANCELED = "CANCELED"
REJECTED = "REJECTED"
EXPIRED = "EXPIRED"
LIVE = (NEW, PARTIALLY_FILLED)
ALGO = ("STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT")
SIDES = {1: "BUY", -1: "SELL"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked for. Prices in ticks, quantities in lots, quote_qty in units; 0 is absent.

    reply  ACK, RESULT or FULL
    """

    side: int
    type: str
    tif: str
    lots: int
    price: int = 0
    stop: int = 0
    quote_qty: int = 0
    client_id: str = ""
    stp: str = "NONE"
    strategy_id: int | None = None
    strategy_type: int | None = None
    reply: str = "FULL"


@dataclass(frozen=True, slots=True)
class Trade:
    """A fill of one account; amounts in units, price in ticks. time_ms is the market's time, done_ms the server's."""

    number: int
    pair_id: str
    order_id: int
    list_id: int
    side: int
    price: int
    lots: int
    quote: int
    fee: int
    fee_asset: str
    time_ms: int
    maker: bool
    done_ms: int = 0


@dataclass(slots=True)
class Lock:
    """What an order, or the two of a list together, hold back."""

    asset: str
    units: int = 0


@dataclass(slots=True)
class Order:
    """An accepted order. time_ms is the market's time, placed_ms and ended_ms (0: never) are the server's."""

    owner: str
    facts: Facts
    order_id: int
    client_id: str
    terms: Terms
    lots: int
    time_ms: int
    lock: Lock
    list_id: int = -1
    status: str = NEW
    executed: int = 0
    quote: int = 0
    update_ms: int = 0
    working_ms: int = -1
    working: bool = False
    slot: int = -1
    amends: int = 0
    placed_ms: int = 0
    ended_ms: int = 0
    expiry: str = ""
    fills: list[Trade] = field(default_factory=list)

    @property
    def pair_id(self) -> str:
        """The market's own name."""
        return self.facts.market_id

    @property
    def leaves(self) -> int:
        """What is not filled, in lots."""
        return self.lots - self.executed

    @property
    def live(self) -> bool:
        """Whether it can still fill."""
        return self.status in LIVE


def ack(order: Order) -> dict[str, Any]:
    """The short answer to a new order."""
    return {
        "symbol": order.pair_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
        "transactTime": order.update_ms,
    }


def answer(order: Order, reply: str) -> dict[str, Any]:
    """The answer to a new order: ACK, RESULT or FULL."""
    found = ack(order)
    if reply == "ACK":
        return found
    found |= figures(order)
    if reply == "FULL":
        found["fills"] = [fill(order.facts, one) for one in order.fills]
    return found


def figures(order: Order) -> dict[str, Any]:
    """What every longer form of an order has."""
    facts, terms = order.facts, order.terms
    found: dict[str, Any] = {
        "price": facts.price_text(terms.price),
        "origQty": facts.qty_text(order.lots),
        "executedQty": facts.qty_text(order.executed),
        "origQuoteOrderQty": text_of(terms.quote_qty),
        "cummulativeQuoteQty": text_of(order.quote),
        "status": order.status,
        "timeInForce": terms.tif,
        "type": terms.type,
        "side": SIDES[terms.side],
    }
    if terms.stop:
        found["stopPrice"] = facts.price_text(terms.stop)
    if terms.strategy_id is not None:
        found["strategyId"] = terms.strategy_id
    if terms.strategy_type is not None:
        found["strategyType"] = terms.strategy_type
    if order.expiry:
        found["expiryReason"] = order.expiry
    if order.working_ms >= 0:
        found["workingTime"] = order.working_ms
    found["selfTradePreventionMode"] = terms.stp
    return found


def shown(order: Order) -> dict[str, Any]:
    """An order as a query shows it."""
    found = {
        "symbol": order.pair_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": order.client_id,
    }
    found |= figures(order)
    found["stopPrice"] = order.facts.price_text(order.terms.stop)
    found["icebergQty"] = text_of(0)
    found["time"] = order.time_ms
    found["updateTime"] = order.update_ms
    found["isWorking"] = order.working
    found["workingTime"] = order.working_ms
    return found


def cancelled(order: Order, cancel_id: str) -> dict[str, Any]:
    """The answer to a cancel."""
    return {
        "symbol": order.pair_id,
        "origClientOrderId": order.client_id,
        "orderId": order.order_id,
        "orderListId": order.list_id,
        "clientOrderId": cancel_id,
        "transactTime": order.update_ms,
    } | figures(order)


def fill(facts: Facts, one: Trade) -> dict[str, Any]:
    """A fill inside the FULL answer."""
    return {
        "price": facts.price_text(one.price),
        "qty": facts.qty_text(one.lots),
        "commission": text_of(one.fee),
        "commissionAsset": one.fee_asset,
        "tradeId": one.number,
    }


def trade(facts: Facts, one: Trade) -> dict[str, Any]:
    """A fill as myTrades shows it."""
    return {
        "symbol": one.pair_id,
        "id": one.number,
        "orderId": one.order_id,
        "orderListId": one.list_id,
        "price": facts.price_text(one.price),
        "qty": facts.qty_text(one.lots),
        "quoteQty": text_of(one.quote),
        "commission": text_of(one.fee),
        "commissionAsset": one.fee_asset,
        "time": one.time_ms,
        "isBuyer": one.side > 0,
        "isMaker": one.maker,
        "isBestMatch": True,
    }
