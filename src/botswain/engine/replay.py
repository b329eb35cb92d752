"""Replay: a bot's whole run recomputed from its journal, every row compared, those of the tables made from it too.

It writes nothing and sends nothing. What a bot was made of, its instruments too, stands in the first row, so nothing
but the database and the secret of order ids is needed: no configuration, no candle file. Rows that the bot has not
written yet are no difference: it was stopped between a candle and its step, or its market went on without it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botswain.build.plan import Plan
from botswain.control.config import BotConfig, bot_of, plan_of
from botswain.engine import live_recompute
from botswain.engine.bot import Bot, Outcome, Outgrown
from botswain.engine.differences import difference, kind_name, same
from botswain.engine.fleet import Parts
from botswain.engine.live_market import LiveMarket, read_all
from botswain.engine.live_recompute import Makings, history, taker_of, terms_of
from botswain.engine.market_record import recorded
from botswain.engine.projections import Projection
from botswain.engine.recompute import aways_of, left_out, turns
from botswain.engine.renewals import disagreement, renewals_of
from botswain.engine.roster import checked, first_row, rules_of
from botswain.engine.steps import Identity, StepMaker
from botswain.model.errors import BadInput, FailClosed
from botswain.model.journal import RecordKind
from botswain.store import bots, journal, orders, table_rows, tenants
from botswain.store.bot_records import TYPES, Started
from botswain.store.steps import JournalRow

KEPT_DIFFERENCES = 100


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found.

    rows         journal rows held against recomputed ones, the first not counted
    count        how many differ
    differences  the first of those in words
    pending      recomputed rows of the last recorded instant beyond the journal's end
    missed       instants that went by without the bot and are not booked yet
    chain        what a walk along its hash chain found
    """

    name: str
    candles: int
    rows: int
    fills: int
    count: int
    differences: tuple[str, ...]
    pending: int
    missed: int
    code_changed: bool
    chain: journal.Verified


@dataclass
class Comparison:
    """Recomputed rows held against recorded ones, in order; `next_row` is the number of the next one."""

    recorded: deque[JournalRow]
    next_row: int = 2
    count: int = 0
    pending: int = 0
    differences: list[str] = field(default_factory=list)

    def hold(self, made: list[JournalRow]) -> None:
        """The rows of one recomputed step."""
        if not self.recorded:
            self.pending += len(made)
            return
        first = self.next_row
        for one in made:
            if not self.recorded:
                self.note(f"the journal ends inside the step that begins at row {first}")
                return
            kept = self.recorded.popleft()
            if not same(one, kept):
                self.note(f"row {self.next_row}: {difference(one, kept)}")
            self.next_row += 1

    def end(self) -> None:
        """Nothing more is recomputed."""
        for kept in self.recorded:
            self.note(f"row {self.next_row}: of kind {kind_name(kept)}, not recomputed")
            self.next_row += 1

    def note(self, what: str) -> None:
        """Count a difference, keeping the first ones in words."""
        self.count += 1
        if len(self.differences) < KEPT_DIFFERENCES:
            self.differences.append(what)


async def replay(parts: Parts, name: str) -> Replayed:
    """Recompute a bot's whole run from the journal and compare every row.

    Raises BadInput (no such bot, nothing run yet), FailClosed (rows that cannot be read though their chain is whole; a
    recorded market that was changed).
    """
    async with parts.store.reading(None) as tx:
        tenant = await tenants.by_name(tx, tenants.LOCAL)
    if tenant is None:
        raise BadInput(f"there is no bot {name!r}: nothing has run in this database yet; start with botswain trade")
    async with parts.store.reading(tenant.id) as tx:
        bot = await bots.by_name(tx, name)
        entries = [one async for one in journal.walk(tx, bot.id)]
        chained = await journal.verify(tx, bot.id, entries)
        # In the same look at the database: the bot may be running and write on.
        kept = {name: [row async for row in table_rows.walk(tx, name, bot.id)] for name in table_rows.KEYS}
        beyond = await orders.of_bot(tx, bot.id, after_seq=entries[-1].seq if entries else 0, limit=1)
    if not entries:
        raise BadInput(f"bot {name!r} has no journal yet; run it first")
    found = Found(name, tenant.id, bot, entries, chained, kept, beyond)
    try:
        return await compared_in_either_width(parts, found)
    except FailClosed as error:
        if chained.broken_seq is None:
            raise
        return unread(found, str(error))


@dataclass(frozen=True)
class Found:
    """What the database holds of a bot: journal, the rows of its tables by name, and orders beyond its journal."""

    name: str
    tenant_id: str
    bot: bots.Bot
    entries: list[journal.Entry]
    chained: journal.Verified
    kept: dict[str, list[Any]]
    beyond: list[Any]


async def compared_in_either_width(parts: Parts, found: Found) -> Replayed:
    """Recompute a bot's run, with Python integers where its money outgrows 64 bits."""
    try:
        return await compared(parts, found)
    except Outgrown:
        return await compared(parts, found, wide=True)


