"""What an account holds beyond its bots' books: the residue, shown and never hidden, and kept over restarts.

A residue that changes while nothing of ours is on its way was changed by somebody else. One below zero means that the
account lacks what a bot's book has, and then that bot may open nothing more. What it was at rest is kept in the
database, for while an order is in doubt the books and it are all there is to tell a forgotten fill from. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from msgspec.structs import replace as changed

from botswain.engine.leeway import NOTHING, Span, Spans
from botswain.store.residues import Residual

ZERO = Decimal(0)
# What is still so is written down anew: what was traded by hand since then may have to be read.
RENEWED_MS = 86_400_000
KEPT_MOVES = 1_000
HOWEVER = "however the orders in doubt turn out"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be told. short: the account holds less of the asset than the books of bots that run."""

    asset: str
    text: str
    short: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not known while an account's balances are compared.

    spans      what may have been moved beyond the books, by asset; apart: assets that cannot be compared
    unsettled  something is on its way; lasting_ms: what does not agree must have lasted so long before it is told
    """

    spans: Spans = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    unsettled: bool = False
    now_ms: int = 0
    lasting_ms: int = 0


NO_DOUBT = Doubt()


@dataclass(frozen=True, slots=True)
class Now:
    """When something was found: by the venue's clock, and as the venue stamped its fills then."""

    venue_ms: int
    stamp_ms: int


