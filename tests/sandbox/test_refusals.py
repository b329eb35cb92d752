"""Every refusal with its code and text."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sandbox.scenes import NOW_MS, Client, exchange

from botswain.sandbox.door import Request

LIMIT = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "99"}


def changed(**given: str | None) -> dict[str, str]:
    """A good order with parameters changed, or without them."""
    return {name: value for name, value in (LIMIT | given).items() if value is not None}


@pytest.fixture
def client() -> Client:
    return Client(exchange())


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        (changed(symbol=None), -1102, "Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."),
        (changed(symbol="NOPE"), -1121, "Invalid symbol."),
        (changed(symbol="btc usdt"), -1100, "Illegal characters found in parameter 'symbol'; legal range is"),
        (changed(side="HOLD"), -1117, "Invalid side."),
        (changed(type="WISH"), -1116, "Invalid orderType."),
        (changed(timeInForce="DAY"), -1115, "Invalid timeInForce."),
        (changed(timeInForce=None), -1102, "Mandatory parameter 'timeInForce'"),
        (changed(price=None), -1102, "Mandatory parameter 'price'"),
        (changed(quantity=None), -1102, "Mandatory parameter 'quantity'"),
        (changed(quantity=""), -1105, "Parameter 'quantity' was empty."),
        (changed(quantity="1e3"), -1100, "Illegal characters found in parameter 'quantity'; legal range is"),
        (changed(quantity="-1"), -1100, "Illegal characters"),
        (changed(quantity="0"), -1013, "Invalid quantity."),
        (changed(price="0"), -1013, "Invalid price."),
        (changed(quantity="1.123456789"), -1111, "Parameter 'quantity' has too much precision."),
        (changed(quantity="1.000001"), -1013, "Filter failure: LOT_SIZE"),
        (changed(quantity="0.00000001"), -1013, "Filter failure: LOT_SIZE"),
        (changed(quantity="10000000"), -1013, "Filter failure: LOT_SIZE"),
        (changed(price="99.001"), -1013, "Filter failure: PRICE_FILTER"),
        (changed(price="1"), -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (changed(price="600"), -1013, "Filter failure: PERCENT_PRICE_BY_SIDE"),
        (changed(quantity="0.05"), -1013, "Filter failure: NOTIONAL"),
        (changed(quantity="102"), -2010, "Account has insufficient balance for requested action."),
        (changed(stopPrice="98"), -1106, "Parameter 'stopPrice' sent when not required."),
        (changed(type="MARKET", price=None), -1106, "Parameter 'timeInForce' sent when not required."),
        (changed(quoteOrderQty="5"), -1106, "Parameter 'quoteOrderQty' sent when not required."),
        (changed(newClientOrderId="bad name"), -1100, "Illegal characters found in parameter 'newClientOrderId'"),
        (changed(strategyType="5"), -1130, "Data sent for parameter 'strategyType' is not valid."),
        (changed(color="red"), -1104, "Not all sent parameters were read; read '8' parameter(s) but was sent '9'."),
        (changed(recvWindow="70000"), -1131, "recvWindow must be less than 60000"),
        (changed(icebergQty="0.5"), -2010, "Iceberg orders are not supported for this symbol."),
        (changed(trailingDelta="100"), -2010, "Trailing stop orders are not supported for this symbol."),
    ],
)
def test_an_order_that_is_refused(client: Client, given: dict[str, str], code: int, text: str) -> None:
    found = client.send("POST", "order", **given)
    assert found["code"] == code
    assert found["msg"].startswith(text)
    assert client.send("POST", "order/test", **given)["code"] == code
    assert client.send("GET", "allOrders", symbol="BTCUSDT") == []


@pytest.mark.parametrize(
    ("path", "given", "code"),
    [
        ("klines", {"symbol": "BTCUSDT", "interval": "7m"}, -1120),
        ("klines", {"symbol": "BTCUSDT"}, -1102),
        ("depth", {"symbol": "BTCUSDT", "limit": "many"}, -1100),
        ("depth", {"symbol": "BTCUSDT", "limit": "0"}, -1130),
        ("ticker/price", {"symbol": "BTCUSDT", "symbols": '["BTCUSDT"]'}, -1128),
        ("ticker/price", {"symbols": '["BTCUSDT","BTCUSDT"]'}, -1151),
        ("ticker/price", {"symbols": "BTCUSDT"}, -1100),
        ("aggTrades", {"symbol": "BTCUSDT", "fromId": "1", "startTime": "1"}, -1128),
        ("referencePrice", {"symbol": "BTCUSDT"}, -2043),
        ("ping", {"x": "1"}, -1104),
    ],
)
def test_a_question_that_is_refused(client: Client, path: str, given: dict[str, Any], code: int) -> None:
    assert client.public(path, **given)["code"] == code


def test_questions_about_orders_that_are_refused(client: Client) -> None:
    assert client.send("GET", "order", symbol="BTCUSDT", orderId=5)["code"] == -2013
    assert client.send("GET", "order", symbol="BTCUSDT")["code"] == -1102
    late = client.send("GET", "myTrades", symbol="BTCUSDT", startTime=0, endTime=86_400_001)
    assert late["code"] == -1127
    assert client.send("DELETE", "order", symbol="BTCUSDT", orderId=5, cancelRestrictions="NEVER")["code"] == -1145
    gone = client.raw("POST", "/api/v3/userDataStream", signed=False)
    assert (gone.status, b"-1016" in gone.body) == (410, True)
    assert client.raw("GET", "/api/v3/nothing", signed=False).status == 404
    assert client.raw("PUT", "/api/v3/order", signed=False).status == 405


def test_a_parameter_that_comes_twice_is_refused_and_the_query_wins(client: Client) -> None:
    ask = client.exchange.rest
    twice = ask(Request("GET", "/api/v3/depth", "symbol=BTCUSDT&symbol=BTCUSDT"), NOW_MS)
    assert b"-1101" in twice.body
    both = ask(Request("GET", "/api/v3/ticker/price", "symbol=BTCUSDT", b"symbol=NOPE"), NOW_MS)
    assert both.status == 200


def test_the_number_of_orders_is_limited(client: Client) -> None:
    stop = {"symbol": "BTCUSDT", "side": "SELL", "type": "STOP_LOSS", "quantity": "0.1", "stopPrice": "90"}
    answers = [client.send("POST", "order", **stop) for _ in range(6)]
    assert answers[-1]["msg"] == "Filter failure: MAX_NUM_ALGO_ORDERS"
    assert "code" not in answers[-2]


def test_times_in_microseconds_where_asked_for(client: Client) -> None:
    headers = {"x-mbx-time-unit": "MICROSECOND"}
    found = client.exchange.rest(Request("GET", "/api/v3/time", "", b"", headers), NOW_MS)
    assert found.body == b'{"serverTime":%d}' % (NOW_MS * 1000)
