"""What the account holds, read and held against its bots' books.

Balances say something of an asset only where nothing moved it while they were read: its books are the same before and
after, and every order that works on it is shown with the same fills afterwards. What orders in doubt may have moved is
known within bounds (`leeway`): what lies outside of them is told of a busy account too, once it has lasted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import chain
from typing import Any, Protocol

from botswain.engine.account_ports import Resting
from botswain.engine.holdings import ZERO, Doubt, Now, Residue, summed
from botswain.engine.late_fills import Finder, Ours, fills_of_ours, since_of
from botswain.engine.leeway import Open, joined, left_open, spans_of
from botswain.model.errands import AskBalances, AskWorking
from botswain.model.errors import Deferred, Unavailable
from botswain.model.news import Command, Mode
from botswain.model.outcomes import Absent, Answer, Failed
from botswain.store.halts import ACCOUNT

Books = dict[str, dict[str, Decimal]]


class Holder(Finder, Protocol):
    """The account, as far as this needs it."""

    awaited: dict[str, bool]
    residue: Residue

    @property
    def idle(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What all books hold: `books` of each bot that runs by base asset, `bases` of all bots, `cash` by quote asset.

    resting  bots that do not run here
    """

    books: Books
    bases: dict[str, Decimal]
    cash: dict[str, Decimal]
    resting: Resting

    @property
    def every(self) -> dict[str, Decimal]:
        """What stands in a book of every asset that is traded: of a quote nothing, its cash being taken off before."""
        return {**dict.fromkeys(self.cash, ZERO), **self.bases}

    def net(self, venue: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """What the account holds without the cash that fills brought: of a quote what was there before any of them."""
        return {asset: venue.get(asset, ZERO) - self.cash.get(asset, ZERO) for asset in {*venue, *self.cash}}


async def read_balances(account: Holder) -> str:
    """Read them and say what has changed, as far as that can be said; empty, or why they could not be read."""
    idle, since_ms = account.idle, account.clocks.venue_ms() - account.manners.horizon_ms
    before, resting = standing(account, since_ms), await resting_of(account)
    found = await account.gateway.ask(account.account_id, AskBalances())
    if not isinstance(found, Answer):
        return explained(found)
    # Of a market with a time of its own no more may have been heard yet than the account's last change.
    stamp_ms = max(account.clocks.stamp_ms(account.clocks.venue_ms()), found.data.update_ms)
    if resting is None:
        return ""
    look = looked(before.books, before.cash, resting)
    net, every = look.net(totals(found)), look.every
    if unknown := [one for one in account.looking_up if one not in account.tracks and one not in account.ended]:
        for one in unknown:
            account.awaited.setdefault(one, False)
        # What those have moved nobody knows yet; fills of others that had ended too need not wait for it.
        ours = await fills_on(account, account.residue.other(net, every), resting)
        return "" if ours.failed is None else explained(ours.failed)
    doubt = doubt_of(account, (before, standing(account, since_ms)), look, net, settled=idle and account.idle)
    odd = account.residue.other(net, every, doubt.spans) - doubt.apart
    if odd and not await undisturbed(account, odd):
        disturbed = {asset for symbol in symbols_on(account, odd) for asset in symbol.split("/")}
        doubt = replace(doubt, apart=doubt.apart | disturbed)
    # At rest fills are looked for at once, and once more before anything is told: a list may lag behind.
    at_once = doubt if doubt.unsettled else replace(doubt, lasting_ms=0)
    telling = account.residue.telling(net, look.books.values(), look.resting.held, look.cash, at_once)
    broken: Mapping[str, str] = {}
    if telling:
        ours = await fills_on(account, telling, resting)
        if ours.failed is not None:
            return explained(ours.failed)
        broken = ours.broken
        again = await resting_of(account)
        if ours.booking or again is None:
            return ""
        doubt = replace(doubt, apart=doubt.apart | ours.apart | moved(resting, again))
    for line in account.residue.unreadable(broken, account.clocks.venue_ms()):
        account.remark(line)
    after, settled = standing(account, since_ms), idle and account.idle
    doubt = doubt_of(account, (before, after), look, net, settled=settled, apart=doubt.apart)
    tell(account, net, look, doubt)
    # What was never known is taken as it is, and only where nothing is on its way.
    rests = every.keys() - doubt.apart - after.open_assets - (set() if settled else every.keys() - account.residue.kept)
    known = {asset: every[asset] for asset in sorted(rests)}
    now = Now(account.clocks.venue_ms(), stamp_ms)
    account.residue.rest(net, known, now, account.manners.horizon_ms, look.resting.open)
    if account.residue.unsaved:
        await save(account)
    return ""


async def fills_on(account: Holder, assets: Collection[str], resting: Resting) -> Ours:
    """Fills of orders of ours that are in no book and have moved these assets since they were at rest."""
    if not assets:
        return Ours()
    since_ms, own = since_of(account, account.residue.kept, assets), symbols_on(account, assets)
    others = sorted(one for one in resting.symbols.difference(own) if not set(one.split("/")).isdisjoint(assets))
    return await fills_of_ours(account, own, since_ms, others)


def moved(before: Resting, after: Resting) -> set[str]:
    """Assets that bots which this fleet does not run have booked something of meanwhile."""
    pairs = ((before.held, after.held), (before.cash, after.cash))
    return {one for was, now in pairs for one in was.keys() | now.keys() if was.get(one, ZERO) != now.get(one, ZERO)}


@dataclass(frozen=True, slots=True)
class Standing:
    """How the books of bots that run stand, and what they do not know.

    books  what each holds, as it is committed; cash: what its fills have brought; busy: bots that are taking news
    opened what orders leave open beyond that
    """

    books: Books
    cash: Books
    busy: frozenset[str]
    opened: Mapping[str, Open]

    def assets(self, bot: str) -> set[str]:
        """What a bot's orders may move."""
        return {*self.books.get(bot, ()), *self.cash.get(bot, ())}

    @property
    def open_assets(self) -> set[str]:
        """Assets that orders in doubt may have moved."""
        return {asset for one in self.opened.values() for asset in one.may}


def standing(account: Holder, since_ms: int) -> Standing:
    """How they stand now. since_ms: fills before this are in whatever is read."""
    owners = account.owners
    tracks = chain(account.tracks.values(), account.ended.values())
    return Standing(
        {bot: one.held() for bot, one in owners.items()},
        {bot: one.cash() for bot, one in owners.items()},
        frozenset(bot for bot, one in owners.items() if not one.quiet),
        left_open(tracks, since_ms, account.clocks.stamp_ms(since_ms)),
    )


def doubt_of(
    account: Holder, seen: tuple[Standing, Standing], look: Look, net: Mapping[str, Decimal], *, settled: bool,
    apart: Collection[str] = (),
) -> Doubt:  # fmt: skip
    """What is not known where books stood so before balances were read and so after.

    apart  assets that cannot be compared in any case
    """
    before, after = seen
    bots = before.busy | after.busy | (before.books.keys() ^ after.books.keys())
    bots |= {
        bot
        for bot in before.books.keys() & after.books.keys()
        if (before.books[bot], before.cash[bot]) != (after.books[bot], after.cash[bot])
    }
    moving = {asset for bot in bots for one in (before, after) for asset in one.assets(bot)}
    opened = joined(before.opened, after.opened)
    unmoved = [
        asset for asset, qty in look.bases.items() if account.residue.before(asset) == net.get(asset, ZERO) - qty
    ]
    return Doubt(
        spans_of(opened, [one for one in unmoved if one not in moving]),
        frozenset({*apart, *moving, *look.resting.awaited, *(() if settled else look.resting.open)}),
        not settled,
        account.clocks.venue_ms(),
        account.manners.horizon_ms,
    )


async def look_of(account: Holder) -> Look | None:
    """What all books hold now; None while a bot is taking news, or the database does not answer."""
    books = books_of(account)
    if books is None:
        return None
    cash = {bot: owner.cash() for bot, owner in account.owners.items()}
    resting = await resting_of(account)
    if resting is None or books_of(account) != books:
        return None
    return looked(books, cash, resting)


def looked(books: Books, cash: Books, resting: Resting) -> Look:
    """What all books hold. books, cash: of each bot that runs."""
    bases, brought = summed([*books.values(), resting.held]), summed([*cash.values(), resting.cash])
    return Look(books, bases, brought, resting)


def tell(account: Holder, venue: Mapping[str, Decimal], look: Look, doubt: Doubt) -> None:
    """Tell people what has changed, and bots whose coins are missing to open nothing more."""
    for finding in account.residue.compare(venue, look.books.values(), look.resting.held, look.cash, doubt):
        account.remark(finding.text)
        if not finding.short:
            continue
        for bot, held in look.books.items():
            if held.get(finding.asset) and bot in account.owners:
                account.owners[bot].tell([Command(Mode.CANCEL_ENTRIES, ACCOUNT, finding.text)])


async def save(account: Holder) -> None:
    """Keep what was found at rest; where that fails, it is tried again at the next reading."""
    try:
        residue = account.residue
        await account.store.keep_residue({asset: residue.kept[asset] for asset in sorted(residue.unsaved)})
        residue.unsaved.clear()
    except (Unavailable, Deferred) as error:
        account.remark(f"what the account holds beyond its books could not be kept: {error}")


async def undisturbed(account: Holder, assets: Collection[str]) -> bool:
    """Whether every order that works is still shown as it is known: none has filled since balances were read."""
    symbols = symbols_on(account, assets)
    found = await account.gateway.ask(account.account_id, AskWorking(symbols))
    if not isinstance(found, Answer) or found.data.broken:
        return False
    shown = {one.client_order_id: one.filled_qty for one in found.data.items}
    known = (
        one for one in account.tracks.values() if one.units.symbol in symbols and not (one.unresolved or one.final)
    )
    return all(shown.get(one.name) == one.filled for one in known)


def books_of(account: Holder) -> Books | None:
    """What each bot that runs holds, as it is committed; None while one is taking news."""
    if not all(one.quiet for one in account.owners.values()):
        return None
    return {bot: owner.held() for bot, owner in account.owners.items()}


async def resting_of(account: Holder) -> Resting | None:
    """What bots that do not run here hold; None while the database does not say."""
    try:
        return await account.store.resting(account.owners.keys())
    except (Unavailable, Deferred):
        return None


def symbols_on(account: Holder, assets: Collection[str]) -> tuple[str, ...]:
    """The symbols on which bots trade that may move one of these assets."""
    traded = {one.symbol for owner in account.owners.values() for one in owner.units}
    return tuple(sorted(one for one in traded if not set(one.split("/")).isdisjoint(assets)))


def totals(found: Answer[Any]) -> dict[str, Decimal]:
    """Free and locked, by asset."""
    return {one.asset: one.free + one.locked for one in found.data.balances}


def base_of(symbol: str) -> str:
    """The asset that is bought and sold."""
    return symbol.partition("/")[0]


def explained(found: Absent | Failed) -> str:
    """Why a question was not answered, and what to do where somebody can do something."""
    if not isinstance(found, Failed):
        return "the venue says that there is no such thing"
    if not found.forbidden:
        return found.why
    return (
        f"the venue does not take this account's key ({found.why.rstrip('.')}): nothing is read and nothing can be "
        "placed or cancelled, what protects included. Allow it there, or revoke it with botswain keys revoke and add "
        "another: a running process opens that within seconds"
    )
