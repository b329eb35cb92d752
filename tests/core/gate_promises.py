"""What the gate promises, checked from the outside after each judgement: docs/rules.md 4, 5 and 7, SEMANTICS 2.

It reads rows as they stand and the position, and counts by itself what closes, what fills a row, what that frees and
what blocks entries (`gate_numbers`); it calls nothing of the gate and reads no flag of it.
"""

from __future__ import annotations

from typing import Any

from tests.core.drawn_venue import News
from tests.core.gate_numbers import BLOCKS, Day, Numbers
from tests.core.gate_rooms import Broken, Rooms, leaves

from botswain.core.codes import (
    ASKED,
    DEFERRED,
    DONE,
    EMPTY,
    ENDED,
    ENTRY,
    MARKET,
    REDUCE_ONLY,
    REDUCING,
    STOP,
    STOP_LIMIT,
    WAITING,
    WORKING,
)  # fmt: skip
from botswain.core.rows import works_only


def together(rows: list[Any], lots: Any) -> int:
    """Lots of rows that can all fill: of a link group the largest."""
    groups: dict[int, int] = {}
    for k, row in enumerate(rows):
        group = row.link or -1 - k
        groups[group] = max(groups.get(group, 0), lots(row))
    return sum(groups.values())


class Promises:
    """Told of everything that a drawing does."""

    def __init__(self, slots: int, fixed: bool = True) -> None:
        self.slots, self.fixed = slots, fixed
        # (symbol, child, rev, parent) that have been freed, by a parent filled or over in part.
        self.free: set[tuple[int, int, int, int]] = set()
        self.was = 0
        self.filled: int | None = None
        self.day = Day()
        # Symbols in which an order filled that nobody wanted any more, until they are flat and nothing opens them.
        self.surprised: set[int] = set()

    def begin(self, drawing: Any) -> None:
        """Before the first candle."""
        capital = int(drawing.state.account.capital)
        self.numbers = Numbers(drawing.symbols, capital, drawing.limits, drawing.hours)
        self.blocked = [0] * drawing.symbols
        self.rooms = Rooms(drawing.symbols)

    def said(self, drawing: Any, s: int, what: str, slot: int) -> None:
        """The bot takes a row back or begins it anew: what was filled of it is over."""
        row = drawing.rows(s)[slot]
        begins = what == "renew" or (what == "again" and row.state == ENDED and row.qty > row.filled)
        if row.filled > 0 and row.state != DONE and (begins or what == "withdraw"):
            self.children(drawing, s, slot, part=True)
        if begins:
            self.day.revs[s, slot] = int(row.rev) + 1

    def parented(self, s: int, slot: int) -> None:
        """A row waits for another than before."""
        self.free = {name for name in self.free if name[:2] != (s, slot)}

    def stepping(self, drawing: Any, s: int) -> None:
        """A fill or end is counted and the strategy not called yet."""
        if self.filled is not None:
            slot, self.filled = self.filled, None
            row = drawing.rows(s)[slot]
            if row.rev == self.rev and (row.state == DONE) != self.done:
                raise Broken(f"slot {slot} is {'not ' * (not self.done)}filled, and says the other: state {row.state}")

    def closing(self, drawing: Any, time_ms: int) -> None:
        """Candles have closed, and the bot is not told yet."""
        self.time_ms = time_ms
        if self.numbers.closed(time_ms, drawing.price):
            self.day.turn()
            self.rooms.news()

    def before(self, drawing: Any, news: News, price: int, time_ms: int) -> bool:
        """A report is coming: what it does to its row, and which rows it frees. Returns whether the gate will judge.

        It does not for an end that nobody waits for.
        """
        order, s = news.order, news.order.symbol
        self.was, self.time_ms = drawing.held(s), time_ms
        self.rooms.news()
        row = drawing.rows(s)[order.slot]
        if news.lots:
            self.numbers.filled(s, order.side, news.lots, price, time_ms)
            if order.late:
                self.surprised.add(s)
        if int(row.rev) != order.rev:
            if news.lots:
                self.guards(drawing, s, order.slot, order.side)
            return bool(news.lots)
        wanted = row.state == WORKING
        if news.lots:
            only = bool(works_only(drawing.sim, s, order.slot))
            self.done = fills(row, news, only, self.numbers.held[s], most_of(drawing))
            self.filled, self.rev = order.slot, order.rev
            if self.done:
                self.children(drawing, s, order.slot, part=False)
            elif not wanted:
                self.children(drawing, s, order.slot, part=True)
        elif row.filled > 0 and (wanted or row.state == WAITING):
            self.children(drawing, s, order.slot, part=True)
        return bool(news.lots) or wanted or row.state == WAITING

    def reported(self, drawing: Any, news: News) -> None:
        """It was handled: in a block no position grows or turns, but by what was on its way already."""
        s = news.order.symbol
        now = drawing.held(s)
        if now != self.numbers.held[s]:
            raise Broken(f"{now} are held, and {self.numbers.held[s]} were filled")
        if self.blocked[s] and not news.order.late and (abs(now) > abs(self.was) or now * self.was < 0):
            raise Broken(f"in a block the position went from {self.was} to {now}")

    def children(self, drawing: Any, s: int, parent: int, *, part: bool) -> None:
        """Note which rows a parent frees that is filled or over."""
        rows = drawing.rows(s)
        for slot in range(self.slots):
            row = rows[slot]
            if row.parent == parent + 1 and row.state in (ASKED, WORKING, WAITING):
                if not part or self.only_closes(drawing, row):
                    self.free.add((s, slot, int(row.rev), parent))

    def guards(self, drawing: Any, s: int, parent: int, side: int) -> None:
        """What an older rev of a parent opened late has what closes it, and nothing more."""
        if self.numbers.held[s] * side <= 0:
            return
        for slot, row in enumerate(drawing.rows(s)[: self.slots]):
            if row.parent == parent + 1 and row.state in (ASKED, WORKING, WAITING) and row.side == -side:
                if self.only_closes(drawing, row):
                    self.free.add((s, slot, int(row.rev), parent))

    def only_closes(self, drawing: Any, row: Any) -> bool:
        """Whether a row can only close."""
        return bool(row.flag_bits & REDUCE_ONLY) or (row.side < 0 and not drawing.rules["shortable"])

    def parents(self, drawing: Any, s: int) -> None:
        """Which parents are filled or over now."""
        rows = drawing.rows(s)
        for slot in range(self.slots):
            row = rows[slot]
            if row.state == DONE:
                self.children(drawing, s, slot, part=False)
            elif row.filled > 0 and row.state in (ENDED, WAITING, EMPTY):
                self.children(drawing, s, slot, part=True)

    def judged(self, drawing: Any, s: int) -> None:
        """The gate has spoken."""
        self.filled = None
        self.parents(drawing, s)
        self.blocked[s] = self.numbers.block(self.time_ms) if drawing.gated else 0
        if not drawing.held(s) and not self.entries(drawing, s):
            self.surprised.discard(s)
        self.check(drawing, s)
        self.rooms.look(drawing, s, self)
        self.day.count(s, drawing.rows(s)[: self.slots], self.entries(drawing, s))
        if len(self.day.orders) > int(drawing.limits.get("max_orders_day", 1 << 30)):
            raise Broken(f"too many orders in a day: {sorted(self.day.orders)}")
        if drawing.gated and self.fixed:
            before = picture(drawing, s)
            drawing.judge_again(s)
            self.check(drawing, s)
            if any(map(moved, before, picture(drawing, s))):
                raise Broken(f"judged again: {differences(before, picture(drawing, s))}")

    def check(self, drawing: Any, s: int) -> None:
        """All that holds between events."""
        rows = drawing.rows(s)[: self.slots]
        for slot, row in enumerate(rows):
            self.check_row(drawing, s, slot, row)
        if drawing.gated and drawing.rules["shortable"] and drawing.held(s):
            self.check_room(drawing, s, rows)
        if "max_open_positions" in drawing.limits and not self.surprised:
            open_now = [one for one in range(drawing.symbols) if drawing.held(one) or self.entries(drawing, one)]
            if len(open_now) > int(drawing.limits["max_open_positions"]):
                raise Broken(f"symbols {open_now} are open or about to be")

    def entries(self, drawing: Any, s: int) -> list[int]:
        """Slots whose orders may open a position."""
        rows = enumerate(drawing.rows(s)[: self.slots])
        return [slot for slot, r in rows if r.state == WORKING and r.reducing == ENTRY and leaves(r) > 0]

    def check_row(self, drawing: Any, s: int, slot: int, row: Any) -> None:
        """What holds of one row."""
        where = f"symbol {s} slot {slot}"
        if row.state == ASKED:
            raise Broken(f"{where} is not judged")
        if row.state in (WAITING, ENDED) and row.ended == 0:
            raise Broken(f"{where} waits or ended and nobody knows for what")
        if row.eff < row.filled or (row.state == WORKING and row.eff > row.qty):
            raise Broken(f"{where}: filled {row.filled}, eff {row.eff}, qty {row.qty}")
        if row.state == WORKING and most_of(drawing) and row.eff > max(row.filled, most_of(drawing)):
            raise Broken(f"{where} works for {row.eff} in all, and one order takes {most_of(drawing)}")
        name = (s, slot, int(row.rev), int(row.parent) - 1)
        if row.parent > 0 and row.state == WORKING and row.freed == 0 and name in self.free:
            raise Broken(f"{where} waits for a parent that is over")
        if row.parent > 0 and row.state in (WORKING, WAITING) and row.freed and name not in self.free:
            raise Broken(f"{where} is free of a parent that is not over")
        if not drawing.gated or row.state not in (WORKING, WAITING):
            return
        if row.state == WORKING and row.reducing == DEFERRED and (row.freed or row.parent == 0):
            raise Broken(f"{where} is deferred for good")
        if self.only_closes(drawing, row):
            if row.state == WAITING:
                raise Broken(f"{where} only closes and waits for code {row.ended}")
            if row.reducing == ENTRY:
                raise Broken(f"{where} only closes and is an entry")
        if self.blocked[s] and row.state == WORKING and row.reducing == ENTRY and leaves(row) > 0:
            raise Broken(f"{where} is an entry that works in block {self.blocked[s]}")
        if not self.blocked[s] and row.ended in BLOCKS:
            raise Broken(f"{where} waits for the end of a block {row.ended} that does not hold")
        if row.state == WORKING and row.reducing != DEFERRED and leaves(row) == 0:
            raise Broken(f"{where} works with nothing")

    def check_room(self, drawing: Any, s: int, rows: list[Any]) -> None:
        """What passed closes no more than the position, and what waits has no room."""
        held = drawing.held(s)
        against = [r for r in rows if r.side * held < 0]
        passed = [r for r in against if r.state == WORKING and r.reducing == REDUCING]
        plain = [r for r in passed if not r.flag_bits & REDUCE_ONLY]
        if together(plain, leaves) > abs(held):
            raise Broken(f"passed {together(plain, leaves)} of {held}")
        for row in plain:
            beside = [r for r in passed if r is not row and not (row.link and r.link == row.link)]
            if row.kind == MARKET:
                # It goes first: what only reduces comes after it, and passes anyway.
                beside = [r for r in beside if r in plain and r.kind == MARKET]
            elif row.kind in (STOP, STOP_LIMIT):
                beside = [r for r in beside if not gives_way(r)]
            if leaves(row) + together(beside, leaves) > abs(held):
                raise Broken(f"kind {row.kind} closes {leaves(row)} beside {together(beside, leaves)}, of {held}")
        opening = [r for r in against if r.state == WORKING and r.reducing == ENTRY and r.kind == MARKET]
        for row in against:
            if row.state not in (WORKING, WAITING) or row.ended == 0 or row.reducing == DEFERRED:
                continue
            stop = row.kind in (STOP, STOP_LIMIT)
            others = [r for r in passed if r is not row and not (row.link and r.link == row.link)]
            others += [r for r in opening if r is not row]
            ways = [[r for r in others if not gives_way(r)]] if stop else [others]
            space = max(abs(held) - together(one, leaves) for one in ways)
            most = most_of(drawing)
            asked = row.qty - row.filled
            asked = min(asked, most) if most else asked
            lots = min(asked, space)
            small = int(drawing.state.parts["terms"][0].min_notional)
            if lots > leaves(row) and lots * (row.price or row.trigger or drawing.price[s]) >= small:
                raise Broken(f"a row of kind {row.kind} closes {leaves(row)} and waits, where {lots} may close")


