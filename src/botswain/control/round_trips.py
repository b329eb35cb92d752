"""Positions from their opening to their end, gathered from a bot's fills by the ledger's own rules; of a bot of cells,
such as a grid, each cell's buy and sale.

A process goes on from the last fill it saw. A placeholder that the venue's own fill took the place of is as if it had
never been: then the bot's trips are gathered anew with the true fill in its place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from heapq import merge
from itertools import chain, islice

from botswain.control.bot_terms import KnownTerms, Terms
from botswain.control.decimal_text import EXACT, FINEST, average
from botswain.ledger.cells import Booked, Cell, Cells
from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind, Side
from botswain.store import fills, journal
from botswain.store.fills import Fill
from botswain.store.listing import Asked
from botswain.store.scope import Tx

ZERO = Decimal(0)
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A trip; exit_ms, exit_price and exit_reason are None while it is open. profit is after all fees, in quote."""

    bot_id: str
    symbol: str
    direction: int
    qty: Decimal
    entry_ms: int
    exit_ms: int | None
    entry_price: Decimal
    exit_price: Decimal | None
    profit: Decimal
    fees: Decimal
    exit_reason: int | None


@dataclass
class Lane:
    """One symbol on the way: what is held and what is too little to sell, in base, and the trip under way.

    net                of what opened it, without fees in base, less what closed it
    worth, exit_worth  price x quantity of what opened it and of what closed it; base_fees: fees in base, in quote
    """

    held: Decimal = ZERO
    dust: Decimal = ZERO
    direction: int = 0
    entry_ms: int = 0
    net: Decimal = ZERO
    qty: Decimal = ZERO
    worth: Decimal = ZERO
    exit_qty: Decimal = ZERO
    exit_worth: Decimal = ZERO
    base_fees: Decimal = ZERO
    fees: Decimal = ZERO
    realized: Decimal = ZERO


@dataclass
class Gathered:
    """A bot's trips as of its last fill: closed ones in the order they closed, and the lanes by symbol."""

    bot_id: str
    upto: tuple[int, int] = (0, -1)
    head: int = 0
    closed: list[RoundTrip] = field(default_factory=list)
    lanes: dict[str, Lane] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)

    def open(self) -> list[RoundTrip]:
        """Those under way."""
        lanes = [trip_of(self.bot_id, symbol, lane, None) for symbol, lane in self.lanes.items() if lane.direction]
        cells = [(symbol, cell) for symbol, one in self.cells.items() for cell in one.open.values()]
        return [*lanes, *(cell_trip(self.bot_id, symbol, cell, None) for symbol, cell in cells)]

    def take_cell(self, fill: Fill, lot: Decimal, fee_in_quote: Decimal, fee_in_base: bool, rules: Terms) -> None:
        """The next fill of a strategy of cells."""
        cells = self.cells.get(fill.symbol)
        if cells is None:
            one = rules.instrument(fill.symbol)
            slots = rules.strategy.slots() if rules.strategy is not None else 0
            cells = self.cells[fill.symbol] = Cells(slots, one is not None and one.shortable, lot, share)
        side = 1 if fill.side is Side.BUY else -1
        taken = fill.fee if fee_in_base else ZERO
        with localcontext(EXACT):
            worth, base_paid = fill.qty * fill.price, taken * fill.price
            units = fill.qty - side * taken
            booked = Booked(fill.time_ms, fill.slot, side, units, fill.qty, worth, fee_in_quote, base_paid)
            self.closed += [cell_trip(self.bot_id, fill.symbol, one, fill) for one in cells.take(booked)]

    def take(self, fill: Fill, lot: Decimal, fee_in_quote: Decimal, fee_in_base: bool) -> None:
        """The next fill. fee_in_quote: its fee's worth, where it was not taken in base."""
        lane = self.lanes.setdefault(fill.symbol, Lane())
        side = 1 if fill.side is Side.BUY else -1
        was = lane.held
        taken = fill.fee if fee_in_base else ZERO
        move(lane, side, fill.qty, EXACT.subtract(fill.qty, taken), fill.price, lot)
        if was == 0 and lane.held == 0:
            return  # dust was bought back: no trip
        if was == 0:
            begin(lane, side, fill)
        turns = was != 0 and lane.held != 0 and (was > 0) != (lane.held > 0)
        rest = ZERO
        if side == lane.direction:
            opened(lane, fill, fill.qty, taken)
        else:
            closed = min(fill.qty, EXACT.multiply(EXACT.divide_int(lane.net, lot), lot)) if turns else fill.qty
            rest = EXACT.subtract(fill.qty, closed)
            lane.net = EXACT.subtract(lane.net, closed)
            lane.exit_qty = EXACT.add(lane.exit_qty, closed)
            lane.exit_worth = EXACT.add(lane.exit_worth, EXACT.multiply(closed, fill.price))
            lane.base_fees = EXACT.add(lane.base_fees, ZERO if rest else EXACT.multiply(taken, fill.price))
        lane.fees = EXACT.add(lane.fees, fee_in_quote)
        lane.realized = EXACT.add(lane.realized, fill.realized)
        if was == 0 or (lane.held != 0 and not turns):
            return
        self.closed.append(trip_of(self.bot_id, fill.symbol, lane, fill))
        fresh = self.lanes[fill.symbol] = Lane(held=lane.held, dust=lane.dust)
        if turns:
            # What did not close opens the next trip, with what it was charged in base.
            begin(fresh, side, fill)
            opened(fresh, fill, rest, taken)


