"""When what a journal says happened, by the market's clock.

At most venues that is also this machine's, and each row has its time. A sandbox runs at a pace of its own: what a bot
decided at a close has the market's time, what it heard of its orders this machine's, and beside each other the two
make no order. There each row is put at the time of the market that it came at: of a fill the venue's own, of a decision
the close that it followed, and of what has neither that of the last row which has one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.control.bot_terms import Terms
from botswain.control.markets import Watched
from botswain.store.bot_records import Filled, Step
from botswain.store.journal import Entry

Watch = Callable[[str], Watched]


@dataclass(frozen=True, slots=True)
class Moment:
    """When a row was. here_ms: by this machine's clock, where the row has that and it is another than the market's."""

    time_ms: int
    here_ms: int | None = None


def moments(terms: Terms, rows: Sequence[tuple[Entry, Any]], watch: Watch) -> dict[int, Moment]:
    """The moments of rows by their number, whichever way these are ordered: of a market with a clock of its own."""
    ordered = sorted(rows, key=lambda row: row[0].seq)
    own = [own_time(terms, record, watch) for _, record in ordered]
    last = next((one for one in own if one is not None), None)
    found: dict[int, Moment] = {}
    for (entry, _), time_ms in zip(ordered, own, strict=True):
        last = time_ms if time_ms is not None and (last is None or time_ms > last) else last
        at = entry.time_ms if last is None else last
        found[entry.seq] = Moment(at, entry.time_ms if abs(entry.time_ms - at) > terms.timeframe_ms else None)
    return found


def own_time(terms: Terms, record: Any, watch: Watch) -> int | None:
    """The market's time that a row has itself; None where it has none."""
    if isinstance(record, Filled):
        return record.time_ms
    if not isinstance(record, Step):
        return None
    times = [closed_by(watch(one.symbol), record, terms.timeframe_ms) for one in terms.instruments]
    return max((one for one in times if one is not None), default=None)


def closed_by(watched: Watched, step: Step, timeframe_ms: int) -> int | None:
    """When the last candle closed that was recorded up to a step's event; between closes when it was decided."""
    if watched.seen.beats.decided(step.event.sequence, step.instant_ms):
        return step.instant_ms
    place = int(np.searchsorted(watched.seen.sequence, step.event.sequence, side="right")) - 1
    return None if place < 0 else int(watched.seen.candles.ts[place]) + timeframe_ms
