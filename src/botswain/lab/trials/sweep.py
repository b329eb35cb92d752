"""`sweep(...)`: every combination of some parameters, or some by chance, each a backtest of the same candles.

The work is dealt out in batches to worker processes, or to whatever executor is given; what comes back is kept as it
comes. The first combination is run here (`beginning.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from botswain.build.strategy_names import strategy_named
from botswain.control.search_space import picked, space_of
from botswain.core.strategy import Strategy
from botswain.lab.trials.beginning import (
    First,
    Moved,
    Watcher,
    Ways,
    begun,
    count,
    crew_size,
    drawn_text,
    job_of,
    laid,
    made_ready,
    searched,
)
from botswain.lab.trials.crews import Crew
from botswain.lab.trials.dealing import Dealer
from botswain.lab.trials.figures import wish_of
from botswain.lab.trials.job import AT_HAND, Row, row_of
from botswain.lab.trials.order import ordered
from botswain.lab.trials.record import Record, opened
from botswain.lab.trials.table import Table
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

__all__ = ("Moved", "Watcher", "Ways", "sweep")

# A batch takes about so long, so that Ctrl-C and progress are seen to, and is no larger than this.
BATCH_S, MOST_IN_BATCH = 0.4, 256
# Each worker gets so many of them at least, so that all are done at about the same time.
BATCHES_EACH = 4


def sweep(
    strategy: str | type[Strategy],
    candles: Candles | Mapping[str, Candles],
    *,
    vary: Mapping[str, Any],
    params: Mapping[str, Any] | None = None,
    random: int = 0,
    seed: int = 0,
    objective: str = "sharpe",
    curve: bool = True,
    ways: Ways | None = None,
    **settings: Any,
) -> Table:
    """Run a strategy with every combination of parameters over the same candles.

    vary       values by parameter: lists, ranges, or text (`control.search_space.space_of`)
    params     parameters that stay as they are
    random     so many combinations by chance in place of all, drawn by the seed
    objective  the figure to look for, any of a report, with `-` before it for a small one and `+` for a great one
    curve      False leaves out the figures of the equity curve, which takes half the time
    settings   as `backtest` takes them: capital, fee, sizing, exits, limits, start, end and so on

    Ctrl-C ends it with what is done. Raises BadInput for what cannot be run.
    """
    how = ways or Ways()
    cls = strategy_named(strategy) if isinstance(strategy, str) else strategy
    if isinstance(cls, Strategy):
        raise BadInput("the strategy is an instance, whose parameters are set; give its class, or its name")
    fixed = dict(params or {})
    space = space_of(cls, vary, fixed)
    places = picked(space, random, seed) if random else range(space.size)
    job = job_of(strategy, space, curve=curve, fixed=fixed, settings=settings, folder=how.folder)
    if not curve:
        wish_of(objective, job.names)  # there are no others
    with ExitStack() as stack:
        ground = laid(stack, job, candles)
        first = begun(ground, places, len(places))
        wish = wish_of(objective, job.names, first.result)
        if wish.figure not in job.names:
            ground.job = replace(ground.job, names=(*job.names, wish.figure))
        table = Table(ground.job, ground.bench, places, wish)
        of = None
        if how.keep is not None or how.tally is not None:
            of = searched(ground, first.result, drawn_text(space, places))
        record = None
        if how.keep is not None and of is not None:
            record, known = opened(how.keep, of)
            stack.enter_context(record)
            table.add(known)
            table.known = len(known)
        go_on(table, first, record, how)
        if how.tally is not None and of is not None:
            count(how.tally, ground, of, table.outcomes["ran"])
            table.counted = how.tally.counted(ground.hashes.values())
    return table


def go_on(table: Table, first: First, record: Record | None, how: Ways) -> None:
    """Do what is left, and keep it as it comes."""

    def took(rows: list[Row]) -> None:
        table.add(rows)
        if record is not None:
            record.write(rows)
        if how.watcher is not None:
            how.watcher(Moved(table.done, len(table), table.best_figure))

    new = set(table.left)
    rows = [*first.refused, row_of(first.result, first.place, table.job.names)]
    try:
        took([one for one in rows if one.place in new])
        left = table.left
        whole_s = first.took_s * len(left)
        made_ready(table.job, first, how, whole_s)
        workers = crew_size(how, whole_s)
        with Crew(workers if workers > 1 else 0, how.executor) as crew:
            Dealer(table.job, workers, crew, took).run(batches(in_order(table, left, first), first.took_s, workers))
    except KeyboardInterrupt:
        table.stopped = True
    finally:
        AT_HAND.clear()


def in_order(table: Table, left: Sequence[int], first: First) -> list[int]:
    """What is left, so that columns of one run are there for the next."""
    return ordered(table.job, first.place, left, sum(len(one) for one in first.result.market.candles))


def batches(left: Sequence[int], took_s: float, workers: int) -> Iterator[Sequence[int]]:
    """What is left, in parts."""
    size = max(1, min(MOST_IN_BATCH, int(BATCH_S / took_s), len(left) // (workers * BATCHES_EACH)))
    for first in range(0, len(left), size):
        yield left[first : first + size]
