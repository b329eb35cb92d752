"""Walk-forwards and holdouts as they are asked for beside a backtest's settings, checked before they wait.

What varies is read by the code of every search, and the folds are laid by the code that lays them when they run, on the
times of the candles alone. Of feeds with gaps, and of very many candles, that is left to the run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np

from botswain.control.bot_settings import checked_kind, parameter_in, pointed
from botswain.control.config import BotConfig
from botswain.control.datasets import Dataset
from botswain.control.folds import HELD_OUT, Timeline, Wished, folds_of, wished_holdout, wished_walk
from botswain.control.refusals import Wrong, pointer
from botswain.control.search_space import Space, first_made, space_of
from botswain.core.strategy import Strategy
from botswain.model.candles import IntColumn
from botswain.model.errors import BadInput
from botswain.model.timeframe import opening_of, timeframe_ms

T = TypeVar("T")
HOLDOUT = "holdout"
# Combinations of one search: jobs are done one after the other, so that one of days would keep all others waiting.
MOST_TRIED = 20_000
# Longer lines are not laid for a check.
MOST_CANDLES = 5_000_000
VARY = "/walk/vary"
# Of whole columns as of a number.
OPENINGS: Callable[[IntColumn, int], IntColumn] = opening_of  # type: ignore[assignment]
# Of a holdout, which has one fold.
OF_FOLDS = ("folds", "anchored", "train")
# Which of the settings a refusal of folds is about, by its words; the first that fits.
ABOUT = (
    (re.compile(r"(train|test|purge|embargo|folds) is "), None),
    (re.compile(r".*the purge of "), "purge"),
    (re.compile(r".*the embargo of "), "embargo"),
    (re.compile(r"the training span "), "train"),
    (re.compile(r"the (first )?test span "), "test"),
)


def walk_in(request: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a request says of choosing and judging; None: it is one run. Earlier requests could not say it."""
    return request.get("walk")


def spans_of(walk: Mapping[str, Any]) -> dict[str, Any]:
    """Where its spans are to lie, as `folds.wished_walk` or `folds.wished_holdout` takes it by name."""
    found = {"purge": walk["purge"], "embargo": walk["embargo"]}
    if walk["kind"] == HOLDOUT:
        return found | {"test": HELD_OUT if walk["test"] is None else walk["test"]}
    return found | {name: walk[name] for name in (*OF_FOLDS, "test")}


def search_of(walk: Mapping[str, Any]) -> dict[str, Any]:
    """What is looked for, and where, as a search takes it by name. Raises BadInput for a parameter without values."""
    vary = {name: values_of(name, one) for name, one in walk["vary"].items()}
    return {"vary": vary, **{name: walk[name] for name in ("objective", "random", "seed")}}


def values_of(name: str, given: Mapping[str, Any]) -> Any:
    """The values of a parameter as `space_of` takes them. Raises BadInput for none, or two kinds of them."""
    low, high, step = (given[one] for one in ("least", "most", "step"))
    ranged = any(one is not None for one in (low, high, step))
    if given["values"] and ranged:
        raise BadInput(f"parameter {name} has values and a range too; give one of the two")
    if given["values"]:
        return list(given["values"])
    if low is None or high is None:
        raise BadInput(f"parameter {name} has nothing to try; give values, or least and most")
    return f"{low}..{high}" if step is None else f"{low}..{high}:{step}"


def checked_search(config: BotConfig, walk: Mapping[str, Any]) -> Strategy:
    """The first combination that makes a strategy, of a search that can be made. Raises Wrong.

    config  its parameters are those that stay as they are
    """
    cls = checked_kind(config)
    space = checked_space(cls, config, walk)
    try:
        made = first_made(cls, space, config.params)
    except BadInput as error:
        raise Wrong(str(error), field=parameter_in(str(error), cls)) from None
    pointed("/sizing/kind", made.check_sizing, config.sizing.kind)
    return made


def checked_space(cls: type[Strategy], config: BotConfig, walk: Mapping[str, Any]) -> Space:
    """The grid. Raises Wrong with the parameter at fault."""
    if not walk["vary"]:
        raise Wrong(
            "nothing varies, so there is nothing to choose; name a parameter and the values to try, or run it once",
            field=VARY,
        )
    vary = {}
    for name, one in walk["vary"].items():
        field = pointer("walk", "vary", name)
        vary[name] = pointed(field, values_of, name, one)
        pointed(field, space_of, cls, {name: vary[name]}, config.params)
    space = pointed(VARY, space_of, cls, vary, config.params)
    tried = min(space.size, walk["random"] or space.size)
    if tried > MOST_TRIED:
        raise Wrong(
            f"these are {tried:,} combinations, and {MOST_TRIED:,} are the most here; vary fewer parameters, give "
            "coarser steps, or try some of them by chance",
            field=VARY,
        )
    return space


