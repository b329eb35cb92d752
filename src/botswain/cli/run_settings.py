"""The settings of a run from what was typed: each is checked once and handed on as `lab.backtest.backtest` takes it.

Numbers come as text and stay text until the run reads them exactly, so that an error can show what was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botswain.cli.backtest_facts import borrow_of, of_symbols
from botswain.cli.backtest_reads import reads_for
from botswain.cli.context import Context
from botswain.cli.run_candles import CandlesAsked, Rules
from botswain.control.capital import check_size, may_short
from botswain.control.trading_hours import window_of
from botswain.control.trading_times import TradingWindow
from botswain.core.exit_scale import is_exit
from botswain.core.scale import LIMIT_NAMES
from botswain.core.strategy import Strategy
from botswain.history.action_file import read_actions
from botswain.history.rate_file import read_funding
from botswain.lab.backtest import decimal_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.trades import Trades


@dataclass(frozen=True, slots=True, kw_only=True)
class RunAsked(CandlesAsked):
    """A run's strategy, candles and settings as they were typed (`run_options`: PARAM and SETTINGS beside candles)."""

    strategy: str
    param: tuple[str, ...]
    exit_: tuple[str, ...]
    limit: tuple[str, ...]
    capital: str
    fee: str | None
    slippage_bps: str
    slippage: str
    slippage_factor: str
    slippage_period: int
    slippage_most_bps: str
    sizing: str
    size: str
    compounding: bool
    odds: tuple[str, ...]
    period: int
    fill: str
    window: str | None
    calendar: str | None
    at_end: str | None
    minutes_before: int | None
    actions: tuple[Path, ...]
    funding: tuple[Path, ...]
    borrow: tuple[str, ...]
    reads: tuple[str, ...]
    start: str | None
    end: str | None


def typed_settings(asked: RunAsked, exits: Mapping[str, str]) -> dict[str, Any]:
    """What was typed as settings of `backtest`, for whatever candles. Raises BadInput.

    exits  those of `settings_of`
    """
    return {
        "capital": asked.capital,
        "fee": None if asked.fee is None else decimal_of("--fee", asked.fee),
        "slippage_bps": asked.slippage_bps,
        "slippage": slippage_of(asked),
        "sizing": asked.sizing,
        "size": asked.size,
        "compounding": asked.compounding,
        "odds": named_values("--odds", asked.odds),
        "period": asked.period,
        "exits": dict(exits),
        "limits": named_values("--limit", asked.limit),
        "fill": asked.fill,
        "window": hours_of(asked),
        "trading_frequency": asked.trading_frequency,
        "start": asked.start,
        "end": asked.end,
    }


def told_settings(
    context: Context,
    asked: RunAsked,
    strategy: Strategy,
    rules: Mapping[str, Rules],
    runs: Trades | Mapping[str, Candles],
) -> dict[str, Any]:
    """What files and the store say beside the candles, as settings of `backtest`: rules, other symbols, what happens

    to shares and what holding costs. Raises BadInput.
    """
    able = may_short(strategy, (one.instrument for one in rules.values()))
    check_size(asked.sizing, decimal_of("size", asked.size), shortable=able)
    return {
        "instrument": {symbol: one.instrument for symbol, one in rules.items()} or None,
        "timeframe": asked.timeframe if asked.trading_frequency or isinstance(runs, Trades) else None,
        "reads": reads_for(strategy, asked.reads, runs, context.candles_dir, asked.venue),
        "actions": of_symbols(read_actions, asked.actions, runs),
        "funding": of_symbols(read_funding, asked.funding, runs),
        "borrow": borrow_of(asked.borrow, runs),
    }


def settings_of(cls: type[Strategy], asked: RunAsked) -> tuple[dict[str, str], dict[str, str]]:
    """Parameters and exits. An exit given as a parameter, which people try, is taken as the exit it is."""
    params = {name: told_text(name, text) for name, text in named_values("--param", asked.param).items()}
    exits = named_values("--exit", asked.exit_)
    for name in [name for name in params if name not in cls.parameters()]:
        if is_exit(name):
            if name in exits:
                raise BadInput(f"{name} is given as --param and as --exit; give it once, as --exit")
            exits[name] = params.pop(name)
        elif name in LIMIT_NAMES:
            raise BadInput(f"{name} is a limit, not a parameter; write --limit {name}={params[name]}")
    return params, exits


def told_text(name: str, text: str) -> str:
    """A parameter's value; one that begins with @ stands in the file of that name."""
    if not text.startswith("@"):
        return text
    path = Path(text[1:]).expanduser()
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise BadInput(f"--param {name}={text}: {path} cannot be read ({error.strerror}); name a file") from None
    except UnicodeDecodeError:
        raise BadInput(f"--param {name}={text}: {path} is not text; name a file of text") from None


def named_values(option: str, texts: Iterable[str]) -> dict[str, str]:
    """What was given as NAME=VALUE, again and again."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name or not value:
            example = "20" if option == "--param" else "0.05"
            raise BadInput(f"{option} {text!r} is not NAME=VALUE; write it as {option} {name or 'name'}={example}")
        if name in found:
            raise BadInput(f"{option} {name} is given twice, as {found[name]} and {value}; give it once")
        found[name] = value
    return found


def slippage_of(asked: RunAsked) -> dict[str, str | int]:
    """The model of slippage and its numbers."""
    return {
        "model": asked.slippage,
        "factor": asked.slippage_factor,
        "period": asked.slippage_period,
        "most_bps": asked.slippage_most_bps,
    }


def hours_of(asked: RunAsked) -> TradingWindow | None:
    """When positions may be opened, as the options say it. Raises BadInput."""
    if not asked.window and not asked.calendar:
        for option, value in (("--at-end", asked.at_end), ("--minutes-before", asked.minutes_before)):
            if value is not None:
                raise BadInput(f"{option} is {value}, and there are no hours that end; give --hours or --calendar too")
        return None
    if asked.minutes_before is not None and asked.at_end != "flatten":
        raise BadInput(
            f"--minutes-before is {asked.minutes_before}, which only flatten needs; give --at-end flatten too"
        )
    usual = TradingWindow()
    return window_of(
        asked.window or "",
        asked.calendar or "",
        asked.at_end or usual.at_end,
        usual.minutes_before if asked.minutes_before is None else asked.minutes_before,
    )
