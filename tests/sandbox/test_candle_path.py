"""A candle played in pieces: where it stands still, what has filled by then, and what it comes to in the end."""

from __future__ import annotations

from typing import Any

import pytest
from tests.sandbox.ports import served
from tests.sandbox.scenes import START_MS, Client, candle_market, exchange, seed_market

from botswain.model.errors import BadInput
from botswain.sandbox.candle_path import Watched
from botswain.sandbox.exchange import Exchange

# Falls from 100 to 90, rises to 111, ends at 101; then opens far below.
ROWS = ((100, 111, 90, 101), (80, 84, 79, 83))
NOTHING: dict[str, Watched] = {}


def opened(rows: Any = ROWS) -> Client:
    """An account on these candles, whose streams are listened to."""
    found = exchange(candle_market(rows))
    for topic in ("@main", "btcusdt@kline_1m", "btcusdt@trade"):
        found.floor.listen(topic, 1)
    return Client(found)


def watched(below: int | None = None, above: int | None = None, *arriving: str) -> dict[str, Watched]:
    """Prices in units of the quote as the market takes them."""
    ticks = (None if one is None else one * 100 for one in (below, above))
    return {"BTC/USDT": Watched(*ticks, frozenset(arriving))}


def shown(found: Exchange) -> dict[str, Any]:
    """The candle under way, as its stream has it."""
    one = found.floor.pairs["BTCUSDT"].tape.candle_now("1m", START_MS)
    assert one is not None
    return {"open": one.open // 100, "high": one.high // 100, "low": one.low // 100, "close": one.close // 100}


def fills(client: Client) -> list[tuple[str, str]]:
    """What was filled so far: side and price."""
    found = client.send("GET", "myTrades", symbol="BTCUSDT")
    return [("BUY" if one["isBuyer"] else "SELL", one["price"].removesuffix(".00000000")) for one in found]


def test_it_stands_where_the_price_falls_to_and_what_lies_before_is_filled() -> None:
    client = opened()
    for price in ("97", "95", "93"):
        client.limit("BUY", "1", price)
    assert client.exchange.play(watched(95, 105)) == 0
    assert fills(client) == [("BUY", "97"), ("BUY", "95")]
    assert shown(client.exchange) == {"open": 100, "high": 100, "low": 95, "close": 95}
    at = client.order("SELL", "MARKET", quantity="2")
    assert (at["fills"][0]["price"], at["transactTime"]) == ("95.00000000", START_MS)
    assert client.exchange.play(watched(95, 105)) == 0
    assert fills(client)[-1] == ("BUY", "93")
    assert shown(client.exchange) == {"open": 100, "high": 105, "low": 90, "close": 105}
    assert client.exchange.play(NOTHING) == 1
    assert client.exchange.play(NOTHING) == 1
    assert client.exchange.play(NOTHING) == 0


def test_a_price_it_stands_at_is_told_and_the_open_with_the_candle_it_opens() -> None:
    client = opened()
    client.exchange.drain()
    client.exchange.play(watched(95))
    told = [one.payload for one in client.exchange.drain() if one.topic == "btcusdt@kline_1m"]
    assert [b'"c":"95.00000000"' in one for one in told] == [False, True][-len(told) :]
    client.exchange.play(NOTHING)
    (closed,) = (one.payload for one in client.exchange.drain() if one.topic == "btcusdt@kline_1m")
    assert b'"x":true' in closed
    client.exchange.play(watched(80))
    (first,) = (one.payload for one in client.exchange.drain() if one.topic == "btcusdt@kline_1m")
    assert b'"o":"80.00000000"' in first
    assert b'"x":false' in first


def test_in_pieces_or_whole_it_comes_to_the_same() -> None:
    whole, pieces = opened(), opened()
    for client in (whole, pieces):
        for side, price in (("BUY", "97"), ("BUY", "92"), ("SELL", "104")):
            client.limit(side, "1", price)
    whole.exchange.step(2)
    while pieces.exchange.next_ms() is not None:
        pieces.exchange.play(watched(93, 102))
    assert fills(whole) == fills(pieces)
    rows = [one.public("klines", symbol="BTCUSDT", interval="1m", limit=2) for one in (whole, pieces)]
    assert [one[1:6] for one in rows[0]] == [one[1:6] for one in rows[1]]


@pytest.mark.parametrize("volume", [0.0, 3e-8, 4e-8, 5e-8, 1.5])
def test_a_candles_volume_is_the_files_whatever_it_stood_at(volume: float) -> None:
    client = opened([(*row, volume) for row in ROWS])
    while client.exchange.next_ms() is not None:
        client.exchange.play(watched(93, 102))
    rows = client.public("klines", symbol="BTCUSDT", interval="1m", limit=2)
    assert [row[1:6] for row in rows] == [[*(f"{price:.8f}" for price in row), f"{volume:.8f}"] for row in ROWS]


@pytest.mark.parametrize(("arriving", "before"), [((), ["97", "95"]), (("below",), [])])
def test_of_what_the_open_has_passed_it_stands_between_what_comes_before_and_after(arriving: Any, before: Any) -> None:
    client = opened(((100, 100, 100, 100), *ROWS[1:]))
    for price in ("97", "93", "95"):
        client.limit("BUY", "1", price)
    assert client.exchange.play(NOTHING) == 1
    assert client.exchange.play(watched(94, None, *arriving)) == 0
    assert fills(client) == [("BUY", "80") for _ in before]
    assert client.order("SELL", "MARKET", quantity="1")["fills"][0]["price"] == "80.00000000"
    assert client.exchange.play(watched(94)) == 1
    assert [side for side, _ in fills(client)] == [
        *("BUY" for _ in before),
        "SELL",
        *("BUY" for _ in range(3 - len(before))),
    ]


def test_the_same_for_an_open_that_has_risen() -> None:
    client = opened(((100, 100, 100, 100), (120, 121, 119, 120)))
    for price in ("110", "115"):
        client.limit("SELL", "1", price)
    client.exchange.play(NOTHING)
    assert client.exchange.play(watched(None, 112)) == 0
    assert fills(client) == [("SELL", "120")]
    assert client.exchange.play(NOTHING) == 1
    assert fills(client) == [("SELL", "120"), ("SELL", "120")]


def test_an_open_that_was_told_before_is_no_place_to_stand_at() -> None:
    client = opened(((100, 100, 100, 100), *ROWS[1:]))
    client.exchange.step(1)
    assert client.exchange.play(watched(94)) == 1


def test_only_candles_have_a_path_and_only_prices_on_the_grid_are_watched() -> None:
    with pytest.raises(BadInput, match="only a market of candles can stand still"):
        exchange(seed_market()).play(NOTHING)
    with served(exchange(candle_market(ROWS))) as site:
        assert site.play({"BTCUSDT": {"below": "95"}}) == 0
        assert site.play({"BTCUSDT": {"above": "104.5"}}) == 0
        assert site.play({}) == 1
        for until, why in (({"BTCUSD": {}}, "did you mean"), ({"BTCUSDT": {"below": "1.001"}}, "not on its grid")):
            status, said = site.refused({"until": until})
            assert (status, why in said) == (400, True)
        assert site.refused({"candles": 2, "until": {}})[0] == 400
