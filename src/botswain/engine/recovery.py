"""Starting a fleet, which is the same as recovering one: the recorded market goes through the bots again.

What they make of it is held against their journals row by row; where the journals end the loop goes on. A difference
is never papered over; it stops that bot, and the others go on. A bot that was left out while its market went on does
not trade the past: see `along`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from botswain.control.config import BotConfig, MarketConfig
from botswain.engine.bot import Outcome, Outgrown
from botswain.engine.differences import difference, foreign_key, mismatch, same, tampered
from botswain.engine.feed import Market
from botswain.engine.fleet import Absence, Fleet, Parts, Refusal, Runner
from botswain.engine.leases import EVERY_MS, release, renew
from botswain.engine.market_record import Record, begun, fitting, read_on, recorded
from botswain.engine.market_record import difference as market_difference
from botswain.engine.projections import fault
from botswain.engine.recompute import Events, Turn, left_out, turns
from botswain.engine.roster import REFUSED_BY, Candidate, begin, candidate, cut_off, fresh, take_up, widened
from botswain.model.errors import BadInput, BotswainError, FailClosed
from botswain.model.journal import RecordKind
from botswain.store import bots, journal, tenants
from botswain.store.bot_records import TYPES, Filled
from botswain.store.failures import AlreadyRecorded, LeaseLost

PAUSE_INSTANTS = 256


async def start(
    parts: Parts, made: Market, config: MarketConfig, wanted: list[BotConfig], *, take_over: bool = False
) -> Fleet:
    """Find or make the bots, run what is recorded through them, and hand back a fleet that goes on from there.

    take_over  take bots that another living process holds; that one stops
    A bot whose journal is not what its decision makes of the same events is left out, halted and told of in the
    fleet's `refused`; the others go on. Safe to cancel at any await, as to kill. Raises BadInput (nothing was written;
    another process has a bot; the market is not the recorded one), FailClosed (the record of the market was changed,
    or no bot is left).
    """
    tenant = await local_tenant(parts)
    record = await same_market(parts, tenant, made, wanted)
    segment = "" if record is None else record.segment
    refused: list[Refusal] = []
    ready: list[Candidate] = []
    for one in wanted:
        async with alone(parts, tenant, one.name, refused):
            with named(one.name):
                ready.append(await candidate(parts, tenant, made, config, one, segment, take_over=take_over))
    for known in ready:
        # Once all of them are found right, for it takes long; in a process of its own, for it would hold up the others.
        await parts.prepare(known.plan, parts.folder)
    last_open_ms = -1 if record is None else record.last_open_ms
    check_prices(made, last_open_ms, [one for one in ready if one.started is None])
    record = record if record is not None else await begun(parts, made)
    fleet = Fleet(parts, made, record.segment, [], 0, -1, refused=refused, widen=widen)
    try:
        taken: list[Candidate] = []
        for known in ready:
            async with alone(parts, tenant, known.wanted.name, refused):
                fleet.runners.append(await take_up(parts, tenant, known, take_over=take_over))
                taken.append(known)
        await recover(fleet, tenant, record, taken)
    except (BotswainError, asyncio.CancelledError):
        await release(parts, fleet.runners)
        raise
    return fleet


@contextmanager
def named(name: str) -> Iterator[None]:
    """Let what is wrong with a bot's settings be told with its name."""
    try:
        yield
    except BadInput as error:
        if type(error) is not BadInput or f"bot {name!r}" in str(error) or f"bot {name}" in str(error):
            raise
        raise BadInput(f"bot {name!r}: {error}") from None


@asynccontextmanager
async def alone(parts: Parts, tenant: str, name: str, refused: list[Refusal]) -> AsyncIterator[None]:
    """Let what is wrong with one bot stop that bot only: it is halted in its row, and told of in `refused`."""
    try:
        yield
    except LeaseLost:
        raise
    except FailClosed as error:
        why = str(error) if f"bot {name!r}" in str(error) else f"bot {name!r} was stopped: {error}"
        refused.append(Refusal(name, why))
        async with parts.store.transaction(tenant) as tx:
            await bots.halt(tx, (await bots.by_name(tx, name)).id, why, REFUSED_BY, parts.now_ms())


