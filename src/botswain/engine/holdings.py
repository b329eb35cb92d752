"""What an account holds beyond its bots' books: the residue, shown and never hidden, and kept over restarts.

A residue that changes while nothing of ours is on its way was changed by somebody else. One below zero means that the
account lacks what a bot's book has, and then that bot may open nothing more. What it was at rest is kept in the
database, for while an order is in doubt the books and it are all there is to tell a forgotten fill from. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from botswain.store.residues import Residual

ZERO = Decimal(0)
# What is still so is written down anew: what was traded by hand since then may have to be read.
RENEWED_MS = 86_400_000
KEPT_MOVES = 1_000


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be told. short: the account holds less of the asset than the books of bots that run."""

    asset: str
    text: str
    short: bool


@dataclass
class Residue:
    """The residue by asset.

    kept     as it was at rest, which a restart knows again; unsaved: assets of which the database does not have it yet
    last     as it was found last
    pending  as it was found at rest since, where that is something else; it is kept once it has lasted
    moves    deposits and withdrawals that were heard of: asset, change and the venue's time, each once
    """

    kept: dict[str, Residual] = field(default_factory=dict)
    last: dict[str, Decimal] = field(default_factory=dict)
    pending: dict[str, Residual] = field(default_factory=dict)
    unsaved: set[str] = field(default_factory=set)
    moves: dict[tuple[str, Decimal, int], None] = field(default_factory=dict)

    def compare(
        self, venue: Mapping[str, Decimal], running: Iterable[Mapping[str, Decimal]], resting: Mapping[str, Decimal]
    ) -> list[Finding]:
        """Compare what the venue says with the books: of bots that run here, and of those that do not."""
        own = summed(running)
        every = summed([own, resting])
        found = []
        for asset, qty in sorted(every.items()):
            there = venue.get(asset, ZERO)
            residue, lacking = there - qty, own.get(asset, ZERO) - there
            first, before = asset not in self.last, self.last.get(asset)
            if first and asset in self.kept:
                before = self.kept[asset].qty
            self.last[asset] = residue
            if residue == before and not (first and lacking > 0):
                continue
            if lacking > 0:
                text = (
                    f"the account holds {there:f} {asset}, its bots' books {own[asset]:f}: {lacking:f} is missing. "
                    "Their entries are stopped; put it back or close the bots by hand"
                )
                found.append(Finding(asset, text, short=True))
            elif before is not None:
                change = residue - before
                text = f"{change:+f} {asset} came to the account without an order of ours; {residue:f} is in no book"
                found.append(Finding(asset, text, short=False))
        return found

    def moved(self, asset: str, change: Decimal, at_ms: int) -> None:
        """A deposit or a withdrawal, possibly told a second time."""
        self.moves[asset, change, at_ms] = None
        while len(self.moves) > KEPT_MOVES:
            del self.moves[next(iter(self.moves))]

    def came(self, asset: str, since_ms: int) -> Decimal:
        """What was deposited of an asset since a time, less what was withdrawn."""
        return sum((change for name, change, at_ms in self.moves if name == asset and at_ms > since_ms), ZERO)

    def other(self, venue: Mapping[str, Decimal], books: Mapping[str, Decimal]) -> bool:
        """Whether the account holds something else beyond its books than is kept."""
        return any(
            asset in self.kept and venue.get(asset, ZERO) - qty != self.kept[asset].qty for asset, qty in books.items()
        )

    def rest(
        self,
        venue: Mapping[str, Decimal],
        books: Mapping[str, Decimal],
        now_ms: int,
        lasting_ms: int,
        open_assets: Collection[str],
    ) -> None:
        """Take what was read while nothing was on its way.

        The first one is kept as it is, another one once it has been the same for `lasting_ms`: what is read may be from
        before the last fill. Where bots that do not run here have orders open, it may be a fill of theirs: it is not.
        """
        for asset, qty in books.items():
            found = Residual(venue.get(asset, ZERO) - qty, now_ms)
            kept, before = self.kept.get(asset), self.pending.pop(asset, None)
            if kept is not None and kept.qty == found.qty:
                if now_ms - kept.at_ms < RENEWED_MS:
                    continue
            elif kept is not None:
                if asset in open_assets:
                    continue
                before = found if before is None or before.qty != found.qty else before
                if now_ms - before.at_ms < lasting_ms:
                    self.pending[asset] = before
                    continue
            self.kept[asset] = found
            self.unsaved.add(asset)


def summed(books: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Several books as one."""
    held: dict[str, Decimal] = {}
    for book in books:
        for asset, qty in book.items():
            held[asset] = held.get(asset, ZERO) + qty
    return held
