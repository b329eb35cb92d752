"""A simulator for one strategy: its step and only the features it needs, linked and ready to call.

Kept by class and features within the process, by hash across processes. Parameters, symbols and prices are data, so
they never recompile anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botswain.build.cache import ready_folder
from botswain.build.link import Linked, link
from botswain.build.step import Layout, layout_of, step_of
from botswain.core.access import call_back
from botswain.core.codes import CLOSE, END, FILL, START
from botswain.core.simulate import simulate
from botswain.core.strategy import Strategy


@dataclass(frozen=True, slots=True)
class Features:
    """What a run needs beyond the strategy; what it does not need is compiled out."""

    gate: bool
    exits: bool
    curve: bool
    single: bool


@dataclass(frozen=True, slots=True)
class Simulator:
    """A linked simulator and where its strategy's numbers stand."""

    linked: Linked
    layout: Layout
    compiled: bool


_KEPT: dict[Any, Linked] = {}


def simulator(
    strategy: Strategy,
    features: Features,
    *,
    compiled: bool = True,
    folder: Path | None = None,
    silent: bool = False,
    called: bool = False,
) -> Simulator:
    """The simulator for a strategy with these features, compiled (from the cache where it is there) or interpreted.

    silent  the strategy is never called: what a halted bot goes on with
    called  the step stays in Python and is called back (`build.bridge`); the rest is compiled
    """
    layout = layout_of(strategy)
    events = () if silent else strategy.events()
    # The wrapper depends on the class, and on the layout only by names; both are part of what it is kept by.
    names = (tuple(layout.columns), tuple(layout.parameters), layout.whole, tuple(layout.memory), layout.arrays)
    kept = (type(strategy), features, events, names, compiled, called)
    if kept not in _KEPT:
        decide = call_back if called else step_of(strategy, layout, watched=not compiled)
        replaced = constants(features, events) | {"user_step": decide}
        place = ready_folder(folder)[0] if folder is not None and compiled else None
        _KEPT[kept] = link(simulate, replaced, compiled=compiled, folder=place)
    return Simulator(_KEPT[kept], layout, compiled)


def constants(features: Features, events: tuple[int, ...]) -> dict[str, Any]:
    """The module constants a linking replaces."""
    busy = features.gate or features.exits or features.curve or CLOSE in events
    return {
        "IDLE": int(features.single and not busy),
        "GATE": int(features.gate),
        "EXITS": int(features.exits),
        "CURVE": int(features.curve),
        "SINGLE": int(features.single),
        "ON_START": int(START in events),
        "ON_CLOSE": int(CLOSE in events),
        "ON_FILL": int(FILL in events),
        "ON_END": int(END in events),
    }


def forget() -> None:
    """Drop what is kept in this process, so that the next run links anew (an edited strategy in a notebook)."""
    _KEPT.clear()
