"""The engine itself as a crew of the simulated world: fleet, account, feed, gateway and the Binance adapter, all real.

What is not real stands in `Surroundings`: the network, the clock, the disk. The wiring is the command line's, with one
difference: compiled code is made before anybody lives, because compiling takes true time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from msgspec.structs import replace

from botswain.build.decider import Code
from botswain.build.plan import Plan
from botswain.control.config import BotConfig, MarketConfig, SizingConfig
from botswain.control.typed_numbers import Value
from botswain.engine import live_recovery
from botswain.engine.feed_events import FeedTimes
from botswain.engine.fleet import Parts
from botswain.engine.live_fleet import LiveFleet, Side
from botswain.engine.manners import Manners
from botswain.engine.replay import replay
from botswain.gateway.local import Clocks, LocalGateway
from botswain.gateway.ring import Held, Ring
from botswain.model.errors import BotswainError
from botswain.model.ports import CandleVenue
from botswain.simulation.lives import Charge, Surroundings, Want
from botswain.venues.binance.account import BinanceAccount, Private
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import ABILITIES, HORIZON_MS
from botswain.venues.binance.lifeline import Patience
from botswain.venues.binance.market import BinanceMarket

ACCOUNT = "main"
CAPITAL = 10_000
# The world's market moves every 10 to 60 s, so nobody looks four times a second whether it did, and half a minute of
# silence is no sign of a stream that died.
TIMES = FeedTimes(tick_ms=5_000, quiet_ms=90_000)
PATIENCE = Patience(quiet_s=75.0)
POLL_S = 240.0
LEASE_MS = 5_400_000  # nobody waits for it here, and each renewal is a transaction
EVERY = 120
CONFIG = MarketConfig(timeframe="1m")


def settings(count: int, symbols: Sequence[str]) -> list[BotConfig]:
    """Bots that trade often: grids, and trend followers with stops and limits, in turn on the symbols in turn.

    Every second follower is on two symbols where there are two: it decides when both candles of an instant are there.
    """
    found = []
    for k in range(count):
        symbol = symbols[k % len(symbols)]
        if k % 2 == 0:
            params: dict[str, Value] = {"step": "0.003", "levels": 6}
            one = BotConfig(
                name=f"grid{k}", strategy="grid", symbols=[symbol], params=params, capital=CAPITAL,
                sizing=SizingConfig("percent", "0.9"),
            )  # fmt: skip
        else:
            both = list(dict.fromkeys([symbol, symbols[(k + 1) % len(symbols)]])) if k % 4 == 3 else [symbol]
            one = BotConfig(
                name=f"trend{k}", strategy="sma_crossover", symbols=both, params={"fast": 5, "slow": 20},
                capital=CAPITAL, sizing=SizingConfig("percent", "0.45" if len(both) > 1 else "0.9"),
                exits={"stop_loss": "0.01", "take_profit": "0.02"}, limits={"max_drawdown": "0.5"},
            )  # fmt: skip
        found.append(one)
    return found


def charge_of(bot_id: str, bot: BotConfig, capital: Decimal) -> Charge:
    """What the checker must know of a bot: a grid rests, a follower turns often and has its stop."""
    follows = bot.strategy == "sma_crossover"
    return Charge(bot_id, ACCOUNT, capital, protects=follows, rests=not follows, orders=20 if follows else 0)


class EngineCrew:
    """Bots of the real engine on one account.

    folder  where compiled code is kept
    every   instants from one checkpoint to the next: a world has many restarts, and few long journals
    frequency_s  they decide so often between closes too
    """

    def __init__(self, count: int, folder: Path | None, every: int = EVERY, frequency_s: int = 0) -> None:
        self.count = count
        self.folder = folder
        self.every = every
        self.frequency_s = frequency_s
        self.codes: dict[str, Code] = {}
        self.bots: list[BotConfig] = []

    async def install(self, around: Surroundings) -> Sequence[Charge]:
        """Make the bots as a first start does, and let them go."""
        made_of = settings(self.count, [one.symbol for one in around.instruments])
        self.bots = [replace(one, trading_frequency_s=self.frequency_s) for one in made_of]
        made = self.made(around)
        fleet = await made.start(self.bots)
        await made.let_go(fleet)
        return [
            charge_of(one.bot_id, wanted, one.plan.capital)
            for wanted, one in zip(self.bots, fleet.runners.values(), strict=True)
        ]

    def start(self, around: Surroundings) -> EngineLife:
        """A new life."""
        return EngineLife(self.made(around), self.bots)

    def made(self, around: Surroundings) -> Made:
        """The engine's parts in these surroundings. Of what a life had, the next has its compiled code alone."""
        return Made(around, self.folder, self.every, self.codes)

    async def replay(self, around: Surroundings) -> Sequence[str]:
        """All differences of all bots."""
        parts = self.made(around).parts
        found: list[str] = []
        for one in self.bots:
            said = await replay(parts, one.name)
            found += [f"{one.name}: {line}" for line in said.differences]
        return found


