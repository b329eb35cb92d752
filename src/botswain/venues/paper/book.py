"""A venue in memory: it holds orders and balances, and every candle it is given is matched by the core's rules.

Requests wait until their symbol's next candle opens, as in docs/rules.md section 3: cancels first, then what reduces,
then the rest, each by symbol and slot. They are put in that order here and not taken as they came, because a symbol
whose candle was missing brings requests of an earlier instant along with later ones of the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Protocol

import msgspec
import numpy as np
from msgspec.structs import replace

from botswain.core.codes import PROTECTIVE
from botswain.core.matching import ON_ITS_WAY
from botswain.core.orders_split import NEAREST, after_split
from botswain.core.records import State
from botswain.ledger.charges import split_of
from botswain.ledger.dues import charge_of, paid_of
from botswain.model.actions import ShareAction
from botswain.model.charges import Holding
from botswain.model.errors import FailClosed, Overflow
from botswain.model.intents import Request, Wanted
from botswain.model.venue_reports import VenueCharge, VenueReport, VenueSplit
from botswain.venues.paper.trail import Trail

TICK_COLUMNS = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")

# Of a run's memory, what a venue's account is made of.
KEPT = ("account", "lanes", "orders", "down", "up")


class Saved(msgspec.Struct, frozen=True, array_like=True):
    """What a venue holds: records as bytes by name, requests that wait, names with their places, and free places."""

    parts: dict[str, bytes]
    waiting: list[Request]
    places: list[tuple[str, int, int]]
    free: list[list[int]]
    trades: int


class Rules(Protocol):
    """The core's matching as callables on a State."""

    @property
    def arrive(self) -> Any: ...
    @property
    def walk(self) -> Any: ...
    @property
    def remove(self) -> Any: ...


