"""Starting a fleet, which is the same as recovering one: the recorded market goes through the bots again.

What they make of it is held against their journals row by row; where the journals end the loop goes on. A difference is
never papered over; it stops the bot.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botswain.build.decider import Decider
from botswain.build.plan import Plan
from botswain.engine.bot import Bot, Outcome
from botswain.engine.config import BotConfig, MarketConfig, plan_of, stored_form
from botswain.engine.feed import Instant, Market
from botswain.engine.fleet import Fleet, Parts, Runner, decided
from botswain.engine.order_ids import OrderIds
from botswain.engine.records import CANDLE_DECODER, TYPES, Candle, Started
from botswain.engine.steps import Identity, StepMaker
from botswain.model.errors import BadInput, FailClosed
from botswain.model.intents import Abilities
from botswain.store import accounts, bots, journal, market, tenants
from botswain.store.steps import JournalRow, StepRows

PAPER = Abilities(replaces=True)
TENANT = "local"
LEASE_MS = 60_000


async def start(parts: Parts, made: Market, config: MarketConfig, wanted: list[BotConfig]) -> Fleet:
    """Find or make the bots, run what is recorded through them, and hand back a fleet that goes on from there."""
    tenant = await local_tenant(parts)
    segment = await open_segment(parts, made)
    events = await recorded_instants(parts, segment)
    sequence = events[-1][1] if events else 0
    runners = [await find_or_make(parts, tenant, made, config, one, segment, sequence) for one in wanted]
    fleet = Fleet(parts, made, segment, runners, sequence, events[-1][0].open_ms if events else -1)
    for instant, at in events:
        for runner in runners:
            outcome = await decided(runner, instant, segment, at)
            if outcome is None:
                continue
            await settle(fleet, runner, outcome)
            runner.bot.venue.submit(outcome.requests)
    for runner in runners:
        if runner.recorded:
            raise FailClosed(mismatch(runner, "holds rows that the recorded market does not lead to"))
    return fleet


async def settle(fleet: Fleet, runner: Runner, outcome: Outcome) -> None:
    """Hold an outcome against the journal; where the journal has ended, write it now."""
    if not outcome.records:
        return
    if not runner.recorded:
        await fleet.commit(runner, outcome)
        return
    step = runner.steps.step(outcome, runner.bot.decider.state)
    assert step is not None
    found = runner.recorded[: len(step.journal)]
    del runner.recorded[: len(step.journal)]
    for offset, (made, kept) in enumerate(zip(step.journal, found, strict=False)):
        if made != kept:
            raise FailClosed(mismatch(runner, f"row {step.first_seq + offset}: {difference(made, kept)}"))
    if len(found) != len(step.journal):
        raise FailClosed(mismatch(runner, f"ends inside the step that begins at row {step.first_seq}"))


def mismatch(runner: Runner, what: str) -> str:
    """The message of a bot whose journal is not what its decision makes of the same events."""
    return (
        f"bot {runner.name!r} was stopped: its journal {what}. Nothing was sent. Its code or settings changed since; "
        "run it with the version that wrote it, or start a bot of another name"
    )


def difference(made: JournalRow, kept: JournalRow) -> str:
    """Two rows side by side, opened."""
    return (
        f"recomputed {TYPES.read(made.kind, made.version, made.payload)}, "
        f"recorded {TYPES.read(kept.kind, kept.version, kept.payload)}"
    )


async def local_tenant(parts: Parts) -> str:
    """The one tenant of a laptop."""
    async with parts.store.transaction(None) as tx:
        found = await tenants.ensure(tx, tenants.Tenant(parts.new_id(), TENANT, parts.now_ms()))
    return str(found.id)


async def open_segment(parts: Parts, made: Market) -> str:
    """The market's open segment, made where there is none."""
    async with parts.store.transaction(None) as tx:
        for one in await market.segments(tx, made.name):
            if one.sealed_ms is None:
                return one.id
        segment = market.Segment(parts.new_id(), made.name, parts.now_ms())
        await market.open_segment(tx, segment)
    return segment.id


async def recorded_instants(parts: Parts, segment: str) -> list[tuple[Instant, int]]:
    """Everything a segment holds, as instants with the number of their last event."""
    candles: list[tuple[Candle, int]] = []
    after = 0
    async with parts.store.reading(None) as tx:
        while page := await market.read(tx, segment, after=after):
            candles += [(CANDLE_DECODER.decode(one.payload), one.sequence) for one in page]
            after = page[-1].sequence
    return list(grouped(candles))


def grouped(candles: list[tuple[Candle, int]]) -> Iterator[tuple[Instant, int]]:
    """Candles as instants, by the mark on the last of each."""
    found: list[Candle] = []
    for candle, sequence in candles:
        found.append(candle)
        if candle.last:
            yield Instant(candle.open_ms, tuple(found)), sequence
            found = []


async def find_or_make(
    parts: Parts, tenant: str, made: Market, config: MarketConfig, wanted: BotConfig, segment: str, sequence: int
) -> Runner:
    """A bot by its name, as its journal left it, or a new one."""
    stored = stored_form(wanted, config)
    plan = plan_of(wanted, made.instruments, made.timeframe_ms)
    async with parts.store.transaction(tenant) as tx:
        known = {one.name: one for one in await bots.listed(tx)}
        bot = known.get(wanted.name) or await make_bot(parts, tx, wanted, stored)
        epoch = await bots.take_lease(
            tx, bot.id, parts.owner, now_ms=parts.now_ms(), until_ms=parts.now_ms() + LEASE_MS, take_over=True
        )
        entries = [one async for one in journal.walk(tx, bot.id)]
    if bot.config != stored:
        raise BadInput(
            f"bot {wanted.name!r} was started with other settings; give it the old ones or another name, "
            "so that what it did stays true"
        )
    identity = Identity(tenant, bot.account_id, bot.id, epoch)
    runner = new_runner(parts, wanted.name, plan, identity, bot.journal_epoch)
    if entries:
        started = TYPES.read(entries[0].kind, entries[0].version, entries[0].payload)
        runner.after = started.after
        runner.recorded = [JournalRow(one.kind, one.time_ms, one.payload, one.version) for one in entries[1:]]
    else:
        runner.after = sequence
        record = Started(stored, runner.bot.decider.key, segment, sequence)
        row = TYPES.row(record, parts.now_ms())
        await parts.writer.append(
            StepRows(
                tenant_id=tenant,
                account_id=bot.account_id,
                bot_id=bot.id,
                lease_epoch=epoch,
                first_seq=1,
                journal=(row,),
            )
        )
    return runner


async def make_bot(parts: Parts, tx: Any, wanted: BotConfig, stored: str) -> bots.Bot:
    """A new bot with a paper account of its own."""
    account = accounts.Account(
        parts.new_id(), f"paper {wanted.name}", "paper", accounts.Environment.PAPER, parts.now_ms()
    )
    await accounts.create(tx, account)
    return await bots.create(
        tx, bots.NewBot(parts.new_id(), account.id, wanted.name, wanted.strategy, stored, parts.now_ms())
    )


def new_runner(parts: Parts, name: str, plan: Plan, identity: Identity, journal_epoch: bytes) -> Runner:
    """A bot before its first candle."""
    ids = OrderIds((journal_epoch.hex(), identity.tenant_id, identity.account_id, identity.bot_id), parts.tag_key)
    bot = Bot(Decider(plan, parts.folder), parts.venue(plan), ids, PAPER)
    return Runner(name, bot, StepMaker(identity, plan, 2), plan, 0, [])
