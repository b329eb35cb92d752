"""What a live bot makes of recorded events and of news, one after the other: recovery and replay run the same.

It puts together the candles of one instant, knows whose prices are not to be traded on, and lets go by what came while
nobody was there. No I/O, no waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from botswain.build.decider import Bar
from botswain.build.plan import Plan
from botswain.engine.bot import Missed, Outcome
from botswain.engine.checkpoint import with_checkpoint
from botswain.engine.feed import counted, places_of
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_market import Event, Formed
from botswain.engine.live_memory import saved
from botswain.model.journal import MarketKind, MarketRef
from botswain.model.news import News
from botswain.model.timeframe import is_beat
from botswain.store.bot_records import Candle

NEVER = 1_000_000_000


@dataclass
class Taker:
    """A bot and how far along the market it is.

    after     number of the last event before its first candle; anchor_ms: its indicators start there
    at        number of the last event it took
    gathered  candles of instants that are not complete, by open time and symbol; absent: those that will not come
    late      symbols whose last candle did not come in time
    newest    open time of each symbol's newest candle that it has seen
    formed    of each symbol the candle that it last decided on between closes
    every     instants from one checkpoint to the next; since: how many there were since the last one
    """

    bot: LiveBot
    plan: Plan
    segment: str
    after: int = 0
    anchor_ms: int = 0
    at: int = 0
    gathered: dict[int, dict[int, Bar]] = field(default_factory=dict)
    absent: dict[int, set[int]] = field(default_factory=dict)
    late: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    newest: dict[int, int] = field(default_factory=dict)
    formed: dict[int, Candle] = field(default_factory=dict)
    every: int = NEVER
    since: int = 0

    def __post_init__(self) -> None:
        self.places = places_of(self.plan)
        self.traded = len(self.plan.instruments)

    def trades(self, symbol: str) -> bool:
        """Whether a symbol is one that it trades, and not only reads."""
        return symbol in self.places and self.places[symbol][0] < self.traded

    def own(self, bars: Mapping[int, Bar]) -> list[int]:
        """Of candles, by symbol index, the symbols that it trades."""
        return [s for s in bars if s < self.traded]

    def concerns(self, event: Event) -> bool:
        """Whether an event is one of its symbols', or a beat at which it decides."""
        body = event.body
        if isinstance(body, Formed):
            every = self.plan.frequency_ms
            return every > 0 and is_beat(body.time_ms, every) and any(self.trades(one.symbol) for one in body.candles)
        return body.symbol in self.places

    def take(self, event: Event) -> Iterator[Outcome]:
        """What a recorded event leads to, one after the other; events of other symbols lead to nothing."""
        if not self.concerns(event):
            return
        if isinstance(event.body, Formed):
            self.at = event.sequence
            yield from self.beat(event.sequence, event.body)
            return
        s, tick = self.places[event.symbol]
        body = event.body
        if self.passed(event, s):
            return
        self.at = event.sequence
        if event.kind is MarketKind.HISTORY:
            outcome = self.skip([event])
            if outcome is not None:
                yield outcome
            return
        if isinstance(body, Candle):
            self.saw(s, body)
            yield from self.candle(event, s, counted(body, tick), body.open_ms)
            return
        if event.kind is MarketKind.LATE:
            self.absent.setdefault(body.open_ms, set()).add(s)
        self.trust(event, s)
        yield from self.complete(event.sequence)

    def beat(self, sequence: int, formed: Formed) -> Iterator[Outcome]:
        """What it decides between closes: nothing where an instant waits for a candle still, or none has moved."""
        if self.gathered or self.absent:
            return
        bars = {}
        for one in formed.candles:
            s, tick = self.places.get(one.symbol, (-1, None))
            if tick is not None and one.open_ms > self.newest.get(s, -1) and self.formed.get(s) != one:
                self.formed[s] = one
                if (bar := counted(one, tick)) is not None:
                    bars[s] = bar
        if bars:
            yield self.bot.beat(MarketRef(self.segment, sequence), formed.time_ms, bars)

    def before(self, event: Event) -> None:
        """An event from before its beginning: that its symbol's data was stale then goes on to be so."""
        if event.kind in (MarketKind.STALE, MarketKind.FRESH):
            self.trust(event, self.places[event.symbol][0])

    def trust(self, event: Event, s: int) -> None:
        """Whether a symbol's prices are to be traded on after an event. Those that are only read are not."""
        if s >= self.traded:
            return
        if event.kind is MarketKind.CANDLE:
            self.late.discard(s)
        elif event.kind is MarketKind.LATE:
            self.late.add(s)
        elif event.kind is MarketKind.STALE:
            self.stale.add(s)
        elif event.kind is MarketKind.FRESH:
            self.stale.discard(s)
        self.bot.block(s, on=s in self.late or s in self.stale)

    def passed(self, event: Event, s: int) -> bool:
        """Whether a candle is from before what the bot has seen: recorded for the indicators of a bot that came later.

        One that was missed and closed behind time is newer than the newest seen.
        """
        if event.kind is not MarketKind.HISTORY or not isinstance(event.body, Candle):
            return False
        return event.body.open_ms <= self.newest.get(s, self.anchor_ms - 1)

    def saw(self, s: int, one: Candle) -> None:
        """Remember how far a symbol's candles were seen."""
        self.newest[s] = max(self.newest.get(s, one.open_ms), one.open_ms)

    def candle(self, event: Event, s: int, bar: Bar | None, open_ms: int) -> Iterator[Outcome]:
        """A candle of one of its symbols. One that comes again with other figures changes nothing.

        bar  None of one between its own steps, which is to it as if it had not come in time
        """
        if event.kind is MarketKind.REVISED:
            return
        if bar is None:
            self.late.add(s)
            self.absent.setdefault(open_ms, set()).add(s)
            self.bot.block(s, on=True)
            yield from self.complete(event.sequence)
            return
        self.trust(event, s)
        if len(self.places) == 1 and not self.gathered and not self.absent:
            yield self.decided(event.sequence, open_ms, {s: bar})
            return
        self.gathered.setdefault(open_ms, {})[s] = bar
        yield from self.complete(event.sequence)

    def complete(self, sequence: int) -> Iterator[Outcome]:
        """Decide on every instant that is complete, the oldest first.

        A symbol whose candles are further already has none to come: of a bot that began between two of one instant.
        """
        for open_ms in sorted({*self.gathered, *self.absent}):
            bars, absent = self.gathered.get(open_ms, {}), self.absent.get(open_ms, set())
            if any(s not in bars and s not in absent and not self.further(s, open_ms) for s, _ in self.places.values()):
                break
            self.gathered.pop(open_ms, None)
            self.absent.pop(open_ms, None)
            if self.own(bars):
                yield self.decided(sequence, open_ms, bars)
                continue
            if bars:
                self.bot.decider.take(open_ms, bars)
            if self.bot.over_by(open_ms + self.plan.timeframe_ms):
                yield self.bot.turn(MarketRef(self.segment, sequence), open_ms + self.plan.timeframe_ms)

    def further(self, s: int, open_ms: int) -> bool:
        """Whether a symbol's candle of an instant was seen, or a later one."""
        return s in self.newest and self.newest[s] >= open_ms

    def decided(self, sequence: int, open_ms: int, bars: dict[int, Bar]) -> Outcome:
        """An instant's outcome, with a checkpoint where one is due and no candle waits for others of its instant."""
        outcome = self.bot.instant(MarketRef(self.segment, sequence), open_ms, bars)
        self.since += 1
        if self.since < self.every or self.gathered or self.absent:
            return outcome
        self.since = 0
        return with_checkpoint(self.bot, saved(self.bot), outcome, MarketRef(self.segment, sequence))

    def skip(self, events: Sequence[Event]) -> Outcome | None:
        """Let events go by that came while nobody was there, and what waited for them; None where no candle goes by.

        `at` is then the last candle's number: what comes after that one it has not taken. An instant of which one
        candle has gone by is not decided on any more: those of its other symbols go by too. A beat goes by like a
        candle, without one.
        """
        mine = [one for one in events if self.concerns(one)]
        candles: list[Missed] = []
        upto_ms, between = -1, set[int]()
        for one in mine:
            if isinstance(one.body, Formed):
                candles.append(Missed(one.sequence, one.body.time_ms - self.plan.timeframe_ms, {}))
                continue
            s, tick = self.places[one.symbol]
            if one.kind in (MarketKind.CANDLE, MarketKind.HISTORY) and not self.passed(one, s):
                assert isinstance(one.body, Candle)
                self.saw(s, one.body)
                between.discard(s)
                if (bar := counted(one.body, tick)) is None:
                    between.add(s)
                else:
                    candles.append(Missed(one.sequence, one.body.open_ms, {s: bar}))
                upto_ms = max(upto_ms, one.body.open_ms)
            elif one.kind is MarketKind.LATE:
                upto_ms = max(upto_ms, one.body.open_ms)
        waiting = [
            Missed(mine[0].sequence, at_ms, self.gathered[at_ms]) for at_ms in sorted(self.gathered) if at_ms <= upto_ms
        ]
        for found in (self.gathered, self.absent):
            for at_ms in [one for one in found if one <= upto_ms]:
                del found[at_ms]
        gone = [*waiting, *candles]
        if not gone:
            return None
        self.at = gone[-1].at
        if all(one.bars and not self.own(one.bars) for one in gone):
            # Candles of symbols that are only read: nothing was missed.
            for candle in gone:
                self.bot.decider.take(candle.open_ms, candle.bars)
            return None
        for one in mine:
            if one.sequence <= self.at and one.kind is not MarketKind.BEAT:
                self.trust(one, self.places[one.symbol][0])
        for s in between:
            self.late.add(s)
            self.bot.block(s, on=True)
        return self.bot.missed(self.segment, gone)

    def warm_up(self, candles: Sequence[Candle]) -> None:
        """Let the indicators take candles from before its first one, oldest first; as live, none between its steps."""
        for one in candles:
            s, tick = self.places[one.symbol]
            self.saw(s, one)
            if (bar := counted(one, tick)) is not None:
                self.bot.decider.take(one.open_ms, {s: bar})

    def hear(self, news: Sequence[News], time_ms: int, *, look: bool) -> Outcome:
        """What news leads to."""
        return self.bot.heard(MarketRef(self.segment, self.at), time_ms, news, look=look)
