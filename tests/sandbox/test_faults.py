"""Every switch of the fault table does what it says, and each has a test here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.sandbox.scenes import Client, exchange, totals

from botswain.sandbox.control import control
from botswain.sandbox.fault_table import FAULTS


@pytest.fixture
def client() -> Client:
    return Client(exchange())


def on(client: Client, name: str, **given: Any) -> None:
    """Switch a fault on by the control door."""
    status, body = control(client.exchange, "POST", "faults", json.dumps({"name": name} | given).encode())
    assert status == 200, body


def state(client: Client, number: int = 1) -> str:
    """An order's status."""
    return str(client.send("GET", "order", symbol="BTCUSDT", orderId=number).get("status"))


def order(client: Client, **given: Any) -> Any:
    """The raw reply to a resting order."""
    values = {"side": "BUY", "type": "LIMIT", "timeInForce": "GTC", "quantity": "1", "price": "90"} | given
    return client.raw("POST", "/api/v3/order", symbol="BTCUSDT", **values)


def test_an_error_after_it_was_accepted(client: Client) -> None:
    on(client, "error_after_accept", method="order.place", code=-1006, status=500, msg="lost")
    reply = order(client)
    assert (reply.status, reply.body) == (500, b'{"code":-1006,"msg":"lost"}')
    assert state(client) == "NEW"
    assert order(client).status == 200


def test_a_refusal_that_is_one(client: Client) -> None:
    on(client, "refuse", method="order.place", times=2)
    assert [order(client).status for _ in range(3)] == [429, 429, 200]


def test_replies_and_requests_that_are_lost(client: Client) -> None:
    on(client, "drop_reply", method="order.place")
    assert order(client).dropped
    assert state(client) == "NEW"
    on(client, "drop_request", method="order.place")
    assert order(client).dropped
    assert state(client, 2) == "None"
    assert client.exchange.floor.asked == {"order.place": 2, "order.status": 2}


def test_replies_and_requests_that_are_late(client: Client) -> None:
    on(client, "delay_reply", method="order.place", delay_ms=70)
    assert order(client).delay_ms == 70
    on(client, "delay_request", delay_ms=90)
    assert client.exchange.door.held("order.place", "main") == 90
    assert client.exchange.door.held("order.place", "main") == 0


def test_answers_of_another_shape(client: Client) -> None:
    on(client, "rename_field", method="order.place", field="orderId", to="id")
    found = json.loads(order(client).body)
    assert found["id"] == 1
    assert "orderId" not in found
    on(client, "truncate_list", method="openOrders.status", keep=0)
    assert client.send("GET", "openOrders") == []
    assert len(client.send("GET", "openOrders")) == 1


def test_a_read_replica_that_lags(client: Client) -> None:
    order(client)
    on(client, "read_lag", lag_ms=5000, times=-1)
    assert state(client) == "None"
    assert client.send("GET", "openOrders") == []
    client.now_ms += 5001
    assert state(client) == "NEW"


def test_a_read_replica_that_lags_shows_orders_fills_and_balances_alike_as_they_were(client: Client) -> None:
    def free(asset):
        [found] = [one for one in client.send("GET", "account")["balances"] if one["asset"] == asset]
        return found["free"], found["locked"]

    before, begun = (free("BTC"), free("USDT")), json.loads(order(client).body)
    resting = (free("BTC"), free("USDT"))
    client.now_ms += 6_000
    on(client, "fill_before_reply")
    client.send("DELETE", "order", symbol="BTCUSDT", orderId=begun["orderId"])
    filled = json.loads(order(client).body)
    assert filled["status"] == "FILLED"
    after = (free("BTC"), free("USDT"))
    assert len({before, resting, after}) == 3
    on(client, "read_lag", lag_ms=5000, times=-1)
    assert (free("BTC"), free("USDT")) == resting
    assert client.send("GET", "myTrades", symbol="BTCUSDT") == []
    [shown] = client.send("GET", "openOrders")
    assert (shown["orderId"], shown["status"], shown["executedQty"]) == (begun["orderId"], "NEW", "0.00000000")
    assert [one["status"] for one in client.send("GET", "allOrders", symbol="BTCUSDT")] == ["NEW"]
    client.now_ms += 5_001
    assert (free("BTC"), free("USDT")) == after
    assert [one["orderId"] for one in client.send("GET", "myTrades", symbol="BTCUSDT")] == [filled["orderId"]]
    assert client.send("GET", "openOrders") == []
    told = [one["status"] for one in client.send("GET", "allOrders", symbol="BTCUSDT")]
    assert told == ["CANCELED", "FILLED"]


