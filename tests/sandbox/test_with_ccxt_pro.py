"""An unmodified ccxt.pro streams and trades here over WebSockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import ccxt.pro
import pytest
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import START_MS, exchange
from tests.sandbox.test_with_ccxt import pointed


@pytest.fixture
async def pair() -> AsyncIterator[tuple[Site, Any]]:
    with served(exchange()) as site:
        client = pointed(site, ccxt.pro.binance)
        client.urls["api"]["ws"]["spot"] = site.ws + "/ws"
        client.urls["api"]["ws"]["ws-api"]["spot"] = site.ws + "/ws-api/v3"
        await client.load_markets()
        try:
            yield site, client
        finally:
            await client.close()


async def soon(site: Site, topic: str) -> None:
    """Wait until somebody listens to a stream."""
    for _ in range(2000):
        if site.exchange.floor.wanted(topic):
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"nobody listens to {topic}")


async def test_candles_trades_and_tickers_arrive_with_the_step(pair: tuple[Site, Any]) -> None:
    site, client = pair
    watches = [
        asyncio.ensure_future(one)
        for one in (
            client.watch_ohlcv("BTC/USDT", "1m"),
            client.watch_trades("BTC/USDT"),
            client.watch_ticker("BTC/USDT"),
        )
    ]
    for topic in ("btcusdt@kline_1m", "btcusdt@trade", "btcusdt@miniTicker"):
        await soon(site, topic)
    await site.step_soon()
    rows, trades, ticker = await asyncio.gather(*watches)
    assert rows[0][:2] == [START_MS, 100]
    assert trades[0]["price"] == 100
    assert ticker["last"] == 101


async def test_the_book_is_put_together_from_snapshot_and_differences(pair: tuple[Site, Any]) -> None:
    site, client = pair
    watch = asyncio.ensure_future(client.watch_order_book("BTC/USDT"))
    await soon(site, "btcusdt@depth@100ms")
    book: Any = None
    for _ in range(3):
        await site.step_soon()
        if watch.done():
            break
    book = await watch
    assert book["asks"][0][0] - book["bids"][0][0] == pytest.approx(0.01)


async def test_orders_go_out_and_events_come_back_over_one_socket(pair: tuple[Site, Any]) -> None:
    site, client = pair
    orders = asyncio.ensure_future(client.watch_orders("BTC/USDT"))
    balance = asyncio.ensure_future(client.watch_balance())
    await soon(site, "@main")
    placed = await client.create_order_ws("BTC/USDT", "limit", "buy", 1, 99.5)
    assert placed["status"] == "open"
    assert (await orders)[0]["id"] == placed["id"]
    assert (await balance)["USDT"]["used"] == 99.5
    filled = asyncio.ensure_future(client.watch_my_trades("BTC/USDT"))
    await asyncio.sleep(0)
    await site.step_soon()
    assert (await filled)[0]["price"] == 99.5
    gone = await client.create_order_ws("BTC/USDT", "limit", "buy", 1, 90)
    assert (await client.cancel_order_ws(gone["id"], "BTC/USDT"))["status"] == "canceled"
    market = await client.create_order_ws("BTC/USDT", "market", "sell", 1)
    assert market["average"] == 101
