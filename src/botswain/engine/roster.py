"""Taking up bots: each found by its name or made, under a lease, with what its journal says of its beginning.

Two steps. A `Candidate` is a bot that has been checked in every way and of which nothing was written; only when all
candidates of a start stand are bots made and leases taken, so that a wrong word in a configuration costs nothing,
least of all the lease of a bot that another process runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from botswain.build.decider import Decider
from botswain.build.plan import Plan
from botswain.build.strategy_names import strategy_named
from botswain.control.capital import check_new
from botswain.control.config import BotConfig, MarketConfig, plan_of, stored_form
from botswain.core.anchor import anchor_ms
from botswain.engine.account_rows import account_for
from botswain.engine.bot import Bot
from botswain.engine.checkpoint import CHECKPOINT_EVERY
from botswain.engine.differences import tampered
from botswain.engine.feed import Market
from botswain.engine.fleet import Parts, Runner
from botswain.engine.leases import check_free, take
from botswain.engine.order_ids import OrderIds
from botswain.engine.recompute import Events, aways_of
from botswain.engine.renewals import disagreement, renewals_of
from botswain.engine.restored import check_named
from botswain.engine.steps import Identity, StepMaker, first_step
from botswain.engine.stored_settings import other_words, same_settings
from botswain.model.errors import BadInput, FailClosed, near
from botswain.model.instrument import Instrument
from botswain.model.intents import Abilities
from botswain.model.journal import RecordKind
from botswain.model.ports import CandleVenue
from botswain.store import accounts, bots, fills, journal, orders
from botswain.store.bot_records import TYPES, Away, Checkpoint, Started
from botswain.store.steps import JournalRow

PAPER = Abilities(replaces=True, links=True)
# Who halted a bot that a start refused; the next start that takes it up lifts it.
REFUSED_BY = "start"


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
        scope = (journal_epoch.hex(), identity.tenant_id, identity.account_id, identity.bot_id)
        ids = OrderIds(scope, parts.tag_key, parts.retired_keys)
        bot = Bot(self.decider, ids, PAPER)
        bot.redone = True
        after, anchor = (self.started.after, self.started.anchor_ms) if self.started is not None else (0, 0)
        made = Runner(
            self.wanted.name, bot, self.venue, StepMaker(identity, self.plan, 2), self.plan, after, anchor, deque()
        )
        made.every = self.started.checkpoints if self.started is not None else CHECKPOINT_EVERY
        made.code = self.started.code if self.started is not None else ""
        return made


async def candidate(
    parts: Parts, tenant: str, made: Market, config: MarketConfig, wanted: BotConfig, segment: str, *, take_over: bool
) -> Candidate:
    """Check a bot against the market, what it was started with, and who runs it now. Raises BadInput."""
    stored = stored_form(wanted, config)
    async with parts.store.reading(tenant) as tx:
        known = {one.name: one for one in await bots.listed(tx)}.get(wanted.name)
        first = await journal.read(tx, known.id, limit=1) if known is not None else []
    check_current(known)
    if known is not None and first and not same_settings(known.config, stored):
        strategy_named(wanted.strategy)(**wanted.params)  # a misspelt name is told as what it is
        raise BadInput(
            f"bot {wanted.name!r} was started with other settings ({other_words(known.config, stored)}); give it the "
            "old ones or another name, so that what it did stays true"
        )
    if known is not None:
        check_free(parts, known, take_over=take_over)
    started = first_row(wanted.name, first[0]) if first else None
    if started is not None and started.segment != segment:
        raise BadInput(
            f"bot {wanted.name!r} was started on another market than {made.name}; give it that one or another name"
        )
    rules, frame_ms = made.instruments, made.timeframe_ms
    if started is not None:
        rules, frame_ms = rules_of(started), started.timeframe_ms
    plan = plan_of(wanted, rules, frame_ms)
    if started is None:
        check_new(wanted.name, plan)
    for symbol in plan.reads:
        if symbol not in made.instruments:
            raise BadInput(
                f"bot {wanted.name!r} reads {symbol}, and the market has no such symbol{near(symbol, made.instruments)}"
            )
    for one in plan.instruments:
        made.check_grid(one)
    return checked(parts, plan, wanted, stored, known, started)


def check_current(known: bots.Bot | None) -> None:
    """Refuse a bot that another edition has replaced. Raises BadInput."""
    if known is not None and known.archived_ms is not None:
        raise BadInput(f"bot {known.name!r} was put away and is not run any more; give the new one another name")


def checked(
    parts: Parts,
    plan: Plan,
    wanted: BotConfig,
    stored: str,
    known: bots.Bot | None,
    started: Started | None,
    *,
    wide: bool = False,
) -> Candidate:
    """A candidate whose memory could be made. Raises BadInput where its money is more than a database keeps.

    Money beyond 64 bits is counted with Python integers: slower, and the same.

    wide  count so from the start, because it is known to come to that
    """
    plan.check_units()
    compiled = not (plan.wide or wide)
    decider = Decider(plan, parts.folder, compiled=compiled)
    return Candidate(wanted, stored, plan, decider, made_venue(parts, plan, compiled=compiled), known, started)


def made_venue(parts: Parts, plan: Plan, *, compiled: bool) -> CandleVenue:
    """A fresh paper venue."""
    return parts.venue(plan) if compiled else parts.venue(plan, compiled=False)


def first_row(name: str, entry: journal.Entry) -> Started:
    """What a bot was started with. Raises FailClosed where its journal begins with something else."""
    found = TYPES.read(entry.kind, entry.version, entry.payload) if entry.kind == RecordKind.STARTED else None
    if entry.seq != 1 or not isinstance(found, Started):
        raise FailClosed(f"bot {name!r}: its journal does not begin with its start; restore it from a backup")
    return found


def rules_of(started: Started) -> dict[str, Instrument]:
    """The market's rules as they were when a bot was started."""
    return {one.symbol: one for one in msgspec.json.decode(started.instruments, type=list[Instrument])}


