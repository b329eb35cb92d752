"""What a search was given on the command line: its strategy, candles, settings and values, and who does the work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botswain.build.strategy_names import strategy_named
from botswain.cli.context import Context
from botswain.cli.kernels import cache_folder
from botswain.cli.own_names import warn_of_clash
from botswain.cli.run_candles import rules_of, runs_of
from botswain.cli.run_settings import RunAsked, named_values, settings_of, told_settings, typed_settings
from botswain.cli.search_bar import SearchBar
from botswain.control.search_space import first_made, space_of, worth_trying
from botswain.lab.data_used import Origin
from botswain.lab.export import refuse_unwritable
from botswain.lab.trials.beginning import Ways
from botswain.lab.trials.clusters import cluster
from botswain.lab.trials.tally import Tally
from botswain.model.candles import Candles
from botswain.model.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchAsked(RunAsked):
    """A search's arguments and options as they were typed (`search_options`: RUN, VARY, WORK, FOUND)."""

    vary: tuple[str, ...]
    workers: int
    dask: str | None
    keep: Path | None
    top: int
    curve: bool
    json_: Path | None


@dataclass(frozen=True, slots=True)
class Given:
    """What `sweep` and its like take.

    vary      values by parameter, as texts; params: those that stay as they are
    settings  of `backtest`
    origins   where the candles came from, by symbol
    """

    strategy: str
    candles: dict[str, Candles]
    vary: dict[str, str]
    params: dict[str, str]
    settings: dict[str, Any]
    origins: dict[str, Origin]


def given_of(context: Context, asked: SearchAsked, *, varies: bool = True) -> Given:
    """Read and check it. Raises BadInput for what cannot be run.

    varies  False: where nothing was said to vary, it is what the strategy says is worth trying
    """
    cls = strategy_named(asked.strategy)
    warn_of_clash(asked.strategy)
    params, exits = settings_of(cls, asked)
    settings = typed_settings(asked, exits)
    vary = named_values("--vary", asked.vary)
    if not vary:
        if varies:
            raise BadInput(
                "nothing varies; give --vary NAME=FROM:TO:STEP or --vary NAME=A,B,C, such as --vary fast=5:50:5"
            )
        vary = worth_trying(cls, params)
    space = space_of(cls, vary, params, most=None)
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    rules = rules_of(asked.instrument)
    runs, origins = runs_of(context, asked, rules)
    settings |= told_settings(context, asked, first_made(cls, space, params), rules, runs)
    return Given(asked.strategy, runs, vary, params, settings, origins)


@contextmanager
def ways_of(context: Context, asked: SearchAsked, bar: SearchBar) -> Iterator[Ways]:
    """How the work is done, until it is left. Raises BadInput where that cannot be."""
    if asked.dask is not None and asked.workers:
        raise BadInput(f"--workers is {asked.workers} and --dask {asked.dask}, which has its own; give one of them")
    ways = Ways(asked.workers, None, asked.keep, cache_folder(context), bar.moved, Tally(context.trials_dir))
    if asked.dask is None:
        yield ways
        return
    with cluster(asked.dask) as (executor, workers):
        yield Ways(workers, executor, asked.keep, ways.folder, ways.watcher, ways.tally)
