"""Every request the exchange answers, under its WebSocket API name, and the REST routes that lead to the same."""

from __future__ import annotations

from botswain.sandbox import market_calls as market
from botswain.sandbox import query_calls as query
from botswain.sandbox import trading_calls as trading
from botswain.sandbox.call import KEYED, SIGNED, Endpoint
from botswain.sandbox.params import Params


def open_weight(p: Params) -> int:
    """openOrders: 6 for a symbol, 80 for all."""
    return 6 if "symbol" in p.values else 80


def trades_weight(p: Params) -> int:
    """myTrades: 5 with an order's id, else 20."""
    return 5 if "orderId" in p.values else 20


def test_weight(p: Params) -> int:
    """order/test: 20 with commission rates."""
    return 20 if p.values.get("computeCommissionRates", "").lower() == "true" else 1


ENDPOINTS = {
    "ping": Endpoint(market.ping),
    "time": Endpoint(market.server_time),
    "exchangeInfo": Endpoint(market.exchange_info, weight=20),
    "depth": Endpoint(market.order_book, weight=market.depth_weight),
    "trades.recent": Endpoint(market.trades, weight=25),
    "trades.historical": Endpoint(market.trades, weight=25),
    "trades.aggregate": Endpoint(market.agg_trades, weight=4),
    "klines": Endpoint(market.klines, weight=2),
    "uiKlines": Endpoint(market.klines, weight=2),
    "avgPrice": Endpoint(market.average_price, weight=2),
    "ticker.24hr": Endpoint(market.ticker_day, weight=market.day_weight),
    "ticker.price": Endpoint(market.ticker_price, weight=market.ticker_weight),
    "ticker.book": Endpoint(market.ticker_book, weight=market.ticker_weight),
    "executionRules": Endpoint(market.execution_rules, weight=2),
    "referencePrice": Endpoint(market.reference_price, weight=2),
    "order.place": Endpoint(trading.new_order, SIGNED, orders=1, free=True),
    "order.test": Endpoint(trading.test_order, SIGNED, test_weight),
    "order.status": Endpoint(query.one_order, SIGNED, 4),
    "order.cancel": Endpoint(trading.cancel_order, SIGNED, free=True),
    "order.cancelReplace": Endpoint(trading.cancel_replace, SIGNED, orders=1, free=True),
    "order.amend.keepPriority": Endpoint(trading.amend_order, SIGNED, 4),
    "openOrders.status": Endpoint(query.open_orders, SIGNED, open_weight),
    "openOrders.cancelAll": Endpoint(trading.cancel_all, SIGNED, free=True),
    "orderList.place.oco": Endpoint(trading.new_oco, SIGNED, orders=2, free=True),
    "orderList.place": Endpoint(trading.new_oco_old, SIGNED, orders=2, free=True),
    "orderList.status": Endpoint(query.one_list, SIGNED, 4),
    "orderList.cancel": Endpoint(trading.cancel_list, SIGNED, free=True),
    "openOrderLists.status": Endpoint(query.open_lists, SIGNED, 6),
    "allOrderLists": Endpoint(query.all_lists, SIGNED, 20),
    "account.status": Endpoint(query.account_status, SIGNED, 20),
    "account.rateLimits.orders": Endpoint(query.order_rate, SIGNED, 40),
    "account.commission": Endpoint(query.commission, SIGNED, 20),
    "allOrders": Endpoint(query.all_orders, SIGNED, 20),
    "myTrades": Endpoint(query.my_trades, SIGNED, trades_weight),
    "tradeFee": Endpoint(query.trade_fee, SIGNED),
    "restrictions": Endpoint(query.restrictions, SIGNED),
    "nothing": Endpoint(query.nothing, KEYED),
    "gone": Endpoint(market.gone),
}

V3, SAPI = "/api/v3/", "/sapi/v1/"
ROUTES = {
    ("GET", V3 + "ping"): "ping",
    ("GET", V3 + "time"): "time",
    ("GET", V3 + "exchangeInfo"): "exchangeInfo",
    ("GET", V3 + "depth"): "depth",
    ("GET", V3 + "trades"): "trades.recent",
    ("GET", V3 + "historicalTrades"): "trades.historical",
    ("GET", V3 + "aggTrades"): "trades.aggregate",
    ("GET", V3 + "klines"): "klines",
    ("GET", V3 + "uiKlines"): "uiKlines",
    ("GET", V3 + "avgPrice"): "avgPrice",
    ("GET", V3 + "ticker/24hr"): "ticker.24hr",
    ("GET", V3 + "ticker/price"): "ticker.price",
    ("GET", V3 + "ticker/bookTicker"): "ticker.book",
    ("GET", V3 + "executionRules"): "executionRules",
    ("GET", V3 + "referencePrice"): "referencePrice",
    ("POST", V3 + "order"): "order.place",
    ("POST", V3 + "order/test"): "order.test",
    ("GET", V3 + "order"): "order.status",
    ("DELETE", V3 + "order"): "order.cancel",
    ("POST", V3 + "order/cancelReplace"): "order.cancelReplace",
    ("PUT", V3 + "order/amend/keepPriority"): "order.amend.keepPriority",
    ("GET", V3 + "openOrders"): "openOrders.status",
    ("DELETE", V3 + "openOrders"): "openOrders.cancelAll",
    ("POST", V3 + "orderList/oco"): "orderList.place.oco",
    ("POST", V3 + "order/oco"): "orderList.place",
    ("GET", V3 + "orderList"): "orderList.status",
    ("DELETE", V3 + "orderList"): "orderList.cancel",
    ("GET", V3 + "openOrderList"): "openOrderLists.status",
    ("GET", V3 + "allOrderList"): "allOrderLists",
    ("GET", V3 + "account"): "account.status",
    ("GET", V3 + "account/commission"): "account.commission",
    ("GET", V3 + "rateLimit/order"): "account.rateLimits.orders",
    ("GET", V3 + "allOrders"): "allOrders",
    ("GET", V3 + "myTrades"): "myTrades",
    ("POST", V3 + "userDataStream"): "gone",
    ("PUT", V3 + "userDataStream"): "gone",
    ("DELETE", V3 + "userDataStream"): "gone",
    ("GET", SAPI + "asset/tradeFee"): "tradeFee",
    ("GET", SAPI + "account/apiRestrictions"): "restrictions",
    ("GET", SAPI + "capital/config/getall"): "nothing",
    ("GET", SAPI + "margin/allPairs"): "nothing",
    ("GET", SAPI + "margin/isolated/allPairs"): "nothing",
}
# Not the WebSocket API's.
REST_ONLY = ("tradeFee", "restrictions", "nothing", "gone", "executionRules", "referencePrice")
