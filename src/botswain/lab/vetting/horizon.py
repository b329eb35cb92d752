"""A run's candles behind a curtain: while a step is called, what lies beyond its candle is not to be looked at.

A strategy is given no arrays, but in Python nothing can be hidden from one that goes round the six names. So the lists
themselves tell when they are asked beyond the horizon, and by which line.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botswain.build.line_budget import is_authors
from botswain.core.records import TICKS, State
from botswain.lab.vetting.findings import Place
from botswain.model.candles import COLUMNS

FAR = sys.maxsize


class Horizon:
    """How far may be looked now, and who looked farther: the line, the column, and how many candles ahead."""

    def __init__(self) -> None:
        self.last = FAR
        self.hung = False
        self.seen: dict[Place, tuple[str, int]] = {}

    @contextmanager
    def around(self, state: State, i: int) -> Iterator[None]:
        """While this lasts, what lies after candle i is beyond."""
        if not self.hung:
            self.hang(state)
        self.last = i
        try:
            yield
        finally:
            self.last = FAR

    def hang(self, state: State) -> None:
        """Put lists that tell in place of the run's."""
        self.hung = True
        for name in (*COLUMNS, *TICKS, "times"):
            state.put(name, Curtained(getattr(state.handle, name), self, name))
        state.put("columns", [Curtained(one, self, "an indicator") for one in state.handle.columns])

    def crossed(self, name: str, place: int) -> None:
        """Note who asks for a place beyond."""
        frame: Any = sys._getframe(2)
        while frame is not None:
            file = frame.f_code.co_filename
            if is_authors(file):
                self.seen.setdefault(Place(file, frame.f_lineno), (name, place - self.last))
                return
            frame = frame.f_back


class Curtained(list[Any]):
    """A list that tells when it is asked beyond the horizon."""

    def __init__(self, values: list[Any], horizon: Horizon, name: str) -> None:
        super().__init__(values)
        self.horizon = horizon
        self.name = name

    def __getitem__(self, place: Any) -> Any:
        last = self.horizon.last
        if last != FAR:
            if isinstance(place, slice):
                farthest = max(range(*place.indices(len(self))), default=-1)
            else:
                farthest = place if place >= 0 else place + len(self)
            if farthest > last:
                self.horizon.crossed(self.name, farthest)
        return super().__getitem__(place)

    def __iter__(self) -> Iterator[Any]:
        if self.horizon.last != FAR and len(self) > self.horizon.last + 1:
            self.horizon.crossed(self.name, len(self) - 1)
        return super().__iter__()
