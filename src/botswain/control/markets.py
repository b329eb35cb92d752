"""A bot's candles with the indicators that its strategy reads, as it saw them; and the markets that feeds recorded.

Where shares were split a step saw what was before that restated, as of its own time. A chart is one picture: all of it
is of the shares of its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from botswain.control.bot_terms import Terms
from botswain.control.day_ago import DayAgo
from botswain.control.last_closes import Close, LastCloses
from botswain.control.recorded import Record, Seen
from botswain.core.indicators import Indicator, columns, symbols_of
from botswain.core.others import OtherColumns
from botswain.core.panes import is_drawn, is_told, pane_of
from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.errors import BadInput, near_symbol
from botswain.model.restated import restated
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
    """A symbol's candles as they were recorded, and its indicators as columns beside them, as a bot saw them.

    panes   of the indicators to draw
    splits  of its shares between these candles, with their times
    drawn   the same candles and indicators in the shares of the end; None where none were split
    """

    seen: Seen
    indicators: Mapping[str, Any]
    panes: Mapping[str, str]
    splits: Sequence[tuple[int, Fraction]] = ()
    drawn: tuple[Candles, Mapping[str, Any]] | None = None

    @property
    def columns(self) -> Mapping[str, Any]:
        """Indicators as they are drawn."""
        return self.indicators if self.drawn is None else self.drawn[1]

    def rows(self, first: int, last: int) -> list[tuple[int, float, float, float, float, float]]:
        """Candles as rows, as they are drawn."""
        one = (self.seen.candles if self.drawn is None else self.drawn[0]).slice(first, last)
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

    def made(of: Candles) -> dict[str, Any]:
        found = columns(declared, of, others.column) if len(of) else ()
        every = dict(zip(declared, found, strict=bool(found)))
        return {name: column for name, column in every.items() if is_told(declared[name])}

    panes = {name: pane_of(one) for name, one in declared.items() if is_drawn(one)}
    splits = splits_among(seen.candles, terms.shares)
    if not splits:
        return Watched(seen, made(seen.candles), panes)
    places = [(place, split) for place, _, split in splits]
    whole = restated(seen.candles, places)
    parts, start = [], 0
    for number, end in enumerate([*(place for place, _ in places), len(seen.candles)]):
        until = made(restated(seen.candles.slice(0, end), places[:number]))
        parts.append({name: column[start:] for name, column in until.items()})
        start = end
    told = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Watched(seen, told, panes, [(at_ms, split) for _, at_ms, split in splits], (whole, made(whole)))


def splits_among(candles: Candles, shares: Sequence[ShareAction]) -> list[tuple[int, int, Fraction]]:
    """Splits of a symbol that lie between its candles: the place of the first candle after each, its time, and it."""
    found = [
        (int(np.searchsorted(candles.ts, one.time_ms)), one.time_ms, one.split)
        for one in shares
        if one.symbol == candles.symbol and one.split != 1
    ]
    return [one for one in sorted(found) if 0 < one[0] < len(candles)]


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
