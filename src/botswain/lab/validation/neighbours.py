"""Whether a run depends on the very values of its parameters: the same once more a tenth beside each of them.

What works at one value and fails beside it has found the noise of these candles. Only numbers have neighbours, and only
those that need no other machine code are tried; of a strategy of very many parameters the first ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from botswain.core.strategy import Param, Strategy
from botswain.lab.backtest import Options
from botswain.lab.result import Result
from botswain.lab.validation.again import once_more, runs_allowed
from botswain.model.errors import BadInput

MOST_RUNS = 16
# How far beside a value its neighbours are; of whole numbers at least one.
PART = 0.1


def neighbours(result: Result, options: Options) -> dict[str, Any] | None:
    """What the runs beside this one came to; None where there are none, or where they cannot be run in time.

    runs        each with the parameter, its value, total return and Sharpe ratio (null with `why` where refused)
    profitable  the share of those that ran that made money
    median_return, worst_return   of those that ran
    left_out    neighbours that were not tried, as there are too many
    """
    every = list(beside(result.plan.strategy))
    allowed = runs_allowed(result, MOST_RUNS)
    tried = []
    for name, strategy in every[:allowed]:
        outcome = once_more(result, replace(result.plan, strategy=strategy), options)
        tried.append({"parameter": name, "value": strategy.values[name], **asdict(outcome)})
    known = [one["total_return"] for one in tried if one["total_return"] is not None]
    if not known:
        return None
    return {
        "runs": tried,
        "profitable": float(np.mean(np.array(known) > 0.0)),
        "median_return": float(np.median(known)),
        "worst_return": float(min(known)),
        "left_out": len(every) - len(tried),
    }


def beside(strategy: Strategy) -> Iterator[tuple[str, Strategy]]:
    """Each strategy beside this one and the parameter in which it differs; those that it refuses are none."""
    for name, param in type(strategy).parameters().items():
        for value in values_beside(param, strategy.values[name]):
            try:
                other = type(strategy)(**{**strategy.values, name: value})
            except BadInput:
                continue
            if other.chosen_step() is strategy.chosen_step():
                yield name, other


def values_beside(param: Param, value: Any) -> list[int | float]:
    """The values below and above that are within the parameter's bounds; none of what is no number, or is 0: off."""
    if type(param) is not Param or param.choices or isinstance(value, bool) or not value:
        return []
    if isinstance(param.default, int):
        far = max(round(abs(value) * PART), 1)
        both: list[int | float] = [value - far, value + far]
    else:
        both = [float(f"{value * (1.0 + part):.12g}") for part in (-PART, PART)]
    low = -np.inf if param.low is None else param.low
    high = np.inf if param.high is None else param.high
    return [one for one in both if low <= one <= high and one != 0]
