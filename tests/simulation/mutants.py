"""Twenty engines that are each broken in one way that a real bot was broken: the campaign must catch every one.

The incidents are the fault catalogue's. A mutant changes one thing of the real engine; the faults are those under which
the change matters.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from botswain.engine import live_bot, order_lists, surfaces
from botswain.engine.account import Account
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_runner import Runner
from botswain.engine.order_groups import OrderGroups
from botswain.engine.tracks import Track
from botswain.model.errors import BotswainError
from botswain.model.intents import Certainty
from botswain.model.news import Mode
from botswain.model.order_events import OwnTrade
from botswain.model.orders import FINAL_STATES, Liquidity, OrderState
from botswain.model.outcomes import Cause, Refused, Unknown
from botswain.model.reasons import Reason
from botswain.store.steps import Committed
from botswain.venues.binance.account import BinanceAccount

Patch = Callable[[Any], None]


@dataclass(frozen=True)
class Mutant:
    """A broken engine. case: the catalogue's number; incident: whom it happened to; faults: what shows it.

    seed   one under which it is caught
    coins  what the account holds beside its bots, so that the venue does not stop them
    """

    name: str
    case: str
    incident: str
    faults: str
    patch: Patch
    seed: int = 1
    coins: str = "0"


def sends_again(m: Any) -> None:
    real = BinanceAccount.write

    async def write(self: Any, errand: Any) -> Any:
        found = await real(self, errand)
        return await real(self, errand) if isinstance(found, Unknown) and errand.request.row is not None else found

    m.setattr(BinanceAccount, "write", write)


def timeouts_are_failures(m: Any) -> None:
    def unsure(self: Any, track: Any, _outcome: Any) -> None:
        track.close(Reason.NOT_PLACED)
        self.report(track)

    m.setattr(Account, "unsure", unsure)


def failed_cancel_is_cancelled(m: Any) -> None:
    real = Account.cancelled

    def cancelled(self: Any, name: str, outcome: Any) -> None:
        track = self.tracks.get(name)
        if track is not None and isinstance(outcome, Refused) and outcome.cause is Cause.GONE:
            track.state, track.filled = OrderState.CANCELED, track.told_qty
            self.report(track)
            self.ended.pop(name, None)
            return
        real(self, name, outcome)

    m.setattr(Account, "cancelled", cancelled)


def an_end_means_no_fills(m: Any) -> None:
    real = Track.news

    def news(self: Any) -> Any:
        if self.state in FINAL_STATES and not self.ended:
            self.filled, self.fills = self.told_qty, {k: v for k, v in self.fills.items() if k in self.told}
        return real(self)

    m.setattr(Track, "news", news)
    m.setattr(Track, "unexplained", property(lambda _self: False))


def fills_count_twice(m: Any) -> None:
    count = itertools.count()

    def add(self: Any, one: Any) -> None:
        name = one.trade_id if one.trade_id not in self.fills else f"{one.trade_id}~{next(count)}"
        self.fills[name] = msgspec.structs.replace(one, trade_id=name)

    m.setattr(Track, "add", add)


def streams_are_the_truth(m: Any) -> None:
    async def once(account: Any) -> None:
        while await surfaces.read(account):
            await account.clocks.sleep(1.0)
        account.read_through(account.hearing)
        account.lived = True
        while True:
            await account.clocks.sleep(3600.0)

    m.setattr("botswain.engine.live_fleet.keep_reading", once)
    m.setattr(Account, "down", lambda *_: None)


def no_orphan_sweep(m: Any) -> None:
    async def nothing(*_: Any) -> None:
        return None

    m.setattr(surfaces, "read_again", nothing)


def acts_on_a_stale_level(m: Any) -> None:
    def on_its_way(self: Any, name: str, *, leaving: bool = False) -> str:
        order = self.working[name]
        self.working[name] = msgspec.structs.replace(order, leaving=leaving or order.leaving)
        return name

    m.setattr(LiveBot, "on_its_way", on_its_way)
    real = LiveBot.take

    def take(self: Any, one: Any, records: Any) -> None:
        real(self, one, records)
        kept = {name: order for name, order in self.working.items() if not order.leaving}
        self.working = {k: msgspec.structs.replace(v, certainty=Certainty.KNOWN) for k, v in kept.items()}

    m.setattr(LiveBot, "take", take)


def sends_before_it_writes(m: Any) -> None:
    def write(self: Any, outcome: Any) -> None:
        step = self.step(outcome)
        if step is None:
            return
        self.busy = True
        if outcome.requests:
            self.account.execute(self, self.errands(step, outcome))

        async def later() -> None:
            await self.account.clocks.sleep(0.05)
            sent = msgspec.structs.replace(outcome, requests=())
            self.means.writer.submit(step, lambda found: self.written(step, sent, None, found))

        self.account.spawn(later())

    m.setattr(Runner, "write", write)


class Forgetful:
    """A writer after whose failures nobody looks."""

    def __init__(self, runner: Any, writer: Any) -> None:
        self.runner, self.writer = runner, writer

    async def append(self, item: Any) -> Any:
        try:
            return await self.writer.append(item)
        except BotswainError:
            return self.forgotten(item)

    def submit(self, item: Any, then: Any) -> None:
        def told(found: Any) -> None:
            then(self.forgotten(item) if isinstance(found, BotswainError) else found)

        self.writer.submit(item, told)

    def forgotten(self, step: Any) -> Committed:
        self.runner.steps.next_seq = step.first_seq
        return Committed(step.first_seq)


def forgets_that_the_disk_failed(m: Any) -> None:
    real = Runner.__init__

    def init(self: Any, name: str, taker: Any, steps: Any, account: Any, means: Any) -> None:
        real(self, name, taker, steps, account, replace(means, writer=Forgetful(self, means.writer)))

    m.setattr(Runner, "__init__", init)


def not_open_is_gone(m: Any) -> None:
    async def read_order(account: Any, track: Any, *, shown: bool) -> str:
        if not shown and not track.ended and not track.sending:
            track.placing = track.cancelling = track.amending = False
            track.state, track.filled = OrderState.CANCELED, track.told_qty
            account.report(track)
            account.ended.pop(track.name, None)
        return ""

    m.setattr(surfaces, "read_order", read_order)


def overfills_are_cut(m: Any) -> None:
    real = LiveBot.hear

    def hear(self: Any, report: Any, records: Any) -> None:
        order = self.working.get(report.client_order_id)
        if order is not None and report.lots > order.leaves > 0:
            report = msgspec.structs.replace(report, lots=order.leaves)
        real(self, report, records)

    m.setattr(LiveBot, "hear", hear)


def fees_are_forgotten(m: Any) -> None:
    real = Track.fill
    m.setattr(Track, "fill", lambda self, one, *, final: msgspec.structs.replace(real(self, one, final=final), fee=0))


def nothing_was_missed(m: Any) -> None:
    def live(self: Any, missed_since_ms: int | None) -> None:
        self.lived = True
        if missed_since_ms is None:
            self.surprise.set()
        else:
            self.fresh = True

    m.setattr(Account, "live", live)
    m.setattr(Account, "down", lambda *_: None)
    real = Account.__post_init__

    def init(self: Any) -> None:
        self.manners = replace(self.manners, poll_s=1e9)
        real(self)

    m.setattr(Account, "__post_init__", init)


def exits_beyond_the_position(m: Any) -> None:
    m.setattr(live_bot, "within_position", lambda rows, *_: list(rows))
    m.setattr(OrderGroups, "resting", lambda _self, rows, *_: (list(rows), []))
    m.setattr(order_lists, "pairs_of", lambda _rows: [])


def both_halves_succeed(m: Any) -> None:
    real = Account.placed

    def placed(self: Any, name: str, outcome: Any) -> None:
        track = self.tracks.get(name)
        if track is not None and isinstance(outcome, Refused):
            track.state = OrderState.NEW
            track.placing = False
            self.report(track)
            return
        real(self, name, outcome)

    m.setattr(Account, "placed", placed)

    async def read_order(*_: Any, **_named: Any) -> str:
        return ""

    m.setattr(surfaces, "read_order", read_order)


def decides_beside_its_journal(m: Any) -> None:
    real = Runner.outcomes_of
    count = itertools.count(1)

    def outcomes_of(self: Any, item: Any) -> Any:
        if next(count) % 60 == 0:
            self.bot.mode = Mode.CANCEL_ALL if self.bot.mode is Mode.RUN else Mode.RUN
            self.bot._look = True
        return real(self, item)

    m.setattr(Runner, "outcomes_of", outcomes_of)


def inferred_fills_stay(m: Any) -> None:
    real = Track.merge

    def merge(self: Any, report: Any) -> None:
        real(self, report)
        missing = self.filled - sum((one.qty for one in self.fills.values()), start=self.filled * 0)
        if missing > 0 and report.avg_price is not None and not report.fills:
            tick = self.units.tick
            price = round(report.avg_price / tick) * tick
            side = report.side
            asset = (self.units.fee_on_buy if side.value == "buy" else self.units.fee_on_sell)[1]
            name = f"inferred~{self.name}"
            self.fills[name] = OwnTrade(
                report.market_id, name, self.venue_order_id, self.name, side, price, missing, missing * price,
                missing * 0, asset, Liquidity.UNKNOWN, report.venue_time_ms,
            )  # fmt: skip

    m.setattr(Track, "merge", merge)


def expiries_are_not_heard(m: Any) -> None:
    real = Track.merge

    def merge(self: Any, report: Any) -> None:
        if report.state is OrderState.EXPIRED or (report.state is OrderState.CANCELED and not self.leaving):
            report = msgspec.structs.replace(report, state=OrderState.NEW)
        real(self, report)

    m.setattr(Track, "merge", merge)


def spends_the_others_money(m: Any) -> None:
    m.setattr(live_bot, "within_cash", lambda rows, *_: rows)
    real = LiveBot.reserve
    m.setattr(LiveBot, "reserve", lambda self, row: real(self, row))
    wanted = LiveBot.wanted

    def more(self: Any, s: int) -> Any:
        return [msgspec.structs.replace(one, leaves=one.leaves * 3) if one.side > 0 else one for one in wanted(self, s)]

    m.setattr(LiveBot, "wanted", more)


MUTANTS = (
    Mutant("sends again after a timeout", "F09", "catalyst#315", "network", sends_again, seed=4),
    Mutant("takes a timeout for a failure", "F01", "hummingbot#493", "network", timeouts_are_failures, seed=7),
    Mutant(
        "takes a failed cancel for a cancelled order",
        "F26",
        "freqtrade#1726",
        "venue",
        failed_cancel_is_cancelled,
        seed=60,
    ),
    Mutant("takes an end for no fills", "F19", "freqtrade#8374", "venue", an_end_means_no_fills),
    Mutant("counts a fill that comes twice twice", "F15", "nautilus RELEASES", "venue", fills_count_twice, seed=2),
    Mutant(
        "believes streams and never reads",
        "F16",
        "Lean TradeStation#101",
        "network,venue",
        streams_are_the_truth,
        seed=3,
    ),
    Mutant("never looks for orders it gave up", "F28", "hummingbot#3374", "venue", no_orphan_sweep, seed=3),
    Mutant("decides on a level that is not fresh", "F43", "passivbot#980", "network,venue", acts_on_a_stale_level),
    Mutant("sends before it writes down", "F67", "TigerBeetle's page", "crash", sends_before_it_writes),
    Mutant(
        "goes on when the disk has failed", "F71", "freqtrade#7184", "database", forgets_that_the_disk_failed, seed=1
    ),
    Mutant("takes not open for gone", "F06", "nautilus#3870", "venue", not_open_is_gone, seed=3),
    Mutant("cuts what was filled beyond the order", "F20", "nautilus#4154", "venue", overfills_are_cut, seed=8),
    Mutant("forgets fees taken in base", "F23", "freqtrade#4324", "none", fees_are_forgotten),
    Mutant(
        "reads nothing after a reconnect", "F39", "Lean InteractiveBrokers#249", "network", nothing_was_missed, seed=3
    ),
    Mutant("offers more than it holds", "F31", "freqtrade#11608", "none", exits_beyond_the_position, coins="10"),
    Mutant("takes half of a replacement for the whole", "F21", "nautilus#4154", "venue", both_halves_succeed, seed=2),
    Mutant("decides beside its journal", "F81", "nautilus#3878", "none", decides_beside_its_journal),
    Mutant(
        "keeps inferred fills beside the real ones",
        "F17",
        "nautilus#1001",
        "network,venue",
        inferred_fills_stay,
        seed=3,
    ),
    Mutant(
        "does not hear that the venue ended an order", "F32", "freqtrade#3647", "venue", expiries_are_not_heard, seed=4
    ),
    Mutant("spends what its account holds for others", "F43", "passivbot#980", "none", spends_the_others_money),
)
