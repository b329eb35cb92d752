"""What `botswain strategy run-freqtrade` and `run-backtesting-py` do and print."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from botswain.cli.backtest_reads import named, read
from botswain.cli.backtest_run import HALTED
from botswain.cli.context import Context
from botswain.cli.kernels import cache_folder, compiling
from botswain.cli.run_candles import CandlesAsked, Rules, rules_of, runs_of
from botswain.cli.run_settings import named_values
from botswain.foreign.backtesting_bot import ALWAYS_TOLD, ahead_of, bot_of
from botswain.foreign.freqtrade_frames import PLACES
from botswain.foreign.freqtrade_run import prepared
from botswain.history.shelf import Shelf
from botswain.lab.backtest import Options, backtest, decimal_of, instruments_of
from botswain.lab.data_used import DataUsed, Origin, data_used
from botswain.lab.export import refuse_unwritable, result_object, write_json, write_whole
from botswain.lab.metrics.figures import Columns, figures_of
from botswain.lab.report import console_for_report, print_report
from botswain.lab.result import Result
from botswain.lab.span import cut, span_of
from botswain.lab.trials.tally import Tally, trials_before
from botswain.lab.validation.judging import Elsewhere, validation_of
from botswain.lab.validation.luck import check_trials
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(CandlesAsked):
    """The arguments and options as they were typed."""

    file: str
    param: tuple[str, ...]
    capital: str
    fee: str | None
    slippage_bps: str
    start: str | None
    end: str | None
    peeking: bool
    json_: Path | None
    html: Path | None = None
    trials: int | None = None
    reads: tuple[str, ...] = ()
    stake: str | None = None
    max_open_trades: int = 0


# What makes a page of a run: its columns, what it read, its figures, what validation found, and what was told of it.
Page = Callable[[Columns, Sequence[DataUsed], Mapping[str, Mapping[str, Any]], Mapping[str, Any], Sequence[str]], str]
# Of a file's own code: what is asked of it, and what cannot be.
AT_ITS_CANDLES = "its own file computes what it goes by on all candles at once, and is not made to begin later"
BY_PARAM = "its parameters are those of its own file; run it again with another --param to see what is beside it"
LOOKED = "computed again on candles that end earlier, what it goes by was the same"
CHANGES = "its values change when later candles are not there yet"
UNSEEN = "the same at the places that were looked at, so whether they hang on it is not known"


def run_freqtrade_file(context: Context, asked: Asked, page: Page | None = None) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be run.

    page  what makes the file of `asked.html`, where that is asked for
    """
    refuse_places(asked)
    path, wanted = file_and_class(asked.file)
    rules = rules_of(asked.instrument)
    runs, origins = runs_of(context, asked, rules)
    reads = {}
    for text in asked.reads:
        symbol, place = named(text)
        reads[symbol] = read(
            place, symbol, Shelf(context.candles_dir), next(iter(runs.values())).timeframe, asked.venue
        )
    span = span_of(asked.start, asked.end)
    made = prepared(
        path, wanted, runs, reads, params=named_values("--param", asked.param), start_ms=span.start_ms,
        end_ms=span.end_ms, peeking=asked.peeking, **sizes_of(asked, len(runs)),
    )  # fmt: skip
    tell(made.bot.label(), made.told)
    result = backtest(
        made.bot,
        made.candles,
        instrument=shortable(runs, rules, asked.fee, made.shorts),
        capital=asked.capital,
        slippage_bps=asked.slippage_bps,
        start=asked.start,
        end=asked.end,
        limits={"max_open_positions": asked.max_open_trades} if asked.max_open_trades > 0 else None,
        options=Options(folder=cache_folder(context), compiling=compiling),
    )
    return reported(context, result, origins, asked, made.told, looked_at(made.ahead, made.beside), page)


def run_backtesting_file(context: Context, asked: Asked, page: Page | None = None) -> int:
    """Do what `asked` says; returns the exit code. Raises BadInput for what cannot be run.

    page  what makes the file of `asked.html`, where that is asked for
    """
    refuse_places(asked)
    path, wanted = file_and_class(asked.file)
    rules = rules_of(asked.instrument)
    runs, origins = runs_of(context, asked, rules)
    if len(runs) > 1:
        raise BadInput(f"a strategy of backtesting.py trades one symbol, and {', '.join(runs)} are given; give one")
    ((symbol, given),) = runs.items()
    candles = cut(given, span_of(asked.start, asked.end), 0)
    bot = bot_of(path, wanted, candles, named_values("--param", asked.param), peeking=asked.peeking)
    tell(bot.label(), ALWAYS_TOLD)
    result = backtest(
        bot,
        candles,
        instrument=shortable({symbol: given}, rules, asked.fee, True),
        capital=asked.capital,
        slippage_bps=asked.slippage_bps,
        options=Options(folder=cache_folder(context), compiling=compiling),
    )
    return reported(context, result, origins, asked, ALWAYS_TOLD, looked_at(ahead_of(bot)), page)


