"""Every kind of order behind candles: what it answers, when it fills, what it locks."""

from __future__ import annotations

import pytest
from tests.sandbox.scenes import MINUTE_MS, START_MS, Client, candle_market, exchange

QUIET = [(100, 100, 100, 100)] * 3


@pytest.fixture
def client() -> Client:
    return Client(exchange())


def test_a_market_order_fills_at_the_open_that_comes(client: Client) -> None:
    client.exchange.step(1)
    found = client.order("BUY", "MARKET", quantity="2")
    assert (found["status"], found["fills"][0]["price"]) == ("FILLED", "101.00000000")
    assert found["transactTime"] == START_MS + MINUTE_MS
    assert client.held("BTC") == ("11.99800000", "0.00000000")
    assert client.held("USDT") == ("9798.00000000", "0.00000000")


def test_a_market_order_by_quote_is_floored_to_the_lot(client: Client) -> None:
    bought = client.order("BUY", "MARKET", quoteOrderQty="33.3333")
    assert (bought["executedQty"], bought["cummulativeQuoteQty"]) == ("0.33333000", "33.33300000")
    sold = client.order("SELL", "MARKET", quoteOrderQty="50")
    assert (sold["executedQty"], sold["fills"][0]["commissionAsset"]) == ("0.50000000", "USDT")


def test_a_limit_order_locks_and_fills_on_the_path_as_maker(client: Client) -> None:
    found = client.limit("BUY", "1", "99.5")
    assert found["status"] == "NEW"
    assert client.held("USDT") == ("9900.50000000", "99.50000000")
    client.exchange.step(1)
    assert client.send("GET", "order", symbol="BTCUSDT", orderId=found["orderId"])["status"] == "FILLED"
    assert client.send("GET", "myTrades", symbol="BTCUSDT")[0]["isMaker"]
    assert client.held("USDT") == ("9900.50000000", "0.00000000")


def test_a_limit_order_beyond_the_price_takes_at_the_better_one(client: Client) -> None:
    found = client.limit("BUY", "1", "105")
    assert (found["status"], found["fills"][0]["price"]) == ("FILLED", "100.00000000")
    assert client.held("USDT") == ("9900.00000000", "0.00000000")


@pytest.mark.parametrize(("tif", "reason"), [("IOC", "UNFILLED_IOC"), ("FOK", "UNFILLED_FOK")])
def test_ioc_and_fok_that_do_not_cross_expire_at_once(client: Client, tif: str, reason: str) -> None:
    found = client.limit("BUY", "1", "99", timeInForce=tif)
    assert found["status"] == "EXPIRED"
    assert found["expiryReason"].startswith(reason)
    assert client.held("USDT") == ("10000.00000000", "0.00000000")
    assert client.limit("BUY", "1", "100", timeInForce=tif)["status"] == "FILLED"


def test_a_maker_that_would_take_is_refused(client: Client) -> None:
    refused = client.order("BUY", "LIMIT_MAKER", quantity="1", price="100")
    assert refused == {"code": -2010, "msg": "Order would immediately match and take."}
    assert "status" not in client.order("BUY", "LIMIT_MAKER", quantity="1", price="99.9")


@pytest.mark.parametrize(
    ("side", "kind", "given", "price"),
    [
        ("SELL", "STOP_LOSS", {"stopPrice": "99.5"}, "99.50000000"),
        ("BUY", "STOP_LOSS", {"stopPrice": "101.5"}, "101.50000000"),
        ("SELL", "TAKE_PROFIT", {"stopPrice": "101.5"}, "101.50000000"),
        ("BUY", "TAKE_PROFIT", {"stopPrice": "99.5"}, "99.50000000"),
        ("SELL", "STOP_LOSS_LIMIT", {"stopPrice": "99.5", "price": "99", "timeInForce": "GTC"}, "99.50000000"),
        ("BUY", "TAKE_PROFIT_LIMIT", {"stopPrice": "99.5", "price": "100", "timeInForce": "GTC"}, "99.50000000"),
    ],
)
def test_triggers_fire_on_touch(client: Client, side: str, kind: str, given: dict[str, str], price: str) -> None:
    found = client.order(side, kind, quantity="1", **given)
    shown = client.send("GET", "order", symbol="BTCUSDT", orderId=found["orderId"])
    assert (shown["status"], shown["isWorking"], shown["type"]) == ("NEW", False, kind)
    client.exchange.step(1)
    trade = client.send("GET", "myTrades", symbol="BTCUSDT")[0]
    assert (trade["price"], trade["isMaker"]) == (price, False)
    wrong = {"SELL": "101", "BUY": "99"} if kind.startswith("STOP") else {"SELL": "99", "BUY": "101"}
    refused = client.order(side, kind, quantity="1", **(given | {"stopPrice": wrong[side]}))
    assert refused["code"] == -2010 or refused["msg"] == "Order would trigger immediately."


