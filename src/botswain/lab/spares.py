"""Memory of runs that is used again by the next run of the same shape, of a search that makes thousands of them.

To make it and fill it with settings takes some tenths of a millisecond, and each page of it that is written to has to
be found and cleared by the system first. What only grows need not be cleared; all else is a few small arrays, which are
put back as they were before the first candle. Nobody may keep a run whose memory was given back: only its figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from botswain.build.layout import Layout, parameter_values
from botswain.build.plan import Plan
from botswain.core.records import GROWING, RECORDS, State
from botswain.core.strategy import Strategy
from botswain.lab.market import Market

# Written to on the way and small, or settings; notes are read only as far as they were written.
PUT_BACK = (*(name for name in RECORDS if name not in (*GROWING, "notes")), "down", "up", "dirty", "pieces", "turns")
PUT_BACK = (*PUT_BACK, "mem", "moves", "curve")
OF_PLAN = tuple(one.name for one in fields(Plan) if one.name != "strategy")


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What a run's memory hangs on, but for its parameters and its columns."""

    plan: Plan
    market: Market
    layout: Layout
    curve: bool
    room: int

    def same(self, other: Shape) -> bool:
        """Whether a run of the other shape begins with the same memory."""
        return (
            self.curve == other.curve
            and self.room == other.room
            and asked(self.plan.strategy) == asked(other.plan.strategy)
            and self.layout == other.layout
            and self.market.first == other.market.first
            and len(self.market.candles) == len(other.market.candles)
            and all(one is two for one, two in zip(self.market.candles, other.market.candles, strict=True))
            and all(getattr(self.plan, name) == getattr(other.plan, name) for name in OF_PLAN)
        )


def asked(strategy: Strategy) -> tuple[type[Strategy], int, int]:
    """Of a strategy what its memory hangs on, beside where its numbers stand."""
    return type(strategy), strategy.slots(), strategy.split()


def plain(market: Market) -> bool:
    """Whether candles are all that a run over a market is given."""
    beside = (market.finer, market.rooms, market.book, market.actions, market.charges)
    return all(one is None for one in beside)


@dataclass(frozen=True, slots=True, eq=False)
class Spare:
    """A run's memory, its shape, and arrays of it as they were before its first candle."""

    shape: Shape
    state: State
    before: tuple[tuple[Any, Any], ...]


@dataclass(slots=True, eq=False)
class Spares:
    """Memory of runs that are over, and that of runs which are not."""

    free: list[Spare] = field(default_factory=list)
    out: list[Spare] = field(default_factory=list)

    def taken(self, shape: Shape) -> State | None:
        """Memory for a run of such a shape, as new but for its columns; None where there is none.

        What is of another shape gives way, so that there is never more than what runs had at one time.
        """
        place = next((k for k, one in enumerate(self.free) if one.shape.same(shape)), None)
        if place is None:
            self.free = self.free[1:]
            return None
        one = self.free.pop(place)
        self.out.append(one)
        for part, before in one.before:
            part[...] = before
        one.state.put("params", np.array(parameter_values(shape.plan.strategy) or [0.0]))
        return one.state

    def lent(self, shape: Shape, state: State) -> None:
        """Have new memory come back when its run is over, where that can be used again."""
        if state.compiled and plain(shape.market) and not shape.plan.slippage.by_candles:
            # As bytes: records are copied field by field.
            parts = [state.parts[name].view(np.ndarray).view(np.uint8) for name in PUT_BACK]
            self.out.append(Spare(shape, state, tuple((one, one.copy()) for one in parts)))

    def give_back(self) -> None:
        """The runs are over, and nobody looks at them any more. What has grown meanwhile is let go."""
        for one in self.out:
            if one.state.header.report_room == one.shape.room:
                one.state.put_columns([])  # or columns that nobody reads any more would be kept
                self.free.append(one)
        self.out.clear()
