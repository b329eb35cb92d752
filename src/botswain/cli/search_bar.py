"""How far a search is: done of all, how many a second, how long it will take, and the best yet."""

from __future__ import annotations

import math
import sys
import time
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from botswain.lab.trials.beginning import Moved


class SearchBar:
    """A line on stderr where that is a terminal, gone when the search is over; silent elsewhere."""

    def __init__(self, title: str, objective: str) -> None:
        self._objective = objective
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[told]}", markup=False),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task(title, total=None, told="the first one, and what has to be compiled")
        self._began: tuple[int, float] | None = None

    def __enter__(self) -> SearchBar:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def moved(self, at: Moved) -> None:
        """Show how far it is. What was done before this session does not count for its rate."""
        now = time.monotonic()
        if self._began is None:
            self._began = at.done, now
            title = self._progress.tasks[0].description
            self._progress.remove_task(self._task)
            self._task = self._progress.add_task(title, total=at.whole, completed=at.done, told="")
        done, began = self._began
        rate = (at.done - done) / (now - began) if now > began else 0.0
        self._progress.update(self._task, completed=at.done, told=told(at, rate, self._objective))


def told(at: Moved, rate: float, objective: str) -> str:
    """How far it is, in words."""
    speed = "" if rate <= 0 else f"  {rate:,.0f}/s" if rate >= 10 else f"  {rate:.1f}/s"
    best = "" if math.isnan(at.best) else f"  best {objective} {at.best:.4g}"
    return f"{at.done:,} of {at.whole:,}{speed}{best}"
