"""Runs over the same candles side by side: each goes on through a block of them before all go on through the next.

Run after run, a year of minutes is fetched from far memory each time, and that takes as long as deciding on it. A block
and its columns stay in the processor's own memory until the last of the runs has been through. Each run is by itself
what it would be alone: a simulator can stop at any instant and go on.
"""

from __future__ import annotations

from typing import Any

from botswain.build.plan import Plan
from botswain.lab.market import Market
from botswain.lab.run import Going, Ran, begin, go_on
from botswain.lab.spares import Spares

# Instants that all runs go through before the next; of a few columns that is as much as such memory holds.
BLOCK = 1 << 15
# Reports that fit into each at first: a run that makes more gets more.
ROOM = 1 << 15


class SideBySide:
    """Runs that are begun one by one, and then go on together.

    spares  memory of such runs that are over, where whoever makes them keeps nothing but their figures
    """

    def __init__(self, spares: Spares | None = None) -> None:
        self.goings: list[Going] = []
        self.spares = spares

    def begin(self, plan: Plan, market: Market, *, curve: bool, compiled: bool, **how: Any) -> Ran:
        """Begin a run in place of making it (`Options.runs`); what it says is only so far. Raises BadInput."""
        given = {name: how[name] for name in ("folder", "columns_of")}
        one = begin(plan, market, curve=curve, compiled=compiled, room=ROOM, spares=self.spares, **given)
        self.goings.append(one)
        return Ran(one.state, one.compiled, None)

    def go_on(self) -> None:
        """Go on with all of them to the end of each one's market."""
        ends = [len(one.market.steps) for one in self.goings]
        first = min((one.market.begin for one in self.goings), default=0)
        for last in range(first + BLOCK, max(ends, default=0) + BLOCK, BLOCK):
            for one, end in zip(self.goings, ends, strict=True):
                if one.market.begin < last:
                    go_on(one, min(last, end))
