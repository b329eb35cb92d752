"""What became of orders that no surface of the venue knows: told from what the account holds, or by nobody.

What it held at rest is known (`holdings`), and what bots have booked since. The rest of a change is what orders in
doubt filled, where it adds up in exactly one way (`forgotten`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from botswain.engine.balances import Holder, base_of, books_of, look_of, symbols_on, totals, undisturbed
from botswain.engine.forgotten import Doubt, Moved, filled_of
from botswain.engine.holdings import ZERO
from botswain.engine.order_ids import is_ours
from botswain.engine.tracks import Track
from botswain.model.errands import AskBalances, AskFills, AskOrders
from botswain.model.order_events import OwnTrade
from botswain.model.orders import Side
from botswain.model.outcomes import Answer
from botswain.store.residues import Residual

# Orders by hand that fill now were made this long ago at most.
OLDEST_MS = 86_400_000


async def filled_in_absence(account: Holder, track: Track) -> dict[str, Decimal] | None:
    """What orders that no surface knows must have filled, by what the account holds; None: nobody can say.

    It is asked of one and answers for every order in doubt on its asset, for only together do they explain a change;
    none of them may be known by any surface.
    """
    base, quote = track.units.symbol.split("/")
    doubts, look = doubts_on(account, base), await look_of(account)
    if look is None or not all_nowhere(account, track):
        return None
    found = await account.gateway.ask(account.account_id, AskBalances())
    if not isinstance(found, Answer):
        return None
    kept = account.residue.kept
    if base not in kept:
        # Nobody knows what it held before, so nothing contradicts what every surface says.
        return {track.name: ZERO} if await undisturbed(account, (base,)) else None
    # What the quote did tells something of these orders where all that may have moved it are among them.
    alone = quote in kept and quote not in look.resting.open and doubts == doubts_on(account, quote)
    alone = alone and await undisturbed(account, (base, quote))
    if not alone and not await undisturbed(account, (base,)):
        return None
    since = {asset: kept[asset] for asset in ((base, quote) if alone else (base,))}
    net = look.net(totals(found))
    change = {asset: net.get(asset, ZERO) - look.bases.get(asset, ZERO) - one.qty for asset, one in since.items()}
    if change[base] and base in look.resting.open:
        return None
    fees = frozenset((ZERO, found.data.maker_fee, found.data.taker_fee))
    # Orders by hand on these symbols may explain the base; those on others of the quote are read where they have to.
    for symbols in dict.fromkeys((symbols_on(account, (base,)), symbols_on(account, since))):
        by_hand = await moved_by_hand(account, symbols, since) if change[base] else {}
        if by_hand is None or books_of(account) != look.books or doubts_on(account, base) != doubts:
            return None
        left = {asset: qty - by_hand.get(asset, ZERO) for asset, qty in change.items()}
        moved = Moved(left[quote], fees) if alone else None
        filled = filled_of(left[base], [doubt_of(one) for one in doubts], moved)
        if filled is not None:
            return {one.name: filled.get(one.name, ZERO) for one in doubts}
    return None


def all_nowhere(account: Holder, track: Track) -> bool:
    """Whether no surface knows any of the orders in doubt on an order's asset: only together they explain a change."""
    return all(one is track or one.nowhere for one in doubts_on(account, base_of(track.units.symbol)))


async def moved_by_hand(
    account: Holder, symbols: Collection[str], since: Mapping[str, Residual]
) -> dict[str, Decimal] | None:
    """What deposits, and orders that are not ours on these symbols, have brought of each asset since a time of the

    venue's; None: it cannot be read. Of deposits and withdrawals only those count that were heard of.
    """
    moved = {asset: account.residue.came(asset, one.at_ms) for asset, one in since.items()}
    since_ms = min(one.at_ms for one in since.values())
    for symbol in symbols:
        orders = await account.gateway.ask(account.account_id, AskOrders(symbol, since_ms - OLDEST_MS))
        fills = await account.gateway.ask(account.account_id, AskFills(symbol, since_ms=since_ms))
        if not isinstance(orders, Answer) or not isinstance(fills, Answer):
            return None
        if orders.data.broken or fills.data.broken:
            return None
        theirs = {one.venue_order_id for one in orders.data.items if not is_ours(one.client_order_id, account.keys)}
        for one in fills.data.items:
            for asset, qty in brought(one, symbol) if one.venue_order_id in theirs else ():
                if asset in since and one.venue_time_ms > since[asset].at_ms:
                    moved[asset] += qty
    return moved


def brought(one: OwnTrade, symbol: str) -> Iterator[tuple[str, Decimal]]:
    """What a fill changes of which assets."""
    base, quote = symbol.split("/")
    sign = 1 if one.side is Side.BUY else -1
    yield base, sign * one.qty
    yield quote, -sign * one.quote_qty
    if one.fee_asset:
        yield one.fee_asset, -one.fee


def doubts_on(account: Holder, asset: str) -> list[Track]:
    """Orders that may move an asset and that nobody knows the end of."""
    mine = (one for one in account.tracks.values() if asset in one.units.symbol.split("/"))
    return [one for one in mine if one.unresolved or one.unexplained]


def doubt_of(track: Track) -> Doubt:
    """An order in doubt as the balances look at it."""
    return Doubt(
        track.name,
        track.side,
        track.qty - track.told_qty,
        eaten=track.units.fee_on_buy[1] == base_of(track.units.symbol),
        group=min(track.name, track.partner) if track.partner else "",
        lot=track.units.lot,
        price=track.price,
        trigger=track.trigger,
    )
