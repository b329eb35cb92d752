"""The library's front door: `from botswain import backtest`. What `main` is for the command line, this is for Python.

It reads the settings once, for where compiled code is kept, lets strategies and candles be named by their files, and
looks at what it was given before anything else does: a wrong type is a BadInput with the value and what to write.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from weakref import WeakSet

from botswain.build.own_folder import folder_of_own, keep_in
from botswain.build.strategy_names import strategy_named
from botswain.control.trading_times import TradingWindow
from botswain.core.strategy import Strategy
from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.history.files import read_candles
from botswain.history.findings import refuse
from botswain.lab.backtest import Options
from botswain.lab.backtest import backtest as lab_backtest
from botswain.lab.export import write_whole
from botswain.lab.forward.walked import Walked
from botswain.lab.forward.walking import holdout as lab_holdout
from botswain.lab.forward.walking import walk_forward as lab_walk_forward
from botswain.lab.pages.compare_page import compare_page
from botswain.lab.pages.compared import compared_of
from botswain.lab.pages.shown_result import ShownResult
from botswain.lab.result import Result
from botswain.lab.stress.stressing import Stress
from botswain.lab.stress.stressing import stress as lab_stress
from botswain.lab.trials.beginning import Watcher, Ways
from botswain.lab.trials.optimise import optimise as lab_optimise
from botswain.lab.trials.optimised import Optimised
from botswain.lab.trials.sweep import sweep as lab_sweep
from botswain.lab.trials.table import Table
from botswain.lab.trials.tally import Tally, trials_before
from botswain.lab.validation.bootstrap import PATHS
from botswain.lab.validation.judging import validate as lab_validate
from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.depth import Depth
from botswain.model.errors import BadInput, near
from botswain.model.instrument import Instrument
from botswain.model.trades import Trades
from botswain.settings import read_settings

SETTINGS = tuple(
    name for name, one in inspect.signature(lab_backtest).parameters.items() if one.kind is one.KEYWORD_ONLY
)
SEARCH = tuple(one.name for one in inspect.signature(lab_sweep).parameters.values() if one.kind is one.KEYWORD_ONLY)
WALK, HOLD = (
    tuple(one.name for one in inspect.signature(of).parameters.values() if one.kind is one.KEYWORD_ONLY)
    for of in (lab_walk_forward, lab_holdout)
)
OPTIMISING = tuple(
    one.name for one in inspect.signature(lab_optimise).parameters.values() if one.kind is one.KEYWORD_ONLY
)
WAYS = ("workers", "executor", "keep", "watcher")
TEXTS = ("sizing", "fill", "window", "timeframe", "meets")
OR_NONE = {"window": "hours such as '09:30-16:00 America/New_York mon-fri'", "timeframe": "a timeframe such as '1h'"}
NAMED = ("params", "exits", "limits", "odds")
MOST_SHOWN = 60
# A sweep runs over the same candles a thousand times.
CHECKED: WeakSet[Candles] = WeakSet()


@functools.wraps(lab_backtest)
def backtest(
    strategy: Any = None, candles: Any = None, *rest: Any, options: Options | None = None, **settings: Any
) -> ShownResult:
    """As `lab.backtest.backtest`; `strategy` may also be a file FILE.py[:CLASS], `candles` a Parquet or CSV file.

    `result.html(path)` writes the report with pictures.
    """
    if rest:
        raise BadInput(f"backtest takes a strategy and candles, then settings by name; {shown(rest[0])} has no name")
    for name in settings:
        if name not in SETTINGS:
            raise BadInput(f"backtest has no setting {name!r}{near(name, SETTINGS)}")
    if options is not None and not isinstance(options, Options):
        raise BadInput(f"options is {shown(options)}; give botswain.Options(...), or nothing")
    check_settings(settings)
    made = known_strategy(strategy)
    how = kept_options(options, read_settings().cache_dir)
    settings["reads"] = known_reads(settings.get("reads"))
    found = lab_backtest(made, known_candles(candles), options=how, **settings)
    return ShownResult(found.plan, found.market, found.ran, validate)


@functools.wraps(lab_optimise)
def optimise(
    strategy: Any = None,
    candles: Any = None,
    *,
    workers: int = 0,
    executor: Executor | None = None,
    keep: str | Path | None = None,
    watcher: Watcher | None = None,
    **settings: Any,
) -> Optimised:
    """As `lab.trials.optimise.optimise`, with its ways by name; `strategy` and `candles` as in `backtest`."""
    made, given = searched_for("optimise", strategy, candles, settings, OPTIMISING)
    return lab_optimise(made, given, ways=ways_of(workers, executor, keep, watcher), **settings)


@functools.wraps(lab_sweep)
def sweep(
    strategy: Any = None,
    candles: Any = None,
    *,
    workers: int = 0,
    executor: Executor | None = None,
    keep: str | Path | None = None,
    watcher: Watcher | None = None,
    **settings: Any,
) -> Table:
    """As `lab.trials.sweep.sweep`, with its ways by name; `strategy` and `candles` as in `backtest`."""
    made, given = searched_for("sweep", strategy, candles, settings, SEARCH)
    return lab_sweep(made, given, ways=ways_of(workers, executor, keep, watcher), **settings)


@functools.wraps(lab_walk_forward)
def walk_forward(
    strategy: Any = None,
    candles: Any = None,
    *,
    workers: int = 0,
    executor: Executor | None = None,
    keep: str | Path | None = None,
    **settings: Any,
) -> Walked:
    """As `lab.forward.walking.walk_forward`, with the ways of its searches by name; keep: a folder."""
    check_varies(settings)
    made, given = searched_for("walk-forward", strategy, candles, settings, WALK)
    return lab_walk_forward(made, given, ways=ways_of(workers, executor, keep, None), **settings)


@functools.wraps(lab_holdout)
def holdout(
    strategy: Any = None,
    candles: Any = None,
    *,
    workers: int = 0,
    executor: Executor | None = None,
    keep: str | Path | None = None,
    **settings: Any,
) -> Walked:
    """As `lab.forward.walking.holdout`, with the ways of its searches by name; keep: a folder."""
    check_varies(settings)
    made, given = searched_for("holdout", strategy, candles, settings, HOLD)
    return lab_holdout(made, given, ways=ways_of(workers, executor, keep, None), **settings)


def check_varies(settings: Mapping[str, Any]) -> None:
    """Refuse a choice between nothing. Raises BadInput."""
    if "vary" not in settings or not isinstance(settings["vary"], Mapping):
        told = f"vary is {shown(settings['vary'])}" if "vary" in settings else "nothing varies"
        raise BadInput(f"{told}; give parameters with their values, such as vary={{'fast': range(5, 30, 5)}}")


def searched_for(
    name: str, strategy: Any, candles: Any, settings: Mapping[str, Any], own: tuple[str, ...]
) -> tuple[type[Strategy], Candles | dict[str, Candles]]:
    """The strategy and candles of a search, once its settings have been looked at. Raises BadInput."""
    for one in settings:
        if one not in SETTINGS and one not in own:
            raise BadInput(f"{name} has no setting {one!r}{near(one, (*SETTINGS, *own, *WAYS))}")
    check_settings({one: value for one, value in settings.items() if one in SETTINGS})
    made = known_strategy(strategy)
    given = known_candles(candles)
    if isinstance(made, Strategy) or isinstance(given, Trades):
        article = "an" if name[0] in "aeiou" else "a"
        raise BadInput(
            f"{article} {name} takes a strategy's class or name and candles; it was given {shown(made or given)}"
        )
    return made, given


def ways_of(workers: Any, executor: Executor | None, keep: str | Path | None, watcher: Watcher | None) -> Ways:
    """How a search is made. Raises BadInput."""
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 0:
        raise BadInput(f"workers is {shown(workers)}; give a whole number of processes, 0 for one a core")
    found = read_settings()
    kept = None if keep is None else Path(keep)
    return Ways(workers, executor, kept, found.cache_dir, watcher, Tally(found.trials_dir))


def compare(results: Any = None, path: str | Path | None = None) -> None:
    """Lay runs side by side in one HTML file with interactive pictures.

    results  two to twelve of what backtest(...) returned, or files that `botswain backtest --json` wrote
    Raises BadInput for anything else, and where the file cannot be written.
    """
    given = list(results) if isinstance(results, list | tuple) else [results]
    stray = [one for one in given if not isinstance(one, Result | str | Path)]
    if stray:
        raise BadInput(f"a result is {shown(stray[0])}; give a list of what backtest(...) returned, or files")
    if not isinstance(path, str | Path):
        raise BadInput(f"the path is {shown(path)}; name the HTML file to write")
    write_whole(Path(path), compare_page(compared_of(given, validate)).encode(), "path")


@functools.wraps(lab_stress)
def stress(
    strategy: Any = None,
    candles: Any = None,
    *,
    params: Mapping[str, Any] | None = None,
    fall: Any = None,
    options: Options | None = None,
    **settings: Any,
) -> Stress:
    """As `lab.stress.stressing.stress`; `strategy` and `candles` as in `backtest`, of one symbol."""
    for name in settings:
        if name not in SETTINGS:
            raise BadInput(f"stress has no setting {name!r}{near(name, (*SETTINGS, 'fall'))}")
    check_settings({**settings, "params": params})
    given = known_candles(candles)
    if isinstance(given, dict) and len(given) == 1:
        (given,) = given.values()
    if not isinstance(given, Candles):
        raise BadInput(f"stress is of one symbol's candles; it was given {shown(given)}")
    settings["reads"] = known_reads(settings.get("reads"))
    how = kept_options(options, read_settings().cache_dir)
    return lab_stress(known_strategy(strategy), given, params=params, fall=fall, options=how, **settings)


@functools.wraps(lab_validate)
def validate(
    result: Any = None,
    *,
    trials: int | None = None,
    paths: int = PATHS,
    options: Options | None = None,
    risk_free: float = 0.0,
) -> Any:
    """As `lab.validation.judging.validate`; unless told, trials are those of all searches on the run's candles.

    Of a run on a part of its candles (`start`, `end`) nobody counts them: tell them.
    """
    if not isinstance(result, Result):
        raise BadInput(f"the result is {shown(result)}; give what backtest(...) returned")
    for name, value in (("trials", 1 if trials is None else trials), ("paths", paths)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadInput(f"{name} is {shown(value)}; give a whole number from 1")
    found, market = read_settings(), result.market
    run_on = market.candles if market.finer is None else market.finer.candles
    hashes = [content_hash(one) for one in run_on] if trials is None else []
    tried, known_from = trials_before(Tally(found.trials_dir), hashes, trials)
    how = kept_options(options, found.cache_dir)
    judged = lab_validate(result, trials=tried, paths=paths, options=how, risk_free=risk_free)
    return {**judged, "luck": judged["luck"] | known_from}


def kept_options(given: Options | None, folder: Path) -> Options:
    """Options with which machine code is kept where the settings say, unless they name a folder themselves."""
    options = given or Options()
    return options if options.folder is not None else replace(options, folder=folder)


def known_strategy(given: Any) -> Strategy | type[Strategy]:
    """A strategy by name or file, as a class or as an instance."""
    if isinstance(given, str | Path):
        if folder_of_own() is None:
            keep_in(read_settings().strategies_dir)
        return strategy_named(str(given))
    if isinstance(given, Strategy) or (isinstance(given, type) and issubclass(given, Strategy)):
        return given
    raise BadInput(
        f"the strategy is {shown(given)}; give a shipped bot's name such as 'sma_crossover', a file such as "
        "'my_bot.py', or a class or instance of botswain.Strategy"
    )


def known_candles(given: Any) -> Candles | Trades | dict[str, Candles]:
    """Candles of one symbol, or of several by symbol; each may be the path of a file. Or trades, of one symbol."""
    if isinstance(given, Trades):
        return given
    if not isinstance(given, Mapping):
        return candles_of(given)
    if not given:
        raise BadInput("no candles were given: the dict of them is empty; give those of one symbol at least")
    found = {symbol: candles_of(one) for symbol, one in given.items()}
    for symbol, one in found.items():
        if symbol != one.symbol:
            raise BadInput(
                f"the candles under {symbol!r} are of {one.symbol}; put them under {one.symbol!r}, or give them that "
                "symbol"
            )
    return found


def known_reads(given: Any) -> Candles | dict[str, Candles] | None:
    """Candles to be read only, as `candles` are given; none."""
    none = given is None or (isinstance(given, Mapping) and not given)
    found = None if none else known_candles(given)
    if isinstance(found, Trades):
        raise BadInput(f"reads is trades of {found.symbol}; give candles")
    return found


def candles_of(given: Any) -> Candles:
    """One symbol's candles, or those of a file."""
    if isinstance(given, Candles):
        return checked_once(given)
    if isinstance(given, str | Path):
        return read_candles(Path(given))
    if isinstance(given, list | tuple) and given and all(isinstance(one, Candles) for one in given):
        names = ", ".join(f"{one.symbol!r}: ..." for one in given)
        raise BadInput(f"the candles are a {type(given).__name__} of {len(given)}; give them by symbol: {{{names}}}")
    if isinstance(given, Trades):
        raise BadInput(f"trades of {given.symbol} are among the symbols; a run on trades has one: give them alone")
    raise BadInput(
        f"the candles are {shown(given)}; give botswain.Candles, the path of a Parquet or CSV file, or a dict of them "
        "by symbol"
    )


