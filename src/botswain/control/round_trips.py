"""Positions from their opening to their end, gathered from a bot's fills by the ledger's own rules; of a bot of cells,
such as a grid, each cell's buy and sale.

A process goes on from the last fill it saw. A placeholder that the venue's own fill took the place of is as if it had
never been: then the bot's trips are gathered anew with the true fill in its place.

All of it is worked out in the context EXACT, which `Trips` sets once for all the fills it is given: to name it at each
operation took twice as long as the operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, localcontext
from fractions import Fraction

from botswain.control.bot_terms import Terms
from botswain.control.decimal_text import EXACT, FINEST, average
from botswain.ledger.cells import Booked, Cell, Cells
from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind, Side
from botswain.model.reasons import Reason
from botswain.store.traded import Traded

ZERO = Decimal(0)
PAGE = 1_000


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """A trip; exit_ms, exit_price and exit_reason are None while it is open. profit is after all fees, in quote.

    slot  of a cell's trip under way, its own; else -1
    """

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
    slot: int = -1


@dataclass
class Lane:
    """One symbol on the way: what is held and what is too little to sell, in base, and the trip under way.

    net                of what opened it, without fees in base, less what closed it
    last_ms, lot       time of its last fill; the step of its quantities, once shares were split
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
    last_ms: int = 0
    lot: Decimal = ZERO


