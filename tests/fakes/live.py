"""The live engine on a sandbox over loopback, wired by hand as the command line does it."""

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.fakes.counted_ids import CountedIds

from botswain.engine import live_recovery
from botswain.engine.feed_events import FeedTimes
from botswain.engine.fleet import Parts
from botswain.engine.live_fleet import LiveFleet, Side
from botswain.engine.manners import Manners
from botswain.gateway.local import Clocks, LocalGateway
from botswain.gateway.ring import Held, Ring
from botswain.sandbox.control import made_key
from botswain.venues.binance.account import BinanceAccount, Private
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import ABILITIES, loopback
from botswain.venues.binance.market import BinanceMarket
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.sockets import AioDialer
from botswain.venues.binance.transport import Transport

TAG_KEY = bytes(range(32))
WIDE = 1_000_000_000


def now_ms():
    return time.time_ns() // 1_000_000


def at_ms():
    return time.monotonic_ns() // 1_000_000


@dataclass
class Live:
    """A fleet under way."""

    fleet: LiveFleet
    remarks: list


@asynccontextmanager
async def side_of(site, account="main", remarks=None, manners=None, *, at_close=True, paced=False, times=None):
    """A venue's side: sockets, keys, gateway in process."""
    addresses = loopback(site.port)
    wire = Transport(addresses)
    key = made_key(account)
    credential = Credential(account, key.api_key, key.secret)
    address = Address(wire, Budget(limit=WIDE), VenueClock(), now_ms)
    address.budget.order_limits = {"10s": WIDE, "1d": WIDE}
    dialer = AioDialer()
    names = {one.facts.symbol: name for name, one in site.exchange.floor.pairs.items()}
    desk = Desk(address, credential)
    venue_account = BinanceAccount(desk, names, Private(addresses, credential, dialer))
    ring = Ring()
    gateway = LocalGateway(ring, Clocks(now_ms, at_ms))
    market = BinanceMarket(Desk(address), addresses, dialer, paced=paced)
    side = Side(
        name="binance",
        environment="sandbox",
        account=account,
        abilities=ABILITIES,
        manners=manners or Manners(horizon_ms=1_000, round_ms=300, in_flight=1),
        gateway=gateway,
        source=market,
        venue_ms=lambda: address.venue_ms,
        at_ms=at_ms,
        times=times or FeedTimes(grace_ms=WIDE, ask_ms=WIDE, quiet_ms=WIDE),
        at_close=at_close,
        remark=(remarks if remarks is not None else []).append,
    )
    try:
        yield side, ring, Held(venue_account)
    finally:
        await dialer.close()
        await wire.close()


def parts_of(store, kernels, writer=None, **more):
    """What one process is given."""
    return Parts(
        store=store,
        writer=writer if writer is not None else store,
        venue=lambda _plan: None,
        now_ms=now_ms,
        new_id=CountedIds(now_ms(), 1),
        tag_key=TAG_KEY,
        folder=kernels,
        **more,
    )


@asynccontextmanager
async def running(parts, side, ring, held, config, wanted):
    """A fleet that runs until the block ends."""
    fleet = await live_recovery.start(parts, side, config, wanted)
    ring.put(fleet.account.account_id, held)
    stop = asyncio.Event()
    task = asyncio.ensure_future(fleet.run(stop.wait))
    try:
        yield fleet
    finally:
        stop.set()
        await task
        for runner in fleet.runners.values():
            await live_recovery.let_go(parts, runner)
