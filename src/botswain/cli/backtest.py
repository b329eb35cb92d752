"""`botswain backtest`: the wording of the command.

Numbers come as text and stay text until the run reads them exactly, so that an error can show what was written. The
work is in `backtest_run`, imported when the command is called so that `botswain --help` stays fast.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.run_options import CANDLES, HTML, JSON, PARAM, SETTINGS, SOURCES, TAPE, TRIALS, with_options


@click.command("backtest")
@click.argument("strategy")
@with_options(CANDLES, *TAPE, *SOURCES, PARAM, *SETTINGS)
@with_options(TRIALS)
@click.option(
    "--validation/--no-validation",
    default=True,
    help="Whether to ask if the run can be believed: days and trades drawn again, dearer costs, other parameters.",
)
@click.option(
    "--risk-free",
    default="0",
    metavar="RATE",
    help="What money earns a year without risk, as a fraction such as 0.03; Sharpe and its like are of what is beyond.",
)
@click.option("--full", is_flag=True, help="Show every figure, and every run that validation made.")
@with_options(JSON, HTML)
@click.pass_context
@refusing
def backtest(context: click.Context, /, **given: Any) -> None:
    """Run STRATEGY over candles and report what would have happened.

    STRATEGY is a bot that ships (sma_crossover, grid) or a file of your own, my_bot.py; docs/strategies.md tells how
    to write one.

    Example: botswain backtest sma_crossover --candles btc-1h.csv --symbol BTC/USDT --param fast=10

    Exits with 1 where the strategy was halted on the way, or the money bought not even the smallest order.
    """
    with uncollected():
        from botswain.cli.backtest_run import Asked, run_backtest

        found = context.obj if isinstance(context.obj, Context) else usual_context()
        if given["html"] is None:
            code = run_backtest(found, Asked(**given))
        else:  # what draws is loaded only where it is asked to
            from botswain.lab.pages.run_page import run_page

            code = run_backtest(found, Asked(**given), run_page)
    context.exit(code)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: loading and running make many objects and hardly a ring of them.

    It would look at all of them again and again, a tenth of a second in vain.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
