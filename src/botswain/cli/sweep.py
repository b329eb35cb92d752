"""`botswain sweep`: the wording of the command. The work is in `sweep_run`, imported when the command is called."""

from __future__ import annotations

from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.run_options import with_options
from botswain.cli.search_options import FOUND, RUN, VARY, WORK

OBJECTIVE = click.option(
    "--objective",
    metavar="FIGURE",
    help="What the best has the best of: any figure of a report, such as sortino, profit or -max_drawdown. Great is "
    "good but where it is a loss or a cost; - before it looks for a small one, + for a great one.  [default: sharpe; "
    "profit with --no-curve]",
)


@click.command("sweep")
@click.argument("strategy")
@with_options(VARY, OBJECTIVE)
@click.option(
    "--random",
    type=click.IntRange(min=1),
    metavar="COUNT",
    help="Try so many of the combinations by chance in place of all.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Which ones --random takes.")
@with_options(*WORK, *FOUND, *RUN)
@click.pass_context
@refusing
def sweep(context: click.Context, /, **given: Any) -> None:
    """Backtest every combination of some parameters of STRATEGY.

    Each combination is a whole backtest on the same candles, with the settings that are given. What the best owes to
    luck alone, after so many trials, is said below the table.

    Example: botswain sweep sma_crossover --candles btc-1h.csv --symbol BTC/USDT --vary fast=5:50:5 --vary
    slow=20:200:10 --keep crossover.sweep

    Ctrl-C ends it with the table of what is done, and with 130; the same command with the same --keep goes on.
    """
    from botswain.cli.sweep_run import Asked, run_sweep

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.exit(run_sweep(found, Asked(**{**given, "random": given["random"] or 0})))