@contextmanager
def at_vary(walk: Mapping[str, Any] | None) -> Iterator[None]:
    """Have refusals of a parameter that varies point at where it varies, not among those that stay as they are."""
    try:
        yield
    except Wrong as error:
        varied = () if walk is None else walk["vary"]
        named = next((name for name in varied if error.field == pointer("parameters", name)), None)
        if named is not None:
            error.field = pointer("walk", "vary", named)
        raise


def check_spans(
    walk: Mapping[str, Any],
    used: Sequence[Dataset],
    length_ms: int,
    request: Mapping[str, Any],
    times: Mapping[str, IntColumn],
) -> None:
    """Raises Wrong for spans that cannot be, as far as that is known.

    used  the data sets; length_ms: of the candles that are decided on; request: from when to when they are used
    times  those of data sets with gaps, by id, as far as they were read
    """
    if walk["kind"] == HOLDOUT:
        for name in OF_FOLDS:
            if walk[name]:
                raise Wrong(
                    f"a holdout has one fold; leave {name} out, or ask for a walk-forward", field=pointer("walk", name)
                )
    wished = laid(walk, lambda: wished_of(walk))
    line = line_of(used, length_ms, request["start_ms"], request["end_ms"], times)
    if line is not None:
        laid(walk, lambda: folds_of(line, wished))


def wished_of(walk: Mapping[str, Any]) -> Wished:
    """Its spans, read. Raises BadInput."""
    return (wished_holdout if walk["kind"] == HOLDOUT else wished_walk)(**spans_of(walk))


def laid(walk: Mapping[str, Any], work: Callable[[], T]) -> T:
    """What `work` returns; its refusal points at the setting that it is about. Raises Wrong."""
    try:
        return work()
    except BadInput as error:
        raise Wrong(str(error), field=pointer("walk", about(str(error), walk["kind"]))) from None


def about(message: str, kind: str) -> str:
    """The setting that a refusal of folds is about."""
    for pattern, name in ABOUT:
        found = pattern.match(message)
        if found is not None:
            return name or found[1]
    return "test" if kind == HOLDOUT else "folds"


def line_of(
    used: Sequence[Dataset], length_ms: int, start_ms: int | None, end_ms: int | None, times: Mapping[str, IntColumn]
) -> Timeline | None:
    """The open times of the candles that are decided on; None where they are not known, or too many.

    times  those of data sets with gaps, by id
    """
    if not used or sum(one.candles for one in used) > MOST_CANDLES:
        return None
    every = [own_times(one, length_ms, times.get(one.id)) for one in used]
    known = [one for one in every if one is not None]
    if len(known) < len(every):
        return None
    line = np.unique(np.concatenate(known))
    first = 0 if start_ms is None else int(np.searchsorted(line, start_ms))
    last = len(line) if end_ms is None else int(np.searchsorted(line, end_ms))
    return Timeline(line[first:last], length_ms)


def own_times(one: Dataset, length_ms: int, times: IntColumn | None) -> IntColumn | None:
    """The open times of the candles of a length that a data set makes; None where it has gaps that nobody read.

    The last one counts only where its pieces reach its end, as when it is made.
    """
    piece_ms = timeframe_ms(one.timeframe)
    if length_ms % piece_ms or (times is None and has_gaps(one)):
        return None
    pieces = np.arange(one.first_ms, one.last_ms + 1, piece_ms, dtype=np.int64) if times is None else times
    found = np.unique(OPENINGS(pieces, length_ms))
    return found if int(pieces[-1]) + piece_ms >= int(found[-1]) + length_ms else found[:-1]


def has_gaps(one: Dataset) -> bool:
    """Whether candles are missing between the first and the last."""
    return one.candles != (one.last_ms - one.first_ms) // timeframe_ms(one.timeframe) + 1


def to_be_read(request: Mapping[str, Any], known: Sequence[Dataset]) -> list[Dataset]:
    """The data sets of a walk's request whose times are told by their candles alone, as far as these are bounded."""
    if walk_in(request) is None:
        return []
    named = [one for one in known if one.id in request["dataset_ids"]]
    return [one for one in named if has_gaps(one)] if sum(one.candles for one in named) <= MOST_CANDLES else []
