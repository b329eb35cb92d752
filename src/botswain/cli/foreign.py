"""`botswain strategy run-freqtrade` and `run-backtesting-py`: strategies that people already have, as they are.

Only the wording; the work is in `foreign_run`, imported when a command is called.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from botswain.cli.context import refusing

FILE = click.Path(path_type=Path)
OPTIONS = (
    click.option("--candles", multiple=True, metavar="PATH", required=True,
                 help="A Parquet or CSV file, or a symbol in the store, of the strategy's timeframe or finer. Again "
                 "for a second symbol."),
    click.option("--symbol", multiple=True, help="What to call a file's symbol; as often as --candles, in its order."),
    click.option("--timeframe", help="The timeframe of the candles, where their times do not tell it."),
    click.option("--venue", help="Which venue's candles, where the store has several."),
    click.option("--instrument", multiple=True, type=FILE, help="A YAML or JSON file with the symbol's rules."),
    click.option("--param", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy."),
    click.option("--capital", default="10000", show_default=True, help="Cash at the start, in quote."),
    click.option("--fee", help="A fraction of each fill.  [default: the instrument's, else 0.001]"),
    click.option("--slippage-bps", default="0", show_default=True,
                 help="How much worse market orders and triggers fill, in hundredths of a percent."),
    click.option("--start", help="First decision: 2024-01-31, with a time, or milliseconds (UTC)."),
    click.option("--end", help="Until when, not included."),
    click.option("--peeking", is_flag=True, help="Run it although its signals look ahead."),
    click.option("--json", "json_", type=FILE, metavar="FILE", help="Write everything as one JSON object to FILE."),
)  # fmt: skip


def with_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with the options that both have."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command("run-freqtrade", short_help="Backtest a freqtrade strategy's file as it is.")
@click.argument("file")
@with_options
@click.option(
    "--reads",
    multiple=True,
    metavar="SYMBOL=PATH",
    help="Candles of another pair that the strategy reads (informative).",
)
@click.option(
    "--stake", metavar="AMOUNT", help="What each entry costs, in quote.  [default: all there is, shared by the symbols]"
)
@click.option("--max-open-trades", type=int, default=0, help="How many symbols may be held at once.  [default: all]")
@click.pass_context
@refusing
def run_freqtrade(context: click.Context, /, **given: Any) -> None:
    """Backtest FILE[:CLASS], a strategy written for freqtrade, without freqtrade and without changing it.

    Its indicators and signals are computed by itself, in pandas; our simulator trades them. What would change its
    meaning is refused by name and line before the run; what else is different is told. docs/foreign.md has both lists.

    Example: botswain strategy run-freqtrade MyStrategy.py --candles btc-5m.parquet --symbol BTC/USDT
    """
    from botswain.cli.foreign_run import Asked, run_freqtrade_file

    context.exit(run_freqtrade_file(context.obj, Asked(**given)))


@click.command("run-backtesting-py", short_help="Backtest a backtesting.py strategy's file as it is.")
@click.argument("file")
@with_options
@click.pass_context
@refusing
def run_backtesting_py(context: click.Context, /, **given: Any) -> None:
    """Backtest FILE[:CLASS], a strategy written for backtesting.py, without that and without changing it.

    Its indicators are computed by itself, its next() is called at each close; our simulator trades what it orders.
    docs/foreign.md tells what is supported and what is different.

    Example: botswain strategy run-backtesting-py sma_cross.py --candles btc-1h.csv --symbol BTC/USDT
    """
    from botswain.cli.foreign_run import Asked, run_backtesting_file

    context.exit(run_backtesting_file(context.obj, Asked(**given)))
