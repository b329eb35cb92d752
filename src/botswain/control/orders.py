"""Orders in words, and which of them work.

Nearly all of an old bot's orders have ended, so which work is followed along the journal instead of being looked for:
a process reads a bot's unfinished orders once, and then only what its newer rows placed and ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from msgspec.structs import replace

from botswain.control.bot_terms import KnownTerms
from botswain.control.moments import Moment, first_from, moments
from botswain.control.refusals import Wrong, pointer
from botswain.core.codes import PROTECTIVE
from botswain.model.errors import BadInput
from botswain.model.ids import is_id
from botswain.model.orders import FINAL_STATES, OrderState
from botswain.store import journal, listing, order_pages, orders
from botswain.store.listing import Asked, Span
from botswain.store.order_pages import OrderKey
from botswain.store.orders import Order, OrderEvent
from botswain.store.scope import Tx

MOST_WORKING = 100_000
# Rows of a journal that are taken in together with those of so many other bots.
FEW_ROWS, FEW_BOTS = 100, 50
PAPER = "paper"
# What an order's life begins with: it is written down before the venue hears of it.
ASKED = "asked"
# The venue has, or had, the order.
TAKEN = frozenset((OrderState.NEW, OrderState.PARTIALLY_FILLED, OrderState.FILLED))


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """Something that became known of an order, or that it was asked for; reason: a word, empty for none."""

    seq: int
    state: str
    filled_qty: Decimal
    reason: str
    code: str | None
    at: Moment


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """An order with its bot's name. working: it can still fill, or nobody can say it cannot; at: when it was asked."""

    order: Order
    bot_name: str
    state: str
    working: bool
    protective: bool
    at: Moment
    events: tuple[ToldEvent, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What is kept of an order that works."""

    time_ms: int
    seq: int
    symbol: str
    side: str


@dataclass
class Followed:
    """A bot's orders that work, as of the journal's row `seq`."""

    seq: int = 0
    orders: dict[str, Unfinished] = field(default_factory=dict)


@dataclass
class WorkingOrders:
    """Those of every bot that was asked for."""

    bots: dict[str, Followed] = field(default_factory=dict)

    async def now(self, tx: Tx, bot_id: str | None) -> dict[str, tuple[str, Unfinished]]:
        """Client order ids, each with its bot's id and what is kept of it: of one bot, or of all in view."""
        heads: dict[str, int] = {}
        after: str | None = None
        if bot_id is None:
            while page := await journal.heads(tx, after_bot=after):
                after = page[-1].bot_id
                heads |= {one.bot_id: one.seq for one in page}
        else:
            heads = await journal.head_of(tx, bot_id)
        few: list[Span] = []
        for one, head in heads.items():
            known = self.bots.get(one)
            if known is None or head - known.seq > FEW_ROWS:
                await self.follow(tx, one, head)
            elif head > known.seq:
                few.append((one, known.seq + 1, head))
        for first in range(0, len(few), FEW_BOTS):
            await self.take(tx, few[first : first + FEW_BOTS])
        return {name: (one, kept) for one in heads for name, kept in self.bots[one].orders.items()}

    async def take(self, tx: Tx, spans: Sequence[Span]) -> None:
        """Take in a few rows each of some bots, in as many statements as for one."""
        changed = await order_pages.of_rows(tx, spans)
        ended: set[str] = set()
        for first in range(0, len(changed), order_pages.PAGE):
            some = changed[first : first + order_pages.PAGE]
            ended |= await order_pages.ended_among(tx, [one.client_order_id for one in some])
        # Whoever asked meanwhile may have seen more.
        behind = {bot_id: head for bot_id, _, head in spans if self.bots[bot_id].seq < head}
        placed = {bot_id: dict(self.bots[bot_id].orders) for bot_id in behind}
        for one in changed:
            if one.bot_id not in placed:
                continue
            if one.client_order_id in ended:
                placed[one.bot_id].pop(one.client_order_id, None)
            else:
                placed[one.bot_id][one.client_order_id] = kept_of(one)
        for bot_id, head in behind.items():
            self.bots[bot_id] = Followed(head, placed[bot_id])

    async def follow(self, tx: Tx, bot_id: str, head: int) -> None:
        """Take in a bot's rows up to its last one, `head`. One that is behind it by now is read by a newer view."""
        known = self.bots.get(bot_id)
        if known is not None and known.seq >= head:
            return
        if known is None:
            found = await orders.unfinished(tx, bot_id, limit=MOST_WORKING)
            self.bots[bot_id] = Followed(head, {one.client_order_id: kept_of(one) for one in found})
            return
        placed, after = dict(known.orders), known.seq
        while page := await orders.of_bot(tx, bot_id, after_seq=after):
            after = page[-1].seq
            placed |= {one.client_order_id: kept_of(one) for one in page if one.state not in FINAL_STATES}
        # An event says of an order that it is final at most once; a late fill's event comes behind that.
        for name in await order_pages.final_since(tx, bot_id, known.seq):
            placed.pop(name, None)
        self.bots[bot_id] = Followed(head, placed)


def kept_of(one: Order) -> Unfinished:
    """What is kept of an order."""
    return Unfinished(one.time_ms, one.seq, one.symbol, str(one.side))


@dataclass(frozen=True, slots=True)
class Leaf:
    """Which part of a list is asked for: so many at most, after an order (its id), then after so many."""

    limit: int
    offset: int = 0
    after: str | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """A page. total: how many there are (`listing.MOST_COUNTED` at most, or as far as the page goes).

    next  the id of the last order of the page, which the following one comes after; None where there is none
    """

    items: list[ToldOrder]
    total: int
    next: str | None


async def listed(
    tx: Tx,
    terms: KnownTerms,
    known: WorkingOrders,
    asked: Asked,
    leaf: Leaf,
    *,
    working: bool | None = None,
    state: str | None = None,
) -> OrderPage:
    """A page, the newest first. Raises BadInput for a state that is none, Wrong for an order that there is not."""
    if state is not None and state not in set(OrderState):
        raise BadInput(f"state is {state!r}; write one of {', '.join(OrderState)}")
    asked = await by_rows(tx, terms, asked)
    if working:
        return await those_working(tx, terms, known, asked, leaf, state=state)
    ended, after = working is False, await place_of(tx, leaf.after)
    # One more than are shown: whether there is a following page.
    found = await order_pages.page(
        tx, asked, state=state, ended=ended, limit=leaf.limit + 1, offset=leaf.offset, after=after
    )
    if ended and state is None:
        # What has ended is all but what works, and that is known.
        total = await order_pages.total(tx, asked)
        if total < listing.MOST_COUNTED:
            total -= sum(fits(one, asked) for _, one in (await known.now(tx, asked.bot_id)).values())
    else:
        total = await order_pages.total(tx, asked, state=state, ended=ended)
    return paged(await told(tx, terms, found), total, leaf)


def paged(found: list[ToldOrder], total: int, leaf: Leaf) -> OrderPage:
    """A page of what was found, which is one more than it shows where another page follows."""
    items = found[: leaf.limit]
    last = items[-1].order.client_order_id if len(found) > leaf.limit else None
    return OrderPage(items, max(total, leaf.offset + len(items) if items else 0), last)


async def place_of(tx: Tx, text: str | None) -> OrderKey | None:
    """Where the order of an id stands. Raises Wrong."""
    if text is None:
        return None
    if is_id(text) and (place := await order_pages.place(tx, text)):
        return place
    raise Wrong(
        f"{text[:64]!r} is no place in a list of orders; write the `next` of the page before, or leave it out",
        code="not_valid",
        field=pointer("query", "after"),
    )


async def by_rows(tx: Tx, terms: KnownTerms, asked: Asked) -> Asked:
    """What is asked for of a bot whose market has a clock of its own: a time of that as rows of its journal."""
    bot_id = asked.bot_id
    if bot_id is None or (asked.from_ms is None and asked.to_ms is None):
        return asked
    name = (await listing.names(tx, [bot_id])).get(bot_id)
    own = await terms.of(tx, bot_id, own=True) if name is not None and name.paced else None
    if own is None:
        return asked
    head = (await journal.head_of(tx, bot_id))[bot_id]
    first, last = [
        None if time_ms is None else await first_from(tx, own, bot_id, head, time_ms)
        for time_ms in (asked.from_ms, asked.to_ms)
    ]
    return replace(asked, from_ms=None, to_ms=None, from_seq=first, to_seq=last)


async def those_working(
    tx: Tx, terms: KnownTerms, known: WorkingOrders, asked: Asked, leaf: Leaf, *, state: str | None
) -> OrderPage:
    """The same of those that work."""
    by_time = asked.bot_id is None

    def key(one: OrderKey) -> tuple[int, str]:
        return (one.time_ms if by_time else one.seq, one.client_order_id)

    place = await place_of(tx, leaf.after)
    found = await known.now(tx, asked.bot_id)
    fitting = [OrderKey(one.time_ms, one.seq, name) for name, (_, one) in found.items() if fits(one, asked)]
    fitting.sort(key=key, reverse=True)
    left = [one.client_order_id for one in fitting if place is None or key(one) < key(place)]
    if state is None:
        items = await by_ids(tx, terms, left[leaf.offset : leaf.offset + leaf.limit + 1])
        return paged(items, len(fitting), leaf)
    every = await by_ids(tx, terms, [one.client_order_id for one in fitting])
    in_state = {one.order.client_order_id: one for one in every if one.state == state}
    items = [in_state[name] for name in left if name in in_state]
    return paged(items[leaf.offset : leaf.offset + leaf.limit + 1], len(in_state), leaf)


def fits(one: Unfinished, asked: Asked) -> bool:
    """Whether an order is among those asked for."""
    return (
        asked.symbol in (None, one.symbol)
        and asked.side in (None, one.side)
        and (asked.from_ms is None or one.time_ms >= asked.from_ms)
        and (asked.to_ms is None or one.time_ms < asked.to_ms)
        and (asked.from_seq is None or one.seq >= asked.from_seq)
        and (asked.to_seq is None or one.seq < asked.to_seq)
    )


async def by_ids(tx: Tx, terms: KnownTerms, ids: Sequence[str]) -> list[ToldOrder]:
    """Orders in the order of their ids' list."""
    found: dict[str, ToldOrder] = {}
    for first in range(0, len(ids), order_pages.PAGE):
        page = await order_pages.of_ids(tx, ids[first : first + order_pages.PAGE])
        found |= {one.order.client_order_id: one for one in await told(tx, terms, page)}
    return [found[name] for name in ids if name in found]


async def one(tx: Tx, terms: KnownTerms, client_order_id: str) -> ToldOrder | None:
    """One order with its whole life; None where the tenant has none of that id."""
    found = await orders.get(tx, client_order_id)
    if found is None:
        return None
    [order] = await told(tx, terms, [found])
    name = (await listing.names(tx, [found.bot_id]))[found.bot_id]
    known = await orders.events(tx, client_order_id)
    own = await terms.of(tx, found.bot_id, own=True) if name.paced else None
    rows = [(found.seq, found.time_ms), *((one.seq, one.time_ms) for one in known)]
    at = {} if own is None else await moments(tx, own, found.bot_id, rows)
    events = tuple(life(found, known, partial(word_of, terms, name.strategy), at))
    return ToldOrder(order.order, order.bot_name, order.state, order.working, order.protective, order.at, events)


def life(
    order: Order, known: Sequence[OrderEvent], word: Callable[[OrderEvent], str], at: Mapping[int, Moment]
) -> Iterator[ToldEvent]:
    """An order's life: that it was asked for, that the venue took it, and what became known of it.

    What fills at once is told as filled alone, so that the venue took it is told by that.
    """
    yield ToldEvent(order.seq, ASKED, Decimal(0), "", None, at.get(order.seq) or Moment(order.time_ms))
    taken = False
    for one in known:
        when = at.get(one.seq) or Moment(one.time_ms)
        if one.state in (OrderState.FILLED, OrderState.PARTIALLY_FILLED) and not taken:
            yield ToldEvent(one.seq, OrderState.NEW, Decimal(0), "", None, when)
        taken = taken or one.state in TAKEN
        yield ToldEvent(one.seq, one.state, one.filled_lots * order.lot_size, word(one), one.code, when)


def word_of(terms: KnownTerms, strategy: str, event: OrderEvent) -> str:
    """Why it came about. A fill's reason is what its order was for, and may be a strategy's first word, 0."""
    filled = event.state in (OrderState.FILLED, OrderState.PARTIALLY_FILLED)
    return terms.reason(strategy, event.reason) if event.reason or filled else ""


async def told(tx: Tx, terms: KnownTerms, found: Sequence[Order]) -> list[ToldOrder]:
    """Orders with their bots' names, whether they work, and when they were asked by the market's clock."""
    names = await listing.names(tx, [one.bot_id for one in found])
    at: dict[tuple[str, int], Moment] = {}
    for bot_id in {one.bot_id for one in found if names[one.bot_id].paced}:
        own = await terms.of(tx, bot_id, own=True)
        rows = [(one.seq, one.time_ms) for one in found if one.bot_id == bot_id]
        here = {} if own is None else await moments(tx, own, bot_id, rows)
        at |= {(bot_id, seq): moment for seq, moment in here.items()}
    ended = await order_pages.ended_among(tx, [one.client_order_id for one in found])
    told_ones = []
    for order in found:
        name = names[order.bot_id]
        silent = OrderState.NEW if name.environment == PAPER else OrderState.PENDING_NEW
        working = order.client_order_id not in ended
        protective = bool(order.flags & PROTECTIVE)
        when = at.get((order.bot_id, order.seq)) or Moment(order.time_ms)
        told_ones.append(ToldOrder(order, name.name, str(order.state or silent), working, protective, when))
    return told_ones
