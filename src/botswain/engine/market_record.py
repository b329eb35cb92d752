"""The recorded market: found or begun at a start, read with every event looked at, and held against the candle files.

Candles are recorded before anybody decides on them, so what is missing or changed here would change every bot's past
without a word. A segment goes on after a restart and is therefore not sealed; its contents' hash is anchored instead
(`engine/anchors.py`) and held against what is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from botswain.control.config import MarketConfig
from botswain.engine.feed import Instant, Market
from botswain.engine.fleet import Parts
from botswain.engine.recompute import Events
from botswain.engine.record_changed import record_changed
from botswain.history.instants import iso
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import FailClosed
from botswain.store import market
from botswain.store.bot_records import CANDLE_DECODER, Candle
from botswain.store.market import Anchor, Contents


@dataclass
class Record:
    """What a segment holds, as far as it was read: instants with the number of their last event, and its hash."""

    segment: str
    events: Events = field(default_factory=list)
    contents: Contents = field(default_factory=Contents)
    anchor: Anchor | None = None
    fault: str = ""

    @property
    def last_open_ms(self) -> int:
        """The open time of the last instant; -1 where there is none."""
        return self.events[-1][0].open_ms if self.events else -1


async def recorded(parts: Parts, segment: str) -> Record:
    """All that a segment holds. Raises FailClosed where an event is missing or names another time than its candle.

    Where the contents are not what was anchored, `fault` says so.
    """
    record = Record(segment)
    await read_on(parts, record)
    return record


async def read_on(parts: Parts, record: Record) -> None:
    """Read what was recorded since the last reading. Raises as `recorded` does."""
    candles: list[Candle] = []
    async with parts.store.reading(None) as tx:
        record.anchor = await market.anchored(tx, record.segment)
        while page := await market.read(tx, record.segment, after=record.contents.last):
            for event in page:
                candles.append(checked(event, record.contents.last + 1))
                record.contents.take(event)
                if candles[-1].last:
                    record.events.append((Instant(candles[-1].open_ms, tuple(candles)), event.sequence))
                    candles = []
                if record.anchor is not None and event.sequence == record.anchor.sequence:
                    record.fault = anchor_fault(record.anchor, record.contents)
    if candles:
        raise FailClosed(
            record_changed(f"event {record.contents.last} is not the last of its instant, and none follows")
        )
    if record.anchor is not None and record.anchor.sequence > record.contents.last:
        last = record.contents.last
        record.fault = record_changed(f"it ends at event {last}, but event {record.anchor.sequence} was anchored")


def checked(event: market.MarketEvent, expected: int) -> Candle:
    """An event's candle. Raises FailClosed where it is none, or its number or its time is not the one it must have."""
    if event.sequence != expected:
        raise FailClosed(record_changed(f"event {expected} is missing, event {event.sequence} follows"))
    try:
        candle = CANDLE_DECODER.decode(event.payload)
    except ValueError as error:  # msgspec's are of it, a text that is no UTF-8 too
        raise FailClosed(record_changed(f"event {expected} cannot be read ({error})")) from error
    if candle.open_ms != event.time_ms:
        raise FailClosed(
            record_changed(
                f"event {expected} is of time {event.time_ms}, its candle of {candle.symbol} of {candle.open_ms}"
            )
        )
    return candle


def anchor_fault(anchor: Anchor, contents: Contents) -> str:
    """What is said where the events up to an anchor are not those that were anchored; empty where they are."""
    if contents.digest() == anchor.hash:
        return ""
    return record_changed(
        f"events 1 to {anchor.sequence} are not those that were anchored at {iso(anchor.anchored_ms)}"
    )


async def fitting(parts: Parts, made: Market, of_bots: Iterable[str]) -> Record | None:
    """The record that a market goes on in; None where there is none yet.

    of_bots  segments that the bots of this start were begun on: where one is the market's, it is that one, whatever
             it holds (`difference` says whether the market is still the same); else the newest that agrees with the
             market
    Raises FailClosed as `recorded` does.
    """
    async with parts.store.reading(None) as tx:
        found = [one.id for one in await market.segments(tx, made.feed) if one.sealed_ms is None]
    for segment in of_bots:
        if segment in found:
            return await recorded(parts, segment)
    for segment in found:
        record = await recorded(parts, segment)
        if not difference(made, record.events):
            return record
    return None


async def begun(parts: Parts, made: Market) -> Record:
    """A new segment for a market that no recorded one agrees with; what another process has begun meanwhile, if any."""
    meanwhile = await fitting(parts, made, ())
    if meanwhile is not None:
        return meanwhile
    async with parts.store.transaction(None) as tx:
        for one in await market.segments(tx, made.feed):
            if one.sealed_ms is None and await market.last_sequence(tx, one.id) == 0:
                return Record(one.id)
        segment = market.Segment(parts.new_id(), made.feed, parts.now_ms())
        await market.open_segment(tx, segment)
    return Record(segment.id)


def difference(made: Market, events: Events) -> str:
    """Where candle files say otherwise than what was recorded of them, first by symbol; empty where they agree.

    Files may have grown at their end or lost their beginning; where both have candles they must be the same ones. A
    market made up from its seed is the same by its name.
    """
    if isinstance(made.source, MarketConfig):
        return ""
    rows: dict[str, list[Candle]] = {symbol: [] for symbol in made.source}
    for instant, _ in events:
        for candle in instant.candles:
            rows.setdefault(candle.symbol, []).append(candle)
    for symbol, found in rows.items():
        if found:
            said = run_difference(symbol, made.source.get(symbol), found)
            if said:
                return said
    return ""


def run_difference(symbol: str, run: Candles | None, found: list[Candle]) -> str:
    """The first difference of one symbol's file and its recorded candles, both in order of time."""
    times = np.array([one.open_ms for one in found], np.int64)
    if run is None or len(run) == 0 or int(run.ts[0]) > int(times[-1]) or int(run.ts[-1]) < int(times[0]):
        has = f"from {iso(int(run.ts[0]))} to {iso(int(run.ts[-1]))}" if run is not None and len(run) else "none"
        return f"{symbol} has candles {has}, recorded are those from {iso(int(times[0]))} to {iso(int(times[-1]))}"
    first, last = max(int(run.ts[0]), int(times[0])), min(int(run.ts[-1]), int(times[-1]))
    file_rows = slice(int(np.searchsorted(run.ts, first)), int(np.searchsorted(run.ts, last, side="right")))
    kept_rows = slice(int(np.searchsorted(times, first)), int(np.searchsorted(times, last, side="right")))
    for one in np.setxor1d(run.ts[file_rows], times[kept_rows]).tolist()[:1]:
        where = "the record and not in the file" if one in times else "the file and not in the record"
        return f"{symbol} has a candle at {iso(one)} in {where}"
    for name in COLUMNS:
        file = np.asarray(getattr(run, name)[file_rows])
        kept = np.array([getattr(one, name) for one in found[kept_rows]])
        for place in np.flatnonzero(file != kept).tolist()[:1]:
            at = iso(int(times[kept_rows][place]))
            return f"{symbol} at {at} has {name} {file[place]:.15g}, recorded is {kept[place]:.15g}"
    return ""
