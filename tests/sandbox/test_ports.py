"""What only a port can show: pacing, steps answered when all was sent, broken replies, shutdowns, a port taken."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from tests.sandbox.ports import served
from tests.sandbox.scenes import NOW_MS, exchange

from botswain.model.errors import BadInput
from botswain.sandbox.server import Server


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as found:
        yield found


async def test_a_step_is_answered_when_every_socket_was_sent_everything(session: aiohttp.ClientSession) -> None:
    with served(exchange()) as site:
        sockets = [await session.ws_connect(f"{site.ws}/stream?streams=btcusdt@kline_1m") for _ in range(3)]
        found = await site.step_soon(2)
        assert found["candles"] == 2
        for socket in sockets:
            told = [json.loads((await socket.receive(timeout=5)).data) for _ in range(4)]
            assert [one["data"]["k"]["x"] for one in told] == [True, False, True, False]
            await socket.close()


async def test_with_a_speed_the_market_moves_by_itself(session: aiohttp.ClientSession) -> None:
    with served(exchange(), speed=2400.0) as site:
        socket = await session.ws_connect(f"{site.ws}/ws/btcusdt@kline_1m")
        closes = []
        while len(closes) < 3:
            found = json.loads((await socket.receive(timeout=10)).data)
            closes += [found["k"]["t"]] if found["k"]["x"] else []
        assert closes == sorted(closes)
        async with session.post(f"{site.http}/sandbox/step", json={"candles": 1}) as answer:
            assert answer.status == 400
        await socket.close()


async def test_a_reply_that_is_dropped_breaks_the_connection(session: aiohttp.ClientSession) -> None:
    with served(exchange()) as site:
        fault = {"name": "drop_reply", "method": "ping", "times": -1}
        await asyncio.to_thread(site.control, "POST", "faults", fault)
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"{site.http}/api/v3/ping")
        await asyncio.to_thread(site.control, "DELETE", "faults")
        async with session.get(f"{site.http}/api/v3/ping") as answer:
            assert await answer.json() == {}


async def test_a_late_reply_and_a_late_request(session: aiohttp.ClientSession) -> None:
    with served(exchange()) as site:
        for name in ("delay_reply", "delay_request"):
            await asyncio.to_thread(site.control, "POST", "faults", {"name": name, "method": "time", "delay_ms": 60})
            began = asyncio.get_running_loop().time()
            async with session.get(f"{site.http}/api/v3/time") as answer:
                assert answer.status == 200
            assert asyncio.get_running_loop().time() - began >= 0.06


async def test_a_shutdown_is_told_and_closes(session: aiohttp.ClientSession) -> None:
    with served(exchange()) as site:
        socket = await session.ws_connect(f"{site.ws}/ws/btcusdt@trade")
        await asyncio.to_thread(site.control, "POST", "faults", {"name": "disconnect"})
        assert json.loads((await socket.receive(timeout=5)).data)["e"] == "serverShutdown"
        assert (await socket.receive(timeout=5)).type == aiohttp.WSMsgType.CLOSE


async def test_accounts_are_opened_and_the_books_are_shown() -> None:
    with served(exchange()) as site:
        made = site.control("POST", "accounts", {"name": "carol", "balances": {"USDT": "12.5"}})
        assert len(made["apiKey"]) == 64
        books = site.control("GET", "status")
        assert books["accounts"]["carol"]["free"] == {"USDT": "12.50000000"}
        assert books["house"]["USDT"] == "-10012.50000000"
        assert "drop_reply" in site.control("GET", "faults")


async def test_a_port_that_is_taken_is_named() -> None:
    with served(exchange()) as site:
        server = Server(exchange(), lambda: NOW_MS, None)
        with pytest.raises(BadInput, match=f"port {site.port} cannot be used"):
            await server.start(site.port)


async def test_who_does_not_answer_pings_is_closed_and_who_does_is_not(session: aiohttp.ClientSession) -> None:
    with served(exchange(), ping_s=0.05) as site:
        silent = await session.ws_connect(f"{site.ws}/ws", autoping=False)
        lively = await session.ws_connect(f"{site.ws}/ws")
        answers = asyncio.ensure_future(lively.receive(timeout=10))
        kinds = [(await silent.receive(timeout=5)).type for _ in range(4)]
        assert kinds[0] is aiohttp.WSMsgType.PING
        assert kinds[-1] is aiohttp.WSMsgType.CLOSE
        assert not answers.done()
        await lively.send_str('{"method":"LIST_SUBSCRIPTIONS","id":1}')
        assert json.loads((await answers).data)["id"] == 1


async def test_whoever_talks_too_much_is_cut_off(session: aiohttp.ClientSession) -> None:
    with served(exchange()) as site:
        socket = await session.ws_connect(f"{site.ws}/ws")
        for k in range(6):
            await socket.send_str(f'{{"method":"LIST_SUBSCRIPTIONS","id":{k}}}')
        kinds = [(await socket.receive(timeout=5)).type for _ in range(6)]
        assert aiohttp.WSMsgType.CLOSE in kinds
