"""`botswain strategy`: which strategies there are, what one is, a new one, and whether one can be trusted.

Only the wording of commands; the work is in `strategy_run`, imported when a command is called so that
`botswain --help` stays fast.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.foreign import run_backtesting_py, run_freqtrade

FILE = click.Path(path_type=Path)


@click.group()
@click.pass_context
def strategy(context: click.Context) -> None:
    """List, show, begin and check strategies.

    A strategy of your own is a file or a folder, named by its path or, where it stands in the folder of strategies
    (BOTSWAIN_STRATEGIES, or strategies in the data folder), by its name; docs/strategies.md tells how to write one.
    """
    context.obj = context.obj if isinstance(context.obj, Context) else usual_context()


@strategy.command("list", short_help="All that can be named, and what of your own is broken.")
@refusing
def list_() -> None:
    """List all strategies that go by a name: those that ship, your folder's, and those of installed packages.

    What is broken says so, with file and line; the others are as good as ever.
    """
    from botswain.cli.strategy_run import list_strategies

    list_strategies()


@strategy.command(short_help="What STRATEGY is and what can be set of it.")
@click.argument("strategy")
@refusing
def show(strategy: str) -> None:
    """Show STRATEGY, a name or a path: what it does, its parameters, their bounds and help."""
    from botswain.cli.strategy_run import show_strategy

    show_strategy(strategy)


@strategy.command(short_help="Write a strategy that works, and a test of it, to go on from.")
@click.argument("name")
@click.option("--folder", type=FILE, help="Where to put it.  [default: the folder of strategies]")
@refusing
def new(name: str, folder: Path | None) -> None:
    """Write NAME.py, a strategy of ten lines that works, and test_NAME.py, a test of it that runs.

    Nothing that is there is written over.
    """
    from botswain.cli.strategy_files import write_new

    write_new(name, folder)


@strategy.command(short_help="Try STRATEGY: does it compile, peek, warm up, end, and decide the same again?")
@click.argument("strategy")
@click.option("--candles", metavar="PATH", help="A Parquet or CSV file, or a symbol in the store.  [default: made up]")
@click.option("--symbol", help="What to call a file's symbol.")
@click.option("--timeframe", help="The timeframe of the candles, where their times do not tell it.")
@click.option("--venue", help="Which venue's candles, where the store has several.")
@click.option("--param", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy.")
@click.option("--json", "json_", type=FILE, metavar="FILE", help="Write everything as one JSON object to FILE.")
@click.pass_context
@refusing
def check(context: click.Context, /, **given: Any) -> None:
    """Check STRATEGY, a name or a path, before it is trusted with a backtest or with money.

    It is loaded and run in processes of its own, some seconds long. Asked is: does it compile, and decide as machine
    code what it decides in Python; does it look at what comes later; from which candle on can it decide, and does it
    drift from where its indicators begin; does it decide the same again, in another process too; does it draw on
    chance, clock, environment, files or network; does each call end; do its parameters run at their ends; what becomes
    of its orders and fees.

    Example: botswain strategy check my_bot.py --candles btc-1h.csv

    Exits with 1 where something must be mended.
    """
    from botswain.cli.strategy_run import Asked, check_strategy

    context.exit(check_strategy(context.obj, Asked(**given)))


strategy.add_command(run_freqtrade)
strategy.add_command(run_backtesting_py)
