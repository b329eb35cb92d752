"""Fills of orders of ours that had ended: looked for before what the account holds is told as somebody else's.

A venue may answer a cancel and not do it (faults, F28). The order is known to have ended, fills while nobody listens,
and no list of orders that work shows it any more; the fills of its symbol do. Which order a fill is of, this process
knows, or the journal, or the mark on its name in the symbol's history; what it has filled, its own read says or, where
the venue has forgotten it, its fills.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol

from botswain.engine.account_ports import Ports
from botswain.engine.order_ids import is_ours
from botswain.engine.tracks import INFERRED, ZERO, Track, track_of
from botswain.model.errands import AskFills, AskOrder, AskOrders
from botswain.model.errors import Deferred, Unavailable
from botswain.model.order_events import OrderReport, OwnTrade
from botswain.model.orders import OrderKind, OrderState, Side
from botswain.model.outcomes import Absent, Answer, Broken, Failed
from botswain.store.residues import Residual

# Orders of which nobody has kept the venue's name are looked for among those made so long before their fill at most.
OLDEST_MS = 86_400_000
# A fill's time may be a little behind the clock by which it is noted when an account was at rest.
BEFORE_MS = 60_000


class Starter(Protocol):
    """Who finds out what an order has filled."""

    def start(self, track: Track) -> None: ...


class Hearer(Protocol):
    """The account, as far as what its bots do not hear needs it."""

    @property
    def remark(self) -> Callable[[str], None]: ...
    @property
    def resolver(self) -> Starter: ...


class Finder(Ports, Protocol):
    """The account, as far as this needs it. elsewhere: orders of which it was told that nobody looks after them."""

    keys: tuple[bytes, ...]
    trades: dict[tuple[str, str], str]
    elsewhere: dict[str, None]

    def trade_taken(self, track: Track, trade_id: str) -> bool: ...
    def look_up(self, report: OrderReport) -> None: ...


@dataclass
class Ours:
    """What was found. booking: fills that are being booked now; apart: assets of which nothing is concluded.

    broken  symbols with a row that could not be read, and why: it may be a fill of ours, or the order of one
    failed  why it could not be read; nothing is concluded then
    """

    booking: bool = False
    apart: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    failed: Failed | None = None


def since_of(account: Finder, kept: Mapping[str, Residual], assets: Collection[str]) -> int:
    """Since when fills may have changed what is in no book of these assets: it was what it should be before."""
    clocks = account.clocks
    oldest_ms = clocks.stamp_ms(clocks.venue_ms()) - OLDEST_MS
    before_ms = max(account.manners.horizon_ms, BEFORE_MS)
    return min(kept[one].at_ms if one in kept else oldest_ms for one in assets) - before_ms


async def fills_of_ours(account: Finder, symbols: Collection[str], since_ms: int, others: Collection[str] = ()) -> Ours:
    """Look for fills on these symbols that are ours and in no book, and have them booked.

    others  symbols on which only bots have traded that this fleet does not run; what cannot be read of them keeps
            nothing from being read
    """
    found = Ours()
    try:
        for symbol in symbols:
            found.failed = await _on(account, symbol, since_ms, found)
            if found.failed is not None:
                return found
        for symbol in others:
            if await _on(account, symbol, since_ms, found) is not None:
                found.apart.update(symbol.split("/"))
    except (Unavailable, Deferred) as error:
        found.failed = Failed(f"the journal does not answer: {error}")
    return found


async def _on(account: Finder, symbol: str, since_ms: int, found: Ours) -> Failed | None:
    """Those of one symbol; what kept it from being read."""
    fills = await account.gateway.ask(account.account_id, AskFills(symbol, since_ms=since_ms))
    if not isinstance(fills, Answer):
        return as_failed(fills)
    numbers: dict[str, set[str]] = {}
    for one in fills.data.items:
        if (symbol, one.trade_id) not in account.trades:
            numbers.setdefault(one.venue_order_id, set()).add(one.trade_id)
    _unread(symbol, fills.data.broken, found)
    names = await _names(account, symbol, numbers, since_ms, found)
    if isinstance(names, Failed):
        return names
    for number, name in names.items():
        read = await account.gateway.ask(account.account_id, AskOrder(symbol, name))
        if isinstance(read, Failed):
            return read
        told = read.data if isinstance(read, Answer) else await _by_its_fills(account, symbol, name, number)
        if isinstance(told, Failed):
            return told
        if told is not None and told.venue_order_id in numbers:
            await _take(account, symbol, told, numbers[told.venue_order_id], found)
    return None


async def _by_its_fills(account: Finder, symbol: str, name: str, number: str) -> OrderReport | Failed | None:
    """An order that the venue has forgotten and whose fills it lists still: what these tell of it.

    None where its search goes on by itself, where no journal knows it, or where they cannot be fills of that order.
    """
    if name in account.tracks:
        return None
    fills = await account.gateway.ask(account.account_id, AskFills(symbol, number))
    if not isinstance(fills, Answer):
        return as_failed(fills)
    rows = [one for one in fills.data.items if one.venue_order_id == number and one.client_order_id in ("", name)]
    known = await account.store.order(name)
    owner = account.owners.get(known[0]) if known is not None else None
    if not rows:
        return None
    if known is None or owner is None:
        return ended(name, rows, total(rows), total(rows))
    _, order, booked = known
    track = track_of(owner.bot_id, owner.units[order.symbol], order, booked)
    track.explain(rows, lambda trade_id: account.trade_taken(track, trade_id))
    # Which of them an inferred fill stands for nobody can say: what they come to is what counts then.
    guessed = any(one.startswith(INFERRED) for one in booked)
    filled = max(track.told_qty, total(rows)) if guessed else track.accounted
    if filled > track.qty or any(one.side is not side_of(track.side) for one in rows):
        return None
    return ended(name, rows, filled, track.qty)


def ended(name: str, rows: Sequence[OwnTrade], filled: Decimal, qty: Decimal) -> OrderReport:
    """What fills tell of an order that is over. At least one of them is there."""
    first = rows[0]
    return OrderReport(
        market_id=first.market_id,
        client_order_id=name,
        venue_order_id=first.venue_order_id,
        list_id="",
        side=first.side,
        kind=OrderKind.LIMIT,
        post_only=False,
        tif=None,
        state=OrderState.CANCELED,
        qty=qty,
        price=ZERO,
        trigger=ZERO,
        trailing_bips=0,
        filled_qty=filled,
        filled_notional=sum((one.quote_qty for one in rows), ZERO),
        venue_time_ms=max(one.venue_time_ms for one in rows),
        fills=tuple(rows),
    )


def total(rows: Sequence[OwnTrade]) -> Decimal:
    """What fills come to."""
    return sum((one.qty for one in rows), ZERO)


def side_of(side: int) -> Side:
    """A side by its sign."""
    return Side.BUY if side > 0 else Side.SELL


def _unread(symbol: str, broken: Sequence[Broken], found: Ours) -> None:
    """Rows that could not be read are no answer: what they may have moved is not told as somebody else's."""
    if broken:
        found.broken[symbol] = broken[0].why
        found.apart.update(symbol.split("/"))


