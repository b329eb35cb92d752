"""Which orders in doubt a change of what the account holds can be explained by, and by nothing else. Pure.

An order that no surface of the venue knows was either never placed or has filled and was forgotten. Balances tell the
two apart as long as just one way of adding up fits; where several do, or none, nobody can say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

ZERO = Decimal(0)
# A buy's fee may have been taken out of what was bought; none is as high as this.
HIGHEST_FEE = Decimal("0.01")
MOST = 12


@dataclass(frozen=True, slots=True)
class Doubt:
    """An order that no surface knows.

    side   1 for a buy, -1 for a sell
    left   what it had left to fill
    eaten  its fee, if any, is taken out of what it buys
    group  of the two orders of one list the same name: only one of them fills
    """

    name: str
    side: int
    left: Decimal
    eaten: bool
    group: str = ""

    @property
    def least(self) -> Decimal:
        """How the asset moves at least where all of it filled."""
        return self.side * self.left * (1 - HIGHEST_FEE if self.eaten and self.side > 0 else 1)

    @property
    def most(self) -> Decimal:
        """And at most."""
        return self.side * self.left


def filled_of(change: Decimal, doubts: Sequence[Doubt]) -> frozenset[str] | None:
    """The names of those that must have filled where their asset changed by `change`; None where nobody can say."""
    if len(doubts) > MOST:
        return None
    if change == 0 and not any(one.side > 0 and not one.eaten for one in doubts):
        return frozenset()  # what was bought and sold again would have left its fee behind
    every = (chosen(doubts, way) for way in product((False, True), repeat=len(doubts)))
    ways = [found for found in every if fits(change, found) and may_be(found)]
    return frozenset(one.name for one in ways[0]) if len(ways) == 1 else None


def fits(change: Decimal, filled: Iterable[Doubt]) -> bool:
    """Whether a change is what these fills come to."""
    least = most = ZERO
    for one in filled:
        least, most = least + one.least, most + one.most
    return least <= change <= most


def may_be(filled: Sequence[Doubt]) -> bool:
    """Whether these can all have filled: no two of one list."""
    groups = [one.group for one in filled if one.group]
    return len(set(groups)) == len(groups)


def chosen(doubts: Sequence[Doubt], way: Sequence[bool]) -> list[Doubt]:
    """Those that one way of adding up takes for filled."""
    return [one for one, filled in zip(doubts, way, strict=True) if filled]
