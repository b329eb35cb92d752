"""Round trips a page at a time: those under way first, then the one that ended last.

A page begins where another one ended, at a trip and not at a number: trips end while somebody leafs, each stands before
all others then, and what is counted off would be seen twice. What is under way is gone on with by the time it began;
one that ends meanwhile is told once more, as ended, and none is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from botswain.control.kept_trips import trips_from
from botswain.control.refusals import Wrong, pointer
from botswain.control.round_trips import RoundTrip
from botswain.store import round_trips
from botswain.store.listing import Asked
from botswain.store.round_trips import TripKey, TripRow
from botswain.store.scope import Tx

# A place: of one under way `open`, its beginning, its bot, its slot and its symbol; of one that ended its end, its bot
# and the fill that ended it.
NUMBER = "([0-9]{1,18})"
SMALL = "([0-9]{1,4})"
BOT = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
ENDED = re.compile(f"{NUMBER}_{BOT}_{NUMBER}_{SMALL}_{SMALL}")
OPEN = re.compile(f"open_{NUMBER}_{BOT}_(-?{SMALL[1:-1]})_(.{{1,64}})")
OpenKey = tuple[int, str, str, int]


@dataclass(frozen=True)
class TripPage:
    """A page. total: how many there are in all; next: where the following one begins, None where there is none."""

    items: Sequence[RoundTrip]
    total: int
    next: str | None


async def listed(tx: Tx, asked: Asked, *, limit: int, offset: int = 0, after: str | None = None) -> TripPage:
    """A page: after a place, or after so many. A time is that of the end, of one under way that of its beginning.

    Raises Wrong for a place that no page ends at.
    """
    open_after, ended_after = place_of(after)
    known = await round_trips.under_way(tx, asked.bot_id)
    found = (one for each in known for one in trips_from(each, None).under_way())
    begun = sorted((one for one in found if fits(one, asked)), key=open_key, reverse=True)
    ended = await round_trips.total(tx, asked)
    left = [] if ended_after is not None else begun
    if open_after is not None:
        left = [one for one in begun if open_key(one) < open_after]
    # One more than are shown: whether there is a following page.
    first = left[offset : offset + limit + 1]
    rows = await round_trips.page(
        tx, asked, limit=limit + 1 - len(first), offset=max(offset - len(left), 0), after=ended_after
    )
    items = [*first, *(trip_from(one) for one in rows)]
    more = len(items) > limit
    last = rows[limit - 1 - len(first)] if limit > len(first) and more else None
    place = None if not more else ended_place(last) if last is not None else open_place(items[limit - 1])
    return TripPage(items[:limit], len(begun) + ended, place)


def place_of(text: str | None) -> tuple[OpenKey | None, TripKey | None]:
    """A place as the key of one under way, or of one that ended. Raises Wrong."""
    if text is None:
        return None, None
    if found := OPEN.fullmatch(text):
        begun, bot_id, slot, symbol = found.groups()
        return (int(begun), bot_id, symbol, int(slot)), None
    if found := ENDED.fullmatch(text):
        end, bot_id, *fill = found.groups()
        seq, part, place = map(int, fill)
        return None, TripKey(int(end), bot_id, seq, part, place)
    raise Wrong(
        f"{text[:64]!r} is no place in a list of round trips; write the `next` of the page before, or leave it out",
        code="not_valid",
        field=pointer("query", "after"),
    )


def open_key(one: RoundTrip) -> OpenKey:
    """What tells those under way apart, and their order from the end."""
    return one.entry_ms, one.bot_id, one.symbol, one.slot


def open_place(one: RoundTrip) -> str:
    """The place after one under way."""
    return f"open_{one.entry_ms}_{one.bot_id}_{one.slot}_{one.symbol}"


def ended_place(row: TripRow) -> str:
    """The place after one that ended."""
    return f"{row.exit_ms}_{row.bot_id}_{row.seq}_{row.part}_{row.place}"


def trip_from(row: TripRow) -> RoundTrip:
    """A kept trip."""
    found = msgspec.structs.asdict(row)
    for name in ("seq", "part", "place"):
        del found[name]
    return RoundTrip(**found)


def fits(one: RoundTrip, asked: Asked) -> bool:
    """Whether a trip under way is among those asked for."""
    return (
        asked.symbol in (None, one.symbol)
        and (asked.from_ms is None or one.entry_ms >= asked.from_ms)
        and (asked.to_ms is None or one.entry_ms < asked.to_ms)
    )