def checked_once(candles: Candles) -> Candles:
    """Candles as they are; judged the first time they come, as a file's are. They never change.

    Raises BadInput naming row, time, value and remedy: a run on candles out of order, twice or impossible is false.
    """
    if candles not in CHECKED:
        refuse(check(candles), f"candles of {candles.symbol}")
        CHECKED.add(candles)
    return candles


def check_settings(settings: Mapping[str, Any]) -> None:
    """Refuse what is of another type than its setting; numbers and names are read by whoever uses them."""
    for name in NAMED:
        value = settings.get(name)
        if value is not None and not isinstance(value, Mapping):
            raise BadInput(f"{name} is {shown(value)}; give names with values, such as {name}={{'name': 1}}")
        for key in value or ():
            if not isinstance(key, str):
                raise BadInput(f"{name} has the name {shown(key)}; give names as text, such as {name}={{'name': 1}}")
    for name in TEXTS:
        value = settings.get(name, "")
        if name == "window" and isinstance(value, TradingWindow):
            continue
        if not isinstance(value, str) and not (value is None and name in OR_NONE):
            raise BadInput(f"{name} is {shown(value)}; give {OR_NONE.get(name, 'its name')} as text")
    compounding = settings.get("compounding", True)
    if not isinstance(compounding, bool):
        raise BadInput(f"compounding is {shown(compounding)}; give True or False")
    for name, unit in (("trading_frequency", "seconds"), ("latency_ms", "milliseconds")):
        value = settings.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadInput(f"{name} is {shown(value)}; give whole {unit}, or 0")
    for name in ("start", "end"):
        value = settings.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | str)):
            raise BadInput(f"{name} is {shown(value)}; give text such as '2024-01-31' (UTC), or milliseconds")
    depth = settings.get("depth")
    if depth is not None and not isinstance(depth, Depth):
        raise BadInput(f"depth is {shown(depth)}; give what botswain.read_depth or read_quotes makes of a file")
    check_listed("actions", settings.get("actions", ()), ShareAction, "read_actions")
    check_listed("funding", settings.get("funding", ()), FundingRate, "read_funding")
    borrow = settings.get("borrow", 0)
    if isinstance(borrow, bool) or not isinstance(borrow, str | int | float | Decimal | Mapping):
        check_listed("borrow", borrow, BorrowRate, "read_borrow", "a rate a year such as 0.03, or by symbol, or ")
    rules = settings.get("instrument")
    every = list(rules.values()) if isinstance(rules, Mapping) else [] if rules is None else [rules]
    stray = next((one for one in every if not isinstance(one, Instrument)), None)
    if stray is not None:
        raise BadInput(f"the instrument is {shown(stray)}; give a botswain.Instrument, or a dict of them by symbol")


def check_listed(name: str, given: Any, kind: type, reader: str, instead: str = "") -> None:
    """Refuse what is no list of one kind of things, which a reader makes of a file."""
    listed = isinstance(given, list | tuple)
    stray = [one for one in given if not isinstance(one, kind)] if listed else [given]
    if stray:
        raise BadInput(
            f"{name} has {shown(stray[0])}; give {instead}a list of botswain.{kind.__name__}, such as "
            f"botswain.{reader} makes of a file"
        )


def shown(value: Any) -> str:
    """A value in few words."""
    text = repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}... ({type(value).__name__})"
