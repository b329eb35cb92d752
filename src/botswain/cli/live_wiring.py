"""Puts a live venue together for one start: sockets, clock, budget, keys, market and gateway, closed again at its end.

Where a gateway runs in a process of its own, keys are left to it; else they are opened in this process. A sandbox has
no secrets: where its account was given no key, the key that follows from its name is used.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from botswain.bus.socket_file import answers
from botswain.cli.databases import database_of, now_ms
from botswain.cli.gateway_run import SOCKET
from botswain.cli.gateway_wiring import CLOCKS, VENUES, Site, addresses_of, elapsed_ms
from botswain.cli.key_pair import opening_key, opening_keys, sole_use
from botswain.control.config import MarketConfig
from botswain.engine.fleet import Parts
from botswain.engine.live_fleet import Side
from botswain.engine.live_recovery import account_of
from botswain.engine.manners import Manners
from botswain.engine.recovery import local_tenant
from botswain.gateway.fence import LeaseJournal
from botswain.gateway.keys import KeyKeeper, Opened
from botswain.gateway.local import LocalGateway
from botswain.gateway.meters import Meters
from botswain.gateway.remote import RemoteGateway
from botswain.gateway.ring import Held, Ring
from botswain.gateway.seal import Opener
from botswain.model.errands import AskBalances
from botswain.model.errors import BadInput, Unavailable, near
from botswain.model.outcomes import Answer, Failed
from botswain.model.paper import SANDBOX_PORT, odd_port
from botswain.model.ports import Gateway
from botswain.sandbox.keys import made_key
from botswain.store import accounts, credentials
from botswain.store.accounts import Environment, source_at
from botswain.store.database import Database
from botswain.store.holders import HoldersInPlace
from botswain.venues.binance.account import BinanceAccount, Private
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.facts import ABILITIES, HORIZON_MS
from botswain.venues.binance.market import BinanceMarket
from botswain.venues.binance.signing import Credential
from botswain.venues.paper.account import PaperBook

# A sandbox answers at once: what it does not know a moment later it never knew.
SANDBOX_MANNERS = Manners(horizon_ms=3_000, round_ms=1_000, pulse_s=5.0)
VENUE_MANNERS = Manners(HORIZON_MS, pulse_s=10.0)
CONNECT_S = 5.0
# One that is started beside this process may still be on its way.
GATEWAY_S = 20.0
CLOCK_S = 5.0
# What a venue answers to a key that is wrong, revoked, or used from where it may not be.
KEY_CODES = frozenset({-1022, -2008, -2014, -2015})
NOT_OURS = "it is for another account"


@dataclass
class Places:
    """Where the database and what lies beside it is. One for a process: it opens venue keys alone or not at all.

    gateway  a gateway process sends for every account, and is waited for: this one opens no key
    relied   one has sent for this process, and is waited for where it is gone: it is started again, and could not be
             while this process held the keys
    told    people know that this process has opened the keys itself
    papers  the books of paper accounts in this process, by account, and how many hold each
    """

    data_dir: Path
    database: str | None = None
    held: bool = False
    gateway: bool = False
    relied: bool = False
    told: bool = False
    papers: dict[str, tuple[PaperBook, int]] = field(default_factory=dict)

    def hold(self) -> None:
        """Be the only process that opens this installation's keys, until it ends. Raises BadInput."""
        if self.held:
            return
        try:
            sole_use(self.keys)
        except BadInput:
            raise BadInput(
                f"another process has opened the venue keys in {self.keys}; start botswain gateway, which opens them "
                "for all, and start both again"
            ) from None
        self.held = True

    @property
    def keys(self) -> Path:
        """The folder of the key pair."""
        return database_of(self.data_dir, self.database)[1]

    @property
    def socket(self) -> Path:
        """Where a gateway of this installation listens."""
        return self.data_dir / SOCKET


