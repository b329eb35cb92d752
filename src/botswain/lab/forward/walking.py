"""`walk_forward(...)` and `holdout(...)`: parameters chosen on one span of candles and judged on the next.

A choice is a sweep of candles that end where its training span does, so nothing later can be in it: not in indicators,
not in the steps of prices that are found in the data, not by mistake. A judgement is one backtest of the span after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from botswain.build.strategy_names import strategy_named
from botswain.control.folds import HELD_OUT, Fold, Timeline, Wished, folds_of, wished_holdout, wished_walk
from botswain.control.search_space import Space, space_of
from botswain.core.strategy import Strategy
from botswain.history.content import content_hash
from botswain.lab.backtest import Options, backtest, own_candles
from botswain.lab.forward.parts import idle_part, part_of
from botswain.lab.forward.walked import Judged, Walked, Whole
from botswain.lab.market import Market, timeline
from botswain.lab.result import Result
from botswain.lab.span import span_of
from botswain.lab.trials.beginning import Moved, Ways
from botswain.lab.trials.figures import column_names, figures_of
from botswain.lab.trials.record import NotKept, OtherSearch
from botswain.lab.trials.sweep import sweep
from botswain.lab.trials.table import Table
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms


@dataclass(frozen=True, slots=True)
class Step:
    """How far a walk is: the fold it is at (0: the choice on everything), of how many, and how far its search is."""

    fold: int
    folds: int
    moved: Moved

    @property
    def in_all(self) -> Moved:
        """How far all searches together are, which are of one size; the choice on everything comes last."""
        before = (self.fold or self.folds + 1) - 1
        whole = self.moved.whole
        return Moved(before * whole + self.moved.done, (self.folds + 1) * whole, self.moved.best)


Watcher = Callable[[Step], None]


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """What is asked, looked at once.

    given     candles by symbol, as they were given
    search    what `sweep` takes by name beside candles, ways and the span
    settings  of `backtest`, without the span; fixed: parameters that stay as they are
    """

    strategy: str | type[Strategy]
    given: Mapping[str, Candles]
    space: Space
    search: Mapping[str, Any]
    settings: Mapping[str, Any]
    fixed: Mapping[str, Any]
    folds: tuple[Fold, ...]
    ways: Ways
    watcher: Watcher | None


def walk_forward(
    strategy: str | type[Strategy],
    candles: Candles | Mapping[str, Candles],
    *,
    vary: Mapping[str, Any],
    folds: int | None = None,
    anchored: bool = False,
    train: str | int | None = None,
    test: str | int | None = None,
    purge: str | int = 0,
    embargo: str | int = 0,
    params: Mapping[str, Any] | None = None,
    random: int = 0,
    seed: int = 0,
    objective: str = "sharpe",
    ways: Ways | None = None,
    watcher: Watcher | None = None,
    **settings: Any,
) -> Walked:
    """Choose parameters on each training span by a sweep, and judge them on the test span after it.

    folds     how many; with train and test as many as there is room for, else 5
    anchored  every training span begins at the first candle; else all are as long as the first
    train, test  how long: "90d", "2000 candles", 2000, "25%" (of all candles), or the date on which the first of them
              ends. Without train one trains on three times what one judges on, or with test on all that is before
    purge     so much is left out at the end of each training span
    embargo   so much is left out between the spans, at the begin of each test span
    vary, params, random, seed, objective   as `lab.trials.sweep.sweep` takes them
    ways      keep: a folder, in which each search has a file; the same call goes on from there
    settings  as `backtest` takes them; start and end: the candles that are used

    Ctrl-C ends it with the folds that are done. Raises BadInput for what cannot be.
    """
    wished = wished_walk(folds=folds, anchored=anchored, train=train, test=test, purge=purge, embargo=embargo)
    search = {"vary": vary, "random": random, "seed": seed, "objective": objective}
    return walked(looked_at(strategy, candles, wished, search, dict(params or {}), settings, ways, watcher))


def holdout(
    strategy: str | type[Strategy],
    candles: Candles | Mapping[str, Candles],
    *,
    vary: Mapping[str, Any],
    test: str | int = HELD_OUT,
    purge: str | int = 0,
    embargo: str | int = 0,
    params: Mapping[str, Any] | None = None,
    random: int = 0,
    seed: int = 0,
    objective: str = "sharpe",
    ways: Ways | None = None,
    watcher: Watcher | None = None,
    **settings: Any,
) -> Walked:
    """Choose parameters once on all candles but the last ones, and judge them on those: a walk-forward of one fold.

    test  how much is held out, "25%", "90d", "2000 candles" or 2000, or the date from which on
    All else as in `walk_forward`.
    """
    wished = wished_holdout(test=test, purge=purge, embargo=embargo)
    search = {"vary": vary, "random": random, "seed": seed, "objective": objective}
    return walked(looked_at(strategy, candles, wished, search, dict(params or {}), settings, ways, watcher))


def looked_at(
    strategy: str | type[Strategy],
    candles: Candles | Mapping[str, Candles],
    wished: Wished,
    search: Mapping[str, Any],
    fixed: Mapping[str, Any],
    settings: Mapping[str, Any],
    ways: Ways | None,
    watcher: Watcher | None,
) -> Walk:
    """All of it, with its folds. Raises BadInput before anything runs."""
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    if isinstance(cls, Strategy):
        raise BadInput("the strategy is an instance, whose parameters are set; give its class, or its name")
    how = ways or Ways()
    given = {candles.symbol: candles} if isinstance(candles, Candles) else dict(candles)
    rest = dict(settings)
    line = line_of(given, rest, rest.pop("start", None), rest.pop("end", None))
    space = space_of(cls, search["vary"], fixed)
    folds = tuple(folds_of(line, wished))
    if how.keep is not None:
        how = replace(how, keep=ready_folder(how.keep))
    return Walk(strategy, given, space, search, rest, fixed, folds, how, watcher)


def line_of(given: Mapping[str, Candles], settings: Mapping[str, Any], start: Any, end: Any) -> Timeline:
    """The open times of all candles that are decided on, of the range that is to be used."""
    if not any(len(one) for one in given.values()):
        raise BadInput("no candles were given; name a file or a symbol with candles")
    own, _ = own_candles(given, settings.get("timeframe"), settings.get("trading_frequency", 0))
    runs = tuple(one for one in own.values() if len(one))
    span, (times, _) = span_of(start, end), timeline(runs)
    first = 0 if span.start_ms is None else int(np.searchsorted(times, span.start_ms))
    last = len(times) if span.end_ms is None else int(np.searchsorted(times, span.end_ms))
    return Timeline(times[first:last], candle_ms(runs[0].timeframe))


def ready_folder(path: Path) -> Path:
    """The folder that searches are kept in, made where it is not there. Raises BadInput where it cannot be."""
    try:
        path.mkdir(exist_ok=True)
    except FileExistsError:
        raise BadInput(f"keep is {path}, which is a file; a walk-forward is kept in a folder, name another") from None
    except OSError as error:
        raise NotKept(
            f"the walk-forward cannot be kept in the folder {path} ({error.strerror}); name one that can be made"
        ) from None
    return path


def walked(walk: Walk) -> Walked:
    """Do it: fold by fold, then the choice on everything."""
    done: list[Judged] = []
    whole, stopped = None, False
    try:
        for fold in walk.folds:
            done.append(judged(walk, fold))
        whole = on_everything(walk, done)
    except KeyboardInterrupt:
        stopped = True
    market = market_over(walk, done) if done else None
    count(walk, done)
    return Walked(
        strategy=strategy_label(walk.strategy),
        given=walk.given,
        fixed=walk.fixed,
        space=walk.space,
        objective=walk.search["objective"],
        asked=walk.folds,
        folds=tuple(done),
        whole=whole,
        market=market,
        stopped=stopped,
    )


def count(walk: Walk, done: list[Judged]) -> None:
    """Count the trials, once, under all candles that were given: each combination was one on this data."""
    if walk.ways.tally is None or not done:
        return
    hashes = {symbol: content_hash(one) for symbol, one in walk.given.items()}
    of = [hashes, walk.space.text(), sorted(walk.fixed.items()), sorted(walk.settings.items()), walk.folds]
    search = sha256(repr(of).encode()).hexdigest()[:32]
    walk.ways.tally.add(hashes.values(), search, strategy_label(walk.strategy), max(one.tried["ran"] for one in done))


def strategy_label(strategy: str | type[Strategy]) -> str:
    """A strategy's name."""
    return (strategy_named(strategy) if isinstance(strategy, str) else strategy).label()


