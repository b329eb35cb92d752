"""Whether the venue behind an address is still the one that the journal speaks of.

A sandbox that was started anew, or a test network that was cleared, answers at the same address to the same keys, and
its books are empty. What no venue takes back gives it away: its market's time, and the numbers that it gives to orders;
and where it knows nothing of the newest orders any more, what the account holds. Nothing is requested before it was
recognised. Once it is another one, its bots' books speak of money that is not there: all of them are let go, and halted
until a person has looked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from botswain.engine.balances import Holder, explained, look_of, totals
from botswain.engine.forgotten import HIGHEST_FEE
from botswain.engine.holdings import ZERO
from botswain.engine.tracks import Track
from botswain.history.instants import iso
from botswain.model.errands import AskBalances, AskOrder
from botswain.model.outcomes import Absent, Answer

# Rounds of looking for orders in doubt, and time for each of them, after which what was forgotten has been found out.
ROUNDS, EACH_MS = 8, 2_000
MOST_TOLD = 2
# What is read of a market may be so many candles behind what was heard of it.
MOST_BEHIND = 3
# Where a venue begins anew now and then. Elsewhere an order that is known no more was forgotten.
RESETS = frozenset(("sandbox", "test"))
TO_DO = (
    "Its bots' books are of the one before; nothing more is requested. Start it as it was, or go on with another "
    "database or account and bots of other names"
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """An order and the number that the venue gave it."""

    symbol: str
    name: str
    number: int


@dataclass
class Acquaintance:
    """What is known of a venue that it cannot take back.

    resets   it is of a kind that begins anew now and then
    highest  of each symbol the order with the highest number
    doubted_ms  since when, by the venue's clock, nothing of ours is known there; None while it is recognised
    recalled the orders that filled last were taken from the journal
    """

    resets: bool = False
    highest: dict[str, Numbered] = field(default_factory=dict)
    doubted_ms: int | None = None
    recalled: bool = False

    def remember(self, found: Iterable[Numbered]) -> None:
        """Take numbers that the journal knows."""
        for one in found:
            if one.number > self.above(one.symbol):
                self.highest[one.symbol] = one

    def above(self, symbol: str) -> int:
        """The highest number so far: an order that is placed from now on gets a higher one."""
        known = self.highest.get(symbol)
        return 0 if known is None else known.number

    @property
    def newest(self) -> Numbered | None:
        """The order that a venue is recognised by."""
        return max(self.highest.values(), key=lambda one: one.number, default=None)

    def numbered(self, track: Track) -> str:
        """An order has its number; what is wrong with it, where another one has been given that or a higher one."""
        number = whole(track.venue_order_id)
        if number is None or track.numbered:
            return ""
        track.numbered, symbol = True, track.units.symbol
        known = self.highest.get(symbol)
        self.remember([Numbered(symbol, track.name, number)])
        if known is None or number > track.above or known.name == track.name:
            return ""
        return (
            f"order {track.name} of {symbol}, placed now, was given number {number} after number {track.above} had "
            "been given; take it off there"
        )


class Acquainted(Holder, Protocol):
    """The account, as far as this needs it."""

    ended: dict[str, Track]
    same: Acquaintance

    @property
    def went_back(self) -> Callable[[], Awaitable[str]]: ...
    @property
    def strange(self) -> Callable[[str], None]: ...


async def recognised(account: Acquainted, shown: Collection[str]) -> str:
    """Look at it once, with the names of the orders that it shows working; empty, or why it could not be looked at.

    Who it turns out to be is said to `strange`, or stands in `same.doubted_ms`.
    """
    evidence = await account.went_back()
    if evidence:
        account.strange(evidence)
        return ""
    same, newest = account.same, account.same.newest
    if newest is None or any(one in account.tracks or one in account.ended for one in shown):
        same.doubted_ms = None
        return ""
    found = await account.gateway.ask(account.account_id, AskOrder(newest.symbol, newest.name))
    if isinstance(found, Answer):
        same.doubted_ms = None
        evidence = other_number(newest, found.data.venue_order_id)
        if evidence:
            account.strange(evidence)
    elif not isinstance(found, Absent):
        return explained(found)
    elif same.resets and same.doubted_ms is None:
        same.doubted_ms = account.clocks.venue_ms()
    return ""


async def trusted(account: Acquainted) -> bool:
    """Whether requests may be made of a venue that was looked at; not yet, where its newest order is not known there.

    What it has only forgotten is found out meanwhile, and then the account holds what is due. Where that is not so for
    longer than finding out takes, it is another venue.
    """
    same, newest = account.same, account.same.newest
    if same.doubted_ms is None or newest is None:
        return True
    less = await lacking(account)
    if less is None:
        return False
    doubts = sum(one.unresolved or one.unexplained for one in account.tracks.values())
    if not doubts and not less:
        same.doubted_ms = None
        return True
    patience_ms = account.manners.horizon_ms + ROUNDS * account.manners.round_ms + EACH_MS * doubts
    if account.clocks.venue_ms() - same.doubted_ms >= patience_ms:
        account.strange(unknown_there(newest, doubts, less))
    return False


async def lacking(account: Acquainted) -> dict[str, tuple[Decimal, Decimal]] | None:
    """Assets of which the account holds clearly less than is due, with both; None: it cannot be said now.

    The fee of a fill that nobody can tell any more is not booked: so much less is no matter.
    """
    look = await look_of(account)
    found = await account.gateway.ask(account.account_id, AskBalances())
    if look is None or not isinstance(found, Answer):
        return None
    there, less = totals(found), {}
    for asset, qty in look.every.items():
        kept = account.residue.kept.get(asset)
        due = ZERO if kept is None else kept.qty + qty + look.cash.get(asset, ZERO)
        if kept is not None and there.get(asset, ZERO) < due - HIGHEST_FEE * abs(due):
            less[asset] = there.get(asset, ZERO), due
    return less


async def on_time() -> str:
    """Nothing is wrong with a time that nobody keeps."""
    return ""


def went_back(symbol: str, now_ms: int, last_ms: int, frame_ms: int) -> str:
    """What is wrong where a market's newest candle opened at now_ms and one that opened at last_ms is recorded."""
    if now_ms >= last_ms - MOST_BEHIND * frame_ms:
        return ""
    return f"its market is at {iso(now_ms)}, but candles of {symbol} up to {iso(last_ms)} are recorded"