class EngineLife:
    """One run of the engine."""

    def __init__(self, made: Made, bots: Sequence[BotConfig]) -> None:
        self._made = made
        self._bots = bots
        self._fleet: LiveFleet | None = None

    async def run(self) -> None:
        """Recover and trade until cancelled or killed."""
        self._fleet = await self._made.start(self._bots)
        await self._fleet.run(asyncio.Event().wait)

    def settled(self) -> bool:
        """Whether nothing is under way."""
        fleet = self._fleet
        if fleet is None or not fleet.account.fresh or not fleet.at_rest:
            return False
        return all(one.bot.idle for one in fleet.runners.values())

    def wanted(self) -> Sequence[Want]:
        """What should be working."""
        found = []
        for runner in self._fleet.runners.values() if self._fleet is not None else ():
            for row in runner.bot.wanted_now():
                units = runner.units[row.symbol]
                if row.leaves > 0:
                    found.append(
                        Want(
                            runner.bot_id,
                            units.symbol,
                            row.slot,
                            row.side,
                            (row.price or row.trigger) * units.tick,
                            row.leaves * units.lot,
                        )
                    )
        return found


class Made:
    """The engine's parts around one life's surroundings."""

    def __init__(self, around: Surroundings, folder: Path | None, every: int, codes: dict[str, Code]) -> None:
        address = Address(around.wire, Budget(), VenueClock(), around.now_ms)
        credential = around.credentials[ACCOUNT]
        names = {one.symbol: one.symbol.replace("/", "") for one in around.instruments}
        account = BinanceAccount(Desk(address, credential), names, Private(around.addresses, credential, around.dialer))
        self.ring = Ring()
        self.held = Held(account)
        self.parts = Parts(
            store=around.store,
            writer=around.store,
            venue=no_paper,
            prepare=in_place,
            lease_ms=LEASE_MS,
            now_ms=around.now_ms,
            new_id=around.new_id,
            tag_key=around.tag_key,
            folder=folder,
            owner=f"life {around.life}",
            dead=lambda _owner: True,
            crash=around.crash,
            checkpoint_every=every,
            codes=codes,
        )
        self.side = Side(
            name="binance",
            environment="sandbox",
            account=ACCOUNT,
            abilities=ABILITIES,
            manners=Manners(HORIZON_MS, poll_s=POLL_S),
            gateway=LocalGateway(self.ring, Clocks(around.now_ms, elapsed_ms), around.crash),
            source=BinanceMarket(Desk(address), around.addresses, around.dialer, patience=PATIENCE),
            venue_ms=lambda: address.venue_ms,
            at_ms=elapsed_ms,
            times=TIMES,
            remark=around.page,
        )

    async def start(self, bots: Sequence[BotConfig]) -> LiveFleet:
        """A recovered fleet."""
        fleet = await live_recovery.start(self.parts, self.side, CONFIG, bots, take_over=True)
        self.ring.put(fleet.account.account_id, self.held)
        return fleet

    async def let_go(self, fleet: LiveFleet) -> None:
        """Give the leases back."""
        for runner in fleet.runners.values():
            await live_recovery.let_go(self.parts, runner)


def elapsed_ms() -> int:
    """The loop's own time, which never goes back."""
    return int(asyncio.get_running_loop().time() * 1000)


def no_paper(_plan: Plan) -> CandleVenue:
    """There is no paper venue here."""
    raise BotswainError("a live bot was given to the paper venue")


async def in_place(_plan: Plan, _folder: Path | None) -> None:
    """Code is compiled when it is first called: true time passes, and none of the world's."""
