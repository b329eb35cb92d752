"""A gateway in a process of its own, an engine's side of it here, and a sandbox exchange behind it."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from msgspec.structs import replace as changed
from sqlalchemy import NullPool
from tests.gateway.made import ROW
from tests.sandbox.ports import Site
from tests.sandbox.scenes import BTC
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.cli.databases import now_ms
from botswain.cli.key_pair import sealing_key
from botswain.cli.keys_run import Asked, added
from botswain.gateway.remote import RemoteGateway, Waits
from botswain.model.caps import Caps
from botswain.model.errands import Errand
from botswain.model.intents import Request, Wanted
from botswain.sandbox.control import made_key
from botswain.store import accounts, bots, tenants
from botswain.store.bots import Bot
from botswain.store.database import Database, open_database
from botswain.store.writer import GroupCommitWriter, commits_of

BOTSWAIN = Path(sys.executable).parent / "botswain"
# 1 coin at 90, below the market.
WANTED = changed(ROW, slot=1, rev=1, leaves=100_000, price=9_000)


@dataclass
class Gateway:
    """The process, and the lines it has said."""

    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)

    def until(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return
        raise AssertionError("".join(self.said))

    def ended(self) -> int:
        """How it ended; everything it has said is noted."""
        assert self.process.stdout is not None
        if not self.process.stdout.closed:
            self.said += self.process.stdout.readlines()
        return self.process.wait(60)


@contextmanager
def gateway(home: Path, port: int, *arguments: str) -> Iterator[Gateway]:
    """`botswain gateway` over a data folder, listening."""
    command = [str(BOTSWAIN), "gateway", "--sandbox-port", str(port), *arguments]
    environment = {**os.environ, "BOTSWAIN_DATA_DIR": str(home), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    with process:
        found = Gateway(process)
        try:
            found.until("listening at")
            yield found
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            found.ended()


@asynccontextmanager
async def engine(home: Path) -> AsyncIterator[RemoteGateway]:
    """An engine's side of it, connected."""
    async with RemoteGateway(home / "gateway.sock", now_ms, Waits(pauses_s=(0.05,))) as found:
        async with asyncio.timeout(60):
            await found.connected()
        yield found


@dataclass
class Crew:
    """A bot on the sandbox's account, with orders that are journaled."""

    store: Database
    writer: GroupCommitWriter
    bot: Bot
    seq: int = 0

    async def journaled(self, wanted: Wanted = WANTED) -> Errand:
        """An order that was committed, as the errand that is to be sent."""
        self.seq += 1
        order = made.order(
            self.seq, rev=self.seq, qty_lots=wanted.leaves, price_ticks=wanted.price,
            tick_size=BTC.tick_size, lot_size=BTC.lot_size,
        )  # fmt: skip
        await self.writer.append(made.step(self.bot, self.seq, orders=(order,)))
        return self.errand(Request("", order.client_order_id, changed(wanted, rev=self.seq)))

    async def journaled_cancel(self, name: str) -> Errand:
        """A cancel that was committed."""
        self.seq += 1
        await self.writer.append(made.step(self.bot, self.seq))
        return self.errand(Request(name, "", None))

    def errand(self, request: Request) -> Errand:
        ids = (self.bot.account_id, self.bot.id, self.seq, self.bot.lease_epoch, "BTC/USDT")
        return Errand(*ids, BTC.tick_size, BTC.lot_size, request)


@asynccontextmanager
async def crew(home: Path, caps: Caps | None = None) -> AsyncIterator[Crew]:
    """A database with the sandbox's key in it and a bot that holds its lease."""
    key, where = made_key("main"), home / "botswain.db"
    asked = Asked("main", "binance", "sandbox", "main", caps or Caps())
    await added(where, lambda: sealing_key(home), asked, (key.api_key, key.secret))
    store = await open_database(where, epoch=EPOCH, now_ms=NOW_MS, poolclass=NullPool)
    async with store.transaction(None) as tx:
        owner = await tenants.by_name(tx, tenants.LOCAL)
    assert owner is not None
    async with store.transaction(owner.id) as tx:
        account = await accounts.by_name(tx, "main")
        bot = await bots.create(tx, bots.NewBot(made.new_id(), account.id, "grid", "grid", "{}", NOW_MS))
        await bots.take_lease(tx, bot.id, "here", now_ms=NOW_MS, until_ms=NOW_MS + 60_000)
        bot = await bots.get(tx, bot.id)
    async with GroupCommitWriter(commits_of(store)) as writer:
        yield Crew(store, writer, bot)
    await store.close()


def orders_at(site: Site) -> list[str]:
    """Every order the exchange has ever accepted, by our name of it."""
    return [one.client_id for one in site.exchange.floor.accounts["main"].orders.values()]