def test_a_stop_limit_that_fires_beyond_its_limit_rests() -> None:
    client = Client(exchange(candle_market([(100, 100, 100, 100), (90, 95, 89, 90), (97, 99, 97, 99)])))
    client.listen()
    found = client.order("SELL", "STOP_LOSS_LIMIT", quantity="1", stopPrice="99", price="98", timeInForce="GTC")
    client.exchange.step(2)
    shown = client.send("GET", "order", symbol="BTCUSDT", orderId=found["orderId"])
    assert (shown["status"], shown["isWorking"]) == ("NEW", True)
    assert [one["w"] for one in client.events() if one["e"] == "executionReport"] == [False, True]
    client.exchange.step(1)
    assert client.send("GET", "myTrades", symbol="BTCUSDT")[0]["isMaker"]


def test_a_list_ends_its_other_order_when_one_fills() -> None:
    client = Client(exchange(candle_market([(100, 100, 100, 100), (100, 112, 100, 111)])))
    client.listen()
    given = {"aboveType": "LIMIT_MAKER", "abovePrice": "110", "belowType": "STOP_LOSS", "belowStopPrice": "95"}
    found = client.send("POST", "orderList/oco", symbol="BTCUSDT", side="SELL", quantity="1", **given)
    assert (found["contingencyType"], found["listOrderStatus"], len(found["orderReports"])) == ("OCO", "EXECUTING", 2)
    assert client.held("BTC") == ("9.00000000", "1.00000000")
    client.exchange.step(2)
    states = [one["status"] for one in client.send("GET", "allOrders", symbol="BTCUSDT")]
    assert states == ["EXPIRED", "FILLED"]
    assert client.held("BTC") == ("9.00000000", "0.00000000")
    kinds = [one["l"] for one in client.events() if one["e"] == "listStatus"]
    assert kinds == ["EXEC_STARTED", "ALL_DONE"]
    assert client.send("GET", "orderList", orderListId=found["orderListId"])["listOrderStatus"] == "ALL_DONE"


def test_cancelling_one_order_of_a_list_ends_both(client: Client) -> None:
    old = {"price": "110", "stopPrice": "90", "stopLimitPrice": "89", "stopLimitTimeInForce": "GTC"}
    found = client.send("POST", "order/oco", symbol="BTCUSDT", side="SELL", quantity="1", **old)
    assert [one["orderListId"] for one in client.send("GET", "openOrderList")] == [found["orderListId"]]
    gone = client.send("DELETE", "order", symbol="BTCUSDT", orderId=found["orders"][1]["orderId"])
    assert gone["status"] == "CANCELED"
    assert [one["status"] for one in client.send("GET", "allOrders", symbol="BTCUSDT")] == ["CANCELED", "CANCELED"]
    assert client.held("BTC") == ("10.00000000", "0.00000000")
    wrong = client.send("POST", "order/oco", symbol="BTCUSDT", side="SELL", quantity="1", **(old | {"price": "99"}))
    assert wrong["code"] == -2010


