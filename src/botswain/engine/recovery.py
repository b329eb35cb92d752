"""Starting a fleet, which is the same as recovering one: the recorded market goes through the bots again.

What they make of it is held against their journals row by row; where the journals end the loop goes on. A difference is
never papered over; it stops the bot. A bot that was left out while its market went on does not trade the past: see
`along`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from botswain.engine.bot import Outcome
from botswain.engine.config import BotConfig, MarketConfig
from botswain.engine.feed import Instant, Market
from botswain.engine.fleet import Absence, Fleet, Parts, Runner
from botswain.engine.leases import EVERY_MS, release, renew
from botswain.engine.order_ids import is_ours
from botswain.engine.recompute import Events, Turn, left_out, turns
from botswain.engine.records import CANDLE_DECODER, TYPES, Candle, Checkpoint, Filled, Halted, Intent
from botswain.engine.roster import Candidate, begin, candidate, cut_off, fresh, take_up
from botswain.model.errors import BotswainError, FailClosed
from botswain.store import market, tenants
from botswain.store.failures import AlreadyRecorded
from botswain.store.steps import JournalRow

TENANT = "local"
PAUSE_INSTANTS = 256


async def start(
    parts: Parts, made: Market, config: MarketConfig, wanted: list[BotConfig], *, take_over: bool = False
) -> Fleet:
    """Find or make the bots, run what is recorded through them, and hand back a fleet that goes on from there.

    take_over  take bots that another living process holds; that one stops
    Safe to cancel at any await, as to kill. Raises BadInput (nothing was written; another process has a bot),
    FailClosed (a bot's journal is not what its decision makes of the same events).
    """
    tenant = await local_tenant(parts)
    segment = await open_segment(parts, made)
    ready = [await candidate(parts, tenant, made, config, one, segment, take_over=take_over) for one in wanted]
    await check_prices(parts, made, segment, [one for one in ready if one.started is None])
    fleet = Fleet(parts, made, segment, [], 0, -1)
    try:
        for one in ready:
            fleet.runners.append(await take_up(parts, tenant, one, take_over=take_over))
        await recover(fleet, ready)
    except (BotswainError, asyncio.CancelledError):
        await release(parts, fleet.runners)
        raise
    return fleet


async def recover(fleet: Fleet, ready: list[Candidate]) -> None:
    """Run what is recorded through the bots, whose leases are taken.

    Whoever had the bots before can have committed nothing on an event that is not read here.
    """
    events = await recorded_instants(fleet.parts, fleet.segment)
    if events:
        fleet.sequence, fleet.last_open_ms, fleet.recovered = events[-1][1], events[-1][0].open_ms, len(events)
    for one, runner in zip(ready, fleet.runners, strict=True):
        if one.started is None:
            await begin(fleet.parts, one, runner, fleet.market, fleet.segment, events)
    for place, runner in enumerate(fleet.runners):
        rows = list(runner.recorded)
        gone = await along(fleet, runner, events)
        if gone is not None:
            fleet.runners[place] = fresh(fleet.parts, runner, rows, left_out(runner, events, gone))
            await along(fleet, fleet.runners[place], events)
        if fleet.runners[place].recorded:
            raise FailClosed(mismatch(runner, "holds rows that the recorded market does not lead to"))


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


async def check_prices(parts: Parts, made: Market, segment: str, new: list[Candidate]) -> None:
    """Have the strategies of new bots refuse a market they cannot pay on, by its next candles. Raises BadInput."""
    if not new:
        return
    last_ms = await last_open_ms(parts, segment)
    for one in new:
        prices = made.first_closes(last_ms, one.wanted.symbols)
        if len(prices) == len(one.wanted.symbols):
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
            raise FailClosed(mismatch(runner, f"ends inside the step that begins at row {first}"))
        made, kept = TYPES.row(record, outcome.instant_ms), runner.recorded.popleft()
        runner.steps.next_seq = seq + 1
        if not same(made, kept):
            where = f"row {seq}: {difference(made, kept)}"
            raise FailClosed(foreign_key(runner, where, kept, fleet.parts.tag_key) or mismatch(runner, where))


async def catch_up(fleet: Fleet, runner: Runner, outcome: Outcome) -> None:
    """Write a step that the process before this one did not get to write, or that of an absence."""
    try:
        await fleet.commit(runner, outcome)
    except AlreadyRecorded as error:
        raise cut_off(runner.name, runner.steps.next_seq - 1) from error


def same(made: JournalRow, kept: JournalRow) -> bool:
    """Whether a recomputed row is the recorded one.

    A halt's message may differ, which names a file and a line, and so may a checkpoint by other code, whose records
    may have other fields.
    """
    if made == kept:
        return True
    one, other = (TYPES.read(row.kind, row.version, row.payload) for row in (made, kept))
    if isinstance(one, Checkpoint) and isinstance(other, Checkpoint):
        return one.code != other.code and one.event == other.event
    return isinstance(one, Halted) and isinstance(other, Halted) and one.reason == other.reason


def mismatch(runner: Runner, what: str) -> str:
    """The message of a bot whose journal is not what its decision makes of the same events."""
    return (
        f"bot {runner.name!r} was stopped: its journal {what}. Nothing was sent. Its code or the journal changed "
        "since; run it with the version that wrote it, restore the journal, or start a bot of another name"
    )


def foreign_key(runner: Runner, where: str, kept: JournalRow, tag_key: bytes) -> str:
    """The message where a recorded order was named with another secret; empty where it was not."""
    found = TYPES.read(kept.kind, kept.version, kept.payload)
    if not isinstance(found, Intent) or not found.places or is_ours(found.places, (tag_key,)):
        return ""
    return (
        f"bot {runner.name!r} was stopped at {where.partition(':')[0]}: its order {found.places} was named with "
        "another order-tag.key. Nothing was sent. Put the key file back that stood beside its database"
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
        for one in await market.segments(tx, made.feed):
            if one.sealed_ms is None:
                return one.id
        segment = market.Segment(parts.new_id(), made.feed, parts.now_ms())
        await market.open_segment(tx, segment)
    return segment.id


async def last_open_ms(parts: Parts, segment: str) -> int:
    """The open time of a segment's last event, -1 where it has none."""
    async with parts.store.reading(None) as tx:
        last = await market.last_sequence(tx, segment)
        found = await market.read(tx, segment, after=last - 1, limit=1) if last else []
    return found[0].time_ms if found else -1


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
