"""Wanted rows: what a strategy asks for, made orderable, and how much of it (docs/rules.md, 5).

A row is edited by the strategy, the exits and the gate; the timeline turns it into orders. Nothing here knows prices
of candles or other symbols.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from .units import SELL, Market
from .venue import MARKET, Order

RESERVE = Fraction(5, 1000)
BELOW_MINIMUM = "BELOW_MINIMUM"


@dataclass
class Row:
    """One wanted order.

    effective  what the gate left of `lots`
    held       how much of its leaves is not in the book (exits)
    ended      the code that ended this rev; the row is spent
    waiting    whether the gate holds it back for now, without leaves; waits_for is the code that it does so for
    noted      the code last noted for that, while the same is asked for; wish is what that is
    part       whether the gate holds back for now what it has more than closes the position
    parent     the slot whose fill it waits for, -1 for none; freed says that it need not wait any more
    done       whether it is filled, for as much as it was let in
    over       whether the order of its last fill has no more to come
    withdrawn  whether the strategy took it back
    asked_rev  the rev in which it was last asked for
    whole      lots as they were asked for, before the venue's maximum; of a target's order what is missing follows
    """

    slot: int
    rev: int = 0
    side: int = 1
    kind: str = MARKET
    lots: int = 0
    price: int = 0
    trigger: int = 0
    reduce_only: bool = False
    post_only: bool = False
    link: int = 0
    tag: str = ""
    filled: int = 0
    effective: int = 0
    held: int = 0
    ended: str = ""
    small: bool = False
    waiting: bool = False
    waits_for: str = ""
    noted: str = ""
    wish: tuple[int, str, int, int, int] = (0, "", 0, 0, 0)
    part: bool = False
    parent: int = -1
    freed: bool = False
    done: bool = False
    over: bool = False
    withdrawn: bool = False
    whole: int = 0
    of_target: bool = False
    approved: tuple[int, int, int, int] | None = None
    passed: tuple[int, int, int, int] | None = None
    counted_rev: int = 0
    reserved: int = 0
    asked_rev: int = -1
    may_short: bool = False

    @property
    def key(self) -> tuple[int, int, int, int]:
        """What makes the gate judge it anew."""
        return (self.rev, self.lots, self.price, self.trigger)

    @property
    def asked(self) -> int:
        """Lots still wanted by the strategy."""
        return 0 if self.ended or self.small else max(0, self.lots - self.filled)

    @property
    def leaves(self) -> int:
        """Lots that should be working."""
        if self.ended or self.small or self.waiting or self.done or self.waits_for_parent:
            return 0
        return max(0, self.effective - self.filled)

    @property
    def unwanted(self) -> bool:
        """Whether no order is wanted for it, now or ever: a fill it gets is a late one."""
        return self.done or self.withdrawn or self.waiting or self.small or bool(self.ended)

    @property
    def waits_for_parent(self) -> bool:
        """Whether it is not sent yet because its parent is not filled."""
        return self.parent >= 0 and not self.freed

    @property
    def stands(self) -> bool:
        """Whether it still wants something, now or later."""
        return self.asked > 0 and not self.done

    @property
    def closes_only(self) -> bool:
        """Whether its order may do nothing but close: it asks for that, or the gate passed it for no more."""
        return self.reduce_only or (self.may_short and self.kind != MARKET and self.passed == self.key)

    def satisfied_by(self, order: Order, leaves: int) -> bool:
        """Whether the working order is what this row wants, in everything that the venue knows of it."""
        return (
            order.rev == self.rev
            and order.lots == leaves
            and order.price == self.price
            and order.trigger == self.trigger
            and order.side == self.side
            and order.kind == self.kind
            and order.held == self.held
            and order.reduce_only == self.closes_only
            and order.post_only == self.post_only
        )

    def order(self) -> Order:
        """This row as an order on its way to the venue."""
        return Order(
            self.slot, self.rev, self.side, self.kind, self.leaves, self.price, self.trigger,
            reduce_only=self.closes_only, post_only=self.post_only, link=self.link, tag=self.tag, held=self.held,
        )  # fmt: skip


@dataclass
class Table:
    """The rows of one symbol by slot."""

    market: Market
    rows: dict[int, Row] = field(default_factory=dict)
    reasons: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.small_already: dict[int, tuple[int, int, int, int]] = {}
        self.shrunk: list[tuple[Row, int]] = []
        self.asked_again = 0
        self.close = 0

    def row(self, slot: int) -> Row:
        """The row of a slot, made when first asked for."""
        if slot not in self.rows:
            self.rows[slot] = Row(slot, may_short=self.market.instrument.shortable)
        return self.rows[slot]

    def want(
        self, slot: int, side: int, kind: str, lots: int, close: int, *, fresh: bool,
        price: int = 0, trigger: int = 0, reduce_only: bool = False, link: int = 0, tag: str = "", parent: int = -1,
        of_target: bool = False, post_only: bool = False,
    ) -> None:  # fmt: skip
        """Write a row. `fresh` raises its rev; `close` is the price that a market order's minimum is judged by."""
        row = self.row(slot)
        # What was bought under a rev is no part of a sale: the other side is the next rev.
        if fresh or (row.rev == row.asked_rev and row.side != side):
            fresh = True
            self.ends_in_part(row)
            row.rev += 1
            row.filled, row.ended, row.waits_for, row.noted = 0, "", "", ""
            row.parent, row.freed = parent, False
        if row.wish != (side, kind, lots, price, trigger):
            row.wish, row.noted = (side, kind, lots, price, trigger), ""
        before, row.asked_rev = row.key, row.rev
        was = (row.side, row.kind)
        as_it_was = not fresh and (row.side, row.kind) == (side, kind) and not row.small and not row.ended
        row.side, row.kind, row.price, row.trigger = side, kind, price, trigger
        row.reduce_only, row.post_only, row.link, row.tag = reduce_only, post_only, link, tag
        row.lots = max(self.market.at_most(lots), row.filled)
        row.whole, row.of_target, row.done, row.withdrawn = lots, of_target, False, False
        if row.ended == BELOW_MINIMUM and ((side, kind) != was or row.key != before):
            row.ended = ""  # a rest that was too small: asked for otherwise, what is left of it is judged
        if fresh or row.key != before:
            row.approved, row.passed, row.reserved, row.waiting, row.part = None, None, 0, False, False
            row.effective = row.lots
        if as_it_was and row.key == before and row.lots > row.filled:
            return  # an order of it works, or waits: what a fill left of that is not sent again, and so not judged
        named = price or trigger or close
        row.small = row.lots > row.filled and self.market.too_small(row.lots - row.filled, named)
        if row.small and self.small_already.get(slot) != row.key:
            self.small_already[slot] = row.key
            self.reasons.append((slot, BELOW_MINIMUM))

    def again(self, slot: int, close: int) -> None:
        """Ask anew, under the next rev, for what was left of a row that ended; of any other row: nothing."""
        row = self.row(slot)
        if row.ended:
            self.asked_again += 1
            self.want(
                slot, row.side, row.kind, row.lots - row.filled, close, fresh=True, price=row.price,
                trigger=row.trigger, reduce_only=row.reduce_only, post_only=row.post_only, link=row.link, tag=row.tag,
            )  # fmt: skip

    def tell_shrunk(self) -> None:
        """Rests too small to be sent, but of rows that were asked for otherwise since: those are judged now."""
        for row, rev in self.shrunk:
            if row.rev == rev and row.ended == BELOW_MINIMUM:
                self.reasons.append((row.slot, BELOW_MINIMUM))
        self.shrunk.clear()

    def fill(self, row: Row, lots: int, *, last: bool, held: int) -> None:
        """Count a fill; `last` where its order has no more to come, `held` what it leaves of the position.

        A filled row sets its children free. Of a target that was cut to the venue's maximum the next order follows at
        once, as long as there is something for it to close.
        """
        row.filled += lots
        row.over = last
        closing = -row.side * held
        if row.unwanted:
            self._fill_late(row)
            return
        row.done = row.filled >= row.effective or (last and row.closes_only and closing <= 0)
        if not row.done:
            left = self.market.at_most(row.whole) - row.filled
            if last and row.closes_only and self.market.too_small(left, row.price or row.trigger or self.close):
                row.ended = BELOW_MINIMUM
                self.shrunk.append((row, row.rev))
            return
        self.free_children(row.slot)
        missing = row.whole - row.filled
        if row.of_target and row.effective == row.lots < row.whole and missing > 0 and closing > 0:
            counted = row.counted_rev == row.rev
            lots = min(missing, closing) if row.reduce_only else missing
            self.want(row.slot, row.side, MARKET, lots, self.close, fresh=True, reduce_only=row.reduce_only,
                      tag=row.tag, of_target=True)  # fmt: skip
            if counted:
                row.counted_rev = row.rev

    def _fill_late(self, row: Row) -> None:
        """A fill of an order that was on the venue still: it fills the row where it is for all that was asked for.

        Else the row is as taken back, ended or waiting as it was; what was filled of it has what closes it.
        """
        if row.done:
            return
        row.done = row.filled >= self.market.at_most(row.whole)
        if row.done:
            row.waiting, row.small, row.ended = False, False, ""
            self.free_children(row.slot)
        else:
            self.ends_in_part(row)

    def free_children(self, parent: int, *, part: bool = False) -> None:
        """What waits for a slot need not wait for it any more, in its present rev.

        part   the slot's order ended with a part of it filled: only what can do nothing but close goes
        """
        for row in self.rows.values():
            closes = row.reduce_only or (row.side == SELL and not self.market.instrument.shortable)
            if row.parent == parent and row.stands and (closes or not part):
                row.freed = True

    def free_guards(self, parent: int, side: int, held: int) -> None:
        """An older rev of a slot filled late: what can only close the position that it opened need not wait."""
        for row in self.rows.values():
            closes = row.reduce_only or (row.side == SELL and not self.market.instrument.shortable)
            if row.parent == parent and row.stands and closes and row.side != side and held * side > 0:
                row.freed = True

    def ends_in_part(self, row: Row) -> None:
        """No more is wanted of a row, or not now: what was filled of it has what closes it."""
        if row.filled and not row.done:
            self.free_children(row.slot, part=True)

    def free_of_filled(self) -> None:
        """What is asked for while its parent stands filled does not wait; in part, what can do nothing but close."""
        for row in list(self.rows.values()):
            # Asked for no more than is filled of it already.
            row.done = row.done or (0 < row.filled == row.lots and not row.withdrawn and not row.ended)
            if row.done:
                self.free_children(row.slot)
            elif not row.leaves:
                self.ends_in_part(row)

    def cover(self, side: int, below: int) -> int:
        """Lots of the strategy's orders of a side that rest or will, of a link group the largest."""
        groups: dict[int, int] = {}
        for row in self.rows.values():
            if row.slot < below and row.side == side and row.kind != MARKET:
                group = row.link or -1 - row.slot
                groups[group] = max(groups.get(group, 0), row.leaves)
        return sum(groups.values())

    def begin_anew(self, slot: int) -> None:
        """The next rev of a slot in which nothing is wanted now."""
        self.withdraw(slot)
        row = self.row(slot)
        row.rev += 1
        row.filled, row.ended, row.noted, row.done = 0, "", "", False

    def withdraw(self, slot: int) -> None:
        """Nothing is wanted in a slot any more."""
        row = self.row(slot)
        row.lots = row.effective = 0
        row.withdrawn = True
        row.waiting = row.small = row.part = False
        row.approved, row.reserved, row.waits_for = None, 0, ""
        self.ends_in_part(row)


