"""A live bot's way along what is recorded: market events, and the news that its journal says it was told in between.

Recovery and replay walk it alike. It writes nothing and compares nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from botswain.build.decider import Decider
from botswain.build.plan import Plan
from botswain.engine.bot import Outcome
from botswain.engine.fleet import Parts
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_market import Event
from botswain.engine.live_runner import Taker
from botswain.engine.news import Command, Heard, Known, Link, News, Surfaced, Unsure
from botswain.engine.order_ids import OrderIds
from botswain.engine.records import TYPES, Away, Candle, Ended, Filled, LiveTerms, Started
from botswain.engine.steps import Identity
from botswain.model.errors import FailClosed
from botswain.model.journal import MarketKind, RecordKind
from botswain.model.venue_reports import VenueReport
from botswain.store.steps import JournalRow

TOLD = (Filled, Ended, Known, Unsure, Surfaced, Command, Link)


@dataclass(frozen=True, slots=True)
class Told:
    """News told together."""

    head: Heard
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a bot made of the event number `at`, or of news after it."""

    at: int
    outcome: Outcome
    news: bool = False


def told_of(rows: Iterable[JournalRow]) -> deque[Told]:
    """All news that a journal says its bot was told. Raises FailClosed where some of it is missing."""
    found: deque[Told] = deque()
    head: Heard | None = None
    news: list[News] = []
    for row in rows:
        if row.kind in (RecordKind.STEP, RecordKind.INTENT, RecordKind.HALT, RecordKind.CHECKPOINT):
            continue
        record = TYPES.read(row.kind, row.version, row.payload)
        if isinstance(record, Heard):
            head, news = record, []
        elif head is not None and isinstance(record, TOLD):
            news.append(news_of(record))
        if head is not None and len(news) == head.count:
            found.append(Told(head, tuple(news)))
            head = None
    if head is not None:
        raise FailClosed("a journal ends inside the news that its bot was told; restore the database from a backup")
    return found


def news_of(record: Any) -> News:
    """A piece of news as it was told."""
    if isinstance(record, Filled):
        return VenueReport(
            client_order_id=record.client_order_id,
            time_ms=record.time_ms,
            seq=0,
            symbol=record.symbol,
            side=record.side,
            lots=record.lots,
            price=record.price,
            fee=-1 if record.odd_fee else int(record.fee),
            maker=record.maker,
            reason=0,
            final=record.final,
            trade_id=record.trade_id,
        )
    if isinstance(record, Ended):
        return ended(record.client_order_id, record.symbol, record.reason)
    return record  # type: ignore[no-any-return]


def ended(name: str, symbol: int, reason: int) -> VenueReport:
    """An order's end as a bot is told of it."""
    return VenueReport(name, 0, 0, symbol, 0, 0, 0, 0, False, reason, True, "")


def turns(taker: Taker, events: Sequence[Event], told: deque[Told], aways: dict[int, Away]) -> Iterator[Turn]:
    """Everything a bot makes of events after its beginning, with what it was told between them."""
    gone: list[Event] = []
    until = 0
    for event in events:
        if event.sequence <= taker.after or event.symbol not in taker.places:
            continue
        if event.sequence > until:
            while told and told[0].head.after < event.sequence:
                yield heard(taker, told.popleft())
            away = aways.get(event.sequence)
            if away is not None and (away.instants > 1 or event.kind is MarketKind.CANDLE):
                until, gone = away.last, []
        if event.sequence <= until:
            gone.append(event)
            if event.sequence == until:
                outcome = taker.skip(gone)
                if outcome is not None:
                    yield Turn(until, outcome)
            continue
        for outcome in taker.take(event):
            yield Turn(event.sequence, outcome)
    while told:
        yield heard(taker, told.popleft())


def heard(taker: Taker, one: Told) -> Turn:
    """What a bot makes of news."""
    taker.at = one.head.after
    return Turn(one.head.after, taker.hear(one.news, one.head.time_ms, look=one.head.looked), news=True)


@dataclass(frozen=True)
class Makings:
    """What a live bot is made of."""

    plan: Plan
    terms: LiveTerms
    segment: str
    identity: Identity
    journal_epoch: bytes


def taker_of(parts: Parts, one: Makings) -> Taker:
    """A bot before its first candle."""
    identity = one.identity
    scope = (one.journal_epoch.hex(), identity.tenant_id, identity.account_id, identity.bot_id)
    ids = OrderIds(scope, parts.tag_key)
    bot = LiveBot(Decider(one.plan, parts.folder), ids, one.terms.abilities, at_close=one.terms.at_close)
    return Taker(bot, one.plan, one.segment)


def terms_of(started: Started) -> LiveTerms:
    """What a live bot was started under."""
    return msgspec.json.decode(started.live, type=LiveTerms)


def history(events: Sequence[Event], taker: Taker) -> list[Candle]:
    """The recorded candles of a bot's symbols from before its first one, in order, each once."""
    found: dict[tuple[int, str], Candle] = {}
    for one in events:
        wanted = one.kind in (MarketKind.CANDLE, MarketKind.HISTORY) and one.sequence <= taker.after
        if wanted and one.symbol in taker.places and isinstance(one.body, Candle):
            if one.body.open_ms >= taker.anchor_ms:
                found.setdefault((one.body.open_ms, one.symbol), one.body)
    return [found[key] for key in sorted(found)]
