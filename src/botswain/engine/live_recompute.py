"""A live bot's way along what is recorded: market events, and the news that its journal says it was told in between.

Recovery and replay walk it alike. It writes nothing and compares nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import msgspec

from botswain.build.decider import Bar, Code, Decider
from botswain.build.plan import Plan
from botswain.engine.bot import Missed, Outcome
from botswain.engine.checkpoint import restore
from botswain.engine.fleet import Parts
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_market import Event
from botswain.engine.live_memory import restored
from botswain.engine.order_ids import OrderIds
from botswain.engine.recompute import aways_of
from botswain.engine.renewals import names_of, renewals_of, with_renewals
from botswain.engine.steps import Identity
from botswain.engine.taker import NEVER, Taker
from botswain.model.errors import FailClosed
from botswain.model.journal import MarketKind, MarketRef, RecordKind
from botswain.model.news import Command, Crossed, Heard, Known, Link, News, Ruled, Surfaced, Unsure
from botswain.model.venue_reports import FeeWord, VenueReport
from botswain.store.bot_records import TYPES, Away, Candle, Checkpoint, Ended, Filled, LiveTerms, Started
from botswain.store.steps import JournalRow

TOLD = (Filled, Ended, Known, Unsure, Surfaced, Command, Link, Crossed, Ruled)


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
            fee=int(record.fee),
            maker=record.maker,
            reason=0,
            final=record.final,
            trade_id=record.trade_id,
            fee_word=FeeWord.ODD if record.odd_fee else FeeWord.TOLD,
        )
    if isinstance(record, Ended):
        return ended(record.client_order_id, record.symbol, record.reason)
    return record  # type: ignore[no-any-return]


def ended(name: str, symbol: int, reason: int) -> VenueReport:
    """An order's end as a bot is told of it."""
    return VenueReport(name, 0, 0, symbol, 0, 0, 0, 0, False, reason, True, "")


def turns(taker: Taker, events: Sequence[Event], rows: Iterable[JournalRow], first: int = 2) -> Iterator[Turn]:
    """Everything a bot makes of events after its beginning, with what its journal says it was told between them.

    events  those that it has not taken yet
    rows    of its journal from row `first` on: all but the first, or those after the checkpoint that it goes on from
    """
    kept = list(rows)
    taker.bot.ids = taker.bot.ids.among(names_of(kept))
    between = between_renewals(taker, events, told_of(kept), aways_of(kept))
    return with_renewals(taker.bot, renewals_of(kept, first), first, between, Turn)


def between_renewals(
    taker: Taker, events: Sequence[Event], told: deque[Told], aways: dict[int, Away]
) -> Iterator[Turn]:
    """The same but for the renewals of its journal epoch."""
    gone: list[Event] = []
    until = 0
    for event in events:
        if not taker.concerns(event):
            continue
        if event.sequence <= taker.after:
            taker.before(event)
            continue
        if event.sequence > until:
            while told and told[0].head.after < event.sequence:
                yield heard(taker, told.popleft())
            away = aways.get(event.sequence)
            if away is not None:
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


class Deaf:
    """Stands in for a bot while candles go by that it has decided on before: its indicators take them, in the same

    order and the same instants, and nothing else happens.
    """

    def __init__(self, bot: LiveBot) -> None:
        self.decider = bot.decider

    def instant(self, _event: MarketRef, open_ms: int, bars: Mapping[int, Bar]) -> None:
        """Candles of one instant."""
        self.decider.take(open_ms, bars)

    def over_by(self, _time_ms: int) -> bool:
        """What was done at the end of hours is in what it remembers."""
        return False

    def beat(self, _event: MarketRef, _at_ms: int, _bars: Mapping[int, Bar]) -> None:
        """Candles that form move no indicator on."""

    def missed(self, _segment: str, candles: Sequence[Missed]) -> None:
        """Candles that it missed then."""
        for one in candles:
            if one.bars:
                self.decider.skip(one.open_ms, one.bars)

    def block(self, _symbol: int, *, on: bool) -> None:
        """A price that was not to be trusted."""


def gone_by(taker: Taker, events: Iterable[Event], known: Checkpoint, aways: dict[int, Away]) -> None:
    """Take a bot to a checkpoint of its own. aways: its absences before. Raises msgspec.DecodeError as `restored`."""
    last = known.event.sequence
    bot, every, deaf = taker.bot, taker.every, Deaf(taker.bot)
    taker.bot, taker.every = cast(LiveBot, deaf), NEVER
    for _ in between_renewals(taker, [one for one in events if one.sequence <= last], deque(), aways):
        pass
    taker.bot, taker.every, taker.since, taker.at = bot, every, 0, last
    restore(bot, known)
    restored(bot, known.venue)


def heard(taker: Taker, one: Told) -> Turn:
    """What a bot makes of news."""
    taker.at = one.head.after
    return Turn(one.head.after, taker.hear(one.news, one.head.time_ms, look=one.head.looked), news=True)


@dataclass(frozen=True)
class Makings:
    """What a live bot is made of.

    every   instants from one checkpoint to the next
    orders  what people had ordered before it began (`store.halts`); -1 where nobody looked
    """

    plan: Plan
    terms: LiveTerms
    segment: str
    identity: Identity
    journal_epoch: bytes
    every: int = NEVER
    orders: int = -1


def taker_of(parts: Parts, one: Makings, code: Code | None = None) -> Taker:
    """A bot before its first candle. code: that of the same bot, further along."""
    identity = one.identity
    scope = (one.journal_epoch.hex(), identity.tenant_id, identity.account_id, identity.bot_id)
    ids = OrderIds(scope, parts.tag_key, parts.retired_keys)
    kept = parts.codes
    # Live there is no counting again, so what may outgrow 64 bits is counted with Python integers from the start.
    compiled = not one.plan.nearly_wide
    decider = Decider(one.plan, parts.folder, compiled=compiled, code=code or (kept or {}).get(identity.bot_id))
    if kept is not None:
        kept[identity.bot_id] = decider.code
    terms = one.terms
    bot = LiveBot(decider, ids, terms.abilities, at_close=terms.at_close, says_unpaid=terms.says_unpaid)
    bot.asked.orders = one.orders
    return Taker(bot, one.plan, one.segment, every=one.every)


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
