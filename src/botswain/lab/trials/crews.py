"""Who does the batches of a search: processes of this machine, this process itself, or an executor that was given."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future
from types import TracebackType
from typing import Any

from loky import ProcessPoolExecutor

from botswain.lab.trials.job import ready
from botswain.model.errors import BadInput


class Here(Executor):
    """This process: what is handed in is done at once."""

    def submit(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Do it. What it raises is raised here."""
        done: Future[Any] = Future()
        done.set_result(function(*given, **named))
        return done


class Crew:
    """Executors one after the other: called for the first, and again when one has broken."""

    def __init__(self, workers: int, given: Executor | None = None) -> None:
        """workers: 0 is this process; given: an executor that is not ours to end or to make anew."""
        self._workers = workers
        self._given = given
        self._now: Executor | None = None

    def __call__(self) -> Executor:
        """The executor to go on with. Raises BadInput where a given one has broken."""
        if self._given is not None:
            if self._now is not None:
                raise BadInput(
                    "the executor that was given has broken: it is gone, or one of its workers died, perhaps for want "
                    "of memory; what was done is kept where a file was named, start the search again with another"
                )
            self._now = self._given
        else:
            self._end(kill=True)
            # Its processes begin by themselves: a script that calls this at its end is not run again in each.
            self._now = self._new()
        return self._now

    def _new(self) -> Executor:
        """Our own."""
        if not self._workers:
            return Here()
        made: Executor = ProcessPoolExecutor(self._workers, initializer=ready, initargs=(os.getpid(),))
        return made

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(kill=error is not None)

    def _end(self, *, kill: bool) -> None:
        """End our own processes; what they are at is lost where it is not waited for."""
        if self._given is None and isinstance(self._now, ProcessPoolExecutor):
            self._now.shutdown(wait=True, kill_workers=kill)
