"""One live bot as an actor: one bounded inbox, events in order, what they lead to committed before anything is sent.

What it makes of recorded events and news, without any waiting, is `taker`; here is the loop around it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import partial
from typing import Any

from botswain.build.plan import Plan, Units
from botswain.engine.account import Account
from botswain.engine.bot import Outcome
from botswain.engine.end_notes import EndNotes
from botswain.engine.fleet import Writer
from botswain.engine.list_legs import joined
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_market import Event
from botswain.engine.right_of_way import RightOfWay
from botswain.engine.steps import StepMaker
from botswain.engine.taker import Taker
from botswain.model.errands import Errand
from botswain.model.errors import BotswainError, FailClosed
from botswain.model.instrument import Instrument
from botswain.model.intents import Request
from botswain.model.news import Command, Crossed, Mode, News, Ruled
from botswain.store.bot_records import Intent
from botswain.store.halts import ACCOUNT, RESOLVER, RULES
from botswain.store.steps import Committed, StepRows

MOST_WAITING = 10_000
# Who stops a bot's entries where something is wrong, without a person.
OWN = frozenset((ACCOUNT, RESOLVER, RULES))


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
        self.failed: FailClosed | None = None  # why it cannot go on, as its account found
        self.watching = False  # it waits for prices
        self.rules: dict[str, Instrument] = {}  # the market's when it was started
        self.ruled: dict[int, Ruled] = {}  # those of now, where it was told of others by this process
        self.upto = 0  # number of the last recorded event that its recovery took
        self.fills_before = 0  # how many its journal had when it was taken up
        self.ordered: Command | None = None  # the last one it was told by this process
        self.doubted: frozenset[str] = frozenset()  # orders of which a process before said that nobody can say
        self.marks: dict[str, Decimal] = {}  # the last price when an order was asked for, by its name
        self.stopping = False  # it is on its way out by its stop policy
        self.not_off = ""  # why what that took off is not known to be off; empty where it is
        self.filled_ms = 0  # when its last fill was that this process booked
        self.ends = EndNotes(name, steps.units, self.there, account.remark, account.number_of)
        self.money, self.capital = taker.plan.instruments[0].quote, taker.plan.capital_units

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

    def there(self) -> LiveBot | None:
        """The bot, as long as it is this one that runs."""
        return self.bot if self.account.owners.get(self.bot_id) is self else None

    @property
    def quiet(self) -> bool:
        """Whether it has taken all it was told."""
        return not self.inbox and not self.busy

    def held(self) -> dict[str, Decimal]:
        """Its positions by base asset, dust included."""
        found: dict[str, Decimal] = {}
        for one, units, held in zip(self.plan.instruments, self.units, self.bot.figures.held(), strict=True):
            found[one.base] = found.get(one.base, Decimal(0)) + held * units.base
        return found

    def cash(self) -> dict[str, Decimal]:
        """What its fills have brought, by its quote asset: its account knows nothing of what holding cost."""
        scale, worth = self.steps.worth
        brought = self.bot.figures.cash() + self.bot.charged - self.capital
        return {self.money: Decimal(f"{brought * worth}E-{scale}")}

    def last_price(self, symbol: int) -> Decimal:
        """The last price that it has seen of a symbol; 0 before the first."""
        return int(self.bot.decider.state.parts["lanes"][symbol].mark) * self.units[symbol].tick

    def asked_at(self, order: str) -> Decimal:
        """The last price that it had seen when it asked for an order; 0 where it does not know any more."""
        return self.marks.get(order, Decimal(0))

    def asks(self, requests: Iterable[Request]) -> None:
        """Keep the last prices as these are asked for, of what works."""
        kept = {name: mark for name, mark in self.marks.items() if name in self.bot.working}
        self.marks = kept | {one.places: self.last_price(one.row.symbol) for one in requests if one.row is not None}

    def stopped_over(self, order: str) -> bool:
        """Whether its entries are stopped already because nobody can say what became of this order."""
        stopped = self.ordered is not None and self.ordered.by == RESOLVER and order in self.ordered.why
        return stopped or order in self.doubted

    def tell(self, news: Sequence[News]) -> None:
        """News of its orders: never lost. Where it overran, its account tells everything anew after recovery.

        What the engine stops by itself stops entries; a bot that was told to have less working than that keeps to it.
        """
        if self.ordered is not None and self.ordered.mode not in (Mode.RUN, Mode.CANCEL_ENTRIES):
            news = [one for one in news if not (isinstance(one, Command) and one.by in OWN)]
        if not news:
            return
        self.ordered = next((one for one in reversed(news) if isinstance(one, Command)), self.ordered)
        if any(isinstance(one, Command) and one.again for one in news):
            self.doubted = frozenset()  # a person has looked: what is in doubt still is told again
        if not self.overrun and self.failed is None:
            self.put(list(news))

    def fail(self, error: FailClosed) -> None:
        """Go on with nothing more: its orders stay as they are, and a person is told why."""
        self.failed = self.failed or error
        self.inbox.clear()
        self.end(self.failed)

    def deliver(self, event: Event) -> None:
        """A recorded market event."""
        if not self.overrun and self.failed is None:
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
        """Handle what comes, until cancelled or overrun. Raises what a commit raises, and why it cannot go on."""
        if self.failed is not None:
            raise self.failed
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
        self.ends.took(outcome)
        self.filled_ms = max((one.time_ms for one in step.fills), default=self.filled_ms)
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
        s = self.taker.places[symbol][0]
        tick = self.plan.instruments[s].tick_size
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
            self.asks(outcome.requests)
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
