"""`botswain backtest`: the wording of the command.

Numbers come as text and stay text until the run reads them exactly, so that an error can show what was written. The
work is in `backtest_run`, imported when the command is called so that `botswain --help` stays fast.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from botswain.cli.context import Context, refusing, usual_context

FILE = click.Path(path_type=Path)


@click.command("backtest")
@click.argument("strategy")
@click.option(
    "--candles",
    multiple=True,
    metavar="PATH",
    help="A Parquet or CSV file (ts, open, high, low, close, volume) or a symbol in the store. Again for a second "
    "symbol on the same account.",
)
@click.option(
    "--trades",
    type=FILE,
    metavar="PATH",
    help="In place of candles: a Parquet or CSV file of one symbol's trades (ts, price, quantity). Orders meet each of "
    "them; decided is on candles made of them.",
)
@click.option(
    "--latency-ms",
    type=int,
    default=0,
    metavar="MS",
    help="With --trades, from a decision until what it wants is at the market.",
)
@click.option(
    "--participation",
    default="0",
    metavar="SHARE",
    help="With --trades, the share of each trade's quantity that orders get: 0.1 is a tenth.  [default: all they want]",
)
@click.option(
    "--meets",
    default="next",
    show_default=True,
    metavar="WORD",
    help="With --trades, what an order finds that comes between two of them: the next one, or the price of the last.",
)
@click.option(
    "--depth",
    type=FILE,
    metavar="PATH",
    help="With --trades, the order book beside them: a Parquet or CSV file of its levels as they change (ts, side, "
    "price, quantity, snapshot), or Binance's messages (.jsonl, .jsonl.gz). Orders take what stands in it, and wait in "
    "line.",
)
@click.option(
    "--quotes",
    type=FILE,
    metavar="PATH",
    help="With --trades, the best quotes beside them (ts, bid, bid_size, ask, ask_size): a book of one level a side.",
)
@click.option("--symbol", multiple=True, help="What to call a file's symbol; as often as --candles, in its order.")
@click.option(
    "--timeframe",
    help="The timeframe of the candles, where their times do not tell it; with --trading-frequency the bot's own. With "
    "--trades of the candles made of them (1m), or tick to decide on every trade.",
)
@click.option("--venue", help="Which venue's candles, where the store has several.")
@click.option("--instrument", multiple=True, type=FILE, help="A YAML or JSON file with the symbol's rules.")
@click.option(
    "--param",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the strategy; a wrong name lists them. NAME=@FILE takes the value from a file, such as rules.",
)
@click.option(
    "--exit",
    "exit_",
    multiple=True,
    metavar="NAME=VALUE",
    help="stop_loss, take_profit or trailing_stop, as a fraction of the entry price: stop_loss=0.03; "
    "trailing_activation, from which gain it trails; break_even, at which gain the stop moves to the entry, or "
    "break_even_offset beyond it; roi_60=0.01, the gain that is enough after 60 minutes; take_profit_1=0.02 with "
    "take_profit_share_1=0.5, half of it at 2 %, up to take_profit_4; time_candles or time_minutes, how old a position "
    "may become.",
)
@click.option(
    "--limit",
    multiple=True,
    metavar="NAME=VALUE",
    help="A limit of the risk gate. Fractions: max_position, max_exposure, max_correlated_exposure (with correlation), "
    "max_trade_risk, max_daily_loss, max_weekly_loss, max_drawdown, drawdown_reduce (with drawdown_factor), "
    "drawdown_pause, drawdown_flatten, price_collar. Counts: max_open_positions, max_orders_day, order_rate (with "
    "order_rate_ms), max_consecutive_losses (with cooldown_ms), drawdown_smoothing, symbol_cooldown_ms, "
    "correlation_period.",
)
@click.option("--capital", default="10000", show_default=True, help="Cash at the start, in quote.")
@click.option(
    "--fee",
    help="For resting (maker) and crossing (taker) orders alike, a fraction.  [default: the instrument's, else 0.001]",
)
@click.option(
    "--slippage-bps",
    default="0",
    show_default=True,
    help="How much worse market orders and triggers fill, in hundredths of a percent.",
)
@click.option(
    "--slippage",
    default="fixed",
    show_default=True,
    metavar="MODEL",
    help="fixed: by --slippage-bps. spread: by half of them. volatility: by a part of the mean true range of closed "
    "candles more. impact: by what an order's size is to their volume, as its square root, more.",
)
@click.option(
    "--slippage-factor",
    default="0",
    metavar="NUMBER",
    help="Of volatility and impact, how many times; 0.1 and 1 unless given.",
)
@click.option(
    "--slippage-period",
    type=int,
    default=0,
    metavar="CANDLES",
    help="Of volatility and impact, over how many closed candles; 20 unless given.",
)
@click.option(
    "--slippage-most-bps",
    default="0",
    metavar="NUMBER",
    help="Of volatility and impact, what they never exceed; 1000 unless given.",
)
@click.option(
    "--sizing",
    default="percent",
    show_default=True,
    help="percent of the account, fixed (a quantity), fixed_quote (an amount of money), risk (a share of the account "
    "lost at the stop_loss), kelly (by --odds) or volatility (a share of the account moved in a usual day).",
)
@click.option(
    "--size",
    default="1.0",
    show_default=True,
    help="How large, as --sizing reads it: 1.0 is all, 0.01 with risk is one percent.",
)
@click.option(
    "--odds",
    multiple=True,
    metavar="NAME=VALUE",
    help="Of kelly: win_rate, payoff (an average gain over an average loss), and cap, the most of the account (0.25).",
)
@click.option(
    "--period",
    type=int,
    default=0,
    metavar="CANDLES",
    help="Of volatility: over how many closed candles it looks at moves; 20 unless given.",
)
@click.option(
    "--compounding/--no-compounding",
    default=True,
    show_default=True,
    help="Whether percent and risk are of the account as it is, or of --capital whatever was earned.",
)
@click.option("--fill", default="touch", show_default=True, help="When a resting limit fills: touch or through.")
@click.option(
    "--hours",
    "--window",
    "window",
    metavar="HOURS",
    help='When positions may be opened: "09:30-16:00 America/New_York mon-fri", several times of a day with commas, '
    "other days after a semicolon.",
)
@click.option(
    "--calendar",
    metavar="NAME",
    help="The regular hours of an exchange, half days and holidays among them: XNYS, XNAS, XLON, 24/7. With --hours: "
    "what lies in both.",
)
@click.option(
    "--at-end",
    metavar="WORD",
    help="When these hours end: cancel_entries takes off entries that rest, leave lets them rest, flatten closes "
    "positions too.  [default: cancel_entries]",
)
@click.option(
    "--minutes-before",
    type=int,
    metavar="MINUTES",
    help="With flatten, so many minutes before the end; nothing is opened from then on.  [default: 5]",
)
@click.option(
    "--trading-frequency",
    type=int,
    default=0,
    metavar="SECONDS",
    help="Decide so often between closes too, on the candle that forms. Give finer candles than --timeframe: its own "
    "are made of them, and orders are met by them; without any it decides at closes only.",
)
@click.option("--finer", metavar="TIMEFRAME", help="With --trading-frequency, the timeframe of finer stored candles.")
@click.option(
    "--actions",
    multiple=True,
    type=FILE,
    metavar="PATH",
    help="Splits and dividends of these shares: a Parquet or CSV file with date (or ts) and dividend, split (4:1) "
    "or split_factor, or a factor file. Of several symbols one for each of --candles, or one with a column symbol.",
)
@click.option(
    "--funding",
    multiple=True,
    type=FILE,
    metavar="PATH",
    help="Funding rates of perpetual contracts: a Parquet or CSV file with ts (or fundingTime) in milliseconds and "
    "rate (or fundingRate), as exchanges publish them. Of several symbols as with --actions.",
)
@click.option(
    "--borrow",
    multiple=True,
    metavar="RATE|SYMBOL=RATE|PATH",
    help="What is paid a year for what is sold short, as a fraction such as 0.03: of all symbols, of one, or a Parquet "
    "or CSV file with ts (or date) and rate.",
)
@click.option(
    "--reads",
    multiple=True,
    metavar="SYMBOL[=PATH]",
    help="A symbol that the strategy reads and does not trade, and the file of its candles. What is in the store need "
    "not be said.",
)
@click.option("--start", help="First decision: 2024-01-31, with a time, or milliseconds (UTC).")
@click.option("--end", help="Until when, not included.")
@click.option(
    "--trials",
    type=int,
    default=1,
    show_default=True,
    metavar="COUNT",
    help="How many combinations you tried in all before this one; the deflated Sharpe ratio goes by it.",
)
@click.option(
    "--validation/--no-validation",
    default=True,
    help="Whether to ask if the run can be believed: days and trades drawn again, dearer costs, other parameters.",
)
@click.option("--full", is_flag=True, help="Show every figure, and every run that validation made.")
@click.option("--json", "json_", type=FILE, metavar="FILE", help="Write everything as one JSON object to FILE.")
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
        code = run_backtest(found, Asked(**given))
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
