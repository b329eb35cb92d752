"""Weights, order counts, 429 and 418, and their headers."""

from __future__ import annotations

from tests.sandbox.scenes import NOW_MS, RULES, Client, balances, candle_market, made_key

from botswain.sandbox.budget import Allowed
from botswain.sandbox.exchange import Exchange, Opening


def limited(**given: int) -> Client:
    """A client of an exchange with tight limits."""
    opening = Opening("main", made_key("main"), balances({"USDT": "10000", "BTC": "10"}))
    return Client(Exchange(candle_market(), RULES, [opening], Allowed(**given), compiled=False))


def test_every_answer_tells_the_weight_used_and_windows_begin_anew() -> None:
    client = limited()
    client.public("exchangeInfo")
    reply = client.raw("GET", "/api/v3/depth", signed=False, symbol="BTCUSDT", limit=1000)
    assert reply.headers["X-MBX-USED-WEIGHT-1M"] == "70"
    client.now_ms += 60_000
    assert client.raw("GET", "/api/v3/ping", signed=False).headers["X-MBX-USED-WEIGHT"] == "1"


def test_orders_that_succeed_cost_no_weight_and_are_counted() -> None:
    client = limited()
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1"}
    reply = client.raw("POST", "/api/v3/order", **order, price="90")
    assert (reply.headers["X-MBX-USED-WEIGHT-1M"], reply.headers["X-MBX-ORDER-COUNT-10S"]) == ("0", "1")
    failed = client.raw("POST", "/api/v3/order", **order, price="90.001")
    assert failed.headers["X-MBX-USED-WEIGHT-1M"] == "1"
    assert "X-MBX-ORDER-COUNT-10S" not in failed.headers
    filled = client.raw("POST", "/api/v3/order", **order, price="100")
    assert filled.headers["X-MBX-ORDER-COUNT-10S"] == "1"
    counts = client.send("GET", "rateLimit/order")
    assert [one["count"] for one in counts] == [1, 1]


def test_too_many_orders_are_refused_until_the_window_ends() -> None:
    client = limited(orders_10s=2)
    for _ in range(2):
        assert client.limit("BUY", "0.1", "90")["status"] == "NEW"
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "90"}
    reply = client.raw("POST", "/api/v3/order", **order)
    assert (reply.status, reply.headers["Retry-After"]) == (429, "10")
    assert b"Too many new orders; current limit is 2 orders per 10 SECOND." in reply.body
    client.now_ms += 10_000
    assert client.limit("BUY", "0.1", "90")["status"] == "NEW"


def test_too_much_weight_is_429_and_going_on_is_418() -> None:
    client = limited(weight=30)
    assert client.raw("GET", "/api/v3/exchangeInfo", signed=False).status == 200
    codes = [client.raw("GET", "/api/v3/exchangeInfo", signed=False) for _ in range(12)]
    assert [one.status for one in codes] == [429] * 10 + [418] * 2
    assert codes[0].headers["Retry-After"] == str(60 - NOW_MS // 1000 % 60)
    assert b"current limit is 30 request weight per 1 MINUTE" in codes[0].body
    client.now_ms += 119_000
    assert client.raw("GET", "/api/v3/ping", signed=False).status == 418
    client.now_ms += 1_000
    assert client.raw("GET", "/api/v3/ping", signed=False).status == 200
