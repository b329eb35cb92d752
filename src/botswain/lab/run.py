"""One run: link the simulator, give it memory and candles, call it until it is through.

A run whose money outgrows 64 bits is done again with Python integers. A step that raises is not called any more: that
call is undone, what was wanted before stays, protective rows stay, and the result says file and line.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from botswain.build.bridge import Bridge
from botswain.build.faults import coded_fault, raised_fault
from botswain.build.last_steps import last_steps
from botswain.build.later import compile_later
from botswain.build.link import NotCompiled, call_timed
from botswain.build.misuse import MISUSES
from botswain.build.plan import EXACT, Plan, new_state
from botswain.build.simulator import Simulator, simulator
from botswain.build.tiers import chosen, worth_compiling
from botswain.core.codes import FINISHED, NEED_ROOM
from botswain.core.indicators import ColumnOf, Indicator, columns
from botswain.core.records import State
from botswain.lab.actions import put_actions
from botswain.lab.market import Market
from botswain.lab.slips import put_slips
from botswain.lab.spares import Shape, Spares
from botswain.lab.warm import is_warm
from botswain.model.candles import Candles, FloatColumn
from botswain.model.reasons import Reason

# Reports that fit at first. Compiled, the memory is only claimed when it is written to.
FIRST_ROOM = {True: 1 << 17, False: 1 << 12}
MOST_ROOM = max(FIRST_ROOM.values())
# What was done to orders, the latest of it: a report counts by it.
NOTES = 1 << 13


class Attached(Protocol):
    """What must be told when arrays were replaced by longer ones."""

    def attach(self) -> None: ...


Compiling = Callable[[str], AbstractContextManager[Any]]
ColumnsOf = Callable[[dict[str, Indicator], Candles, ColumnOf | None], tuple[FloatColumn, ...]]
# Told how far a run is, from 0 to 1, about so many times.
Progress = Callable[[float], None]
PARTS = 50


@dataclass(frozen=True, slots=True)
class Halt:
    """Why and when a run's strategy stopped being called."""

    reason: Reason
    instant: int
    message: str


@dataclass(frozen=True, slots=True, eq=False)
class Ran:
    """A finished run: its memory, how it was run and whether it was halted."""

    state: State
    compiled: bool
    halt: Halt | None
    in_python: str = ""  # why the step stayed in Python, called back from the compiled simulator


@dataclass(slots=True, eq=False)
class Going:
    """A run on its way: what it is of, its memory, and why it does not go on.

    halt     its strategy is not to be called any more
    refused  why its step does not compile
    """

    plan: Plan
    market: Market
    sim: Simulator
    state: State
    curve: bool
    compiled: bool
    folder: Path | None
    halt: Halt | None = None
    refused: str = ""


def run(
    plan: Plan,
    market: Market,
    *,
    curve: bool = True,
    compiled: bool = True,
    folder: Path | None = None,
    compiling: Compiling | None = None,
    background: bool = False,
    progress: Progress | None = None,
    columns_of: ColumnsOf = columns,
) -> Ran:
    """Run a plan over a market from its first decision to its last candle.

    compiling   entered, with the strategy's name, around a run that must be compiled first
    background  compile the faster form for later runs in a process of its own, where it would be felt
    columns_of  what makes the columns of indicators, where others may have made them already
    progress    told how far the run is; one that is done again, because it halted or outgrew 64 bits, tells no more
    """
    one = begin(plan, market, curve=curve, compiled=compiled, folder=folder, columns_of=columns_of)
    with nullcontext() if compiling is None or is_warm(one.sim) else compiling(plan.strategy.label()):
        go_on_in_parts(one, progress)
    return ended(one, background=background)


