"""The event in which a strategy halts, done to its end: what it wanted in calls before the failing one stays.

A run that was halted is brought back to before that event and does it again with the step in Python. The call that
fails is undone, as if it had not been made, and none is made after it; ledger, exits and gate go on. Research and live
halt in this one way (docs/rules.md section 5).
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np

from botswain.build.bridge import Bridge
from botswain.build.layout import Layout
from botswain.build.link import link
from botswain.build.step import step_of
from botswain.core.records import State
from botswain.core.strategy import Strategy

# What a step can write.
WRITTEN = ("account", "lanes", "rows", "dirty", "mem")


def last_steps(strategy: Strategy, layout: Layout, state: State) -> Bridge | PlainSteps:
    """Put the step in Python under a run of either form that was linked to call back. `error` is what it raised."""
    return Undoing(strategy, layout, state) if state.compiled else PlainSteps(strategy, layout, state)


class Undoing(Bridge):
    """Of a compiled run."""

    def _answer(self) -> Callable[[int, int, int, int, int], int]:
        """The same, and what an event that failed had wanted is taken back."""
        called = super()._answer()

        def answer(result: int, raised: int, sim: int, s: int, i: int) -> int:
            if self.error is None:
                saved = written(self._state)
                called(result, raised, sim, s, i)
                if isinstance(self.error, Exception):
                    undo(self._state, saved)
            return 0

        return answer


class PlainSteps:
    """Of an interpreted run."""

    def __init__(self, strategy: Strategy, layout: Layout, state: State) -> None:
        self.error: Exception | None = None
        self._step = link(step_of(strategy, layout, watched=True), {}, compiled=False).call
        self._state = state
        self.attach()

    def attach(self) -> None:
        """Nothing is laid over plain memory; it is only told whom to call."""
        self._state.header.callback = self._called

    def _called(self, s: int, i: int) -> None:
        if self.error is None:
            saved = written(self._state)
            try:
                self._step(self._state.handle, s, i)
            except Exception as error:  # noqa: BLE001 - the outer wall of a user's step
                self.error = error
                undo(self._state, saved)


def written(state: State) -> dict[str, Any]:
    """A copy of what a step can write."""
    if state.compiled:
        return {name: state.parts[name].copy() for name in WRITTEN}
    return deepcopy({name: state.parts[name] for name in WRITTEN})


def undo(state: State, saved: dict[str, Any]) -> None:
    """Put it back in its place: the code that called the step goes on with the same records."""
    for name, was in saved.items():
        now = state.parts[name]
        if state.compiled:
            now.view(np.ndarray)[...] = was
        elif hasattr(now[0], "__dict__"):
            for one, old in zip(now, was, strict=True):
                vars(one).update(vars(old))
        else:
            now[:] = was
