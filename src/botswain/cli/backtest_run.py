"""A backtest from the command line's words: read candles and rules, run, report, write.

What a person typed is checked here once and handed on as values; the run itself is `lab.backtest`. The report is
shown before the file is written, so that a full disk costs nothing but the file.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from botswain.build.strategy_names import strategy_named
from botswain.cli.context import Context
from botswain.cli.kernels import cache_folder, compiling
from botswain.cli.own_names import warn_of_clash
from botswain.cli.run_candles import Rules, rules_of, runs_of
from botswain.cli.run_settings import RunAsked, settings_of, told_settings, typed_settings
from botswain.history.depth_file import read_depth, read_quotes
from botswain.history.grid import refuse_off_tick
from botswain.history.trade_file import read_trade_file
from botswain.lab.assumptions import too_small
from botswain.lab.backtest import Options, backtest
from botswain.lab.data_used import Origin, data_used
from botswain.lab.export import refuse_unwritable, result_object, write_json
from botswain.lab.metrics.figures import Columns, figures_of
from botswain.lab.report import console_for_report, print_report
from botswain.lab.result import Result
from botswain.lab.trials.tally import Tally, trials_before
from botswain.lab.validation.judging import validation_of
from botswain.lab.validation.luck import check_trials
from botswain.model.candles import Candles
from botswain.model.depth import Depth
from botswain.model.errors import BadInput
from botswain.model.trades import NEXT, Trades

# Exit codes of a run that came to its end.
HALTED = 1
TOO_SMALL = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(RunAsked):
    """The command's arguments and options as they were typed."""

    json_: Path | None
    trades: Path | None = None
    latency_ms: int = 0
    participation: str = "0"
    meets: str = NEXT
    depth: Path | None = None
    quotes: Path | None = None
    trials: int | None = None
    validation: bool = True
    full: bool = False


def run_backtest(context: Context, asked: Asked) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be run."""
    check_trials(1 if asked.trials is None else asked.trials)
    cls = strategy_named(asked.strategy)
    warn_of_clash(asked.strategy)
    params, exits = settings_of(cls, asked)
    strategy = cls(**params)
    settings = typed_settings(asked, exits)
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    rules = rules_of(asked.instrument)
    runs, origins = tape_of(asked, rules) if asked.trades is not None else runs_of(context, asked, rules)
    settings |= told_settings(context, asked, strategy, rules, runs)
    folder = cache_folder(context)
    hashes = [one.hash for one in origins.values() if one.hash]
    with ended_by_ctrl_c():
        result = backtest(
            strategy,
            runs,
            meets=asked.meets,
            latency_ms=asked.latency_ms,
            participation=asked.participation,
            depth=book_of(asked, runs),
            options=Options(folder=folder, compiling=compiling, background=True),
            **settings,
        )
        every, judged = looked_at(result, asked, folder, trials_before(Tally(context.trials_dir), hashes, asked.trials))
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
    result: Result, asked: Asked, folder: Path | None, tried: tuple[int, dict[str, int | str]]
) -> tuple[dict[str, dict[str, Any]] | None, dict[str, Any] | None]:
    """All figures and what validation found, as far as they are asked for; tried: how many trials, and how known."""
    if not asked.validation and not asked.full and asked.json_ is None:
        return None, None
    columns = Columns(result)
    every = figures_of(columns)
    if not asked.validation:
        return every, None
    trials, known_from = tried
    judged = validation_of(columns, every, trials=trials, options=Options(folder=folder))
    return every, {**judged, "luck": judged["luck"] | known_from}


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


@contextmanager
def ended_by_ctrl_c() -> Iterator[None]:
    """A run is machine code, which a polite Ctrl-C does not reach; there is nothing to lose by ending the process."""
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


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
