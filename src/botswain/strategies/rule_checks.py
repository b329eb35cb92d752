"""Rules that can never be, or always are, where that is cheaply known: refused with what to write instead."""

from __future__ import annotations

from itertools import pairwise

from botswain.core.indicators import CANDLE
from botswain.strategies.rule_operands import Operand
from botswain.strategies.rule_values import Group, Listed, Rule, wrong

NOTHING = float("inf")
# What cannot be exceeded, by the function and its output: indices, and shares of a range.
HUNDRED = (
    "RSI", "MFI", "ADX", "ADXR", "DX", "PLUS_DI", "MINUS_DI", "STOCH", "STOCHF", "STOCHRSI", "AROON", "ULTOSC",
)  # fmt: skip
BOUNDS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(HUNDRED, (0.0, 100.0)),
    "AROONOSC": (-100.0, 100.0), "CMO": (-100.0, 100.0), "WILLR": (-100.0, 0.0), "BOP": (-1.0, 1.0),
    "CORREL": (-1.0, 1.0), "HT_TRENDMODE": (0.0, 1.0),
}  # fmt: skip


def bounds_of(one: Operand) -> tuple[float, float]:
    """What the values of an operand that is no number lie between."""
    assert one.indicator is not None
    if one.indicator.function == CANDLE:
        return 0.0, NOTHING
    return BOUNDS.get(one.indicator.function, (-NOTHING, NOTHING))


def check_rule(where: str, rule: Rule) -> None:
    """Raise BadInput for a rule that says nothing."""
    if rule.left.indicator is None:
        raise wrong(where, f"left is {rule.left.text}, which never moves", "write an indicator or a column on the left")
    if rule.right is None:
        return
    if rule.left == rule.right:
        raise wrong(where, f"{rule}: both sides are the same", "compare it with something else")
    low, high = bounds_of(rule.left)
    if rule.verb == "between":
        check_between(where, rule, low, high)
        return
    if rule.right.indicator is not None or rule.by:
        return
    level = rule.right.number
    never = {
        "above": level >= high, "below": level <= low, "crosses_above": level >= high or level < low,
        "crosses_below": level <= low or level > high, "near": False,
    }[rule.verb]  # fmt: skip
    if never:
        raise wrong(where, f"{rule}, which can never be: {reach_of(rule.left)}", "use another level")
    if (rule.verb == "above" and level < low) or (rule.verb == "below" and level > high):
        raise wrong(where, f"{rule}, which always is: {reach_of(rule.left)}", "use another level, or leave it out")


def check_between(where: str, rule: Rule, low: float, high: float) -> None:
    """The same of a rule with two levels."""
    assert rule.right is not None
    assert rule.upper is not None
    if rule.right.indicator is not None or rule.upper.indicator is not None:
        return
    if rule.right.number >= rule.upper.number:
        raise wrong(where, f"low is {rule.right.text} and high is {rule.upper.text}", "low must be below high")
    if rule.upper.number < low or rule.right.number > high:
        raise wrong(where, f"{rule}, which can never be: {reach_of(rule.left)}", "use other levels")


def reach_of(one: Operand) -> str:
    """What an operand can be, in words."""
    low, high = bounds_of(one)
    if high == NOTHING:
        return f"{one.text} is never below {low:g}"
    return f"{one.text} is from {low:g} to {high:g}"


def check_together(lists: tuple[Listed, ...]) -> None:
    """Raise BadInput for lists that contradict themselves or each other."""
    for one in lists:
        for rules in [must(one), *(group.rules for group in one.groups if group.need == len(group.rules) > 1)]:
            check_apart(one.place, rules)
    every = {one.place: one for one in lists}
    for entry in ("entry_long", "entry_short"):
        if entry not in every:
            continue
        leaves = [every[name] for name in (entry.replace("entry", "exit"), "exit", "veto") if name in every]
        for other in leaves:
            both = next((rule for rule in must(every[entry]) if rule in enough(other)), None)
            if both is not None:
                what = "never enters" if other.place == "veto" else "leaves whatever it enters at the next candle"
                raise wrong(other.place, f"{both} is in {entry} too, so it {what}", "take it out of one of them")


def must(one: Listed) -> tuple[Rule, ...]:
    """The rules without which a list does not hold."""
    groups = one.groups if one.need == len(one.groups) else ()
    return tuple(rule for group in groups if group.need == len(group.rules) for rule in group.rules)


def enough(one: Listed) -> tuple[Rule, ...]:
    """The rules of which each alone makes a list hold."""
    return tuple(rule for group in one.groups if one.need == 1 and alone(group) for rule in group.rules)


def alone(group: Group) -> bool:
    """Whether one rule of a group makes it hold."""
    return group.need == 1


def check_apart(place: str, rules: tuple[Rule, ...]) -> None:
    """Levels of one left side that all must be kept at once must leave room between them."""
    spans: dict[tuple[Operand, int, str], list[tuple[float, float, Rule]]] = {}
    for rule in rules:
        span = span_of(rule)
        if span is not None:
            spans.setdefault((rule.left, rule.length_ms, rule.symbol), []).append((*span, rule))
    for found in spans.values():
        low, lower = max(((one[0], one[2]) for one in found), key=lambda pair: pair[0])
        high, upper = min(((one[1], one[2]) for one in found), key=lambda pair: pair[0])
        if low >= high:
            raise wrong(place, f"{lower} and {upper} can never be at once", "join them by any, or change a level")
    for one, other in pairwise(sorted(rules, key=str)):
        if one == other:
            raise wrong(place, f"{one} is there twice", "write it once")


def span_of(rule: Rule) -> tuple[float, float] | None:
    """What a rule leaves of its left side now; None where it depends on more than numbers."""
    if rule.within > 1 or rule.right is None or rule.right.indicator is not None or rule.by:
        return None
    level = rule.right.number
    if rule.verb in ("above", "crosses_above"):
        return level, NOTHING
    if rule.verb in ("below", "crosses_below"):
        return -NOTHING, level
    if rule.verb == "between" and rule.upper is not None and rule.upper.indicator is None:
        return level, rule.upper.number
    return None
