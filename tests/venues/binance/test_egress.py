"""Whoever holds a key reaches the venue's hosts only (S22): any other destination is refused unsent, and told."""

import pytest
from tests.venues.binance.loopback import loopback
from tests.venues.binance.test_signing import PRINTED

from botswain.venues.binance import queries
from botswain.venues.binance.egress import Astray, Egress
from botswain.venues.binance.facts import PRODUCTION, TESTNET
from botswain.venues.binance.facts import loopback as addresses_of
from botswain.venues.binance.sockets import AioDialer, Lost
from botswain.venues.binance.transport import NoReply, Reply, Transport


def test_only_the_venues_own_origins_may_be_reached_however_an_address_is_spelled():
    said = []
    found = Egress(PRODUCTION.origins(), said.append)
    for good in ("https://api.binance.com/api/v3/order?x=1", "https://API.binance.com:443/", PRODUCTION.ws_api):
        found.check(good)
    assert said == []
    bad = (
        "http://api.binance.com/api/v3/order",
        "https://api.binance.com:8443/",
        "https://api.binance.com.evil.example/api/v3/order?signature=hidden",
        "https://api.binance.com@evil.example/",
        "https://evil.example/api.binance.com",
        "https://[::1",
        TESTNET.rest,
        "",
    )
    for one in bad:
        with pytest.raises(Astray, match="nothing was sent"):
            found.check(one)
    assert len(said) == len(bad)
    assert not any("hidden" in one for one in said)


async def test_a_client_that_was_tampered_with_sends_nothing_elsewhere():
    said = []
    async with loopback() as venue, loopback() as thief:
        addresses = addresses_of(venue.port)
        wire = Transport(addresses, 5.0, Egress(addresses.origins(), said.append))
        try:
            urls = wire._client.urls["api"]
            urls["private"] = urls["private"].replace(str(venue.port), str(thief.port))
            found = await wire.send(queries.account(), PRINTED, 1, 3_000)
            assert isinstance(found, NoReply)
            assert not found.left
            assert f"tried to reach http://127.0.0.1:{thief.port}" in found.why
            assert isinstance(await wire.send(queries.time(), None, 1, 3_000), Reply)
        finally:
            await wire.close()
        assert (len(thief.got), len(venue.got), len(said)) == (0, 1, 1)


async def test_a_reply_that_sends_us_elsewhere_is_not_followed():
    async with loopback() as thief:
        away = {"Location": f"http://127.0.0.1:{thief.port}/api/v3/account"}
        async with loopback((302, b"", away)) as venue:
            wire = Transport(addresses_of(venue.port), 5.0)
            try:
                found = await wire.send(queries.account(), PRINTED, 1, 3_000)
                assert isinstance(found, Reply)
                assert found.status == 302
            finally:
                await wire.close()
        assert thief.got == []


async def test_a_socket_is_opened_to_the_venue_only():
    said = []
    async with loopback() as thief:
        dialer = AioDialer(egress=Egress(PRODUCTION.origins(), said.append))
        try:
            with pytest.raises(Lost, match="which is no host of the venue's"):
                await dialer.open(f"ws://127.0.0.1:{thief.port}/stream")
        finally:
            await dialer.close()
        assert thief.connections == 0
    assert len(said) == 1
