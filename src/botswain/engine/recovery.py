"""Starting a fleet, which is the same as recovering one: the recorded market goes through the bots again.

What they make of it is held against their journals row by row; where the journals end the loop goes on. A difference is
never papered over; it stops the bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from botswain.engine.bot import Outcome
from botswain.engine.config import BotConfig, MarketConfig
from botswain.engine.feed import Instant, Market
from botswain.engine.fleet import Fleet, Parts, Runner, decided
from botswain.engine.order_ids import is_ours
from botswain.engine.records import CANDLE_DECODER, TYPES, Candle, Halted, Intent
from botswain.engine.roster import Candidate, begin, candidate, take_up
from botswain.model.errors import FailClosed
from botswain.store import market, tenants
from botswain.store.failures import AlreadyRecorded
from botswain.store.steps import JournalRow

TENANT = "local"
PAUSE_INSTANTS = 256


async def start(parts: Parts, made: Market, config: MarketConfig, wanted: list[BotConfig]) -> Fleet:
    """Find or make the bots, run what is recorded through them, and hand back a fleet that goes on from there.

    Safe to cancel at any await, as to kill. Raises BadInput (nothing was written), FailClosed (a bot's journal is not
    what its decision makes of the same events).
    """
    tenant = await local_tenant(parts)
    segment = await open_segment(parts, made)
    ready = [await candidate(parts, tenant, made, config, one, segment) for one in wanted]
    await check_prices(parts, made, segment, [one for one in ready if one.started is None])
    runners = [await take_up(parts, tenant, one) for one in ready]
    # After the leases: whoever had the bots before can have committed nothing on an event that is not read here.
    events = await recorded_instants(parts, segment)
    sequence = events[-1][1] if events else 0
    for one, runner in zip(ready, runners, strict=True):
        if one.started is None:
            await begin(parts, one, runner, made, segment, sequence)
    last_ms = events[-1][0].open_ms if events else -1
    fleet = Fleet(parts, made, segment, runners, sequence, last_ms, len(events))
    for count, (instant, at) in enumerate(events):
        if count % PAUSE_INSTANTS == 0:
            await asyncio.sleep(0)  # let signals and cancellation through
        for runner in runners:
            outcome = await decided(runner, instant, segment, at)
            if outcome is not None:
                await settle(fleet, runner, outcome)
                runner.bot.venue.submit(outcome.requests)
    for runner in runners:
        if runner.recorded:
            raise FailClosed(mismatch(runner, "holds rows that the recorded market does not lead to"))
    return fleet


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
    """Write a step that the process before this one decided on and did not get to write."""
    try:
        await fleet.commit(runner, outcome)
    except AlreadyRecorded as error:
        raise FailClosed(
            f"bot {runner.name!r} was stopped: its journal ends before row {runner.steps.next_seq}, but orders or "
            f"fills of later rows are there ({error}). Its end was cut off; restore the database from a backup"
        ) from error


def same(made: JournalRow, kept: JournalRow) -> bool:
    """Whether a recomputed row is the recorded one. A halt's message may differ: it names a file and a line."""
    if made == kept:
        return True
    one, other = (TYPES.read(row.kind, row.version, row.payload) for row in (made, kept))
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
