"""Whose bots the fleets of one process have: several of them, one for each timeframe, may share an account.

A fleet knows its own bots. What it hears and reads of its account is of all bots on it: of those that another fleet of
this process runs, and of those that are about to start, nothing is told as if nobody looked after it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

# A bot that is wanted and does not run yet counts as about to start for so long.
DUE_S = 120.0
KEPT_TOLD = 10_000


def nobody() -> Collection[str]:
    """Of a process with one fleet: no other one has any."""
    return ()


@dataclass
class Muster:
    """Ids of bots.

    looked_after  those that a fleet of this process runs, is to run, or is about to take up
    awaited       those among them that do not run yet, for DUE_S at most
    told          orders that are of no bot that is looked after, of which that was told, by any of the fleets
    """

    looked_after: Callable[[], Collection[str]] = nobody
    awaited: Callable[[], Collection[str]] = nobody
    told: dict[str, None] = field(default_factory=dict)


def first_word(told: dict[str, None], order: str) -> bool:
    """Whether nothing was told of an order yet; from now on it was."""
    if order in told:
        return False
    told[order] = None
    if len(told) > KEPT_TOLD:
        del told[next(iter(told))]
    return True
