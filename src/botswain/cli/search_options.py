"""The options that commands share which run one strategy many times over the same candles.

`search_given` reads them; the options of a single run beside them are `run_options`.
"""

from __future__ import annotations

import click

from botswain.cli.run_options import CANDLES, FILE, INSTRUMENT, JSON, PARAM, SETTINGS, SYMBOL, VENUE, Option

TIMEFRAME = click.option(
    "--timeframe",
    help="The timeframe of the candles, where their times do not tell it; with --trading-frequency the bot's own.",
)
VARY = click.option(
    "--vary",
    multiple=True,
    metavar="NAME=FROM:TO:STEP|NAME=A,B,C",
    help="A parameter that varies, and its values: fast=5:50:5 (both ends are tried, without a step every whole "
    "number), average=SMA,EMA, or NAME=search, what the strategy says is worth trying.",
)
WORKERS = click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=0,
    metavar="COUNT",
    help="Processes that do the work.  [default: one for each core, or none where it is done in a moment]",
)
DASK = click.option(
    "--dask", metavar="ADDRESS", help="Give the work to a Dask cluster in their place, such as tcp://10.0.0.5:8786."
)
KEEP = click.option(
    "--keep",
    type=FILE,
    metavar="FILE",
    help="Keep in FILE what is done; after Ctrl-C or a crash the same command goes on from there.",
)
TOP = click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, metavar="COUNT", help="How many to show."
)
CURVE = click.option(
    "--curve/--no-curve",
    default=True,
    help="Whether to work out figures of the equity curve, which takes half of the time; without them by profit.",
)

# What is run, as one backtest has it: candles alone, no recorded trades.
RUN: tuple[Option, ...] = (CANDLES, SYMBOL, TIMEFRAME, VENUE, INSTRUMENT, PARAM, *SETTINGS)
# How the work is done, and where what it found goes.
WORK: tuple[Option, ...] = (WORKERS, DASK, KEEP)
FOUND: tuple[Option, ...] = (TOP, CURVE, JSON)
