"""A bot's candles with the indicators that its strategy reads, as it saw them; and the markets that feeds recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from botswain.control.bot_terms import Terms
from botswain.control.day_ago import DayAgo
from botswain.control.last_closes import Close, LastCloses
from botswain.control.recorded import Record, Seen
from botswain.core.indicators import Indicator, columns, symbols_of
from botswain.core.others import OtherColumns
from botswain.core.panes import is_drawn, is_told, pane_of
from botswain.model.errors import BadInput, near_symbol
from botswain.model.timeframe import timeframe_ms, timeframe_of
from botswain.store import accounts, market_pages
from botswain.store.market import Segment
from botswain.store.scope import Tx

# Of a live feed's name: venue, environment, timeframe and account.
WORDS = 4
# Environments that do not say by themselves whose prices they have.
SEVERAL = (accounts.Environment.PAPER, accounts.Environment.SANDBOX)
MOST_KEPT = 200


@dataclass(frozen=True)
class Watched:
    """A symbol's candles as a bot saw them, and its indicators as columns beside them; panes: of those to draw."""

    seen: Seen
    indicators: Mapping[str, Any]
    panes: Mapping[str, str]

    def rows(self, first: int, last: int) -> list[tuple[int, float, float, float, float, float]]:
        """Candles as rows."""
        one = self.seen.candles.slice(first, last)
        parts = (one.ts, one.open, one.high, one.low, one.close, one.volume)
        return list(zip(*(part.tolist() for part in parts), strict=True))


@dataclass(frozen=True, slots=True)
class RecordedMarket:
    """A symbol of a feed with its last candle, and its close a day before; None where that was not recorded.

    source  whose prices those of a paper account are, or of a sandbox on a port of its own
    """

    venue: str
    environment: str
    source: str
    symbol: str
    timeframe: str
    last: Close
    day_ago: Decimal | None


def watched(terms: Terms, record: Record, symbol: str) -> Watched:
    """A symbol's candles from the bot's anchor on, with its indicators. Raises BadInput for one it does not trade."""
    known = [one.symbol for one in terms.instruments]
    if symbol not in known:
        raise BadInput(f"bot {terms.bot_name!r} does not trade {symbol}{near_symbol(symbol, known)}")

    def seen_of(one: str) -> Seen:
        return record.seen_from(one, timeframe_of(terms.timeframe_ms), terms.after, terms.anchor_ms)

    seen = seen_of(symbol)
    declared = each_once(terms.strategy.indicators()) if terms.strategy is not None else {}
    others = OtherColumns({one: seen_of(one).candles for one in symbols_of(declared.values())})
    made = columns(declared, seen.candles, others.column) if len(seen.candles) else ()
    found = dict(zip(declared, made, strict=bool(made)))
    told = {name: column for name, column in found.items() if is_told(declared[name])}
    return Watched(seen, told, {name: pane_of(one) for name, one in declared.items() if is_drawn(one)})


def each_once(declared: Mapping[str, Indicator]) -> dict[str, Indicator]:
    """Indicators without those that are another by a second name: a filter that is off declares one that is there."""
    found: dict[str, Indicator] = {}
    for name, one in declared.items():
        if one not in found.values():
            found[name] = one
    return found


@dataclass
class KnownWatched:
    """Those made last, by bot and symbol: they are made anew when the feed has gone on."""

    made: dict[tuple[str, str], tuple[int, Watched]] = field(default_factory=dict)

    def of(self, bot_id: str, terms: Terms, record: Record, symbol: str) -> Watched:
        """As `watched`."""
        sequence, found = self.made.get((bot_id, symbol), (-1, None))
        if found is None or sequence != record.sequence:
            found = watched(terms, record, symbol)
            if len(self.made) >= MOST_KEPT:
                self.made.clear()
            self.made[bot_id, symbol] = record.sequence, found
        return found


async def recorded(tx: Tx, closes: LastCloses, day_ago: DayAgo) -> list[RecordedMarket]:
    """Symbols of live feeds, of each feed's newest segment. tx is the platform's."""
    found: dict[tuple[str, ...], RecordedMarket] = {}
    sources: dict[str, str] | None = None
    for segment in await market_pages.feeds(tx):
        place = place_of(segment)
        if place is None:
            continue
        venue, environment, timeframe = place
        newest = dict(await closes.of(tx, segment.id))
        if not newest:
            continue
        frame_ms = timeframe_ms(timeframe)
        newest_ms = max(one.open_ms for one in newest.values()) + frame_ms
        source = ""
        if environment in SEVERAL:
            sources = await sources_by_name(tx) if sources is None else sources
            source = sources.get(" ".join(segment.feed.split(" ")[WORDS - 1 :]), "")
        before = await day_ago.of(tx, segment.id, frame_ms, newest_ms)
        for symbol, close in newest.items():
            key = (venue, environment, source, symbol, timeframe)
            known = found.get(key)
            if known is None or known.last.open_ms < close.open_ms:
                found[key] = RecordedMarket(venue, environment, source, symbol, timeframe, close, before.get(symbol))
    return [found[key] for key in sorted(found)]


async def sources_by_name(tx: Tx) -> dict[str, str]:
    """Whose prices accounts are traded by where the environment does not say it, by the accounts' names."""
    return {one.name: one.source for one in await accounts.listed(tx) if one.environment in SEVERAL}


def place_of(segment: Segment) -> tuple[str, str, str] | None:
    """Venue, environment and timeframe of a live feed; None for another."""
    words = segment.feed.split(" ")
    if len(words) < WORDS or words[1] not in ("sandbox", "test", "live", "paper"):
        return None
    return words[0], words[1], words[2]