def judged(walk: Walk, fold: Fold) -> Judged:
    """One fold: the choice, and what became of it. Raises KeyboardInterrupt where it was stopped."""
    table = searched(walk, fold.number, fold.train_start_ms, fold.train_end_ms, fold.text())
    top = table.top(1)
    if not len(top):
        # Nothing has a value of the objective, so nothing would have been traded.
        ran = table.frame.filter(pl.col("outcome").is_in(["ran", "halted"]))
        result = run(walk, fold, table.parameters(int(ran["place"][0])))
        return Judged(fold, table.wish, None, table.outcomes, {}, {}, idle_part(result), result)
    chosen = table.parameters(int(top["place"][0]))
    inside = {name: float(top[column][0]) for name, column in column_names(table.job.names).items()}
    result = run(walk, fold, chosen)
    outside = dict(zip(table.job.names, figures_of(result, table.job.names), strict=True))
    return Judged(fold, table.wish, chosen, table.outcomes, inside, outside, part_of(result), result)


def searched(walk: Walk, number: int, start_ms: int, end_ms: int, where: str) -> Table:
    """The sweep of one span, of candles that end with it."""
    name = f"fold-{number}" if number else "everything"

    def moved(one: Moved) -> None:
        if walk.watcher is not None:
            walk.watcher(Step(number, len(walk.folds), one))

    ways = replace(walk.ways, keep=walk.ways.keep and walk.ways.keep / name, watcher=moved, tally=None)
    given, settings = cut(walk.given, end_ms), until(walk.settings, end_ms)
    # Without a start all runs share their candles, and what is made of these.
    start = start_ms if any(one.ts[0] < start_ms for one in given.values()) else None
    try:
        table = sweep(walk.strategy, given, params=walk.fixed, ways=ways, start=start, **walk.search, **settings)
    except (NotKept, OtherSearch):
        raise  # they name the file, which says which fold it is of
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    if table.stopped:
        raise KeyboardInterrupt
    return table


