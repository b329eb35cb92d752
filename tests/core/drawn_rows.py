"""A bot that wants anything at all, drawn from one seed, at a venue that does anything at all (`drawn_venue`).

One or two symbols on one account, wishes at closes, fills and ends, prices that jump.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from tests.core.drawn_venue import News, Venue
from tests.stage import T0, at, bot, market

from botswain.build.decider import ENTRIES, Bar, Code, Decider
from botswain.build.link import Linked, call, link
from botswain.build.plan import Plan
from botswain.build.simulator import constants
from botswain.core import wanted
from botswain.core.access import call_back
from botswain.core.codes import CLOSE, DONE, END, ENDED, FILL, LIMIT, MARKET, REDUCE_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.core.gate import judge
from botswain.core.rows import held_lots
from botswain.core.scale import Sizing

MINUTE_MS = 60_000
SLOTS = 5
CAPITAL = 10_000
LIMITS: tuple[dict[str, str], ...] = (
    {"max_drawdown": "0.9"}, {"max_drawdown": "0.01"}, {"max_daily_loss": "0.01"}, {"max_orders_day": "6"},
    {"max_position": "0.1"}, {"price_collar": "0.05"}, {"price_collar": "0.1", "max_drawdown": "0.02"},
    {"max_consecutive_losses": "1", "cooldown_ms": "240000"}, {"max_position": "0.08", "max_orders_day": "9"}, {},
)  # fmt: skip


def silent(now: Any, was: Any, p: Any, candle: Any, my: Any, wanted: Any) -> None:
    """Its wishes come from the drawing."""


@cache
def linked_for(features: Any) -> tuple[Code, Linked]:
    """The core that calls the drawing for its step, and its gate alone: linked once, for it takes longer than a run."""
    names = constants(features, (CLOSE, FILL, END))
    whole = tuple(link(one, names | {"user_step": call_back}, compiled=False) for one in ENTRIES)
    return Code(whole, "drawn"), link(judge, names, compiled=False)


@dataclass
class Drawing:
    """One sequence. `watch` sees everything that happens; `log` says it for people."""

    seed: int
    watch: Any
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = draw = Random(self.seed)
        self.symbols = 1 if draw.random() < 0.6 else 2
        self.limits = dict(draw.choice(LIMITS))
        if self.symbols > 1 and draw.random() < 0.4:
            self.limits["max_open_positions"] = "1"
        if draw.random() < 0.3:
            self.limits["day_offset_ms"] = str(draw.choice((6, 12)) * MINUTE_MS)
        self.rules = {"shortable": draw.random() < 0.6}
        if draw.random() < 0.2:
            self.rules["min_notional"] = str(draw.choice((150, 350)))
        if draw.random() < 0.15:
            self.rules["max_qty"] = str(draw.choice((4, 7)))
        hours = (T0 + 4 * MINUTE_MS, T0 + 9 * MINUTE_MS, T0 + 14 * MINUTE_MS) if draw.random() < 0.15 else ()
        exits = {"stop_loss": Decimal("0.1")} if draw.random() < 0.2 else {}
        plan = Plan(
            strategy=bot(silent, slots=SLOTS, events=(CLOSE, FILL, END))(),
            instruments=tuple(market(f"{name}/USD", **self.rules) for name in ("ABC", "DEF")[: self.symbols]),
            timeframe_ms=MINUTE_MS, capital=Decimal(CAPITAL), sizing=Sizing("fixed", Decimal(8)), exits=exits,
            limits={name: Decimal(value) for name, value in self.limits.items()}, windows=hours,
        )  # fmt: skip
        self.gated, self.hours = plan.gated, hours
        code, self.again = linked_for(plan.features(curve=False))
        self.decider = Decider(plan, None, compiled=False, code=code)
        self.state = self.decider.state
        self.state.header.callback = self.step
        self.sim = self.state.handle
        self.venue = Venue(draw, self.sim, SLOTS, shortable=bool(self.rules["shortable"]))
        self.log.append(f"seed {self.seed} {self.symbols} {self.limits} {self.rules} hours {len(hours)} exits {exits}")
        self.minute, self.price, self.wishes = 0, [100] * self.symbols, 0
        self.watch.begin(self)

    def rows(self, s: int) -> list[Any]:
        """The rows of a symbol, exits last."""
        width = SLOTS + 2
        return list(self.state.parts["rows"][s * width : (s + 1) * width])

    def held(self, s: int) -> int:
        """A position in lots."""
        return int(held_lots(self.sim, s))

    def run(self, events: int) -> None:
        """A close, then what happens."""
        self.close()
        for _ in range(events):
            news = self.venue.news([self.held(s) for s in range(self.symbols)]) if self.chance.random() < 0.6 else []
            for one in news:
                self.report(one)
            if not news:
                self.close()

    def close(self) -> None:
        """The next candles, mostly near the last."""
        draw = self.chance
        for s in range(self.symbols):
            step = draw.choice((-25, -12, 12, 25)) if draw.random() < 0.12 else draw.randint(-2, 2)
            self.price[s] = min(max(self.price[s] + step, 50), 160)
        self.log.append(f"close {self.minute} at {self.price}")
        self.wishes = draw.choice((0, 1, 1, 2, 3, 4))
        bars = {s: Bar(price, price, price, price, (*[float(price)] * 4, 1.0)) for s, price in enumerate(self.price)}
        self.watch.closing(self, at(self.minute + 1))
        self.decider.close(at(self.minute), bars)
        self.minute += 1
        for s in range(self.symbols):
            self.settled(s)

    def report(self, one: News) -> None:
        """Tell the bot."""
        order = one.order
        price = self.venue.price_of(order, self.price[order.symbol]) if one.lots else 0
        self.log.append(f"report {one} at {price}")
        self.wishes = self.chance.choice((0, 0, 0, 1, 2))
        judged = self.watch.before(self, one, price, at(self.minute))
        self.decider.report({
            "time_ms": at(self.minute), "seq": 0, "symbol": order.symbol, "slot": order.slot, "rev": order.rev,
            "side": order.side, "lots": one.lots, "price": price, "fee": 0, "maker": 0, "reason": one.reason,
            "final": int(one.final),
        })  # fmt: skip
        self.watch.reported(self, one)
        if judged:
            self.settled(order.symbol)

    def settled(self, s: int) -> None:
        """A symbol was judged: look at it, then the venue hears what is wanted."""
        self.watch.judged(self, s)
        self.venue.follow(s, self.rows(s))
        if self.chance.random() < 0.6:
            # Live what changed is compared with what works after each event; in a backtest at the next open.
            self.state.parts["lanes"][s].dirty = 0
            for row in self.rows(s):
                row.dirty = 0

    def step(self, s: int, _i: int) -> None:
        """The strategy's turn."""
        self.s = s
        self.watch.stepping(self, s)
        for _ in range(self.wishes):
            self.wish(self.sim)

    def wish(self, sim: Any) -> None:
        """One wish."""
        draw, s = self.chance, self.s
        slot, what = draw.randrange(SLOTS), draw.randrange(20)
        if what < 11:
            if draw.random() < 0.5:
                self.say(sim, "renew", slot)
            if draw.random() < 0.3:
                self.frame(sim, slot)
            self.order(sim, slot)
        elif what == 11:
            self.say(sim, "withdraw", slot)
        elif what == 12:
            self.say(sim, "again", slot)
        elif what == 13 and draw.random() < 0.5:
            x = draw.choice((-1.0, 0.0, 0.0, 1.0))
            self.log.append(f"  target {x}")
            if x != self.rows(s)[0].x:
                self.watch.said(self, s, "renew", 0)
            wanted.want_target(sim, s, x)
        elif what < 17:
            self.entry(sim)
        else:
            self.frame(sim, slot)

    def entry(self, sim: Any) -> None:
        """An entry with what closes it."""
        draw, s = self.chance, self.s
        parent, stop, sale = draw.sample(range(SLOTS), 3)
        side = 1 if not self.rules["shortable"] or draw.random() < 0.6 else -1
        lots = draw.randint(3, 12)
        for slot in (parent, stop, sale):
            self.say(sim, "renew", slot)
        self.put(sim, parent, draw.choice((MARKET, LIMIT)), side, self.price[s] - side, 0, lots)
        group = draw.choice((0, 1, 2))
        for slot in (stop, sale):
            wanted.flag_row(sim, s, slot, draw.choice((0, REDUCE_ONLY)))
            wanted.link_row(sim, s, slot, group)
            self.parent(sim, slot, parent)
            self.log.append(f"  slot {slot} flags {self.rows(s)[slot].flag_bits} link {group} parent {parent}")
        self.put(sim, stop, STOP, -side, 0, self.price[s] - 12 * side, lots)
        self.put(sim, sale, LIMIT, -side, self.price[s] + 12 * side, 0, lots)

    def say(self, sim: Any, what: str, slot: int) -> None:
        """One of the verbs that take a slot back or begin it anew."""
        self.log.append(f"  {what} {slot}")
        self.watch.said(self, self.s, what, slot)
        {"renew": wanted.renew_slot, "withdraw": wanted.withdraw_slot, "again": wanted.again}[what](sim, self.s, slot)

    def frame(self, sim: Any, slot: int) -> None:
        """Flags, group or parent of a row."""
        draw, what, s = self.chance, self.chance.randrange(3), self.s
        if what == 0:
            wanted.flag_row(sim, s, slot, draw.choice((0, REDUCE_ONLY, REDUCE_ONLY)))
        elif what == 1:
            wanted.link_row(sim, s, slot, draw.choice((0, 1, 2)))
        else:
            self.parent(sim, slot, draw.choice([-1, *(k for k in range(SLOTS) if k != slot)]))
        row = self.rows(s)[slot]
        self.log.append(f"  slot {slot} flags {row.flag_bits} link {row.link} parent {row.parent - 1}")

    def parent(self, sim: Any, slot: int, parent: int) -> None:
        """Let a row wait for another; where that is another than before it waits anew."""
        if int(self.rows(self.s)[slot].parent) != parent + 1:
            self.watch.parented(self.s, slot)
        wanted.parent_row(sim, self.s, slot, parent)

    def order(self, sim: Any, slot: int) -> None:
        """Any order, more often against the position."""
        draw, held = self.chance, self.held(self.s)
        side = draw.choice((1, -1))
        if held and draw.random() < 0.5:
            side = -1 if held > 0 else 1
        kind = draw.choice((MARKET, LIMIT, LIMIT, STOP, STOP, STOP_LIMIT, TAKE_PROFIT))
        away = draw.randint(1, 30)
        meets = -side if kind in (LIMIT, TAKE_PROFIT) else side
        level = max(self.price[self.s] + meets * away, 2)
        lots = abs(held) if held and draw.random() < 0.4 else draw.randint(1, 14)
        limit = max(level + side * draw.choice((0, 1, 20)), 1) if kind == STOP_LIMIT else level
        self.put(sim, slot, kind, side, limit, level, lots)

    def put(self, sim: Any, slot: int, kind: int, side: int, price: int, trigger: int, lots: int) -> None:
        """Ask for an order."""
        s = self.s
        row = self.rows(s)[slot]
        if row.state not in (DONE, ENDED) and row.qty and row.side != side:
            self.watch.said(self, s, "renew", slot)
        self.log.append(f"  {s} want slot {slot} kind {kind} side {side} price {price} trigger {trigger} lots {lots}")
        if kind == MARKET:
            wanted.want_market(sim, s, slot, side, float(lots))
        elif kind == LIMIT:
            wanted.want_limit(sim, s, slot, side, float(price), float(lots))
        elif kind == STOP_LIMIT:
            wanted.want_stop_limit(sim, s, slot, side, float(trigger), float(price), float(lots))
        else:
            wanted.want_trigger(sim, s, slot, kind, side, float(trigger), float(lots))

    def judge_again(self, s: int) -> None:
        """The gate once more, with nothing new."""
        call(self.again, "again", self.state, s, True)
