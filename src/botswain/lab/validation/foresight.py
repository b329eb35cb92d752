"""Whether a run knew what came later: the same once more without the later candles, up to several places.

What was filled and what the account was worth before such a place must be the same, and so must every indicator's
column. What is decided at the last close before a place is met by no candle, so a look at the very next candle shows
in columns only. A cheap look, part of every report; `botswain strategy check` (`lab.vetting`) looks line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from botswain.build.plan import Plan
from botswain.core.indicators import GIVEN, Given, Indicator, columns
from botswain.history.instants import iso
from botswain.lab.backtest import Options, ran
from botswain.lab.market import Market
from botswain.lab.market_part import can_be_cut, until
from botswain.lab.result import Result
from botswain.lab.validation.again import MOST_IN_PYTHON, MOST_STEPS, Unready, called_back, is_fast, unready
from botswain.model.errors import BadInput

# Where the later candles are cut off, as parts of what is decided; those that tell most first, for there may be no
# time for all of them.
CUTS = (0.55, 0.97, 0.3, 0.8)
CHECK = "`botswain strategy check` looks line by line"
# Of a run's reports, what was done.
DONE = ("time_ms", "symbol", "slot", "side", "lots", "price", "fee", "reason")


class NotLooked(Exception):
    """Why nothing could be looked at. It is told in the report."""


def look_ahead(result: Result, options: Options) -> dict[str, Any]:
    """Whether later candles changed what was done before them.

    verdict  ok, failed, or skipped: it could not be looked at, and `what` says why
    what     a sentence; columns: the indicators that look ahead; cuts: after how many places it was looked
    """
    try:
        refuse_unfit(result)
        ends = cut_times(result)
        if not ends and len(result.market.steps) <= steps_allowed(result):
            raise NotLooked("there are too few candles to be cut")
        if not ends:
            raise NotLooked(f"the run is too long to be made again in the time of a report; {CHECK}")
        found = columns_ahead(result, ends)
        if found:
            names = ", ".join(found)
            what = f"{names} looks ahead: its values change when later candles are not there yet"
            return {"verdict": "failed", "what": what, "columns": found, "cuts": len(ends)}
        for end in ends:
            at = first_other(result, again_until(result, end, options), end)
            if at is not None:
                what = f"without the candles from {iso(end)} on it does otherwise at {iso(at)}, before them"
                return {"verdict": "failed", "what": what, "columns": [], "cuts": len(ends)}
    except NotLooked as error:
        return {"verdict": "skipped", "what": str(error), "columns": [], "cuts": 0}
    what = f"without later candles, at {len(ends)} places, it did the same before them"
    unseen = given_columns(result.plan)
    if unseen:
        what += f"; {', '.join(unseen)} was computed elsewhere, and how is not seen from here"
    return {"verdict": "ok", "what": what, "columns": [], "cuts": len(ends)}


def refuse_unfit(result: Result) -> None:
    """Raise NotLooked where a run cannot be made again on a part of its candles."""
    if result.halt is not None:
        raise NotLooked("the strategy was halted")
    if not can_be_cut(result.market):
        raise NotLooked(f"runs on recorded trades are not made again on a part of them; {CHECK}")


def steps_allowed(result: Result) -> int:
    """How many instants may be gone through again, all runs together."""
    return (MOST_STEPS if is_fast(result) else MOST_IN_PYTHON) // len(result.plan.instruments)


def cut_times(result: Result) -> list[int]:
    """The times at which candles are cut off, as many as there is time for: every symbol has some before each."""
    market, left = result.market, steps_allowed(result)
    begun = max(int(one.ts[market.first_candle(s)]) for s, one in enumerate(market.candles))
    found = []
    for part in CUTS:
        end = int(market.instants[int(part * len(market.instants))])
        left -= int(np.searchsorted(market.steps, end))
        if left < 0:
            break
        if end > begun:
            found.append(end)
    return found


def again_until(result: Result, end_ms: int, options: Options) -> Result:
    """The run without the candles from a time on. Raises NotLooked where it cannot be made."""
    return again_on(result, until(result.market, end_ms, result.plan.frequency_ms), options)


def again_on(result: Result, market: Market, options: Options) -> Result:
    """The run on another market. Raises NotLooked where that refuses it, or would have to be compiled first."""
    plan = result.plan
    try:
        if result.ran.in_python:
            return called_back(result, plan, market, options)
        how = replace(
            options, curve=True, compiled=result.ran.compiled, background=False, progress=None, compiling=unready,
            columns_of=columns,
        )  # fmt: skip
        return Result(plan, market, ran(plan, market, how))
    except BadInput as error:
        raise NotLooked(f"a part of the candles is refused: {error}") from None
    except Unready:
        raise NotLooked(f"it would have to be compiled first; {CHECK}") from None


def first_other(whole: Result, part: Result, end_ms: int) -> int | None:
    """When a run first did otherwise than its part before `end_ms`, in milliseconds; None where it did the same."""
    times = [np.asarray(one.reports["time_ms"], np.int64) for one in (whole, part)]
    counts = [int(np.searchsorted(one, end_ms)) for one in times]
    least = min(counts)
    other = np.zeros(least, bool)
    for name in DONE:
        mine, yours = (np.asarray(one.reports[name][:least]) for one in (whole, part))
        other |= mine != yours
    if other.any():
        return int(times[0][int(np.argmax(other))])
    if counts[0] != counts[1]:
        return int(times[int(np.argmax(counts))][least])
    marks = np.asarray(part.curve)
    apart = np.flatnonzero(np.asarray(whole.curve[: len(marks)]) != marks)
    return int(part.market.instants[apart[0]]) if len(apart) else None


def columns_ahead(result: Result, ends: Sequence[int]) -> list[str]:
    """The indicators whose columns are others before a time when what comes later is not there."""
    declared = own_indicators(result.plan)
    if not declared:
        return []
    market = result.market
    whole = columns_on(market, declared)
    found: dict[str, None] = {}
    for end in ends:
        for mine, yours in zip(whole, columns_on(until(market, end, 0), declared), strict=True):
            for name, column, cut in zip(declared, mine, yours, strict=True):
                if not np.array_equal(column[: len(cut)], cut, equal_nan=True):
                    found[name] = None
    return list(found)


def columns_on(market: Market, declared: dict[str, Indicator]) -> list[tuple[Any, ...]]:
    """Of each symbol the columns of indicators."""
    others = market.others()
    return [columns(declared, one, others.column) for one in market.candles]


def own_indicators(plan: Plan) -> dict[str, Indicator]:
    """The indicators that are computed of candles here."""
    unseen = set(given_columns(plan))
    return {name: one for name, one in plan.indicators().items() if name not in unseen}


def given_columns(plan: Plan) -> list[str]:
    """The names of columns that were computed elsewhere."""
    return [name for name, one in plan.indicators().items() if is_given(one)]


def is_given(one: Indicator) -> bool:
    """Whether a column, or what it is made of, is only looked up."""
    if one.function == GIVEN:
        return type(one.inputs[0]).at is Given.at
    return any(is_given(source) for source in one.inputs if isinstance(source, Indicator))