@dataclass
class Trips:
    """What is under way of a bot, by symbol: one trip of the whole position, or one of each cell."""

    bot_id: str
    lanes: dict[str, Lane] = field(default_factory=dict)
    cells: dict[str, Cells] = field(default_factory=dict)

    def under_way(self) -> list[RoundTrip]:
        """As trips that have not ended."""
        with localcontext(EXACT):
            lanes = [trip_of(self.bot_id, symbol, lane, None) for symbol, lane in self.lanes.items() if lane.direction]
            cells = [(symbol, cell) for symbol, one in self.cells.items() for cell in one.open.values()]
            return [*lanes, *(cell_trip(self.bot_id, symbol, cell, None) for symbol, cell in cells)]

    def take(self, found: Sequence[Traded], rules: Terms | None) -> list[tuple[Traded, list[RoundTrip]]]:
        """The next fills; those that ended trips, each with the trips that it ended.

        Raises FailClosed where nobody knows what a fee is worth; then what is under way is of no use any more.
        """
        ended = []
        with localcontext(EXACT):
            for fill in found:
                if trips := self.take_one(fill, rules):
                    ended.append((fill, trips))
        return ended

    def take_one(self, fill: Traded, rules: Terms | None) -> list[RoundTrip]:
        """The next fill; the trips that it ended."""
        fee_in_quote, fee_in_base = fee_of(self.bot_id, fill, rules)
        if rules is not None and rules.strategy is not None and rules.strategy.cells:
            return self.take_cell(fill, fee_in_quote, fee_in_base, rules)
        ended = self.through_splits(fill, rules)
        one = self.take_lane(fill, fee_in_quote, fee_in_base)
        self.lanes[fill.symbol].last_ms = fill.time_ms
        return ended if one is None else [*ended, one]

    def through_splits(self, fill: Traded, rules: Terms | None) -> list[RoundTrip]:
        """What is under way is of the new shares where they were split since the fill before; trips that this ended.

        What was paid for a fraction of a lot is in no fill, and so in no trip: as dividends and charges are in none.
        """
        lane, ended = self.lanes.get(fill.symbol), []
        for one in rules.shares if rules is not None and lane is not None else ():
            if lane is None or one.symbol != fill.symbol or not lane.last_ms < one.time_ms <= fill.time_ms:
                continue
            split_lane(lane, one.split, fill.lot)
            if lane.direction and not lane.held:
                made = trip_of(self.bot_id, fill.symbol, lane, None)
                price = average(lane.exit_worth, lane.exit_qty)
                ended.append(replace(made, exit_ms=one.time_ms, exit_price=price, exit_reason=int(Reason.SPLIT)))
                lane = self.lanes[fill.symbol] = Lane(last_ms=lane.last_ms)
        return ended

    def cells_of(self, symbol: str, lot: Decimal, rules: Terms | None) -> Cells:
        """A symbol's cells. Without rules they can be looked at, and take nothing."""
        if symbol not in self.cells:
            one = rules.instrument(symbol) if rules is not None else None
            slots = rules.strategy.cell_count() if rules is not None and rules.strategy is not None else 0
            self.cells[symbol] = Cells(slots, one is not None and one.shortable, lot, share)
        return self.cells[symbol]

    def take_cell(self, fill: Traded, fee_in_quote: Decimal, fee_in_base: bool, rules: Terms) -> list[RoundTrip]:
        """The next fill of a strategy of cells."""
        side = 1 if fill.side is Side.BUY else -1
        taken = fill.fee if fee_in_base else ZERO
        worth, base_paid = fill.qty * fill.price, taken * fill.price
        units = fill.qty - side * taken
        booked = Booked(fill.time_ms, fill.slot, side, units, fill.qty, worth, fee_in_quote, base_paid)
        ended = self.cells_of(fill.symbol, fill.lot, rules).take(booked)
        return [cell_trip(self.bot_id, fill.symbol, one, fill) for one in ended]

    def take_lane(self, fill: Traded, fee_in_quote: Decimal, fee_in_base: bool) -> RoundTrip | None:
        """The next fill; the trip of the whole position that it ended.

        fee_in_quote  its fee's worth, where it was not taken in base
        """
        lane = self.lanes.setdefault(fill.symbol, Lane())
        side = 1 if fill.side is Side.BUY else -1
        was = lane.held
        taken = fill.fee if fee_in_base else ZERO
        move(lane, side, fill.qty, fill.qty - taken, fill.price, fill.lot)
        if was == 0 and lane.held == 0:
            return None  # dust was bought back: no trip
        if was == 0:
            begin(lane, side, fill)
        turns = was != 0 and lane.held != 0 and (was > 0) != (lane.held > 0)
        rest = ZERO
        if side == lane.direction:
            opened(lane, fill, fill.qty, taken)
        else:
            closed = min(fill.qty, lane.net // fill.lot * fill.lot) if turns else fill.qty
            rest = fill.qty - closed
            lane.net -= closed
            lane.exit_qty += closed
            lane.exit_worth += closed * fill.price
            lane.base_fees += ZERO if rest else taken * fill.price
        lane.fees += fee_in_quote
        lane.realized += fill.realized
        if was == 0 or (lane.held != 0 and not turns):
            return None
        ended = trip_of(self.bot_id, fill.symbol, lane, fill)
        fresh = self.lanes[fill.symbol] = Lane(held=lane.held, dust=lane.dust)
        if turns:
            # What did not close opens the next trip, with what it was charged in base.
            begin(fresh, side, fill)
            opened(fresh, fill, rest, taken)
        return ended


def split_lane(lane: Lane, ratio: Fraction, lot: Decimal) -> None:
    """Let what is under way be of the shares after a split, whole lots of them; what they were worth stays."""
    n, m = Decimal(ratio.numerator), Decimal(ratio.denominator)
    whole = abs(lane.held) * n / m // lot * lot
    lane.held, lane.net = (whole if lane.held >= 0 else -whole), whole
    lane.qty, lane.exit_qty, lane.lot = lane.qty * n / m, lane.exit_qty * n / m, lot


def begin(lane: Lane, side: int, fill: Traded) -> None:
    """A trip begins."""
    lane.direction, lane.entry_ms = side, fill.time_ms


def opened(lane: Lane, fill: Traded, qty: Decimal, taken: Decimal) -> None:
    """Add a quantity to what opened a trip; `taken` of base is its fee."""
    lane.net += qty - taken
    lane.qty += qty
    lane.worth += qty * fill.price
    lane.base_fees += taken * fill.price


def move(lane: Lane, side: int, qty: Decimal, units: Decimal, price: Decimal, lot: Decimal) -> None:
    """Move a lane's position as `ledger.books.post` does.

    units  of base that come in or go out: the quantity less a fee in base
    """
    if side > 0 and lane.dust != 0:
        # Of the other sign it closes as much of the position.
        lane.held, lane.dust = lane.held + lane.dust, ZERO
    if lane.held * side >= 0:
        lane.held += side * units
        return
    closing = min(units, abs(lane.held))
    over = units - closing
    notional = price * qty
    worth = notional if over == 0 else min(price * closing, notional)
    lane.held += side * closing
    if over > 0 and (worth < notional or over >= lot):
        lane.held = side * over
    elif over > 0:
        lane.dust += side * over
    elif abs(lane.held) < lot:
        lane.dust += lane.held
        lane.held = ZERO


def trip_of(bot_id: str, symbol: str, lane: Lane, last: Traded | None) -> RoundTrip:
    """What a lane's trip comes to, closed by `last` or not yet."""
    return RoundTrip(
        bot_id=bot_id,
        symbol=symbol,
        direction=lane.direction,
        qty=lane.qty // lane.lot * lane.lot if lane.lot else lane.qty,
        entry_ms=lane.entry_ms,
        exit_ms=None if last is None else last.time_ms,
        entry_price=average(lane.worth, lane.qty) or ZERO,
        exit_price=None if last is None else average(lane.exit_worth, lane.exit_qty),
        profit=lane.realized - lane.fees,
        fees=lane.fees + lane.base_fees,
        exit_reason=None if last is None else last.reason,
    )


def cell_trip(bot_id: str, symbol: str, cell: Cell, last: Traded | None) -> RoundTrip:
    """What a cell's trip comes to, closed by `last` or not yet; then its profit is what is paid in fees so far."""
    return RoundTrip(
        bot_id=bot_id,
        symbol=symbol,
        direction=cell.direction,
        qty=cell.qty,
        entry_ms=cell.first,
        exit_ms=None if last is None else last.time_ms,
        entry_price=average(cell.worth, cell.qty) or ZERO,
        exit_price=None if last is None else average(cell.exit_worth, cell.exit_qty),
        profit=-cell.paid if last is None else cell.profit,
        fees=cell.paid + cell.base_paid,
        exit_reason=None if last is None else last.reason,
        slot=cell.slot if last is None else -1,
    )


def share(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """Rounded to what the doors write."""
    return (amount * part / whole).quantize(FINEST)


def as_if_true(found: Sequence[Traded]) -> list[Traded]:
    """Fills without placeholders that were taken back; each true fill stands in the place of its placeholder."""
    gone = {(one.symbol, one.linked_trade_id) for one in found if one.kind is FillKind.REVERSAL}
    true: dict[tuple[str, str | None], list[Traded]] = {}
    for one in found:
        if one.kind is FillKind.VENUE and one.linked_trade_id is not None:
            true.setdefault((one.symbol, one.linked_trade_id), []).append(one)
    placed: list[Traded] = []
    for one in found:
        if one.kind is FillKind.REVERSAL or (one.kind is FillKind.VENUE and (one.symbol, one.linked_trade_id) in gone):
            continue
        if (one.symbol, one.venue_trade_id) in gone:
            placed += true.get((one.symbol, one.venue_trade_id), [])
        else:
            placed.append(one)
    return placed


def fee_of(bot_id: str, fill: Traded, rules: Terms | None) -> tuple[Decimal, bool]:
    """A fee's worth in quote, and whether it was taken in base instead (then it is no such fee)."""
    base, _, quote = fill.symbol.partition("/")
    if fill.fee_asset == quote or not fill.fee:
        return fill.fee, False
    if fill.fee_asset == base:
        return ZERO, True
    one = rules.instrument(fill.symbol) if rules is not None else None
    if one is None or one.fee_asset_price is None:
        raise FailClosed(
            f"a fee of bot {bot_id} is in {fill.fee_asset}, and its rules do not say what that is worth; its "
            "round trips cannot be told"
        )
    return fill.fee * one.fee_asset_price, False
