"""Lists that may be longer than one answer, read to their end: our fills and our orders since a time.

The venue tells at most 1,000 rows at once and at most 24 hours between two times. So a list is walked day by day; a
full page goes on by the rows' own numbers, which have no such bound, and so does what began many days ago. One page
that fails makes the whole of it no answer: half a history would look like a whole one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from msgspec.structs import replace

from botswain.model.order_events import OrderReport, OwnTrade
from botswain.model.outcomes import Absent, Answer, Broken, Failed, Rows
from botswain.venues.binance import order_replies, queries
from botswain.venues.binance.desk import Desk
from botswain.venues.binance.queries import MOST_ROWS, Span
from botswain.venues.binance.requests import Call

T = TypeVar("T", OwnTrade, OrderReport)

DAY_MS = 86_400_000
# Beyond so many days it is cheaper to read by number from the first row on.
MOST_DAYS = 7
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """What is listed: the call for a part of it, its decoder, and a row's own number."""

    what: str
    call: Callable[[Span], Call]
    decoder: Callable[[bytes], Rows[T]]
    number: Callable[[T], int]


def fills(market_id: str, venue_order_id: str = "") -> Listing[OwnTrade]:
    """Our fills of a symbol, or of one order of it."""
    return Listing(
        f"fills of {market_id}",
        lambda span: queries.own_trades(market_id, span, venue_order_id=venue_order_id),
        order_replies.own_trades,
        lambda one: int(one.trade_id),
    )


def orders(market_id: str) -> Listing[OrderReport]:
    """Our orders of a symbol in every state."""
    return Listing(
        f"orders of {market_id}",
        lambda span: queries.all_orders(market_id, span),
        order_replies.orders,
        lambda one: int(one.venue_order_id),
    )


async def since(desk: Desk, listing: Listing[T], since_ms: int) -> Answer[Rows[T]] | Failed:
    """The rows from a time of the venue's on; rows that cannot be read stay in it as broken."""
    now_ms = desk.address.venue_ms
    if now_ms - since_ms > MOST_DAYS * DAY_MS:
        found = await from_number(desk, listing, 0, Rows(()))
        return found if isinstance(found, Failed) else Answer(_not_before(found.data, since_ms))
    read: Rows[T] = Rows(())
    at_ms = since_ms
    while True:
        # The last day has no end: what happens while it is asked for belongs to it.
        end_ms = at_ms + DAY_MS - 1 if at_ms + DAY_MS <= now_ms else None
        page = await _page(desk, listing, Span(MOST_ROWS, start_ms=at_ms, end_ms=end_ms))
        if isinstance(page, Failed):
            return page
        if _full(page):
            return await _after(desk, listing, page, read)
        read = _joined(read, page)
        if end_ms is None:
            return Answer(read)
        at_ms = end_ms + 1


async def from_number(desk: Desk, listing: Listing[T], first: int, read: Rows[T]) -> Answer[Rows[T]] | Failed:
    """`read`, and the rows from a number on."""
    for _ in range(MOST_PAGES):
        page = await _page(desk, listing, Span(MOST_ROWS, from_id=first))
        if isinstance(page, Failed):
            return page
        if not _full(page):
            return Answer(_joined(read, page))
        if not page.items:
            return _stuck(listing)
        first = _last(listing, page) + 1
        read = _joined(read, _readable_end(page))
    return Failed(f"the {listing.what} are more than {MOST_PAGES * MOST_ROWS} rows; ask for a later time")


async def _after(desk: Desk, listing: Listing[T], page: Rows[T], read: Rows[T]) -> Answer[Rows[T]] | Failed:
    if not page.items:
        return _stuck(listing)
    return await from_number(desk, listing, _last(listing, page) + 1, _joined(read, _readable_end(page)))


async def _page(desk: Desk, listing: Listing[T], span: Span) -> Rows[T] | Failed:
    found = await desk.read(listing.call(span), listing.decoder)
    if isinstance(found, Absent):
        return Failed(f"the venue says that there are no {listing.what}, which is no answer to a list; ask again")
    return found if isinstance(found, Failed) else found.data


def _full(page: Rows[T]) -> bool:
    return len(page.items) + len(page.broken) >= MOST_ROWS


def _last(listing: Listing[T], page: Rows[T]) -> int:
    return max(listing.number(one) for one in page.items)


def _stuck(listing: Listing[T]) -> Failed:
    return Failed(f"no row of a whole page of {listing.what} could be read, so nobody knows where the next one begins")


def _readable_end(page: Rows[T]) -> Rows[T]:
    """A page without the unreadable rows behind its last readable one: those come again with the next."""
    end = len(page.items) + len(page.broken)
    unread = {one.row for one in page.broken}
    while end - 1 in unread:
        end -= 1
    return Rows(page.items, tuple(one for one in page.broken if one.row < end))


def _joined(read: Rows[T], page: Rows[T]) -> Rows[T]:
    offset = len(read.items) + len(read.broken)
    return Rows(read.items + page.items, read.broken + moved(page.broken, offset))


def moved(broken: tuple[Broken, ...], offset: int) -> tuple[Broken, ...]:
    """Unreadable rows as rows of a longer list."""
    return tuple(replace(one, row=one.row + offset) for one in broken)


def _not_before(rows: Rows[T], since_ms: int) -> Rows[T]:
    return Rows(tuple(one for one in rows.items if one.venue_time_ms >= since_ms), rows.broken)
