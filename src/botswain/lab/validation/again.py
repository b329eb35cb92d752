"""The same run once more with something changed, and what came of it: what doubts about a figure are settled by."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from botswain.build.plan import Plan
from botswain.lab.backtest import Options, ran
from botswain.lab.market import Market
from botswain.lab.result import Result, shown
from botswain.lab.run import call_back
from botswain.model.errors import BadInput

# Steps that are gone through again for one question, all its runs and symbols together: as machine code some seconds,
# as are those of a step that is none.
MOST_STEPS = 10_000_000
MOST_IN_PYTHON = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a changed run came to: its total return and Sharpe ratio (None: no value), or why there was none."""

    total_return: float | None
    sharpe: float | None
    why: str = ""


def outcome_of(result: Result) -> Outcome:
    """That of a run that was made."""
    if result.halt is not None:
        return Outcome(None, None, f"halted: {result.halt.reason.name.lower()}")
    of = result.curve_figures
    total, sharpe = shown(of.total_return), shown(of.sharpe)
    return Outcome(total, sharpe)


def once_more(result: Result, plan: Plan, options: Options) -> Outcome:
    """The run of `result` by another plan on the same market.

    What the plan's strategy refuses is told, not raised; so is what would have to be compiled first, for seconds. A
    step that stayed in Python is called back again, and nobody tries to compile it.
    """
    market = replace(result.market, instruments=plan.instruments)
    try:
        if result.ran.in_python:
            return outcome_of(called_back(result, plan, market, options))
        how = replace(
            options, curve=True, compiled=result.ran.compiled, background=False, progress=None, compiling=unready
        )
        return outcome_of(Result(plan, market, ran(plan, market, how)))
    except BadInput as error:
        return Outcome(None, None, f"refused: {error}")
    except Unready:
        return Outcome(None, None, "not tried: it needs other machine code, which would have to be compiled")


def called_back(result: Result, plan: Plan, market: Market, options: Options) -> Result:
    """A run like `result`, whose step stayed in Python, by another plan or on another market. Raises BadInput."""
    state, halt = call_back(plan, market, True, options.folder)
    return Result(plan, market, replace(result.ran, state=state, halt=halt))


class Unready(Exception):
    """A run would have to be compiled first. It is not made."""


def unready(name: str) -> AbstractContextManager[None]:
    """What is called before a run is compiled; the strategy's name."""
    raise Unready(name)


def runs_allowed(result: Result, wished: int) -> int:
    """How many times it may be run again so that nobody waits long."""
    steps = len(result.market.steps) * len(result.plan.instruments)
    return min(wished, (MOST_STEPS if is_fast(result) else MOST_IN_PYTHON) // max(steps, 1))


def is_fast(result: Result) -> bool:
    """Whether all of it is machine code."""
    return result.ran.compiled and not result.ran.in_python
