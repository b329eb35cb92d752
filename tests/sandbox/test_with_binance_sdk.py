"""An unmodified binance-sdk-spot, the venue's own and strict about shapes, trades and listens here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import exchange
from tests.sandbox.test_with_ccxt_pro import soon

from botswain.sandbox.control import made_key

sdk = pytest.importorskip("binance_sdk_spot", reason="binance-sdk-spot is not installed; it is a test dependency")
configuration = pytest.importorskip("binance_common.configuration")
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.fixture
def site() -> Iterator[Site]:
    with served(exchange()) as found:
        yield found


@pytest.fixture
def client(site: Site) -> Any:
    key = made_key("main")
    signed = {"api_key": key.api_key, "api_secret": key.secret}
    return sdk.spot.Spot(
        config_rest_api=configuration.ConfigurationRestAPI(**signed, base_path=site.http, timeout=20_000),
        config_ws_api=configuration.ConfigurationWebSocketAPI(**signed, stream_url=site.ws + "/ws-api/v3"),
        config_ws_streams=configuration.ConfigurationWebSocketStreams(stream_url=site.ws),
    )


def test_markets_orders_and_the_account_over_rest(site: Site, client: Any) -> None:
    rest = client.rest_api
    info = rest.exchange_info(symbol="BTCUSDT").data()
    assert info.symbols[0].base_asset == "BTC"
    placed = rest.new_order("BTCUSDT", "BUY", "LIMIT", time_in_force="GTC", quantity=1.0, price=99.5).data()
    assert placed.status == "NEW"
    smaller = rest.order_amend_keep_priority("BTCUSDT", 0.5, order_id=placed.order_id).data()
    assert smaller.amended_order.qty == "0.50000000"
    other = rest.new_order("BTCUSDT", "BUY", "LIMIT", time_in_force="GTC", quantity=1.0, price=90.0).data()
    assert rest.delete_order("BTCUSDT", order_id=other.order_id).data().status == "CANCELED"
    site.step()
    assert rest.get_order("BTCUSDT", order_id=placed.order_id).data().executed_qty == "0.50000000"
    assert rest.my_trades("BTCUSDT").data()[0].price == "99.50000000"
    held = {one.asset: one.free for one in rest.get_account().data().balances}
    assert held["BTC"] == "10.49950000"
    assert len(rest.klines("BTCUSDT", "1m").data()) == 2
    assert rest.depth("BTCUSDT", limit=5).data().asks[0][0] == "101.00000000"


async def test_orders_and_events_over_the_websocket_api(site: Site, client: Any) -> None:
    connection = await client.websocket_api.create_connection()
    try:
        seen: list[Any] = []
        answer = await connection.user_data_stream_subscribe_signature()
        answer.stream.on("message", seen.append)
        await soon(site, "@main")
        placed = await connection.order_place("BTCUSDT", "BUY", "LIMIT", time_in_force="GTC", quantity=1.0, price=99.5)
        assert placed.data().result.status == "NEW"
        state = await connection.order_status("BTCUSDT", order_id=placed.data().result.order_id)
        assert state.data().result.status == "NEW"
        await site.step_soon()
        for _ in range(1000):
            if len(seen) >= 4:
                break
            await asyncio.sleep(0.01)
        assert len(seen) >= 4
    finally:
        await connection.close_connection(close_session=True)


async def test_market_streams(site: Site, client: Any) -> None:
    connection = await client.websocket_streams.create_connection()
    try:
        got: asyncio.Queue[Any] = asyncio.Queue()
        stream = await connection.kline(symbol="btcusdt", interval="1m")
        stream.on("message", got.put_nowait)
        book = await connection.book_ticker(symbol="btcusdt")
        book.on("message", got.put_nowait)
        await soon(site, "btcusdt@kline_1m")
        await soon(site, "btcusdt@bookTicker")
        await site.step_soon()
        first = await asyncio.wait_for(got.get(), 20)
        assert (first.k.c, first.k.x) == ("101.00000000", True)
        best = await asyncio.wait_for(got.get(), 20)
        assert best.a == "101.00000000"
    finally:
        await connection.close_connection(close_session=True)
