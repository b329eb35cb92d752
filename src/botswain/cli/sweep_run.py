"""What `botswain sweep` does: try the combinations, print the table of the best, and say whether the best is luck."""

from __future__ import annotations

from dataclasses import dataclass

import click

from botswain.cli.context import Context
from botswain.cli.search_bar import SearchBar
from botswain.cli.search_given import SearchAsked, given_of, ways_of
from botswain.cli.search_report import Found, Judged, judged, print_search, search_object
from botswain.lab.export import write_json
from botswain.lab.report import console_for_report
from botswain.lab.trials.sweep import sweep
from botswain.lab.trials.tally import Tally

# As `main` says it of what is interrupted.
INTERRUPTED = 130
MONEY = "profit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(SearchAsked):
    """The command's arguments and options as they were typed."""

    objective: str | None
    random: int
    seed: int


def run_sweep(context: Context, asked: Asked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be searched."""
    given = given_of(context, asked)
    objective = asked.objective or ("sharpe" if asked.curve else MONEY)
    with SearchBar(asked.strategy, objective) as bar, ways_of(context, asked, bar) as ways:
        found = sweep(
            given.strategy,
            given.candles,
            vary=given.vary,
            params=given.params,
            random=asked.random,
            seed=asked.seed,
            objective=objective,
            curve=asked.curve,
            ways=ways,
            **given.settings,
        )
    warn_of(ways.tally)
    judgement = judging(found)
    print_search(found, given, judgement, asked.top, console_for_report())
    if asked.json_ is not None:
        write_json(asked.json_, {"kind": "sweep", **search_object(found, given, judgement, asked.top)})
    return ended(found, asked)


def judging(found: Found) -> Judged:
    """Whether the best is luck, unless a second Ctrl-C says that nobody wants to know."""
    try:
        return judged(found)
    except KeyboardInterrupt:
        return Judged(None, None, ("it was interrupted before this could be judged",))


def warn_of(tally: Tally | None) -> None:
    """Say where the trials could not be counted."""
    if tally is not None and tally.trouble:
        click.echo(f"warning: {tally.trouble}; later reports know nothing of them", err=True)


def ended(found: Found, asked: SearchAsked) -> int:
    """The exit code, and how to go on with what was interrupted."""
    if not found.stopped:
        return 0
    more = (
        f"the same command goes on from {asked.keep}"
        if asked.keep is not None
        else "with --keep FILE the same command could go on from there"
    )
    click.echo(f"interrupted: {found.done:,} of {len(found):,} are done; {more}", err=True)
    return INTERRUPTED
