"""Rules as data: from JSON as people write it to values, each checked; and back to one text for the same rules.

A rule compares; groups of rules are joined by all, any or at least so many; the lists of groups say when to enter,
to leave, and when not to enter. What can never be is refused in `rule_checks`; the short form is in `rule_short`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from botswain.core.indicators import is_symbol
from botswain.model.errors import BadInput, near
from botswain.model.timeframe import timeframe_ms
from botswain.strategies.rule_checks import check_rule, check_together
from botswain.strategies.rule_operands import Operand, operand_of
from botswain.strategies.rule_short import is_short, spelt_out
from botswain.strategies.rule_values import PLACES, VERBS, Group, Listed, Rule, wrong

SAME_VERBS = {
    ">": "above", "<": "below", "crosses_up": "crosses_above", "crosses_down": "crosses_below",
    "rises": "rising", "falls": "falling", "greater": "above", "less": "below",
}  # fmt: skip
KEYS = {
    "above": ("right", "by"), "below": ("right", "by"), "crosses_above": ("right", "by"),
    "crosses_below": ("right", "by"), "between": ("low", "high"), "near": ("right", "by"),
    "rising": ("candles",), "falling": ("candles",),
}  # fmt: skip
ALWAYS = ("left", "is", "within", "timeframe", "symbol")
MOST_RULES = 60
MOST_BACK = 10_000
MOST_BY = 10.0
MOST_TEXT = 60_000


@lru_cache(maxsize=256)
def rules_of(text: str) -> tuple[Listed, ...]:
    """The lists of a text that `read_rules` gave, or another. Raises BadInput saying where what is wrong."""
    given = json_of(text)
    full = spelt_out(given) if is_short(given, PLACES) else given
    if not full:
        raise wrong("", "there is no rule", 'write {"entry_long": [...], "exit_long": [...]} or {"RSI": {...}}')
    for key in full:
        if key not in PLACES:
            raise BadInput(f"parameter rules: {key!r} is no list of rules{near(str(key), PLACES)}")
    found = tuple(listed_of(place, full[place]) for place in PLACES if place in full)
    count = sum(len(group.rules) for one in found for group in one.groups)
    if count > MOST_RULES:
        raise wrong("", f"there are {count} rules", f"use {MOST_RULES} at most")
    check_together(found)
    return found


def read_rules(value: Any) -> str:
    """Rules from a person or a file, checked, as one text: the same for the same rules, however their keys stood.

    value  JSON as text, or what it stands for
    """
    if isinstance(value, str) and len(value) > MOST_TEXT:
        raise wrong("", f"the text has {len(value)} letters", f"use {MOST_TEXT} at most")
    given = json_of(value) if isinstance(value, str) else value
    if not isinstance(given, Mapping):
        raise wrong("", f"{given!r} is no object", 'write {"RSI": {"period": 14}} or {"entry_long": [...]}')
    try:
        text = json.dumps(given, sort_keys=True, separators=(",", ":"), allow_nan=False, default=str)
    except (ValueError, TypeError, RecursionError) as error:
        raise wrong(
            "", f"it cannot be written as JSON ({error})", "use finite numbers, texts, lists and objects"
        ) from None
    rules_of(text)
    return text


def json_of(text: str) -> dict[str, Any]:
    """The object of a text. Raises BadInput with the place where it is no JSON."""
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise wrong("", f"this is not JSON ({error.msg.lower()} at {place})", 'write {"RSI": {"period": 14}}') from None
    except RecursionError:
        raise wrong("", "it is nested too deep", "write lists of rules and groups of rules") from None
    if not isinstance(found, dict):
        raise wrong("", f"{found!r} is no object", 'write {"RSI": {"period": 14}} or {"entry_long": [...]}')
    return found


def no_number(word: str) -> float:
    """NaN and infinities, which JSON has not and Python reads."""
    raise wrong("", f"{word} is no number to compare with", "write a finite one")


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose names are all different: of two that are the same JSON would drop the first in silence."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise wrong("", f"{key!r} is written twice", "write it once; several rules stand in a list")
        found[key] = value
    return found


def listed_of(place: str, given: Any) -> Listed:
    """One of the lists."""
    need, members = joined(place, given)
    groups = []
    for number, member in enumerate(members, 1):
        where = f"{place} {number}"
        if isinstance(member, Mapping) and "left" not in member:
            inner, rules = joined(where, member)
            made = tuple(rule_of(f"{where}.{k}", one) for k, one in enumerate(rules, 1))
            groups.append(Group(inner, made))
        else:
            groups.append(Group(1, (rule_of(where, member),)))
    return Listed(place, need, tuple(groups))


def joined(where: str, given: Any) -> tuple[int, Sequence[Any]]:
    """How many of which members must hold: a list is all of them; any, all, or at_least with of."""
    if isinstance(given, Mapping) and "left" in given:
        given = [given]
    if isinstance(given, list):
        given = {"all": given}
    if not isinstance(given, Mapping):
        raise wrong(where, f"{given!r} is no list of rules", 'write [{"left": "RSI(14)", "is": "below", "right": 30}]')
    keys = set(given)
    if keys == {"at_least", "of"}:
        members, need = given["of"], given["at_least"]
    elif keys in ({"all"}, {"any"}):
        (key,) = keys
        members = given[key]
        need = None if key == "all" else 1
    else:
        said = ", ".join(sorted(map(str, keys))) or "nothing"
        raise wrong(where, f"{said} joins no rules", "write all, any, or at_least with of")
    if not isinstance(members, list) or not members:
        raise wrong(where, "there is no rule in it", "write at least one, or leave the list out")
    if need is None:
        need = len(members)
    if isinstance(need, bool) or not isinstance(need, int) or not 1 <= need <= len(members):
        most = len(members)
        raise wrong(where, f"at_least is {need!r} of {most} rules, which can never be", f"write 1 to {most}")
    return need, members


def rule_of(where: str, given: Any) -> Rule:
    """One rule. Raises BadInput."""
    if not isinstance(given, Mapping) or "left" not in given:
        raise wrong(where, f"{given!r} is no rule", 'write it like {"left": "RSI(14)", "is": "below", "right": 30}')
    said = str(given.get("is", "")).strip().lower().replace(" ", "_")
    verb = SAME_VERBS.get(said, said)
    if verb not in VERBS:
        raise BadInput(f"parameter rules, {where}: is {given.get('is')!r}{near(said, VERBS)}")
    known = (*ALWAYS, *KEYS[verb])
    stray = next((key for key in given if key not in known), None)
    if stray is not None:
        raise BadInput(f"parameter rules, {where}: {verb} takes no {stray!r}{near(str(stray), known)}")
    first = "low" if verb == "between" else "right"
    found = Rule(
        left=side(where, given, "left"),
        verb=verb,
        right=side(where, given, first) if first in known else None,
        upper=side(where, given, "high") if verb == "between" else None,
        by=share(where, given, verb),
        candles=count_of(where, given, "candles", 1),
        within=count_of(where, given, "within", 1),
        length_ms=length_of(where, given.get("timeframe")),
        symbol=symbol_of(where, given.get("symbol")),
    )
    check_rule(where, found)
    return found


def side(where: str, given: Mapping[str, Any], key: str) -> Operand:
    """One side of a rule."""
    if key not in given:
        raise wrong(where, f"there is no {key}", f"write what it is compared with, such as {key}: 30")
    try:
        return operand_of(given[key])
    except BadInput as error:
        raise BadInput(f"parameter rules, {where}, {key}: {error}") from None


def share(where: str, given: Mapping[str, Any], verb: str) -> float:
    """A distance as a share: 0.02, or "2 %"."""
    text = str(given.get("by", 0)).strip()
    try:
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        found = -1.0
    most = 1.0 if verb in ("below", "crosses_below") else MOST_BY  # below by all of it there is nothing
    if not 0 <= found <= MOST_BY or (verb == "near" and found == 0) or (most == 1.0 and found >= most):
        raise wrong(where, f"by is {given.get('by', 'not given')!r}", 'write a share such as 0.02 or "2 %"')
    return found


def count_of(where: str, given: Mapping[str, Any], key: str, default: int) -> int:
    """A number of candles."""
    value = given.get(key, default)
    try:
        found = float(str(value)) if not isinstance(value, bool) else 0.5
    except ValueError:
        found = 0.5
    if found != found or found != int(min(max(found, 0), MOST_BACK)) or not 1 <= found <= MOST_BACK:
        raise wrong(where, f"{key} is {value!r}", f"write a whole number of candles, 1 to {MOST_BACK}")
    return int(found)


def length_of(where: str, given: Any) -> int:
    """The length of a rule's candles; 0 where it names none."""
    if given is None:
        return 0
    try:
        return timeframe_ms(str(given))
    except BadInput as error:
        raise BadInput(f"parameter rules, {where}: {error}") from None


def symbol_of(where: str, given: Any) -> str:
    """The symbol that a rule is looked at on; empty where it names none."""
    if given is None:
        return ""
    found = str(given).strip().upper()
    if not is_symbol(found):
        raise wrong(where, f"symbol is {given!r}", "write a symbol such as BTC/USDT, or leave it out")
    return found
