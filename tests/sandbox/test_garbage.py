"""Whatever is sent, the answer is an answer: no request may break the exchange or its books."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.sandbox.scenes import Client, exchange, seed_market, totals

from botswain.sandbox.endpoint_table import ENDPOINTS, ROUTES

NAMES_TEXT = """symbol symbols side type timeInForce quantity quoteOrderQty price stopPrice newClientOrderId orderId
limit fromId origClientOrderId startTime endTime interval recvWindow aboveType belowType abovePrice belowPrice newQty
aboveStopPrice belowStopPrice aboveTimeInForce belowTimeInForce cancelReplaceMode cancelOrderId orderListId strategyType
newOrderRespType cancelRestrictions computeCommissionRates stopLimitPrice symbolStatus"""
VALUES_TEXT = """BTCUSDT 0 1 -1 0.01 60000 59000.1 1e5 99999999999999999999 0.0000000000000000001 BUY SELL LIMIT MARKET
STOP_LOSS TAKE_PROFIT_LIMIT LIMIT_MAKER GTC FOK 1m 1M ["BTCUSDT"] [1] { true \udcff %ff ONLY_NEW ALLOW_FAILURE ACK MINI
HALT 1000000"""
NAMES = NAMES_TEXT.split()
VALUES = [*VALUES_TEXT.split(), "", "a b", "x" * 40]
GOOD = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "0.01",
    "price": "59000",
    "interval": "1m",
}


def test_rest_requests_of_all_kinds() -> None:
    chance = random.Random(1)
    client = Client(exchange(seed_market()))
    statuses = set()
    for k in range(3000):
        method, path = chance.choice(list(ROUTES))
        given = {name: chance.choice(VALUES) for name in chance.sample(NAMES, chance.randrange(6))}
        given |= {name: GOOD[name] for name in chance.sample(list(GOOD), chance.randrange(8))}
        raw = {name: value.encode("utf-8", "surrogateescape").decode("latin-1") for name, value in given.items()}
        client.now_ms += 2_000
        statuses.add(client.raw(method, path, signed=chance.random() < 0.9, **raw).status)
        if k % 50 == 0:
            client.exchange.advance()
            client.exchange.drain()
    assert statuses <= {200, 400, 401, 409, 410}
    assert 200 in statuses
    assert set(totals(client.exchange).values()) == {0}


def test_messages_of_all_kinds() -> None:
    chance = random.Random(2)
    client = Client(exchange())
    session = client.exchange.open_api("1", "", client.now_ms)
    shapes = ['{"method":%s,"params":%s,"id":%s}', "[%s,%s,%s]", "{%s%s%s"]
    for _ in range(1500):
        client.now_ms += 1_000
        method = chance.choice([*ENDPOINTS, "session.logon", "session.status", "userDataStream.unsubscribe", "nothing"])
        params: list[Any] = [None, 1, [], {}, {chance.choice(NAMES): chance.choice([1, 1.5, None, [], {}, True, "x"])}]
        params.append({"apiKey": client.key.api_key, "subscriptionId": chance.choice(["a", 1, -1])})
        text = chance.choice(shapes) % (json.dumps(method), json.dumps(chance.choice(params)), chance.choice("17"))
        assert json.loads(session.receive(text, client.now_ms).body)["status"] in (200, 400, 401, 410)
