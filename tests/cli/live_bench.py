"""Live bots on a sandbox over loopback, as the command line wires them: one process after the other on one database."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from tests.engine.scenes import bot, drawn, instrument
from tests.fakes.live import parts_of
from tests.sandbox.ports import Site

from botswain.build.decider import matching
from botswain.cli.live_wiring import Places, venue_side
from botswain.control.config import MarketConfig
from botswain.engine.checkpoint import CHECKPOINT_EVERY
from botswain.engine.live_crew import Crew
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.store import bots
from botswain.store.inline import open_memory

PATIENCE_S = 120.0
SYMBOL = "BTC/USDT"
GRID = {"params": {"step": "0.004", "levels": 10}, "sizing": ("percent", "0.9")}
TREND = {"params": {"fast": 3, "slow": 8}, "sizing": ("percent", "0.9")}


def ladder(name="one", **more):
    """A bot that always has orders working."""
    return bot("grid", [SYMBOL], name, **{**GRID, **more})


def trend(name="two", **more):
    """A bot that holds something now and then."""
    return bot("sma_crossover", [SYMBOL], name, **{**TREND, **more})


def exchange(kernels, count=400, accounts=("main",)):
    """An exchange whose market moves when it is told, thirty candles old."""
    fee = Decimal("0.001")
    rules = instrument(SYMBOL, maker_fee=fee, taker_fee=fee, fee_asset="BTC", fee_precision=8)
    market = CandleMarket({SYMBOL: drawn(3, SYMBOL, count, loud=0.001)}, {SYMBOL: rules})
    opened = [Opening(name, made_key(name), balances({"USDT": "10000"})) for name in accounts]
    made = Exchange(market, matching(kernels), opened)
    made.step(30)
    made.drain()
    return made


async def true_soon(what, why=lambda: ""):
    """Wait until something is so, without guessing how long."""
    end = asyncio.get_running_loop().time() + PATIENCE_S
    while not what():
        assert asyncio.get_running_loop().time() < end, why()
        await asyncio.sleep(0.005)


@dataclass
class Bench:
    """A database and a sandbox; `crew` is a process on them."""

    site: Site
    kernels: Path
    home: Path
    store: object = None
    said: list = field(default_factory=list)
    every: int = CHECKPOINT_EVERY

    def __post_init__(self):
        self.store = self.store if self.store is not None else open_memory(epoch=bytes(16), now_ms=1)
        self.places = Places(self.home)

    def config(self, **more):
        """The market in a configuration."""
        return MarketConfig(**{"venue": "binance", "environment": "sandbox", "port": self.site.port, **more})

    def made(self, *wanted, writer=None, **market):
        """A crew that does not run yet."""
        parts, config = parts_of(self.store, self.kernels, writer), self.config(**market)
        parts = replace(parts, checkpoint_every=self.every)
        say = self.said.append
        return Crew(parts, lambda: venue_side(parts, self.places, config, say), config, list(wanted), say)

    @asynccontextmanager
    async def crew(self, *wanted, **more):
        """A crew that trades until the block ends."""
        crew = self.made(*wanted, **more)
        running = asyncio.ensure_future(crew.run())
        try:
            await true_soon(lambda: running.done() or ready(crew), lambda: str((self.said, crew.starting)))
            if running.done():
                running.result()
            yield crew
        finally:
            crew.stop.set()
            await running

    async def step(self, crew, count=1):
        """Candles, each of them taken and all that it led to settled."""
        for _ in range(count):
            before = crew.fleet.market.sequence
            await self.site.step_soon(1)
            await true_soon(lambda before=before: crew.fleet.market.sequence > before)
            await crew.fleet.settled()

    async def row(self, name):
        """A bot's row."""
        async with self.store.reading(None) as tx:
            return await bots.by_name(tx, name)

    def account(self, name="main"):
        """An account in the exchange's own books."""
        return self.site.exchange.floor.accounts[name]

    def heard(self, part):
        """Whether something was said."""
        return any(part in one for one in self.said)


def ready(crew):
    """Whether a crew trades."""
    return crew.fleet is not None and crew.fleet.account.fresh and not crew.fleet.market_down
