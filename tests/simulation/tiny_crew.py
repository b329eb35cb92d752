"""The smallest engine that survives the simulated world: one order at a time, everything read, nothing assumed.

It proves the world, not itself. `wrong` makes it a mutant with one real mistake, which the checker has to find.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from botswain.core.codes import GTC, LIMIT
from botswain.model.intents import Wanted
from botswain.model.order_events import OrderReport
from botswain.model.orders import OrderKind, OrderState, Side
from botswain.model.outcomes import Absent, Accepted, Answer, Refused
from botswain.simulation.lives import Charge, Surroundings, Want
from botswain.store import accounts, bots, tenants
from botswain.store.steps import FillRow, HaltRow, JournalRow, OrderEventRow, OrderRow, PositionRow, StepRows
from botswain.venues.binance import market_replies, order_replies, queries, requests
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import HORIZON_MS
from botswain.venues.binance.lifeline import Gap, Lifeline
from botswain.venues.binance.requests import Grid
from botswain.venues.binance.streams import MarketStreams
from botswain.venues.binance.user_stream import UserStream

CAPITAL = Decimal(1_000)
SPEND = Decimal(300)
CYCLE_S = 30.0
OLD_S = 240.0
VANISHED_S = 1_200.0
APART_S = 15.0


@dataclass
class Attempt:
    """An order of ours that may be alive."""

    name: str
    seq: int
    slot: int
    side: Side
    lots: int
    price: int
    sent_s: float
    state: str = ""
    booked: int = 0
    trades: int = 0
    absent: int = 0
    absent_s: float = 0.0


class TinyCrew:
    """Some bots on one account. wrong: the mutant, empty for a sound engine."""

    def __init__(self, count: int = 1, wrong: str = "") -> None:
        self.count, self.wrong = count, wrong
        self.ids: list[str] = []
        self.tenant = self.account = ""

    async def install(self, around: Surroundings) -> Sequence[Charge]:
        self.tenant, self.account = around.new_id(), around.new_id()
        async with around.store.transaction(None) as tx:
            await tenants.ensure(tx, tenants.Tenant(self.tenant, "owner", around.now_ms()))
        async with around.store.transaction(self.tenant) as tx:
            given = accounts.Account(self.account, "main", "binance", accounts.Environment.SANDBOX, around.now_ms())
            await accounts.create(tx, given)
            for k in range(self.count):
                self.ids.append(around.new_id())
                await bots.create(tx, bots.NewBot(self.ids[-1], self.account, f"bot{k}", "tiny", "{}", around.now_ms()))
        return [Charge(one, "main", CAPITAL) for one in self.ids]

    def start(self, around: Surroundings) -> TinyLife:
        return TinyLife(self, around)

    async def replay(self, _around: Surroundings) -> Sequence[str]:
        return ["one row"] if self.wrong == "replay" else []


@dataclass
class Ears:
    """Hears everything and only wakes the engine: streams are hints."""

    poke: asyncio.Event
    heard_count: int = 0

    def heard(self, _found: Any) -> None:
        self.heard_count += 1

    def told(self, _event: Any) -> None:
        self.poke.set()

    def live(self, _gap: Gap | None) -> None:
        self.poke.set()

    def down(self, _why: str, _since_ms: int) -> None:
        pass

    def reported(self, _problem: str) -> None:
        self.poke.set()


class TinyLife:
    """One run."""

    def __init__(self, crew: TinyCrew, around: Surroundings) -> None:
        self.crew, self.around = crew, around
        clock = VenueClock()
        credential = around.credentials["main"]
        self.desk = Desk(Address(around.wire, Budget(), clock, around.now_ms), credential)
        self.poke = asyncio.Event()
        self.ears = Ears(self.poke)
        self.lines = [
            Lifeline(UserStream(around.addresses, credential, self.ears, lambda: clock.venue_ms(around.now_ms())),
                     self.ears and around.dialer, around.now_ms),
            Lifeline(MarketStreams(around.addresses, self.ears), around.dialer, around.now_ms),
        ]  # fmt: skip
        self.bots = [TinyBot(self, one) for one in crew.ids]
        self.quiet = False

    async def run(self) -> None:
        self.around.crash("started")
        for bot in self.bots:
            await bot.recover()
        self.around.crash("recovered")
        async with asyncio.TaskGroup() as group:
            await self.lines[1]._talk.subscribe("btcusdt@kline_1m")
            for line in self.lines:
                group.create_task(line.run())
            while True:
                self.quiet = False
                await self.desk.set_clock()
                for bot in self.bots:
                    await bot.cycle()
                self.quiet = all(bot.resolved for bot in self.bots) or self.crew.wrong == "unresolved"
                self.poke.clear()
                try:
                    async with asyncio.timeout(CYCLE_S):
                        await self.poke.wait()
                except TimeoutError:
                    pass

    def settled(self) -> bool:
        return self.quiet

    def wanted(self) -> Sequence[Want]:
        found = [want for bot in self.bots for want in bot.wanted()]
        return found[1:] if self.crew.wrong == "wanted" else found


@dataclass
class TinyBot:
    """Buys a little below the market, sells a little above."""

    life: TinyLife
    id: str
    epoch: int = 0
    seq: int = 0
    base: Decimal = Decimal(0)
    cash: Decimal = Decimal(0)
    rev: int = 0
    fills: int = 0
    live: dict[str, Attempt] = field(default_factory=dict)
    halted: bool = False

    def __post_init__(self) -> None:
        self.rules = self.life.around.instruments[0]
        self.grid = Grid("BTCUSDT", self.rules.tick_size, self.rules.lot_size)
        self.wrong = self.life.crew.wrong

    @property
    def resolved(self) -> bool:
        return self.halted or all(one.state not in ("", "unknown") for one in self.live.values())

    def wanted(self) -> list[Want]:
        tick, lot = self.rules.tick_size, self.rules.lot_size
        return [
            Want(self.id, self.rules.symbol, one.slot, 1 if one.side is Side.BUY else -1, one.price * tick,
                 (one.lots - one.booked) * lot)
            for one in self.live.values()
        ]  # fmt: skip

    async def recover(self) -> None:
        """What the database says; all that has no final event is unknown."""
        around = self.life.around
        async with around.store.transaction(self.life.crew.tenant) as tx:
            now_ms = around.now_ms()
            self.epoch = await bots.take_lease(tx, self.id, "tiny", now_ms=now_ms, until_ms=now_ms, take_over=True)
            self.halted = (await bots.get(tx, self.id)).halted_reason is not None
        key = bytes.fromhex(self.id.replace("-", ""))
        ask = around.store.inner._connection.execute
        self.seq = ask("SELECT COALESCE(MAX(seq), 0) FROM journal WHERE bot_id = ?", (key,)).fetchone()[0]
        for qty, scale in ask("SELECT qty_units, qty_scale FROM positions WHERE bot_id = ?", (key,)):
            self.base = Decimal(qty).scaleb(-scale)
        for cash, scale in ask("SELECT cash_units, money_scale FROM fills WHERE bot_id = ?", (key,)):
            self.cash += Decimal(cash).scaleb(-scale)
        orders = ask(
            "SELECT client_order_id, seq, slot, side, qty_lots, price_ticks, rev FROM orders WHERE bot_id = ?"
            " ORDER BY seq",
            (key,),
        ).fetchall()
        now_s = asyncio.get_running_loop().time()
        for name, seq, slot, side, lots, price, rev in orders:
            self.rev = max(self.rev, rev)
            states = [one for (one,) in ask("SELECT state FROM order_events WHERE client_order_id = ?", (name,))]
            if any(one in ("filled", "canceled", "rejected", "expired") for one in states):
                continue
            digits = name.hex()
            text = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
            one = Attempt(text, seq, slot, Side(side), lots, price, now_s, "unknown" if states else "")
            found = ask("SELECT qty_lots FROM fills WHERE client_order_id = ?", (name,)).fetchall()
            one.booked, one.trades = sum(lots for (lots,) in found), len(found)
            self.live[text] = one
        [(self.fills,)] = ask("SELECT COUNT(*) FROM fills WHERE bot_id = ?", (key,)).fetchall()

    async def cycle(self) -> None:
        """Read everything, then act."""
        if self.halted:
            return
        for one in list(self.live.values()):
            await self.ask(one)
        now_s = asyncio.get_running_loop().time()
        for one in list(self.live.values()):
            if one.state == "new" and now_s - one.sent_s > OLD_S:
                await self.life.desk.write(requests.cancel(self.grid.market_id, one.name))
                self.life.around.crash("cancel_answered")
                await self.ask(one)
        if not self.live and not self.halted:
            await self.decide()

    async def ask(self, one: Attempt) -> None:
        """What became of an order."""
        if self.wrong == "unresolved" and one.state == "":
            return
        found = await self.life.desk.read(queries.order("BTCUSDT", client_order_id=one.name), order_replies.order)
        if isinstance(found, Answer):
            await self.heard(one, found.data)
        elif isinstance(found, Absent):
            await self.not_found(one)

    async def heard(self, one: Attempt, report: OrderReport) -> None:
        """The exchange has it."""
        filled = int(report.filled_qty / self.rules.lot_size)
        if filled > one.booked and not await self.book(one, report):
            return
        state = "final" if report.final else "new"
        if one.booked == filled and (report.final or one.state != state):
            one.state = state
            if report.final:
                del self.live[one.name]
            await self.write(
                order_events=(self.event(one.name, report.state, filled, venue_order_id=report.venue_order_id),)
            )

    async def not_found(self, one: Attempt) -> None:
        """Evidence only past the horizon, twice."""
        now_s = asyncio.get_running_loop().time()
        if one.state == "new" or one.booked or now_s - one.sent_s > VANISHED_S:
            if now_s - one.sent_s > VANISHED_S:
                self.halted = True
                halt = HaltRow(f"order {one.name} vanished", "tiny", self.life.around.now_ms())
                await self.write(halt=halt)
                self.life.around.page(halt.reason)
            return
        horizon_s = 0.0 if self.wrong == "no_horizon" else HORIZON_MS / 1000
        if now_s - one.sent_s > horizon_s and now_s - one.absent_s > APART_S:
            one.absent, one.absent_s = one.absent + 1, now_s
            if one.absent >= 2 or self.wrong == "no_horizon":
                del self.live[one.name]
                await self.write(order_events=(self.event(one.name, OrderState.REJECTED, 0, code="ABSENT"),))

    async def book(self, one: Attempt, report: OrderReport) -> bool:
        """Book what was filled since; False where it could not be read whole."""
        call = queries.own_trades("BTCUSDT", venue_order_id=report.venue_order_id)
        found = await self.life.desk.read(call, order_replies.own_trades)
        if not isinstance(found, Answer) or found.data.broken:
            return False
        self.life.around.crash("fills_read")
        for index, trade in enumerate(found.data.items):
            if index < one.trades:
                continue
            lots = int(trade.qty / self.rules.lot_size)
            side = 1 if trade.side is Side.BUY else -1
            cash = -side * trade.quote_qty
            base = side * trade.qty
            if trade.fee_asset == "USDT" and self.wrong != "fee":
                cash -= trade.fee
            elif trade.fee_asset == "BTC":
                base -= trade.fee
            self.fills += 1
            one.booked, one.trades = one.booked + lots, one.trades + 1
            self.base, self.cash = self.base + base, self.cash + cash
            if self.wrong == "forgets" and self.fills % 3 == 0:
                continue
            seq = self.seq + 1
            fill = FillRow(
                seq=seq, symbol=self.rules.symbol, venue_trade_id=f"{report.venue_order_id}.{index}.{trade.trade_id}",
                side=trade.side, qty_lots=lots, price_ticks=int(trade.price / self.rules.tick_size),
                tick_size=self.rules.tick_size, lot_size=self.rules.lot_size, fee=trade.fee,
                fee_asset=trade.fee_asset or "BTC", cash=cash, realized=Decimal(0),
                time_ms=trade.venue_time_ms, slot=one.slot, client_order_id=one.name,
            )  # fmt: skip
            book = PositionRow(
                symbol=self.rules.symbol, seq=seq, qty=self.base, cost=Decimal(0), realized=Decimal(0),
                fees=Decimal(0), time_ms=trade.venue_time_ms,
            )  # fmt: skip
            await self.write(fills=(fill,), positions=(book,))
        return True

    async def decide(self) -> None:
        """One order: buy with nothing, sell with something."""
        found = await self.life.desk.read(queries.depth("BTCUSDT", 5), market_replies.depth)
        if not isinstance(found, Answer):
            return
        middle = found.data.bids[0][0]
        tick, lot = self.rules.tick_size, self.rules.lot_size
        if self.base * middle < 6:
            spend = SPEND * (5 if self.wrong == "greedy" else 1)
            if CAPITAL + self.cash < spend and self.wrong != "greedy":
                return
            price = int(middle * Decimal("0.9993") / tick)
            side, slot, lots = Side.BUY, 0, int(spend / (price * tick) / lot)
        else:
            price = int(middle * Decimal("0.98" if self.wrong == "shorts" else "1.0007") / tick)
            times = 2 if self.wrong in ("oversells", "shorts") else 1
            side, slot, lots = Side.SELL, 1, int(self.base / lot) * times
        self.rev += 1
        one = Attempt(self.life.around.new_id(), 0, slot, side, lots, price, asyncio.get_running_loop().time())
        await self.place(one)

    async def place(self, one: Attempt) -> None:
        """Journal, then send."""
        around, now_ms = self.life.around, self.life.around.now_ms()
        sign = 1 if one.side is Side.BUY else -1
        row = Wanted(0, one.slot, self.rev, sign, LIMIT, one.price, 0, GTC, 0, 0, 0, one.lots, sign < 0)
        call = requests.place(self.grid, row, one.name)
        order = OrderRow(
            client_order_id=one.name, seq=self.seq + 1, symbol=self.rules.symbol, slot=one.slot, rev=self.rev,
            attempt=1, side=one.side, kind=OrderKind.LIMIT, qty_lots=one.lots, tick_size=self.rules.tick_size,
            lot_size=self.rules.lot_size, time_ms=now_ms, price_ticks=one.price,
        )  # fmt: skip
        if self.wrong == "sends_first":
            await self.life.desk.write(call)
        self.live[one.name] = one
        await self.write(orders=(order,))
        around.crash("intent_committed")
        outcome = await self.life.desk.write(call)
        around.crash("reply_in_hand")
        if self.wrong == "repeats" and not isinstance(outcome, Accepted | Refused):
            outcome = await self.life.desk.write(call)
        if isinstance(outcome, Refused) or (self.wrong == "assumes" and not isinstance(outcome, Accepted)):
            del self.live[one.name]
            await self.write(order_events=(self.event(one.name, OrderState.REJECTED, 0),))
        elif isinstance(outcome, Accepted) and isinstance(outcome.report, OrderReport):
            await self.heard(one, outcome.report)
        around.crash("outcome_committed")

    def event(self, name: str, state: OrderState, filled: int, **more: Any) -> OrderEventRow:
        return OrderEventRow(
            client_order_id=name, seq=self.seq + 1, state=state, filled_lots=filled,
            time_ms=self.life.around.now_ms(), **more,
        )  # fmt: skip

    async def write(self, **rows: Any) -> None:
        """One step. A store that fails ends this life; the next one reads what was written."""
        crew = self.life.crew
        step = StepRows(
            tenant_id=crew.tenant, account_id=crew.account, bot_id=self.id, lease_epoch=self.epoch,
            first_seq=self.seq + 1, journal=(JournalRow(1, self.life.around.now_ms(), b"tiny"),), **rows,
        )  # fmt: skip
        await self.life.around.store.append(step)
        self.seq += 1
