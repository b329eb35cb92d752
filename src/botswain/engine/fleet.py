"""The loop: a market's instants, each written down, handed to every bot, committed, and only then acted on.

`recovery` starts a fleet and finds out where its journals end; from there on this loop is all there is.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from botswain.build.ahead import compile_ahead_async
from botswain.build.decider import Bar, Code
from botswain.build.plan import Plan
from botswain.engine.before_candles import BeforeCandles
from botswain.engine.bot import Bot, Outcome
from botswain.engine.checkpoint import CHECKPOINT_EVERY, with_checkpoint
from botswain.engine.feed import Instant, Market, Places, bar_of, places_of
from botswain.engine.muster import Muster
from botswain.engine.renewals import Renewals
from botswain.engine.steps import StepMaker
from botswain.model.errors import BotswainError, FailClosed, Overflow
from botswain.model.journal import MarketKind, MarketRef
from botswain.model.ports import CandleVenue
from botswain.model.venue_reports import Told, VenueCharge, VenueSplit
from botswain.store import market
from botswain.store.bot_records import CANDLE_ENCODER, Away, Checkpoint, Filled
from botswain.store.emergency import EmergencyFile
from botswain.store.failures import AlreadyRecorded, LeaseLost
from botswain.store.market import Contents
from botswain.store.steps import Committed, JournalRow, MarketRow, MarketRows, Rows


class Store(Protocol):
    """A database, open: transactions for reading and setting up, `append` for what the loop writes."""

    def transaction(self, tenant_id: str | None) -> Any: ...
    def reading(self, tenant_id: str | None) -> Any: ...


class Writer(Protocol):
    """Commits steps, market events and marks, in the order they are given.

    `append` returns when they are durable; `submit` at once, and calls `then` with what the other returns or raises.
    """

    async def append(self, item: Rows) -> Committed: ...
    def submit(self, item: Rows, then: Callable[[Committed | BotswainError], None]) -> None: ...


@dataclass(frozen=True)
class Parts:
    """What the engine is given by whoever starts it.

    venue    makes a fresh paper venue for a plan; told compiled=False, one that counts with Python integers
    now_ms   the wall clock; new_id makes UUIDv7s; tag_key the secret of order ids, retired_keys former ones
    folder   where compiled code is kept
    owner    which process this is, in its leases; dead says whether another owner is known to run no more
    lease_ms how long a live bot's lease lasts; it is renewed every third of that
    sleep    waits so many seconds; prepare compiles a plan's code ahead, outside of this process
    crash    called at named points; tests stop the process there
    checkpoint_every instants from one checkpoint of a new live bot to the next
    codes    live bots' code by their ids, kept over starts where it is known that no source changes; None keeps none
    emergency where halts are kept while the database does not answer; None keeps none
    muster   whose bots the fleets of this process have
    """

    store: Store
    writer: Writer
    venue: Callable[..., CandleVenue]
    now_ms: Callable[[], int]
    new_id: Callable[[], str]
    tag_key: bytes
    folder: Path | None
    owner: str = "local"
    dead: Callable[[str], bool] = lambda _owner: False
    lease_ms: int = 60_000
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    prepare: Callable[[Plan, Path | None], Awaitable[object]] = compile_ahead_async
    crash: Callable[[str], None] = lambda _point: None
    emergency: EmergencyFile | None = None
    retired_keys: tuple[bytes, ...] = ()
    checkpoint_every: int = CHECKPOINT_EVERY
    codes: dict[str, Code] | None = None
    muster: Muster = field(default_factory=Muster)

    @property
    def tag_keys(self) -> tuple[bytes, ...]:
        """The secrets that an order of ours may have been named with."""
        return (self.tag_key, *self.retired_keys)


@dataclass
class Runner:
    """One bot in the fleet: its decision, where its orders go, how its rows are made, and how far its journal goes.

    after      number of the last event before its first candle
    anchor_ms  its indicators start at the first candle that opens then or later
    recorded   its journal's rows after the first, as far as they were not recomputed yet
    aways      the absences among them, by the number of the first event missed
    renewals   the renewals of its journal epoch among them, by their rows' numbers
    every      instants from one checkpoint to the next; since, how many there were since the last one
    checkpoint the one it goes on from; None: it goes along from its first candle
    code       hash of the linked source that its journal was begun under
    """

    name: str
    bot: Bot
    venue: CandleVenue
    steps: StepMaker
    plan: Plan
    after: int
    anchor_ms: int
    recorded: deque[JournalRow]
    aways: dict[int, Away] = field(default_factory=dict)
    every: int = CHECKPOINT_EVERY
    since: int = 0
    checkpoint: Checkpoint | None = None
    code: str = ""
    renewals: Renewals = field(default_factory=dict)
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.places = places_of(self.plan)

    def bars(self, instant: Instant) -> dict[int, Bar]:
        """The instant's candles of the symbols that this bot trades or reads, by their place in its list."""
        found = {}
        for candle in instant.candles:
            if candle.symbol in self.places:
                s, tick = self.places[candle.symbol]
                found[s] = bar_of(candle, tick)
        return found

    def own(self, instant: Instant) -> Mapping[int, Bar]:
        """Those of the symbols that it trades."""
        return self.bot.decider.own(self.bars(instant))


