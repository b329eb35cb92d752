"""Compiles one job into the cache folder and ends: `python -P -m botswain.build.child`, started by `build.ahead`.

It gets the job as one line of JSON and says one line of JSON; when its input closes, whoever wanted the code is gone,
and it ends at once, unless it was started for whoever comes later (`build.later`). Of two children with the same job
one compiles and the other waits and finds it: the lock is on an open file, so that a dead process holds none.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from importlib import import_module
from pathlib import Path

import msgspec

from botswain.build.apart import apart
from botswain.build.cache import ready_folder
from botswain.build.features import Features
from botswain.build.layout import layout_of
from botswain.build.link import Linked, NotCompiled, link, prepare, ready
from botswain.build.simulator import constants, simulator
from botswain.build.step import step_of
from botswain.build.strategy_file import strategy_in
from botswain.core.matching import arrive, opened, walk
from botswain.core.pipeline import apply_report
from botswain.core.resting import remove
from botswain.core.simulate import beat, close, turn
from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput

PARENT_GONE = 3
# Of a child for later: how far it steps back behind all else, and after how long the system ends it.
NICE = 10
ALARM_S = 600
LIVE = (apply_report, close)
VENUE = (arrive, walk, remove, opened)


class Job(msgspec.Struct, frozen=True):
    """What to compile: a class by module, and by file where that is not imported by name; parameters, features.

    live   the entries of a bot, with the strategy apart and silenced, and the paper venue's; else the simulator,
           as one
    turns  a bot acts when its hours end too
    later  nobody waits: go on when the one who asked is gone, and let all others go first
    """

    module: str
    file: str
    name: str
    parameters: dict[str, int | float | bool | str]
    features: Features
    live: bool
    folder: str
    later: bool = False
    turns: bool = False


class Answer(msgspec.Struct, frozen=True):
    """How many entries were compiled, how many were there, and the keys of those that do not compile, with why."""

    made: int
    found: int
    refused: dict[str, str] = {}


def main() -> int:
    """One job, from standard input."""
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    if job.later:
        os.nice(NICE)
        signal.alarm(ALARM_S)
    else:
        threading.Thread(target=end_with_parent, daemon=True).start()
    try:
        answer = compiled(job)
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
    return 0


def end_with_parent() -> None:
    """Wait until the input closes; nobody is there any more to use what is made."""
    while os.read(0, 1):
        pass
    os._exit(PARENT_GONE)


def compiled(job: Job) -> Answer:
    """Compile what is not in the folder. Raises BadInput where the folder or the strategy cannot be used."""
    place, reason = ready_folder(Path(job.folder))
    if place is None:
        raise BadInput(reason)
    strategy = strategy_of(job)
    entries = links(strategy, job.features, place, live=job.live, turns=job.turns)
    with by_turns(place, entries[0].key):
        missing = [one for one in entries if not ready(one)]
        refused: dict[str, str] = {}
        for one in missing:
            try:
                prepare(one, strategy.label())
            except NotCompiled as error:
                refused[one.key] = str(error)
        if refused and not job.live:
            for one in links(strategy, job.features, place, live=job.live, called=True):
                prepare(one, strategy.label())
    return Answer(len(missing) - len(refused), len(entries) - len(missing), refused)


def links(
    strategy: Strategy,
    features: Features,
    place: str | None,
    *,
    live: bool,
    called: bool = False,
    turns: bool = False,
) -> list[Linked]:
    """The entries a strategy is called by, linked and not yet compiled.

    called  the simulator with the step left in Python, as a run goes on whose step does not compile
    turns   it acts when its hours end too
    """
    if not live:
        # The very one that a run looks for, whatever goes into it.
        folder = None if place is None else Path(place)
        return [simulator(strategy, features, folder=folder, called=called).linked]
    names = constants(features, strategy.events())
    step = step_of(strategy, layout_of(strategy))
    silent = constants(features, ())
    entries = (*LIVE, *((beat,) if features.forming else ()), *((turn,) if turns else ()))
    made = [*apart(entries, names, step, place)]
    made += [link(one, silent, compiled=True, folder=place) for one in entries]
    made += [link(one, {"SLIPS": int(features.slips)}, compiled=True, folder=place) for one in VENUE]
    return made


def strategy_of(job: Job) -> Strategy:
    """The strategy of a job. Raises BadInput where it is not what the one who asked has."""
    try:
        cls = getattr(import_module(job.module), job.name, Strategy)
    except ModuleNotFoundError:
        cls = strategy_in(Path(job.file), job.name)
    if cls.__module__ != job.module or cls.__qualname__ != job.name:
        raise BadInput(f"{job.module} has no strategy {job.name!r} of its own; define it at the top of its module")
    return cls(**job.parameters)


def by_turns(place: str | None, key: str) -> AbstractContextManager[None]:
    """Alone among processes that compile for a key in a folder; whoever comes second finds what the first has made."""
    return nullcontext() if place is None else locked(Path(place) / f"compile-{key[:2]}.lock")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file alone among processes; waits for one that holds it. The system frees what a dead process held.

    Where there can be no such file (a full disk), two may do the same work, which harms nothing.
    """
    with ExitStack() as held:
        with suppress(OSError):
            fcntl.flock(held.enter_context(path.open("w")), fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    code = main()
    gc.freeze()  # or Python would look through everything a compile left once more before it ends
    raise SystemExit(code)
