"""What the account holds, read and held against its bots' books.

Balances say something only where nothing moved while they were read: the books are the same before and after, and
every order that works is shown with the same fills afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from botswain.engine.account_ports import Owner, Resting, Store
from botswain.engine.holdings import ZERO, Residue, summed
from botswain.engine.manners import Clocks, Manners
from botswain.engine.tracks import Track
from botswain.model.errands import AskBalances, AskWorking
from botswain.model.errors import Deferred, Unavailable
from botswain.model.news import Command, Mode
from botswain.model.outcomes import Absent, Answer, Failed
from botswain.model.ports import Gateway
from botswain.store.halts import ACCOUNT

Books = dict[str, dict[str, Decimal]]


class Holder(Protocol):
    """The account, as far as this needs it."""

    account_id: str
    gateway: Gateway
    store: Store
    owners: dict[str, Owner]
    tracks: dict[str, Track]
    residue: Residue
    keys: tuple[bytes, ...]
    clocks: Clocks
    manners: Manners

    @property
    def remark(self) -> Callable[[str], None]: ...
    @property
    def idle(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What all books hold: `books` of each bot that runs by base asset, `bases` of all bots, `cash` by quote asset.

    open  assets that orders of bots may move that do not run here
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
    """Read them and, where nothing is on its way, say what has changed; empty, or why they could not be read."""
    look = await look_of(account) if account.idle else None
    found = await account.gateway.ask(account.account_id, AskBalances())
    if not isinstance(found, Answer):
        return explained(found)
    if look is None:
        return ""
    net, every = look.net(totals(found)), look.every
    if account.residue.other(net, every) and not await undisturbed(account, every):
        return ""
    if not account.idle or books_of(account) != look.books:
        return ""
    tell(account, net, look.books, look.resting)
    account.residue.rest(net, every, account.clocks.venue_ms(), account.manners.horizon_ms, look.resting.open)
    if account.residue.unsaved:
        await save(account)
    return ""


async def look_of(account: Holder) -> Look | None:
    """What all books hold now; None while a bot is taking news, or the database does not answer."""
    books = books_of(account)
    if books is None:
        return None
    cash = summed(owner.cash() for owner in account.owners.values())
    resting = await resting_of(account)
    if resting is None or books_of(account) != books:
        return None
    return Look(books, summed([*books.values(), resting.held]), summed([cash, resting.cash]), resting)


def tell(account: Holder, venue: dict[str, Decimal], books: Books, resting: Resting) -> None:
    """Tell people what has changed, and bots whose coins are missing to open nothing more."""
    for finding in account.residue.compare(venue, books.values(), resting.held):
        account.remark(finding.text)
        if not finding.short:
            continue
        for bot, held in books.items():
            if held.get(finding.asset):
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
    known = (one for one in account.tracks.values() if one.units.symbol in symbols and not one.unresolved)
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
