"""Holds an account's journal against the venue and says every difference with the rule that explains it. Pure.

It decides and repairs nothing. What no rule explains is for a person: either somebody else acted on the account, or the
database is not the one that these orders came from, or Botswain is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from botswain.engine.order_ids import is_ours
from botswain.model.order_events import OrderReport

ZERO = Decimal(0)


class Rule(StrEnum):
    """What explains a difference."""

    FOREIGN = "orders without our mark are never touched"
    ON_ITS_WAY = "a running engine hears of it and books it"
    NEXT_START = "the bot does not run; its next start reads the venue and books it"
    IN_DOUBT = "an order that nobody knows the end of counts in full until it is found by reading"
    IN_NO_BOOK = "what the account holds beyond its bots' books is residue: shown, and never traded"
    CAPITAL = "a bot's capital is its own limit and no deposit; cash is not parted among bots at the venue"
    NOT_BOOKED = "fills that are not booked yet make this difference"
    FORGOTTEN = "the venue forgets ended orders after a while; the journal is the record"


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference. about: the order or the asset; rule: None where nothing explains it."""

    about: str
    text: str
    rule: Rule | None = None

    def line(self) -> str:
        """In one line."""
        why = f"explained: {self.rule}" if self.rule is not None else "UNEXPLAINED"
        return f"{self.about}: {self.text} [{why}]"


@dataclass(frozen=True, slots=True)
class Kept:
    """An order as the journal has it.

    open     no end of it is written; unknown: nor that the venue ever had it
    filled   what its booked fills add up to
    """

    name: str
    bot: str
    symbol: str
    open: bool
    unknown: bool
    filled: Decimal


@dataclass(frozen=True)
class Books:
    """What the journal says of an account.

    orders   by name, those of the time looked at and every open one
    base     what bots hold by asset, dust included; quote: their capital and cash flows since, by asset
    running  names of bots that a living process runs now
    flows    what fills have brought, by quote asset
    """

    orders: Mapping[str, Kept]
    base: Mapping[str, Decimal]
    quote: Mapping[str, Decimal]
    running: frozenset[str] = frozenset()
    flows: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """What the venue says of it: orders by our name, those asked for that it has not, totals by asset, broken rows."""

    orders: Mapping[str, OrderReport]
    absent: frozenset[str] = frozenset()
    balances: Mapping[str, Decimal] = field(default_factory=dict)
    broken: tuple[str, ...] = ()


def compare(books: Books, shown: Shown, keys: tuple[bytes, ...]) -> list[Finding]:
    """Every difference, orders first."""
    orders = [*of_orders(books, shown, keys)]
    late = {one.about for one in orders if one.rule in (Rule.ON_ITS_WAY, Rule.NEXT_START)}
    moved = {books.orders[name].symbol for name in late if name in books.orders}
    broken = [Finding("the venue's answer", f"a row cannot be read: {why}") for why in shown.broken]
    return [*orders, *of_balances(books, shown, moved), *broken]


def of_orders(books: Books, shown: Shown, keys: tuple[bytes, ...]) -> Iterator[Finding]:
    """Orders of either side that the other does not have alike."""
    for name, report in sorted(shown.orders.items()):
        kept = books.orders.get(name)
        what = f"{report.side} {report.qty:f} {report.market_id}"
        if kept is not None:
            yield from of_order(kept, report, lag(books, kept))
        elif not is_ours(name, keys):
            if not report.final:
                yield Finding(name, f"{what} works at the venue and is not ours", Rule.FOREIGN)
        elif not report.final or report.filled_qty:
            yield Finding(
                name,
                f"{what} ({report.state}, {report.filled_qty:f} filled) carries our mark and no journal here knows it: "
                "this database looks put back from a backup. If so and that was not said yet, stop its bots and run "
                "botswain restored; this order is then taken off at the venue by a person",
            )
    for name, kept in sorted(books.orders.items()):
        if name in shown.orders or (not kept.open and not kept.filled):
            continue
        if not kept.open:
            yield Finding(name, f"{kept.bot} booked {kept.filled:f} of it, the venue shows it no more", Rule.FORGOTTEN)
        elif name in shown.absent:
            rule = Rule.IN_DOUBT if kept.unknown else None
            yield Finding(name, f"works by the journal of {kept.bot}, and the venue says that there is none", rule)


def of_order(kept: Kept, report: OrderReport, lagging: Rule) -> Iterator[Finding]:
    """One order that both have."""
    if report.filled_qty != kept.filled:
        # Of one that had ended too: a cancel may be answered and not done (faults, F28), and a running engine looks.
        late = "" if kept.open else "; by the journal it had ended before that"
        yield Finding(
            kept.name,
            f"filled {report.filled_qty:f} at the venue, {kept.filled:f} is booked for {kept.bot}{late}",
            lagging if report.filled_qty > kept.filled else None,
        )
    if kept.open and report.final and report.filled_qty == kept.filled:
        yield Finding(kept.name, f"ended at the venue ({report.state}), works by the journal of {kept.bot}", lagging)
    if not kept.open and not report.final:
        yield Finding(kept.name, f"works at the venue ({report.state}), ended by the journal of {kept.bot}")


def of_balances(books: Books, shown: Shown, moved: Iterable[str]) -> Iterator[Finding]:
    """The account's totals against all books together, item by item."""
    bases = {one.partition("/")[0] for one in moved}
    for asset, held in sorted(books.base.items()):
        there = shown.balances.get(asset, ZERO)
        residue = there - held - books.quote.get(asset, ZERO)
        if residue == 0:
            continue
        text = f"the account holds {there:f}, the books {held:f}; {abs(residue):f} is "
        if asset in bases:
            yield Finding(asset, text + ("in no book" if residue > 0 else "missing"), Rule.NOT_BOOKED)
        else:
            yield Finding(
                asset, text + ("in no book" if residue > 0 else "missing"), Rule.IN_NO_BOOK if residue > 0 else None
            )
    for asset, cash in sorted(books.quote.items()):
        there = shown.balances.get(asset, ZERO)
        if asset not in books.base and there != cash:
            text = f"the account holds {there:f}, capital and cash flows of its bots come to {cash:f}"
            yield Finding(asset, text, Rule.IN_NO_BOOK if there > cash else Rule.CAPITAL)


def lag(books: Books, kept: Kept) -> Rule:
    """Why the journal may be behind the venue."""
    return Rule.ON_ITS_WAY if kept.bot in books.running else Rule.NEXT_START


def lasting(first: Iterable[Finding], second: Iterable[Finding]) -> list[Finding]:
    """Of a second look, what was there at the first one too or is explained: between two reads anything can happen."""
    before = {one.about for one in first}
    return [one for one in second if one.rule is not None or one.about in before]
