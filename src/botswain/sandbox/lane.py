"""One symbol's resting orders in the core's own memory, matched by the core's own functions.

Balances are the exchange's business: orders of all accounts lie here, so the core's one purse is switched off by
terms of no money, and it only says which order fires at which price, in which order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from botswain.build.decider import field_of
from botswain.core.records import EXIT_SLOTS, ORDER, State

ROOM = 1024
TICK_COLUMNS = ("open_ticks", "high_ticks", "low_ticks", "close_ticks")
ORDER_FIELDS = ("active", "side", "kind", "price", "trigger", "tif", "flag_bits", "link", "leaves")


class Rules(Protocol):
    """The core's matching as callables on a State."""

    @property
    def arrive(self) -> Any: ...
    @property
    def walk(self) -> Any: ...
    @property
    def remove(self) -> Any: ...
    @property
    def opened(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Said:
    """What the core said of an order: a fill of `lots`, or with none its end for a reason."""

    slot: int
    lots: int
    price: int
    maker: bool
    reason: int


@dataclass(frozen=True, slots=True)
class Entry:
    """An order as the core takes it; prices in ticks, `link` the number of its one-cancels-other group or 0."""

    side: int
    kind: int
    lots: int
    price: int = 0
    trigger: int = 0
    tif: int = 0
    flags: int = 0
    link: int = 0


class Lane:
    """The book of resting orders of one symbol."""

    def __init__(self, rules: Rules, *, compiled: bool) -> None:
        self.rules = rules
        self.compiled = compiled
        self.make(ROOM)
        self.free = list(range(self.state.width - 1, -1, -1))

    def make(self, width: int) -> None:
        """Memory for that many orders."""
        self.state = State(1, width - EXIT_SLOTS, 0, width + 8, compiled=self.compiled, notes=1)
        self.fields = {name: field_of(self.state, "orders", name) for name in ORDER_FIELDS}
        self.reports = {
            name: field_of(self.state, "reports", name) for name in ("slot", "lots", "price", "maker", "reason")
        }
        self.count = field_of(self.state, "account", "reports")
        for name in TICK_COLUMNS:
            self.state.put(name, np.zeros(1, np.int64))
        self.columns = [self.state.parts[name] for name in TICK_COLUMNS]
        # All other terms stay zero: no money, no fee, nothing that could fall short.
        self.state.parts["terms"][0].quote_quantum = 1

    def grow(self) -> None:
        """Twice the room; every order keeps its slot."""
        old = self.state
        self.make(2 * old.width)
        new = self.state
        lanes = [state.parts["lanes"][0] for state in (old, new)]
        for name in ("lo", "hi", "lo_slot", "hi_slot"):
            setattr(lanes[1], name, getattr(lanes[0], name))
        new.account.arrivals = old.account.arrivals
        for slot in range(old.width):
            new.parts["down"][slot] = old.parts["down"][slot]
            new.parts["up"][slot] = old.parts["up"][slot]
            for name in ORDER.names or ():
                setattr(new.parts["orders"][slot], name, getattr(old.parts["orders"][slot], name))
        self.free = list(range(new.width - 1, old.width - 1, -1))

    def write(self, entry: Entry) -> int:
        """Give an order a place; it has not arrived yet."""
        if not self.free:
            self.grow()
        slot = self.free.pop()
        values = (1, entry.side, entry.kind, entry.price, entry.trigger, entry.tif, entry.flags, entry.link, entry.lots)
        for name, value in zip(ORDER_FIELDS, values, strict=True):
            self.fields[name][slot] = value
        return slot

    def arrive(self, slot: int, price: int) -> list[Said]:
        """An order reaches the book while it stands at `price`."""
        self.count[0] = 0
        self.rules.arrive(self.state.handle, 0, slot, price)
        return self.said()

    def walk(self, first: int, high: int, low: int, last: int) -> list[Said]:
        """Match resting orders along a candle's path."""
        self.count[0] = 0
        for column, ticks in zip(self.columns, (first, high, low, last), strict=True):
            column[0] = ticks
        self.rules.walk(self.state.handle, 0, 0)
        return self.said()

    def opened(self, first: int, lo: int, hi: int) -> list[Said]:
        """A candle opens: match what waits at or above `lo` for a fall, then at or below `hi` for a rise."""
        self.count[0] = 0
        self.rules.opened(self.state.handle, 0, first, lo, hi)
        return self.said()

    def remove(self, slot: int) -> None:
        """Take an order off the book and free its place."""
        self.rules.remove(self.state.handle, 0, slot)
        self.free.append(slot)

    def release(self, slot: int) -> None:
        """A reported order's place is free again."""
        self.free.append(slot)

    def is_active(self, slot: int) -> bool:
        """Whether an order still rests."""
        return bool(self.fields["active"][slot])

    def kind(self, slot: int) -> int:
        """What an order is now: a stop-limit that fired is a limit."""
        return int(self.fields["kind"][slot])

    def set_leaves(self, slot: int, lots: int) -> None:
        """Change what is left of a resting order; its place in the queue stays."""
        self.fields["leaves"][slot] = lots

    def said(self) -> list[Said]:
        """The reports of the last call; `release` the places they name one by one."""
        count, found = int(self.count[0]), []
        for r in range(count):
            one = {name: int(field[r]) for name, field in self.reports.items()}
            found.append(Said(one["slot"], one["lots"], one["price"], bool(one["maker"]), one["reason"]))
        return found
