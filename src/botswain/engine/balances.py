"""What the account holds, read and held against its bots' books: at rest, and where an order may have been forgotten.

Balances say something only where nothing moved while they were read: the books are the same before and after, and
every order that works is shown with the same fills afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any, Protocol

from botswain.engine.account_ports import Owner, Resting, Store
from botswain.engine.forgotten import Doubt, filled_of
from botswain.engine.holdings import ZERO, Residue, summed
from botswain.engine.manners import Clocks, Manners
from botswain.engine.order_ids import is_ours
from botswain.engine.tracks import Track
from botswain.model.errands import AskBalances, AskFills, AskOrders, AskWorking
from botswain.model.errors import Deferred, Unavailable
from botswain.model.news import Command, Mode
from botswain.model.order_events import OwnTrade
from botswain.model.orders import Side
from botswain.model.outcomes import Absent, Answer, Failed
from botswain.model.ports import Gateway
from botswain.store.halts import ACCOUNT

# Orders by hand that fill now were made this long ago at most.
OLDEST_MS = 86_400_000
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


async def read_balances(account: Holder) -> str:
    """Read them and, where nothing is on its way, say what has changed; empty, or why they could not be read."""
    before = books_of(account) if account.idle else None
    resting = await resting_of(account) if before is not None else None
    found = await account.gateway.ask(account.account_id, AskBalances())
    if not isinstance(found, Answer):
        return explained(found)
    if before is None or resting is None:
        return ""
    venue = totals(found)
    books = summed([*before.values(), resting.held])
    if account.residue.other(venue, books) and not await undisturbed(account, books):
        return ""
    if not account.idle or books_of(account) != before:
        return ""
    tell(account, venue, before, resting)
    account.residue.rest(venue, books, account.clocks.venue_ms(), account.manners.horizon_ms, resting.open)
    if account.residue.unsaved:
        await save(account)
    return ""


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


async def filled_in_absence(account: Holder, track: Track) -> dict[str, Decimal] | None:
    """What orders that no surface knows must have filled, by what the account holds; None: nobody can say.

    It is asked of one and answers for every order in doubt on its asset, for only together do they explain a change;
    none of them may be known by any surface.
    """
    base = base_of(track.units.symbol)
    doubts, before = doubts_on(account, base), books_of(account)
    if before is None or any(one is not track and not one.nowhere for one in doubts):
        return None
    resting = await resting_of(account)
    found = await account.gateway.ask(account.account_id, AskBalances())
    if resting is None or not isinstance(found, Answer) or not await undisturbed(account, (base,)):
        return None
    kept = account.residue.kept.get(base)
    if kept is None:
        return {track.name: ZERO}  # nobody knows what it held before, so nothing contradicts what every surface says
    books = summed([*before.values(), resting.held]).get(base, ZERO)
    change = totals(found).get(base, ZERO) - books - kept.qty
    moved = await moved_by_hand(account, base, kept.at_ms) if change else ZERO
    if moved is None or books_of(account) != before or doubts_on(account, base) != doubts:
        return None
    change -= moved
    if change and base in resting.open:
        return None
    names = filled_of(change, [doubt_of(one) for one in doubts])
    if names is None:
        return None
    return {one.name: one.qty - one.told_qty if one.name in names else ZERO for one in doubts}


async def undisturbed(account: Holder, assets: Collection[str]) -> bool:
    """Whether every order that works is still shown as it is known: none has filled since balances were read."""
    symbols = symbols_on(account, assets)
    found = await account.gateway.ask(account.account_id, AskWorking(symbols))
    if not isinstance(found, Answer) or found.data.broken:
        return False
    shown = {one.client_order_id: one.filled_qty for one in found.data.items}
    known = (one for one in account.tracks.values() if base_of(one.units.symbol) in assets and not one.unresolved)
    return all(shown.get(one.name) == one.filled for one in known)


async def moved_by_hand(account: Holder, base: str, since_ms: int) -> Decimal | None:
    """What deposits and orders that are not ours have brought since a time of the venue's; None: it cannot be read.

    Of deposits and withdrawals only those count that were heard of.
    """
    moved = account.residue.came(base, since_ms)
    for symbol in symbols_on(account, (base,)):
        orders = await account.gateway.ask(account.account_id, AskOrders(symbol, since_ms - OLDEST_MS))
        fills = await account.gateway.ask(account.account_id, AskFills(symbol, since_ms=since_ms))
        if not isinstance(orders, Answer) or not isinstance(fills, Answer):
            return None
        if orders.data.broken or fills.data.broken:
            return None
        theirs = {one.venue_order_id for one in orders.data.items if not is_ours(one.client_order_id, account.keys)}
        by_hand = [one for one in fills.data.items if one.venue_order_id in theirs and one.venue_time_ms > since_ms]
        moved += sum((brought(one, base) for one in by_hand), ZERO)
    return moved


def brought(one: OwnTrade, base: str) -> Decimal:
    """What a fill changes of its base asset."""
    fee = one.fee if one.fee_asset == base else ZERO
    return (one.qty if one.side is Side.BUY else -one.qty) - fee


def doubts_on(account: Holder, base: str) -> list[Track]:
    """Orders on an asset that nobody knows the end of."""
    mine = (one for one in account.tracks.values() if base_of(one.units.symbol) == base)
    return [one for one in mine if one.unresolved or one.unexplained]


def doubt_of(track: Track) -> Doubt:
    """An order in doubt as the balances look at it."""
    eaten = track.units.fee_on_buy[1] == base_of(track.units.symbol)
    group = min(track.name, track.partner) if track.partner else ""
    return Doubt(track.name, track.side, track.qty - track.told_qty, eaten, group)


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
    """The symbols that bots trade an asset on."""
    traded = {one.symbol for owner in account.owners.values() for one in owner.units}
    return tuple(sorted(one for one in traded if base_of(one) in assets))


def totals(found: Answer[Any]) -> dict[str, Decimal]:
    """Free and locked, by asset."""
    return {one.asset: one.free + one.locked for one in found.data.balances}


def base_of(symbol: str) -> str:
    """The asset that is bought and sold."""
    return symbol.partition("/")[0]


def explained(found: Absent | Failed) -> str:
    """Why a question was not answered."""
    return found.why if isinstance(found, Failed) else "the venue says that there is no such thing"
