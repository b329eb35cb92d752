"""A stress from the command line's words: read candles and settings, ask the bot, show, write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from botswain.build.strategy_names import strategy_named
from botswain.cli.context import Context
from botswain.cli.kernels import cache_folder, compiling
from botswain.cli.own_names import warn_of_clash
from botswain.cli.run_candles import rules_of, runs_of
from botswain.cli.run_settings import RunAsked, settings_of, told_settings, typed_settings
from botswain.lab.backtest import Options
from botswain.lab.export import refuse_unwritable, write_json
from botswain.lab.report import console_for_report
from botswain.lab.stress.as_json import stress_object
from botswain.lab.stress.printing import print_stress
from botswain.lab.stress.stressing import stress
from botswain.model.errors import BadInput

HALTED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StressAsked(RunAsked):
    """The command's arguments and options as they were typed."""

    fall: str | None
    json_: Path | None
    window: str | None = None
    calendar: str | None = None
    at_end: str | None = None
    minutes_before: int | None = None
    start: str | None = None
    end: str | None = None


def run_stress(context: Context, asked: StressAsked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be run."""
    cls = strategy_named(asked.strategy)
    warn_of_clash(asked.strategy)
    params, exits = settings_of(cls, asked)
    strategy = cls(**params)
    settings = typed_settings(asked, exits)
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    rules = rules_of(asked.instrument)
    runs, _ = runs_of(context, asked, rules)
    if len(runs) != 1:
        raise BadInput(f"stress is of one symbol, and candles of {', '.join(runs)} are given; give those of one")
    settings |= told_settings(context, asked, strategy, rules, runs)
    (candles,) = runs.values()
    how = Options(folder=cache_folder(context), compiling=compiling)
    found = stress(strategy, candles, fall=asked.fall, options=how, **settings)
    print_stress(found, console_for_report())
    if asked.json_ is not None:
        write_json(asked.json_, stress_object(found))
    return HALTED if found.made.halt is not None else 0