async def same_market(parts: Parts, tenant: str, made: Market, wanted: list[BotConfig]) -> Record | None:
    """The record that the market goes on in. Raises BadInput where candle files are not those that were recorded."""
    record = await fitting(parts, made, await segments_of(parts, tenant, [one.name for one in wanted]))
    if record is not None and record.fault:
        raise FailClosed(record.fault)
    said = "" if record is None else market_difference(made, record.events)
    if said:
        raise BadInput(
            f"{made.name} is not the market that was recorded: {said}. Nothing was written or sent; give the file that "
            "the bots were started on (it may have grown at its end), or give the bots other names"
        )
    return record


async def recover(fleet: Fleet, tenant: str, record: Record, ready: list[Candidate]) -> None:
    """Run what is recorded through the bots, whose leases are taken.

    Whoever had the bots before can have committed nothing on an event that is not read here.
    """
    await read_on(fleet.parts, record)
    if record.fault:
        raise FailClosed(record.fault)
    events, fleet.contents = record.events, record.contents
    if events:
        fleet.sequence, fleet.last_open_ms, fleet.recovered = events[-1][1], events[-1][0].open_ms, len(events)
    for one, runner in zip(ready, fleet.runners, strict=True):
        if one.started is None:
            await begin(fleet.parts, one, runner, fleet.market, fleet.segment, events)
    for runner in list(fleet.runners):
        count = len(fleet.refused)
        async with alone(fleet.parts, tenant, runner.name, fleet.refused):
            await recover_one(fleet, runner, events)
        if len(fleet.refused) > count:
            left = next(one for one in fleet.runners if one.name == runner.name)
            fleet.runners.remove(left)
            fleet.absences = [one for one in fleet.absences if one.runner is not left]
            await release(fleet.parts, [left])
    if fleet.refused and not fleet.runners:
        raise FailClosed(". ".join(one.why for one in fleet.refused))


async def recover_one(fleet: Fleet, runner: Runner, events: Events) -> None:
    """Take one bot to the end of the record, with Python integers where its money outgrows 64 bits.

    Raises FailClosed where it is not the bot that wrote its rows.
    """
    try:
        await to_the_end(fleet, runner, events)
    except Outgrown:
        runner = next(one for one in fleet.runners if one.name == runner.name)
        await widened(fleet.parts, runner)
        await to_the_end(fleet, runner, events)


async def widen(fleet: Fleet, runner: Runner) -> None:
    """The same for a bot whose money outgrew 64 bits just now, on the last recorded instant."""
    record = await recorded(fleet.parts, fleet.segment)
    if record.fault:
        raise FailClosed(record.fault)
    await widened(fleet.parts, runner)
    await to_the_end(fleet, runner, record.events)


async def to_the_end(fleet: Fleet, runner: Runner, events: Events) -> None:
    """One bot along the record as it counts now."""
    place = fleet.runners.index(runner)
    rows = list(runner.recorded)
    gone = await along(fleet, runner, events)
    if gone is not None:
        runner = fresh(fleet.parts, runner, rows, left_out(runner, events, gone))
        fleet.runners[place] = runner
        await along(fleet, runner, events)
    if runner.recorded:
        last = runner.steps.next_seq - 1
        raise FailClosed(mismatch(runner, f"its journal goes on after row {last}, to which the market does not lead"))
    async with fleet.parts.store.reading(runner.steps.identity.tenant_id) as tx:
        said = await fault(tx, runner.bot, runner.steps)
    if said:
        raise FailClosed(tampered(runner, said))


