"""Round trips as lists show them: gathered from fills once, some at a time, and kept.

A bot is taken on from the last fill that was gathered, by whoever asks or by the process that follows commits, and what
came of it is written down; so a list reads its page and what is under way, however many fills there are. A placeholder
that the venue's own fill took the place of is as if it had never been: then the bot's trips are gathered anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from botswain.control.bot_terms import KnownTerms, Terms
from botswain.control.decimal_text import EXACT, FINEST
from botswain.control.round_trips import Lane, RoundTrip, Trips, as_if_true
from botswain.ledger.cells import Cell
from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind
from botswain.store import fills, round_trips
from botswain.store.database import Database
from botswain.store.exact import total
from botswain.store.fills import Fill
from botswain.store.listing import Asked
from botswain.store.round_trips import Ended, Gathered, TripRow
from botswain.store.scope import Tx

# Fills in one commit, at most: an engine's own writer waits for it, and whoever asks something else meanwhile. And what
# one question gathers before it is answered.
PAGE = 500
MOST_FILLS = 100_000
# What a bot counts for at least: its statements and its commit cost as much as so many fills.
A_BOT = 10


class CellNow(msgspec.Struct, frozen=True):
    """A cell that is open."""

    slot: int
    direction: int
    first: int
    held: Decimal
    qty: Decimal
    worth: Decimal
    paid: Decimal
    base_paid: Decimal
    exit_qty: Decimal
    exit_worth: Decimal


class UnderWay(msgspec.Struct, frozen=True):
    """What is under way of a bot, by symbol: lanes, or open cells with their symbol's lot."""

    lanes: dict[str, Lane] = {}
    cells: dict[str, tuple[Decimal, list[CellNow]]] = {}


@dataclass
class KeptTrips:
    """Those of an installation. Who gathers waits for who does.

    left  of the whole installation, the bots that were not come to yet: to look for them took as long as to gather
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    left: list[Gathered] = field(default_factory=list)

    async def follow(
        self,
        store: Database,
        tenant_id: str | None,
        terms: KnownTerms,
        bot_id: str | None = None,
        most: int = MOST_FILLS,
    ) -> bool:
        """Gather what is new of one bot or of all in view, of so many fills (`A_BOT`); whether that was all.

        Raises FailClosed where fees are in another asset and nobody knows what it is worth, after all other bots.
        """
        fault: FailClosed | None = None
        async with self.turn:
            for_all = tenant_id is None and bot_id is None
            left = self.left if for_all else []
            if not left:
                async with store.reading(tenant_id) as tx:
                    left += await round_trips.stale(tx, bot_id)
            while left:
                one = left.pop()
                try:
                    done, now = await gather(store, terms, one, most)
                except FailClosed as error:
                    done, now, fault = 0, None, fault or error
                if now is not None:
                    left.append(now)
                most -= max(done, A_BOT)
                if most <= 0 and left:
                    return False
        if fault is not None:
            raise fault
        return True


async def gather(store: Database, terms: KnownTerms, seen: Gathered, most: int) -> tuple[int, Gathered | None]:
    """Take one bot on by so many fills at most, or by all of them where one was taken back.

    Returns how many they were, and where the bot stands if more may follow; None where there are no more, or where
    somebody else has gone on with it.
    """
    done = 0
    async with store.reading(None) as tx:
        rules = await terms.of(tx, seen.bot_id, own=True)
    while done < most:
        limit = min(PAGE, most - done)
        async with store.reading(None) as tx:
            found = await fills.after(tx, seen.bot_id, *seen.upto, limit=limit)
        done += len(found)
        if any(one.kind is FillKind.REVERSAL for one in found):
            seen, count = await anew(store, rules, seen)
            done += count
            continue
        if found:
            trips = trips_from(seen, rules)
            fresh = taken(trips, found, rules)
            last = found[-1]
            now = gathered(seen, trips, fresh, (last.seq, last.part))
            async with store.transaction(None) as tx:
                if not await round_trips.keep(tx, seen, now, fresh):
                    return done, None
            seen = now
        if len(found) < limit:
            return done, None
    return done, seen


async def anew(store: Database, rules: Terms | None, seen: Gathered) -> tuple[Gathered, int]:
    """Gather all of a bot's fills, true ones in the place of placeholders; how many they were."""
    every: list[Fill] = []
    upto = round_trips.NOTHING
    async with store.reading(None) as tx:
        while page := await fills.after(tx, seen.bot_id, *upto, limit=PAGE):
            every += page
            upto = page[-1].seq, page[-1].part
    blank = Gathered(bot_id=seen.bot_id, tenant_id=seen.tenant_id)
    trips = trips_from(blank, rules)
    fresh = taken(trips, as_if_true(every), rules)
    now = gathered(blank, trips, fresh, upto)
    async with store.transaction(None) as tx:
        await round_trips.forget(tx, seen.bot_id)
        await round_trips.keep(tx, blank, now, fresh)
    return now, len(every)


