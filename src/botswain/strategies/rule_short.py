"""The short form of rules, {"RSI": {"period": 14, "oversold": 30, "overbought": 70}, ...}, spelt out in full.

Each indicator that is named stands for its usual rules: when it calls for a long, when for a short, and when each is
over. A position is entered where all of them call for it (`need`: any, or at least so many), and left when any of
them says that it is over. Numbers that are left out are the usual ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from botswain.core.indicators import described, known_functions
from botswain.model.errors import BadInput, near
from botswain.strategies.rule_operands import WORDS, Operand, operand_of

NEED = "need"
# On which candles an indicator's rules are looked at, where they are not the bot's own.
ELSEWHERE = ("timeframe", "symbol")
# Indicators that swing between two ends, and where the ends lie if nothing is said.
SWINGING = {
    "RSI": (30, 70), "MFI": (20, 80), "CCI": (-100, 100), "CMO": (-50, 50), "WILLR": (-80, -20), "ULTOSC": (30, 70),
}  # fmt: skip
AVERAGES = ("SMA", "EMA", "WMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3")
# For how many closes a return from an end counts, so that other indicators may agree a little later.
RETURNED = 5
Rules = dict[str, list[Any]]


def is_short(given: Mapping[str, Any], places: Sequence[str]) -> bool:
    """Whether rules are in the short form: they name indicators, and none of the lists."""
    return (
        bool(given)
        and not any(key in places for key in given)
        and any(key == NEED or (isinstance(key, str) and key.upper() in {*FORMS, *known_functions()}) for key in given)
    )


def spelt_out(given: Mapping[str, Any]) -> dict[str, Any]:
    """The lists that a short form stands for. Raises BadInput."""
    made: list[Rules] = []
    for name, options in given.items():
        if name == NEED:
            continue
        made.append(usual_rules(str(name), options))
    need = given.get(NEED, "all")
    if not made:
        raise BadInput(f'parameter rules: {NEED} is {need!r} and no indicator is named; write {{"RSI": {{}}}}')
    found: dict[str, Any] = {}
    for place in ("entry_long", "entry_short"):
        members = [one if len(one) > 1 else one[0] for rules in made if (one := rules.get(place, []))]
        members = [{"all": one} if isinstance(one, list) else one for one in members]
        if members:
            found[place] = asked(need, members)
    for place in ("exit_long", "exit_short"):
        members = [one for rules in made for one in rules.get(place, [])]
        if members:
            found[place] = {"any": members}
    return found


def asked(need: Any, members: list[Any]) -> dict[str, Any]:
    """Members of which so many must hold."""
    if need in ("all", "any"):
        return {need: members}
    if isinstance(need, bool) or not isinstance(need, int) or not 1 <= need <= len(members):
        raise BadInput(f"parameter rules: {NEED} is {need!r}; write all, any or a number from 1 to {len(members)}")
    return {"at_least": need, "of": members}


def usual_rules(name: str, options: Any) -> Rules:
    """What an indicator stands for. Raises BadInput."""
    function = name.upper()
    if function not in FORMS:
        if function in known_functions():
            raise BadInput(
                f"parameter rules: {function} has no usual rules; write what you mean in full, such as "
                f'{{"entry_long": [{{"left": "{function}", "is": "above", "right": 0}}]}}'
            )
        raise BadInput(f"parameter rules: there is no indicator {name!r}{near(function, FORMS)}")
    if options is None:
        options = {}
    if not isinstance(options, Mapping):
        raise BadInput(f'parameter rules, {name}: {options!r} is no object; write {{"period": 14}}, or {{}}')
    form, own = FORMS[function]
    known = [*own, *ELSEWHERE, *described(function)["parameters"]]
    known += [word for word, full in WORDS.items() if all(one in described(function)["parameters"] for one in full)]
    for key in options:
        if key not in known:
            raise BadInput(f"parameter rules, {name}: {function} has no {key!r}{near(str(key), dict.fromkeys(known))}")
    parameters = {key: value for key, value in options.items() if key not in (*own, *ELSEWHERE)}
    found = form(function, parameters, {key: options[key] for key in own if key in options})
    for rules in found.values():
        for rule in rules:
            rule.update({key: options[key] for key in ELSEWHERE if key in options})
    return found


def indicator(function: str, parameters: Mapping[str, Any], output: str = "") -> dict[str, Any]:
    """An operand."""
    return {"indicator": function, **parameters, **({"output": output} if output else {})}


def rule(left: Any, verb: str, right: Any, **more: Any) -> dict[str, Any]:
    """A rule."""
    return {"left": left, "is": verb, "right": right, **more}


def swinging(function: str, parameters: Mapping[str, Any], own: Mapping[str, Any]) -> Rules:
    """Bought when it comes back from its low end, left at the high one; short the mirror."""
    low, high = (own.get(key, usual) for key, usual in zip(("oversold", "overbought"), SWINGING[function], strict=True))
    left, back = indicator(function, parameters), {"within": own.get("within", RETURNED)}
    return {
        "entry_long": [rule(left, "crosses_above", low, **back)],
        "entry_short": [rule(left, "crosses_below", high, **back)],
        "exit_long": [rule(left, "above", high)],
        "exit_short": [rule(left, "below", low)],
    }


def difference(function: str, parameters: Mapping[str, Any], _own: Mapping[str, Any]) -> Rules:
    """MACD: long while the difference of its averages lies above its signal line."""
    return on_a_side(indicator(function, parameters, "macd"), indicator(function, parameters, "macdsignal"))


def average(function: str, parameters: Mapping[str, Any], own: Mapping[str, Any]) -> Rules:
    """Long while the close lies above it; of two, while the fast one lies above the slow one."""
    if not own:
        return on_a_side("close", indicator(function, parameters))
    if set(own) != {"fast", "slow"} or parameters.keys() & {"period", "timeperiod"}:
        raise BadInput(f"parameter rules, {function}: write period, or fast and slow")
    fast, slow = (indicator(function, {**parameters, "period": own[key]}) for key in ("fast", "slow"))
    try:
        sides = operand_of(fast), operand_of(slow)
    except BadInput as error:
        raise BadInput(f"parameter rules, {function}: {error}") from None
    if not faster(*sides):
        said = f"fast is {own['fast']} and slow is {own['slow']}"
        raise BadInput(f"parameter rules, {function}: {said}; fast must be below slow")
    return on_a_side(fast, slow)


def faster(one: Operand, other: Operand) -> bool:
    """Whether an average is over fewer candles than another."""
    assert one.indicator is not None
    assert other.indicator is not None
    return one.indicator.longest_period < other.indicator.longest_period


def on_a_side(one: Any, other: Any) -> Rules:
    """Long while one lies above the other, short while below."""
    return {
        "entry_long": [rule(one, "above", other)],
        "entry_short": [rule(one, "below", other)],
        "exit_long": [rule(one, "below", other)],
        "exit_short": [rule(one, "above", other)],
    }


def bands(function: str, parameters: Mapping[str, Any], own: Mapping[str, Any]) -> Rules:
    """Bought when the close comes back above the lower band, left at the middle; short the mirror."""
    upper, middle, lower = (indicator(function, parameters, f"{one}band") for one in ("upper", "middle", "lower"))
    back = {"within": own.get("within", RETURNED)}
    return {
        "entry_long": [rule("close", "crosses_above", lower, **back)],
        "entry_short": [rule("close", "crosses_below", upper, **back)],
        "exit_long": [rule("close", "above", middle)],
        "exit_short": [rule("close", "below", middle)],
    }


def stochastic(function: str, parameters: Mapping[str, Any], own: Mapping[str, Any]) -> Rules:
    """Bought when %K turns above %D and lay low, left at the high end; short the mirror."""
    low, high = own.get("oversold", 20), own.get("overbought", 80)
    k, d = indicator(function, parameters, "slowk"), indicator(function, parameters, "slowd")
    back = {"within": own.get("within", RETURNED)}
    return {
        "entry_long": [rule(k, "crosses_above", d, **back), rule(k, "below", low, **back)],
        "entry_short": [rule(k, "crosses_below", d, **back), rule(k, "above", high, **back)],
        "exit_long": [rule(k, "above", high)],
        "exit_short": [rule(k, "below", low)],
    }


def strength(function: str, parameters: Mapping[str, Any], own: Mapping[str, Any]) -> Rules:
    """Nothing is entered while the trend is weaker; it says of no side, and ends none."""
    strong = rule(indicator(function, parameters), "above", own.get("least", 25))
    return {"entry_long": [strong], "entry_short": [dict(strong)]}


Form = Callable[[str, Mapping[str, Any], Mapping[str, Any]], Rules]
# What each stands for, and the words that are the rules' and not TA-Lib's.
FORMS: dict[str, tuple[Form, tuple[str, ...]]] = {
    **dict.fromkeys(SWINGING, (swinging, ("oversold", "overbought", "within"))),
    **dict.fromkeys(AVERAGES, (average, ("fast", "slow"))),
    "MACD": (difference, ()),
    "BBANDS": (bands, ("within",)),
    "STOCH": (stochastic, ("oversold", "overbought", "within")),
    "ADX": (strength, ("least",)),
}