def begin(lane: Lane, side: int, fill: Fill) -> None:
    """A trip begins."""
    lane.direction, lane.entry_ms = side, fill.time_ms


def opened(lane: Lane, fill: Fill, qty: Decimal, taken: Decimal) -> None:
    """Add a quantity to what opened a trip; `taken` of base is its fee."""
    lane.net = EXACT.add(lane.net, EXACT.subtract(qty, taken))
    lane.qty = EXACT.add(lane.qty, qty)
    lane.worth = EXACT.add(lane.worth, EXACT.multiply(qty, fill.price))
    lane.base_fees = EXACT.add(lane.base_fees, EXACT.multiply(taken, fill.price))


def move(lane: Lane, side: int, qty: Decimal, units: Decimal, price: Decimal, lot: Decimal) -> None:
    """Move a lane's position as `ledger.books.post` does.

    units  of base that come in or go out: the quantity less a fee in base
    """
    if side > 0 and lane.dust != 0:
        # Of the other sign it closes as much of the position.
        lane.held, lane.dust = EXACT.add(lane.held, lane.dust), ZERO
    if lane.held * side >= 0:
        lane.held = EXACT.add(lane.held, EXACT.multiply(side, units))
        return
    closing = min(units, abs(lane.held))
    over = EXACT.subtract(units, closing)
    notional = EXACT.multiply(price, qty)
    worth = notional if over == 0 else min(EXACT.multiply(price, closing), notional)
    lane.held = EXACT.add(lane.held, EXACT.multiply(side, closing))
    if over > 0 and (worth < notional or over >= lot):
        lane.held = EXACT.multiply(side, over)
    elif over > 0:
        lane.dust = EXACT.add(lane.dust, EXACT.multiply(side, over))
    elif abs(lane.held) < lot:
        lane.dust = EXACT.add(lane.dust, lane.held)
        lane.held = ZERO


def trip_of(bot_id: str, symbol: str, lane: Lane, last: Fill | None) -> RoundTrip:
    """What a lane's trip comes to, closed by `last` or not yet."""
    return RoundTrip(
        bot_id=bot_id,
        symbol=symbol,
        direction=lane.direction,
        qty=lane.qty,
        entry_ms=lane.entry_ms,
        exit_ms=None if last is None else last.time_ms,
        entry_price=average(lane.worth, lane.qty) or ZERO,
        exit_price=None if last is None else average(lane.exit_worth, lane.exit_qty),
        profit=EXACT.subtract(lane.realized, lane.fees),
        fees=EXACT.add(lane.fees, lane.base_fees),
        exit_reason=None if last is None else last.reason,
    )


def cell_trip(bot_id: str, symbol: str, cell: Cell, last: Fill | None) -> RoundTrip:
    """What a cell's trip comes to, closed by `last` or not yet; then its profit is what is paid in fees so far."""
    with localcontext(EXACT):
        profit = -cell.paid if last is None else cell.profit
        return RoundTrip(
            bot_id=bot_id,
            symbol=symbol,
            direction=cell.direction,
            qty=cell.qty,
            entry_ms=cell.first,
            exit_ms=None if last is None else last.time_ms,
            entry_price=average(cell.worth, cell.qty) or ZERO,
            exit_price=None if last is None else average(cell.exit_worth, cell.exit_qty),
            profit=profit,
            fees=cell.paid + cell.base_paid,
            exit_reason=None if last is None else last.reason,
        )


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Rounded to what the doors write."""
    return EXACT.divide(EXACT.multiply(amount, part), whole).quantize(FINEST, context=EXACT)


@dataclass
class RoundTrips:
    """Those of every bot that was asked for."""

    bots: dict[str, Gathered] = field(default_factory=dict)

    async def now(self, tx: Tx, terms: KnownTerms, bot_id: str | None) -> list[Gathered]:
        """Those of one bot, or of all in view.

        Raises FailClosed where fees are in another asset and nobody knows what it is worth.
        """
        heads = {} if bot_id is None else await journal.head_of(tx, bot_id)
        after: str | None = None
        while bot_id is None and (page := await journal.heads(tx, after_bot=after)):
            after = page[-1].bot_id
            heads |= {one.bot_id: one.seq for one in page}
        for one, head in heads.items():
            known = self.bots.get(one)
            if known is None or known.head < head:
                self.bots[one] = await gathered(tx, terms, one, known or Gathered(one), head)
        return [self.bots[one] for one in heads]


async def gathered(tx: Tx, terms: KnownTerms, bot_id: str, known: Gathered, head: int) -> Gathered:
    """A bot's trips, gone on with from the last fill that is `known`."""
    rules = await terms.of(tx, bot_id, own=True)
    fresh = [one async for one in fills_after(tx, bot_id, known.upto)]
    if any(one.kind is FillKind.REVERSAL for one in fresh):
        every = [one async for one in fills_after(tx, bot_id, (0, -1))]
        fresh, made = as_if_true(every), Gathered(bot_id)
        last: Fill | None = every[-1]
    else:
        # Others may be reading what is known.
        made = replace(
            known,
            closed=list(known.closed),
            lanes={name: replace(one) for name, one in known.lanes.items()},
            cells=deepcopy(known.cells),
        )
        last = fresh[-1] if fresh else None
    for one in fresh:
        if rules is not None and rules.strategy is not None and rules.strategy.cells:
            made.take_cell(one, lot_of(one), *fee_of(one, rules), rules)
        else:
            made.take(one, lot_of(one), *fee_of(one, rules))
    made.upto = made.upto if last is None else (last.seq, last.part)
    made.head = head
    return made