def begin(
    plan: Plan,
    market: Market,
    *,
    curve: bool = True,
    compiled: bool = True,
    folder: Path | None = None,
    columns_of: ColumnsOf = columns,
    room: int = 0,
    spares: Spares | None = None,
) -> Going:
    """A run before its first candle.

    room    how many reports fit at first, FIRST_ROOM unless told
    spares  where memory of runs that are over waits for the next: whoever gives it keeps none of those runs
    """
    compiled = compiled and not plan.wide
    first_closes = tuple(
        Decimal(int(ticks[3][market.first_candle(s)])) * one.tick_size
        for s, (ticks, one) in enumerate(zip(market.ticks, plan.instruments, strict=True))
    )
    plan.check_first_price(first_closes)
    sim = chosen(plan.strategy, plan.features(curve=curve), compiled=compiled, folder=folder)
    state = prepared(plan, market, sim, curve, columns_of, room, spares)
    return Going(plan, market, sim, state, curve, compiled, folder)


def go_on(one: Going, last: int) -> None:
    """Go on to an instant, unless the run has halted or its step does not compile."""
    if one.halt is not None or one.refused:
        return
    try:
        one.halt = advance(one.sim, one.state, last, one.plan)
    except NotCompiled as error:
        one.refused = str(error)


def go_on_in_parts(one: Going, progress: Progress | None) -> None:
    """Go on to the market's end, in one go where nobody wants to know how far it is."""
    begun, end = one.market.begin, len(one.market.steps)
    for part in range(1, PARTS if progress is not None else 1):
        go_on(one, begun + (end - begun) * part // PARTS)
        if progress is not None and one.halt is None and not one.refused:
            progress(part / PARTS)
    go_on(one, end)


def ended(one: Going, *, background: bool = False) -> Ran:
    """What came of a run that went to its end, made again where it halted, outgrew 64 bits or does not compile."""
    plan, market, curve, folder = one.plan, one.market, one.curve, one.folder
    state, halt, compiled, in_python = one.state, one.halt, one.compiled, one.refused
    if in_python:
        state, halt = call_back(plan, market, curve, folder)
    if halt is None:
        if background and worth_compiling(one.sim):
            compile_later(plan.strategy, plan.features(curve=curve), folder)
        return Ran(state, compiled, None, in_python)
    if halt.reason is Reason.MONEY_OVERFLOW and compiled:
        return run(plan, market, curve=curve, compiled=False)
    if (halt.reason is Reason.STEP_RAISED or halt.reason in MISUSES) and compiled and not in_python:
        # Machine code does not say where; the same run called back does, or it shows that only machine code fails.
        state, told = call_back(plan, market, curve, folder)
        if told is None:
            why = f"machine code of the step of {plan.strategy.label()} fails: {halt.message}"
            return Ran(state, compiled, None, why)
        # Where it fails before the author's own fault, it is not to be asked on the way there.
        compiled = compiled and told.instant == halt.instant
        halt = told
    return halted(plan, market, halt, curve=curve, compiled=compiled and not in_python, folder=folder)


def call_back(plan: Plan, market: Market, curve: bool, folder: Path | None) -> tuple[State, Halt | None]:
    """The run with its step left in Python, because it does not compile."""
    sim = simulator(plan.strategy, plan.features(curve=curve), folder=folder, called=True)
    state = prepared(plan, market, sim, curve)
    bridge = Bridge(plan.strategy, sim.layout, state)
    halt = advance(sim, state, len(market.steps), plan, bridge)
    if isinstance(bridge.error, Exception):
        return state, Halt(*located(bridge.error, state, plan))
    if bridge.error is not None:
        raise bridge.error
    return state, halt


def prepared(
    plan: Plan,
    market: Market,
    sim: Simulator,
    curve: bool,
    columns_of: ColumnsOf = columns,
    room: int = 0,
    spares: Spares | None = None,
) -> State:
    """A run's memory with its market in it."""
    slots = len(plan.instruments) * (plan.strategy.slots() + plan.exit_slots)
    room = min(room or MOST_ROOM, FIRST_ROOM[sim.compiled], len(market.steps) * len(plan.instruments)) + 2 * slots
    if spares is None or not sim.compiled:
        return new_memory(plan, market, sim, curve, columns_of, room)
    shape = Shape(plan, market, sim.layout, curve, room)
    state = spares.taken(shape)
    if state is not None:
        put_columns(state, market, plan, columns_of)
        return state
    state = new_memory(plan, market, sim, curve, columns_of, room)
    spares.lent(shape, state)
    return state


def new_memory(plan: Plan, market: Market, sim: Simulator, curve: bool, columns_of: ColumnsOf, room: int) -> State:
    """The same, of memory that nothing was in; room: how many reports fit."""
    state = new_state(plan, sim.layout, room, compiled=sim.compiled, notes=NOTES)
    if market.actions is not None:
        market.actions.put(state, market.candles, market.ticks, market.times, plan)
    elif market.finer is not None:
        market.finer.put(state, plan.indicators(), market.others())
    else:
        put_market(state, market, plan, columns_of)
    if market.actions is not None or market.charges is not None:
        put_actions(state, market.placed, plan)
    if plan.slippage.by_candles:
        put_slips(state, market, plan.slippage)
    if market.rooms is not None:
        state.put("rooms", market.rooms)
    if market.book is not None:
        market.book.put(state)
    if plan.on_trades is not None and plan.on_trades.latency_ms:
        state.put("upto", np.zeros(len(market.steps), np.int64))
    state.put("curve", np.zeros(len(market.steps) if curve else 1, np.int64))
    state.account.instant = market.begin
    return state


def put_market(state: State, market: Market, plan: Plan, columns_of: ColumnsOf) -> None:
    """Give a run the candles that it decides on and is met by, and its indicators' columns."""
    state.put_candles(list(market.candles), list(market.ticks), market.times, market.index, market.flat)
    put_columns(state, market, plan, columns_of)


def put_columns(state: State, market: Market, plan: Plan, columns_of: ColumnsOf) -> None:
    """Give a run its indicators' columns."""
    declared, others = plan.indicators(), market.others()
    by_symbol = [columns_of(declared, one, others.column) for one in market.candles]
    state.put_columns([np.concatenate(parts) if len(parts) > 1 else parts[0] for parts in zip(*by_symbol, strict=True)])


def advance(sim: Simulator, state: State, last: int, plan: Plan, bridge: Attached | None = None) -> Halt | None:
    """Call the simulator until it is through or halted. Raises NotCompiled where the compiler refuses the step."""
    while True:
        try:
            code = call_timed(sim.linked, plan.strategy.label(), state, last)
        except NotCompiled:
            raise
        except Exception as error:  # noqa: BLE001 - the outer wall of a user's step
            return Halt(*located(error, state, plan))
        if code == NEED_ROOM:
            state.more_reports()
            if bridge is not None:
                bridge.attach()
        elif code == FINISHED:
            return None
        else:
            reason = Reason(int(code))
            text = coded_fault(reason, state, plan) if reason in MISUSES else reason.name
            return Halt(reason, int(state.account.instant), text)


def located(error: Exception, state: State, plan: Plan) -> tuple[Reason, int, str]:
    """What a halt says of a step that raised: reason, instant and message."""
    reason, message = raised_fault(error, plan)
    return reason, int(state.account.instant), message


def halted(plan: Plan, market: Market, halt: Halt, *, curve: bool, compiled: bool, folder: Path | None) -> Ran:
    """The same run again up to the call that halted it, which is undone; from there on the step is silent."""
    features = plan.features(curve=curve)
    sim = chosen(plan.strategy, features, compiled=compiled, folder=folder)
    called = simulator(plan.strategy, features, compiled=compiled, folder=folder, called=True)
    silent = simulator(plan.strategy, features, compiled=compiled, folder=folder, silent=True)
    state = prepared(plan, market, sim, curve)
    again = advance(sim, state, halt.instant, plan)
    if again is None:
        again = advance(called, state, halt.instant + 1, plan, last_steps(plan.strategy, sim.layout, state))
    if again is None:
        again = advance(silent, state, len(market.steps), plan)
    if again is not None and again.reason is Reason.MONEY_OVERFLOW and compiled:
        return halted(plan, market, halt, curve=curve, compiled=False, folder=folder)
    return Ran(state, compiled, again or halt)


def money(units: int, unit: Fraction) -> Decimal:
    """Money units as quote, exactly."""
    # Not as a fraction first, which is brought to its lowest terms: the quotient is the same, in a tenth of the time.
    return EXACT.divide(Decimal(units * unit.numerator), Decimal(unit.denominator))