@asynccontextmanager
async def venue_side(
    parts: Parts, places: Places, config: MarketConfig, remark: Callable[[str], None], *, reading: bool = False
) -> AsyncIterator[Side]:
    """The venue's side. Raises BadInput (no or a wrong key, an account of another kind), Unavailable (it is down).

    reading  nothing will be sent, so the key may be open in another process too
    """
    if config.venue not in VENUES:
        raise BadInput(f"market: venue is {config.venue!r}{near(config.venue, VENUES)}")
    environment = Environment(config.environment)
    if environment is not Environment.SANDBOX and not places.gateway:
        await check_has_key(parts, config)
    async with AsyncExitStack() as stack:
        site = Site(addresses_of(environment, config.port or SANDBOX_PORT), remark)
        stack.push_async_callback(site.close)
        why = await site.learn()
        if why:
            raise Unavailable(unlearned(f"{config.venue} ({environment}) at {site.addresses.rest}", environment, why))
        made = Side(
            name=config.venue,
            environment=environment,
            account=config.account_name,
            abilities=ABILITIES,
            manners=SANDBOX_MANNERS if environment is Environment.SANDBOX else VENUE_MANNERS,
            gateway=LocalGateway(Ring(), CLOCKS),
            source=BinanceMarket(
                Desk(site.address), site.addresses, site.dialer, paced=environment is not Environment.SANDBOX
            ),
            venue_ms=lambda: site.address.venue_ms,
            at_ms=elapsed_ms,
            prices=source_at(environment, config.port),
            own_time=environment is Environment.SANDBOX,
            port=odd_port(config.port) if environment is Environment.SANDBOX else None,
            remark=remark,
        )
        account_id = await account_of(parts, await local_tenant(parts), made)
        places = Places(places.data_dir, places.database, held=True) if reading else places
        side = replace(made, gateway=await gateway_of(stack, parts, places, site, made, account_id))
        await check_key(side, account_id)
        stack.push_async_callback(ended, asyncio.create_task(watched(site, remark)))
        yield side


def unlearned(where: str, environment: Environment, why: str) -> str:
    """What is said of a venue that told nothing of itself. One that answered, if with an error, is there."""
    if why.startswith("status "):
        return f"{where} is there and does not serve now: {why.rstrip('.')}"
    nobody = environment is Environment.SANDBOX and why.startswith("nothing answers ")
    return f"{where} cannot be reached: {why}" + ("; start botswain sandbox, or correct the port" if nobody else "")


async def check_has_key(parts: Parts, config: MarketConfig) -> None:
    """Refuse an account that has no key of ours before its venue is asked for anything. Raises BadInput."""
    tenant = await local_tenant(parts)
    async with parts.store.reading(tenant) as tx:
        here = [one for one in await accounts.listed(tx) if one.name == config.account_name]
        known = {one.account_id for one in await credentials.counting(tx)}
    # One that is another venue's or environment's has a refusal of its own.
    if all(one.environment == config.environment and one.id not in known for one in here):
        raise keyless(config.account_name, config.venue, config.environment)


def keyless(account_name: str, venue: str, environment: str) -> BadInput:
    """What is said of an account without a key."""
    return BadInput(
        f"account {account_name!r} has no key for {venue} {environment}; add one with botswain keys add NAME "
        f"--environment {environment} --account {account_name}"
    )


async def gateway_of(
    stack: AsyncExitStack, parts: Parts, places: Places, site: Site, side: Side, account_id: str
) -> Gateway:
    """The way to the account. Raises BadInput where it has no key, or another process holds the keys."""
    async with parts.store.reading(None) as tx:
        known = [one for one in await credentials.counting(tx) if one.account_id == account_id]
    if not known and not places.gateway:
        if side.environment != Environment.SANDBOX:
            raise keyless(side.account, side.name, side.environment)
        key = made_key(side.account)
        held = Held(account(site, Credential(side.account, key.api_key, key.secret)))
        return LocalGateway(Ring({account_id: held}), CLOCKS, parts.crash, leases_of(stack, parts))
    awaited = places.gateway or places.relied
    if awaited or answers(places.socket):
        meters = Meters({site.gauge.address: site.gauge})
        remote = await stack.enter_async_context(RemoteGateway(places.socket, now_ms, meters=meters))
        try:
            await asyncio.wait_for(remote.connected(), GATEWAY_S if awaited else CONNECT_S)
        except TimeoutError:
            raise Unavailable(f"the gateway at {places.socket} does not answer; start it again") from None
        places.relied = True
        return remote
    return await own_gateway(stack, parts, places, site, side, account_id)


