"""A recorded order book made ready for the core: whole ticks and lots, and snapshots turned into changes of levels.

Made once for a market's tick and lot, and kept as long as the recording lives. What cannot be traded on is refused
here: a book that is crossed, off the grid, or silent while trades go on. docs/decisions/0020.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from botswain.core.depth import NOWHERE
from botswain.core.records import State, put
from botswain.core.scale import MOST_TICKS, to_ticks
from botswain.core.slips import whole_lots_of
from botswain.history.instants import iso
from botswain.model.candles import IntColumn
from botswain.model.depth import ASK, Depth
from botswain.model.errors import BadInput

# A trade takes from the book. One of which the book says nothing for so long, before and after, is of another time.
SILENT_MS = 60_000


@dataclass(frozen=True, slots=True, eq=False)
class BookChanges:
    """Levels as they change.

    times, places, lots  int64, of each change (core.depth)
    ticks                int64, the price of each place: all prices, ascending, and once more
    """

    symbol: str
    times: IntColumn
    places: IntColumn
    lots: IntColumn
    ticks: IntColumn

    @property
    def levels(self) -> int:
        """How many prices there are."""
        return len(self.ticks) // 2

    def told(self) -> str:
        """What it is, in words, with a hash that names it."""
        digest = hashlib.sha256()
        for column in (self.times, self.places, self.lots, self.ticks):
            digest.update(column.tobytes())
        return (
            f"{len(self.times):,} changes at {self.levels:,} prices, {iso(int(self.times[0]))} to "
            f"{iso(int(self.times[-1]))}, sha256 {digest.hexdigest()}"
        )

    def put(self, state: State) -> None:
        """Give a run this book, empty, with all of its changes still to come."""
        for name, column in (("times", self.times), ("places", self.places), ("lots", self.lots)):
            state.put(f"change_{name}", column)
        state.put("level_ticks", self.ticks)
        for name in ("standing", "queued"):
            state.put(name, np.zeros(len(self.ticks), np.int64))
        state.put("in_line", state.filled(state.width, NOWHERE))
        state.put("ahead", state.filled(state.width, 0))
        (book,) = state.parts["depth"]
        fields = {"changes": len(self.times), "levels": self.levels, "bid": NOWHERE, "ask": len(self.ticks)}
        for name, value in fields.items():
            put(book, name, value)

    def refuse_silence(self, trades: IntColumn) -> None:
        """Raise BadInput where there are trades (their times) that this book does not go with."""
        first = int(trades[0])
        if self.times[0] >= first:
            raise BadInput(
                f"depth of {self.symbol} begins at {iso(int(self.times[0]))}, after the first trade that orders may "
                f"meet, of {iso(first)}; give depth from before it, or a later --start"
            )
        after = np.searchsorted(self.times, trades)
        since = trades - self.times[np.maximum(after - 1, 0)]
        until = np.append(self.times, np.iinfo(np.int64).max)[after] - trades
        silent = (since > SILENT_MS) & (until > SILENT_MS)
        if silent.any():
            place = int(silent.argmax())
            last = int(self.times[after[place] - 1])
            raise BadInput(
                f"depth of {self.symbol} says nothing between {iso(last)} and a minute after the trade of "
                f"{iso(int(trades[place]))} ({int(np.count_nonzero(silent))} such trades), which took from the book; "
                "give depth of all of the time, or run on a part (--start, --end)"
            )


_KEPT: WeakKeyDictionary[Depth, dict[tuple[Decimal, Decimal], BookChanges]] = WeakKeyDictionary()


def book_changes(depth: Depth, tick: Decimal, lot: Decimal) -> BookChanges:
    """The changes of a recorded book on a market's grid. Raises BadInput."""
    kept = _KEPT.setdefault(depth, {})
    if (tick, lot) not in kept:
        kept[tick, lot] = made_changes(depth, tick, lot)
    return kept[tick, lot]