def test_a_lookup_that_fails(client: Client) -> None:
    order(client)
    on(client, "lookup_refused")
    assert client.send("GET", "openOrders")["code"] == -1000
    assert len(client.send("GET", "openOrders")) == 1


def test_fills_before_the_reply_in_parts_and_beyond(client: Client) -> None:
    on(client, "fill_before_reply")
    on(client, "partial_fills", share="0.25")
    found = json.loads(order(client).body)
    assert (found["status"], found["executedQty"]) == ("PARTIALLY_FILLED", "0.25000000")
    [trade] = client.send("GET", "myTrades", symbol="BTCUSDT")
    assert not trade["isMaker"]  # so it is told whoever hears of it from the answer, which knows no makers
    client.send("DELETE", "openOrders", symbol="BTCUSDT")
    assert state(client) == "CANCELED"
    on(client, "overfill", lots=3)
    over = client.order("BUY", "MARKET", quantity="1")
    assert (over["status"], over["executedQty"]) == ("FILLED", "1.00003000")
    assert set(totals(client.exchange).values()) == {0}


def test_a_trade_id_that_is_not_new(client: Client) -> None:
    first = client.order("BUY", "MARKET", quantity="1")["fills"][0]["tradeId"]
    on(client, "blank_trade_id")
    assert client.order("BUY", "MARKET", quantity="1")["fills"][0]["tradeId"] == first


def test_cancels_that_do_not_cancel(client: Client) -> None:
    order(client)
    on(client, "cancel_ignored")
    assert client.send("DELETE", "order", symbol="BTCUSDT", orderId=1)["status"] == "CANCELED"
    assert state(client) == "NEW"
    on(client, "cancel_refused")
    assert client.send("DELETE", "order", symbol="BTCUSDT", orderId=1)["code"] == -2011
    assert state(client) == "FILLED"


def test_events_that_are_lost_or_come_twice(client: Client) -> None:
    client.listen()
    on(client, "drop_event")
    on(client, "duplicate_event")
    order(client)
    assert [one["e"] for one in client.events()] == ["outboundAccountPosition"] * 2


def test_events_that_come_late_or_out_of_order(client: Client) -> None:
    client.listen()
    on(client, "swap_events")
    order(client)
    assert [one["e"] for one in client.events()] == ["outboundAccountPosition", "executionReport"]
    on(client, "delay_event", moves=2)
    order(client)
    assert [one["e"] for one in client.events()] == ["outboundAccountPosition"]
    client.exchange.step(1)
    assert client.events() == []
    client.exchange.step(1)
    assert [one["x"] for one in client.events()] == ["NEW"]


def test_an_order_that_ends_right_after_its_answer(client: Client) -> None:
    on(client, "accept_then_expire")
    assert json.loads(order(client).body)["status"] == "NEW"
    assert state(client) == "EXPIRED"


def test_a_fee_that_comes_late(client: Client) -> None:
    on(client, "fee_late")
    assert client.order("BUY", "MARKET", quantity="1")["fills"][0]["commission"] == "0.00000000"
    assert client.send("GET", "myTrades", symbol="BTCUSDT")[0]["commission"] == "0.00100000"


def test_candles_and_prints_that_are_not_right(client: Client) -> None:
    session = client.exchange.open_streams(["btcusdt@kline_1m", "btcusdt@trade"], "1", client.now_ms, combined=False)

    def told() -> list[Any]:
        found = [json.loads(raw) for one in client.exchange.drain() if (raw := session.message(one))]
        return [one["k"]["c"] if "k" in one else one["p"] for one in found if one.get("k", {"x": True})["x"]]

    on(client, "drop_candle")
    client.exchange.step(1)
    assert told() == ["100.00000000", "99.00000000", "102.00000000", "101.00000000"]
    on(client, "revise_candle", ticks=-50)
    on(client, "bad_print", factor="10")
    assert told() == ["100.50000000", "1010.00000000"]
    assert client.public("klines", symbol="BTCUSDT", interval="1m")[0][4] == "100.50000000"


def test_a_row_that_cannot_be_read(client: Client) -> None:
    order(client)
    on(client, "corrupt_row", method="openOrders.status")
    assert "orderId" not in client.send("GET", "openOrders")[0]


def test_limits_that_are_lower(client: Client) -> None:
    status, _ = control(client.exchange, "POST", "limits", b'{"weight": 1}')
    assert status == 200
    assert client.raw("GET", "/api/v3/account").status == 429
    assert control(client.exchange, "POST", "limits", b'{"wait": 1}')[0] == 400


def test_a_stream_that_ends(client: Client) -> None:
    client.listen()
    on(client, "stream_ended")
    order(client)
    assert [one["e"] for one in client.events()] == ["eventStreamTerminated"]
    order(client)
    assert client.events() == []


