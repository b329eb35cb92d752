"""A backtest from the command line's words: read candles and rules, run, report, write.

What a person typed is checked here once and handed on as values; the run itself is `lab.backtest`. The report is
shown before the file is written, so that a full disk costs nothing but the file.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from botswain.build.cache import ready_folder
from botswain.build.strategy_names import strategy_named
from botswain.cli.backtest_facts import borrow_of, of_symbols
from botswain.cli.backtest_reads import reads_for
from botswain.cli.context import Context
from botswain.cli.own_names import warn_of_clash
from botswain.control.trading_hours import window_of
from botswain.control.trading_times import TradingWindow
from botswain.core.exit_scale import is_exit
from botswain.core.scale import LIMIT_NAMES
from botswain.core.strategy import Strategy
from botswain.history.action_file import read_actions
from botswain.history.checks import check
from botswain.history.content import refuse_altered
from botswain.history.depth_file import read_depth, read_quotes
from botswain.history.findings import refuse
from botswain.history.grid import refuse_off_tick
from botswain.history.instruments import read_instrument
from botswain.history.names import UNNAMED
from botswain.history.rate_file import read_funding
from botswain.history.shelf import Shelf
from botswain.history.sources import Source, find_source, is_file
from botswain.history.trade_file import read_trade_file
from botswain.lab.assumptions import too_small
from botswain.lab.backtest import Options, backtest, decimal_of
from botswain.lab.data_used import Origin, data_used
from botswain.lab.export import refuse_unwritable, result_object, write_json
from botswain.lab.metrics.figures import Columns, figures_of
from botswain.lab.report import console_for_report, print_report
from botswain.lab.result import Result
from botswain.lab.validation.judging import validation_of
from botswain.lab.validation.luck import check_trials
from botswain.model.candles import Candles
from botswain.model.depth import Depth
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.trades import NEXT, Trades

# Exit codes of a run that came to its end.
HALTED = 1
TOO_SMALL = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's arguments and options as they were typed."""

    strategy: str
    candles: tuple[str, ...]
    symbol: tuple[str, ...]
    timeframe: str | None
    venue: str | None
    instrument: tuple[Path, ...]
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
    trading_frequency: int
    finer: str | None
    start: str | None
    end: str | None
    json_: Path | None
    trades: Path | None = None
    latency_ms: int = 0
    participation: str = "0"
    meets: str = NEXT
    depth: Path | None = None
    quotes: Path | None = None
    actions: tuple[Path, ...] = ()
    funding: tuple[Path, ...] = ()
    borrow: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    trials: int = 1
    validation: bool = True
    full: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """An instrument and the file it was read from."""

    instrument: Instrument
    origin: str


