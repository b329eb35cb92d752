"""`botswain optimise`: the wording of the command. The work is in `optimise_run`, imported when it is called."""

from __future__ import annotations

from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.run_options import with_options
from botswain.cli.search_options import FOUND, RUN, VARY, WORK


@click.command("optimise")
@click.argument("strategy")
@with_options(VARY)
@click.option(
    "--trials",
    type=int,
    default=100,
    show_default=True,
    metavar="COUNT",
    help="How many combinations are proposed. More of them later: the same command with the same --keep goes on.",
)
@click.option(
    "--objective",
    multiple=True,
    metavar="FIGURE",
    help="What the best has the best of: any figure of a report, such as sortino, ratios.omega or -max_drawdown. Great "
    "is good but where it is a loss or a cost; - before it looks for a small one, + for a great one. Several times: "
    "what is best in its own way.  [default: sharpe; profit with --no-curve]",
)
@click.option(
    "--constraint",
    multiple=True,
    metavar="BOUND",
    help="A bound that the best has to keep: 'trades>=30', 'max_drawdown<=0.25'.",
)
@click.option(
    "--sampler",
    metavar="WORD",
    help="Who proposes: tpe (learns from all trials), nsga2 (a population that is bred) or random.  [default: tpe; "
    "nsga2 for several objectives]",
)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed proposes the same.")
@click.option(
    "--prune",
    is_flag=True,
    help="Try each on an eighth of the candles first, then on a quarter, and no further where it is worse than the "
    "median of those before. Pays where runs take long.",
)
@with_options(*WORK, *FOUND, *RUN)
@click.pass_context
@refusing
def optimise(context: click.Context, /, **given: Any) -> None:
    """Look for the best parameters of STRATEGY by many backtests.

    What is tried next goes by all that was tried before. Without --vary all parameters vary of which the strategy says
    what is worth trying. How much each of them mattered is shown, and what the best owes to luck alone after so many
    trials.

    Example: botswain optimise sma_crossover --candles btc-1h.csv --symbol BTC/USDT --vary fast=5:100 --vary
    slow=20:300 --trials 200 --constraint 'trades>=30' --keep crossover.search

    Ctrl-C ends it with the table of what is done, and with 130; the same command with the same --keep goes on.
    """
    from botswain.cli.optimise_run import Asked, run_optimise

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.exit(run_optimise(found, Asked(**given)))
