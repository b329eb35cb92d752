"""Replay: a bot's whole run recomputed from its journal, every row compared. It writes nothing and sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botswain.engine.config import MarketConfig, bot_of, plan_of
from botswain.engine.feed import Market
from botswain.engine.fleet import Parts, decided
from botswain.engine.records import TYPES
from botswain.engine.recovery import difference, local_tenant, new_runner, recorded_instants
from botswain.engine.steps import Identity
from botswain.model.errors import BadInput
from botswain.model.journal import RecordKind
from botswain.store import bots, journal
from botswain.store.steps import JournalRow


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay found: rows held against each other, and the first differences in words."""

    name: str
    candles: int
    rows: int
    fills: int
    differences: tuple[str, ...]
    code_changed: bool


async def replay(parts: Parts, name: str, market_for: Callable[[MarketConfig], Market]) -> Replayed:
    """Recompute a bot's whole run from the journal and compare every row. Writes nothing."""
    tenant = await local_tenant(parts)
    async with parts.store.reading(tenant) as tx:
        bot = await bots.by_name(tx, name)
        entries = [one async for one in journal.walk(tx, bot.id)]
    if not entries or entries[0].kind != RecordKind.STARTED:
        raise BadInput(f"bot {name!r} has no journal yet; run it first")
    started = TYPES.read(entries[0].kind, entries[0].version, entries[0].payload)
    config, market_config = bot_of(started.config)
    made = market_for(market_config)
    plan = plan_of(config, made.instruments, made.timeframe_ms)
    identity = Identity(tenant, bot.account_id, bot.id, 0)
    runner = new_runner(parts, name, plan, identity, bot.journal_epoch)
    runner.after = started.after
    recorded = [JournalRow(one.kind, one.time_ms, one.payload, one.version) for one in entries[1:]]
    recomputed: list[JournalRow] = []
    events = await recorded_instants(parts, started.segment)
    for instant, at in events:
        outcome = await decided(runner, instant, started.segment, at)
        if outcome is not None:
            recomputed += [TYPES.row(record, outcome.instant_ms) for record in outcome.records]
            runner.bot.venue.submit(outcome.requests)
    return Replayed(
        name,
        len(events),
        len(recorded),
        sum(1 for one in recorded if one.kind == RecordKind.FILL),
        tuple(compared(recomputed, recorded)),
        started.code != runner.bot.decider.key,
    )


def compared(made: list[JournalRow], kept: list[JournalRow]) -> Iterator[str]:
    """Every difference between recomputed and recorded rows, in words."""
    for k in range(max(len(made), len(kept))):
        if k >= len(kept):
            yield f"row {k + 2}: recomputed {TYPES.read(made[k].kind, made[k].version, made[k].payload)}, not recorded"
        elif k >= len(made):
            yield f"row {k + 2}: recorded {TYPES.read(kept[k].kind, kept[k].version, kept[k].payload)}, not recomputed"
        elif made[k] != kept[k]:
            yield f"row {k + 2}: {difference(made[k], kept[k])}"
