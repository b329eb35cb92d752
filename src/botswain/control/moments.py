"""When what a journal says happened, by the market's clock.

At most venues that is also this machine's, and each row has its time. A sandbox runs at a pace of its own: what a bot
decided at a close has the market's time, what it heard of its orders or was told by a person this machine's, and beside
each other the two make no order. There each row is put at the time of the market that it came at. A decision names the
market's event that it followed, and so does what was heard, a person's order among it; a fill has the venue's own time,
a charge for holding the one that it came due at, and what came with either is no earlier.

A row's moment rests on the journal up to it and on nothing else, so that it is the same in every list.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botswain.control.bot_terms import Terms
from botswain.model.errors import FailClosed
from botswain.model.journal import RecordKind
from botswain.model.news import Heard
from botswain.store import market_times
from botswain.store.bot_records import TYPES, Charged, Filled, Started, Step
from botswain.store.journal import Entry
from botswain.store.scope import Tx

# Rows that say up to which event of its market the bot had come.
PLACED = frozenset((RecordKind.STARTED, RecordKind.STEP, RecordKind.HEARD))
# Rows that have a time of the market of their own.
DATED = frozenset((RecordKind.FILL, RecordKind.CHARGED))
# They date what came with them, and not what came long after.
TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Moment:
    """When a row was. here_ms: by this machine's clock, where the row has that and it is another than the market's."""

    time_ms: int
    here_ms: int | None = None


async def moments(tx: Tx, terms: Terms, bot_id: str, rows: Iterable[tuple[int, int]]) -> dict[int, Moment]:
    """The moments of rows of a bot, each given by its number and its own time: of a market with a clock of its own."""
    own = dict(rows)
    if not own:
        return {}
    placed = await market_times.last_of(tx, bot_id, own, PLACED)
    dated = await market_times.last_of(tx, bot_id, own, DATED, TOGETHER)
    events = {seq: event for seq, entry in placed.items() if (event := event_of(entry)) is not None}
    times = await market_times.times_at(tx, terms.segment, set(events.values()), terms.timeframe_ms)
    found = {}
    for seq, time_ms in own.items():
        known: list[int | None] = [times[events[seq]]] if seq in events and events[seq] in times else []
        known += [dated_ms(dated[seq])] if seq in dated else []
        at = max((one for one in known if one is not None), default=time_ms)
        here = abs(time_ms - at) > terms.timeframe_ms and not by_the_market(seq, dated.get(seq), placed.get(seq))
        found[seq] = Moment(at, time_ms if here else None)
    return found


def by_the_market(seq: int, dated: Entry | None, placed: Entry | None) -> bool:
    """Whether a row has its own time from the market too: a charge that a candle brought, and no news."""
    if dated is None or dated.seq != seq or dated.kind != RecordKind.CHARGED:
        return False
    # What is written together has one time, and what was heard begins with a row that says so.
    return placed is None or placed.kind != RecordKind.HEARD or placed.time_ms != dated.time_ms


def event_of(entry: Entry) -> int | None:
    """The number of the market's event that a row of PLACED followed; None where a newer version wrote it."""
    record = read(entry)
    if isinstance(record, Step):
        return record.event.sequence
    return record.after if isinstance(record, Heard | Started) else None


def dated_ms(entry: Entry) -> int | None:
    """The market's time of a row of DATED; None where a newer version wrote it."""
    record = read(entry)
    return record.time_ms if isinstance(record, Filled | Charged) else None


def read(entry: Entry) -> Any:
    """What a row holds; None for a kind that this version does not know."""
    try:
        return TYPES.read(entry.kind, entry.version, entry.payload)
    except FailClosed:
        return None


async def first_from(tx: Tx, terms: Terms, bot_id: str, head: int, time_ms: int) -> int:
    """The number of a bot's first row at a time of the market or later; one more than its last where there is none."""
    low, high = 1, head + 1
    while low < high:
        middle = (low + high) // 2
        at = (await moments(tx, terms, bot_id, [(middle, 0)]))[middle].time_ms
        low, high = (low, middle) if at >= time_ms else (middle + 1, high)
    return low
