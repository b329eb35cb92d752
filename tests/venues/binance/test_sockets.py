"""Real sockets end in one error, whatever breaks, and no await outlives its deadline."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from socket import SHUT_RDWR

import pytest
from aiohttp import web
from tests.venues.binance.loopback import HOLD, loopback

from botswain.venues.binance.sockets import AioDialer, Deadlines, Lost, Socket

QUICK = Deadlines(connect_s=0.3, send_s=0.3, answer_s=0.3, close_s=0.2)
Handler = Callable[[web.WebSocketResponse], Awaitable[None]]


@asynccontextmanager
async def connected(handler: Handler) -> AsyncIterator[Socket]:
    """A socket to a server that does with it what the handler says."""

    async def handle(request: web.Request) -> web.WebSocketResponse:
        found = web.WebSocketResponse(timeout=0.1)
        await found.prepare(request)
        await handler(found)
        return found

    app = web.Application()
    app.router.add_get("/ws", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    dialer = AioDialer(QUICK)
    try:
        socket = await dialer.open(f"http://127.0.0.1:{runner.addresses[0][1]}/ws")
        yield socket
        await socket.close()
    finally:
        await dialer.close()
        await runner.cleanup()


async def test_messages_go_both_ways_as_text_and_as_bytes() -> None:
    async def echo(server: web.WebSocketResponse) -> None:
        await server.send_str(await server.receive_str())
        await server.send_bytes(b"raw")
        await server.receive()

    async with connected(echo) as socket:
        await socket.send("hello")
        assert [await socket.receive(5), await socket.receive(5)] == [b"hello", b"raw"]


async def test_silence_is_no_message_and_the_next_one_is_still_heard() -> None:
    go = asyncio.Event()

    async def late(server: web.WebSocketResponse) -> None:
        await go.wait()
        await server.send_str("late")
        await server.receive()

    async with connected(late) as socket:
        assert await socket.receive(0.02) is None
        go.set()
        assert await socket.receive(5) == b"late"


async def test_pings_are_answered_while_somebody_listens() -> None:
    ponged = asyncio.Event()

    async def pinging(server: web.WebSocketResponse) -> None:
        await server.ping(b"x")
        await server.send_str("after the ping")
        ponged.set()
        await server.receive()

    async with connected(pinging) as socket:
        assert await socket.receive(5) == b"after the ping"
        assert ponged.is_set()


async def test_a_closed_connection_is_lost_with_its_code() -> None:
    async def leaves(server: web.WebSocketResponse) -> None:
        await server.close(code=1008)

    async with connected(leaves) as socket:
        with pytest.raises(Lost, match="1008"):
            await socket.receive(5)
        with pytest.raises(Lost, match="sending failed"):
            await socket.send("anybody?")


async def test_a_connection_that_is_cut_is_lost() -> None:
    async def cut(server: web.WebSocketResponse) -> None:
        server.get_extra_info("socket").shutdown(SHUT_RDWR)

    async with connected(cut) as socket:
        with pytest.raises(Lost):
            await socket.receive(5)


async def test_a_server_that_does_not_greet_or_is_no_websocket_is_lost_in_time() -> None:
    dialer = AioDialer(QUICK)
    try:
        async with loopback(HOLD) as server:
            with pytest.raises(Lost, match="took more than"):
                await dialer.open(f"ws://127.0.0.1:{server.port}/ws")
        async with loopback((404, b"no", {})) as server:
            with pytest.raises(Lost, match="failed"):
                await dialer.open(f"ws://127.0.0.1:{server.port}/ws")
            port = server.port
        with pytest.raises(Lost, match="failed"):
            await dialer.open(f"ws://127.0.0.1:{port}/ws")
    finally:
        await dialer.close()


async def test_closing_never_hangs_on_a_silent_server() -> None:
    done = asyncio.Event()

    async def silent(_: web.WebSocketResponse) -> None:
        await done.wait()

    async with connected(silent) as socket:
        async with asyncio.timeout(5):
            await socket.close()
        done.set()