def refuse_places(asked: Asked) -> None:
    """Refuse what is wrong whatever is run: files that cannot be written, no trials. Raises BadInput."""
    check_trials(1 if asked.trials is None else asked.trials)
    if asked.json_ is not None:
        refuse_unwritable(asked.json_)
    if asked.html is not None:
        refuse_unwritable(asked.html, "--html")


def file_and_class(text: str) -> tuple[Path, str]:
    """FILE[:CLASS] in its parts."""
    file, colon, name = text.rpartition(":")
    if colon and file.endswith(".py"):
        return Path(file), name
    return Path(text), ""


def shortable(
    runs: Mapping[str, Candles], rules: Mapping[str, Rules], fee: str | None, shorts: bool
) -> dict[str, Instrument]:
    """The rules of every symbol; where the strategy goes short, one without a file can be sold short."""
    spare = sorted(set(rules) - set(runs))
    if spare:
        raise BadInput(f"an instrument of {spare[0]} is given, and no candles of it; leave it out, or say --symbol")
    charged = None if fee is None else decimal_of("--fee", fee)
    found = {}
    for symbol, one in runs.items():
        given = {symbol: rules[symbol].instrument} if symbol in rules else None
        made = instruments_of({symbol: one}, given, charged)[symbol]
        found[symbol] = made if given or not shorts else replace(made, shortable=True)
    return found


def sizes_of(asked: Asked, symbols: int) -> dict[str, float]:
    """What an entry costs, or which share of the account. Raises BadInput."""
    if asked.stake is None:
        return {"share": 1.0 / (min(asked.max_open_trades, symbols) if asked.max_open_trades > 0 else symbols)}
    stake = float(decimal_of("--stake", asked.stake))
    if stake <= 0:
        raise BadInput(f"--stake is {asked.stake}; write an amount of the quote above zero, such as 100")
    return {"stake": stake}


def tell(name: str, told: Iterable[str]) -> None:
    """Say before the run what must be known of it."""
    console = Console(stderr=True)
    for text in told:
        console.print(f"[yellow]note[/]  {escape(name)}: {escape(text)}", soft_wrap=True)


def reported(
    context: Context,
    result: Result,
    origins: Mapping[str, Origin],
    asked: Asked,
    told: Sequence[str],
    looked: Mapping[str, Any],
    page: Page | None,
) -> int:
    """Print and write the report; returns the exit code."""
    columns = Columns(result)
    every = figures_of(columns)
    judged = believed(context, columns, every, origins, looked, asked.trials)
    # What was traded may be made of what was read.
    used = data_used(result.market, {symbol: replace(one, hash="") for symbol, one in origins.items()})
    print_report(result, used, console_for_report(), judged=judged)
    if asked.json_ is not None:
        written = result_object(result, used, every=every, validation=judged)
        write_json(asked.json_, written | {"notes_of_the_file": list(told)})
    if asked.html is not None and page is not None:
        write_whole(asked.html, page(columns, used, every, judged, told).encode(), "--html")
    if result.halt is not None:
        click.echo(f"error: {result.halt.message}", err=True)
        return HALTED
    return 0


def looked_at(ahead: Sequence[str], beside: Sequence[str] = ()) -> dict[str, Any]:
    """Whether what a file goes by knew what came later, as a report has it (`lab.validation.foresight`).

    ahead   what it goes by and looks ahead; beside: what does so and may be for nothing
    """
    found, verdict, what = list(ahead or beside), "ok", LOOKED
    if ahead:
        verdict, what = "failed", f"{', '.join(ahead)} looks ahead: {CHANGES}"
    elif beside:
        verdict, what = "skipped", f"{', '.join(beside)} looks ahead: {CHANGES}; entries and exits were {UNSEEN}"
    return {"verdict": verdict, "what": what, "columns": found, "cuts": len(PLACES)}


def believed(
    context: Context,
    columns: Columns,
    every: Mapping[str, Mapping[str, Any]],
    origins: Mapping[str, Origin],
    looked: Mapping[str, Any],
    tried: int | None,
) -> dict[str, Any]:
    """What validation finds of a run whose signals its own file computed, and what it cannot ask of that."""
    elsewhere = Elsewhere(
        looked,
        {"verdict": "skipped", "what": AT_ITS_CANDLES, "columns": [], "drift": None},
        {"neighbours": BY_PARAM},
    )
    hashes = [one.hash for one in origins.values() if one.hash]
    trials, known_from = trials_before(Tally(context.trials_dir), hashes, tried)
    folder = cache_folder(context)
    judged = validation_of(columns, every, trials=trials, options=Options(folder=folder), elsewhere=elsewhere)
    return {**judged, "luck": judged["luck"] | known_from}
