"""A walk-forward or a holdout from the command line's words: read candles and settings, choose, judge, show, write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from botswain.cli.context import Context
from botswain.cli.search_bar import SearchBar
from botswain.cli.search_given import SearchAsked, given_of, ways_of
from botswain.cli.sweep_run import warn_of
from botswain.lab.export import write_json
from botswain.lab.forward.walk_object import walk_object
from botswain.lab.forward.walk_report import print_walk, stopped_remark
from botswain.lab.forward.walked import Walked
from botswain.lab.forward.walking import holdout, walk_forward
from botswain.lab.report import console_for_report
from botswain.model.errors import BadInput

JUDGED, NOTHING, INTERRUPTED = 0, 1, 130


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardAsked(SearchAsked):
    """The commands' arguments and options as they were typed; held_out: it is the holdout."""

    test: str | None
    purge: str
    embargo: str
    objective: str
    random: int
    seed: int
    held_out: bool
    folds: int | None = None
    anchored: bool = False
    train: str | None = None
    top: int = 1
    curve: bool = True


def run_forward(context: Context, asked: ForwardAsked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be."""
    if asked.random < 0:
        raise BadInput(f"--random is {asked.random}; write a whole number from 0")
    given = given_of(context, asked)
    with SearchBar(asked.strategy, asked.objective) as bar, ways_of(context, asked, bar) as ways:
        told: dict[str, Any] = {
            "vary": given.vary,
            "params": given.params,
            "ways": ways,
            "watcher": lambda step: bar.moved(step.in_all),
            **{name: getattr(asked, name) for name in ("purge", "embargo", "objective", "random", "seed")},
            **given.settings,
        }
        if asked.held_out:
            walked = holdout(given.strategy, given.candles, test=asked.test or "", **told)
        else:
            told |= {name: getattr(asked, name) for name in ("folds", "anchored", "train", "test")}
            walked = walk_forward(given.strategy, given.candles, **told)
    warn_of(ways.tally)
    console = console_for_report()
    print_walk(walked, console)
    if walked.stopped:
        console.print(stopped_remark(walked, asked.keep is not None))
    if asked.json_ is not None:
        write_json(asked.json_, walk_object(walked, given.origins))
    return code_of(walked)


def code_of(walked: Walked) -> int:
    """How the command ends."""
    if walked.stopped:
        return INTERRUPTED
    return JUDGED if walked.judged else NOTHING