async def listed(
    tx: Tx, terms: KnownTerms, known: RoundTrips, asked: Asked, *, limit: int, offset: int
) -> tuple[list[RoundTrip], int]:
    """A page and how many there are: those under way first, then the one that ended last.

    A time is that of the end, of one under way that of its beginning. Raises as `RoundTrips.now`.
    """
    bots = await known.now(tx, terms, asked.bot_id)
    under_way = sorted((one for bot in bots for one in bot.open()), key=lambda one: one.entry_ms, reverse=True)
    # Each bot's are in the order they closed, so the newest of all are found without sorting all.
    closed = merge(*(reversed(bot.closed) for bot in bots), key=lambda one: -(one.exit_ms or 0))
    found = (one for one in chain(under_way, closed) if fits(one, asked))
    page = list(islice(found, offset, offset + limit))
    total = sum(fits(one, asked) for one in under_way) + sum(fits(one, asked) for bot in bots for one in bot.closed)
    return page, total


def fits(one: RoundTrip, asked: Asked) -> bool:
    """Whether a trip is among those asked for."""
    at_ms = one.entry_ms if one.exit_ms is None else one.exit_ms
    return (
        asked.symbol in (None, one.symbol)
        and (asked.from_ms is None or at_ms >= asked.from_ms)
        and (asked.to_ms is None or at_ms < asked.to_ms)
    )


async def fills_after(tx: Tx, bot_id: str, upto: tuple[int, int]) -> AsyncIterator[Fill]:
    """A bot's fills after one, in the order they were booked."""
    while page := await fills.after(tx, bot_id, *upto, limit=PAGE):
        for one in page:
            yield one
        upto = page[-1].seq, page[-1].part


def as_if_true(found: Sequence[Fill]) -> list[Fill]:
    """Fills without placeholders that were taken back; each true fill stands in the place of its placeholder."""
    gone = {(one.symbol, one.linked_trade_id) for one in found if one.kind is FillKind.REVERSAL}
    true: dict[tuple[str, str | None], list[Fill]] = {}
    for one in found:
        if one.kind is FillKind.VENUE and one.linked_trade_id is not None:
            true.setdefault((one.symbol, one.linked_trade_id), []).append(one)
    placed: list[Fill] = []
    for one in found:
        if one.kind is FillKind.REVERSAL or (one.kind is FillKind.VENUE and (one.symbol, one.linked_trade_id) in gone):
            continue
        if (one.symbol, one.venue_trade_id) in gone:
            placed += true.get((one.symbol, one.venue_trade_id), [])
        else:
            placed.append(one)
    return placed


def lot_of(fill: Fill) -> Decimal:
    """A fill's lot."""
    return EXACT.divide(fill.qty, Decimal(fill.qty_lots))


def fee_of(fill: Fill, rules: Terms | None) -> tuple[Decimal, bool]:
    """A fee's worth in quote, and whether it was taken in base instead (then it is no such fee)."""
    base, _, quote = fill.symbol.partition("/")
    if fill.fee_asset == quote or not fill.fee:
        return fill.fee, False
    if fill.fee_asset == base:
        return ZERO, True
    one = rules.instrument(fill.symbol) if rules is not None else None
    if one is None or one.fee_asset_price is None:
        raise FailClosed(
            f"a fee of bot {fill.bot_id} is in {fill.fee_asset}, and its rules do not say what that is worth; its "
            "round trips cannot be told"
        )
    return EXACT.multiply(fill.fee, one.fee_asset_price), False
