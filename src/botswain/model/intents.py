"""Orders as values outside the core: what is wanted, what works, and what is to be done about the difference.

Prices are ticks, quantities lots, sides +1 and -1, as in the core; kinds and flags are the core's numbers. Names
are for screens and files. Orders are made anew with everything that is heard of them: as msgspec's structs that takes a
fifth of the time of frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from msgspec import Struct


class Wanted(Struct, frozen=True):
    """A wanted row as reconcile sees it.

    leaves     lots that should be working now: 0 wants nothing there
    reducing   whether it reduces the position: such orders are placed before others
    protective it protects a position: never cancelled before its replacement where the venue can do better
    held       lots of an exit's leaves that are not in the book, because other orders lock those coins, and go when the
               price comes to it (docs/decisions/0006)
    """

    symbol: int
    slot: int
    rev: int
    side: int
    kind: int
    price: int
    trigger: int
    tif: int
    flags: int
    link: int
    tag: int
    leaves: int
    reducing: bool
    protective: bool = False
    held: int = 0


class Certainty(Enum):
    """What is known of an order at the venue; UNKNOWN blocks its slot."""

    KNOWN = "known"
    UNKNOWN = "unknown"


class Working(Struct, frozen=True):
    """An order of ours believed to work at the venue, or one whose last write is unresolved.

    leaves   lots it can still fill; filled, what this attempt has filled
    tag      why it is wanted, which becomes the reason of its fills; the venue is not told
    leaving  its cancel was sent
    listed   our id of the order list it was sent in; empty for an order by itself
    held     of its leaves, those that are not in the book; only the paper venue takes such orders
    """

    client_order_id: str
    symbol: int
    slot: int
    rev: int
    attempt: int
    side: int
    kind: int
    price: int
    trigger: int
    tif: int
    flags: int
    link: int
    leaves: int
    certainty: Certainty = Certainty.KNOWN
    tag: int = 0
    filled: int = 0
    leaving: bool = False
    listed: str = ""
    held: int = 0


class Place(Struct, frozen=True):
    """Send a new order for a wanted row."""

    wanted: Wanted


class Cancel(Struct, frozen=True):
    """Take an order off the venue."""

    working: Working


class Amend(Struct, frozen=True):
    """Make a working order smaller, keeping its place in the queue."""

    working: Working
    leaves: int


class Replace(Struct, frozen=True):
    """Cancel one order and place another in one request."""

    working: Working
    wanted: Wanted


class PlaceList(Struct, frozen=True):
    """Send two orders of one quantity as one list, of which one ends the other."""

    legs: tuple[Wanted, Wanted]


class CancelList(Struct, frozen=True):
    """Take both orders of a list off the venue."""

    legs: tuple[Working, Working]


Action = Place | Cancel | Amend | Replace | PlaceList | CancelList


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a venue can do beyond placing and cancelling, and how far a price may be off before it is worth a rewrite.

    amends_down  shrink an order in place
    replaces     cancel and place in one request
    hysteresis   ticks a limit price may differ and still count as satisfied
    links        hold orders of which one cancels the other, sent one by one
    lists        hold a stop and a limit order that reduce a position as one list, sent in one request
    """

    amends_down: bool = False
    replaces: bool = False
    hysteresis: int = 0
    links: bool = False
    lists: bool = False


class Request(Struct, frozen=True):
    """A journaled request to a venue: cancel one order, place one, both in one, or make one smaller.

    cancels  client order id of the order to take off; empty for none
    places   client order id of the order to place; empty for none (then row is None)
    filled   of an order that is taken off or made smaller: what it had filled when that was decided
    Where both are the same order, it is amended in place: row.leaves is all it may fill from now on, beside `filled`.

    listed   our id of the order list it belongs to: it goes in one errand with the request of the list's other order
    """

    cancels: str
    places: str
    row: Wanted | None
    filled: int = 0
    listed: str = ""

    @property
    def amends(self) -> bool:
        """Whether it makes an order smaller."""
        return self.places != "" and self.cancels == self.places
