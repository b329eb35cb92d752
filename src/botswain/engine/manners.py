"""How an account is dealt with, and the clocks that goes by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """How an account is dealt with.

    horizon_ms   from the sending of a write, on the venue's time: only then can its absence be evidence
    round_ms     between two rounds of such evidence
    in_flight    writes on their way at once; 1 keeps them in order
    poll_s       everything is read again after so long at the latest
    pulse_s      between those, whether the venue still takes the key is asked so often; 0: never
    give_up_s    an unresolved write older than this lets its bot only reduce
    """

    horizon_ms: int
    round_ms: int = 15_000
    in_flight: int = 16
    poll_s: float = 60.0
    pulse_s: float = 0.0
    give_up_s: float = 600.0


@dataclass(frozen=True)
class Clocks:
    """now_ms: our clock; venue_ms: the venue's; sleep waits so many seconds."""

    now_ms: Callable[[], int]
    venue_ms: Callable[[], int]
    sleep: Callable[[float], Awaitable[None]]
