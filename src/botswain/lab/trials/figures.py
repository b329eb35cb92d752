"""The figures of one run of many: numbers to sort and compare by, in one order for all runs of a search.

They are floats, money too: they rank runs and nothing is booked from them. What a run was to the last digit says the
backtest of its combination. Those that every search has cost next to nothing; any other figure of a report is worked
out only where it is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.core.metrics import CurveFigures, TripFigures
from botswain.lab.metrics.benchmark import benchmark_figures
from botswain.lab.metrics.execution import execution_figures
from botswain.lab.metrics.figures import Columns, ratios_group, returns_group, risk_group, trades_group
from botswain.lab.result import Result
from botswain.model.errors import BadInput, near

MONEY = ("final_equity", "profit", "fees", "volume", "fills", "exposure")
TRIPS = tuple(f"trips_{one.name}" for one in fields(TripFigures))
CURVE = tuple(one.name for one in fields(CurveFigures))
# What people call some of them.
MEANT = {"trades": "trips_count", "return": "total_return", "drawdown": "max_drawdown"} | {
    name.removeprefix("trips_"): name for name in TRIPS
}
# Of these less is better.
LESS = frozenset(
    (
        *("fees", "max_drawdown", "drawdown_ms", "volatility", "max_drawdown_money", "current_drawdown", "drawdowns"),
        *("mean_drawdown", "median_drawdown", "mean_drawdown_ms", "median_drawdown_ms", "longest_drawdown_ms"),
        *("recovery_ms", "median_recovery_ms", "underwater", "worst_1pct_drawdown", "ulcer_index", "variance"),
        *("geometric_volatility", "downside_deviation", "var_95", "var_99", "cvar_95", "cvar_99", "kurtosis"),
        *("loss_profit_ratio", "p_value", "lost", "longest_loss_streak", "closed_drawdown", "tracking_error"),
        *("fee_bps", "shortfall", "shortfall_bps", "down_capture"),
    )
)
# Groups of a report's figures, in the order in which a name is looked for; `benchmark.beta` says which is meant.
GROUPS: dict[str, Callable[[Columns], Mapping[str, Any]]] = {
    "returns": returns_group,
    "risk": risk_group,
    "ratios": ratios_group,
    "trades": trades_group,
    "execution": lambda columns: execution_figures(columns.result),
    "benchmark": lambda columns: benchmark_figures(
        columns.days, columns.result.curve_figures.total_return, columns.held
    ),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: a figure, as great as can be or as small."""

    figure: str
    greatest: bool

    def better(self, one: float, other: float) -> bool:
        """Whether the first value is better than the second; nothing is better than NaN."""
        return not math.isnan(one) and (math.isnan(other) or (one > other if self.greatest else one < other))

    def text(self) -> str:
        """As a person writes it."""
        return self.figure if self.greatest == (last_word(self.figure) not in LESS) else f"{sign_of(self)}{self.figure}"


def sign_of(wish: Wish) -> str:
    """The sign that says which way."""
    return "+" if wish.greatest else "-"


def last_word(name: str) -> str:
    """A figure's name without its group."""
    return name.rpartition(".")[2]


def names_of(curve: bool) -> tuple[str, ...]:
    """The figures of every run, with those of its equity curve or without."""
    return (*MONEY, *TRIPS, *(CURVE if curve else ()))


def known_name(word: str, names: tuple[str, ...], result: Result | None) -> str | None:
    """The figure that a word names: one that each run has, else any of a report, in its group (`ratios.omega`).

    result  any run, by which the others are known; None: they are not looked for
    """
    found = word if word in names else MEANT.get(word, "")
    if found in names:
        return found
    if result is None or CURVE[0] not in names:
        return None
    group, dot, name = word.rpartition(".")
    columns = Columns(result)
    for each in (group,) if dot else GROUPS:
        if each in GROUPS and name in numbers_of(each, columns):
            return f"{each}.{name}"
    return None


def every_name(names: tuple[str, ...], result: Result | None) -> list[str]:
    """All that can be named, for whoever mistyped one."""
    found = [*names, *MEANT]
    if result is not None and CURVE[0] in names:
        columns = Columns(result)
        found += [name for group in GROUPS for name in numbers_of(group, columns)]
    return found


def wish_of(word: str, names: tuple[str, ...], result: Result | None = None) -> Wish:
    """The wish that a person wrote: a figure's name, with `-` before it for as small as can be, `+` for as great.

    Without either a figure goes by what it is: a drawdown small, a profit great. Raises BadInput.
    """
    sign, name = (word[0], word[1:]) if word[:1] in ("+", "-") else ("", word)
    figure = known_name(name, names, result)
    if figure is None:
        raise BadInput(f"the objective is {word!r}, and there is no such figure{why_none(name, names, result)}")
    return Wish(figure, sign == "+" or (not sign and last_word(figure) not in LESS))


def why_none(name: str, names: tuple[str, ...], result: Result | None) -> str:
    """Why there is no such figure: left out, or misspelt."""
    if CURVE[0] not in names:
        return " (figures of the equity curve are left out of this search)"
    return near(name, every_name(names, result))


def figures_of(result: Result, names: tuple[str, ...]) -> tuple[float, ...]:
    """A run's figures by these names, NaN where one has no value. A name with a dot is one of a report's groups."""
    found = money_figures(result) | {f"trips_{name}": value for name, value in slots_of(result.trip_figures)}
    if CURVE[0] in names:
        found |= dict(slots_of(result.curve_figures))
    more = [name for name in names if "." in name]
    if more:
        columns = Columns(result)
        for group in dict.fromkeys(name.partition(".")[0] for name in more):
            found |= {f"{group}.{name}": value for name, value in numbers_of(group, columns).items()}
    return tuple(float(found.get(name, math.nan)) for name in names)


def numbers_of(group: str, columns: Columns) -> dict[str, float]:
    """The figures of a group that are numbers; NaN stands for no value, infinity too."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        every = GROUPS[group](columns)
    numbers = {name: one for name, one in every.items() if isinstance(one, int | float) or one is None}
    return {name: math.nan if one is None or not math.isfinite(one) else float(one) for name, one in numbers.items()}


def column_names(names: Iterable[str]) -> dict[str, str]:
    """What a table calls each figure: without its group where no other has that name."""
    found: dict[str, str] = {}
    for name in names:
        short = last_word(name)
        found[name] = short if short not in found.values() else name
    return found


def money_figures(result: Result) -> dict[str, float | Decimal]:
    """What a run earned and paid, in quote, and how much it did."""
    final = result.final_equity
    return {
        "final_equity": final,
        "profit": final - result.plan.capital,
        "fees": result.fees,
        "volume": result.volume,
        "fills": result.fill_count,
        "exposure": result.exposure,
    }


def slots_of(figures: CurveFigures | TripFigures) -> list[tuple[str, Any]]:
    """Names and values."""
    return [(one.name, getattr(figures, one.name)) for one in fields(figures)]