async def _names(
    account: Finder, symbol: str, numbers: Collection[str], since_ms: int, found: Ours
) -> dict[str, str] | Failed:
    """Our names of orders by the venue's numbers; those that are not ours have none."""
    here = (one for one in (*account.tracks.values(), *account.ended.values()) if one.units.symbol == symbol)
    named = {one.venue_order_id: one.name for one in here if one.venue_order_id in numbers}
    if left := [one for one in numbers if one not in named]:
        named |= await account.store.named(symbol, left)
    if any(one not in named for one in numbers):
        history = await account.gateway.ask(account.account_id, AskOrders(symbol, since_ms - OLDEST_MS))
        if not isinstance(history, Answer):
            return as_failed(history)
        _unread(symbol, history.data.broken, found)
        listed = (one for one in history.data.items if one.venue_order_id in numbers)
        named |= {
            one.venue_order_id: one.client_order_id for one in listed if is_ours(one.client_order_id, account.keys)
        }
    return named


async def _take(account: Finder, symbol: str, report: OrderReport, trades: Collection[str], found: Ours) -> None:
    """An order of ours with fills that may be in no book: where it has filled more than that, it is booked."""
    name = report.client_order_id
    track = account.tracks.get(name) or account.ended.get(name)
    if track is not None:
        _remembered(account, symbol, track, report, found)
        return
    known = await account.store.order(name)
    owner = account.owners.get(known[0]) if known is not None else None
    if known is not None and owner is not None:
        booked = known[1].filled * owner.units[known[1].symbol].lot
        _of_a_bot_here(account, symbol, booked, report, found)
    else:
        await _of_another(account, symbol, report, trades, found)


def _remembered(account: Finder, symbol: str, track: Track, report: OrderReport, found: Ours) -> None:
    """One that this process knows: it is told of it. Where its bot does not run it is kept for that."""
    if track.owner not in account.owners:
        filled = track.filled
        account.order_told(report)
        if track.filled > filled:
            found.apart.update(symbol.split("/"))
        return
    if track.name in account.ended and report.filled_qty > track.filled:
        _say(account, report, track.filled, symbol)
    found.booking = found.booking or report.filled_qty > track.told_qty
    account.order_told(report)


def _of_a_bot_here(account: Finder, symbol: str, booked: Decimal, report: OrderReport, found: Ours) -> None:
    """One that only the journal knows, with so much booked: its bot gets it back, unless that is under way."""
    if report.filled_qty <= booked:
        return
    found.booking = True
    if report.client_order_id not in account.looking_up:
        _say(account, report, booked, symbol)
        account.look_up(report)


async def _of_another(account: Finder, symbol: str, report: OrderReport, trades: Collection[str], found: Ours) -> None:
    """One of no bot that this fleet runs, with these fills: what of them is in no book is left alone.

    Where nobody looks after it either, that is told, once.
    """
    name = report.client_order_id
    other = await account.store.elsewhere(name)
    if other is not None and not other.booked.issuperset(trades):
        found.apart.update(symbol.split("/"))
    if name not in account.elsewhere and (other is None or not other.looked_after):
        account.look_up(report)


def unheard(account: Hearer, track: Track) -> None:
    """Word of an order whose bot does not run: nothing of it counts as told, and its bot's next start books it.

    What it has filled is known, so until then what the account holds is compared without it (`leeway`).
    """
    if track.owner and track.unexplained:
        account.resolver.start(track)
    more = track.filled - track.told_qty
    if track.owner and track.ended and more > 0 and not track.kept:
        track.kept = True
        account.remark(
            f"order {track.name}: it counted as ended, and has filled {more.normalize():f} {track.units.symbol} more "
            f"at the venue since, number {track.venue_order_id}: its bot does not run, and books that when it starts"
        )


def _say(account: Finder, report: OrderReport, booked: Decimal, symbol: str) -> None:
    """Say what an order has filled that is in no book."""
    more = (report.filled_qty - booked).normalize()
    account.remark(
        f"order {report.client_order_id}: it counted as ended, and has filled {more:f} {symbol} more at the venue "
        f"since, number {report.venue_order_id}: that is booked now"
    )


def as_failed(found: Absent | Failed) -> Failed:
    """No answer to a question that has one always."""
    return found if isinstance(found, Failed) else Failed("the venue says that there is no such list")