def most_of(drawing: Any) -> int:
    """What the venue takes in one order, 0 for anything."""
    return int(drawing.rules.get("max_qty", 0))


def fills(row: Any, news: News, only: bool, held: int, most: int) -> bool:
    """Whether a fill, which leaves `held`, fills its row: one that works for what works of it, else for all of it."""
    filled = int(row.filled) + news.lots
    if row.state == WORKING:
        return filled >= row.eff or (news.final and only and held * row.side >= 0)
    asked = min(int(row.qty), most) if most else int(row.qty)
    return row.state == DONE or filled >= asked


def gives_way(row: Any) -> bool:
    """Reduce-only, resting, no stop: it passes anyway, and stops need no room beside it."""
    return bool(row.flag_bits & REDUCE_ONLY) and row.kind not in (MARKET, STOP, STOP_LIMIT)


def picture(drawing: Any, s: int) -> list[dict[str, int]]:
    """All that the gate says of rows."""
    names = ("state", "rev", "kind", "qty", "eff", "filled", "reducing", "freed", "ended")
    return [{name: int(getattr(row, name)) for name in names} for row in drawing.rows(s)]


def moved(before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether a row changed; an entry by the market that was cut to the position is told to be reducing next time."""
    now_closes = before["kind"] == MARKET and (before["reducing"], after["reducing"]) == (ENTRY, REDUCING)
    return before | {"reducing": REDUCING} != after if now_closes else before != after


def differences(before: list[dict[str, int]], after: list[dict[str, int]]) -> str:
    """What changed, by slot."""
    return "; ".join(f"slot {k}: {one} -> {two}" for k, (one, two) in enumerate(zip(before, after, strict=True))
                     if one != two)  # fmt: skip
