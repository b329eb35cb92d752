"""Several symbols on one timeline: what waits for a missing candle fills at its next open, with that time."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.sandbox.scenes import BTC, MINUTE_MS, START_MS, Client, candles, exchange

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.sandbox.candle_market import CandleMarket

ETH = Instrument("ETH/USDT", Decimal("0.1"), Decimal("0.001"))
FLAT = [(10, 10, 10, 10)]


def two() -> Client:
    """Bitcoin every minute; ether only in the second and the fifth."""
    ether = candles([(20, 20, 20, 20), *FLAT, *FLAT, (25, 26, 24, 25)], "ETH/USDT", START_MS + MINUTE_MS)
    holes = [0, 3]
    columns = (getattr(ether, name)[holes] for name in ("ts", "open", "high", "low", "close", "volume"))
    sparse = type(ether)("ETH/USDT", "1m", *columns)
    runs = {"BTC/USDT": candles([(100 + k,) * 4 for k in range(5)]), "ETH/USDT": sparse}
    return Client(exchange(CandleMarket(runs, {"BTC/USDT": BTC, "ETH/USDT": ETH})))


def test_an_order_for_a_symbol_without_a_candle_fills_at_its_next_open() -> None:
    client = two()
    assert client.public("ticker/price", symbol="ETHUSDT")["price"] == "20.00000000"
    client.exchange.step(2)
    market = client.order("BUY", "MARKET", symbol="ETHUSDT", quantity="1")
    assert (market["fills"][0]["price"], market["transactTime"]) == ("25.00000000", START_MS + 4 * MINUTE_MS)
    client.limit("BUY", "1", "24.5", symbol="ETHUSDT")
    client.exchange.step(2)
    assert client.send("GET", "openOrders", symbol="ETHUSDT") != []
    client.exchange.step(1)
    fill = client.send("GET", "myTrades", symbol="ETHUSDT")[1]
    assert (fill["price"], fill["time"]) == ("24.50000000", START_MS + 4 * MINUTE_MS)
    opens = [one[0] for one in client.public("klines", symbol="ETHUSDT", interval="1m")]
    assert opens == [START_MS + MINUTE_MS, START_MS + 4 * MINUTE_MS]


def test_behind_the_last_candle_the_book_stands_at_its_close() -> None:
    client = two()
    assert client.exchange.step(99) == 5
    assert client.exchange.next_ms() is None
    assert client.order("SELL", "MARKET", quantity="1")["fills"][0]["price"] == "104.00000000"
    assert client.public("klines", symbol="BTCUSDT", interval="1m", limit=1)[0][4] == "104.00000000"


def test_a_symbol_that_is_halted_sits_its_candles_out() -> None:
    client = two()
    client.limit("BUY", "1", "99")
    client.exchange.floor.pairs["BTCUSDT"].status = "HALT"
    client.exchange.step(5)
    assert len(client.public("klines", symbol="BTCUSDT", interval="1m")) == 1
    assert client.send("GET", "order", symbol="BTCUSDT", orderId=1)["status"] == "NEW"


def test_files_of_different_timeframes_and_prices_off_the_grid_are_refused() -> None:
    one = candles(FLAT)
    hour = type(one)("ETH/USDT", "1h", one.ts, one.open, one.high, one.low, one.close, one.volume)
    with pytest.raises(BadInput, match="different timeframes"):
        CandleMarket({"BTC/USDT": one, "ETH/USDT": hour}, {"BTC/USDT": BTC, "ETH/USDT": ETH})
    coarse = replace(BTC, tick_size=Decimal(3))
    with pytest.raises(BadInput, match="not a positive multiple of the tick 3"):
        CandleMarket({"BTC/USDT": one}, {"BTC/USDT": coarse})
    fine = replace(BTC, tick_size=Decimal("1e-12"), lot_size=Decimal("1e-12"))
    with pytest.raises(BadInput, match="at most 18 decimals"):
        exchange(CandleMarket({"BTC/USDT": candles([(0.01,) * 4])}, {"BTC/USDT": fine}))


def test_zero_volume_candles_are_candles_all_the_same() -> None:
    client = Client(exchange(CandleMarket({"BTC/USDT": candles([(10, 12, 9, 11, 0.0)] * 2)}, {"BTC/USDT": BTC})))
    client.limit("BUY", "1", "9.5")
    client.exchange.step(1)
    row = client.public("klines", symbol="BTCUSDT", interval="1m")[0]
    assert row[1:6] == ["10.00000000", "12.00000000", "9.00000000", "11.00000000", "0.00000000"]
    assert client.send("GET", "order", symbol="BTCUSDT", orderId=1)["status"] == "FILLED"
