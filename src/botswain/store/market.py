"""Market events, kept once per feed in segments; bots' journal rows refer to them by (segment, sequence).

A segment is opened, appended to by a writer, and sealed with a hash over all it holds; the database refuses events
for a sealed one. A segment that goes on is not sealed: the hash of what it holds so far is anchored. It belongs to the
platform, not to a tenant: everybody sees the same market.
"""

from __future__ import annotations

import hashlib
import struct
from itertools import starmap

import msgspec
from sqlalchemy import func

from botswain.model.errors import BadInput, FailClosed
from botswain.store.scope import Tx, values_of
from botswain.store.steps import MarketRow
from botswain.store.tables import market_events, market_seals, market_segments, meta

PAGE = 1_000
# What the facts of the installation call an anchor: a segment goes on after a restart, so its hash is not a seal.
_ANCHOR = "segment "
_HEAD = struct.Struct(">qHHqI")


class Segment(msgspec.Struct, frozen=True):
    """A segment. id is a UUIDv7; feed names the venue and the stream. sealed_ms is None while it is open."""

    id: str
    feed: str
    opened_ms: int
    sealed_ms: int | None = None
    last_sequence: int | None = None


class MarketEvent(msgspec.Struct, frozen=True, gc=False):
    """An event of a segment, numbered from 1."""

    sequence: int
    kind: int
    version: int
    time_ms: int
    payload: bytes


class Anchor(msgspec.Struct, frozen=True):
    """The hash of a segment's events up to number `sequence`, written down apart from them at a time."""

    sequence: int
    hash: bytes
    anchored_ms: int


class Contents:
    """The hash of a segment's events, taken in one by one in their order; `last` is the number of the last one."""

    def __init__(self) -> None:
        self.last = 0
        self._sum = hashlib.sha256(b"botswain segment 1")

    def take(self, event: MarketEvent | MarketRow) -> None:
        """The next event, as it is read or as it was written."""
        head = (event.sequence, event.kind, event.version, event.time_ms, len(event.payload))
        self._sum.update(_HEAD.pack(*head))
        self._sum.update(event.payload)
        self.last = event.sequence

    def digest(self) -> bytes:
        """The hash of all that was taken in so far."""
        return self._sum.digest()


async def open_segment(tx: Tx, segment: Segment) -> None:
    """Begin a segment. tx must be the platform's. Raises AlreadyRecorded for an id that was used."""
    await tx.insert(market_segments, {"id": segment.id, "feed": segment.feed, "opened_ms": segment.opened_ms})


async def segments(tx: Tx, feed: str, *, limit: int = PAGE) -> list[Segment]:
    """A feed's segments, the newest first."""
    seals = (market_seals.c.sealed_ms, market_seals.c.last_sequence)
    statement = tx.select(
        market_segments,
        *market_segments.c,
        *seals,
        join=(market_seals, market_seals.c.segment_id == market_segments.c.id),
    )
    rows = await tx.rows(
        statement.where(market_segments.c.feed == feed).order_by(market_segments.c.id.desc()).limit(limit)
    )
    return [Segment(**values_of(row)) for row in rows]


async def read(tx: Tx, segment_id: str, *, after: int = 0, limit: int = PAGE) -> list[MarketEvent]:
    """A segment's events in order, from the one after number `after`."""
    columns = (market_events.c[name] for name in MarketEvent.__struct_fields__)
    here = (market_events.c.segment_id == segment_id, market_events.c.sequence > after)
    rows = await tx.rows(
        tx.select(market_events, *columns).where(*here).order_by(market_events.c.sequence).limit(limit)
    )
    # By place: a dictionary for each took as long as all the rest, and by name it is half of it.
    return list(starmap(MarketEvent, rows))


async def last_sequence(tx: Tx, segment_id: str) -> int:
    """The number of a segment's last event, 0 when it has none."""
    statement = tx.select(market_events, func.max(market_events.c.sequence))
    row = await tx.row(statement.where(market_events.c.segment_id == segment_id))
    return 0 if row is None or row[0] is None else int(row[0])


async def seal(tx: Tx, segment_id: str, now_ms: int) -> bytes:
    """Close a segment for good; returns the hash of its contents. tx must be the platform's.

    Raises BadInput when there is no such segment, AlreadyRecorded when it is sealed.
    """
    # The lock makes an append that is under way finish first, and a later one see the seal.
    held = tx.select(market_segments, market_segments.c.id).where(market_segments.c.id == segment_id)
    if await tx.row(held.with_for_update()) is None:
        raise BadInput(f"there is no market segment {segment_id}; open it first")
    last, digest = await _contents(tx, segment_id)
    values = {"segment_id": segment_id, "last_sequence": last, "hash": digest, "sealed_ms": now_ms}
    await tx.insert(market_seals, values)
    return digest


async def is_whole(tx: Tx, segment_id: str) -> bool:
    """Whether a sealed segment holds what it held when it was sealed. Raises BadInput when it is not sealed."""
    row = await tx.row(tx.select(market_seals).where(market_seals.c.segment_id == segment_id))
    if row is None:
        raise BadInput(f"market segment {segment_id} is not sealed, so there is nothing to compare with")
    return (row.last_sequence, row.hash) == await _contents(tx, segment_id)


async def anchor(tx: Tx, segment_id: str, sequence: int, digest: bytes, now_ms: int) -> None:
    """Write down the hash of an open segment's events up to `sequence`, in the place of one further back.

    tx must be the platform's. Raises AlreadyRecorded where another process anchors the segment for the first time.
    """
    known = await anchored(tx, segment_id)
    value = f"{sequence} {digest.hex()} {now_ms}"
    if known is None:
        await tx.insert(meta, {"name": f"{_ANCHOR}{segment_id}", "value": value})
    elif known.sequence < sequence:
        await tx.change(tx.update(meta).where(meta.c.name == f"{_ANCHOR}{segment_id}").values(value=value))


async def anchored(tx: Tx, segment_id: str) -> Anchor | None:
    """A segment's newest anchor, None where it has none. Raises FailClosed where it cannot be read."""
    row = await tx.row(tx.select(meta, meta.c.value).where(meta.c.name == f"{_ANCHOR}{segment_id}"))
    if row is None:
        return None
    try:
        sequence, digest, at_ms = str(row.value).split(" ")
        return Anchor(int(sequence), bytes.fromhex(digest), int(at_ms))
    except ValueError:
        raise FailClosed(
            f"the anchor of market segment {segment_id} is {row.value!r}, which cannot be read; restore the database "
            "from a backup"
        ) from None


async def _contents(tx: Tx, segment_id: str) -> tuple[int, bytes]:
    found = Contents()
    while page := await read(tx, segment_id, after=found.last):
        for event in page:
            found.take(event)
    return found.last, found.digest()
