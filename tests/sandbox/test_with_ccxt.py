"""An unmodified ccxt trades here; only its addresses are others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ccxt
import pytest
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import MINUTE_MS, START_MS, exchange

from botswain.sandbox.control import made_key


def pointed(site: Site, kind: Any) -> Any:
    """A ccxt client of that class at our addresses."""
    key = made_key("main")
    client = kind({"apiKey": key.api_key, "secret": key.secret, "enableRateLimit": False})
    client.options |= {
        "defaultType": "spot",
        "fetchMarkets": {"types": ["spot"]},
        "fetchMargins": False,
        "fetchCurrencies": False,
    }
    http = site.http
    client.urls["api"].update(public=f"{http}/api/v3", private=f"{http}/api/v3", sapi=f"{http}/sapi/v1")
    return client


@pytest.fixture
def site() -> Iterator[Site]:
    with served(exchange()) as found:
        yield found


@pytest.fixture
def client(site: Site) -> Any:
    return pointed(site, ccxt.binance)


def test_markets_candles_book_and_tickers_are_read(site: Site, client: Any) -> None:
    market = client.load_markets()["BTC/USDT"]
    assert (market["precision"]["price"], market["precision"]["amount"]) == (0.01, 0.00001)
    assert market["limits"]["cost"]["min"] == 5
    site.step(3)
    rows = client.fetch_ohlcv("BTC/USDT", "1m")
    assert rows[:2] == [[START_MS, 100, 102, 99, 101, 1.5], [START_MS + MINUTE_MS, 101, 105, 100, 104, 1.5]]
    assert rows[3][:2] == [START_MS + 3 * MINUTE_MS, 96]
    book = client.fetch_order_book("BTC/USDT", 5)
    assert (book["bids"][0][0], book["asks"][0][0]) == (95.99, 96)
    assert client.fetch_ticker("BTC/USDT")["last"] == 96
    assert [one["price"] for one in client.fetch_trades("BTC/USDT", limit=2)] == [95, 96]
    assert client.fetch_tickers()["BTC/USDT"]["high"] == 105
    assert client.fetch_time() > START_MS


def test_orders_are_placed_amended_filled_cancelled_and_read_back(site: Site, client: Any) -> None:
    bought = client.create_order("BTC/USDT", "market", "buy", 1)
    assert (bought["status"], bought["average"], bought["fee"]["cost"]) == ("closed", 100, 0.001)
    resting = client.create_order("BTC/USDT", "limit", "sell", 0.5, 104.5, {"clientOrderId": "mine-1"})
    assert resting["status"] == "open"
    assert resting["clientOrderId"] == "mine-1"
    assert client.fetch_balance()["BTC"] == {"free": 10.499, "used": 0.5, "total": 10.999}
    gone = client.create_order("BTC/USDT", "limit", "buy", 1, 90)
    assert client.cancel_order(gone["id"], "BTC/USDT")["status"] == "canceled"
    assert [one["id"] for one in client.fetch_open_orders("BTC/USDT")] == [resting["id"]]
    edited = client.edit_order(resting["id"], "BTC/USDT", "limit", "sell", 0.4, 104)
    assert edited["status"] == "open"
    site.step(2)
    assert client.fetch_order(edited["id"], "BTC/USDT")["status"] == "closed"
    fills = client.fetch_my_trades("BTC/USDT")
    assert [(one["side"], one["price"], one["takerOrMaker"]) for one in fills] == [
        ("buy", 100, "taker"),
        ("sell", 104, "maker"),
    ]
    states = [one["status"] for one in client.fetch_orders("BTC/USDT")]
    assert states == ["closed", "canceled", "canceled", "closed"]


def test_refusals_become_the_errors_ccxt_knows(client: Any) -> None:
    with pytest.raises(ccxt.InsufficientFunds):
        client.create_order("BTC/USDT", "limit", "buy", 1000, 100)
    with pytest.raises(ccxt.OrderNotFound):
        client.fetch_order("77", "BTC/USDT")
    with pytest.raises(ccxt.OrderNotFound):
        client.cancel_order("77", "BTC/USDT")
    with pytest.raises(ccxt.BadRequest):
        client.create_order("BTC/USDT", "limit", "buy", 0.00002, 100)
    client.secret = "wrong"
    with pytest.raises(ccxt.AuthenticationError):
        client.fetch_balance()


def test_a_stop_and_a_post_only_order_are_placed(site: Site, client: Any) -> None:
    stop = client.create_order("BTC/USDT", "STOP_LOSS_LIMIT", "sell", 1, 94, {"stopPrice": 96, "timeInForce": "GTC"})
    maker = client.create_order("BTC/USDT", "limit", "buy", 1, 99, {"postOnly": True})
    with pytest.raises(ccxt.OrderImmediatelyFillable):
        client.create_order("BTC/USDT", "limit", "buy", 1, 101, {"postOnly": True})
    site.step(3)
    assert client.fetch_order(maker["id"], "BTC/USDT")["average"] == 99
    assert client.fetch_order(stop["id"], "BTC/USDT")["average"] == 96