@dataclass
class Residue:
    """The residue by asset.

    kept     as it was at rest, which a restart knows again; unsaved: assets of which the database does not have it yet
    last     as it was found last; shown: as it was read last, also where an order in doubt may explain it
    pending  as it was found at rest since a time of the venue's, where that is something else; kept once it has lasted
    moves    deposits and withdrawals that were heard of: asset, change and the venue's time, each once
    heard    what of them came since that was last seen in what an asset holds: it is told already
    untold   what was told last that nobody had heard of, and when: word of it may come after that
    money    assets of which books have no part: only what fills have brought is known of them
    odd      since when what was read of an asset does not agree, where that is not told yet
    unread   symbols whose fills or orders have a row that cannot be read, of which that was told
    """

    kept: dict[str, Residual] = field(default_factory=dict)
    last: dict[str, Decimal] = field(default_factory=dict)
    shown: dict[str, Decimal] = field(default_factory=dict)
    pending: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    unsaved: set[str] = field(default_factory=set)
    moves: dict[tuple[str, Decimal, int], None] = field(default_factory=dict)
    heard: dict[str, Decimal] = field(default_factory=dict)
    untold: dict[str, tuple[Decimal, int]] = field(default_factory=dict)
    money: frozenset[str] = frozenset()
    odd: dict[str, int] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)

    def compare(
        self, venue: Mapping[str, Decimal], running: Iterable[Mapping[str, Decimal]], resting: Mapping[str, Decimal],
        money: Collection[str] = (), doubt: Doubt = NO_DOUBT,
    ) -> list[Finding]:  # fmt: skip
        """Compare what the venue says with the books: of bots that run here, and of those that do not.

        money  quote assets: what fills have brought of them is taken off before
        doubt  what is not known now, and what cannot be compared
        """
        own = summed(running)
        booked = summed([own, resting])
        self.money = frozenset(money) - booked.keys()
        found = []
        for asset, qty in sorted({**dict.fromkeys(money, ZERO), **booked}.items()):
            if asset in doubt.apart:
                continue
            there, span = venue.get(asset, ZERO), doubt.spans.get(asset, NOTHING)
            first, before, heard = asset not in self.last, self.before(asset), self.heard.get(asset, ZERO)
            residue = there - qty
            self.shown[asset] = residue
            nearest = residue if before is None else nearest_to(before, heard, residue, span)
            change = ZERO if before is None else nearest - before
            lacking = own[asset] + span.low - there if own.get(asset) else ZERO
            if (change and (lacking > 0 or change != heard)) or (first and lacking > 0):
                # It may be a fill that is in no list yet, and what was heard of may come to be read bit by bit.
                if not self.lasted(asset, doubt):
                    continue
                if lacking > 0:
                    found.append(told_missing(asset, there, own[asset], lacking, span))
                else:
                    known = None if asset in self.money else residue
                    # What the books held more than the account is less by now: nobody need have moved anything.
                    lacked = ZERO if before is None or known is None else max(-before, ZERO)
                    found.append(told_change(asset, change - heard, known, span, lacked))
                    self.untold[asset] = change - heard, doubt.now_ms
                self.note(asset, nearest)
                self.last[asset] = nearest
            elif change:
                self.last[asset] = nearest  # as was heard
                self.note(asset, nearest)
            elif span == NOTHING:
                if heard and before is not None and not self.lasted(asset, doubt):
                    continue  # it is not read yet; or it was, before it was heard of
                self.last[asset] = residue
            self.odd.pop(asset, None)
            if change or span == NOTHING:
                self.heard.pop(asset, None)
        return found

    def telling(
        self, venue: Mapping[str, Decimal], running: Iterable[Mapping[str, Decimal]], resting: Mapping[str, Decimal],
        money: Collection[str], doubt: Doubt,
    ) -> set[str]:  # fmt: skip
        """Assets of which `compare` would tell something; nothing is concluded yet."""
        own = replace(
            self, kept=dict(self.kept), last=dict(self.last), heard=dict(self.heard), odd=dict(self.odd),
            shown={}, unsaved=set(), untold={},
        )  # fmt: skip
        return {one.asset for one in own.compare(venue, running, resting, money, doubt)}

    def before(self, asset: str) -> Decimal | None:
        """What was in no book of an asset, as it was found last; None where nobody knows."""
        kept = self.kept.get(asset)
        return self.last.get(asset, None if kept is None else kept.qty if kept.told is None else kept.told)

    def note(self, asset: str, told: Decimal) -> None:
        """What was told of an asset is told: the next start knows it."""
        if asset in self.kept:
            self.kept[asset] = changed(self.kept[asset], told=told)
            self.unsaved.add(asset)

    def unexplained(self, asset: str) -> tuple[Decimal, int] | None:
        """How much more or less of an asset is in no book than was at rest last, and when that was; None: not known."""
        kept, shown = self.kept.get(asset), self.shown.get(asset)
        return None if kept is None or shown is None else (shown - kept.qty, kept.at_ms)

    def lasted(self, asset: str, doubt: Doubt) -> bool:
        """Whether what does not agree was so before, and for so long that nothing read can be from before a fill."""
        return doubt.now_ms - self.odd.setdefault(asset, doubt.now_ms) >= doubt.lasting_ms

    def moved(self, asset: str, change: Decimal, at_ms: int) -> bool:
        """A deposit or a withdrawal, possibly told a second time, or after it was read. Whether that is to be told."""
        read, read_ms = self.untold.get(asset, (ZERO, 0))
        if (asset, change, at_ms) in self.moves:
            return False
        known = read == change and at_ms <= read_ms
        if known:
            del self.untold[asset]
        else:
            self.heard[asset] = self.heard.get(asset, ZERO) + change
        self.moves[asset, change, at_ms] = None
        while len(self.moves) > KEPT_MOVES:
            del self.moves[next(iter(self.moves))]
        return not known

    def unreadable(self, why: Mapping[str, str], now_ms: int) -> list[str]:
        """Symbols whose lists could not be read whole: their assets are looked at again soon. What is to be told."""
        for symbol in why:
            for asset in symbol.split("/"):
                self.odd.setdefault(asset, now_ms)
        said = [
            f"what the account holds of {' and '.join(symbol.split('/'))} does not agree with the books, and of the "
            f"orders and fills of {symbol}, which may explain that, not every row can be read ({odd}): nothing is "
            "concluded until it can be. Compare both with the venue's statement"
            for symbol, odd in why.items()
            if symbol not in self.unread
        ]
        self.unread = set(why)
        return said

    def came(self, asset: str, since_ms: int) -> Decimal:
        """What was deposited of an asset since a time, less what was withdrawn."""
        return sum((change for name, change, at_ms in self.moves if name == asset and at_ms > since_ms), ZERO)

    def other(
        self, venue: Mapping[str, Decimal], books: Mapping[str, Decimal], spans: Spans = NO_DOUBT.spans
    ) -> set[str]:
        """Assets of which the account holds something else beyond its books than is kept, or was found last."""
        return {asset for asset, qty in books.items() if self.differs(asset, venue.get(asset, ZERO) - qty, spans)}

    def differs(self, asset: str, residue: Decimal, spans: Spans) -> bool:
        """Whether what is in no book is something else than it was, whatever may be within these spans."""
        known = [self.before(asset), self.kept[asset].qty if asset in self.kept else None]
        span = spans.get(asset, NOTHING)
        return any(one is not None and span.nearest(one, residue) != one for one in known)

    def rest(
        self,
        venue: Mapping[str, Decimal],
        books: Mapping[str, Decimal],
        now: Now,
        lasting_ms: int,
        open_assets: Collection[str],
    ) -> None:
        """Take what was read while nothing was on its way.

        The first one is kept as it is, another one once it has been the same for `lasting_ms`: what is read may be from
        before the last fill. Where bots that do not run here have orders open, it may be a fill of theirs: it is not.
        """
        for asset, qty in books.items():
            found = Residual(venue.get(asset, ZERO) - qty, now.stamp_ms)
            kept, before = self.kept.get(asset), self.pending.pop(asset, None)
            if kept is not None and kept.qty == found.qty and kept.told in (None, kept.qty):
                # One that lies ahead was noted by another clock.
                if 0 <= now.stamp_ms - kept.at_ms < RENEWED_MS:
                    continue
            elif kept is not None:
                if asset in open_assets:
                    continue
                since_ms = before[0] if before is not None and before[1] == found.qty else now.venue_ms
                if now.venue_ms - since_ms < lasting_ms:
                    self.pending[asset] = since_ms, found.qty
                    continue
            self.kept[asset] = found
            self.unsaved.add(asset)