def test_market_streams_that_fall_silent(client: Client) -> None:
    session = client.exchange.open_streams(["btcusdt@trade"], "127.0.0.1", client.now_ms, combined=False)
    on(client, "freeze_streams")
    heard = []
    for _ in range(2):
        client.exchange.step(1)
        heard.append(len([one for one in client.exchange.drain() if session.message(one)]))
    assert heard == [0, 4]


def test_a_clock_that_is_off(client: Client) -> None:
    on(client, "clock_skew", offset_ms=6000, times=2)
    assert client.public("time")["serverTime"] == client.now_ms + 6000
    assert client.send("GET", "account")["code"] == -1021
    assert "balances" in client.send("GET", "account")


@pytest.mark.parametrize(("name", "status"), [("maintenance", 503), ("ban", 418), ("forbidden", 403)])
def test_a_door_that_is_closed(client: Client, name: str, status: int) -> None:
    on(client, name)
    assert client.raw("GET", "/api/v3/ping", signed=False).status == status
    assert client.raw("GET", "/api/v3/ping", signed=False).status == 200


def test_a_key_that_is_revoked(client: Client) -> None:
    on(client, "key_revoked", account="main", times=-1)
    assert client.raw("GET", "/api/v3/account").status == 401
    control(client.exchange, "DELETE", "faults", b"")
    assert client.raw("GET", "/api/v3/account").status == 200


def test_history_that_is_gone(client: Client) -> None:
    client.order("BUY", "MARKET", quantity="1")
    order(client)
    on(client, "prune_history")
    assert client.send("GET", "myTrades", symbol="BTCUSDT") == []
    assert [one["orderId"] for one in client.send("GET", "allOrders", symbol="BTCUSDT")] == [2]


def test_a_balance_that_jumps(client: Client) -> None:
    client.listen()
    on(client, "balance_jump", asset="USDT", amount="-2500.5")
    assert client.held("USDT")[0] == "7499.50000000"
    assert [one["e"] for one in client.events()] == ["balanceUpdate", "outboundAccountPosition"]
    assert totals(client.exchange)["USDT"] == 0


def test_filters_and_statuses_that_change(client: Client) -> None:
    on(client, "filters_changed", tick_size="0.5", min_notional="50")
    assert client.limit("BUY", "1", "90.1")["msg"] == "Filter failure: PRICE_FILTER"
    assert client.limit("BUY", "0.1", "90.5")["msg"] == "Filter failure: NOTIONAL"
    info = client.public("exchangeInfo", symbol="BTCUSDT")["symbols"][0]
    assert info["filters"][0]["tickSize"] == "0.50000000"
    client.limit("BUY", "1", "90")
    on(client, "symbol_status", status="HALT")
    assert client.limit("BUY", "1", "90")["msg"] == "Market is closed."
    assert client.send("DELETE", "order", symbol="BTCUSDT", orderId=1)["status"] == "CANCELED"
    on(client, "symbol_removed")
    assert client.public("depth", symbol="BTCUSDT")["code"] == -1121


def test_other_hands_on_the_account(client: Client) -> None:
    order(client)
    order(client)
    on(client, "foreign_cancel", order_id=1)
    on(client, "exchange_cancel", order_id=2)
    assert [state(client, one) for one in (1, 2)] == ["CANCELED", "EXPIRED"]
    on(client, "foreign_order", side="SELL", quantity="2", price="150", client_id="by-hand")
    assert client.send("GET", "order", symbol="BTCUSDT", origClientOrderId="by-hand")["origQty"] == "2.00000000"


def test_a_shutdown_is_announced(client: Client) -> None:
    on(client, "disconnect")
    assert [one.payload for one in client.exchange.drain()] == [b'{"e":"serverShutdown","E":1700000040000}']


def test_a_switch_that_makes_no_sense_is_refused(client: Client) -> None:
    for body, part in (
        ({"name": "drop_repyl"}, "did you mean 'drop_reply'"),
        ({"name": "drop_reply", "delay": 5}, "'delay' is not a setting"),
        ({"name": "delay_reply", "delay_ms": "5"}, "give it as int"),
        ({"name": "drop_reply", "times": 0}, "times is 0"),
        ({"name": "symbol_status", "symbol": "NOPE"}, "'NOPE' is unknown"),
        ({"name": "balance_jump", "amount": "much"}, "not a number"),
    ):
        status, found = control(client.exchange, "POST", "faults", json.dumps(body).encode())
        assert status == 400
        assert part in found.decode()


def test_every_switch_is_tried_in_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in FAULTS if f'"{name}"' not in text] == []
