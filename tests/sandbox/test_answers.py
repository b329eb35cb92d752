"""The smaller requests answer in the reference's shapes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from tests.sandbox.scenes import START_MS, Client, candle_market, exchange

from botswain.model.instrument import Instrument
from botswain.sandbox.refusals import Refused

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
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


def test_averages_have_the_decimals_of_prices() -> None:
    client = Client(exchange(candle_market([(100, 100, 100, 100, 1), (101, 101, 101, 101, 2)])))
    session = client.exchange.open_streams(["btcusdt@ticker", "btcusdt@avgPrice"], "1", 0, combined=False)
    client.exchange.step(2)
    assert client.public("avgPrice", symbol="BTCUSDT")["price"] == "100.66666666"
    assert client.public("ticker/24hr", symbol="BTCUSDT")["weightedAvgPrice"] == "100.66666666"
    told = [json.loads(raw) for one in client.exchange.drain() if (raw := session.message(one)) is not None]
    assert [one["w"] for one in told[-2:]] == ["100.66666666", "100.66666666"]


def test_days_of_another_time_zone_begin_by_its_clock(client: Client) -> None:
    client.exchange.step(4)
    east = client.public("klines", symbol="BTCUSDT", interval="1d", timeZone="+08:00")
    here = client.public("klines", symbol="BTCUSDT", interval="1d")
    assert here[0][0] % DAY_MS == 0
    assert {one[0] % DAY_MS for one in east} == {16 * HOUR_MS}
    assert east[0][6] == east[0][0] + DAY_MS - 1
    assert east[0][1:6] == here[0][1:6]
    half = client.public("uiKlines", symbol="BTCUSDT", interval="4h", timeZone="-3:30", startTime=START_MS - DAY_MS)
    assert half[0][0] % (4 * HOUR_MS) == 3.5 * HOUR_MS
    assert client.public("klines", symbol="BTCUSDT", interval="1m", timeZone="8") == client.public(
        "klines", symbol="BTCUSDT", interval="1m"
    )
    months = client.public("klines", symbol="BTCUSDT", interval="1M", timeZone="14")
    assert months[0][0] % DAY_MS == 10 * HOUR_MS
    for wrong in ("15", "-12:30", "east", "1:75"):
        assert client.public("klines", symbol="BTCUSDT", interval="1d", timeZone=wrong)["code"] == -1130


def test_only_spot_is_traded_and_its_permission_sets_can_be_left_out(client: Client) -> None:
    for there in ("SPOT", '["MARGIN","SPOT"]'):
        assert len(client.public("exchangeInfo", permissions=there)["symbols"]) == 1
    for none in ("MARGIN", '["LEVERAGED"]'):
        assert client.public("exchangeInfo", permissions=none)["symbols"] == []
    assert client.public("exchangeInfo", permissions='["')["code"] == -1100
    assert client.public("exchangeInfo")["symbols"][0]["permissionSets"] == [["SPOT"]]
    assert client.public("exchangeInfo", showPermissionSets="true")["symbols"][0]["permissionSets"] == [["SPOT"]]
    assert client.public("exchangeInfo", showPermissionSets="false")["symbols"][0]["permissionSets"] == []


def test_a_replacement_counts_as_an_order_also_where_its_cancel_failed(client: Client) -> None:
    asked = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "90"}
    path = "order/cancelReplace"
    assert client.send("POST", path, **asked, cancelReplaceMode="ALLOW_FAILURE")["code"] == -1102
    found = client.send("POST", path, **asked, cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=9)
    assert (found["code"], found["data"]["newOrderResult"]) == (-2021, "SUCCESS")
    assert [one["count"] for one in client.send("GET", "rateLimit/order")] == [1, 1]
    client.send("POST", path, **asked, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=9)
    assert [one["count"] for one in client.send("GET", "rateLimit/order")] == [1, 1]


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


def test_figures_of_an_hour_and_candles_by_an_eastern_clock_are_streamed() -> None:
    rows = [(100 + k // 60, 100 + k // 60, 100 + k // 60, 100 + k // 60, 1) for k in range(300)]
    client = Client(exchange(candle_market(rows)))
    names = [f"btcusdt@ticker_{one}" for one in ("1h", "4h", "1d")] + ["!ticker_1h@arr", "btcusdt@kline_1d@+08:00"]
    client.exchange.step(299)
    session = client.exchange.open_streams(names, "1", 0, combined=True)
    client.exchange.drain()
    client.exchange.step(1)
    found: dict[str, Any] = {}
    for one in client.exchange.drain():
        raw = session.message(one)
        if raw is not None:
            told = json.loads(raw)
            found[told["stream"]] = told["data"]
    assert set(found) == set(names)
    hour, four, day = (found[one] for one in names[:3])
    assert (hour["e"], four["e"], day["e"]) == ("1hTicker", "4hTicker", "1dTicker")
    assert [(one["o"], one["c"]) for one in (hour, four, day)] == [
        ("104.00000000", "104.00000000"),
        ("101.00000000", "104.00000000"),
        ("100.00000000", "104.00000000"),
    ]
    assert (hour["v"], hour["C"] - hour["O"]) == ("60.00000000", HOUR_MS)
    assert set(hour) == set("eEspPwcohlvqOCFLn")
    assert found["!ticker_1h@arr"] == [hour]
    candle = found[names[-1]]["k"]
    assert (candle["t"] % DAY_MS, candle["i"], candle["n"]) == (16 * HOUR_MS, "1d", 1200)


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
