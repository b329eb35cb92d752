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
    """

    name: str
    side: int
    left: Decimal
    eaten: bool

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
    ways = [way for way in product((False, True), repeat=len(doubts)) if fits(change, chosen(doubts, way))]
    return frozenset(one.name for one in chosen(doubts, ways[0])) if len(ways) == 1 else None


def fits(change: Decimal, filled: Iterable[Doubt]) -> bool:
    """Whether a change is what these fills come to."""
    least = most = ZERO
    for one in filled:
        least, most = least + one.least, most + one.most
    return least <= change <= most


def chosen(doubts: Sequence[Doubt], way: Sequence[bool]) -> list[Doubt]:
    """Those that one way of adding up takes for filled."""
    return [one for one, filled in zip(doubts, way, strict=True) if filled]
