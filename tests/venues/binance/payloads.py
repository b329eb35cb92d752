"""Payloads as Binance sends them, written from its documentation; the tests change a field here and there."""

from __future__ import annotations

import json
from typing import Any

ID = "1f0c2a44-9b7e-4d31-8a55-0c1d2e3f4a5b"
OTHER_ID = "7b1c2a44-9b7e-4d31-8a55-0c1d2e3f4a5b"

BTCUSDT: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "status": "TRADING",
    "baseAsset": "BTC",
    "baseAssetPrecision": 8,
    "quoteAsset": "USDT",
    "quotePrecision": 8,
    "quoteAssetPrecision": 8,
    "baseCommissionPrecision": 8,
    "quoteCommissionPrecision": 8,
    "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET", "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT"],
    "ocoAllowed": True,
    "cancelReplaceAllowed": True,
    "amendAllowed": True,
    "isSpotTradingAllowed": True,
    "filters": [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": "0.01000000",
            "maxPrice": "1000000.00000000",
            "tickSize": "0.01000000",
        },
        {"filterType": "LOT_SIZE", "minQty": "0.00001000", "maxQty": "9000.00000000", "stepSize": "0.00001000"},
        {"filterType": "MARKET_LOT_SIZE", "minQty": "0.00000000", "maxQty": "116.22", "stepSize": "0.00000000"},
        {
            "filterType": "PERCENT_PRICE_BY_SIDE",
            "bidMultiplierUp": "5",
            "bidMultiplierDown": "0.2",
            "askMultiplierUp": "5",
            "askMultiplierDown": "0.2",
            "avgPriceMins": 5,
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": "5.00000000",
            "applyMinToMarket": True,
            "maxNotional": "9000000.00000000",
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
        {"filterType": "MAX_NUM_ORDERS", "maxNumOrders": 200},
        {"filterType": "MAX_NUM_ALGO_ORDERS", "maxNumAlgoOrders": 5},
        {"filterType": "A_FILTER_OF_TOMORROW", "whatever": 1},
    ],
    "permissions": [],
    "permissionSets": [["SPOT"]],
}
EXCHANGE_INFO: dict[str, Any] = {
    "timezone": "UTC",
    "serverTime": 1565246363776,
    "rateLimits": [
        {"rateLimitType": "REQUEST_WEIGHT", "interval": "MINUTE", "intervalNum": 1, "limit": 6000},
        {"rateLimitType": "ORDERS", "interval": "SECOND", "intervalNum": 10, "limit": 100},
        {"rateLimitType": "ORDERS", "interval": "DAY", "intervalNum": 1, "limit": 200000},
    ],
    "exchangeFilters": [],
    "symbols": [BTCUSDT],
}
ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "orderId": 28,
    "orderListId": -1,
    "clientOrderId": ID,
    "transactTime": 1507725176595,
    "price": "61837.64000000",
    "origQty": "10.00000000",
    "executedQty": "10.00000000",
    "origQuoteOrderQty": "0.000000",
    "cummulativeQuoteQty": "618376.20000000",
    "status": "FILLED",
    "timeInForce": "GTC",
    "type": "LIMIT",
    "side": "BUY",
    "workingTime": 1507725176595,
    "selfTradePreventionMode": "NONE",
    "fills": [
        {
            "price": "61837.60000000",
            "qty": "4.00000000",
            "commission": "0.00400000",
            "commissionAsset": "BTC",
            "tradeId": 56,
        },
        {
            "price": "61837.64000000",
            "qty": "6.00000000",
            "commission": "0.00600000",
            "commissionAsset": "BTC",
            "tradeId": 57,
        },
    ],
}
RESTING: dict[str, Any] = {
    **ORDER,
    "executedQty": "0.00000000",
    "cummulativeQuoteQty": "0.00000000",
    "status": "NEW",
    "fills": [],
}
QUERIED: dict[str, Any] = {
    **{name: value for name, value in RESTING.items() if name not in ("transactTime", "fills")},
    "stopPrice": "0.00000000",
    "icebergQty": "0.00000000",
    "time": 1499827319559,
    "updateTime": 1499827319560,
    "isWorking": True,
}
CANCELLED: dict[str, Any] = {
    **{name: value for name, value in RESTING.items() if name != "fills"},
    "origClientOrderId": ID,
    "clientOrderId": "cancelMyOrder1",
    "executedQty": "4.00000000",
    "cummulativeQuoteQty": "247350.40000000",
    "status": "CANCELED",
}
ACK = {name: ORDER[name] for name in ("symbol", "orderId", "orderListId", "clientOrderId", "transactTime")}
AMENDED: dict[str, Any] = {
    "transactTime": 1741923284382,
    "executionId": 16,
    "amendedOrder": {
        "symbol": "BTCUSDT",
        "orderId": 12,
        "orderListId": -1,
        "origClientOrderId": ID,
        "clientOrderId": ID,
        "price": "5.00000000",
        "qty": "5.00000000",
        "executedQty": "0.00000000",
        "preventedQty": "0.00000000",
        "quoteOrderQty": "0.00000000",
        "cumulativeQuoteQty": "0.00000000",
        "status": "NEW",
        "timeInForce": "GTC",
        "type": "LIMIT",
        "side": "SELL",
        "workingTime": 1741923284364,
        "selfTradePreventionMode": "NONE",
    },
}
OCO: dict[str, Any] = {
    "orderListId": 1,
    "contingencyType": "OCO",
    "listStatusType": "EXEC_STARTED",
    "listOrderStatus": "EXECUTING",
    "listClientOrderId": "list-1",
    "transactionTime": 1710485608839,
    "symbol": "BTCUSDT",
    "orders": [
        {"symbol": "BTCUSDT", "orderId": 10, "clientOrderId": "stop-1"},
        {"symbol": "BTCUSDT", "orderId": 11, "clientOrderId": "profit-1"},
    ],
    "orderReports": [
        {
            **RESTING,
            "orderId": 10,
            "orderListId": 1,
            "clientOrderId": "stop-1",
            "type": "STOP_LOSS",
            "stopPrice": "1.0",
        },
        {**RESTING, "orderId": 11, "orderListId": 1, "clientOrderId": "profit-1", "type": "LIMIT_MAKER"},
    ],
}
MY_TRADE: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "id": 28457,
    "orderId": 100234,
    "orderListId": -1,
    "price": "4.00000100",
    "qty": "12.00000000",
    "quoteQty": "48.000012",
    "commission": "10.10000000",
    "commissionAsset": "BNB",
    "time": 1499865549590,
    "isBuyer": True,
    "isMaker": False,
    "isBestMatch": True,
}
ACCOUNT: dict[str, Any] = {
    "makerCommission": 15,
    "commissionRates": {"maker": "0.00150000", "taker": "0.00200000", "buyer": "0.0", "seller": "0.0"},
    "canTrade": True,
    "canWithdraw": True,
    "updateTime": 123456789,
    "accountType": "SPOT",
    "balances": [
        {"asset": "BTC", "free": "4723846.89208129", "locked": "0.00000001"},
        {"asset": "LTC", "free": "4763368.68006011", "locked": "0.00000000"},
    ],
    "permissions": ["SPOT"],
    "uid": 354937868,
}


def raw(value: object, **changes: Any) -> bytes:
    """A payload as bytes, with other fields."""
    return json.dumps({**value, **changes} if isinstance(value, dict) else value).encode()


def without(value: dict[str, Any], name: str) -> bytes:
    """A payload as bytes that lacks a field."""
    return json.dumps({key: one for key, one in value.items() if key != name}).encode()


def streamed(name: str, value: dict[str, Any], **changes: Any) -> bytes:
    """A payload in a combined message."""
    return json.dumps({"stream": name, "data": {**value, **changes}}).encode()


def user(value: dict[str, Any], **changes: Any) -> bytes:
    """A user event as the WebSocket API sends it."""
    return json.dumps({"subscriptionId": 0, "event": {**value, **changes}}).encode()


def error(code: int, message: str = "no", data: object = None) -> bytes:
    """A refusal."""
    found: dict[str, Any] = {"code": code, "msg": message}
    return json.dumps(found if data is None else {**found, "data": data}).encode()