async def own_gateway(
    stack: AsyncExitStack, parts: Parts, places: Places, site: Site, side: Side, account_id: str
) -> LocalGateway:
    """A gateway in this process, which opens the account's key and lets go of it when it is revoked."""
    places.hold()
    ring, said = Ring(), []

    def made(found: Opened) -> BinanceAccount:
        if found.account.id != account_id:
            raise BadInput(NOT_OURS)
        return account(site, Credential(found.credential.name, found.secret.api_key, found.secret.secret))

    def reported(line: str) -> None:
        if NOT_OURS not in line:
            said.append(line)
            side.remark(line)

    opener = Opener(opening_key(places.keys), partial(opening_keys, places.keys))
    if not places.told:
        places.told = True
        side.remark(
            f"no gateway answers at {places.socket}: this process opens the venue keys itself, and no gateway can "
            "start beside it. To send through one: stop this, start botswain gateway, then this again"
        )
    keeper = KeyKeeper(parts.store, opener, ring, made, reported)
    await keeper.look()
    if ring.get(account_id) is None:
        raise BadInput(". ".join(said) or f"the key of account {side.account!r} cannot be opened")
    stack.push_async_callback(ended, asyncio.create_task(keeper.keep()))
    return LocalGateway(ring, CLOCKS, parts.crash, leases_of(stack, parts))


def leases_of(stack: AsyncExitStack, parts: Parts) -> LeaseJournal:
    """What compares leases before anything is signed in this process."""
    path = parts.store.path if isinstance(parts.store, Database) else None
    if path is None:
        return LeaseJournal(parts.store)
    found = HoldersInPlace(path)
    stack.callback(found.close)
    return LeaseJournal(parts.store, found.get)


def account(site: Site, credential: Credential) -> BinanceAccount:
    """An account at the venue with an opened key."""
    private = Private(site.addresses, credential, site.dialer)
    return BinanceAccount(Desk(site.address, credential), site.market_ids, private)


async def check_key(side: Side, account_id: str) -> None:
    """See whether the venue takes the key, before anything rests on it. Raises BadInput, Unavailable."""
    found = await side.gateway.ask(account_id, AskBalances())
    if isinstance(found, Answer):
        if not found.data.can_trade:
            side.remark(f"account {side.account!r} may not trade at {side.name}: allow its key to trade there")
        return
    why = found.why if isinstance(found, Failed) else "the venue knows no such account"
    if isinstance(found, Failed) and found.code in KEY_CODES:
        raise BadInput(
            f"{side.name} ({side.environment}) does not take the key of account {side.account!r}: {why.rstrip('.')}. "
            "It is wrong, revoked, or not allowed from this address; revoke it with botswain keys revoke and add the "
            "right one"
        )
    raise Unavailable(f"account {side.account!r} at {side.name} ({side.environment}) cannot be read: {why}")


async def watched(site: Site, remark: Callable[[str], None]) -> None:
    """Say when this machine's clock is off, and when it is right again. Orders carry the venue's time all the same."""
    said = False
    while True:
        clock = site.address.clock
        if clock.alarm and not said:
            way = "behind" if clock.offset_ms > 0 else "ahead of"
            remark(
                f"this machine's clock is {abs(clock.offset_ms) / 1000:.1f} s {way} the venue's; requests carry the "
                "venue's time, and the market is followed by it. Set the clock"
            )
        elif said and not clock.alarm:
            remark("this machine's clock agrees with the venue's again")
        said = clock.alarm
        await asyncio.sleep(CLOCK_S)


async def ended(task: asyncio.Task[None]) -> None:
    """End a task and wait for it."""
    task.cancel()
    await asyncio.wait({task})
