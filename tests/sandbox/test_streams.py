"""Market data agrees with itself: prints make the candles, differences make the book, streams say what REST says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sandbox.scenes import MINUTE_MS, START_MS, Client, candle_market, exchange, seed_market

from botswain.sandbox.exchange import Exchange


def heard(found: Exchange, streams: list[str], candles: int) -> list[dict[str, Any]]:
    """What a combined connection hears over some candles."""
    session = found.open_streams(streams, "127.0.0.1", 0, combined=True)
    found.drain()
    found.step(candles)
    return [json.loads(raw) for raw in (session.message(one) for one in found.drain()) if raw is not None]


def test_a_step_tells_fills_then_prints_then_the_closed_candle_then_the_next_open() -> None:
    client = Client(exchange())
    client.limit("BUY", "1", "99.5")
    client.listen()
    session = client.exchange.open_streams(
        ["btcusdt@trade", "btcusdt@kline_1m", "btcusdt@bookTicker"], "127.0.0.1", 0, combined=False
    )
    client.exchange.step(1)
    told = []
    for one in client.exchange.drain():
        for raw in [*client.session.messages(one), session.message(one)]:
            if raw is not None:
                found = json.loads(raw)
                found = found.get("event", found)
                told.append((found.get("e", "bookTicker"), found["k"]["x"] if "k" in found else None))
    assert told == [
        ("executionReport", None),
        ("outboundAccountPosition", None),
        *[("trade", None)] * 4,
        ("kline", True),
        ("bookTicker", None),
        ("kline", False),
    ]


def test_candles_of_every_length_are_made_of_the_same_prints() -> None:
    rows = [(100 + k, 103 + k, 99 + k, 102 + k, 1 + k / 8) for k in range(12)]
    client = Client(exchange(candle_market(rows)))
    told = heard(client.exchange, ["btcusdt@kline_1m", "btcusdt@kline_5m", "btcusdt@aggTrade"], 12)
    prints = [one["data"] for one in told if one["stream"] == "btcusdt@aggTrade"]
    rest = client.public("klines", symbol="BTCUSDT", interval="5m")
    whole = next(one for one in rest if one[0] == START_MS // 300_000 * 300_000 + 300_000)
    mine = [one for one in prints if whole[0] <= one["T"] <= whole[6]]
    prices = [float(one["p"]) for one in mine]
    assert [prices[0], max(prices), min(prices), prices[-1]] == [float(one) for one in whole[1:5]]
    assert sum(float(one["q"]) for one in mine) == float(whole[5])
    assert (len(mine), mine[0]["a"]) == (whole[8], prints.index(mine[0]) + 1)
    closed = [one["data"]["k"] for one in told if one["stream"] == "btcusdt@kline_5m" and one["data"]["k"]["x"]]
    assert [one["t"] for one in closed][:2] == [START_MS // 300_000 * 300_000, whole[0]]
    assert [closed[1][name] for name in "ohlcv"] == whole[1:6]


@pytest.mark.parametrize("seed", range(3))
def test_a_made_up_market_agrees_with_itself(seed: int) -> None:
    client = Client(exchange(seed_market(seed)))
    found = client.exchange
    snapshot = client.public("depth", symbol="BTCUSDT", limit=1000)
    told = heard(found, ["btcusdt@trade", "btcusdt@kline_1m", "btcusdt@depth", "btcusdt@bookTicker"], 20)
    book: dict[str, dict[str, str]] = {side: dict(snapshot[side]) for side in ("bids", "asks")}
    last = snapshot["lastUpdateId"]
    prints: list[tuple[int, float, float]] = []
    compared, ticker = 0, {}
    for one in told:
        data = one["data"]
        if one["stream"].endswith("@depth"):
            assert data["U"] == last + 1
            last = data["u"]
            for side, name in (("bids", "b"), ("asks", "a")):
                book[side] |= dict(data[name])
                book[side] = {price: qty for price, qty in book[side].items() if float(qty)}
            best = max(map(float, book["bids"])), min(map(float, book["asks"]))
            assert best[0] < best[1]
            assert best == (float(ticker["b"]), float(ticker["a"]))
        elif one["stream"].endswith("@bookTicker"):
            ticker = data
        elif one["stream"].endswith("@trade"):
            prints.append((data["T"], float(data["p"]), float(data["q"])))
        elif data["k"]["x"]:
            candle = data["k"]
            mine = [one for one in prints if candle["t"] <= one[0] <= candle["T"]]
            prices = [one[1] for one in mine]
            assert [prices[0], max(prices), min(prices), prices[-1]] == [float(candle[name]) for name in "ohlc"]
            assert sum(one[2] for one in mine) == pytest.approx(float(candle["v"]), abs=1e-9)
            compared += 1
    assert compared == 20


def test_a_connection_answers_its_control_messages() -> None:
    found = exchange()
    session = found.open_streams(["0", "btcusdt@trade"], "127.0.0.1", 0, combined=False)

    def ask(text: str, at: int) -> Any:
        return json.loads(session.receive(text, at * 1000) or b"null")

    listed = '{"method":"LIST_SUBSCRIPTIONS","id":3}'
    assert ask('{"method":"SUBSCRIBE","params":["btcusdt@ticker"],"id":1}', 0) == {"result": None, "id": 1}
    assert ask(listed, 2) == {"result": ["btcusdt@trade", "btcusdt@ticker"], "id": 3}
    assert ask('{"method":"UNSUBSCRIBE","params":["btcusdt@trade"],"id":"x"}', 4) == {"result": None, "id": "x"}
    assert ask('{"method":"SET_PROPERTY","params":["combined",true],"id":4}', 6) == {"result": None, "id": 4}
    assert ask('{"method":"GET_PROPERTY","params":["combined"],"id":5}', 8) == {"result": True, "id": 5}
    assert ask('{"method":"SUBSCRIBE","params":"all","id":6}', 10)["error"]["code"] == 2
    assert ask("nonsense", 12)["error"]["code"] == 3
    assert [ask(listed, 20) for _ in range(5)][4] is not None
    assert session.receive(listed, 20_000) is None
    session.close()
    assert found.floor.topics == {}


def test_tickers_cover_a_day() -> None:
    rows = [(100 + k / 100,) * 4 for k in range(1500)]
    client = Client(exchange(candle_market(rows)))
    client.exchange.step(1500)
    found = client.public("ticker/24hr", symbol="BTCUSDT")
    assert (found["openPrice"], found["lastPrice"], found["count"]) == ("100.60000000", "114.99000000", 1440 * 4)
    assert found["closeTime"] == START_MS + 1500 * MINUTE_MS
    assert client.public("ticker/price")[0]["price"] == "114.99000000"
    assert len(client.public("klines", symbol="BTCUSDT", interval="1h")) == 26
    assert len(client.public("klines", symbol="BTCUSDT", interval="1M")) == 1
    assert client.public("klines", symbol="BTCUSDT", interval="1s") == []


@pytest.mark.parametrize("interval", ["1m", "5m", "1h"])
def test_windows_of_candles_agree_with_the_whole(interval: str) -> None:
    client = Client(exchange(candle_market([(100 + k % 7,) * 4 for k in range(400)])))
    client.exchange.step(390)

    def ask(**given: int) -> Any:
        return client.public("klines", symbol="BTCUSDT", interval=interval, **given)

    whole = ask(limit=1000)
    assert ask(limit=3) == whole[-3:]
    at = whole[len(whole) // 2][0]
    assert ask(startTime=at, limit=2) == [one for one in whole if one[0] >= at][:2]
    assert ask(endTime=at, limit=2) == [one for one in whole if one[0] <= at][-2:]
    assert ask(startTime=at, endTime=whole[-2][0]) == [one for one in whole if at <= one[0] <= whole[-2][0]]
    assert ask(startTime=whole[-1][0] + 1) == []
