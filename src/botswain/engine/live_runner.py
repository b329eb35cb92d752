"""One live bot as an actor: one bounded inbox, events in order, what they lead to committed before anything is sent.

`Taker` is what it makes of recorded events and news, without any waiting: recovery and replay run the same. `Runner`
is the loop around it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any

from botswain.build.decider import Bar
from botswain.build.plan import Plan, Units
from botswain.engine.account import Account
from botswain.engine.bot import Missed, Outcome
from botswain.engine.checkpoint import with_checkpoint
from botswain.engine.feed import bar_of
from botswain.engine.fleet import Writer
from botswain.engine.list_legs import joined
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_market import Event
from botswain.engine.live_memory import saved
from botswain.engine.news import Command, Crossed, Mode, News, Ruled
from botswain.engine.records import Candle, Intent
from botswain.engine.right_of_way import RightOfWay
from botswain.engine.steps import StepMaker
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError
from botswain.model.instrument import Instrument
from botswain.model.journal import MarketKind, MarketRef
from botswain.store.steps import Committed, StepRows

MOST_WAITING = 10_000
NEVER = 1_000_000_000


@dataclass
class Taker:
    """A bot and how far along the market it is.

    after     number of the last event before its first candle; anchor_ms: its indicators start there
    at        number of the last event it took
    gathered  candles of instants that are not complete, by open time and symbol; absent: those that will not come
    late      symbols whose last candle did not come in time
    newest    open time of each symbol's newest candle that it has seen
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
    every: int = NEVER
    since: int = 0

    def __post_init__(self) -> None:
        self.places = {one.symbol: (s, one.tick_size) for s, one in enumerate(self.plan.instruments)}

    def take(self, event: Event) -> Iterator[Outcome]:
        """What a recorded event leads to, one after the other; events of other symbols lead to nothing."""
        if event.symbol not in self.places:
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
            yield from self.candle(event, s, bar_of(body, tick), body.open_ms)
            return
        if event.kind is MarketKind.LATE:
            self.absent.setdefault(body.open_ms, set()).add(s)
        self.trust(event, s)
        yield from self.complete(event.sequence)

    def before(self, event: Event) -> None:
        """An event from before its beginning: that its symbol's data was stale then goes on to be so."""
        if event.kind in (MarketKind.STALE, MarketKind.FRESH):
            self.trust(event, self.places[event.symbol][0])

    def trust(self, event: Event, s: int) -> None:
        """Whether a symbol's prices are to be traded on after an event."""
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

    def candle(self, event: Event, s: int, bar: Bar, open_ms: int) -> Iterator[Outcome]:
        """A candle of one of its symbols. One that comes again with other figures changes nothing."""
        if event.kind is MarketKind.REVISED:
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
            if bars:
                yield self.decided(sequence, open_ms, bars)

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
        candle has gone by is not decided on any more: those of its other symbols go by too.
        """
        mine = [one for one in events if one.symbol in self.places]
        candles: list[Missed] = []
        upto_ms = -1
        for one in mine:
            s, tick = self.places[one.symbol]
            if one.kind in (MarketKind.CANDLE, MarketKind.HISTORY) and not self.passed(one, s):
                assert isinstance(one.body, Candle)
                self.saw(s, one.body)
                candles.append(Missed(one.sequence, one.body.open_ms, {s: bar_of(one.body, tick)}))
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
        for one in mine:
            if one.sequence <= self.at:
                self.trust(one, self.places[one.symbol][0])
        return self.bot.missed(self.segment, gone)

    def warm_up(self, candles: Sequence[Candle]) -> None:
        """Let the indicators take candles from before its first one, oldest first."""
        for one in candles:
            s, tick = self.places[one.symbol]
            self.saw(s, one)
            self.bot.decider.take(one.open_ms, {s: bar_of(one, tick)})

    def hear(self, news: Sequence[News], time_ms: int, *, look: bool) -> Outcome:
        """What news leads to."""
        return self.bot.heard(MarketRef(self.segment, self.at), time_ms, news, look=look)


@dataclass(frozen=True)
class Means:
    """What a runner is given: our clock, and named points where tests stop the process.

    writer  a step is queued behind the market events that it rests on: those were given to it before
    way     keeps market data from overtaking what was decided on
    watch   has a bot woken when a symbol's price is at or below, or at or above so many ticks
    """

    writer: Writer
    way: RightOfWay
    now_ms: Callable[[], int]
    crash: Callable[[str], None]
    watch: Callable[[str, str, int | None, int | None], None] = lambda _bot, _symbol, _below, _above: None


class Runner:
    """A bot at work. It is an account's Owner."""

    def __init__(self, name: str, taker: Taker, steps: StepMaker, account: Account, means: Means) -> None:
        self.name = name
        self.taker = taker
        self.steps = steps
        self.account = account
        self.means = means
        self.inbox: deque[Event | Sequence[News]] = deque()
        self.over: asyncio.Future[None] | None = None  # it runs while there is one that is not done
        self.outcomes: Iterator[Outcome] = iter(())  # of the item at hand, those that were not written yet
        self.busy = False  # a commit is waited for
        self.written_up = asyncio.Event()  # set when the last commit has ended
        self.written_up.set()
        self.overrun = False
        self.watching = False  # it waits for prices
        self.rules: dict[str, Instrument] = {}  # the market's when it was started
        self.ruled: dict[int, Ruled] = {}  # those of now, where it was told of others by this process
        self.upto = 0  # number of the last recorded event that its recovery took
        self.ordered: Command | None = None  # the last one it was told by this process
        self.stopping = False  # it is on its way out by its stop policy

    @property
    def bot(self) -> LiveBot:
        """The bot itself."""
        return self.taker.bot

    @property
    def plan(self) -> Plan:
        """Its settings."""
        return self.taker.plan

    @property
    def bot_id(self) -> str:
        """Its id."""
        return self.steps.identity.bot_id

    @property
    def units(self) -> Sequence[Units]:
        """What its symbols' integers are worth."""
        return self.steps.units

    @property
    def quiet(self) -> bool:
        """Whether it has taken all it was told."""
        return not self.inbox and not self.busy

    def held(self) -> dict[str, Decimal]:
        """Its positions by base asset, dust included."""
        found: dict[str, Decimal] = {}
        for one, units, book in zip(
            self.plan.instruments, self.units, self.bot.decider.state.parts["books"], strict=True
        ):
            found[one.base] = found.get(one.base, Decimal(0)) + (int(book.pos) + int(book.dust)) * units.base
        return found

    def tell(self, news: Sequence[News]) -> None:
        """News of its orders: never lost. Where it overran, its account tells everything anew after recovery."""
        self.ordered = next((one for one in reversed(news) if isinstance(one, Command)), self.ordered)
        if not self.overrun:
            self.put(list(news))

    def deliver(self, event: Event) -> None:
        """A recorded market event."""
        if not self.overrun:
            self.put(event)

    def put(self, item: Event | Sequence[News]) -> None:
        """Into the inbox. A full one neither blocks the feed nor drops in silence: the bot is recovered.

        A market event is taken in this very call where nothing is before it, so that its orders leave before the next
        symbol's candle is looked at. News waits for its turn: what is told together becomes one step.
        """
        if len(self.inbox) >= MOST_WAITING:
            self.overrun = True
            self.inbox.clear()
            self.end(None)
            return
        self.inbox.append(item)
        if self.over is None or self.busy:
            return
        if isinstance(item, Event):
            self.go_on()
        else:
            asyncio.get_running_loop().call_soon(self.go_on)

    async def run(self) -> None:
        """Handle what comes, until cancelled or overrun. Raises what a commit raises."""
        if self.overrun:
            return
        self.over = asyncio.get_running_loop().create_future()
        self.go_on()
        try:
            await self.over
        finally:
            self.over.cancel()

    def go_on(self, first: Callable[[], None] | None = None) -> None:
        """Take what waits, up to a commit that has to be waited for; it goes on from there when that is done.

        first  to be done before
        """
        if self.over is None or self.over.done():
            return
        try:
            if first is not None:
                first()
            while not self.busy and (outcome := self.following()) is not None:
                self.write(outcome)
        except BaseException as error:  # noqa: BLE001 - the outer wall of an actor that needs no task of its own
            self.end(error)

    def end(self, error: BaseException | None) -> None:
        """Have `run` return, or raise."""
        if self.over is None or self.over.done():
            return
        if error is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(error)

    def following(self) -> Outcome | None:
        """What comes next of the item at hand, or of the next one; None where nothing waits."""
        while (outcome := next(self.outcomes, None)) is None:
            if not self.inbox:
                return None
            self.outcomes = self.outcomes_of(self.inbox.popleft())
        return outcome

    def outcomes_of(self, item: Event | Sequence[News]) -> Iterator[Outcome]:
        """What one event leads to, or all news that wait."""
        self.means.crash("event_taken")
        if isinstance(item, Event):
            return self.taker.take(item)
        news = list(item)
        while self.inbox and not isinstance(self.inbox[0], Event):
            news += self.inbox.popleft()  # type: ignore[arg-type]
        return iter((self.taker.hear(news, self.means.now_ms(), look=self.looks(news)),))

    def looks(self, news: Sequence[News]) -> bool:
        """Whether to act on news now: a command is obeyed at once whenever the bot acts otherwise."""
        commanded = self.bot.mode is not Mode.RUN or any(isinstance(one, Command) for one in news)
        return commanded or not self.bot.at_close

    async def remember(self, outcome: Outcome) -> None:
        """Write what was made of it before it runs: nothing of that is requested."""
        step = self.step(outcome)
        if step is not None:
            await self.means.writer.append(step)
            self.means.crash("committed")

    def step(self, outcome: Outcome) -> StepRows | None:
        """What was decided, as rows; None where that is nothing."""
        self.means.crash("decided")
        return self.steps.step(outcome, self.bot.decider.state, self.bot.base_fees)

    def write(self, outcome: Outcome) -> None:
        """Have what was decided committed; its requests are handed over after that."""
        self.watch()
        step = self.step(outcome)
        if step is None:
            return
        self.busy = True
        passing = self.means.way.begins() if outcome.requests else None
        self.written_up.clear()
        try:
            self.means.writer.submit(step, partial(self.written, step, outcome, passing))
        except BotswainError:
            # Nobody will call `written`: the feed and whoever recovers this bot must not wait for it.
            self.passed(passing, sending=False)
            raise

    def passed(self, passing: asyncio.Event | None, *, sending: bool) -> None:
        """A commit has ended, or will never begin."""
        self.written_up.set()
        if passing is not None:
            self.means.way.over(passing, sending=sending)

    def watch(self) -> None:
        """Say at which prices it is to be woken: what it holds back waits for them."""
        groups = self.bot.groups
        if not groups.held and not self.watching:
            return
        self.watching = bool(groups.held)
        for s, one in enumerate(self.plan.instruments):
            self.means.watch(self.bot_id, one.symbol, *groups.watched(s))

    def saw_price(self, symbol: str, low: Decimal, high: Decimal) -> None:
        """A price that it waited for."""
        s, tick = self.taker.places[symbol]
        self.tell([Crossed(s, int((low / tick).to_integral_value(ROUND_CEILING)), int(high // tick))])

    def written(
        self, step: StepRows, outcome: Outcome, passing: asyncio.Event | None, done: Committed | BotswainError
    ) -> None:
        """The commit has ended: send, and take what came meanwhile."""
        self.passed(passing, sending=not isinstance(done, BotswainError))
        if isinstance(done, BotswainError):
            self.end(done)
            return
        self.busy = False
        self.go_on(partial(self.hand_over, step, outcome))

    def hand_over(self, step: StepRows, outcome: Outcome) -> None:
        """Give the account what was committed."""
        self.means.crash("committed")
        if outcome.requests:
            self.account.execute(self, self.errands(step, outcome))
            self.means.crash("handed_over")

    def errands(self, step: StepRows, outcome: Outcome) -> list[Errand]:
        """The requests with the rows they stand in."""
        rows = [seq for seq, one in enumerate(outcome.records, step.first_seq) if isinstance(one, Intent)]
        found = []
        for seq, request in zip(rows, outcome.requests, strict=True):
            units = self.units[self.symbol_of(request)]
            found.append(
                Errand(
                    account_id=step.account_id,
                    bot_id=step.bot_id,
                    seq=seq,
                    lease_epoch=step.lease_epoch,
                    symbol=units.symbol,
                    tick_size=units.tick,
                    lot_size=units.lot,
                    request=request,
                )
            )
        return joined(found)

    def symbol_of(self, request: Any) -> int:
        """The symbol a request concerns."""
        return int(request.row.symbol if request.row is not None else self.bot.working[request.cancels].symbol)
