"""What an account holds beyond its bots' books: the residue, shown and never hidden.

A residue that changes while nothing of ours is on its way was changed by somebody else. One below zero means that the
account lacks what a bot's book has, and then that bot may open nothing more. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be told. short: the account holds less of the asset than the books."""

    asset: str
    text: str
    short: bool


@dataclass
class Residue:
    """The residue as it was found last, by asset."""

    last: dict[str, Decimal] = field(default_factory=dict)

    def compare(self, venue: Mapping[str, Decimal], books: Iterable[Mapping[str, Decimal]]) -> list[Finding]:
        """Compare what the venue says with what the books hold together."""
        held: dict[str, Decimal] = {}
        for book in books:
            for asset, qty in book.items():
                held[asset] = held.get(asset, ZERO) + qty
        found = []
        for asset, qty in sorted(held.items()):
            there = venue.get(asset, ZERO)
            residue = there - qty
            before = self.last.get(asset)
            self.last[asset] = residue
            if residue == before:
                continue
            if residue < 0:
                text = (
                    f"the account holds {there:f} {asset}, its bots' books {qty:f}: {-residue:f} is missing. Their "
                    "entries are stopped; put it back or close the bots by hand"
                )
                found.append(Finding(asset, text, short=True))
            elif before is not None:
                change = residue - before
                text = f"{change:+f} {asset} came to the account without an order of ours; {residue:f} is in no book"
                found.append(Finding(asset, text, short=False))
        return found


def filled_by(change: Decimal, left: Decimal, lot: Decimal) -> Decimal | None:
    """What an order that had `left` to fill must have filled, where its asset moved by `change` its way.

    None where nobody can say.
    """
    if change == 0:
        return ZERO
    # A buy's fee may have been taken out of what was bought; none is as high as a hundredth.
    qty = -(-abs(change) // lot) * lot
    if change < 0 or qty > left or left * Decimal("0.99") > abs(change):
        return None
    return left
