"""The take-profit ladder: a position in pieces, each with a stop and (but the rest) a target (docs/rules.md, 6)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from .rows import BELOW_MINIMUM, Row, Table
from .units import BUY, SELL
from .venue import EXIT_GROUPS, LIMIT, STOP


def rungs_of(exits: Mapping[str, Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Gain and share of each rung; the last share, where it is not said, is what is left."""
    found: list[tuple[Fraction, Fraction]] = []
    while exits.get(f"take_profit_{len(found) + 1}"):
        number = len(found) + 1
        left = 1 - sum((share for _, share in found), Fraction(0))
        found.append((exits[f"take_profit_{number}"], exits.get(f"take_profit_share_{number}") or left))
    return found


@dataclass
class Ladder:
    """The pieces of one symbol's position. `first` is the slot of the rest's stop; lots by piece, 0 is the rest."""

    first: int
    rungs: list[tuple[Fraction, Fraction]]
    lots: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.lots = [0] * (len(self.rungs) + 1)

    def rows(self, table: Table, piece: int) -> tuple[Row, Row]:
        """A piece's stop and target."""
        return table.row(self.first + 2 * piece), table.row(self.first + 2 * piece + 1)

    def left(self, table: Table, piece: int) -> int:
        """What has not gone of it."""
        return max(0, self.lots[piece] - sum(row.filled for row in self.rows(table, piece)))

    def begin(self, table: Table) -> None:
        """Nothing is taken, and nothing laid out."""
        for piece in range(len(self.lots)):
            self._again(table, piece, 0)

    def leave(self, table: Table) -> None:
        """No piece has anything; none of their rows is wanted, but the first that the whole position may go in."""
        for piece in range(len(self.lots)):
            if piece:
                table.withdraw(self.first + 2 * piece)
            table.withdraw(self.first + 2 * piece + 1)
            self._give(table, piece, 0)
        if any(_over(row) for row in self.rows(table, 0)):
            self._again(table, 0, 0)

    def follow(
        self, table: Table, direction: int, entry: Fraction, close: int, lots: int, trigger: int | None, tag: str
    ) -> None:
        """Bring all rows to a position of which `lots` are the exits', whose stop is at `trigger` if anywhere."""
        self._fit(table, direction, entry, lots, trigger)
        side = SELL if direction > 0 else BUY
        for piece in range(len(self.lots)):
            stop, target = self.rows(table, piece)
            left = self.left(table, piece)
            if left and trigger is not None:
                table.want(
                    stop.slot, side, STOP, left + stop.filled, close, fresh=False, trigger=trigger, reduce_only=True,
                    link=EXIT_GROUPS + piece, tag=tag,
                )  # fmt: skip
            else:
                table.withdraw(stop.slot)
            if left and piece:
                table.want(
                    target.slot, side, LIMIT, left + target.filled, close, fresh=False,
                    price=self._price(piece, direction, entry), reduce_only=True, link=EXIT_GROUPS + piece,
                    tag=f"take_profit_{piece}",
                )  # fmt: skip
            else:
                table.withdraw(target.slot)

    def hold(self, table: Table, side: int, close: int) -> None:
        """Own orders cover the rest first, then the pieces in order."""
        own = table.cover(side, self.first)
        for piece in range(len(self.lots)):
            left = self.left(table, piece)
            standing = [row for row in self.rows(table, piece) if row.leaves]
            if standing:
                leaves = standing[0].leaves
                rests = min(leaves, left - min(own, left))
                price = min(row.price or row.trigger or close for row in standing)
                if rests < leaves and any(table.market.too_small(n, price) for n in (rests, leaves - rests)):
                    rests = 0
                for row in standing:
                    row.held = leaves - rests
            own = max(0, own - left)

    def _fit(self, table: Table, direction: int, entry: Fraction, lots: int, trigger: int | None) -> None:
        small = False
        for piece in range(len(self.lots)):
            left = self.left(table, piece)
            if left and any(_over(row) for row in self.rows(table, piece)):
                self._again(table, piece, left)
            elif left and not any(row.filled for row in self.rows(table, piece)):
                small |= table.market.too_small(left, self._least(piece, direction, entry, trigger))
        if small or lots != sum(self.left(table, piece) for piece in range(len(self.lots))):
            self._lay(table, direction, entry, lots, trigger)

    def _lay(self, table: Table, direction: int, entry: Fraction, lots: int, trigger: int | None) -> None:
        count = len(self.rungs)
        upto = [sum((share for _, share in self.rungs[:number]), Fraction(0)) for number in range(count + 1)]
        taken = max(
            (k for k in range(1, count + 1) if self.rows(table, k)[1].done and not self.left(table, k)), default=0
        )
        if upto[taken] == 1:
            self.begin(table)
            taken = 0
        shares = {k: (upto[k] - upto[taken]) / (1 - upto[taken]) for k in range(taken + 1, count + 1)} | {
            0: Fraction(1)
        }
        given = dict.fromkeys(range(count + 1), 0)
        before = carried = 0
        for piece, share in shares.items():
            mine = math.floor(lots * share) - before + carried
            before, carried = math.floor(lots * share), 0
            if mine and table.market.too_small(mine, self._least(piece, direction, entry, trigger)):
                mine, carried = 0, mine
            given[piece] = mine
        having = [piece for piece in shares if given[piece]]
        given[having[-1] if having else (0 if upto[count] < 1 else count)] += carried
        for piece, mine in given.items():
            if mine and any(_over(row) for row in self.rows(table, piece)):
                self._again(table, piece, mine)
            else:
                self._give(table, piece, mine)

    def _give(self, table: Table, piece: int, lots: int) -> None:
        self.lots[piece] = lots + sum(row.filled for row in self.rows(table, piece))

    def _again(self, table: Table, piece: int, lots: int) -> None:
        """The next rev of both rows of a piece."""
        for row in self.rows(table, piece):
            table.ends_in_part(row)
            row.rev += 1
            row.lots = row.filled = 0
            row.ended = row.noted = row.waits_for = ""
            row.done = False
        self.lots[piece] = lots

    def _price(self, piece: int, direction: int, entry: Fraction) -> int:
        price = entry * (1 + direction * self.rungs[piece - 1][0])
        return math.ceil(price) if direction > 0 else max(0, math.floor(price))

    def _least(self, piece: int, direction: int, entry: Fraction, trigger: int | None) -> int:
        """The price at which it is worth least."""
        if not piece and trigger is not None:
            return trigger
        price = self._price(piece or len(self.rungs), direction, entry)
        if not price:
            price = math.ceil(entry) if direction > 0 else math.floor(entry)
        return price if trigger is None else min(price, trigger)


def _over(row: Row) -> bool:
    """Whether it was filled or ended by the venue."""
    return row.done or (bool(row.ended) and row.ended != BELOW_MINIMUM)
