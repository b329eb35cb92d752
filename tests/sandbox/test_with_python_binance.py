"""An unmodified python-binance trades and listens here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import exchange
from tests.sandbox.test_with_ccxt_pro import soon

from botswain.sandbox.control import made_key

binance = pytest.importorskip("binance", reason="python-binance is not installed; it is a test dependency")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
async def pair(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Site, Any]]:
    # How long its reader waits before it looks whether it is to end; it would hold up every test for ten seconds.
    monkeypatch.setattr("binance.ws.reconnecting_websocket.ReconnectingWebsocket.TIMEOUT", 0.2)
    with served(exchange()) as site:
        key = made_key("main")
        client = binance.AsyncClient(key.api_key, key.secret)
        client.API_URL = site.http + "/api"
        client.ws_api._url = site.ws + "/ws-api/v3"
        try:
            yield site, client
        finally:
            await client.close_connection()


async def test_orders_and_accounts_over_rest(pair: tuple[Site, Any]) -> None:
    site, client = pair
    info = await client.get_symbol_info("BTCUSDT")
    assert info["baseAsset"] == "BTC"
    placed = await client.create_order(
        symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="1", price="99.50"
    )
    assert placed["status"] == "NEW"
    assert [one["orderId"] for one in await client.get_open_orders(symbol="BTCUSDT")] == [placed["orderId"]]
    await site.step_soon()
    assert (await client.get_order(symbol="BTCUSDT", orderId=placed["orderId"]))["status"] == "FILLED"
    assert (await client.get_asset_balance(asset="BTC"))["free"] == "10.99900000"
    sold = await client.order_market_sell(symbol="BTCUSDT", quantity="1")
    assert sold["fills"][0]["price"] == "101.00000000"
    oco = await client.create_oco_order(
        symbol="BTCUSDT", side="SELL", quantity="1", aboveType="LIMIT_MAKER", abovePrice="110.00",
        belowType="STOP_LOSS", belowStopPrice="90.00",
    )  # fmt: skip
    assert oco["listOrderStatus"] == "EXECUTING"
    gone = await client.cancel_order(symbol="BTCUSDT", orderId=oco["orders"][0]["orderId"])
    assert gone["status"] == "CANCELED"
    assert await client.get_open_orders(symbol="BTCUSDT") == []
    assert len(await client.get_klines(symbol="BTCUSDT", interval="1m")) == 2


async def test_trades_and_user_events_over_sockets(pair: tuple[Site, Any]) -> None:
    site, client = pair
    sockets = binance.BinanceSocketManager(client)
    sockets.STREAM_URL = site.ws + "/"
    async with sockets.trade_socket("BTCUSDT") as prints, sockets.user_socket() as mine:
        await soon(site, "btcusdt@trade")
        await soon(site, "@main")
        await client.order_market_buy(symbol="BTCUSDT", quantity="1")
        seen = [(await asyncio.wait_for(mine.recv(), 20)) for _ in range(3)]
        kinds = [one.get("event", one)["e"] for one in seen]
        assert kinds == ["executionReport", "executionReport", "outboundAccountPosition"]
        await site.step_soon()
        assert (await asyncio.wait_for(prints.recv(), 20))["p"] == "100.00000000"


async def test_orders_over_the_websocket_api(pair: tuple[Site, Any]) -> None:
    _, client = pair
    placed = await client.ws_create_order(
        symbol="BTCUSDT", side="BUY", type="LIMIT", timeInForce="GTC", quantity="1", price="99.50"
    )
    assert placed["status"] == "NEW"
    gone = await client.ws_cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
    assert gone["status"] == "CANCELED"
    with pytest.raises(binance.exceptions.BinanceAPIException):
        await client.ws_cancel_order(symbol="BTCUSDT", orderId=placed["orderId"])
