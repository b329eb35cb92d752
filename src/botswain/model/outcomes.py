"""What became of a request: a write ends accepted, refused or unknown; a read is answered or fails.

Nothing else is possible and nothing is guessed. Refused is proven by what the venue said; all that proves neither is
unknown, and counts at full size until reads resolve it. Whether a reply proves anything is an adapter's matter.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from botswain.model.order_events import Acknowledged, ListReport, OrderReport

T = TypeVar("T")
Report = OrderReport | Acknowledged | ListReport


class Accepted(Struct, frozen=True, tag=True):
    """Done, and what the venue said of it; None for a test order."""

    report: Report | None


class Cause(StrEnum):
    """Why a request was refused, as far as what to do next depends on it."""

    FUNDS = "funds"
    POST_ONLY = "post only"  # it would have taken
    TRIGGER_PASSED = "trigger passed"
    RULES = "rules"  # a filter of the symbol; its rules may have changed
    LATER = "later"  # a limit of requests, a pause, or it could not be sent: the same may work in a while
    SHUT = "shut"  # its market takes no orders now, whoever asks
    GONE = "gone"  # there is no such order now; it may have filled
    FORBIDDEN = "forbidden"  # the key, its permissions or the address
    OTHER = "other"


class Refused(Struct, frozen=True, tag=True):
    """Proven not done. code 0 and sent False: it never left this machine.

    wait_ms  so long nothing like it can be sent; 0 where nobody knows
    """

    code: int
    message: str
    proof: str
    sent: bool = True
    cause: Cause = Cause.OTHER
    wait_ms: int = 0


class Unknown(Struct, frozen=True, tag=True):
    """Nobody can say. code: the venue's, 0 for none. The order counts at full size until reads resolve it."""

    why: str
    code: int = 0


Outcome = Accepted | Refused | Unknown


class Replaced(Struct, frozen=True, tag=True):
    """A cancel-replace: each half has its own outcome. Both orders live until each is known to be final."""

    cancel: Outcome
    place: Outcome


class Answer(Struct, Generic[T], frozen=True, tag=True):
    """A read's data."""

    data: T


class Broken(Struct, frozen=True):
    """A row of a list that could not be read, with what could be recovered of it to mark its symbol unsafe."""

    row: int
    why: str
    market_id: str = ""
    client_order_id: str = ""


class Rows(Struct, Generic[T], frozen=True):
    """The rows of a list that could be read, and those that could not (F75): one bad row never hides the others."""

    items: tuple[T, ...]
    broken: tuple[Broken, ...] = ()


class Absent(Struct, frozen=True, tag=True):
    """Answered: there is no such order. archived: it ended unfilled long ago. Evidence only past the horizon."""

    archived: bool = False


class Failed(Struct, frozen=True, tag=True):
    """No answer, and so no evidence of anything. status 0: no reply at all; forbidden: the key is not taken."""

    why: str
    status: int = 0
    code: int = 0
    forbidden: bool = False
