"""How much of a venue's request budget is used, as one process tells another."""

from __future__ import annotations

from msgspec import Struct


class Used(Struct, frozen=True, array_like=True):
    """What the venue last said of an address.

    address   the venue's, as it is asked
    window    number of the minute of the venue's clock
    weight    used in it by everybody behind our address
    until_ms  nothing may be asked before this time of the venue's; 0: nothing is stopped
    banned    the stop is a ban
    why       what the venue said
    """

    address: str
    window: int
    weight: int
    until_ms: int = 0
    banned: bool = False
    why: str = ""