def test_cancels_answer_by_either_id_and_refuse_what_is_gone(client: Client) -> None:
    found = client.limit("BUY", "1", "90", newClientOrderId="mine")
    unknown = {"code": -2011, "msg": "Unknown order sent."}
    assert client.send("DELETE", "order", symbol="BTCUSDT", orderId=99) == unknown
    kept = client.send("DELETE", "order", symbol="BTCUSDT", orderId=1, cancelRestrictions="ONLY_PARTIALLY_FILLED")
    assert kept["msg"] == "Order was not canceled due to cancel restrictions."
    gone = client.send("DELETE", "order", symbol="BTCUSDT", origClientOrderId="mine", newClientOrderId="bye")
    assert (gone["status"], gone["origClientOrderId"], gone["clientOrderId"]) == ("CANCELED", "mine", "bye")
    assert client.send("DELETE", "order", symbol="BTCUSDT", orderId=found["orderId"]) == unknown
    assert client.send("DELETE", "openOrders", symbol="BTCUSDT") == unknown


def test_a_name_is_unique_among_open_orders_only(client: Client) -> None:
    client.limit("BUY", "1", "90", newClientOrderId="mine")
    refused = client.limit("BUY", "1", "91", newClientOrderId="mine")
    assert refused == {"code": -2010, "msg": "Duplicate order sent."}
    client.send("DELETE", "openOrders", symbol="BTCUSDT")
    again = client.limit("BUY", "1", "91", newClientOrderId="mine")
    shown = client.send("GET", "order", symbol="BTCUSDT", origClientOrderId="mine")
    assert shown["orderId"] == again["orderId"]


def test_an_amended_order_is_smaller_and_frees_the_rest(client: Client) -> None:
    found = client.limit("BUY", "2", "90")
    done = client.send("PUT", "order/amend/keepPriority", symbol="BTCUSDT", orderId=found["orderId"], newQty="0.5")
    assert done["amendedOrder"]["qty"] == "0.50000000"
    assert client.held("USDT") == ("9955.00000000", "45.00000000")
    larger = client.send("PUT", "order/amend/keepPriority", symbol="BTCUSDT", orderId=found["orderId"], newQty="1")
    assert larger["code"] == -2038


def test_cancel_replace_in_both_modes(client: Client) -> None:
    new = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "91"}
    first = client.limit("BUY", "1", "90")["orderId"]
    both = client.send("POST", "order/cancelReplace", **new, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=first)
    assert (both["cancelResult"], both["newOrderResult"]) == ("SUCCESS", "SUCCESS")
    reply = client.raw(
        "POST", "/api/v3/order/cancelReplace", **new, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=first
    )
    assert (reply.status, b'"code":-2022' in reply.body, b"NOT_ATTEMPTED" in reply.body) == (400, True, True)
    reply = client.raw(
        "POST", "/api/v3/order/cancelReplace", **new, cancelReplaceMode="ALLOW_FAILURE", cancelOrderId=first
    )
    assert (reply.status, b'"code":-2021' in reply.body) == (409, True)
    second = both["newOrderResponse"]["orderId"]
    much = new | {"quantity": "1000"}
    reply = client.raw(
        "POST", "/api/v3/order/cancelReplace", **much, cancelReplaceMode="STOP_ON_FAILURE", cancelOrderId=second
    )
    assert (reply.status, b"insufficient" in reply.body) == (409, True)


def test_a_candle_that_opens_beyond_fills_at_its_open() -> None:
    client = Client(exchange(candle_market([*QUIET[:1], (95, 95, 95, 95)])))
    client.limit("BUY", "1", "97")
    client.order("SELL", "STOP_LOSS", quantity="1", stopPrice="96")
    client.exchange.step(2)
    assert [one["price"] for one in client.send("GET", "myTrades", symbol="BTCUSDT")] == ["95.00000000"] * 2


def test_events_tell_the_same_story_as_the_answers(client: Client) -> None:
    client.listen()
    client.limit("BUY", "1", "99.5", newClientOrderId="mine")
    client.send("DELETE", "order", symbol="BTCUSDT", origClientOrderId="mine", newClientOrderId="bye")
    told = [(one["e"], one.get("x"), one.get("c"), one.get("C")) for one in client.events()]
    assert told == [
        ("executionReport", "NEW", "mine", ""),
        ("outboundAccountPosition", None, None, None),
        ("executionReport", "CANCELED", "bye", "mine"),
        ("outboundAccountPosition", None, None, None),
    ]
