"""`botswain strategy run-freqtrade` and `run-backtesting-py`: strategies that people already have, as they are.

Only the wording; the work is in `foreign_run`, imported when a command is called.
"""

from __future__ import annotations

from typing import Any

import click

from botswain.cli.context import refusing
from botswain.cli.run_options import (
    CAPITAL,
    END,
    HTML,
    INSTRUMENT,
    JSON,
    SLIPPAGE_BPS,
    START,
    SYMBOL,
    TRIALS,
    VENUE,
    with_options,
)

OPTIONS = (
    click.option("--candles", multiple=True, metavar="PATH", required=True,
                 help="A Parquet or CSV file, or a symbol in the store, of the strategy's timeframe or finer. Again "
                 "for a second symbol."),
    SYMBOL,
    click.option("--timeframe", help="The timeframe of the candles, where their times do not tell it."),
    VENUE,
    INSTRUMENT,
    click.option("--param", multiple=True, metavar="NAME=VALUE", help="A parameter of the strategy."),
    CAPITAL,
    click.option("--fee", help="A fraction of each fill.  [default: the instrument's, else 0.001]"),
    SLIPPAGE_BPS,
    START,
    END,
    click.option("--peeking", is_flag=True, help="Run it although its signals look ahead."),
    TRIALS,
    JSON,
    HTML,
)  # fmt: skip


@click.command("run-freqtrade", short_help="Backtest a freqtrade strategy's file as it is.")
@click.argument("file")
@with_options(*OPTIONS)
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

    if given["html"] is None:
        context.exit(run_freqtrade_file(context.obj, Asked(**given)))
    from botswain.lab.pages.run_page import run_page  # what draws is loaded only where it is asked to

    context.exit(run_freqtrade_file(context.obj, Asked(**given), run_page))


@click.command("run-backtesting-py", short_help="Backtest a backtesting.py strategy's file as it is.")
@click.argument("file")
@with_options(*OPTIONS)
@click.pass_context
@refusing
def run_backtesting_py(context: click.Context, /, **given: Any) -> None:
    """Backtest FILE[:CLASS], a strategy written for backtesting.py, without that and without changing it.

    Its indicators are computed by itself, its next() is called at each close; our simulator trades what it orders.
    docs/foreign.md tells what is supported and what is different.

    Example: botswain strategy run-backtesting-py sma_cross.py --candles btc-1h.csv --symbol BTC/USDT
    """
    from botswain.cli.foreign_run import Asked, run_backtesting_file

    if given["html"] is None:
        context.exit(run_backtesting_file(context.obj, Asked(**given)))
    from botswain.lab.pages.run_page import run_page  # what draws is loaded only where it is asked to

    context.exit(run_backtesting_file(context.obj, Asked(**given), run_page))