@dataclass(frozen=True)
class Sizing:
    """How much to buy. Money in quote, `size` by kind: a fraction, base units or quote units."""

    kind: str
    size: Fraction
    capital: Fraction
    stop_loss: Fraction
    compounding: bool = True
    period: int = 20
    moves: tuple[float, Fraction] | None = None

    def on_moves(self, closes: list[float], highs: list[float], lows: list[float], at: int, length_ms: int) -> Sizing:
        """With how far a candle moves, Wilder's average of true ranges, and the root of how many a day has.

        Nothing is known before there are as many ranges as the period has.
        """
        if self.kind != "volatility":
            return self
        ranges = [max(highs[i], closes[i - 1]) - min(lows[i], closes[i - 1]) for i in range(1, at + 1)]
        if len(ranges) < self.period:
            return self
        average = sum(ranges[: self.period]) / self.period
        for one in ranges[self.period :]:
            average = (average * (self.period - 1) + one) / self.period
        root = Fraction(math.isqrt(86_400_000 * 10**16 // length_ms), 10**8)
        return replace(self, moves=(average, root))

    def unit(self, market: Market, equity: int, close: int) -> Fraction:
        """Lots of target 1.0, not yet floored."""
        price = close * market.tick
        i = market.instrument
        money = equity * market.money
        affordable = money * (1 - RESERVE) / (price * (1 + Fraction(i.taker_fee)))
        basis = money if self.compounding else self.capital
        if self.kind == "percent":
            qty = self.size * basis * (1 - RESERVE) / (price * (1 + Fraction(i.taker_fee)))
            qty = qty if self.compounding else min(qty, affordable)
        elif self.kind == "volatility":
            average, root = self.moves or (0.0, Fraction(1))
            pieces = math.floor(average / float(market.tick) * 10_000 + 0.5)
            if not pieces:
                return Fraction(0)
            qty = min(self.size * basis / (Fraction(pieces, 10_000) * market.tick * root), affordable)
        elif self.kind == "risk":
            if not self.stop_loss:
                raise ValueError("sizing risk needs stop_loss")
            qty = min(self.size * basis / (price * self.stop_loss), affordable)
        else:
            qty = self._of_one(market, price)
        return qty / market.lot

    def row_lots(self, market: Market, ticks: int, sharing: int) -> int:
        """Lots of one of `sharing` rows that names no quantity."""
        price = ticks * market.tick
        if self.kind == "risk":
            raise ValueError("rows are not sized by risk")
        if self.kind == "percent":
            taker = 1 + Fraction(market.instrument.taker_fee)
            qty = self.size * self.capital * (1 - RESERVE) / (sharing * price * taker)
        else:
            qty = self._of_one(market, price)
        return math.floor(qty / market.lot)

    def _of_one(self, market: Market, price: Fraction) -> Fraction:
        if self.kind == "fixed":
            return self.size
        if self.kind == "fixed_quote":
            return self.size / (price * (1 + Fraction(market.instrument.taker_fee)))
        raise ValueError(f"sizing {self.kind!r} is not known")


def set_target(table: Table, sizing: Sizing, x: Decimal, equity: int, close: int, held: int) -> bool:
    """Slot 0 goes to the position `x` asks for: a market order for what is missing of it, reduce-only where x is 0.

    False where it is not taken, because no size is known: by how a market moves that has not moved.
    """
    want = Fraction(x.quantize(Decimal("1e-8")))
    if want and not held and sizing.kind == "volatility" and not sizing.unit(table.market, equity, close):
        return False
    lots = max(0, math.floor(abs(want) * sizing.unit(table.market, equity, close))) if want else 0
    missing = (lots if want > 0 else -lots) - held
    side = 1 if missing > 0 else -1
    table.want(0, side, MARKET, abs(missing), close, fresh=True, reduce_only=not want, tag="target",
               of_target=True)  # fmt: skip
    return True
