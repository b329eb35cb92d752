"""Rules as what the compiled step walks: the columns they read, each once, and a flat table of numbers beside them.

A rule is a row. Rows stand list by list and group by group; the last row of a group says how many of the group must
hold, the last one of a list how many groups, and which list it is. The step is the same whatever the table holds, so
other rules compile nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from botswain.core.indicators import CANDLE, Indicator, before, candle_column, longer, other
from botswain.model.timeframe import timeframe_of
from botswain.strategies.rule_operands import Operand
from botswain.strategies.rule_values import PLACES, VERBS, Group, Listed, Rule

# Of an operand that is a number, and of what a rule does not have.
NONE = -1.0
CROSSING = ("crosses_above", "crosses_below")
MOVING = ("rising", "falling")
DOWNWARD = ("below", "crosses_below")
FIELDS = (
    "verb", "left", "right", "level", "more", "ends", "of_group", "of_list", "place", "upper", "upper_level", "shift",
    "candles", "within", "opened", "left_before", "right_before",
)  # fmt: skip
PLACED = ("left", "right", "upper", "opened", "left_before", "right_before")


class Columns:
    """The columns that rules read, each once, by names that people see; none of them is a name of Python's."""

    def __init__(self) -> None:
        self.places: dict[Indicator, int] = {}
        self.named: dict[str, Indicator] = {}

    def place(self, one: Indicator, text: str, rule: Rule) -> float:
        """Where a column stands, on the candles of a rule; declared where it is not yet."""
        found = longer(one, rule.length_ms) if rule.length_ms else one
        found = other(found, rule.symbol) if rule.symbol else found
        if found not in self.places:
            where = (rule.symbol, text, timeframe_of(rule.length_ms) if rule.length_ms else "")
            name = " ".join(word for word in where if word)
            if name.isidentifier():
                name = f"candle.{name}" if one.function == CANDLE else f"{name}()"
            while name in self.named:  # told with so few digits, two may read alike
                name += "'"
            self.places[found] = len(self.named)
            self.named[name] = found
        return float(self.places[found])

    def of(self, one: Operand | None, rule: Rule) -> float:
        """That of an operand; NONE of a number."""
        if one is None or one.indicator is None:
            return NONE
        return self.place(one.indicator, one.text, rule)

    def was(self, one: Operand | None, rule: Rule) -> float:
        """That of an operand one of the rule's candles before; NONE where that is the one decided on before."""
        if one is None or one.indicator is None or not elsewhere(rule):
            return NONE
        return self.place(before(one.indicator), f"{one.text} before", rule)


def elsewhere(rule: Rule) -> bool:
    """Whether a rule is looked at on other candles than those that are decided on."""
    return rule.length_ms > 0 or bool(rule.symbol)


def columns_of(lists: Sequence[Listed]) -> dict[str, Indicator]:
    """The columns that rules read, in the order of their places."""
    columns = Columns()
    for rule in every_rule(lists):
        row_of(rule, columns)
    return columns.named


def every_rule(lists: Sequence[Listed]) -> list[Rule]:
    """All rules, in the order in which they are walked."""
    return [rule for one in lists for group in one.groups for rule in group.rules]


def table_of(lists: Sequence[Listed], first: int) -> list[tuple[float, ...]]:
    """All rows, one after the other. first: the place of the first column among the strategy's."""
    columns = Columns()
    found = []
    for one in lists:
        for group in one.groups:
            for rule in group.rules:
                row = row_of(rule, columns)
                row |= ends_of(one, group, rule is group.rules[-1], group is one.groups[-1])
                row |= {name: row[name] + first for name in PLACED if row[name] != NONE}
                found.append(tuple(row[name] for name in FIELDS))
    return found


def row_of(rule: Rule, columns: Columns) -> dict[str, float]:
    """What one rule comes to; columns stand where they are declared."""
    moves = rule.verb in MOVING or rule.verb in CROSSING
    counts = rule.verb in MOVING or rule.within > 1
    return {
        "verb": float(VERBS.index(rule.verb)),
        "left": columns.of(rule.left, rule),
        "right": columns.of(rule.right, rule),
        "level": rule.right.number if rule.right is not None else 0.0,
        "upper": columns.of(rule.upper, rule),
        "upper_level": rule.upper.number if rule.upper is not None else 0.0,
        "more": float(rule.by != 0.0 or rule.within > 1 or elsewhere(rule)),
        "shift": -rule.by if rule.verb in DOWNWARD else rule.by,
        "candles": float(rule.candles),
        "within": float(rule.within),
        "opened": columns.place(candle_column("ts"), "opened", rule) if elsewhere(rule) and counts else NONE,
        "left_before": columns.was(rule.left if moves else None, rule),
        "right_before": columns.was(rule.right if moves else None, rule),
    }


def ends_of(one: Listed, group: Group, last_rule: bool, last_group: bool) -> dict[str, float]:
    """Whether a row is the last of its group (1) or list (2), and how many of these must hold."""
    over = last_rule and last_group
    return {
        "ends": float(last_rule) + float(over),
        "of_group": float(group.need),
        "of_list": float(one.need),
        "place": float(PLACES.index(one.place)),
    }
