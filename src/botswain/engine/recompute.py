"""A bot's way along the recorded market, from where its indicators start to the last event.

Recovery and replay walk it alike. It writes nothing and compares nothing: it says what the bot makes of every instant,
and hands the requests to the bot's own paper venue once the caller asks for the next one. Candles that the journal
calls missed (`Away`) are one turn of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from botswain.build.decider import Bar
from botswain.engine.before_candles import BeforeCandles
from botswain.engine.bot import Missed, Outcome
from botswain.engine.checkpoint import restore
from botswain.engine.feed import Instant
from botswain.engine.fleet import Runner, decided
from botswain.engine.record_changed import record_changed
from botswain.engine.renewals import names_of, with_renewals
from botswain.model.errors import FailClosed, OffGrid
from botswain.model.journal import RecordKind
from botswain.model.venue_reports import Told
from botswain.store.bot_records import TYPES, Away
from botswain.store.steps import JournalRow

Events = list[tuple[Instant, int]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a bot made of an instant, whose last event is number `at`, or of all it missed up to there."""

    at: int
    outcome: Outcome
    missed: tuple[Missed, ...] = ()


def turns(runner: Runner, events: Events, segment: str) -> Iterator[Turn]:
    """Every instant with candles of the bot's, in order, as it decides on them, and renewals of its journal epoch

    where they stand in its journal. Raises what `instants` raises.
    """
    first = runner.steps.next_seq
    runner.bot.ids = runner.bot.ids.among(names_of(runner.recorded))
    return with_renewals(runner.bot, runner.renewals, first, instants(runner, events, segment), Turn)


def instants(runner: Runner, events: Events, segment: str) -> Iterator[Turn]:
    """The instants alone. Raises FailClosed where the record was changed: a price that no market had, no checkpoint's

    candle.
    """
    try:
        yield from taken_along(runner, events, segment)
    except OffGrid as error:
        raise FailClosed(record_changed(error.what)) from error


def taken_along(runner: Runner, events: Events, segment: str) -> Iterator[Turn]:
    """As `instants`. What lies before its own first one, or before its checkpoint, only moves its indicators on."""
    gone: list[Missed] = []
    away: Away | None = None
    saved = runner.checkpoint
    first = runner.after if saved is None else saved.event.sequence
    if saved is not None and not any(at == first for _, at in events):
        raise FailClosed(
            f"bot {runner.name!r} was stopped: its last checkpoint was taken at market event {first}, which the record "
            "does not have. Nothing was sent; restore the database from a backup"
        )
    for instant, at in events:
        if at <= first:
            warm_up(runner, instant)
            if saved is not None and at == first:
                restore(runner.bot, saved)
                runner.venue.restore(saved.venue)
                runner.venue.submit(saved.requests)
            continue
        away = runner.aways.get(at, away)
        if away is None:
            outcome = decided(runner, instant, segment, at)
            if outcome is not None:
                yield Turn(at, outcome)
                runner.venue.submit(outcome.requests)
            continue
        if bars := runner.bars(instant):
            gone.append(Missed(at, instant.open_ms, bars))
        if at >= away.last and gone:
            own = [(each.open_ms, runner.bot.decider.own(each.bars)) for each in gone]
            outcome = runner.bot.missed(segment, gone, met_away(runner, own))
            decided_on = [each for each, (_, bars) in zip(gone, own, strict=True) if bars]
            runner.since += len(decided_on)
            yield Turn(at, outcome, tuple(decided_on))
            runner.venue.submit(outcome.requests)
            gone, away = [], None


def met_away(runner: Runner, own: Sequence[tuple[int, Mapping[int, Bar]]]) -> list[Told]:
    """What its venue did and charged along candles that the bot missed: open times, with those that it trades."""
    found: list[Told] = []
    before = BeforeCandles(runner.plan, runner.venue, runner.bot.decider)
    for open_ms, bars in own:
        if bars:
            found += before.next(open_ms, bars)
            found += runner.venue.candles(open_ms, bars)
    return found


def warm_up(runner: Runner, instant: Instant) -> None:
    """Let the indicators take a candle from before the bot's first, where it is not older than their anchor.

    Its venue takes it too: what is filled by the market may slip by it.
    """
    if instant.open_ms >= runner.anchor_ms and (bars := runner.bars(instant)):
        runner.bot.decider.take(instant.open_ms, bars)
        runner.venue.knew(runner.bot.decider.own(bars))


def aways_of(rows: Iterable[JournalRow]) -> dict[int, Away]:
    """The absences that a journal tells of, by the number of the first event missed."""
    found = (TYPES.read(one.kind, one.version, one.payload) for one in rows if one.kind == RecordKind.AWAY)
    return {one.first: one for one in found}


def left_out(runner: Runner, events: Events, first: int) -> Away:
    """What a bot missed that was not there from event `first` to the last recorded one."""
    numbers = [at for instant, at in events if at >= first and runner.own(instant)]
    return Away(first, numbers[-1], len(numbers))