async def compared(parts: Parts, found: Found, *, wide: bool = False) -> Replayed:
    """Recompute a bot's run. wide: with Python integers, because its money outgrew 64 bits."""
    name, bot, entries, chained, kept, beyond = (
        found.name, found.bot, found.entries, found.chained, found.kept, found.beyond
    )  # fmt: skip
    started = first_row(name, entries[0])
    wanted, _ = bot_of(started.config)
    plan = plan_of(wanted, rules_of(started), started.timeframe_ms)
    rows = deque(JournalRow(row.kind, row.time_ms, row.payload, row.version) for row in entries[1:])
    held = Comparison(rows)
    if chained.broken_seq is not None:
        held.note(broken(chained))
    if said := disagreement(renewals_of(rows, 2), bot.journal_epoch):
        held.note(said)
    identity = Identity(found.tenant_id, bot.account_id, bot.id, 0)
    if started.live:
        walk = await live_walk(
            parts,
            Makings(
                plan,
                terms_of(started),
                started.segment,
                identity,
                bot.journal_epoch,
                started.checkpoints,
                started.orders,
            ),
            started,
            rows,
        )
    else:
        walk = await paper_walk(parts, plan, wanted, bot, started, identity, held, wide=wide)
    projection = Projection(walk.steps)
    for entry in entries:
        projection.take(entry.seq, JournalRow(entry.kind, entry.time_ms, entry.payload, entry.version))
    missed = 0
    for at, outcome in walk.outcomes:
        if not held.recorded and outcome.records and (started.live or at < walk.last):
            missed = walk.left_out(at)
            break
        written = bool(held.recorded)
        held.hold([TYPES.row(one, outcome.instant_ms) for one in outcome.records])
        if written:
            projection.book(walk.bot, outcome.records, held.next_row - 1, outcome.instant_ms)
    held.end()
    for line in projection.differences(kept):
        held.note(line)
    if beyond:
        held.note(
            f"the journal ends at row {entries[-1].seq}, but row {beyond[0].seq} sent an order: its end was cut off"
        )
    return Replayed(
        name,
        walk.candles,
        len(entries) - 1,
        sum(1 for row in entries if row.kind == RecordKind.FILL),
        held.count,
        tuple(held.differences),
        held.pending,
        missed,
        started.code != walk.code,
        chained,
    )


def unread(found: Found, why: str) -> Replayed:
    """What is told of a bot whose rows were changed so that they lead nowhere."""
    said = (broken(found.chained), f"nothing was recomputed: {why}")
    return Replayed(found.name, 0, len(found.entries) - 1, 0, len(said), said, 0, 0, False, found.chained)


def broken(chained: journal.Verified) -> str:
    """Where a chain breaks, and why."""
    return f"the hash chain breaks at row {chained.broken_seq}: {chained.why}"


@dataclass(frozen=True)
class Walk:
    """A bot's way along its record: the bot, how its rows are made, and what it makes of each event.

    last      number of the last recorded event; candles: how many instants (live: events) of it lie behind its start
    left_out  how many it has missed where it stops at an event
    code      hash of the linked source that it is begun under today
    """

    bot: Bot
    steps: StepMaker
    outcomes: Iterator[tuple[int, Outcome]]
    candles: int
    last: int
    left_out: Callable[[int], int]
    code: str


async def paper_walk(
    parts: Parts,
    plan: Plan,
    wanted: BotConfig,
    bot: bots.Bot,
    started: Started,
    identity: Identity,
    held: Comparison,
    *,
    wide: bool,
) -> Walk:
    """That of a bot on paper."""
    one = checked(parts, plan, wanted, started.config, bot, started)
    code = one.decider.key
    if wide:
        one = checked(parts, plan, wanted, started.config, bot, started, wide=True)
    runner = one.runner(parts, identity, bot.journal_epoch)
    record = await recorded(parts, started.segment)
    events = record.events
    if record.fault:
        held.note(record.fault)
    runner.aways, runner.renewals = aways_of(held.recorded), renewals_of(held.recorded, 2)
    return Walk(
        runner.bot,
        runner.steps,
        ((turn.at, turn.outcome) for turn in turns(runner, events, started.segment)),
        sum(1 for _, at in events if at > started.after),
        events[-1][1] if events else 0,
        lambda at: left_out(runner, events, at).instants,
        code,
    )


async def live_walk(parts: Parts, made_of: Makings, started: Started, rows: Iterable[JournalRow]) -> Walk:
    """That of a live bot."""
    taker = taker_of(parts, made_of)
    taker.after, taker.anchor_ms, taker.at = started.after, started.anchor_ms, started.after
    opened = LiveMarket(started.segment, "", started.timeframe_ms)
    async with parts.store.reading(None) as tx:
        events = await read_all(tx, opened)
    taker.warm_up(history(events, taker))
    mine = [one.sequence for one in events if one.sequence > started.after and taker.concerns(one)]
    return Walk(
        taker.bot,
        StepMaker(made_of.identity, made_of.plan, 2, prompt=False),
        ((turn.at, turn.outcome) for turn in live_recompute.turns(taker, events, list(rows))),
        len(mine),
        mine[-1] if mine else 0,
        lambda at: sum(1 for one in mine if one >= at),
        taker.bot.decider.key,
    )
