"""A bot and a venue that do anything at all, drawn from one seed: wishes at closes and fills, fills, ends, jumps.

The venue here takes off at once what is wanted no more and lets nothing fill beyond what rests. What it hears of an
order is what `core.wanted` says of a row: leaves and flags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from tests.stage import T0, at, bot, market

from botswain.build.decider import ENTRIES, Bar, Code, Decider
from botswain.build.link import Linked, call, link
from botswain.build.plan import Plan
from botswain.build.simulator import constants
from botswain.core import wanted
from botswain.core.access import call_back
from botswain.core.codes import CLOSE, END, FILL, LIMIT, MARKET, REDUCE_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.core.gate import judge
from botswain.core.scale import Sizing
from botswain.model.reasons import Reason

MINUTE_MS = 60_000
SLOTS = 5
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
        self.limits = dict(draw.choice(LIMITS))
        self.rules = {"shortable": draw.random() < 0.6}
        if draw.random() < 0.2:
            self.rules["min_notional"] = str(draw.choice((150, 350)))
        if draw.random() < 0.15:
            self.rules["max_qty"] = str(draw.choice((4, 7)))
        windows = (T0 + 4 * MINUTE_MS, T0 + 9 * MINUTE_MS, T0 + 14 * MINUTE_MS) if draw.random() < 0.15 else ()
        exits = {"stop_loss": Decimal("0.1")} if draw.random() < 0.2 else {}
        plan = Plan(
            strategy=bot(silent, slots=SLOTS, events=(CLOSE, FILL, END))(), instruments=(market(**self.rules),),
            timeframe_ms=MINUTE_MS, capital=Decimal(10_000), sizing=Sizing("fixed", Decimal(8)), exits=exits,
            limits={name: Decimal(value) for name, value in self.limits.items()}, windows=windows,
        )  # fmt: skip
        self.gated = plan.gated
        code, self.again = linked_for(plan.features(curve=False))
        self.decider = Decider(plan, None, compiled=False, code=code)
        self.state = self.decider.state
        self.state.header.callback = self.step
        self.sim = self.state.handle
        self.rows = self.state.parts["rows"]
        self.log.append(f"seed {self.seed} {self.limits} {self.rules} windows {len(windows)} exits {exits}")
        self.minute, self.price, self.wishes = 0, 100, 0

    @property
    def held(self) -> int:
        """The position in lots."""
        return int(wanted.held_lots(self.sim, 0))

    def run(self, events: int) -> None:
        """A close, then what happens."""
        self.close()
        for _ in range(events):
            working = [slot for slot in range(SLOTS + 2) if wanted.wanted_leaves(self.sim, 0, slot) > 0]
            if working and self.chance.random() < 0.6:
                self.meet(self.chance.choice(working))
            else:
                self.close()

    def close(self) -> None:
        """The next candle, mostly near the last."""
        draw = self.chance
        step = draw.choice((-25, -12, 12, 25)) if draw.random() < 0.12 else draw.randint(-2, 2)
        self.price = min(max(self.price + step, 50), 160)
        self.log.append(f"close {self.minute} at {self.price}")
        self.wishes = draw.choice((0, 1, 1, 2, 3, 4))
        price = self.price
        bar = Bar(price, price, price, price, (*[float(price)] * 4, 1.0))
        self.decider.close(at(self.minute), {0: bar})
        self.minute += 1
        self.watch.judged(self)

    def meet(self, slot: int) -> None:
        """The venue fills one order, in part or whole, or ends it."""
        draw, row, sim = self.chance, self.rows[slot], self.sim
        leaves, held = int(wanted.wanted_leaves(sim, 0, slot)), self.held
        only = wanted.works_only(sim, 0, slot) or (row.side < 0 and not self.rules["shortable"])
        most = min(leaves, max(-row.side * held, 0)) if only else leaves
        link_of, rev = int(row.link), int(row.rev)
        if most == 0 or draw.random() < 0.15:
            reason = Reason.NOTHING_TO_REDUCE if most == 0 else Reason.VENUE_CANCELED
            self.report(slot, rev, int(row.side), 0, reason, 1)
            return
        lots = most if draw.random() < 0.6 else draw.randint(1, most)
        final = lots == leaves or (wanted.works_only(sim, 0, slot) and lots == -row.side * held)
        others = [
            (one, int(self.rows[one].rev), int(self.rows[one].side)) for one in range(SLOTS + 2)
            if one != slot and link_of and self.rows[one].link == link_of and wanted.wanted_leaves(sim, 0, one) > 0
        ]  # fmt: skip
        self.report(slot, rev, int(row.side), lots, Reason.TARGET if hasattr(Reason, "TARGET") else 0, int(final))
        for one, was, side in others:
            self.report(one, was, side, 0, Reason.LINKED, 1)

    def report(self, slot: int, rev: int, side: int, lots: int, reason: int, final: int) -> None:
        """Tell the bot."""
        row = self.rows[slot]
        price = int(row.price or row.trigger or self.price) if lots else 0
        self.log.append(f"report slot {slot} rev {rev} side {side} lots {lots} at {price} {int(reason)} final {final}")
        self.wishes = self.chance.choice((0, 0, 0, 1, 2))
        self.watch.before(self)
        self.decider.report({
            "time_ms": at(self.minute), "seq": 0, "symbol": 0, "slot": slot, "rev": rev, "side": side,
            "lots": lots, "price": price, "fee": 0, "maker": 0, "reason": int(reason), "final": final,
        })  # fmt: skip
        self.watch.reported(self)
        self.watch.judged(self)

    def step(self, _s: int, _i: int) -> None:
        """The strategy's turn."""
        sim = self.sim
        self.watch.stepping(self)
        for _ in range(self.wishes):
            self.wish(sim)
        self.wishes = 0

    def wish(self, sim: Any) -> None:
        """One wish."""
        draw = self.chance
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
            if x != self.rows[0].x:
                self.watch.said(self, "renew", 0)
            wanted.want_target(sim, 0, x)
        elif what < 17:
            self.entry(sim)
        else:
            self.frame(sim, slot)

    def entry(self, sim: Any) -> None:
        """An entry with what closes it."""
        draw = self.chance
        parent, stop, sale = draw.sample(range(SLOTS), 3)
        side = 1 if not self.rules["shortable"] or draw.random() < 0.6 else -1
        lots = draw.randint(3, 12)
        for slot in (parent, stop, sale):
            self.say(sim, "renew", slot)
        self.put(sim, parent, draw.choice((MARKET, LIMIT)), side, self.price - side, 0, lots)
        group = draw.choice((0, 1, 2))
        for slot in (stop, sale):
            wanted.flag_row(sim, 0, slot, draw.choice((0, REDUCE_ONLY)))
            wanted.link_row(sim, 0, slot, group)
            wanted.parent_row(sim, 0, slot, parent)
            self.log.append(f"  slot {slot} flags {self.rows[slot].flag_bits} link {group} parent {parent}")
        self.put(sim, stop, STOP, -side, 0, self.price - 12 * side, lots)
        self.put(sim, sale, LIMIT, -side, self.price + 12 * side, 0, lots)

    def say(self, sim: Any, what: str, slot: int) -> None:
        """One of the verbs that take a slot back or begin it anew."""
        self.log.append(f"  {what} {slot}")
        self.watch.said(self, what, slot)
        {"renew": wanted.renew_slot, "withdraw": wanted.withdraw_slot, "again": wanted.again}[what](sim, 0, slot)

    def frame(self, sim: Any, slot: int) -> None:
        """Flags, group or parent of a row."""
        draw, what = self.chance, self.chance.randrange(3)
        if what == 0:
            wanted.flag_row(sim, 0, slot, draw.choice((0, REDUCE_ONLY, REDUCE_ONLY)))
        elif what == 1:
            wanted.link_row(sim, 0, slot, draw.choice((0, 1, 2)))
        else:
            wanted.parent_row(sim, 0, slot, draw.choice([-1, *(k for k in range(SLOTS) if k != slot)]))
        row = self.rows[slot]
        self.log.append(f"  slot {slot} flags {row.flag_bits} link {row.link} parent {row.parent - 1}")

    def order(self, sim: Any, slot: int) -> None:
        """Any order, more often against the position."""
        draw, held = self.chance, self.held
        side = draw.choice((1, -1))
        if held and draw.random() < 0.5:
            side = -1 if held > 0 else 1
        kind = draw.choice((MARKET, LIMIT, LIMIT, STOP, STOP, STOP_LIMIT, TAKE_PROFIT))
        away = draw.randint(1, 30)
        meets = -side if kind in (LIMIT, TAKE_PROFIT) else side
        level = max(self.price + meets * away, 2)
        lots = abs(held) if held and draw.random() < 0.4 else draw.randint(1, 14)
        limit = max(level + side * draw.choice((0, 1, 20)), 1) if kind == STOP_LIMIT else level
        self.put(sim, slot, kind, side, limit, level, lots)

    def put(self, sim: Any, slot: int, kind: int, side: int, price: int, trigger: int, lots: int) -> None:
        """Ask for an order."""
        self.log.append(f"  want slot {slot} kind {kind} side {side} price {price} trigger {trigger} lots {lots}")
        if kind == MARKET:
            wanted.want_market(sim, 0, slot, side, float(lots))
        elif kind == LIMIT:
            wanted.want_limit(sim, 0, slot, side, float(price), float(lots))
        elif kind == STOP_LIMIT:
            wanted.want_stop_limit(sim, 0, slot, side, float(trigger), float(price), float(lots))
        else:
            wanted.want_trigger(sim, 0, slot, kind, side, float(trigger), float(lots))

    def judge_again(self) -> None:
        """The gate once more, with nothing new."""
        call(self.again, "again", self.state, 0, True)