@dataclass(frozen=True, slots=True)
class Absence:
    """Candles that a bot was away for, found when it came back: open times of the first and last, and what filled."""

    runner: Runner
    candles: int
    first_ms: int
    last_ms: int
    fills: tuple[Filled, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A bot that was stopped at the start while the others go on, and why."""

    name: str
    why: str


@dataclass
class Fleet:
    """Bots on one market, recovered and ready to go on.

    sequence   the number of the last recorded event
    recovered  instants that were recorded before this process began
    absences   bots that came back with this process
    refused    bots that this start stopped
    contents   the hash of all that is recorded
    widen      takes a bot whose money outgrew 64 bits along its record again, in Python integers, to its end
    """

    parts: Parts
    market: Market
    segment: str
    runners: list[Runner]
    sequence: int
    last_open_ms: int
    recovered: int = 0
    absences: list[Absence] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    contents: Contents = field(default_factory=Contents)
    widen: Callable[[Fleet, Runner], Awaitable[None]] | None = None

    async def handle(self, instant: Instant) -> None:
        """One new instant, from its record to its requests."""
        self.parts.crash("candle_received")
        rows = tuple(
            MarketRow(self.sequence + k, MarketKind.CANDLE, candle.open_ms, CANDLE_ENCODER.encode(candle))
            for k, candle in enumerate(instant.candles, 1)
        )
        await self.record(rows)
        for row in rows:
            self.contents.take(row)
        self.sequence += len(rows)
        self.last_open_ms = instant.open_ms
        self.parts.crash("candle_recorded")
        made, outgrown = self.decide(instant)
        self.parts.crash("decided")
        await self.commit_all([(runner, outcome) for runner, outcome in made if outcome is not None])
        self.parts.crash("committed")
        for runner, outcome in made:
            if outcome is not None:
                runner.venue.submit(outcome.requests)
                self.parts.crash("sent")
        for runner in outgrown:
            assert self.widen is not None
            await self.widen(self, runner)

    def decide(self, instant: Instant) -> tuple[list[tuple[Runner, Outcome | None]], list[Runner]]:
        """What every bot makes of an instant, and the bots that cannot count what it made of them."""
        made: list[tuple[Runner, Outcome | None]] = []
        outgrown: list[Runner] = []
        for runner in self.runners:
            try:
                made.append((runner, decided(runner, instant, self.segment, self.sequence)))
            except Overflow:
                if not runner.bot.decider.state.compiled:
                    raise
                outgrown.append(runner)
        return made, outgrown

    async def record(self, rows: tuple[MarketRow, ...]) -> None:
        """Write an instant's candles, or find that another process on the same market has written the same ones."""
        try:
            await self.parts.writer.append(MarketRows(self.segment, rows))
        except AlreadyRecorded:
            async with self.parts.store.reading(None) as tx:
                found = await market.read(tx, self.segment, after=rows[0].sequence - 1, limit=len(rows))
            if [(one.sequence, one.payload) for one in found] == [(one.sequence, one.payload) for one in rows]:
                return
            raise FailClosed(
                f"another process records other candles of the market {self.market.name} at event {rows[0].sequence}; "
                "nothing was decided or sent. Stop one of the two and start again"
            ) from None

    async def commit_all(self, made: list[tuple[Runner, Outcome]]) -> None:
        """Write every bot's step. All are through, one way or another, before the first error is raised."""
        done = await asyncio.gather(*(self.commit(*one) for one in made), return_exceptions=True)
        for one in done:
            if isinstance(one, BaseException):
                raise one

    async def commit(self, runner: Runner, outcome: Outcome) -> None:
        """Write a bot's step. Raises LeaseLost, by the bot's name, where another process has taken it."""
        step = runner.steps.step(outcome, runner.bot.decider.state, runner.bot.base_fees)
        if step is None:
            return
        try:
            await self.parts.writer.append(step)
        except LeaseLost:
            raise lost(runner) from None

    async def run(self, ready: Callable[[], Awaitable[bool]]) -> int:
        """Handle the market's instants after the last recorded one while `ready` says so;

        returns how many there were.
        """
        count = 0
        for instant in self.market.instants(self.last_open_ms):
            if not await ready():
                break
            await self.handle(instant)
            count += 1
        return count


def lost(runner: Runner) -> LeaseLost:
    """What is said when another process has a bot of this one."""
    return LeaseLost(
        f"bot {runner.name!r} was taken over by another process, which goes on with it; "
        "this one stopped and wrote nothing more for it. Run one process for a bot"
    )


def decided(runner: Runner, instant: Instant, segment: str, sequence: int) -> Outcome | None:
    """What a bot makes of an instant; None where none of the symbols that it trades has a candle.

    Raises FailClosed, naming the bot, where it cannot go on even without its strategy.
    """
    try:
        return made_of(runner, instant, segment, sequence)
    except FailClosed as error:
        raise FailClosed(f"bot {runner.name!r}: {error}") from error


def made_of(runner: Runner, instant: Instant, segment: str, sequence: int) -> Outcome | None:
    """The same, without its name."""
    bars = runner.bars(instant)
    if not bars or sequence <= runner.after:
        return None
    own = runner.bot.decider.own(bars)
    if not own:
        runner.bot.decider.take(instant.open_ms, bars)
        return None
    event = MarketRef(segment, sequence)
    turned = hours_over(runner, instant, event)
    before = BeforeCandles(runner.plan, runner.venue, runner.bot.decider).next(instant.open_ms, own)
    told: list[Told] = [*before]
    split = shares_split(runner, before, instant.open_ms, event)
    if split is not None:
        told = []
    told += runner.venue.candles(instant.open_ms, own)
    outcome = runner.bot.instant(event, instant.open_ms, bars, told)
    first = [record for one in (turned, split) if one is not None for record in one.records]
    if first:
        outcome = Outcome(outcome.instant_ms, (*first, *outcome.records), outcome.requests)
    runner.since += 1
    if runner.since < runner.every:
        return outcome
    runner.since = 0
    return with_checkpoint(runner.bot, runner.venue.saved(), outcome, event)


def shares_split(
    runner: Runner, before: Sequence[VenueCharge | VenueSplit], open_ms: int, event: MarketRef
) -> Outcome | None:
    """What a bot does whose shares were split before this candle: its venue has that before it meets the candle.

    None where no shares were.
    """
    if not any(isinstance(one, VenueSplit) for one in before):
        return None
    made = runner.bot.split(event, open_ms, before)
    runner.venue.submit(made.requests)
    return made


def hours_over(runner: Runner, instant: Instant, event: MarketRef) -> Outcome | None:
    """What a bot whose hours ended since its last candle did then: its venue has that before it meets this candle.

    It stands in the journal with the candle that shows that the time has come, as one step.
    """
    if not runner.bot.over_by(instant.open_ms):
        return None
    turned = runner.bot.turn(event, runner.bot.decider.hours_end_ms)
    runner.venue.submit(turned.requests)
    return turned