class PaperVenue:
    """Orders and balances of one account.

    state  a fresh run's memory: cash, terms and rules of the account's symbols
    rules  the core's matching
    trail  what its orders slip by, where that goes by closed candles
    divide what a split does to orders that rest, where there may be one (`build.decider.dividing`)
    """

    def __init__(self, state: State, rules: Rules, trail: Trail | None = None, divide: Any = None) -> None:
        self.state = state
        self.trail = trail
        self.divide = divide
        if trail is not None:
            trail.put(state)
        self.rules = rules
        self.waiting: list[Request] = []
        self.places: dict[str, tuple[int, int]] = {}
        self.names: dict[tuple[int, int], str] = {}
        self.free = [list(range(state.width - 1, -1, -1)) for _ in range(state.symbols)]
        self.trades = 0
        self._open_ms, self._seq, self._reports, self._code = (
            state.field("account", name) for name in ("open_ms", "seq", "reports", "code")
        )
        self._marks = state.field("lanes", "mark")
        for name in TICK_COLUMNS:
            state.put(name, np.zeros(state.symbols, np.int64))
        self.ticks = [state.parts[name] for name in TICK_COLUMNS]

    def submit(self, requests: Sequence[Request]) -> None:
        """Take requests; they reach the book when their symbol's next candle opens."""
        self.waiting.extend(requests)

    def candles(self, open_ms: int, bars: Mapping[int, Any]) -> list[VenueReport]:
        """Match one instant's candles, by symbol index, and return what happened in order."""
        self._open_ms[0], self._seq[0], self._reports[0] = open_ms, 0, 0
        for s, bar in bars.items():
            for column, ticks in zip(self.ticks, (bar.open, bar.high, bar.low, bar.close), strict=True):
                column[s] = ticks
        if self.trail is not None:
            self.trail.tell(self.state, sorted(bars))
        if self.waiting:
            self.bring(bars)
        for s in sorted(bars):
            self.rules.walk(self.state.handle, s, s)
        for s, bar in bars.items():
            self._marks[s] = bar.close
        self.knew(bars)
        if int(self._code[0]) != 0:
            raise Overflow(f"the paper venue cannot count its account's worth in 64 bits at {open_ms} ms")
        return [self.report(r) for r in range(int(self._reports[0]))]

    def charged(self, s: int, at_ms: int, kind: str, holding: Holding) -> VenueCharge | None:
        """Charge what came due for holding a symbol at the last close (rules.md 12); None where nothing is held that

        it is of. Raises Overflow.
        """
        unit = int(self.state.parts["terms"][s].unit_money)
        return self.booked(charge_of(holding, at_ms, kind, s, self.position(s), int(self._marks[s]), unit))

    def pay(self, action: ShareAction, s: int, unit: Fraction) -> VenueCharge | None:
        """Pay a dividend of what is held of a symbol, or take it from whoever is short (docs/rules.md section 11).

        unit  money units that one unit of quote for each share is for a lot
        None where nothing is held. Raises Overflow.
        """
        return self.booked(paid_of(action, s, self.position(s), int(self._marks[s]), unit))

    def booked(self, made: VenueCharge | None) -> VenueCharge | None:
        """What was charged, in the account's cash."""
        if made is not None:
            self.take_in(made.cash, made.time_ms)
        return made

    def take_in(self, cash: int, at_ms: int) -> None:
        """Cash of the account, below 0: that goes out. Raises Overflow."""
        account = self.state.account
        found = int(account.venue_cash) + cash
        if abs(float(found)) > account.money_limit:
            raise Overflow(f"the paper venue cannot count its account's cash in 64 bits at {at_ms} ms")
        account.venue_cash = found

    def split(self, action: ShareAction, s: int, open_ms: int) -> VenueSplit:
        """Split the shares of a symbol: the position, the mark, what rests, in place, and what waits (rules.md 11).

        Orders of which no lot is left end, but for those that protect a position. Raises Overflow.
        """
        num, den = action.split.numerator, action.split.denominator
        held, price = self.position(s), int(self._marks[s])
        after, cash = split_of(held, num, den, price * int(self.state.parts["terms"][s].unit_money))
        self.take_in(cash, action.time_ms)
        self.state.parts["lanes"][s].venue_pos = after
        self._marks[s] = NEAREST(price, num, den)
        self.divide(self.state.handle, s, num, den)
        self.waiting = [split_request(one, s, num, den) for one in self.waiting]
        ended = (*self.empty(s), *(one.places for one in self.waiting if is_empty(one, s)))
        self.waiting = [replace(one, places="", row=None) if is_empty(one, s) else one for one in self.waiting]
        return VenueSplit(action.time_ms, open_ms, s, num, den, held, after, price, cash, ended)

    def empty(self, s: int) -> list[str]:
        """Take resting orders of which no lot is left off the book; their names."""
        orders, width, found = self.state.parts["orders"], self.state.width, []
        for name, (symbol, slot) in list(self.places.items()):
            order = orders[symbol * width + slot]
            if symbol == s and not int(order.leaves) and not int(order.flag_bits) & PROTECTIVE:
                self.rules.remove(self.state.handle, s, slot)
                self.forget(s, slot)
                found.append(name)
        return found

    def knew(self, bars: Mapping[int, Any]) -> None:
        """Candles closed, by symbol index, that no order is to meet any more; the next ones may slip by them."""
        if self.trail is not None:
            self.trail.take(bars)

    def saved(self) -> bytes:
        """Orders and balances as bytes: the same for the same, in every process."""
        parts = {name: self.state.saved(name) for name in KEPT}
        places = [(name, *place) for name, place in self.places.items()]
        return msgspec.msgpack.encode(Saved(parts, self.waiting, places, self.free, self.trades))

    def restore(self, saved: bytes) -> None:
        """Hold what was saved, and nothing else."""
        found = msgspec.msgpack.decode(saved, type=Saved)
        for name, part in found.parts.items():
            self.state.load(name, part)
        self.waiting, self.free, self.trades = list(found.waiting), found.free, found.trades
        self.places = {name: (s, slot) for name, s, slot in found.places}
        self.names = {place: name for name, place in self.places.items()}

    def bring(self, bars: Mapping[int, Any]) -> None:
        """Let what waits for these symbols reach the book."""
        symbols = [self.symbol_of(one) for one in self.waiting]
        ready = [one for one, s in zip(self.waiting, symbols, strict=True) if s in bars]
        # A cancel of an order that is gone (-1) has nothing left to do.
        self.waiting = [one for one, s in zip(self.waiting, symbols, strict=True) if s not in bars and s >= 0]
        cancelled = {one.cancels for one in ready if one.cancels}
        # In the order of the requests: a set's own order differs from process to process, and a replay must not.
        for name in [one.cancels for one in ready if one.cancels in self.places]:
            s, slot = self.places[name]
            self.rules.remove(self.state.handle, s, slot)
            self.forget(s, slot)
        arriving = sorted(arrivals(ready, cancelled), key=rank)
        written = [(row.symbol, self.write(name, row, place)) for place, (name, row) in enumerate(arriving)]
        for s, slot in written:
            # One that filled on arrival has ended those of its group that were still on their way.
            if int(self.state.parts["orders"][s * self.state.width + slot].active):
                self.rules.arrive(self.state.handle, s, slot, int(self.state.parts["open_ticks"][s]))

    def symbol_of(self, request: Request) -> int:
        """The symbol a request concerns."""
        if request.row is not None:
            return request.row.symbol
        if request.cancels in self.places:
            return self.places[request.cancels][0]
        for one in self.waiting:
            if one.places == request.cancels and one.row is not None:
                return one.row.symbol
        return -1

    def write(self, name: str, row: Wanted, place: int) -> int:
        """Give an order a place in the book's table; it is the `place`-th to arrive now."""
        if not self.free[row.symbol]:
            raise FailClosed(f"the paper venue's book is full ({self.state.width} orders); order {name} was not taken")
        slot = self.free[row.symbol].pop()
        order = self.state.parts["orders"][row.symbol * self.state.width + slot]
        order.active = 1
        order.asked = row.kind
        order.flag_bits = row.flags
        order.arrival = ON_ITS_WAY + place
        for field in ("rev", "side", "kind", "price", "trigger", "tif", "link", "tag", "leaves", "held"):
            setattr(order, field, getattr(row, field))
        self.places[name] = (row.symbol, slot)
        self.names[row.symbol, slot] = name
        return slot

    def report(self, r: int) -> VenueReport:
        """One of the core's reports under the order's own name."""
        one = self.state.parts["reports"][r]
        s, slot = int(one.symbol), int(one.slot)
        name = self.names[s, slot]
        lots = int(one.lots)
        if lots:
            self.trades += 1
        if one.final:
            self.forget(s, slot)
        return VenueReport(
            client_order_id=name,
            time_ms=int(one.time_ms),
            seq=int(one.seq),
            symbol=s,
            side=int(one.side),
            lots=lots,
            price=int(one.price),
            fee=int(one.fee),
            maker=bool(one.maker),
            reason=int(one.reason),
            final=bool(one.final),
            trade_id=str(self.trades) if lots else "",
        )

    def forget(self, s: int, slot: int) -> None:
        """An order is gone: its place is free again."""
        name = self.names.pop((s, slot))
        del self.places[name]
        self.free[s].append(slot)

    @property
    def cash(self) -> int:
        """The account's cash in money units."""
        return int(self.state.account.venue_cash)

    def position(self, s: int) -> int:
        """The account's coins of a symbol in base units."""
        return int(self.state.parts["lanes"][s].venue_pos)


def split_request(request: Request, s: int, num: int, den: int) -> Request:
    """A request that waits, after a split of a symbol's shares."""
    row = request.row
    if row is None or row.symbol != s:
        return request
    return replace(request, row=after_split(row, num, den))


def is_empty(request: Request, s: int) -> bool:
    """Whether a request wants an order of a symbol of which a split left no lot."""
    row = request.row
    return row is not None and row.symbol == s and not row.leaves and not row.flags & PROTECTIVE


def arrivals(requests: Sequence[Request], cancelled: set[str]) -> list[tuple[str, Wanted]]:
    """The orders that reach the book, by name; one that was cancelled while it waited does not."""
    return [(one.places, one.row) for one in requests if one.row is not None and one.places not in cancelled]


def rank(arrival: tuple[str, Wanted]) -> tuple[bool, int, int]:
    """Reducing orders of all symbols first, then the others, each by symbol and slot, however long they waited."""
    row = arrival[1]
    return not row.reducing, row.symbol, row.slot
