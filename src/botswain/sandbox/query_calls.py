"""The requests about one's own orders, trades and balances. Read lag and lost history are faults that act here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from botswain.sandbox.amounts import text_of
from botswain.sandbox.call import Call
from botswain.sandbox.order import NEW, PARTIALLY_FILLED, Order, shown, trade
from botswain.sandbox.order_list import told
from botswain.sandbox.refusals import NO_ORDER, WINDOW_TOO_BIG, Refused, either
from botswain.sandbox.trading_calls import found, list_of

DAY_MS = 86_400_000


def one_order(call: Call) -> Any:
    """GET order."""
    pair = call.pair()
    p = call.params
    number, name = p.integer("orderId"), p.text("origClientOrderId")
    p.done()
    if number is None and name is None:
        raise either("origClientOrderId", "orderId")
    order = next(iter(visible(call, filter(None, [found(call, pair, number, name)]))), None)
    if order is None:
        raise Refused(NO_ORDER)
    return shown(order)


def visible(call: Call, orders: Iterable[Order]) -> list[Order]:
    """Orders as a read replica sees them. Raises what a fault says."""
    name = call.owner.name
    refused = call.floor.faults.take("lookup_refused", name)
    if refused:
        raise Refused((refused["code"], refused["msg"]), refused["status"])
    since_ms = seen_until(call)
    if since_ms is None:
        return list(orders)
    return [was(one, since_ms) for one in orders if one.placed_ms < since_ms]


def was(order: Order, since_ms: int) -> Order:
    """An order as it was at a time of the server's."""
    fills = [one for one in order.fills if one.done_ms < since_ms]
    if len(fills) == len(order.fills) and not order.ended_ms >= since_ms:
        return order
    lots = sum(one.lots for one in fills)
    status = PARTIALLY_FILLED if lots else NEW
    return replace(order, fills=fills, executed=lots, quote=sum(one.quote for one in fills), status=status, expiry="")


def seen_until(call: Call) -> int | None:
    """The server's time up to which a read replica knows what happened; None where it knows all."""
    lag = call.floor.faults.take("read_lag", call.owner.name)
    return call.now_ms - lag["lag_ms"] if lag else None


def open_orders(call: Call) -> Any:
    """GET openOrders."""
    name = call.params.symbol()
    pair = call.named(name) if name else None
    call.params.done()
    # What has ended a moment ago is open yet for who sees what was before.
    there = call.owner.orders if "read_lag" in call.floor.faults.on else call.owner.open
    mine = [one for one in there.values() if pair is None or one.facts is pair.facts]
    return [shown(one) for one in visible(call, mine) if one.live]


def all_orders(call: Call) -> Any:
    """GET allOrders."""
    pair = call.pair()
    first, start, end, limit = bounds(call, "orderId", 500)
    call.params.done()
    mine = visible(call, (one for one in call.owner.orders.values() if one.facts is pair.facts))
    return [shown(one) for one in window(mine, (first, start, end, limit), lambda one: (one.order_id, one.time_ms))]


def my_trades(call: Call) -> Any:
    """GET myTrades."""
    pair = call.pair()
    order_id = call.params.integer("orderId")
    first, start, end, limit = bounds(call, "fromId", 500)
    call.params.done()
    since_ms = seen_until(call)
    mine = [
        one for one in call.owner.trades if one.pair_id == pair.pair_id and (since_ms is None or one.done_ms < since_ms)
    ]
    if order_id is not None:
        mine = [one for one in mine if one.order_id == order_id]
    kept = window(mine, (first, start, end, limit), lambda one: (one.number, one.time_ms))
    return [trade(pair.facts, one) for one in kept]


def bounds(call: Call, name: str, default: int) -> tuple[int | None, int | None, int | None, int]:
    """The first id, the times and the limit that a list is asked by."""
    p = call.params
    first, start, end = p.integer(name), p.integer("startTime"), p.integer("endTime")
    if start is not None and end is not None and end - start > DAY_MS:
        raise Refused(WINDOW_TOO_BIG)
    return first, start, end, p.limit(default, 1000)


def window(entries: list[Any], asked: tuple[int | None, int | None, int | None, int], key: Any) -> list[Any]:
    """Entries in order of time: the oldest from a start or first id on, else the latest."""
    first, start, end, limit = asked
    kept = [
        one
        for one in entries
        if (first is None or key(one)[0] >= first)
        and (start is None or key(one)[1] >= start)
        and (end is None or key(one)[1] <= end)
    ]
    return kept[:limit] if first is not None or start is not None else kept[-limit:]


