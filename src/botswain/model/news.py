"""What a live bot is told besides candles, as its journal keeps it. A replay reads it from there and tells it again.

`VenueReport` (fills and ends) belongs to it too; its journal rows are `records.Filled` and `records.Ended`.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec

from botswain.model.intents import Working
from botswain.model.venue_reports import VenueReport


class Mode(IntEnum):
    """What a bot may have working. All but RUN are stop policies, and what a halt does."""

    RUN = 0
    LEAVE = 1  # nothing is changed any more
    CANCEL_ENTRIES = 2  # only what reduces or protects a position works on
    CANCEL_ALL = 3
    FLATTEN = 4  # nothing works, and the position is sold by the market


# How a bot may be stopped, by the words that people write.
POLICIES: dict[str, Mode] = {
    "leave": Mode.LEAVE,
    "cancel_entries": Mode.CANCEL_ENTRIES,
    "cancel_all": Mode.CANCEL_ALL,
    "flatten": Mode.FLATTEN,
}
# What a halted bot may have working.
HALTS: dict[str, Mode] = {one: POLICIES[one] for one in ("cancel_entries", "flatten")}


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """The next `count` pieces of news, one row each, were told together after market event `after`.

    time_ms  by our clock
    looked   whether the bot then compared what is wanted with what works
    """

    after: int
    count: int
    time_ms: int
    looked: bool


class Known(msgspec.Struct, frozen=True, array_like=True):
    """The venue holds an order and its last request is through. lots: all it may fill, what is filled included."""

    client_order_id: str
    venue_order_id: str
    lots: int


class Unsure(msgspec.Struct, frozen=True, array_like=True):
    """Nobody can say what became of the last request for an order."""

    client_order_id: str
    why: str


class Surfaced(msgspec.Struct, frozen=True, array_like=True):
    """An order of the bot's that was given up works after all."""

    order: Working
    why: str


class Command(msgspec.Struct, frozen=True, array_like=True):
    """Somebody or something changed what the bot may have working.

    again   what was ended at the venue is asked for once more
    orders  what people had ordered by then, as `store.halts` counts it; -1 where nobody looked
    """

    mode: Mode
    by: str
    why: str
    again: bool = False
    orders: int = -1


class Link(msgspec.Struct, frozen=True, array_like=True):
    """Up: the account is heard and everything on it has been read. Down: nothing may be requested."""

    up: bool
    why: str


class Crossed(msgspec.Struct, frozen=True, array_like=True):
    """A price was seen that something the bot holds was waiting for. In ticks: the lowest and the highest seen."""

    symbol: int
    low: int
    high: int


class Ruled(msgspec.Struct, frozen=True, array_like=True):
    """The venue's rules of a symbol are these from now on, as decimals in text; 0 for no limit."""

    symbol: int
    tick_size: str
    lot_size: str
    min_qty: str
    max_qty: str
    min_notional: str


News = VenueReport | Known | Unsure | Surfaced | Command | Link | Crossed | Ruled
