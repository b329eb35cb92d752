"""Round trips as lists show them: gathered from fills once, some at a time, and kept.

A bot is taken on from the last fill that was gathered, by whoever asks or by the process that follows commits, and what
came of it is written down; so a list reads its page and what is under way, however many fills there are. A placeholder
that the venue's own fill took the place of is as if it had never been: then the bot's trips are gathered anew.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

import msgspec

from botswain.control.bot_terms import KnownTerms, Terms
from botswain.control.decimal_text import EXACT, FINEST
from botswain.control.round_trips import Lane, RoundTrip, Trips, as_if_true
from botswain.ledger.cells import Cell
from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind
from botswain.store import round_trips, traded
from botswain.store.database import Database
from botswain.store.round_trips import Ended, Gathered, TripRow
from botswain.store.traded import Traded

# Fills in one commit, at most: an engine's own writer waits for it, and whoever asks something else meanwhile. And what
# one question gathers before it is answered.
PAGE = 1_000
MOST_FILLS = 100_000
# What a bot counts for at least: its statements and its commit cost as much as so many fills.
A_BOT = 10


class CellNow(msgspec.Struct, frozen=True):
    """A cell that is open."""

    slot: int
    direction: int
    first: int
    came: Decimal
    held: Decimal
    qty: Decimal
    worth: Decimal
    paid: Decimal
    base_paid: Decimal
    exit_qty: Decimal
    exit_worth: Decimal
    left: Decimal


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
            found = await traded.after(tx, seen.bot_id, *seen.upto, limit=limit)
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
    every: list[Traded] = []
    upto = round_trips.NOTHING
    async with store.reading(None) as tx:
        while page := await traded.after(tx, seen.bot_id, *upto, limit=PAGE):
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


def taken(trips: Trips, found: list[Traded], rules: Terms | None) -> list[TripRow]:
    """Take fills, and the trips that they ended as rows."""
    ended = trips.take(found, rules)
    return [row_of(one, fill, place) for fill, trips_of in ended for place, one in enumerate(trips_of)]


def gathered(seen: Gathered, trips: Trips, fresh: list[TripRow], upto: tuple[int, int]) -> Gathered:
    """A bot after more fills."""
    before = seen.ended
    won = sum(one.profit > 0 for one in fresh)
    with localcontext(EXACT):
        profit = sum((one.profit for one in fresh), before.profit)
    ended = Ended(before.closed + len(fresh), before.won + won, profit)
    return msgspec.structs.replace(seen, upto=upto, ended=ended, under_way=text_of(trips))


def row_of(one: RoundTrip, fill: Traded, place: int) -> TripRow:
    """A trip as it is kept: as fine as it is shown."""
    assert one.exit_ms is not None
    return TripRow(
        bot_id=one.bot_id,
        seq=fill.seq,
        part=fill.part,
        place=place,
        symbol=one.symbol,
        direction=one.direction,
        qty=one.qty.quantize(FINEST, context=EXACT),
        entry_price=one.entry_price.quantize(FINEST, context=EXACT),
        exit_price=(one.exit_price or Decimal(0)).quantize(FINEST, context=EXACT),
        profit=one.profit.quantize(FINEST, context=EXACT),
        fees=one.fees.quantize(FINEST, context=EXACT),
        entry_ms=one.entry_ms,
        exit_ms=one.exit_ms,
        exit_reason=one.exit_reason or 0,
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