def run_backtest(context: Context, asked: Asked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be run."""
    check_trials(asked.trials)
    cls = strategy_named(asked.strategy)
    warn_of_clash(asked.strategy)
    params, exits = settings_of(cls, asked)
    strategy = cls(**params)
    fee = None if asked.fee is None else decimal_of("--fee", asked.fee)
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    rules = rules_of(asked.instrument)
    runs, origins = tape_of(asked, rules) if asked.trades is not None else runs_of(context, asked, rules)
    folder = cache_folder(context)
    with ended_by_ctrl_c():
        result = backtest(
            strategy,
            runs,
            instrument={symbol: one.instrument for symbol, one in rules.items()} or None,
            capital=asked.capital,
            fee=fee,
            slippage_bps=asked.slippage_bps,
            slippage=slippage_of(asked),
            sizing=asked.sizing,
            size=asked.size,
            compounding=asked.compounding,
            odds=named_values("--odds", asked.odds),
            period=asked.period,
            exits=exits,
            limits=named_values("--limit", asked.limit),
            fill=asked.fill,
            window=hours_of(asked),
            trading_frequency=asked.trading_frequency,
            timeframe=asked.timeframe if asked.trading_frequency or asked.trades is not None else None,
            meets=asked.meets,
            latency_ms=asked.latency_ms,
            participation=asked.participation,
            depth=book_of(asked, runs),
            reads=reads_for(strategy, asked.reads, runs, context.candles_dir, asked.venue),
            actions=of_symbols(read_actions, asked.actions, runs),
            funding=of_symbols(read_funding, asked.funding, runs),
            borrow=borrow_of(asked.borrow, runs),
            start=asked.start,
            end=asked.end,
            options=Options(folder=folder, compiling=compiling, background=True),
        )
        every, judged = looked_at(result, asked, folder)
    if asked.start is not None or asked.end is not None:
        origins = {symbol: replace(one, hash="") for symbol, one in origins.items()}
    used = data_used(result.market, origins)
    print_report(result, used, console_for_report(), judged=judged, every=every if asked.full else None)
    if asked.json_ is not None:
        write_json(asked.json_, result_object(result, used, every=every, validation=judged))
    if result.halt is not None:
        return HALTED
    if small := too_small(result):
        click.echo(f"error: nothing was traded: {small}", err=True)
        return TOO_SMALL
    return 0


def looked_at(
    result: Result, asked: Asked, folder: Path | None
) -> tuple[dict[str, dict[str, Any]] | None, dict[str, Any] | None]:
    """All figures and what validation found, as far as they are asked for."""
    if not asked.validation and not asked.full and asked.json_ is None:
        return None, None
    columns = Columns(result)
    every = figures_of(columns)
    if not asked.validation:
        return every, None
    return every, validation_of(columns, every, trials=asked.trials, options=Options(folder=folder))


def book_of(asked: Asked, runs: Trades | Mapping[str, Candles]) -> Depth | None:
    """The order book beside the trades. Raises BadInput."""
    if asked.depth is not None and asked.quotes is not None:
        raise BadInput(
            f"--depth is {asked.depth} and --quotes {asked.quotes}; give one of them, depth where there is any"
        )
    path = asked.quotes if asked.depth is None else asked.depth
    if path is None:
        return None
    if not isinstance(runs, Trades):
        raise BadInput(f"{path} is given as an order book, which stands beside trades; give --trades, or leave it out")
    return read_quotes(path, runs.symbol) if asked.depth is None else read_depth(path, runs.symbol)


def slippage_of(asked: Asked) -> dict[str, str | int]:
    """The model of slippage and its numbers."""
    return {
        "model": asked.slippage,
        "factor": asked.slippage_factor,
        "period": asked.slippage_period,
        "most_bps": asked.slippage_most_bps,
    }


def hours_of(asked: Asked) -> TradingWindow | None:
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


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """A run is machine code, which a polite Ctrl-C does not reach; there is nothing to lose by ending the process."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def settings_of(cls: type[Strategy], asked: Asked) -> tuple[dict[str, str], dict[str, str]]:
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


def rules_of(paths: Iterable[Path]) -> dict[str, Rules]:
    """The instruments in the files, by symbol."""
    found: dict[str, Rules] = {}
    for path in paths:
        one = read_instrument(path)
        if one.symbol in found:
            raise BadInput(f"{path} and {found[one.symbol].origin} are both for {one.symbol}; give one")
        found[one.symbol] = Rules(one, str(path))
    return found


def tape_of(asked: Asked, rules: Mapping[str, Rules]) -> tuple[Trades, dict[str, Origin]]:
    """The trades to run on, checked, and where they came from."""
    assert asked.trades is not None
    for option, given in (("--candles", asked.candles), ("--finer", asked.finer), ("--venue", asked.venue)):
        if given:
            raise BadInput(f"{option} is given beside --trades, of which all candles are made; give one of them")
    if len(asked.symbol) > 1 or len(rules) > 1:
        raise BadInput("a run on --trades has one symbol; give --symbol and --instrument once")
    read = read_trade_file(asked.trades, *asked.symbol)
    trades, notes = read.trades, read.notes
    if notes and rules:
        (symbol,) = rules
        trades = replace(trades, symbol=symbol)
        notes = (f"nothing names the symbol of the trades: it is called {symbol}, as the instrument",)
    found = rules.get(trades.symbol)
    if rules and found is None:
        raise BadInput(
            f"the instrument is of {next(iter(rules))} and the trades are of {trades.symbol}; say --symbol, or give "
            "that instrument"
        )
    if found is not None:
        refuse_off_tick(trades.candles(), found.instrument.tick_size, str(asked.trades))
    return trades, {trades.symbol: Origin(str(asked.trades), found.origin if found else "", notes)}


def runs_of(context: Context, asked: Asked, rules: Mapping[str, Rules]) -> tuple[dict[str, Candles], dict[str, Origin]]:
    """The candles of every symbol, checked, and where they came from."""
    if not asked.candles:
        raise BadInput("there is nothing to run on; give --candles PATH, or --trades PATH")
    if asked.symbol and len(asked.symbol) != len(asked.candles):
        raise BadInput(
            f"--symbol is given {len(asked.symbol)} times and --candles {len(asked.candles)} times; "
            "give one symbol for each, in the same order, or none"
        )
    shelf = Shelf(context.candles_dir)
    runs: dict[str, Candles] = {}
    origins: dict[str, Origin] = {}
    for place, target in enumerate(asked.candles):
        symbol = asked.symbol[place] if asked.symbol else None
        source = find_source(target, shelf, symbol, frame_of(asked, target), asked.venue)
        source = called_as_its_rules(source, rules)
        candles = source.candles
        if candles.symbol in runs:
            more = "give each its own --symbol" if asked.symbol else "say --symbol"
            raise BadInput(f"{target} and {origins[candles.symbol].candles} are both {candles.symbol}; {more}")
        origins[candles.symbol] = origin_of(source, target, rules.get(candles.symbol))
        runs[candles.symbol] = candles
    spare = sorted(set(rules) - set(runs))
    if spare and len(rules) > 1:
        raise BadInput(f"{rules[spare[0]].origin} is for {spare[0]}, of which there are no candles; leave it out")
    return runs, origins


def frame_of(asked: Asked, target: str) -> str | None:
    """The timeframe of the candles to read: finer ones than the bot's where it decides between closes too.

    A file's times tell it; of stored candles the bot's own are taken where no finer ones are named.
    """
    if not asked.trading_frequency:
        if asked.finer is not None:
            raise BadInput(
                f"--finer is {asked.finer}, which only a --trading-frequency needs; give that, or leave it out"
            )
        return asked.timeframe
    return asked.finer if asked.finer is not None or is_file(target) else asked.timeframe


def called_as_its_rules(source: Source, rules: Mapping[str, Rules]) -> Source:
    """Candles that nothing names belong to the only instrument that was given."""
    candles = source.candles
    if candles.symbol != UNNAMED or len(rules) != 1:
        return source
    symbol = next(iter(rules))
    notes = (*source.notes[:-1], f"nothing names the symbol of the candles: it is called {symbol}, as the instrument")
    return replace(source, candles=replace(candles, symbol=symbol), notes=notes)


def origin_of(source: Source, target: str, rules: Rules | None) -> Origin:
    """Judge a source and say where it came from. Raises BadInput where a run on it would be false."""
    report = check(source.candles)
    refuse(report, source.origin)
    digest = refuse_altered(source.candles, source.stored_hash, source.origin)
    if rules is not None:
        refuse_off_tick(source.candles, rules.instrument.tick_size, source.origin)
    warnings = tuple(f"{one.kind.value}: {one.message}" for one in report.warnings)
    return Origin(target, rules.origin if rules else "", (*source.notes, *warnings), digest)


def cache_folder(context: Context) -> Path | None:
    """The folder for compiled strategies, or None, saying why, where it cannot be used."""
    if context.cache_dir is None:
        return None
    place, reason = ready_folder(context.cache_dir)
    if place is None:
        click.echo(f"warning: {reason}", err=True)
        return None
    return context.cache_dir


@contextmanager
def compiling(name: str) -> Iterator[None]:
    """Tell whoever waits that a strategy is being compiled."""
    console = console_for_report(file=sys.stderr)
    words = f"compiling {name} ..."
    if console.is_terminal:
        with console.status(words):
            yield
        return
    click.echo(words, err=True)
    yield
