"""Puts the gateway together for one machine: opened keys become accounts at concrete venues.

The environment of a key decides where it is sent, and nothing else does: live keys go to the venue's production
addresses, test keys to its test network, sandbox keys to a port of this machine. What all accounts of an environment
share (connections, the weight budget, the clock, the symbols) is made when its first key is opened.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from botswain.cli.databases import now_ms
from botswain.gateway.journaled import Store
from botswain.gateway.keys import KeyKeeper, Opened
from botswain.gateway.local import Clocks, Journal, LocalGateway
from botswain.gateway.meters import Meter, Meters
from botswain.gateway.ring import Ring
from botswain.gateway.seal import Opener
from botswain.model.errors import BadInput, near
from botswain.model.outcomes import Answer, Failed
from botswain.model.paper import SANDBOX_PORT
from botswain.sandbox.keys import made_key
from botswain.store.accounts import Account, Environment
from botswain.venues.binance import queries
from botswain.venues.binance.account import BinanceAccount, Private
from botswain.venues.binance.budget import Budget, Gauge
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.egress import Egress
from botswain.venues.binance.facts import PRODUCTION, TESTNET, Addresses, loopback
from botswain.venues.binance.rules import rules
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import AioDialer
from botswain.venues.binance.transport import Transport

CCXT_LOG = "ccxt.base.exchange"
VENUES = ("binance",)
# How often clock and symbols are learned, and how soon again where the venue did not answer. Seconds.
LEARN_S, RETRY_S = 600.0, 2.0


def elapsed_ms() -> int:
    """A clock that never goes back, in milliseconds."""
    return time.monotonic_ns() // 1_000_000


CLOCKS = Clocks(now_ms, elapsed_ms)


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway in this process. keeping: ends only when something is wrong."""

    gateway: LocalGateway
    keeper: KeyKeeper
    keeping: asyncio.Task[None]
    meters: Meters


@asynccontextmanager
async def local_gateway(
    store: Store,
    opener: Opener,
    sandbox_port: int,
    reported: Callable[[str], None],
    crash: Callable[[str], None] = lambda _point: None,
    journal: Journal | None = None,
    *,
    keyless: bool = False,
) -> AsyncIterator[Running]:
    """A gateway over the keys in a database; every venue of theirs has been asked for its clock and symbols once.

    journal   asked before anything is sent; None trusts the caller, for an engine in this very process
    reported  told in one line of keys that are not used and venues that do not answer
    keyless   serve accounts of a sandbox that have no key too
    """
    ring, sites = Ring(), Sites(sandbox_port, reported)
    keeper = KeyKeeper(store, opener, ring, sites.made, reported, sandbox_key if keyless else None)
    try:
        await keeper.look()
        await sites.asked()
        keeping = asyncio.create_task(keeper.keep())
        try:
            yield Running(LocalGateway(ring, CLOCKS, crash, journal), keeper, keeping, Meters(sites.gauges))
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
    finally:
        await sites.close()


def addresses_of(environment: Environment, sandbox_port: int) -> Addresses:
    """Where the keys of an environment are sent. Raises BadInput for one without keys."""
    found = {
        Environment.LIVE: PRODUCTION,
        Environment.TEST: TESTNET,
        Environment.SANDBOX: loopback(sandbox_port),
    }
    if environment not in found:
        raise BadInput(f"a {environment} account has no venue to send anything to; use sandbox, test or live")
    return found[environment]


def sandbox_of(account: Account, here: int) -> int:
    """The port of the sandbox whose prices an account is traded by; 0: they are no sandbox's.

    here  of the sandbox of this installation
    """
    if account.prices is not Environment.SANDBOX:
        return 0
    return here if account.port is None else account.port or SANDBOX_PORT


def sandbox_key(account: Account) -> tuple[str, str] | None:
    """The key of a sandbox's account, which follows from its name; None for any other account."""
    if account.environment is not Environment.SANDBOX:
        return None
    made = made_key(account.name)
    return made.api_key, made.secret


@dataclass
class Site:
    """What the accounts of one environment share. reported: told of what tries to reach another host than its."""

    addresses: Addresses
    reported: Callable[[str], None]
    market_ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # CCXT writes whole requests, key and signature with them, into its log where debugging is on.
        logging.getLogger(CCXT_LOG).setLevel(logging.WARNING)
        egress = Egress(self.addresses.origins(), self.reported)
        self.wire, self.dialer = Transport(self.addresses, egress=egress), AioDialer(egress=egress)
        self.address = Address(self.wire, Budget(), VenueClock(), now_ms)
        self.gauge = Gauge(self.addresses.rest, self.address.budget)
        self.asked = asyncio.Event()

    async def close(self) -> None:
        """Let go of its connections."""
        await self.wire.close()
        await self.dialer.close()

    async def learn(self) -> str:
        """Take the venue's clock, symbols and limits; why that failed, or nothing. Then `asked` is set."""
        try:
            return await self._learned()
        finally:
            self.asked.set()

    async def _learned(self) -> str:
        desk = Desk(self.address)
        failed = await desk.set_clock()
        if failed is not None:
            return failed.why
        found = await desk.read(queries.exchange_info(), rules)
        if not isinstance(found, Answer):
            return found.why if isinstance(found, Failed) else "the venue told no symbols"
        self.address.budget.learn(found.data.limits)
        self.market_ids.update({one.instrument.symbol: one.market_id for one in found.data.listings.items})
        return ""


class Sites:
    """Makes accounts of opened keys, and tends what they share: an environment's, and each sandbox's.

    sandbox_port  of the one that accounts are at which never were at another; reported: told whether a venue answers
    """

    def __init__(self, sandbox_port: int, reported: Callable[[str], None]) -> None:
        self._sandbox_port = sandbox_port
        self._reported = reported
        self._sites: dict[tuple[Environment, int], Site] = {}
        self.gauges: dict[str, Meter] = {}
        self._tending: set[asyncio.Task[None]] = set()

    def made(self, found: Opened) -> BinanceAccount:
        """An account at its venue. Raises BadInput."""
        account, secret = found.account, found.secret
        if account.venue not in VENUES:
            raise BadInput(f"venue {account.venue!r} is unknown{near(account.venue, VENUES)}")
        site = self._site(account)
        credential = Credential(found.credential.name, secret.api_key, secret.secret)
        private = Private(site.addresses, credential, site.dialer)
        return BinanceAccount(Desk(site.address, credential), site.market_ids, private)

    async def asked(self) -> None:
        """Wait until every venue was asked once, whatever it answered."""
        for site in tuple(self._sites.values()):
            await site.asked.wait()

    async def close(self) -> None:
        """Let go of every connection."""
        for one in self._tending:
            one.cancel()
        if self._tending:
            await asyncio.wait(self._tending)
        for site in self._sites.values():
            await site.close()

    def _site(self, account: Account) -> Site:
        key = account.environment, sandbox_of(account, self._sandbox_port)
        if key not in self._sites:
            site = Site(addresses_of(*key), self._reported)
            self._sites[key] = site
            self.gauges[site.addresses.rest] = site.gauge
            self._tending.add(asyncio.create_task(tended(site, self._reported)))
        return self._sites[key]


async def tended(
    site: Site, reported: Callable[[str], None], pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Learn clock and symbols again and again until cancelled."""
    before = "nothing was asked yet"
    while True:
        why = await site.learn()
        if why != before:
            state = f"does not answer: {why}" if why else f"answers; {len(site.market_ids)} symbols"
            reported(f"{site.addresses.environment} at {site.addresses.rest} {state}")
        before = why
        await pause(RETRY_S if why else LEARN_S)