async def take_up(parts: Parts, tenant: str, one: Candidate, *, take_over: bool) -> Runner:
    """Make the bot where there is none, become its only writer, and read its journal. The lease comes first:

    what the process before it still writes is refused from here on, so the rows read are all there are. Raises
    BadInput (another process has it), FailClosed (orders or fills without their journal rows).
    """
    async with parts.store.transaction(tenant) as tx:
        bot = await row_of(parts, tx, one)
        epoch = await take(parts, tx, bot.id, take_over=take_over)
        await bots.lift_halt(tx, bot.id, REFUSED_BY)
        await check_named(tx, bot)
        runner = one.runner(parts, Identity(tenant, bot.account_id, bot.id, epoch), bot.journal_epoch)
        runner.checkpoint, last = await checkpoint_of(tx, bot.id, runner.bot.decider.key)
        runner.steps.next_seq = first = last + 1
        async for entry in journal.walk(tx, bot.id, after_seq=last):
            runner.recorded.append(JournalRow(entry.kind, entry.time_ms, entry.payload, entry.version))
            last = entry.seq
        if await orders.of_bot(tx, bot.id, after_seq=last, limit=1) or await fills.of_bot(
            tx, bot.id, after_seq=last, limit=1
        ):
            raise cut_off(runner.name, last)
    runner.aways, runner.renewals = aways_of(runner.recorded), renewals_of(runner.recorded, first)
    if said := disagreement(runner.renewals, bot.journal_epoch):
        raise FailClosed(tampered(runner, said))
    return runner


async def checkpoint_of(tx: Any, bot_id: str, code: str) -> tuple[Checkpoint | None, int]:
    """A bot's last checkpoint and its row's number; None and the first row's where there is none by this code."""
    entry = await journal.last_of_kind(tx, bot_id, RecordKind.CHECKPOINT)
    if entry is None:
        return None, 1
    found: Checkpoint = TYPES.read(entry.kind, entry.version, entry.payload)
    return (found, entry.seq) if found.code == code else (None, 1)


