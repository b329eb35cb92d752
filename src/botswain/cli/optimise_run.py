"""What `botswain optimise` does: make the trials, print the best, what mattered, and whether the best is luck."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl
from rich.console import RenderableType
from rich.text import Text

from botswain.cli.context import Context
from botswain.cli.search_bar import SearchBar
from botswain.cli.search_given import SearchAsked, given_of, ways_of
from botswain.cli.search_report import figure_text, print_search, search_object
from botswain.cli.sweep_run import MONEY, ended, judging, warn_of
from botswain.lab.amounts import percent
from botswain.lab.export import write_json
from botswain.lab.metrics.figures import known
from botswain.lab.report import console_for_report
from botswain.lab.tables import heading, plain_table, remark
from botswain.lab.trials.optimise import optimise
from botswain.lab.trials.optimised import Optimised

# Of the trials that were better than all before so many are shown, the last ones.
MOST_STEPS = 6
BAR = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(SearchAsked):
    """The command's arguments and options as they were typed."""

    trials: int
    objective: tuple[str, ...]
    constraint: tuple[str, ...]
    sampler: str | None
    seed: int
    prune: bool


def run_optimise(context: Context, asked: Asked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be searched."""
    given = given_of(context, asked, varies=False)
    objectives = asked.objective or (("sharpe",) if asked.curve else (MONEY,))
    with SearchBar(asked.strategy, objectives[0]) as bar, ways_of(context, asked, bar) as ways:
        found = optimise(
            given.strategy,
            given.candles,
            vary=given.vary,
            params=given.params,
            trials=asked.trials,
            objective=objectives,
            constraints=asked.constraint,
            sampler=asked.sampler or "",
            seed=asked.seed,
            prune=asked.prune,
            curve=asked.curve,
            ways=ways,
            **given.settings,
        )
    warn_of(ways.tally)
    judgement = judging(found)
    print_search(found, given, judgement, asked.top, console_for_report(), more_of(found, asked))
    if asked.json_ is not None:
        write_json(
            asked.json_,
            {"kind": "optimise", **search_object(found, given, judgement, asked.top), **more_object(found, asked)},
        )
    return ended(found, asked)


def more_of(found: Optimised, asked: Asked) -> Iterable[RenderableType]:
    """What only an optimisation tells: how it came there, and what mattered."""
    yield remark(f"{found.asking_s:.1f} s went into choosing what to try.")
    if found.aims.constraints:
        kept = sum(found.frame["kept"])
        yield Text(f"{kept:,} trials keep {' and '.join(one.text for one in found.aims.constraints)}.", "dim")
    if asked.prune:
        words = f"{percent(found.saved)} less" if found.saved >= 0 else f"{percent(-found.saved)} more"
        yield Text(f"With pruning {words} of the candles were read than without.", "dim")
    if len(found.wishes) == 1:
        yield from step_parts(found.history, next(one for one in found.history.columns if one != "trial"))
    for objective, each in found.importances.items():
        if each:
            yield heading(f"What mattered for {objective}")
            table = plain_table("", ">", "")
            for name, share in each.items():
                table.add_row(name, percent(share), Text("█" * round(BAR * share), "cyan"))
            yield table


def step_parts(history: pl.DataFrame, name: str) -> Iterable[RenderableType]:
    """The trials that were better than all before them."""
    best = history[f"best_{name}"]
    steps = history.filter(best.is_not_null() & (best.ne_missing(best.shift(1))))
    if not len(steps):
        return
    yield heading("How it came there")
    table = plain_table(">trial", f">{name}")
    for row in steps.tail(MOST_STEPS).iter_rows(named=True):
        table.add_row(f"{row['trial']:,}", figure_text(name, row[name]))
    yield table


def more_object(found: Optimised, asked: Asked) -> dict[str, Any]:
    """The same as JSON has it."""
    return {
        "constraints": [one.text for one in found.aims.constraints],
        "sampler": found.sampler,
        "seed": asked.seed,
        "different": found.different,
        "choosing_s": found.asking_s,
        "saved": found.saved if asked.prune else None,
        "importances": found.importances,
        "history": [known(row) for row in found.history.to_dicts()],
    }
