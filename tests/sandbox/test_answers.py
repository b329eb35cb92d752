"""The smaller requests answer in the reference's shapes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from tests.sandbox.scenes import Client, candle_market, exchange

from botswain.model.instrument import Instrument
from botswain.sandbox.refusals import Refused

BNB = Instrument(
    "BTC/USDT",
    Decimal("0.01"),
    Decimal("0.00001"),
    maker_fee=Decimal("0.001"),
    taker_fee=Decimal("0.001"),
    fee_asset="BNB",
    fee_asset_price=Decimal(300),
)


@pytest.fixture
def client() -> Client:
    return Client(exchange())


def test_order_test_validates_and_tells_rates(client: Client) -> None:
    given = {"symbol": "BTCUSDT", "side": "BUY", "type": "MARKET", "quantity": "1"}
    assert client.send("POST", "order/test", **given) == {}
    rates = client.send("POST", "order/test", **given, computeCommissionRates="true")
    assert rates["standardCommissionForOrder"]["taker"] == "0.00100000"
    assert client.send("GET", "allOrders", symbol="BTCUSDT") == []
    assert client.send("GET", "account/commission", symbol="BTCUSDT")["standardCommission"]["maker"] == "0.00100000"


def test_prices_of_the_market(client: Client) -> None:
    client.exchange.step(2)
    assert client.public("avgPrice", symbol="BTCUSDT")["price"] == "101.50000000"
    mini = client.public("ticker/24hr", symbols='["BTCUSDT"]', type="MINI")[0]
    assert "priceChange" not in mini
    assert [one["symbol"] for one in client.public("ticker/bookTicker")] == ["BTCUSDT"]
    assert [one["id"] for one in client.public("historicalTrades", symbol="BTCUSDT", fromId=3, limit=2)] == [3, 4]
    assert [one["a"] for one in client.public("aggTrades", symbol="BTCUSDT", limit=2)] == [7, 8]
    assert client.public("executionRules", symbol="BTCUSDT") == {"symbolRules": []}
    assert client.public("exchangeInfo", symbolStatus="HALT")["symbols"] == []


def test_what_ccxt_asks_of_other_products(client: Client) -> None:
    fees = json.loads(client.raw("GET", "/sapi/v1/asset/tradeFee", symbol="BTCUSDT").body)
    assert fees[0]["takerCommission"] == "0.00100000"
    assert json.loads(client.raw("GET", "/sapi/v1/margin/allPairs").body) == []


def test_day_tickers_and_averages_are_streamed(client: Client) -> None:
    names = ["btcusdt@ticker", "btcusdt@avgPrice", "!miniTicker@arr", "btcusdt@depth5@100ms", "nope@trade"]
    session = client.exchange.open_streams(names, "1", 0, combined=True)
    client.exchange.step(1)
    found: dict[str, Any] = {}
    for one in client.exchange.drain():
        raw = session.message(one)
        if raw is not None:
            told = json.loads(raw)
            found[told["stream"]] = told["data"]
    assert (found["btcusdt@ticker"]["c"], found["btcusdt@ticker"]["n"]) == ("101.00000000", 4)
    assert found["btcusdt@avgPrice"]["w"] == "100.50000000"
    assert found["!miniTicker@arr"][0]["h"] == "102.00000000"
    assert len(found["btcusdt@depth5@100ms"]["asks"]) == 5


def test_a_fee_in_a_third_asset_is_taken_from_it_while_there_is_enough() -> None:
    client = Client(exchange(candle_market(instrument=BNB), funds={"USDT": "10000", "BTC": "1", "BNB": "0.0005"}))
    first = client.order("BUY", "MARKET", quantity="1")["fills"][0]
    assert (first["commission"], first["commissionAsset"]) == ("0.00033333", "BNB")
    second = client.order("BUY", "MARKET", quantity="1")["fills"][0]
    assert (second["commission"], second["commissionAsset"]) == ("0.00100000", "BTC")
    assert client.held("BNB") == ("0.00016667", "0.00000000")


OCO = {"aboveType": "LIMIT_MAKER", "abovePrice": "110", "belowType": "STOP_LOSS_LIMIT", "belowStopPrice": "95"}
OCO |= {"belowPrice": "94", "belowTimeInForce": "GTC", "symbol": "BTCUSDT", "side": "SELL", "quantity": "1"}


def test_a_stop_limit_that_fires_and_rests_ends_its_partner() -> None:
    client = Client(exchange(candle_market([(100, 100, 100, 100), (90, 91, 90, 91), (94, 94, 94, 94)])))
    client.send("POST", "orderList/oco", **OCO)
    client.exchange.step(2)
    assert [one["status"] for one in client.send("GET", "allOrders", symbol="BTCUSDT")] == ["NEW", "EXPIRED"]
    assert client.held("BTC") == ("9.00000000", "1.00000000")
    client.exchange.step(1)
    assert client.held("BTC") == ("9.00000000", "0.00000000")


def test_lists_are_cancelled_and_refused_whole(client: Client) -> None:
    made = client.send("POST", "orderList/oco", **OCO, listClientOrderId="mine")
    gone = client.send("DELETE", "orderList", symbol="BTCUSDT", listClientOrderId="mine")
    assert (gone["listOrderStatus"], gone["orderListId"]) == ("ALL_DONE", made["orderListId"])
    assert client.held("BTC") == ("10.00000000", "0.00000000")
    assert client.send("DELETE", "orderList", symbol="BTCUSDT", orderListId=1)["code"] == -2011
    assert client.send("GET", "orderList", orderListId=9)["code"] == -2018
    assert len(client.send("GET", "allOrderList")) == 1
    wrong = OCO | {"aboveType": "STOP_LOSS", "aboveStopPrice": "110"}
    del wrong["abovePrice"]
    assert client.send("POST", "orderList/oco", **wrong)["code"] == -1158
    assert client.send("POST", "orderList/oco", **(OCO | {"quantity": "11"}))["code"] == -2010
    assert client.send("DELETE", "openOrders", symbol="BTCUSDT")["code"] == -2011
    client.send("POST", "orderList/oco", **OCO)
    both = client.send("DELETE", "openOrders", symbol="BTCUSDT")
    assert [one["contingencyType"] for one in both] == ["OCO"]


def test_too_many_connections_are_refused(client: Client) -> None:
    for _ in range(300):
        client.exchange.open_streams([], "9", client.now_ms, combined=False)
    with pytest.raises(Refused, match="Too many connections"):
        client.exchange.open_streams([], "9", client.now_ms, combined=False)
    assert client.exchange.open_api("9", "", client.now_ms).refused is not None
    assert client.exchange.open_api("9", "", client.now_ms + 300_000).refused is None


def test_amendments_that_are_refused(client: Client) -> None:
    client.limit("BUY", "1", "90", newClientOrderId="mine")
    ask = {"symbol": "BTCUSDT", "orderId": 1}
    path = "order/amend/keepPriority"
    for quantity, code in (("1", -2038), ("0.000001", -1013), ("2", -2038)):
        assert client.send("PUT", path, **ask, newQty=quantity)["code"] == code
    assert client.send("PUT", path, symbol="BTCUSDT", orderId=9, newQty="0.5")["code"] == -2013
    assert client.send("PUT", path, **ask, origClientOrderId="other", newQty="0.5")["code"] == -2039
    for k in range(10):
        found = client.send("PUT", path, **ask, newQty=f"0.{90 - k}", newClientOrderId="mine")
        assert found["amendedOrder"]["clientOrderId"] == "mine"
    assert client.send("PUT", path, **ask, newQty="0.1")["msg"] == "Filter failure: MAX_NUM_ORDER_AMENDS"
