"""`botswain walk-forward` and `botswain holdout`: the wording of the commands.

The work is in `forward_run`, imported when a command is called so that `botswain --help` stays fast.
"""

from __future__ import annotations

from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.run_options import FILE, JSON, Option, with_options
from botswain.cli.search_options import DASK, RUN, VARY, WORKERS

PURGE = click.option(
    "--purge",
    default="0",
    metavar="LENGTH",
    help="Leave out so much at the end of each training span: what was opened there ends in the test span.",
)
EMBARGO = click.option(
    "--embargo",
    default="0",
    metavar="LENGTH",
    help="Leave out so much between the spans, at the begin of each test span.",
)
CHOOSING: tuple[Option, ...] = (
    PURGE,
    EMBARGO,
    click.option(
        "--objective",
        default="sharpe",
        show_default=True,
        metavar="FIGURE",
        help="By which figure of the training span is chosen, with - before it for a small one: profit, calmar, "
        "-max_drawdown; a wrong name lists near ones.",
    ),
    click.option("--random", type=int, default=0, metavar="COUNT", help="Try so many combinations by chance, not all."),
    click.option("--seed", type=int, default=0, metavar="NUMBER", help="With --random, which ones."),
    WORKERS,
    DASK,
    click.option(
        "--keep",
        type=FILE,
        metavar="FOLDER",
        help="Keep what is done in this folder: after Ctrl-C, or a kill, the same command goes on from there.",
    ),
    JSON,
)


@click.command("walk-forward")
@click.argument("strategy")
@with_options(VARY)
@click.option("--folds", type=int, metavar="COUNT", help="How many.  [default: 5; as many as fit --train and --test]")
@click.option("--anchored", is_flag=True, help="Every training span begins at the first candle, so they grow.")
@click.option(
    "--train",
    metavar="LENGTH|DATE",
    help='How long is chosen on: 90d, 36h, "2000 candles", 25%, or the date on which the first training span ends.  '
    "[default: three times what is tested on, or all before the first --test]",
)
@click.option(
    "--test", metavar="LENGTH|DATE", help="How long is judged on, or the date on which the first test span ends."
)
@with_options(*CHOOSING, *RUN)
@click.pass_context
@refusing
def walk_forward(context: click.Context, /, **given: Any) -> None:
    """Choose the parameters of STRATEGY on one span of candles, judge them on the next, and so on through all of them.

    A choice sees nothing of what it is judged on. All test spans together are one account, with all its figures.

    Example: botswain walk-forward sma_crossover --candles btc-1h.csv --symbol BTC/USDT --vary fast=5:30:5 --vary
    slow=40:120:20 --folds 6

    Exits with 1 where nothing was traded, or the strategy was halted in a test span, and 130 where it was stopped.
    """
    from botswain.cli.forward_run import ForwardAsked, run_forward

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.exit(run_forward(found, ForwardAsked(held_out=False, **given)))


@click.command("holdout")
@click.argument("strategy")
@with_options(VARY)
@click.option(
    "--test",
    default="25%",
    show_default=True,
    metavar="LENGTH|DATE",
    help='How much is held out at the end: 25%, 90d, "2000 candles", or the date from which on.',
)
@with_options(*CHOOSING, *RUN)
@click.pass_context
@refusing
def holdout(context: click.Context, /, **given: Any) -> None:
    """Choose the parameters of STRATEGY on all candles but the last ones, and judge them on those, once.

    Whoever looks at the same candles again and again, and changes something each time, has chosen on them too.

    Example: botswain holdout sma_crossover --candles btc-1h.csv --symbol BTC/USDT --vary fast=5:30:5 --test 90d

    Exits with 1 where nothing was traded, or the strategy was halted in a test span, and 130 where it was stopped.
    """
    from botswain.cli.forward_run import ForwardAsked, run_forward

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.exit(run_forward(found, ForwardAsked(held_out=True, **given)))
