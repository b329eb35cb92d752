"""What the symbols that bots hold cost last, and cost when a day began, by each bot's own market.

A bot's market goes on while the bot does not, so what it holds is worth something else although it has no mark of it.
Where nothing of that market is recorded any more the last price stands, with its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from botswain.control.day_ago import first_of
from botswain.control.last_closes import CANDLES, LastCloses
from botswain.model.journal import RecordKind
from botswain.store import journal_pages, market
from botswain.store.books_list import Books
from botswain.store.bot_records import CANDLE_DECODER, TYPES
from botswain.store.scope import Tx

MOST_KEPT = 10_000
# Days' beginnings that are remembered, each of a market.
MOST_DAYS = 1_000


class Price(NamedTuple):
    """A close, and when it was."""

    price: Decimal
    time_ms: int


class Place(NamedTuple):
    """Where a bot's candles are recorded, and how long each is."""

    segment: str
    timeframe_ms: int


@dataclass
class KnownPrices:
    """One for a process; it may forget at any time. places: of bots that ran, which never change."""

    closes: LastCloses = field(default_factory=LastCloses)
    places: dict[str, Place] = field(default_factory=dict)
    days: dict[tuple[str, int], dict[str, Decimal]] = field(default_factory=dict)

    async def of(self, tx: Tx, books: Mapping[str, Books]) -> dict[str, dict[str, Price]]:
        """By bot, the last prices of what it holds, as far as they are known. A statement for each market."""
        wanted: dict[Place, set[str]] = {}
        holding = {key: one.held for key, one in books.items() if one.held}
        await self._learn(tx, [key for key in holding if key not in self.places])
        for key, held in holding.items():
            if key in self.places:
                wanted.setdefault(self.places[key], set()).update(one.symbol for one in held)
        closes = {place: await self.closes.of(tx, place.segment, symbols) for place, symbols in wanted.items()}
        found: dict[str, dict[str, Price]] = {}
        for key, held in holding.items():
            if key in self.places:
                place = self.places[key]
                known = closes[place]
                found[key] = {
                    one.symbol: Price(known[one.symbol].price, known[one.symbol].open_ms + place.timeframe_ms)
                    for one in held
                    if one.symbol in known
                }
        return found

    async def _learn(self, tx: Tx, bot_ids: list[str]) -> None:
        if not bot_ids:
            return
        if len(self.places) + len(bot_ids) > MOST_KEPT:
            self.places.clear()
        for key, entry in (await journal_pages.first_rows(tx, bot_ids)).items():
            if entry.kind == RecordKind.STARTED:
                started = TYPES.read(entry.kind, entry.version, entry.payload)
                self.places[key] = Place(started.segment, started.timeframe_ms)

    async def at_day(self, tx: Tx, bot_id: str, day_ms: int) -> dict[str, Decimal]:
        """What a bot's symbols cost as a day began, as far as its market was recorded there."""
        place = self.places[bot_id]
        if (place.segment, day_ms) not in self.days:
            if len(self.days) >= MOST_DAYS:
                self.days.clear()
            self.days[place.segment, day_ms] = await closes_at(tx, place, day_ms)
        return self.days[place.segment, day_ms]


async def closes_at(tx: Tx, place: Place, time_ms: int) -> dict[str, Decimal]:
    """Prices at a time, by the candles that closed or opened then; of symbols that have none of either, none."""
    before = await first_of(tx, place.segment, time_ms - place.timeframe_ms)
    found: dict[str, Decimal] = {}
    for event in await market.read(tx, place.segment, after=before):
        if event.kind not in CANDLES:
            continue
        candle = CANDLE_DECODER.decode(event.payload)
        if candle.open_ms == time_ms - place.timeframe_ms:
            found[candle.symbol] = Decimal(repr(candle.close))
        elif candle.open_ms == time_ms:
            found.setdefault(candle.symbol, Decimal(repr(candle.open)))
    return found
