"""The figures of one run of many: numbers to sort and compare by, in one order for all runs of a search.

They are floats, money too: they rank runs and nothing is booked from them. What a run was to the last digit says the
backtest of its combination.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from botswain.core.metrics import CurveFigures, TripFigures
from botswain.lab.result import Result
from botswain.model.errors import BadInput, near

MONEY = ("final_equity", "profit", "fees", "volume", "fills", "exposure")
TRIPS = tuple(f"trips_{one.name}" for one in fields(TripFigures))
CURVE = tuple(one.name for one in fields(CurveFigures))
# Of these less is better.
LESS = frozenset(("fees", "max_drawdown", "drawdown_ms", "volatility"))


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: a figure, as great as can be or as small."""

    figure: str
    greatest: bool


def names_of(curve: bool) -> tuple[str, ...]:
    """The figures of a run, with those of its equity curve or without."""
    return (*MONEY, *TRIPS, *(CURVE if curve else ()))


def wish_of(word: str, names: tuple[str, ...]) -> Wish:
    """The wish that a person wrote: a figure's name, with `-` before it for as small as can be, `+` for as great.

    Without either a figure goes by what it is: a drawdown small, a profit great. Raises BadInput.
    """
    sign, figure = (word[0], word[1:]) if word[:1] in ("+", "-") else ("", word)
    if figure not in names:
        more = " (figures of the equity curve are left out of this search)" if figure in CURVE else near(figure, names)
        raise BadInput(f"the objective is {word!r}, and there is no such figure{more}")
    return Wish(figure, sign == "+" or (not sign and figure not in LESS))


def figures_of(result: Result, names: tuple[str, ...]) -> tuple[float, ...]:
    """A run's figures by these names, NaN where one has no value."""
    found = money_figures(result) | {f"trips_{name}": value for name, value in slots_of(result.trip_figures)}
    if CURVE[0] in names:
        found |= dict(slots_of(result.curve_figures))
    return tuple(float(found[name]) for name in names)


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