async def along(fleet: Fleet, runner: Runner, events: Events) -> int | None:
    """Take a bot along the recorded market; returns the number of the event from which on it was not there.

    Where its journal has ended, the step of the last recorded instant is one that was decided on and not written: it
    is written now. A step of an earlier instant was never decided on, because the market went on without it.
    """
    due_ms = fleet.parts.now_ms() + EVERY_MS
    for count, turn in enumerate(turns(runner, events, fleet.segment)):
        if count % PAUSE_INSTANTS == 0:
            await asyncio.sleep(0)  # let signals and cancellation through
            if fleet.parts.now_ms() >= due_ms:
                due_ms += EVERY_MS
                await renew(fleet.parts, fleet.runners)
        if not runner.recorded and turn.outcome.records and not turn.missed and turn.at < fleet.sequence:
            return turn.at
        new = not runner.recorded
        await settle(fleet, runner, turn.outcome)
        if turn.missed and new:
            fleet.absences.append(absence(runner, turn))
    return None


def absence(runner: Runner, turn: Turn) -> Absence:
    """What people are told of a bot that came back."""
    found = tuple(one for one in turn.outcome.records if isinstance(one, Filled))
    return Absence(runner, len(turn.missed), turn.missed[0].open_ms, turn.missed[-1].open_ms, found)


def check_prices(made: Market, last_open_ms: int, new: list[Candidate]) -> None:
    """Have the strategies of new bots refuse a market they cannot pay on, by its next candles. Raises BadInput."""
    for one in new:
        prices = made.first_closes(last_open_ms, one.wanted.symbols)
        if len(prices) == len(one.wanted.symbols):
            with named(one.wanted.name):
                one.plan.check_first_price(prices)


async def settle(fleet: Fleet, runner: Runner, outcome: Outcome) -> None:
    """Hold an outcome against the journal; where the journal has ended, write it now."""
    if not outcome.records:
        return
    if not runner.recorded:
        await catch_up(fleet, runner, outcome)
        return
    first = runner.steps.next_seq
    for seq, record in enumerate(outcome.records, first):
        if not runner.recorded:
            raise FailClosed(mismatch(runner, f"its journal ends inside the step that begins at row {first}"))
        made, kept = TYPES.row(record, outcome.instant_ms), runner.recorded.popleft()
        runner.steps.next_seq = seq + 1
        if not same(made, kept):
            said = foreign_key(runner, f"row {seq}", kept, fleet.parts.tag_keys)
            raise FailClosed(said or mismatch(runner, f"in its journal's row {seq} {difference(made, kept)}"))


async def catch_up(fleet: Fleet, runner: Runner, outcome: Outcome) -> None:
    """Write a step that the process before this one did not get to write, or that of an absence."""
    try:
        await fleet.commit(runner, outcome)
    except AlreadyRecorded as error:
        raise cut_off(runner.name, runner.steps.next_seq - 1) from error


async def local_tenant(parts: Parts) -> str:
    """The one tenant of a laptop.

    It is there but for the first time, and to look takes no lock: bots that begin together, each of which asks, would
    have everybody else who writes wait.
    """
    async with parts.store.reading(None) as tx:
        known = await tenants.by_name(tx, tenants.LOCAL)
    if known is not None:
        return known.id
    async with parts.store.transaction(None) as tx:
        found = await tenants.ensure(tx, tenants.Tenant(parts.new_id(), tenants.LOCAL, parts.now_ms()))
    return str(found.id)


async def segments_of(parts: Parts, tenant: str, names: list[str]) -> list[str]:
    """The segments that those of the named bots which have begun were begun on.

    One whose first row cannot be read tells none; it is refused by itself, where it is looked at.
    """
    found: list[str] = []
    async with parts.store.reading(tenant) as tx:
        for one in await bots.listed(tx):
            first = await journal.read(tx, one.id, limit=1) if one.name in names else []
            if first and first[0].kind == RecordKind.STARTED:
                with suppress(FailClosed):
                    found.append(TYPES.read(first[0].kind, first[0].version, first[0].payload).segment)
    return found
