"""A live bot's way along what is recorded, held against its journal row by row, from its last checkpoint or beginning.

A checkpoint spares decisions, never candles: its indicators take all of them. One that another code wrote, or that does
not lead where the journal does, is not trusted, and all of the journal is gone through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from botswain.engine.bot import Outcome
from botswain.engine.differences import difference, same
from botswain.engine.live_fleet import LiveFleet
from botswain.engine.live_market import Event
from botswain.engine.live_recompute import Makings, gone_by, history, taker_of, turns
from botswain.engine.live_runner import Runner
from botswain.engine.renewals import disagreement, renewals_of
from botswain.model.errors import FailClosed
from botswain.model.journal import RecordKind
from botswain.store import journal
from botswain.store.bot_records import TYPES, Away, Checkpoint
from botswain.store.steps import JournalRow


@dataclass(frozen=True)
class Way:
    """What a journal tells.

    rows   from number `first` on
    known  the checkpoint in the row before those; None: they are all but the first row
    aways  absences from before the checkpoint, by the number of the first event missed
    """

    rows: tuple[JournalRow, ...] = ()
    first: int = 2
    known: Checkpoint | None = None
    aways: dict[int, Away] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The number of the journal's last row."""
        return self.first + len(self.rows) - 1

    def later(self, events: Sequence[Event]) -> Sequence[Event]:
        """Events that the bot has not gone by at its beginning."""
        if self.known is None:
            return events
        last = self.known.event.sequence
        return [one for one in events if one.sequence > last]


async def way_of(tx: Any, bot_id: str, *, whole: bool = False) -> Way:
    """What a bot's journal tells, from its last checkpoint on or, asked for the whole of it, from its first row."""
    entry = None if whole else await journal.last_of_kind(tx, bot_id, RecordKind.CHECKPOINT)
    known: Checkpoint | None = None
    first, aways = 2, dict[int, Away]()
    if entry is not None:
        known, first = TYPES.read(entry.kind, entry.version, entry.payload), entry.seq + 1
        after = 0
        while page := await journal.of_kind(tx, bot_id, RecordKind.AWAY, after_seq=after):
            after = page[-1].seq
            found = [TYPES.read(one.kind, one.version, one.payload) for one in page if one.seq < entry.seq]
            aways |= {one.first: one for one in found}
    rows = [
        JournalRow(one.kind, one.time_ms, one.payload, one.version)
        async for one in journal.walk(tx, bot_id, after_seq=first - 1)
    ]
    return Way(tuple(rows), first, known, aways)


async def recovered(fleet: LiveFleet, runner: Runner, made_of: Makings, way: Way, events: Sequence[Event]) -> None:
    """Take a bot, before its first candle, to the end of what is recorded. Raises FailClosed where its journal is not

    what it makes of that.
    """
    if way.known is not None and way.known.code != runner.bot.decider.key:
        way = await whole_way(fleet, runner)
    try:
        await taken_along(fleet, runner, made_of, way, events)
    except (FailClosed, msgspec.DecodeError) as error:
        if way.known is None:
            raise
        fleet.side.remark(f"bot {runner.name}: its checkpoint is not used, and its whole journal read ({error})")
        anew(fleet, runner, made_of)
        await taken_along(fleet, runner, made_of, await whole_way(fleet, runner), events)


async def whole_way(fleet: LiveFleet, runner: Runner) -> Way:
    """All that a bot's journal tells."""
    identity = runner.steps.identity
    async with fleet.parts.store.reading(identity.tenant_id) as tx:
        return await way_of(tx, identity.bot_id, whole=True)


async def taken_along(fleet: LiveFleet, runner: Runner, made_of: Makings, way: Way, events: Sequence[Event]) -> None:
    """One try, by one way."""
    if said := disagreement(renewals_of(way.rows, way.first), bytes(made_of.journal_epoch)):
        raise FailClosed(mismatch(runner, said))
    set_out(runner, way, events)
    later = way.later(events)
    gone = along(runner, later, way)
    runner.upto = fleet.market.sequence
    if gone is None:
        return
    # What it decided on beyond its journal nobody has written: it is taken back, and those candles go by.
    anew(fleet, runner, made_of)
    set_out(runner, way, events)
    along(runner, [one for one in later if one.sequence < gone], way)
    left = [one for one in later if one.sequence >= gone]
    missed = runner.taker.skip(left)
    if missed is not None:
        await runner.remember(missed)
    for one in left:
        if one.sequence > runner.taker.at:
            deque(runner.taker.take(one), maxlen=0)  # no candle is among them, so they lead to nothing


def anew(fleet: LiveFleet, runner: Runner, made_of: Makings) -> None:
    """Put a bot before its first candle again."""
    before = runner.taker
    again = taker_of(fleet.parts, made_of, before.bot.decider.code)
    again.after, again.anchor_ms, again.at = before.after, before.anchor_ms, before.after
    runner.taker = again


def set_out(runner: Runner, way: Way, events: Sequence[Event]) -> None:
    """Let its indicators take what came before, and give it its checkpoint's memory."""
    runner.taker.warm_up(history(events, runner.taker))
    runner.steps.next_seq = way.first
    if way.known is not None:
        gone_by(runner.taker, events, way.known, way.aways)


def along(runner: Runner, events: Sequence[Event], way: Way) -> int | None:
    """Take a bot along what its journal tells; returns the number of the first event that it decided on and its

    journal does not know of. Raises FailClosed where it is not the bot that wrote its rows.
    """
    rows = deque(way.rows)
    for turn in turns(runner.taker, events, way.rows, way.first):
        if turn.outcome.records and not rows:
            return turn.at
        runner.asks(turn.outcome.requests)
        settle(runner, rows, turn.outcome)
    if rows:
        raise FailClosed(
            f"bot {runner.name!r} was stopped: its journal goes on after row {runner.steps.next_seq - 1}, to which "
            f"what is recorded does not lead ({len(rows)} of {len(way.rows)} rows). Restore the database from a backup"
        )
    return None


def settle(runner: Runner, rows: deque[JournalRow], outcome: Outcome) -> None:
    """Hold what was recomputed against the journal. Raises FailClosed on a difference."""
    first = runner.steps.next_seq
    for seq, record in enumerate(outcome.records, first):
        if not rows:
            raise FailClosed(mismatch(runner, f"its journal ends inside the step that begins at row {first}"))
        made, kept = TYPES.row(record, outcome.instant_ms), rows.popleft()
        runner.steps.next_seq = seq + 1
        if not same(made, kept):
            raise FailClosed(mismatch(runner, f"in its journal's row {seq} {difference(made, kept)}"))


def mismatch(runner: Runner, what: str) -> str:
    """What is said of a bot whose journal is not what it makes of the same events."""
    return (
        f"bot {runner.name!r} was stopped: {what}. Nothing was sent. Its code or its database was changed; run it with "
        "the version that wrote it, restore the database, or start a bot of another name"
    )