def run(walk: Walk, fold: Fold, params: Mapping[str, Any]) -> Result:
    """The backtest of a test span. Indicators warm up on candles before it, as they would have then."""
    try:
        return backtest(
            walk.strategy,
            cut(walk.given, fold.test_end_ms),
            params=params,
            start=fold.test_start_ms,
            end=fold.test_end_ms,
            options=Options(folder=walk.ways.folder),
            **until(walk.settings, fold.test_end_ms),
        )
    except BadInput as error:
        raise BadInput(f"the test span of {fold.text()}: {error}") from None


def on_everything(walk: Walk, done: list[Judged]) -> Whole:
    """Parameters chosen once on all candles of all spans, and what they come to on the test spans: hindsight."""
    first = min(fold.train_start_ms for fold in walk.folds)
    table = searched(walk, 0, first, walk.folds[-1].test_end_ms, "the choice on everything")
    if not len(table.top(1)):
        return Whole(None, ())
    chosen = table.best
    parts = tuple(one.part if chosen == one.chosen else part_of(run(walk, one.fold, chosen)) for one in done)
    return Whole(chosen, parts)


def market_over(walk: Walk, done: list[Judged]) -> Market:
    """The market from the first test span to the last one that was done, embargoes between them too."""
    first, last = done[0], done[-1]
    params = dict(last.result.plan.strategy.values)
    span = replace(last.fold, test_start_ms=first.fold.test_start_ms)
    return run(walk, span, params).market


def cut(given: Mapping[str, Candles], end_ms: int) -> dict[str, Candles]:
    """Candles that open before an instant; symbols without any are left out."""
    found = {symbol: one.slice(0, int(np.searchsorted(one.ts, end_ms))) for symbol, one in given.items()}
    return {symbol: one for symbol, one in found.items() if len(one)}


def until(settings: Mapping[str, Any], end_ms: int) -> dict[str, Any]:
    """Settings with the candles that are only read cut off at an instant."""
    read = settings.get("reads")
    if read is None:
        return dict(settings)
    every = {read.symbol: read} if isinstance(read, Candles) else dict(read)
    return {**settings, "reads": cut(every, end_ms)}
