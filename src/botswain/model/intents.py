"""Orders as values outside the core: what is wanted, what works, and what is to be done about the difference.

Prices are ticks, quantities lots, sides +1 and -1, as in the core; kinds and flags are the core's numbers. Names
are for screens and files.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wanted row as reconcile sees it.

    leaves     lots that should be working now: 0 wants nothing there
    reducing   whether it reduces the position: such orders are placed before others
    protective it protects a position: never cancelled before its replacement where the venue can do better
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


class Certainty(Enum):
    """What is known of an order at the venue; UNKNOWN blocks its slot."""

    KNOWN = "known"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Working:
    """An order of ours believed to work at the venue, or one whose last write is unresolved.

    leaves   lots it can still fill; filled, what this attempt has filled
    tag      why it is wanted, which becomes the reason of its fills; the venue is not told
    leaving  its cancel was sent
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


@dataclass(frozen=True, slots=True)
class Place:
    """Send a new order for a wanted row."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take an order off the venue."""

    working: Working


@dataclass(frozen=True, slots=True)
class Amend:
    """Make a working order smaller, keeping its place in the queue."""

    working: Working
    leaves: int


@dataclass(frozen=True, slots=True)
class Replace:
    """Cancel one order and place another in one request."""

    working: Working
    wanted: Wanted


Action = Place | Cancel | Amend | Replace


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a venue can do beyond placing and cancelling, and how far a price may be off before it is worth a rewrite.

    amends_down  shrink an order in place
    replaces     cancel and place in one request
    hysteresis   ticks a limit price may differ and still count as satisfied
    links        hold orders of which one cancels the other, sent one by one
    """

    amends_down: bool = False
    replaces: bool = False
    hysteresis: int = 0
    links: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A journaled request to a venue: cancel one order, place one, both in one, or make one smaller.

    cancels  client order id of the order to take off; empty for none
    places   client order id of the order to place; empty for none (then row is None)
    Where both are the same order, it is amended in place: row.leaves is all it may fill from now on, and `filled` what
    it has filled before.
    """

    cancels: str
    places: str
    row: Wanted | None
    filled: int = 0

    @property
    def amends(self) -> bool:
        """Whether it makes an order smaller."""
        return self.places != "" and self.cancels == self.places
