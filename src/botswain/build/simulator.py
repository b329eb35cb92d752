"""A simulator for one strategy: its step and only the features it needs, linked and ready to call.

Kept by class and features within the process, by hash across processes. Parameters, symbols and prices are data, so
they never recompile anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from types import FunctionType
from typing import Any, cast

from botswain.build.apart import apart, core_alone, forget_cores
from botswain.build.asking import asking_of
from botswain.build.cache import ready_folder
from botswain.build.features import Features
from botswain.build.layout import Layout, layout_of
from botswain.build.link import Linked, link
from botswain.build.source_key import source_of
from botswain.build.step import step_of
from botswain.core.access import call_back
from botswain.core.codes import CLOSE, END, FILL, START, TIMER
from botswain.core.late import simulate_late
from botswain.core.quiet import simulate_quietly
from botswain.core.simulate import simulate
from botswain.core.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Simulator:
    """A linked simulator and where its strategy's numbers stand."""

    linked: Linked
    layout: Layout
    compiled: bool


_KEPT: dict[Any, Linked] = {}
_APART: dict[Any, Linked] = {}
_STEPS: dict[Any, FunctionType] = {}
_ASKED: dict[Any, FunctionType | None] = {}
# One symbol, and nothing beside its strategy.
ALONE = Features(gate=False, exits=False, curve=False, single=True)
QUIET = cast(FunctionType, simulate_quietly)


def simulator(
    strategy: Strategy,
    features: Features,
    *,
    compiled: bool = True,
    folder: Path | None = None,
    silent: bool = False,
    called: bool = False,
) -> Simulator:
    """The simulator for a strategy with these features, compiled as one (`build.tiers` chooses) or interpreted.

    silent  the strategy is never called: what a halted bot goes on with
    called  the step stays in Python and is called back (`build.bridge`); the rest is compiled
    """
    layout = layout_of(strategy)
    events = () if silent else strategy.events()
    names = constants(features, events)
    if (called or silent) and compiled:
        return Simulator(core_alone(root_of(features), names, place_of(folder)), layout, True)
    kept = (*kept_by(strategy, layout), features, events, compiled, called)
    if kept not in _KEPT:
        decide = call_back if called else rewritten(strategy, layout, watched=not compiled)
        place, root = place_of(folder) if compiled else None, root_of(features)
        names |= {"user_step": decide}
        asks = asking(strategy, layout) if compiled and quiet(features, events) else None
        if asks is not None:
            root, names = QUIET, names | {"user_asks": asks}
        _KEPT[kept] = link(root, names, compiled=compiled, folder=place)
    return Simulator(_KEPT[kept], layout, compiled)


def simulator_apart(strategy: Strategy, features: Features, *, folder: Path | None = None) -> Simulator:
    """The same simulator, its core compiled once for all strategies and its step alone (`build.apart`)."""
    layout = layout_of(strategy)
    events = strategy.events()
    kept = (*kept_by(strategy, layout), features, events)
    if kept not in _APART:
        names = constants(features, events)
        (found,) = apart((root_of(features),), names, rewritten(strategy, layout), place_of(folder))
        # Whether candles are passed over is no part of what a bot's code is either.
        _APART[kept] = replace(found, key=simulator(strategy, features, folder=folder).linked.key)
    return Simulator(_APART[kept], layout, True)


def rewritten(strategy: Strategy, layout: Layout, *, watched: bool = False) -> FunctionType:
    """The step as the core calls it, rewritten once for both forms."""
    kept = (*kept_by(strategy, layout), watched)
    if kept not in _STEPS:
        _STEPS[kept] = step_of(strategy, layout, watched=watched)
    return _STEPS[kept]


def kept_by(strategy: Strategy, layout: Layout) -> tuple[Any, ...]:
    """What the wrapper of a step depends on: the class, the layout by its names only, and what the step reads now:

    in a notebook a constant or a function beside the class may be another one since the last run. Those that ship stay
    what they are: reading all that they read is a tenth of a short run.
    """
    names = (
        layout.spoken, tuple(layout.parameters), layout.whole, tuple(layout.memory), layout.arrays,
        tuple(layout.widths.items()),
    )  # fmt: skip
    step = strategy.chosen_step()
    if not isinstance(step, FunctionType) or (step.__module__ or "").startswith("botswain."):
        return (type(strategy), names, step)
    return (type(strategy), names, source_of(step, ()))


def asking(strategy: Strategy, layout: Layout) -> FunctionType | None:
    """The step as a question, made once; None where none can be made."""
    kept = kept_by(strategy, layout)
    if kept not in _ASKED:
        _ASKED[kept] = asking_of(strategy, layout)
    return _ASKED[kept]


def quiet(features: Features, events: tuple[int, ...]) -> bool:
    """Whether nothing but the step looks at a candle on which no order is at work."""
    return CLOSE in events and START not in events and replace(features, slips=False) == ALONE


def root_of(features: Features) -> FunctionType:
    """The loop that a run is."""
    found: Any = simulate_late if features.late else simulate
    return cast(FunctionType, found)


def place_of(folder: Path | None) -> str | None:
    """A folder for machine code that can be used, or None."""
    return ready_folder(folder)[0] if folder is not None else None


def constants(features: Features, events: tuple[int, ...]) -> dict[str, Any]:
    """The module constants a linking replaces."""
    busy = features.gate or features.exits or features.curve or features.forming or features.depth or features.actions
    busy = busy or CLOSE in events
    return {
        "IDLE": int(features.single and not busy),
        "GATE": int(features.gate),
        "CAPS": int(features.caps),
        "EXITS": int(features.exits),
        "CURVE": int(features.curve),
        "SINGLE": int(features.single),
        "ON_START": int(START in events),
        "ON_CLOSE": int(CLOSE in events),
        "ON_FILL": int(FILL in events),
        "ON_END": int(END in events),
        "FORMING": int(features.forming),
        "CLOCK": int(features.clock),
        "ARMED": int(features.armed),
        "LADDER": int(features.ladder),
        "TRADES": int(features.trades),
        "PARTS": int(features.parts),
        "LATE": int(features.late),
        "DEPTH": int(features.depth),
        "SLIPS": int(features.slips),
        "ACTIONS": int(features.actions),
        "ON_TIMER": int(features.forming and (CLOSE in events or TIMER in events)),
    }


def forget() -> None:
    """Drop what is kept in this process, so that the next run links anew (an edited strategy in a notebook)."""
    _KEPT.clear()
    _APART.clear()
    _STEPS.clear()
    _ASKED.clear()
    forget_cores()