def cut_off(name: str, last: int) -> FailClosed:
    """The message of a bot that did more than its journal tells."""
    return FailClosed(
        f"bot {name!r} was stopped: its journal ends at row {last}, but orders or fills of later rows are there. "
        "Its end was cut off; restore the database from a backup"
    )


def fresh(parts: Parts, runner: Runner, rows: Sequence[JournalRow], away: Away) -> Runner:
    """A bot before its first candle once more, to be taken along the same way, but for an absence.

    rows  what is recorded after the row that it goes on from
    """
    compiled = runner.bot.decider.state.compiled
    bot = Bot(Decider(runner.plan, parts.folder, compiled=compiled), runner.bot.ids, runner.bot.abilities)
    bot.redone = True
    venue = made_venue(parts, runner.plan, compiled=compiled)
    steps = StepMaker(runner.steps.identity, runner.plan, runner.steps.next_seq - len(rows))
    aways = runner.aways | {away.first: away}
    return replace(runner, bot=bot, venue=venue, steps=steps, recorded=deque(rows), aways=aways, since=0)


async def widened(parts: Parts, runner: Runner) -> None:
    """A bot before its first candle once more, counting with Python integers, and all its journal to be held against

    what it makes of the record. It stays the same object: screens look at it.
    """
    bot = Bot(Decider(runner.plan, parts.folder, compiled=False), runner.bot.ids, runner.bot.abilities)
    bot.redone = True
    identity = runner.steps.identity
    async with parts.store.reading(identity.tenant_id) as tx:
        found = [one async for one in journal.walk(tx, identity.bot_id, after_seq=1)]
    rows = [JournalRow(one.kind, one.time_ms, one.payload, one.version) for one in found]
    runner.bot, runner.venue = bot, made_venue(parts, runner.plan, compiled=False)
    runner.steps = StepMaker(identity, runner.plan, 2)
    runner.recorded, runner.aways, runner.renewals = deque(rows), aways_of(rows), renewals_of(rows, 2)
    runner.since, runner.checkpoint = 0, None


async def begin(parts: Parts, one: Candidate, runner: Runner, made: Market, segment: str, events: Events) -> None:
    """Write the first row of a bot that has none: it goes on after the last of `events`."""
    runner.after = events[-1][1] if events else 0
    runner.anchor_ms = anchor_of(runner, made.timeframe_ms, events)
    rules = [made.instruments[symbol] for symbol in one.wanted.symbols]
    told = msgspec.json.encode(rules).decode()
    record = Started(
        one.stored, one.decider.key, segment, runner.after, runner.anchor_ms, made.timeframe_ms, runner.every, told
    )
    await parts.writer.append(first_step(runner.steps.identity, TYPES.row(record, parts.now_ms())))


def anchor_of(runner: Runner, timeframe_ms: int, events: Events) -> int:
    """Where the indicators of a bot that begins after `events` start (SEMANTICS 4.5).

    The open time of the first recorded candle from the anchor on; where none is recorded, the earliest time at which
    the bot's own first candle can open.
    """
    if not events:
        return 0
    start_ms = events[-1][0].open_ms + timeframe_ms
    least_ms = anchor_ms(start_ms, timeframe_ms, runner.plan.needed)
    found = (one.open_ms for one, _ in events if one.open_ms >= least_ms and runner.bars(one))
    return next(found, start_ms)


async def row_of(parts: Parts, tx: Any, one: Candidate) -> bots.Bot:
    """A bot's row, made with a paper account of its own; one that has never begun takes what it is given now."""
    if one.known is not None and one.started is not None:
        return one.known
    name, environment = f"paper {one.wanted.name}", accounts.Environment.PAPER
    account = await account_for(tx, name, "paper", environment, parts.new_id, parts.now_ms())
    if one.known is not None:
        return await bots.set_up_anew(tx, one.known.id, account.id, one.wanted.strategy, one.stored)
    return await bots.create(
        tx,
        bots.NewBot(parts.new_id(), account.id, one.wanted.name, one.wanted.strategy, one.stored, parts.now_ms()),
    )
