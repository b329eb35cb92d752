"""What an optimisation is after: figures as great or as small as can be, and bounds that others have to keep."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from botswain.lab.result import Result
from botswain.lab.trials.figures import Wish, known_name, last_word, why_none, wish_of
from botswain.model.errors import BadInput

MOST_OBJECTIVES = 4
NUMBER = r"[-+]?[\d.]+(?:[eE][-+]?\d+)?"
BOUND = re.compile(rf"\s*(?P<name>[\w.]+)\s*(?P<sign>>=|<=|>|<|==|=)\s*(?P<bound>{NUMBER})\s*(?P<more>.*)")
HOW = "write a figure, >= or <=, and a number, such as 'trades>=30' or 'max_drawdown<=0.25'"
# What a figure can be at all, where somebody who writes another number means something else.
NEVER_BELOW_ZERO = frozenset(
    (
        *("max_drawdown", "volatility", "fees", "volume", "fills", "exposure", "trips_count", "trips_won"),
        *("trips_win_rate", "trips_profit_factor", "drawdown_ms", "sessions"),
    )
)
NEVER_ABOVE_ONE = frozenset(("exposure", "trips_win_rate", "probabilistic_sharpe", "stability", "underwater"))
# How far a bound is missed by what has no value.
FAR = 1e18


@dataclass(frozen=True, slots=True)
class Constraint:
    """A figure that has to be at least so much, or at most; above or below it where `strict`. `text`: as written."""

    text: str
    figure: str
    least: bool
    strict: bool
    bound: float

    def missed_by(self, value: float) -> float:
        """By how much a value misses it, above 0; 0 or less where it is kept. What is no number misses it by far."""
        if math.isnan(value):
            return FAR
        miss = min(max(self.bound - value if self.least else value - self.bound, -FAR), FAR)
        return math.ulp(0.0) if self.strict and miss == 0 else miss


@dataclass(frozen=True, slots=True)
class Aims:
    """What is looked for, one wish or several, and what has to be kept."""

    wishes: tuple[Wish, ...]
    constraints: tuple[Constraint, ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """All figures that are named."""
        kept = (one.figure for one in self.constraints)
        return tuple(dict.fromkeys((*(one.figure for one in self.wishes), *kept)))

    def text(self) -> str:
        """In words, the same for the same aims."""
        kept = f", where {' and '.join(one.text for one in self.constraints)}" if self.constraints else ""
        return " and ".join(one.text() for one in self.wishes) + kept


def aims_of(
    objectives: Sequence[str], constraints: Iterable[str], names: tuple[str, ...], result: Result | None
) -> Aims:
    """The aims that a person wrote. Raises BadInput for names that are none and for what cannot be all at once.

    names, result  as `wish_of` takes them
    """
    if not objectives:
        raise BadInput("there is no objective; name a figure, such as sharpe")
    if len(objectives) > MOST_OBJECTIVES:
        raise BadInput(
            f"there are {len(objectives)} objectives; give at most {MOST_OBJECTIVES}, and bounds for the other figures"
        )
    found = Aims(
        tuple(wish_of(one, names, result) for one in objectives),
        tuple(constraint_of(one, names, result) for one in constraints),
    )
    check_wishes(found.wishes, objectives)
    check_bounds(found.constraints)
    return found


def check_early(objectives: Sequence[str], constraints: Iterable[str], names: tuple[str, ...]) -> None:
    """Refuse, before anything runs, what is wrong whatever other figures there are. Raises BadInput.

    names  of the figures that every run has; where those of the curve are left out there are no others
    """
    if "sharpe" not in names:
        aims_of(objectives, constraints, names, None)
    known = [one for one in objectives if known_name(one.lstrip("+-"), names, None) is not None]
    check_wishes([wish_of(one, names) for one in known], known)
    parts = {text: BOUND.fullmatch(text) for text in constraints}
    sure = [text for text, one in parts.items() if one is None or known_name(one["name"], names, None) is not None]
    check_bounds([constraint_of(text, names, None) for text in sure])


def constraint_of(text: str, names: tuple[str, ...], result: Result | None) -> Constraint:
    """One bound. Raises BadInput."""
    parts = BOUND.fullmatch(text)
    if parts is None or parts["sign"] in ("=", "==") or parts["more"]:
        percent = "; fractions are written as such, 0.25 for 25 %" if parts and parts["more"].startswith("%") else ""
        raise BadInput(f"the constraint {text!r} cannot be read; {HOW}{percent}")
    try:
        bound = float(parts["bound"])
    except ValueError:
        raise BadInput(f"the constraint {text!r} has no number; {HOW}") from None
    figure = known_name(parts["name"], names, result)
    if figure is None:
        raise BadInput(
            f"the constraint {text!r} is of {parts['name']!r}, and there is no such figure"
            f"{why_none(parts['name'], names, result)}"
        )
    found = Constraint(text.strip(), figure, parts["sign"].startswith(">"), "=" not in parts["sign"], bound)
    check_possible(found)
    return found


def check_possible(one: Constraint) -> None:
    """Refuse a bound that no run can keep. Raises BadInput."""
    name = last_word(one.figure)
    if not one.least and name in NEVER_BELOW_ZERO and (one.bound < 0 or (one.bound == 0 and one.strict)):
        raise BadInput(f"no run can keep {one.text!r}: {name} is never below 0; a loss is written as 0.25, not -0.25")
    if one.least and name in NEVER_ABOVE_ONE and (one.bound > 1 or (one.bound == 1 and one.strict)):
        raise BadInput(f"no run can keep {one.text!r}: {name} is never above 1; write 55 % as 0.55")


def check_wishes(wishes: Sequence[Wish], words: Sequence[str]) -> None:
    """Refuse one figure that is wished for twice, or both ways. Raises BadInput."""
    seen: dict[str, tuple[Wish, str]] = {}
    for wish, word in zip(wishes, words, strict=True):
        if wish.figure in seen:
            other, before = seen[wish.figure]
            what = "are the same" if other == wish else "contradict each other"
            raise BadInput(f"the objectives {before!r} and {word!r} {what}: both are {wish.figure}; give one of them")
        seen[wish.figure] = wish, word


def check_bounds(constraints: Sequence[Constraint]) -> None:
    """Refuse bounds that leave no room between them. Raises BadInput."""
    for low in (one for one in constraints if one.least):
        for high in (one for one in constraints if not one.least and one.figure == low.figure):
            if low.bound > high.bound or (low.bound == high.bound and (low.strict or high.strict)):
                raise BadInput(f"no run can keep both {low.text!r} and {high.text!r}; leave room between the two")
