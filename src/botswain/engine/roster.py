"""Taking up bots: each found by its name or made, under a lease, with what its journal says of its beginning.

Two steps. A `Candidate` is a bot that has been checked in every way and of which nothing was written; only when all
candidates of a start stand are bots made and leases taken, so that a wrong word in a configuration costs nothing,
least of all the lease of a bot that another process runs.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Any

import msgspec

from botswain.build.decider import Decider
from botswain.build.plan import MONEY_LIMIT, Plan
from botswain.engine.bot import Bot
from botswain.engine.config import BotConfig, MarketConfig, plan_of, stored_form
from botswain.engine.feed import Market
from botswain.engine.fleet import Parts, Runner
from botswain.engine.order_ids import OrderIds
from botswain.engine.records import TYPES, Started
from botswain.engine.steps import Identity, StepMaker
from botswain.model.errors import BadInput, FailClosed
from botswain.model.instrument import Instrument
from botswain.model.intents import Abilities
from botswain.model.journal import RecordKind
from botswain.model.ports import CandleVenue
from botswain.store import accounts, bots, journal
from botswain.store.steps import JournalRow, StepRows

PAPER = Abilities(replaces=True)
LEASE_MS = 60_000


@dataclass(frozen=True)
class Candidate:
    """A bot that may be taken up.

    known    its row, where there is one
    started  the first row of its journal, where there is one
    """

    wanted: BotConfig
    stored: str
    plan: Plan
    decider: Decider
    venue: CandleVenue
    known: bots.Bot | None
    started: Started | None

    def runner(self, parts: Parts, identity: Identity, journal_epoch: bytes) -> Runner:
        """The bot before its first candle."""
        ids = OrderIds((journal_epoch.hex(), identity.tenant_id, identity.account_id, identity.bot_id), parts.tag_key)
        bot = Bot(self.decider, self.venue, ids, PAPER)
        after = self.started.after if self.started is not None else 0
        return Runner(self.wanted.name, bot, StepMaker(identity, self.plan, 2), self.plan, after, deque())


async def candidate(
    parts: Parts, tenant: str, made: Market, config: MarketConfig, wanted: BotConfig, segment: str
) -> Candidate:
    """Check a bot against the market and against what it was started with. Raises BadInput."""
    stored = stored_form(wanted, config)
    async with parts.store.reading(tenant) as tx:
        known = {one.name: one for one in await bots.listed(tx)}.get(wanted.name)
        first = await journal.read(tx, known.id, limit=1) if known is not None else []
    if known is not None and known.config != stored:
        raise BadInput(
            f"bot {wanted.name!r} was started with other settings; give it the old ones or another name, "
            "so that what it did stays true"
        )
    started = first_row(wanted.name, first[0]) if first else None
    if started is not None and started.segment != segment:
        raise BadInput(
            f"bot {wanted.name!r} was started on another market than {made.name}; give it that one or another name"
        )
    rules, frame_ms = made.instruments, made.timeframe_ms
    if started is not None:
        rules, frame_ms = rules_of(started), started.timeframe_ms
    plan = plan_of(wanted, rules, frame_ms)
    for one in plan.instruments:
        made.check_grid(one)
    return checked(parts, plan, wanted, stored, known, started)


def checked(
    parts: Parts, plan: Plan, wanted: BotConfig, stored: str, known: bots.Bot | None, started: Started | None
) -> Candidate:
    """A candidate whose memory could be made. Raises BadInput where a number does not fit."""
    if plan.capital_units >= MONEY_LIMIT:
        raise BadInput(
            f"bot {wanted.name!r}: capital {plan.capital} is more than 64 bits hold in units of {float(plan.unit):g}; "
            "give it less capital, or a coarser tick_size or lot_size"
        )
    return Candidate(wanted, stored, plan, Decider(plan, parts.folder), parts.venue(plan), known, started)


def first_row(name: str, entry: journal.Entry) -> Started:
    """What a bot was started with. Raises FailClosed where its journal begins with something else."""
    found = TYPES.read(entry.kind, entry.version, entry.payload) if entry.kind == RecordKind.STARTED else None
    if entry.seq != 1 or not isinstance(found, Started):
        raise FailClosed(f"bot {name!r}: its journal does not begin with its start; restore it from a backup")
    return found


def rules_of(started: Started) -> dict[str, Instrument]:
    """The market's rules as they were when a bot was started."""
    return {one.symbol: one for one in msgspec.json.decode(started.instruments, type=list[Instrument])}


async def take_up(parts: Parts, tenant: str, one: Candidate) -> Runner:
    """Make the bot where there is none, become its only writer, and read its journal. The lease comes first:

    what the process before it still writes is refused from here on, so the rows read are all there are.
    """
    async with parts.store.transaction(tenant) as tx:
        bot = one.known if one.known is not None else await make_bot(parts, tx, one)
        epoch = await bots.take_lease(
            tx, bot.id, parts.owner, now_ms=parts.now_ms(), until_ms=parts.now_ms() + LEASE_MS, take_over=True
        )
        runner = one.runner(parts, Identity(tenant, bot.account_id, bot.id, epoch), bot.journal_epoch)
        async for entry in journal.walk(tx, bot.id, after_seq=1):
            runner.recorded.append(JournalRow(entry.kind, entry.time_ms, entry.payload, entry.version))
    return runner


async def begin(parts: Parts, one: Candidate, runner: Runner, made: Market, segment: str, sequence: int) -> None:
    """Write the first row of a bot that has none: it goes on from event `sequence`."""
    runner.after = sequence
    rules = [made.instruments[symbol] for symbol in one.wanted.symbols]
    record = Started(
        one.stored, one.decider.key, segment, sequence, made.timeframe_ms, msgspec.json.encode(rules).decode()
    )
    identity = runner.steps.identity
    await parts.writer.append(
        StepRows(
            tenant_id=identity.tenant_id,
            account_id=identity.account_id,
            bot_id=identity.bot_id,
            lease_epoch=identity.lease_epoch,
            first_seq=1,
            journal=(TYPES.row(record, parts.now_ms()),),
        )
    )


async def make_bot(parts: Parts, tx: Any, one: Candidate) -> bots.Bot:
    """A new bot with a paper account of its own."""
    name = one.wanted.name
    account = accounts.Account(parts.new_id(), f"paper {name}", "paper", accounts.Environment.PAPER, parts.now_ms())
    await accounts.create(tx, account)
    return await bots.create(
        tx, bots.NewBot(parts.new_id(), account.id, name, one.wanted.strategy, one.stored, parts.now_ms())
    )
