"""The options that several commands share: of which candles, under which rules, and with which settings a run is made.

Their wording stands here once. `run_candles` and `run_settings` read what was typed; a command takes the groups that
it knows what to do with.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

FILE = click.Path(path_type=Path)
Option = Callable[[Callable[..., Any]], Callable[..., Any]]


def with_options(*options: Option) -> Option:
    """A command with these options, shown by --help in this order."""

    def added(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return added


CANDLES = click.option(
    "--candles",
    multiple=True,
    metavar="PATH",
    help="A Parquet or CSV file (ts, open, high, low, close, volume) or a symbol in the store. Again for a second "
    "symbol on the same account.",
)
TRADES = click.option(
    "--trades",
    type=FILE,
    metavar="PATH",
    help="In place of candles: a Parquet or CSV file of one symbol's trades (ts, price, quantity). Orders meet each of "
    "them; decided is on candles made of them.",
)
LATENCY_MS = click.option(
    "--latency-ms",
    type=int,
    default=0,
    metavar="MS",
    help="With --trades, from a decision until what it wants is at the market.",
)
PARTICIPATION = click.option(
    "--participation",
    default="0",
    metavar="SHARE",
    help="With --trades, the share of each trade's quantity that orders get: 0.1 is a tenth.  [default: all they want]",
)
MEETS = click.option(
    "--meets",
    default="next",
    show_default=True,
    metavar="WORD",
    help="With --trades, what an order finds that comes between two of them: the next one, or the price of the last.",
)
DEPTH = click.option(
    "--depth",
    type=FILE,
    metavar="PATH",
    help="With --trades, the order book beside them: a Parquet or CSV file of its levels as they change (ts, side, "
    "price, quantity, snapshot), or Binance's messages (.jsonl, .jsonl.gz). Orders take what stands in it, and wait in "
    "line.",
)
QUOTES = click.option(
    "--quotes",
    type=FILE,
    metavar="PATH",
    help="With --trades, the best quotes beside them (ts, bid, bid_size, ask, ask_size): a book of one level a side.",
)
SYMBOL = click.option(
    "--symbol", multiple=True, help="What to call a file's symbol; as often as --candles, in its order."
)
TIMEFRAME = click.option(
    "--timeframe",
    help="The timeframe of the candles, where their times do not tell it; with --trading-frequency the bot's own. With "
    "--trades of the candles made of them (1m), or tick to decide on every trade.",
)
VENUE = click.option("--venue", help="Which venue's candles, where the store has several.")
INSTRUMENT = click.option("--instrument", multiple=True, type=FILE, help="A YAML or JSON file with the symbol's rules.")
PARAM = click.option(
    "--param",
    multiple=True,
    metavar="NAME=VALUE",
    help="A parameter of the strategy; a wrong name lists them. NAME=@FILE takes the value from a file, such as rules.",
)
EXIT = click.option(
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
LIMIT = click.option(
    "--limit",
    multiple=True,
    metavar="NAME=VALUE",
    help="A limit of the risk gate. Fractions: max_position, max_exposure, max_correlated_exposure (with correlation), "
    "max_trade_risk, max_daily_loss, max_weekly_loss, max_drawdown, drawdown_reduce (with drawdown_factor), "
    "drawdown_pause, drawdown_flatten, price_collar. Counts: max_open_positions, max_orders_day, order_rate (with "
    "order_rate_ms), max_consecutive_losses (with cooldown_ms), drawdown_smoothing, symbol_cooldown_ms, "
    "correlation_period.",
)
CAPITAL = click.option("--capital", default="10000", show_default=True, help="Cash at the start, in quote.")
FEE = click.option(
    "--fee",
    help="For resting (maker) and crossing (taker) orders alike, a fraction.  [default: the instrument's, else 0.001]",
)
SLIPPAGE_BPS = click.option(
    "--slippage-bps",
    default="0",
    show_default=True,
    help="How much worse market orders and triggers fill, in hundredths of a percent.",
)
SLIPPAGE = click.option(
    "--slippage",
    default="fixed",
    show_default=True,
    metavar="MODEL",
    help="fixed: by --slippage-bps. spread: by half of them. volatility: by a part of the mean true range of closed "
    "candles more. impact: by what an order's size is to their volume, as its square root, more.",
)
SLIPPAGE_FACTOR = click.option(
    "--slippage-factor",
    default="0",
    metavar="NUMBER",
    help="Of volatility and impact, how many times; 0.1 and 1 unless given.",
)
SLIPPAGE_PERIOD = click.option(
    "--slippage-period",
    type=int,
    default=0,
    metavar="CANDLES",
    help="Of volatility and impact, over how many closed candles; 20 unless given.",
)
SLIPPAGE_MOST_BPS = click.option(
    "--slippage-most-bps",
    default="0",
    metavar="NUMBER",
    help="Of volatility and impact, what they never exceed; 1000 unless given.",
)
SIZING = click.option(
    "--sizing",
    default="percent",
    show_default=True,
    help="percent of the account, fixed (a quantity), fixed_quote (an amount of money), risk (a share of the account "
    "lost at the stop_loss), kelly (by --odds) or volatility (a share of the account moved in a usual day).",
)
SIZE = click.option(
    "--size",
    default="1.0",
    show_default=True,
    help="How large, as --sizing reads it: 1.0 is all, 0.01 with risk is one percent.",
)
ODDS = click.option(
    "--odds",
    multiple=True,
    metavar="NAME=VALUE",
    help="Of kelly: win_rate, payoff (an average gain over an average loss), and cap, the most of the account (0.25).",
)
PERIOD = click.option(
    "--period",
    type=int,
    default=0,
    metavar="CANDLES",
    help="Of volatility: over how many closed candles it looks at moves; 20 unless given.",
)
COMPOUNDING = click.option(
    "--compounding/--no-compounding",
    default=True,
    show_default=True,
    help="Whether percent and risk are of the account as it is, or of --capital whatever was earned.",
)
FILL = click.option("--fill", default="touch", show_default=True, help="When a resting limit fills: touch or through.")
HOURS = click.option(
    "--hours",
    "--window",
    "window",
    metavar="HOURS",
    help='When positions may be opened: "09:30-16:00 America/New_York mon-fri", several times of a day with commas, '
    "other days after a semicolon.",
)
CALENDAR = click.option(
    "--calendar",
    metavar="NAME",
    help="The regular hours of an exchange, half days and holidays among them: XNYS, XNAS, XLON, 24/7. With --hours: "
    "what lies in both.",
)
AT_END = click.option(
    "--at-end",
    metavar="WORD",
    help="When these hours end: cancel_entries takes off entries that rest, leave lets them rest, flatten closes "
    "positions too.  [default: cancel_entries]",
)
MINUTES_BEFORE = click.option(
    "--minutes-before",
    type=int,
    metavar="MINUTES",
    help="With flatten, so many minutes before the end; nothing is opened from then on.  [default: 5]",
)
TRADING_FREQUENCY = click.option(
    "--trading-frequency",
    type=int,
    default=0,
    metavar="SECONDS",
    help="Decide so often between closes too, on the candle that forms. Give finer candles than --timeframe: its own "
    "are made of them, and orders are met by them; without any it decides at closes only.",
)
FINER = click.option(
    "--finer", metavar="TIMEFRAME", help="With --trading-frequency, the timeframe of finer stored candles."
)
ACTIONS = click.option(
    "--actions",
    multiple=True,
    type=FILE,
    metavar="PATH",
    help="Splits and dividends of these shares: a Parquet or CSV file with date (or ts) and dividend, split (4:1) "
    "or split_factor, or a factor file. Of several symbols one for each of --candles, or one with a column symbol.",
)
FUNDING = click.option(
    "--funding",
    multiple=True,
    type=FILE,
    metavar="PATH",
    help="Funding rates of perpetual contracts: a Parquet or CSV file with ts (or fundingTime) in milliseconds and "
    "rate (or fundingRate), as exchanges publish them. Of several symbols as with --actions.",
)
BORROW = click.option(
    "--borrow",
    multiple=True,
    metavar="RATE|SYMBOL=RATE|PATH",
    help="What is paid a year for what is sold short, as a fraction such as 0.03: of all symbols, of one, or a Parquet "
    "or CSV file with ts (or date) and rate.",
)
READS = click.option(
    "--reads",
    multiple=True,
    metavar="SYMBOL[=PATH]",
    help="A symbol that the strategy reads and does not trade, and the file of its candles. What is in the store need "
    "not be said.",
)
START = click.option("--start", help="First decision: 2024-01-31, with a time, or milliseconds (UTC).")
END = click.option("--end", help="Until when, not included.")
JSON = click.option("--json", "json_", type=FILE, metavar="FILE", help="Write everything as one JSON object to FILE.")
TRIALS = click.option(
    "--trials",
    type=int,
    metavar="COUNT",
    help="How many combinations you tried in all before this one; the deflated Sharpe ratio goes by it.  [default: "
    "those of all searches on these candles]",
)
HTML = click.option(
    "--html",
    type=FILE,
    metavar="FILE",
    help="Write the report with pictures to FILE, an HTML page that opens from disk without a network.",
)

# Recorded trades in place of candles.
TAPE: tuple[Option, ...] = (TRADES, LATENCY_MS, PARTICIPATION, MEETS, DEPTH, QUOTES)
# Of which candles, under whose rules.
SOURCES: tuple[Option, ...] = (SYMBOL, TIMEFRAME, VENUE, INSTRUMENT)
# Everything else that a run is told, but for the parameters of its strategy.
SETTINGS: tuple[Option, ...] = (
    EXIT,
    LIMIT,
    CAPITAL,
    FEE,
    SLIPPAGE_BPS,
    SLIPPAGE,
    SLIPPAGE_FACTOR,
    SLIPPAGE_PERIOD,
    SLIPPAGE_MOST_BPS,
    SIZING,
    SIZE,
    ODDS,
    PERIOD,
    COMPOUNDING,
    FILL,
    HOURS,
    CALENDAR,
    AT_END,
    MINUTES_BEFORE,
    TRADING_FREQUENCY,
    FINER,
    ACTIONS,
    FUNDING,
    BORROW,
    READS,
    START,
    END,
)
