"""`botswain stress`: the wording of the command; the work is in `stress_run`."""

from __future__ import annotations

from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context
from botswain.cli.run_options import (
    ACTIONS,
    BORROW,
    CANDLES,
    CAPITAL,
    COMPOUNDING,
    EXIT,
    FEE,
    FILL,
    FUNDING,
    JSON,
    LIMIT,
    ODDS,
    PARAM,
    PERIOD,
    READS,
    SIZE,
    SIZING,
    SLIPPAGE,
    SLIPPAGE_BPS,
    SLIPPAGE_FACTOR,
    SLIPPAGE_MOST_BPS,
    SLIPPAGE_PERIOD,
    SOURCES,
    with_options,
)

SLIPPAGES = (SLIPPAGE_BPS, SLIPPAGE, SLIPPAGE_FACTOR, SLIPPAGE_PERIOD, SLIPPAGE_MOST_BPS)
SIZES = (SIZING, SIZE, ODDS, PERIOD, COMPOUNDING)


@click.command("stress")
@click.argument("strategy")
@with_options(CANDLES)
@click.option(
    "--fall",
    metavar="FRACTION",
    help="How far the price falls in one go: 0.5 is half.  [default: half, or as far as it fell in these candles]",
)
@with_options(
    *SOURCES, PARAM, EXIT, LIMIT, CAPITAL, FEE, *SLIPPAGES, *SIZES, FILL, ACTIONS, FUNDING, BORROW, READS, JSON
)
@click.pass_context
@refusing
def stress(context: click.Context, /, **given: Any) -> None:
    """Show what STRATEGY can lose, before it starts at the last of these candles.

    For a grid, a dca bot, a buyer of dips, a scalper, and every bot whose orders add up: how much of the money is in
    the market when all of them have filled, order by order; what is lost then; and what it would have done in the worst
    times that these candles have seen. Prices fall from the last close (and rise, where it may be short) in one go.

    Example: botswain stress grid --candles btc-1h.csv --symbol BTC/USDT --param levels=40 --param step=0.01

    Exits with 1 where the strategy was halted on the way.
    """
    from botswain.cli.stress_run import StressAsked, run_stress

    found = context.obj if isinstance(context.obj, Context) else usual_context()
    context.exit(run_stress(found, StressAsked(**given)))