def made_changes(depth: Depth, tick: Decimal, lot: Decimal) -> BookChanges:
    """The same, made anew."""
    prices = to_ticks(depth.price, tick, f"{depth.symbol} depth")
    lots = whole_lots_of(depth.quantity, lot)
    if lots.max() > MOST_TICKS:
        row = int(lots.argmax())
        raise BadInput(
            f"depth of {depth.symbol}: row {row + 1}: quantity {float(depth.quantity[row])!r} is {lots[row]:.1e} lots "
            f"of {lot}; at most {MOST_TICKS:.0e} are counted: correct the row, or give a coarser lot_size"
        )
    levels, place = np.unique(prices, return_inverse=True)
    places = place + np.where(depth.side == ASK, len(levels), 0)
    # Of each row, whether a snapshot begins with it, or the last one of a time ends.
    begins = (depth.snapshot != 0) & np.append(True, depth.snapshot[1:] != depth.snapshot[:-1])
    ends = np.append(depth.ts[1:] != depth.ts[:-1], True)
    rows = zip(places.tolist(), lots.astype(np.int64).tolist(), begins.tolist(), ends.tolist(), strict=True)
    found = flattened(list(rows), depth.snapshot, len(levels))
    if isinstance(found, Crossed):
        bid, ask = (int(levels[one % len(levels)]) * tick for one in (found.bid, found.ask))
        raise BadInput(
            f"depth of {depth.symbol} is crossed at {iso(int(depth.ts[found.row]))}, row {found.row + 1}: the best bid "
            f"is {bid} and the best ask {ask}; give depth without gaps, or of one venue alone"
        )
    changes = np.array(found, np.int64).reshape(-1, 3)
    rows_of, at, stands = (np.ascontiguousarray(column) for column in changes.T)
    return BookChanges(depth.symbol, depth.ts[rows_of], at, stands, np.tile(levels, 2))


@dataclass(frozen=True, slots=True)
class Crossed:
    """A row after which the best bid is not below the best ask; their places."""

    row: int
    bid: int
    ask: int


def flattened(rows: list[tuple[int, int, bool, bool]], snapshot: IntColumn, levels: int) -> list[Any] | Crossed:
    """All as changes: (row, place, lots), after a snapshot those that it leaves out; or where the book is crossed.

    rows  of each: place, lots, whether a snapshot begins with it, whether it is the last of its time
    """
    found: list[tuple[int, int, int]] = []
    book = Standing(levels)
    gone: list[int] = []
    whole = 0
    for k, (place, lots, begins, ends) in enumerate(rows):
        if begins:
            whole = length_of(snapshot, k)
            gone = book.without({one[0] for one in rows[k:whole]})
        found.append((k, place, lots))
        book.put(place, lots)
        if k + 1 == whole:
            for left_out in gone:
                found.append((k, left_out, 0))
                book.put(left_out, 0)
        if ends and book.bid + levels >= book.ask:
            return Crossed(k, book.bid, book.ask)
    return found


class Standing:
    """The places at which something stands, and the best of either side."""

    def __init__(self, levels: int) -> None:
        self.levels = levels
        self.bids: set[int] = set()
        self.asks: set[int] = set()
        self.bid, self.ask = NOWHERE, 2 * levels

    def put(self, place: int, lots: int) -> None:
        """So many lots stand at a place."""
        if place < self.levels:
            if lots:
                self.bids.add(place)
                self.bid = max(self.bid, place)
                return
            self.bids.discard(place)
            if place == self.bid:
                self.bid = next(one for one in range(place, -1, -1) if one in self.bids) if self.bids else NOWHERE
        elif lots:
            self.asks.add(place)
            self.ask = min(self.ask, place)
        else:
            self.asks.discard(place)
            if place == self.ask:
                end = 2 * self.levels
                self.ask = next(one for one in range(place, end) if one in self.asks) if self.asks else end

    def without(self, inside: set[int]) -> list[int]:
        """Those that a snapshot leaves out."""
        return sorted((self.bids | self.asks) - inside)


def length_of(snapshot: IntColumn, first: int) -> int:
    """The row after the snapshot that begins with a row."""
    k = first
    while k < len(snapshot) and snapshot[k] == snapshot[first]:
        k += 1
    return k
