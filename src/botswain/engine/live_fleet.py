"""Live bots on one venue: the feed's events recorded and handed to whom they concern, bots, and their account.

A market event is queued for the journal before any bot sees it and the journal is written in order, so no decision is
ever durable without what it rests on. Where the journal fails everything here stops, nothing more is sent, and the
fleet is started again from what was committed.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from botswain.engine.account import Account
from botswain.engine.account_ear import Ear
from botswain.engine.anchors import ANCHOR_MS, anchor_now
from botswain.engine.begun_anew import RESETS, said, went_back
from botswain.engine.bot import Bot
from botswain.engine.feed_events import Closed, Down, Fault, FeedEvent, FeedTimes, Forming, Live, Problem, Stale
from botswain.engine.fleet import Parts, Refusal
from botswain.engine.live_feed import LiveFeed
from botswain.engine.live_market import Event, LiveMarket
from botswain.engine.live_runner import Means, Runner
from botswain.engine.manners import Manners
from botswain.engine.marks import LOOK_S as MARKS_S
from botswain.engine.marks import Marks
from botswain.engine.right_of_way import RightOfWay
from botswain.engine.router import Router, prices_of
from botswain.engine.rules_watch import RulesWatch
from botswain.engine.steps import StepMaker
from botswain.engine.surfaces import keep_reading
from botswain.model.errors import BotswainError, Deferred, FailClosed, Unavailable
from botswain.model.intents import Abilities
from botswain.model.listing import Listing
from botswain.model.market_events import Candle
from botswain.model.news import Command, Link, Mode
from botswain.model.outcomes import Answer
from botswain.model.ports import Gateway, MarketSource
from botswain.model.timeframe import timeframe_ms
from botswain.store import bots
from botswain.store.emergency import Halting
from botswain.store.failures import AlreadyRecorded, LeaseLost
from botswain.store.halts import ENGINE, VENUE
from botswain.store.steps import Committed, MarketRows

SETTLE_S = 0.002
# With fewer bots it is over before it could be noticed, and a start must not wait for it.
CREW_TO_HURRY = 20
SWITCH_S = 0.0005


@dataclass(frozen=True)
class Side:
    """A venue as the engine needs it.

    name, environment  such as binance, sandbox; both stand in the account's row
    account            the account's name
    venue_ms           the venue's clock, which need not be its market's: a sandbox may replay another year
    at_ms              a clock that never goes back
    at_close           requests of decisions on fills wait for the next close, as in a backtest
    prices             whose they are where the environment does not say it: of a paper account, or of a sandbox on a
                       port of its own
    own_time           its market does not keep the venue's time: orders and fills bear the market's
    port               of a sandbox that is not the usual one, 0 for the usual one; None: it is no sandbox
    """

    name: str
    environment: str
    account: str
    abilities: Abilities
    manners: Manners
    gateway: Gateway
    source: MarketSource
    venue_ms: Callable[[], int]
    at_ms: Callable[[], int]
    times: FeedTimes = field(default_factory=FeedTimes)
    at_close: bool = False
    prices: str = ""
    own_time: bool = False
    port: int | None = None
    remark: Callable[[str], None] = lambda _text: None

    @property
    def title(self) -> str:
        """Whose account where, for people."""
        return f"{self.name} ({self.environment}), account {self.account},"


@dataclass
class LiveFleet:
    """Bots that are recovered and ready to run.

    market       the record of their timeframe; listings: the venue's rules by symbol; refused: bots that were stopped
    recording    events whose commit is waited for
    followed     symbols that the feed was asked for
    stops        bots by name that are taken up to be stopped so and for nothing else; None: nobody looks at what is
                 wanted of bots, who starts one wants it to run
    """

    parts: Parts
    side: Side
    account: Account
    market: LiveMarket
    listings: dict[str, Listing] = field(default_factory=dict)
    runners: dict[str, Runner] = field(default_factory=dict)
    refused: list[Refusal] = field(default_factory=list)
    router: Router = field(default_factory=Router)
    tasks: dict[asyncio.Task[Any], str] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    faults: list[BaseException] = field(default_factory=list)
    recording: int = 0
    overhearing: list[list[Event]] = field(default_factory=list)  # who else is told each event as it is recorded
    followed: set[str] = field(default_factory=set)
    stops: Mapping[str, Mode] | None = None
    forming: dict[str, Candle] = field(default_factory=dict)  # the newest of each symbol, for those who look on
    closed: dict[str, Candle] = field(default_factory=dict)
    recover: Callable[[Runner], Awaitable[None]] | None = None  # recovers one that was overrun, beside the others
    market_down: str = "it was not heard yet"  # why the market is not heard; empty while it is

    def __post_init__(self) -> None:
        self.ear = Ear(self.account)
        self.rules = RulesWatch(self.side.source, self.listings, self.runners, self.side.remark)
        self.account.rules.again = self.rules.again
        self.rules.fresh, self.account.doors = lambda: self.account.fresh, self.rules.doors
        self.account.strange, self.account.went_back = self.estranged, self.went_back
        self.account.same.resets = self.side.environment in RESETS
        self.way = RightOfWay()
        self.closing = asyncio.Event()  # a candle has closed that bots' worth is not noted of
        self.closing.set()
        pause = self.parts.sleep
        self.feed = LiveFeed(self.side.source, self.sink, self.side.at_ms, pause, self.side.times, self.way.turn)
        self.rules.grid = self.feed.grid

    def sink(self, event: FeedEvent) -> None:
        """From the feed, in the call that brought the message."""
        if isinstance(event, Problem):
            self.side.remark(event.why)
            return
        if isinstance(event, Live | Down):
            self.market_down = event.why if isinstance(event, Down) else ""
            if isinstance(event, Live) and event.missed_since_ms is not None:
                self.spawn(self.look_at_time(), "the market's time")
            return
        if isinstance(event, Forming | Closed):
            if isinstance(event, Closed):
                self.closed[event.symbol] = event.candle
                self.closing.set()
            else:
                self.forming[event.symbol] = event.candle
        if isinstance(event, Fault) and event.off_grid:
            self.spawn(self.rules.doubt(event.symbol, self.parts.sleep), "rules")
        made = self.market.record(event, self.side.source.venue_ms(), self.parts.now_ms())
        if made is None:
            self.price_seen(event)
            return
        row, recorded = made
        for gathered in self.overhearing:
            gathered.append(recorded)
        self.parts.crash("candle_received")
        self.recording += 1
        try:
            self.parts.writer.submit(MarketRows(self.market.segment, (row,)), self.recorded)
        except BotswainError as error:
            self.recorded(error)
            return
        for key in self.router.route(event):
            runner = self.runners.get(key)
            if runner is not None:
                runner.deliver(recorded)
        if isinstance(event, Closed):
            self.rules.closed(event.symbol, event.candle)
        elif isinstance(event, Stale) and event.refused:
            self.side.remark(f"prices of {event.symbol} are stale, nothing is opened on them: {event.why}")

    def price_seen(self, event: FeedEvent) -> None:
        """A price that is not recorded with the market: bots that waited for it are told, and write that down."""
        prices = prices_of(event)
        for key in self.router.route(event) if prices is not None else ():
            runner = self.runners.get(key)
            if runner is not None and prices is not None:
                runner.saw_price(*prices)

    async def write(self, rows: MarketRows) -> None:
        """Record market events from before the fleet runs. Raises Unavailable where somebody else records them."""
        try:
            await self.parts.writer.append(rows)
        except AlreadyRecorded as error:
            raise two_recorders() from error

    def recorded(self, outcome: Committed | BotswainError) -> None:
        """A market event's commit has ended."""
        self.recording -= 1
        if isinstance(outcome, BotswainError):
            self.fault(two_recorders() if isinstance(outcome, AlreadyRecorded) else outcome)

    def fault(self, error: BaseException) -> None:
        """What ends the fleet."""
        self.faults.append(error)
        self.ended.set()

    def admit(self, runner: Runner) -> None:
        """Have a recovered bot woken for what concerns it."""
        self.runners[runner.bot_id] = runner
        for one in runner.plan.instruments:
            beats = runner.plan.frequency_ms > 0
            self.router.subscribe(runner.bot_id, one.symbol, self.market.timeframe, one.tick_size, beats=beats)
        for symbol in runner.plan.reads:
            self.router.subscribe(runner.bot_id, symbol, self.market.timeframe, None)
        runner.watch()
        self.keep_time()

    def keep_time(self) -> None:
        """Have the feed tell beats as often as the bots that are here decide between closes."""
        every: dict[tuple[str, str], set[int]] = {}
        for runner in self.runners.values():
            for one in runner.plan.instruments if runner.plan.frequency_ms else ():
                every.setdefault((one.symbol, self.market.timeframe), set()).add(runner.plan.frequency_ms)
        self.feed.beats(every)

    def idle(self) -> Sequence[tuple[StepMaker, Bot]]:
        """Bots that have nothing to do now; where some have, they are asked for again."""
        found = [(one.steps, one.bot) for one in self.runners.values() if one.quiet]
        if len(found) < len(self.runners):
            self.closing.set()
        return found

    async def after_close(self) -> None:
        """Returns a while after a candle closed."""
        await self.closing.wait()
        self.closing.clear()
        await self.parts.sleep(MARKS_S)

    def means(self) -> Means:
        """What its bots are given."""
        return Means(self.parts.writer, self.way, self.parts.now_ms, self.parts.crash, self.router.watch)

    async def run(self, until: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Trade until `until` returns; then nothing of it is left running.

        Raises Unavailable and Deferred where the journal failed: start again.
        """
        for runner in self.runners.values():
            await self.follow(runner)
        waiting = asyncio.ensure_future(until())
        waiting.add_done_callback(lambda _: self.ended.set())
        self.spawn(self.feed.run(), "feed")
        self.spawn(self.side.gateway.listen(self.account.account_id, self.ear), "private events")
        self.spawn(keep_reading(self.account), "account")
        self.spawn(self.keep_leases(), "leases")
        self.spawn(self.keep_anchoring(), "anchors")
        self.spawn(Marks(self.parts.writer).keep(self.idle, self.after_close), "marks")
        self.rules.compare(list(self.listings.values()))
        self.spawn(self.rules.keep(self.parts.sleep), "rules")
        self.spawn(self.rules.doors.keep(self.parts.sleep, self.rules.read), "shut markets")
        for runner in self.runners.values():
            self.spawn(self.keep_running(runner), runner.name)
        try:
            with brisk(len(self.runners) >= CREW_TO_HURRY):
                await self.ended.wait()
            if waiting.done():
                waiting.result()
            for fault in [*self.faults, *([self.account.fault] if self.account.fault else [])]:
                raise fault
        finally:
            waiting.cancel()
            await self.close()

    async def follow(self, runner: Runner) -> None:
        """Have a bot's symbols told from where their record ends. Raises Unavailable."""
        for symbol in [one for one in runner.plan.symbols if one not in self.followed]:
            self.followed.add(symbol)
            last_ms, frame = self.market.last_ms.get(symbol), self.market.timeframe
            next_ms = (
                last_ms + self.market.timeframe_ms
                if last_ms is not None
                else await opening_ms(self.side, symbol, frame)
            )
            await self.feed.follow(self.listings[symbol], frame, next_ms, stale=symbol in self.market.stale)
        for one in runner.plan.instruments:
            # Its own steps are those of its start: what rests since then may still trade on them.
            self.feed.grid(one.symbol, one.tick_size)
            self.feed.grid(one.symbol, self.listings[one.symbol].instrument.tick_size)

    async def close(self) -> None:
        """End every task."""
        doomed = [*self.tasks, *self.account.tasks]
        for task in doomed:
            task.cancel()
        await asyncio.gather(*doomed, return_exceptions=True)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Keep a task; a fault in it ends the fleet."""
        task = asyncio.ensure_future(work)
        self.tasks[task] = name
        task.add_done_callback(self.done)

    def done(self, task: asyncio.Task[Any]) -> None:
        """A task ended."""
        self.tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fault(error)

    async def look_at_time(self) -> None:
        """The market is heard again: is it the one that is recorded?"""
        evidence = await self.went_back()
        if evidence:
            self.estranged(evidence)

    async def went_back(self) -> str:
        """What is wrong with the market's time; empty, also where it does not say."""
        last = {one: self.market.there_ms[one] for one in self.listings if one in self.market.there_ms}
        if not last:
            return ""
        symbol = max(sorted(last), key=last.__getitem__)
        try:
            now_ms = await opening_ms(self.side, symbol, self.market.timeframe)
        except Unavailable:
            return ""
        return went_back(symbol, now_ms, last[symbol], self.market.timeframe_ms)

    def estranged(self, evidence: str) -> None:
        """The venue is another one than these bots' books speak of: nothing is sent, and all are let go, halted."""
        if self.account.closed:
            return
        self.account.closed, why = True, said(self.side.title, evidence)
        self.account.everybody([Link(up=False, why=why)])
        self.spawn(self.let_go(why), "another venue")

    async def let_go(self, why: str) -> None:
        """Halt all bots in their rows, and then let them go."""
        for runner in list(self.runners.values()):
            await self.halt(runner, why, VENUE)
        for runner in list(self.runners.values()):
            self.refuse(runner, why)

    async def keep_running(self, runner: Runner) -> None:
        """One bot's loop; what stops that bot alone stops no other."""
        try:
            await runner.run()
        except LeaseLost:
            self.refuse(runner, f"bot {runner.name!r} was taken over by another process, which goes on with it")
        except FailClosed as error:
            self.refuse(runner, str(error))
            await self.halt(runner, str(error))
        else:
            await self.overran(runner)

    async def overran(self, runner: Runner) -> None:
        """A bot's inbox was full. Raises Unavailable where nobody here can recover it alone: all are recovered."""
        if self.recover is None:
            raise Unavailable(f"bot {runner.name!r} was overrun by events; it is recovered from its journal")
        await self.recover(runner)

    async def halt(self, runner: Runner, why: str, by: str = ENGINE) -> None:
        """Keep why the engine stopped a bot, in its row, or in the emergency file while the database does not answer.

        Raises Unavailable and Deferred where neither can be written.
        """
        now_ms = self.parts.now_ms()
        try:
            async with self.parts.store.transaction(runner.steps.identity.tenant_id) as tx:
                await bots.halt(tx, runner.bot_id, why, by, now_ms)
        except (Unavailable, Deferred):
            if self.parts.emergency is None:
                raise
            self.parts.emergency.append(Halting(runner.name, why[: bots.REASON_LENGTH], by, now_ms))

    def refuse(self, runner: Runner, why: str) -> None:
        """Let a bot go; the others go on."""
        self.refused.append(Refusal(runner.name, why))
        self.side.remark(why)
        self.drop(runner)

    def drop(self, runner: Runner) -> None:
        """Have a bot told nothing more; without any left the fleet ends."""
        self.set_aside(runner)
        if not self.runners:
            self.ended.set()

    def set_aside(self, runner: Runner) -> None:
        """Have a bot told nothing for now."""
        self.runners.pop(runner.bot_id, None)
        self.account.detach(runner.bot_id)
        self.router.unsubscribe(runner.bot_id)
        self.keep_time()

    async def keep_anchoring(self) -> None:
        """Anchor the bots' chains and the market's record hourly."""
        while True:
            await self.parts.sleep(ANCHOR_MS / 1_000)
            await self.anchored()

    async def anchored(self) -> None:
        """Anchor once, when all that was recorded is committed: what a kill takes with it must not be missed later."""
        while self.recording:  # noqa: ASYNC110 - it is a commit away
            await asyncio.sleep(SETTLE_S)
        await anchor_now(self.parts, self.market.segment, self.market.contents)

    async def keep_leases(self) -> None:
        """Renew the leases every third of their length."""
        while True:
            await self.parts.sleep(self.parts.lease_ms / 3_000)
            held = {one.bot_id: one.steps.identity for one in self.runners.values()}
            if not held:
                continue
            until_ms = self.parts.now_ms() + self.parts.lease_ms
            lost: list[str] = []
            # An attempt that failed is made again at the next turn; the epoch keeps commits safe meanwhile.
            with suppress(Unavailable, Deferred):
                async with self.parts.store.transaction(next(iter(held.values())).tenant_id) as tx:
                    epochs = {bot_id: one.lease_epoch for bot_id, one in held.items()}
                    lost = await bots.renew_leases(tx, epochs, until_ms=until_ms)
            for bot_id in lost:
                # It may have left meanwhile.
                if (runner := self.runners.get(bot_id)) is not None:
                    self.refuse(runner, f"bot {runner.name!r} was taken over by another process")

    def command(self, mode: Mode, by: str, why: str, names: Sequence[str] = ()) -> None:
        """Change what bots may have working; without names, all of them."""
        for runner in self.runners.values():
            if not names or runner.name in names:
                runner.tell([Command(mode, by, why)])

    async def settled(self) -> None:
        """Wait until nothing is on its way: no event, no request, nothing in doubt."""
        while not self.at_rest:  # noqa: ASYNC110 - rest is no single event
            await asyncio.sleep(SETTLE_S)

    @property
    def at_rest(self) -> bool:
        """Whether nothing is on its way."""
        return not self.recording and self.account.idle and all(one.quiet for one in self.runners.values())


@contextmanager
def brisk(on: bool) -> Iterator[None]:
    """Keep what the interpreter does by itself from holding up orders.

    Looking through all that stands since the start takes the collector a tenth of a second, so it leaves that out. The
    thread that commits waits for the interpreter for one switch interval, which is made short.
    """
    if not on:
        yield
        return
    before_s = sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(before_s)
        gc.unfreeze()


def two_recorders() -> Unavailable:
    """A process that was taken over goes on for a moment. Both start again; whoever has lost its bots ends there."""
    return Unavailable("another process records the same market: bots were taken over. Reading again what stands there")


async def opening_ms(side: Side, symbol: str, timeframe: str) -> int:
    """The open time of the candle that is under way, or of the next one. Raises Unavailable."""
    found = await side.source.newest(symbol, timeframe)
    if isinstance(found, Answer):
        return found.data.close_ms + 1 if found.data.closed else found.data.open_ms
    venue_ms = side.source.venue_ms()
    if venue_ms <= 0:
        raise Unavailable(f"the newest candle of {symbol} cannot be read: {found.why}. Try again")
    return venue_ms - venue_ms % timeframe_ms(timeframe)