def other_number(known: Numbered, told: str) -> str:
    """What is wrong where the venue names an order `told`."""
    number = whole(told)
    if number is None or number == known.number:
        return ""
    return f"order {known.name} of {known.symbol} has number {number} there; it was given {known.number}"


def unknown_there(newest: Numbered, doubts: int, less: Mapping[str, tuple[Decimal, Decimal]]) -> str:
    """What is wrong where it knows nothing of the newest order, and of `doubts` others that worked.

    less  what the account holds of an asset and what is due, where that is more
    """
    found = f"it knows no order {newest.name} of {newest.symbol} any more (number {newest.number})"
    if doubts:
        found += f" and none of {doubts} that worked"
    held = [f"{there:f} {asset} where {due:f} is due" for asset, (there, due) in sorted(less.items())[:MOST_TOLD]]
    return f"{found}, and the account holds {', '.join(held) if held else 'what none of them explains'}"


def said(where: str, evidence: str) -> str:
    """What a person reads: who was begun anew, by what that is known, and what to do."""
    return f"{where} was started anew: {evidence}. {TO_DO}"


def numbered_of(found: Iterable[tuple[str, str, str]]) -> Iterator[Numbered]:
    """Orders as the journal knows them, those with a number: (symbol, our name, the venue's)."""
    for symbol, name, venue_order_id in found:
        number = whole(venue_order_id)
        if number is not None:
            yield Numbered(symbol, name, number)


def whole(text: str) -> int | None:
    """A number as a venue names orders; None for another name."""
    return int(text) if text.isascii() and text.isdigit() else None