def nearest_to(before: Decimal, heard: Decimal, residue: Decimal, span: Span) -> Decimal:
    """What is in no book, where `residue` was read: as it was where that may be, or as near as may be to that and what

    was heard of since.
    """
    return before if span.nearest(before, residue) == before else span.nearest(before + heard, residue)


def told_missing(asset: str, there: Decimal, own: Decimal, least: Decimal, span: Span) -> Finding:
    """The books of bots that run hold more than there is: so much at least."""
    sure, besides = ("", "") if span == NOTHING else ("at least ", f", {HOWEVER}")
    text = (
        f"the account holds {plain(there)} {asset}, its bots' books {plain(own)}: {sure}{plain(least)} is "
        f"missing{besides}. Their entries are stopped; put it back or close the bots by hand"
    )
    return Finding(asset, text, short=True)


def told_change(asset: str, change: Decimal, residue: Decimal | None, span: Span, lacked: Decimal = ZERO) -> Finding:
    """What is in no book has changed: by so much at least. residue: None of money, of which books have no part.

    lacked  so much more than the account held the books held before
    """
    if lacked and change > 0:
        return Finding(asset, explained_lack(asset, change, residue or ZERO, span, lacked), short=False)
    text = moved(asset, change)
    if span != NOTHING:
        return Finding(asset, f"at least {text}, {HOWEVER}", short=False)
    if residue is None:
        return Finding(asset, text, short=False)
    beside = (
        f"{plain(residue)} is in no book" if residue >= 0 else f"the books hold {plain(-residue)} more than it does"
    )
    return Finding(asset, f"{text}; {beside}", short=False)


def explained_lack(asset: str, change: Decimal, residue: Decimal, span: Span, lacked: Decimal) -> str:
    """What was missing is there again, or its fill was booked late: which, what an account holds does not say."""
    sure, besides = ("", "") if span == NOTHING else ("at least ", f", {HOWEVER}")
    text = (
        f"{sure}{plain(min(change, lacked))} {asset} that was missing is explained{besides}: it was put back, or the "
        "books have what took it"
    )
    if residue < 0:
        return f"{text}; {plain(-residue)} is missing still"
    more = f"; {moved(asset, change - lacked)}, {plain(residue)} is in no book" if change > lacked else ""
    return f"{text}{more}. Nothing is missing any more: resume the bots whose entries were stopped over it"


def moved(asset: str, change: Decimal) -> str:
    """What somebody else has moved, in words."""
    way = "came to" if change > 0 else "went from"
    return f"{plain(abs(change))} {asset} {way} the account without an order of ours"


def plain(qty: Decimal) -> str:
    """An amount without zeros at its end."""
    return f"{qty.normalize():f}"


def summed(books: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Several books as one."""
    held: dict[str, Decimal] = {}
    for book in books:
        for asset, qty in book.items():
            held[asset] = held.get(asset, ZERO) + qty
    return held