def account_status(call: Call) -> Any:
    """GET account."""
    hide = call.params.flag("omitZeroBalances")
    call.params.done()
    account = call.owner
    pairs = call.pairs()
    maker, taker = (pairs[0].facts.rates[True], pairs[0].facts.rates[False]) if pairs else (0, 0)
    since_ms = seen_until(call)
    free, locked = (account.free, account.locked) if since_ms is None else account.before(since_ms)
    assets = sorted({*account.assets(), *(one.facts.base for one in pairs), *(one.facts.quote for one in pairs)})
    return {
        "makerCommission": maker // 10_000,
        "takerCommission": taker // 10_000,
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": rate_text(maker),
            "taker": rate_text(taker),
            "buyer": rate_text(0),
            "seller": rate_text(0),
        },
        "canTrade": account.can_trade,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": account.update_ms,
        "accountType": "SPOT",
        "balances": [
            {
                "asset": asset,
                "free": text_of(free.get(asset, 0)),
                "locked": text_of(locked.get(asset, 0)),
            }
            for asset in assets
            if free.get(asset, 0) + locked.get(asset, 0) or not hide
        ],
        "permissions": ["SPOT"],
        "uid": account.uid,
    }


def rate_text(rate_e8: int) -> str:
    """A fee rate."""
    return text_of(rate_e8 * 10**10)


def restrictions(call: Call) -> Any:
    """GET account/apiRestrictions of /sapi: what the key may do."""
    rights = call.owner.rights
    return {
        "ipRestrict": "any_address" not in rights,
        "createTime": call.now_ms,
        "enableReading": True,
        "enableWithdrawals": "withdraw" in rights,
        "enableInternalTransfer": "transfer" in rights,
        "permitsUniversalTransfer": "transfer" in rights,
        "enableSpotAndMarginTrading": call.owner.can_trade,
    }


def commission(call: Call) -> Any:
    """GET account/commission."""
    pair = call.pair()
    call.params.done()
    rates, zero = pair.facts.rates, rate_text(0)
    none = {"maker": zero, "taker": zero, "buyer": zero, "seller": zero}
    return {
        "symbol": pair.pair_id,
        "standardCommission": none | {"maker": rate_text(rates[True]), "taker": rate_text(rates[False])},
        "specialCommission": none,
        "taxCommission": none,
        "discount": {
            "enabledForAccount": bool(pair.facts.third),
            "enabledForSymbol": bool(pair.facts.third),
            "discountAsset": pair.facts.third or "BNB",
            "discount": zero,
        },
    }


def order_rate(call: Call) -> Any:
    """GET rateLimit/order."""
    call.params.done()
    return call.budget.order_limits(call.owner.name, call.now_ms)


def one_list(call: Call) -> Any:
    """GET orderList."""
    p = call.params
    number, name = p.integer("orderListId"), p.text("origClientOrderId")
    p.done()
    entry = list_of(call, number, name)
    if entry is None:
        raise Refused((-2018, "Order list does not exist."))
    return told(entry, entry.time_ms)


def all_lists(call: Call) -> Any:
    """GET allOrderList."""
    asked = bounds(call, "fromId", 500)
    call.params.done()
    mine = [one for one in call.floor.lists.values() if one.orders[0].owner == call.owner.name]
    return [told(one, one.time_ms) for one in window(mine, asked, lambda one: (one.list_id, one.time_ms))]


def open_lists(call: Call) -> Any:
    """GET openOrderList."""
    call.params.done()
    mine = [one for one in call.floor.lists.values() if one.orders[0].owner == call.owner.name]
    return [told(one, one.time_ms) for one in mine if one.status == "EXECUTING"]


def trade_fee(call: Call) -> Any:
    """GET sapi asset/tradeFee."""
    name = call.params.symbol()
    pairs = [call.named(name)] if name else call.pairs()
    call.params.done()
    return [
        {
            "symbol": one.pair_id,
            "makerCommission": rate_text(one.facts.rates[True]),
            "takerCommission": rate_text(one.facts.rates[False]),
        }
        for one in pairs
    ]


def nothing(call: Call) -> Any:
    """Requests of other products: there is nothing of them here."""
    call.params.ignore(*call.params.values)
    return []
