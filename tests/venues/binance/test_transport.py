"""CCXT carries our bytes and no opinions: the very bytes are compared, and nothing is ever sent twice."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import ccxt.async_support
import pytest
import yarl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.venues.binance.loopback import HOLD, Got, Loopback, loopback
from tests.venues.binance.payloads import ID, OTHER_ID, error
from tests.venues.binance.test_requests import GRID, GUARD, PROFIT, ROW
from tests.venues.binance.test_signing import PRINTED, pem

from botswain.venues.binance import queries, requests
from botswain.venues.binance.facts import Addresses
from botswain.venues.binance.facts import loopback as addresses_of
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential, http_request
from botswain.venues.binance.transport import NoReply, Reply, Transport, without_reply

VENUE_MS, WINDOW_MS = 1_700_000_000_123, 3_000
ED = Credential("ed", "ed-key", pem(Ed25519PrivateKey.from_private_bytes(bytes(range(32)))))
CALLS = [
    requests.place(GRID, ROW, ID),
    requests.test_order(GRID, ROW, ID),
    requests.cancel("BTCUSDT", ID),
    requests.replace(GRID, OTHER_ID, ROW, ID),
    requests.amend(GRID, ID, 12_345),
    requests.oco(GRID, "list-1", ("p", PROFIT), ("s", GUARD)),
    requests.cancel_list("BTCUSDT", "list-1"),
    queries.account(),
    queries.order("BTCUSDT", client_order_id=ID),
    queries.open_orders(),
    queries.own_trades("BTCUSDT"),
    queries.exchange_info("BTCUSDT", "ETHUSDT"),
    queries.klines("BTCUSDT", "1m"),
    queries.time(),
]


@asynccontextmanager
async def transport(server: Loopback, deadline_s: float = 5.0) -> AsyncIterator[Transport]:
    found = Transport(addresses_of(server.port), deadline_s)
    try:
        yield found
    finally:
        await found.close()


def same(got: Got, call: Call, credential: Credential) -> None:
    """The request is byte for byte what the pure builder says."""
    expected = http_request(call, credential, VENUE_MS, WINDOW_MS)
    assert got.line == f"{expected.method} {expected.target} HTTP/1.1"
    assert got.body == expected.body
    for name, value in expected.headers.items():
        assert got.headers[name] == value
    assert ("x-mbx-apikey" in got.headers) is call.signed


@pytest.mark.parametrize("credential", [PRINTED, ED], ids=["hmac", "ed25519"])
async def test_what_reaches_the_venue_is_byte_for_byte_what_was_built(credential: Credential) -> None:
    async with loopback() as server, transport(server) as wire:
        for call in CALLS:
            found = await wire.send(call, credential, VENUE_MS, WINDOW_MS)
            assert isinstance(found, Reply)
            same(server.got[-1], call, credential)
        assert (len(server.got), server.connections) == (len(CALLS), 1)


def test_every_path_but_the_amendments_is_an_implicit_endpoint_of_ccxt() -> None:
    client = ccxt.async_support.binance
    for call in CALLS:
        section = "private" if call.signed else "public"
        words = [word[0].upper() + word[1:] for word in call.path.split("/")]
        name = f"{section}{call.method.capitalize()}{''.join(words)}"
        assert hasattr(client, name) is (call.path != "order/amend/keepPriority"), name


async def test_status_headers_and_body_come_back_as_they_were() -> None:
    body = error(-2010, "Account has insufficient balance for requested action.")
    refused, limited = (400, body, {"X-MBX-USED-WEIGHT-1M": "12"}), (429, error(-1003), {"Retry-After": "7"})
    async with loopback(refused, limited, (502, b"<html>", {})) as server, transport(server) as wire:
        first, second, third = [await wire.send(CALLS[0], PRINTED, VENUE_MS, WINDOW_MS) for _ in range(3)]
    assert isinstance(first, Reply)
    assert (first.status, first.body, first.headers["x-mbx-used-weight-1m"]) == (400, body, "12")
    assert isinstance(second, Reply)
    assert (second.status, second.headers["retry-after"]) == (429, "7")
    assert isinstance(third, Reply)
    assert (third.status, third.body) == (502, b"<html>")


async def test_accounts_that_send_at_the_same_time_do_not_mix() -> None:
    async with loopback() as server, transport(server) as wire:
        both = [PRINTED, ED] * 10
        await asyncio.gather(*(wire.send(CALLS[0], one, VENUE_MS, WINDOW_MS) for one in both))
        assert len(server.got) == 20
        for got in server.got:
            owner = next(one for one in (PRINTED, ED) if one.api_key == got.headers["x-mbx-apikey"])
            same(got, CALLS[0], owner)
        assert sum(got.headers["x-mbx-apikey"] == "ed-key" for got in server.got) == 10


@pytest.mark.parametrize("call", [CALLS[0], CALLS[2], CALLS[4], CALLS[7]], ids=["place", "cancel", "amend", "account"])
async def test_a_connection_that_closes_under_a_request_is_no_reply_and_nothing_is_sent_again(call: Call) -> None:
    async with loopback((200, b"{}", {}), None) as server, transport(server) as wire:
        assert isinstance(await wire.send(queries.time(), None, VENUE_MS, WINDOW_MS), Reply)
        found = await wire.send(call, PRINTED, VENUE_MS, WINDOW_MS)
        assert isinstance(found, NoReply)
        assert found.left
        assert (len(server.got), server.connections) == (2, 1)


async def test_a_reply_that_does_not_come_in_time_is_no_reply() -> None:
    async with loopback(HOLD) as server, transport(server, deadline_s=0.2) as wire:
        found = await wire.send(CALLS[0], PRINTED, VENUE_MS, WINDOW_MS)
        assert isinstance(found, NoReply)
        assert (found.left, len(server.got)) == (True, 1)


async def test_a_venue_that_is_not_there_is_no_reply_and_the_signature_is_not_shown() -> None:
    async with loopback() as server:
        port = server.port
    wire = Transport(addresses_of(port), 5.0)
    try:
        found = await wire.send(CALLS[2], PRINTED, VENUE_MS, WINDOW_MS)
    finally:
        await wire.close()
    assert isinstance(found, NoReply)
    assert found.why == f"nothing answers at 127.0.0.1:{port} (Connection refused)"


async def test_a_venue_that_is_not_found_or_closes_the_connection_is_told_of_in_words_and_not_in_ccxt_s() -> None:
    async with loopback(None) as server, transport(server) as wire:
        closed = await wire.send(CALLS[2], PRINTED, VENUE_MS, WINDOW_MS)
    assert isinstance(closed, NoReply)
    assert closed.why == f"127.0.0.1:{server.port} closed the connection without a reply"
    url = yarl.URL("https://api.example/api/v3/order?signature=1")
    nowhere = without_reply(url, socket.gaierror(socket.EAI_NONAME, "Name or service not known"))
    assert nowhere == "the address of api.example is not known (Name or service not known); is this machine connected?"
    broke = without_reply(url, aiohttp.ClientOSError(errno.ECONNRESET, "Connection reset by peer"))
    assert broke == "the connection to api.example:443 broke off (ClientOSError)"


async def test_debugging_writes_nothing_of_a_request_into_any_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("ccxt", "ccxt.base.exchange", "aiohttp.client"):
        caplog.set_level(logging.DEBUG, logger=name)
    async with loopback() as server, transport(server) as wire:
        for call in CALLS:
            assert isinstance(await wire.send(call, PRINTED, VENUE_MS, WINDOW_MS), Reply)
    for word in (PRINTED.api_key, PRINTED.plain_secret, "signature", "newClientOrderId"):
        assert word not in caplog.text


def test_the_client_comes_without_the_other_exchanges_and_spoils_ccxt_for_nobody() -> None:
    code = (
        "import sys\n"
        "from botswain.venues.binance import ccxt_client as ours\n"
        "assert 'ccxt.kraken' not in sys.modules and 'ccxt' not in sys.modules\n"
        "import ccxt.async_support, ccxt.pro\n"
        "assert ccxt.async_support.binance is ours.BinanceClient and ccxt.BaseError is ours.BaseError\n"
        "assert len(ccxt.exchanges) > 100 and ccxt.pro.binance and ccxt.kraken\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


async def test_what_cannot_be_signed_never_leaves() -> None:
    async with loopback() as server, transport(server) as wire:
        missing = await wire.send(CALLS[0], None, VENUE_MS, WINDOW_MS)
        broken = await wire.send(CALLS[0], Credential("x", "k", "-----BEGIN PRIVATE KEY-----\nno"), VENUE_MS, WINDOW_MS)
        for found in (missing, broken):
            assert isinstance(found, NoReply)
            assert not found.left
        assert server.got == []


async def test_a_cancelled_caller_stays_cancelled() -> None:
    async with loopback(HOLD) as server, transport(server) as wire:
        arrived = asyncio.Event()
        server.on_request = lambda _: arrived.set()
        task = asyncio.create_task(wire.send(CALLS[0], PRINTED, VENUE_MS, WINDOW_MS))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_another_path_of_the_address_is_kept() -> None:
    async with loopback() as server:
        wire = Transport(Addresses("x", f"http://127.0.0.1:{server.port}/", "", ""), 5.0)
        await wire.send(queries.time(), None, VENUE_MS, WINDOW_MS)
        await wire.close()
        assert server.got[0].line == "GET /api/v3/time HTTP/1.1"
