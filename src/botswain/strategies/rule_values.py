"""The values that rules are: comparisons, groups of them, and the lists that say what they are for."""

from __future__ import annotations

from dataclasses import dataclass

from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_of
from botswain.strategies.rule_operands import Operand

# What a rule says of its left side, in the order in which the step knows them.
VERBS = ("above", "below", "crosses_above", "crosses_below", "between", "near", "rising", "falling")
# The lists there are, in the order in which the step knows them.
PLACES = ("entry_long", "entry_short", "exit_long", "exit_short", "exit", "veto")


@dataclass(frozen=True, slots=True)
class Rule:
    """One comparison.

    right, upper  what the left side is compared with; None where it is not; between has both
    by            a share of the right side by which it is to be beyond it, or as near as which it is to be
    candles       of rising and falling: how many in a row
    within        it is to have held at one of so many last closes
    length_ms     of the candles it looks at; 0: as long as those that are decided on
    symbol        whose candles it looks at; empty: those of the symbol that is decided on
    """

    left: Operand
    verb: str
    right: Operand | None
    upper: Operand | None
    by: float
    candles: int
    within: int
    length_ms: int
    symbol: str = ""

    def __str__(self) -> str:
        right = self.right.text if self.right is not None else ""
        share = f"{self.by * 100:g} %"
        ordinary = f"{self.left.text} {TOLD[self.verb]} {right}" + (f" by {share}" if self.by else "")
        said = {
            "between": f"{self.left.text} is between {right} and {self.upper.text if self.upper else ''}",
            "near": f"{self.left.text} is within {share} of {right}",
            "rising": f"{self.left.text} rises {counted(self.candles)} in a row",
            "falling": f"{self.left.text} falls {counted(self.candles)} in a row",
        }.get(self.verb, ordinary)
        if self.within > 1:
            said += f", at one of the last {counted(self.within)}"
        where = [*([self.symbol] if self.symbol else []), *([timeframe_of(self.length_ms)] if self.length_ms else [])]
        return f"{said}, on {' '.join(where)}" if where else said


TOLD = {
    "above": "is above", "below": "is below", "crosses_above": "crosses above", "crosses_below": "crosses below",
    "between": "", "near": "", "rising": "", "falling": "",
}  # fmt: skip


def counted(candles: int) -> str:
    """So many candles."""
    return f"{candles} candles" if candles != 1 else "1 candle"


@dataclass(frozen=True, slots=True)
class Group:
    """Rules of which `need` must hold."""

    need: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Groups of which `need` must hold. place: one of PLACES."""

    place: str
    need: int
    groups: tuple[Group, ...]


def wrong(where: str, what: str, remedy: str) -> BadInput:
    """A refusal that names the parameter, where in it, what and what to do."""
    place = f", {where}" if where else ""
    return BadInput(f"parameter rules{place}: {what}; {remedy}")
