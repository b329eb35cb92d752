"""Stop loss, take profit, trailing stop and break-even, as two reduce-only rows of one link group (docs/rules.md, 6).

They follow the position, whatever opened it. They decide nothing about entries. What the strategy's own orders cover
of them is held: it is not in the book, and goes when the price comes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction

from .books import Book
from .clock import Clock
from .ladder import Ladder
from .rows import Row, Table
from .units import BUY, SELL
from .venue import EXIT_GROUPS as GROUP
from .venue import LIMIT, MARKET, STOP


@dataclass
class Exits:
    """The exits of one symbol. Distances are fractions of the average entry price (trailing: of the best), 0 is off.

    stop_slot, target_slot   the two rows they write
    """

    stop_slot: int
    target_slot: int
    stop_loss: Fraction
    take_profit: Fraction
    trailing: Fraction
    clock: Clock = field(default_factory=Clock)
    activation: Fraction = Fraction(0)
    gain: Fraction = Fraction(0)
    offset: Fraction = Fraction(0)
    falling: dict[int, Fraction] = field(default_factory=dict)
    ladder: Ladder | None = None
    _for_trip: int = field(default=0, init=False)
    _armed: set[str] = field(default_factory=set, init=False)
    _wanted: int = field(default=0, init=False)
    _said: Fraction | None = field(default=None, init=False)

    def follow(self, table: Table, book: Book, now: int) -> None:
        """Bring both rows to what the position needs now."""
        stops = self.stop_loss or self.trailing or self.gain
        if not (stops or self.take_profit or self.falling or self.ladder or self.clock.on):
            return
        held = book.lots
        if not held:
            table.withdraw(self.stop_slot)
            table.withdraw(self.target_slot)
            if self.ladder:
                self.ladder.leave(table)
            self._for_trip = 0
            return
        direction = 1 if held > 0 else -1
        # A buy takes the dust back: what is left of a short then is what there is to close.
        closable = min(-held, -book.lots_with_dust) if held < 0 else held
        lots = max(0, closable - _leaving_at_market(table, -direction, self.stop_slot))
        spent = not self.ladder and any(_spent(table.row(slot)) for slot in (self.stop_slot, self.target_slot))
        fresh = self._for_trip != book.trips or spent
        if self._for_trip != book.trips:
            self.clock.opened(now)
            self._armed.clear()
            if self.ladder:
                self.ladder.begin(table)
        self._for_trip = book.trips
        self._wanted = lots
        side = SELL if direction > 0 else BUY
        entry = Fraction(book.cost, abs(book.position) * book.market.value)
        for name, gain in (("trailing_stop", self.activation), ("break_even", self.gain)):
            if (book.best - entry * (1 + direction * gain)) * direction >= 0 or not gain:
                self._armed.add(name)
        if fresh and not self.ladder:
            # Both begin anew, also one that is not wanted yet: what became of it before is not what becomes of it now.
            table.begin_anew(self.stop_slot)
            table.begin_anew(self.target_slot)
        why = self.clock.says(now)
        if why:
            self._leave(table, side, why)
            if self.ladder:
                self.ladder.leave(table)
                fresh = False
            table.want(
                self.stop_slot, side, MARKET, lots + table.row(self.stop_slot).filled, book.close, fresh=fresh,
                reduce_only=True, link=GROUP, tag=why,
            )  # fmt: skip
            table.withdraw(self.target_slot)
            return
        trigger, tag = self._stop(direction, entry, book.best)
        if self.ladder:
            self.ladder.follow(table, direction, entry, book.close, lots, trigger, tag)
            return
        if trigger is None:
            table.withdraw(self.stop_slot)
        else:
            table.want(
                self.stop_slot, side, STOP, lots + table.row(self.stop_slot).filled, book.close, fresh=fresh,
                trigger=trigger, reduce_only=True, link=GROUP, tag=tag,
            )  # fmt: skip
        gain = self._said = self.enough(now)
        if gain is None:
            table.withdraw(self.target_slot)
        else:
            price = _sooner(direction, entry * (1 + direction * gain))
            table.want(
                self.target_slot, side, LIMIT, lots + table.row(self.target_slot).filled, book.close, fresh=fresh,
                price=price, reduce_only=True, link=GROUP, tag="take_profit",
            )  # fmt: skip

    def enough(self, now: int) -> Fraction | None:
        """The gain at which the position goes now, if any is enough."""
        age = self.clock.age(now)
        ripe = [minutes for minutes in self.falling if minutes * 60_000 <= age]
        return self.falling[max(ripe)] if ripe else self.take_profit or None

    def aged(self, now: int) -> bool:
        """Whether the position became so old that something changes, whatever else happened."""
        return bool(self.clock.says(now)) or (bool(self.falling) and self.enough(now) != self._said)

    def _leave(self, table: Table, side: int, why: str) -> None:
        """What rests on the side on which the position goes is ended."""
        for row in table.rows.values():
            if row.slot < self.stop_slot and row.side == side and row.kind != MARKET and row.stands:
                row.ended, row.waiting, row.part, row.approved, row.reserved = why.upper(), False, False, None, 0
                table.reasons.append((row.slot, row.ended))
                table.ends_in_part(row)

    def hold(self, table: Table, close: int) -> None:
        """Say how many lots of both rows are held, now that everything is judged."""
        if self.ladder:
            rows = [r for r in table.rows.values() if r.slot >= self.stop_slot and r.leaves]
            if rows:
                self.ladder.hold(table, rows[0].side, close)
            return
        standing = [r for r in (table.row(self.stop_slot), table.row(self.target_slot)) if r.leaves]
        if not standing:
            return
        side, leaves = standing[0].side, standing[0].leaves
        own = table.cover(side, self.stop_slot)
        rests = min(leaves, self._wanted - min(own, self._wanted))
        price = min(r.price or r.trigger or close for r in standing)
        small = [n for n in (rests, leaves - rests) if table.market.too_small(n, price)]
        if small and rests < leaves:
            rests = 0
        for row in standing:
            row.held = leaves - rests

    def _stop(self, direction: int, entry: Fraction, best: int) -> tuple[int | None, str]:
        """The nearest trigger there is and its name; of equal ones the first."""
        stands = {
            "stop_loss": entry * (1 - direction * self.stop_loss) if self.stop_loss else None,
            "trailing_stop": best * (1 - direction * self.trailing) if self.trailing else None,
            "break_even": entry * (1 + direction * self.offset) if self.gain else None,
        }
        found = {
            name: _sooner(direction, price)
            for name, price in stands.items()
            if price is not None and (name == "stop_loss" or name in self._armed)
        }
        if not found:
            return None, ""
        tag = max(found, key=lambda name: found[name] * direction)
        return found[tag], tag


def _sooner(direction: int, price: Fraction) -> int:
    return math.ceil(price) if direction > 0 else math.floor(price)


def _leaving_at_market(table: Table, side: int, below: int) -> int:
    return sum(r.leaves for r in table.rows.values() if r.kind == MARKET and r.side == side and r.slot < below)


def _spent(row: Row) -> bool:
    return bool(row.ended) or row.done or (row.filled > 0 and row.over)
