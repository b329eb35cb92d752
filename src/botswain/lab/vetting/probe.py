"""One run of a strategy in Python, watched: what it wanted after each call, how it ended, and where it stood then.

The same core as ever, interpreted; only the step is called through here, with a budget of lines, as `lab.run` calls one
that does not compile.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from botswain.build.line_budget import STEP_LINES, LineBudget, TooManyLines
from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.build.step import step_of
from botswain.core.records import State
from botswain.lab.market import Market
from botswain.lab.result import Result
from botswain.lab.run import Halt, Ran, advance, prepared
from botswain.lab.vetting.footsteps import Footstep, Footsteps

# What a strategy wants of a slot; the rest of a row is the core's.
WISHES = attrgetter(
    *["rev", "side", "kind", "qty", "price", "trigger", "tif", "flag_bits", "tag", "link", "parent", "x"]
)
Watching = Callable[[State, int], AbstractContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the step: the open time of its candle, the event, and after it what is wanted and remembered."""

    at_ms: int
    event: int
    wishes: tuple[Any, ...]
    memory: bytes

    @property
    def said(self) -> str:
        """As one text, the same in every process."""
        return f"{self.at_ms} {self.event} {self.wishes!r} {self.memory.hex()}"


@dataclass(slots=True)
class Seen:
    """What was seen of a run.

    blank    what is wanted before the first call
    halt     it was stopped by what it did; endless: by the budget
    longest  lines of the longest call
    """

    blank: tuple[Any, ...] = ()
    calls: list[Call] = field(default_factory=list)
    halt: Halt | None = None
    endless: TooManyLines | None = None
    longest: int = 0
    way: list[Footstep] = field(default_factory=list)
    ran: Ran | None = None
    result: Result | None = None

    @property
    def ended(self) -> str:
        """How it ended, where that was not at the last candle."""
        return str(self.endless) if self.endless is not None else "" if self.halt is None else self.halt.message


def probe(
    plan: Plan,
    market: Market,
    *,
    way_of: int | None = None,
    watching: Watching | None = None,
    lines: int = STEP_LINES,
) -> Seen:
    """Run a plan over a market.

    way_of    of which call the way is noted, line by line, in place of the budget
    watching  entered around each call of the step, given the run and the place of its candle
    """
    sim = simulator(plan.strategy, plan.features(curve=False), compiled=False, called=True)
    state = prepared(plan, market, sim, curve=False)
    seen = Seen()
    step = step_of(plan.strategy, sim.layout, watched=True)
    budget = LineBudget(lines)
    width = plan.strategy.slots()
    handle, account, rows, mem = state.handle, state.account, state.parts["rows"], state.parts["mem"]

    seen.blank = tuple(map(WISHES, rows[:width]))

    def called(s: int, i: int) -> None:
        """The core's call of the step."""
        if way_of is not None:
            if len(seen.calls) == way_of:
                with Footsteps() as way:
                    seen.way = way.steps
                    step(handle, s, i)
            else:
                step(handle, s, i)
        else:
            with nullcontext() if watching is None else watching(state, i), budget:
                step(handle, s, i)
            seen.longest = max(seen.longest, lines - budget.left)
        wishes = tuple(map(WISHES, rows[:width]))
        before = seen.calls[-1] if seen.calls else None
        if before is not None and before.wishes == wishes:
            wishes = before.wishes
        seen.calls.append(Call(int(account.open_ms), int(account.event), wishes, packed(mem)))

    state.header.callback = called
    try:
        seen.halt = advance(sim, state, len(market.steps), plan)
    except TooManyLines as error:
        seen.endless = error
    seen.ran = Ran(state, False, seen.halt)
    seen.result = Result(plan, market, seen.ran)
    return seen


def packed(memory: list[float]) -> bytes:
    """The memory as bytes: a number that is none is the same as another that is none."""
    return array("d", [one if one == one else math.nan for one in memory]).tobytes()


def first_difference(one: Seen, other: Seen, before_ms: int | None = None) -> int | None:
    """The place of the first call that came out otherwise in one of two runs, of those before a time; None for none.

    A run that was stopped differs where it has no more calls.
    """
    a, b = within(one, before_ms), within(other, before_ms)
    for place, (mine, yours) in enumerate(zip(a, b, strict=False)):
        if mine != yours:
            return place
    return min(len(a), len(b)) if len(a) != len(b) else None


def within(seen: Seen, before_ms: int | None) -> list[Call]:
    """The calls of candles that opened before a time."""
    return seen.calls if before_ms is None else [one for one in seen.calls if one.at_ms < before_ms]
