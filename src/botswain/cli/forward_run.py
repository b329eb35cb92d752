"""A walk-forward or a holdout from the command line's words: read candles and settings, choose, judge, show, write."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from botswain.build.strategy_names import strategy_named
from botswain.cli.context import Context
from botswain.cli.kernels import cache_folder
from botswain.cli.own_names import warn_of_clash
from botswain.cli.run_candles import rules_of, runs_of
from botswain.cli.run_settings import RunAsked, settings_of, told_settings, typed_settings
from botswain.core.strategy import Strategy
from botswain.lab.export import refuse_unwritable, write_json
from botswain.lab.forward.walk_object import walk_object
from botswain.lab.forward.walk_report import print_walk, stopped_remark
from botswain.lab.forward.walked import Walked
from botswain.lab.forward.walking import Step, holdout, walk_forward
from botswain.lab.report import console_for_report
from botswain.lab.trials.space import HOW, Space, space_of
from botswain.lab.trials.sweep import Ways
from botswain.model.errors import BadInput

JUDGED, NOTHING, INTERRUPTED = 0, 1, 130
# Where none of so many combinations can be made, none can.
MOST_TRIED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardAsked(RunAsked):
    """The commands' arguments and options as they were typed; held_out: it is the holdout."""

    vary: tuple[str, ...]
    test: str | None
    purge: str
    embargo: str
    objective: str
    random: int
    seed: int
    workers: int
    keep: Path | None
    json_: Path | None
    held_out: bool
    folds: int | None = None
    anchored: bool = False
    train: str | None = None


def run_forward(context: Context, asked: ForwardAsked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be."""
    cls = strategy_named(asked.strategy)
    warn_of_clash(asked.strategy)
    for name, value in (("--workers", asked.workers), ("--random", asked.random)):
        if value < 0:
            raise BadInput(f"{name} is {value}; write a whole number from 0")
    params, exits = settings_of(cls, asked)
    vary = vary_of(asked.vary)
    space = space_of(cls, vary, params)
    settings = typed_settings(asked, exits)
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    rules = rules_of(asked.instrument)
    runs, origins = runs_of(context, asked, rules)
    settings |= told_settings(context, asked, example_of(cls, space, params), rules, runs)
    ways = Ways(workers=asked.workers, keep=asked.keep, folder=cache_folder(context))
    search: dict[str, Any] = {
        "vary": vary,
        "params": params,
        "purge": asked.purge,
        "embargo": asked.embargo,
        "objective": asked.objective,
        "random": asked.random,
        "seed": asked.seed,
        "ways": ways,
    }
    with Bar() as bar:
        if asked.held_out:
            walked = holdout(asked.strategy, runs, test=asked.test or "", watcher=bar, **search, **settings)
        else:
            names = ("folds", "anchored", "train", "test")
            lengths: dict[str, Any] = {name: getattr(asked, name) for name in names}
            walked = walk_forward(asked.strategy, runs, watcher=bar, **lengths, **search, **settings)
    console = console_for_report()
    print_walk(walked, console)
    if walked.stopped:
        console.print(stopped_remark(walked, asked.keep is not None))
    if asked.json_ is not None:
        write_json(asked.json_, walk_object(walked, origins))
    return code_of(walked)


def code_of(walked: Walked) -> int:
    """How the command ends."""
    if walked.stopped:
        return INTERRUPTED
    return JUDGED if walked.judged else NOTHING


def vary_of(texts: tuple[str, ...]) -> dict[str, str]:
    """What was given as NAME=VALUES. Raises BadInput."""
    found: dict[str, str] = {}
    if not texts:
        raise BadInput("nothing varies, so there is nothing to choose; give --vary, such as --vary fast=5..30:5")
    for text in texts:
        name, equals, values = (part.strip() for part in text.partition("="))
        if not equals or not name or not values:
            raise BadInput(f"--vary {text!r} is not NAME=VALUES; {HOW}, such as --vary {name or 'name'}=5..50:5")
        if name in found:
            raise BadInput(f"--vary {name} is given twice, as {found[name]} and {values}; give it once")
        found[name] = values
    return found


def example_of(cls: type[Strategy], space: Space, params: Mapping[str, Any]) -> Strategy:
    """The first combination that can be made, which says what is read beside the candles. Raises BadInput."""
    first: BadInput | None = None
    for place in range(min(space.size, MOST_TRIED)):
        try:
            return cls(**params, **space.at(place))
        except BadInput as error:
            first = first or error
    raise BadInput(f"none of these combinations can be made; of the first one: {first}")


class Bar:
    """How far a walk is, on stderr where that is a terminal; a `Watcher`. All of its searches are of one size."""

    def __init__(self) -> None:
        console = Console(file=sys.stderr)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
        )
        self._shown = console.is_terminal
        self._task = self._progress.add_task("compiling, first run", total=1, rate="")

    def __enter__(self) -> Bar:
        if self._shown:
            self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            self._progress.stop()

    def __call__(self, step: Step) -> None:
        """Show how far it is."""
        # The choice on everything comes last.
        before = (step.fold or step.folds + 1) - 1
        done, whole = before * step.moved.whole + step.moved.done, (step.folds + 1) * step.moved.whole
        speed = self._progress.tasks[0].speed
        words = f"fold {step.fold} of {step.folds}" if step.fold else "on everything"
        rate = "" if speed is None else f"{speed:,.0f} a second"
        self._progress.update(self._task, description=words, completed=done, total=whole, rate=rate)