def taken(trips: Trips, found: list[Fill], rules: Terms | None) -> list[TripRow]:
    """Take fills, and the trips that they ended as rows."""
    rows = []
    for fill in found:
        for place, one in enumerate(trips.take(fill, rules)):
            rows.append(row_of(one, fill, place))
    return rows


def gathered(seen: Gathered, trips: Trips, fresh: list[TripRow], upto: tuple[int, int]) -> Gathered:
    """A bot after more fills."""
    before = seen.ended
    won = sum(one.profit > 0 for one in fresh)
    profit = total((before.profit, *(one.profit for one in fresh)))
    ended = Ended(before.closed + len(fresh), before.won + won, profit)
    return msgspec.structs.replace(seen, upto=upto, ended=ended, under_way=text_of(trips))


def row_of(one: RoundTrip, fill: Fill, place: int) -> TripRow:
    """A trip as it is kept: as fine as it is shown."""
    assert one.exit_ms is not None
    amounts: dict[str, Any] = {
        name: getattr(one, name) or Decimal(0) for name in ("qty", "entry_price", "exit_price", "profit", "fees")
    }
    return TripRow(
        bot_id=one.bot_id,
        seq=fill.seq,
        part=fill.part,
        place=place,
        symbol=one.symbol,
        direction=one.direction,
        entry_ms=one.entry_ms,
        exit_ms=one.exit_ms,
        exit_reason=one.exit_reason or 0,
        **{name: value.quantize(FINEST, context=EXACT) for name, value in amounts.items()},
    )


def text_of(trips: Trips) -> str:
    """What is under way as text."""
    cells = {
        symbol: (one.lot, [CellNow(**vars(cell)) for cell in one.open.values()]) for symbol, one in trips.cells.items()
    }
    return msgspec.json.encode(UnderWay(trips.lanes, cells)).decode()


def trips_from(seen: Gathered, rules: Terms | None) -> Trips:
    """A bot's trips as they were left."""
    trips = Trips(seen.bot_id)
    if seen.under_way:
        kept = msgspec.json.decode(seen.under_way, type=UnderWay)
        trips.lanes = dict(kept.lanes)
        for symbol, (lot, cells) in kept.cells.items():
            open_ = trips.cells_of(symbol, lot, rules).open
            open_.update((one.slot, Cell(**msgspec.structs.asdict(one))) for one in cells)
    return trips


async def listed(tx: Tx, asked: Asked, *, limit: int, offset: int) -> tuple[list[RoundTrip], int]:
    """A page and how many there are: those under way first, then the one that ended last.

    A time is that of the end, of one under way that of its beginning.
    """
    known = await round_trips.under_way(tx, asked.bot_id)
    found = (one for each in known for one in trips_from(each, None).under_way())
    begun = sorted((one for one in found if fits(one, asked)), key=lambda one: one.entry_ms, reverse=True)
    page = begun[offset : offset + limit]
    rows = await round_trips.page(tx, asked, limit=limit - len(page), offset=max(offset - len(begun), 0))
    return [*page, *(trip_from(one) for one in rows)], len(begun) + await round_trips.total(tx, asked)


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
