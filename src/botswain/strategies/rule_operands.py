"""What a rule compares: a number, a column of the candles, or an indicator, from how people write them.

`14.5`, `"close"`, `"RSI(14)"`, `"MACD(12, 26, 9).macdsignal"`, `"SMA(20, of=volume)"`, or an object with `indicator`,
its parameters, `of` and `output`. What TA-Lib has says which there are; it is asked, nothing is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botswain.core.indicators import Indicator, candle_column, declared, described, known_functions
from botswain.model.candles import COLUMNS
from botswain.model.errors import BadInput, near

# Short words for TA-Lib's parameters, where a function has them; the width of bands is both of theirs.
WORDS = {
    "period": ("timeperiod",),
    "fast": ("fastperiod",),
    "slow": ("slowperiod",),
    "signal": ("signalperiod",),
    "width": ("nbdevup", "nbdevdn"),
}
INFINITE = float("inf")
OTHERS = ("indicator", "of", "output")
CALL = re.compile(r"\s*(\w+)\s*(?:\((.*)\))?\s*(?:\.\s*(\w+))?\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Operand:
    """One side of a rule. indicator: None where it is the number; text: how it is told."""

    indicator: Indicator | None
    number: float
    text: str


def operand_of(given: Any) -> Operand:
    """A side of a rule as it was written. Raises BadInput with what is wrong, the value, and what to write."""
    if isinstance(given, bool) or given is None:
        raise BadInput(f"{given!r} is nothing to compare; write a number, close, volume or an indicator like RSI(14)")
    if isinstance(given, int | float):
        return number_of(float(given))
    if isinstance(given, Mapping):
        return indicator_of(given)
    if not isinstance(given, str):
        raise BadInput(f"{given!r} is nothing to compare; write a number, close, volume or an indicator like RSI(14)")
    word = given.strip()
    try:
        return number_of(float(word))
    except ValueError:
        pass
    if word.lower() in COLUMNS:
        return Operand(candle_column(word.lower()), 0.0, word.lower())
    return indicator_of(called(word))


def number_of(value: float) -> Operand:
    """A plain number."""
    if value != value or value in (float("inf"), float("-inf")):
        raise BadInput(f"{value} is no number to compare with; write a finite one")
    return Operand(None, value, f"{value:g}" if float(f"{value:g}") == value else repr(value))


def called(text: str) -> dict[str, Any]:
    """`NAME(14, of=high).output` as an object."""
    match = CALL.fullmatch(text)
    if match is None:
        raise BadInput(f"{text!r} is not understood; write it like close, RSI(14) or MACD(12, 26, 9).macdsignal")
    name, inner, output = match.groups()
    found: dict[str, Any] = {"indicator": name}
    if output:
        found["output"] = output
    known = list(parameters_of(name))
    for place, part in enumerate(parts_of(inner or "")):
        key, equals, value = part.partition("=")
        if not equals:
            if place >= len(known):
                raise BadInput(f"{text}: {name.upper()} takes {len(known)} parameters ({', '.join(known) or 'none'})")
            key, value = known[place], part
        key = key.strip()
        if key in found:
            raise BadInput(f"{text}: {key} is given twice; give it once")
        found[key] = value.strip()
    return found


def parts_of(text: str) -> list[str]:
    """What stands between commas that are in no brackets."""
    found, depth, part = [], 0, ""
    for mark in text:
        depth += (mark == "(") - (mark == ")")
        if mark == "," and depth == 0:
            found.append(part)
            part = ""
        else:
            part += mark
    return [one.strip() for one in [*found, part] if one.strip()]


def parameters_of(name: str) -> dict[str, float]:
    """A function's parameters with their defaults. Raises BadInput for one that TA-Lib has not."""
    function = name.upper()
    if function not in known_functions():
        columns = [one for one in COLUMNS if near(name.lower(), COLUMNS).find(one) >= 0]
        known = columns if name.islower() and "did you mean" in near(name.lower(), COLUMNS) else known_functions()
        raise BadInput(f"there is no indicator {name!r}{closest(function if known is not columns else name, known)}")
    found: dict[str, float] = dict(described(function)["parameters"])
    return found


def closest(name: str, known: Any) -> str:
    """The near name; of 161 not all are told."""
    said = near(name, known)
    return said if "did you mean" in said else "; write one of TA-Lib's, such as RSI, MACD or SMA"


def indicator_of(given: Mapping[str, Any]) -> Operand:
    """An object that names an indicator."""
    if not isinstance(given.get("indicator"), str):
        raise BadInput(f'{dict(given)!r} names no indicator; write it like {{"indicator": "RSI", "period": 14}}')
    name = given["indicator"].strip()
    if name.lower() in COLUMNS and name.upper() not in known_functions():
        stray = next((key for key in given if key != "indicator"), None)
        if stray is not None:
            raise BadInput(f"{name} is a column of the candles and takes no {stray}; leave that out")
        return operand_of(name)
    known = parameters_of(name)
    function = name.upper()
    values: dict[str, float] = {}
    for key, value in given.items():
        if key in OTHERS:
            continue
        for full in spelt_out(function, key, known):
            values[full] = value_of(function, full, value, known[full])
    of = inputs_of(given.get("of"))
    found = declared(function, (), of, str(given.get("output", "")), values)
    check_range(found)
    return Operand(found, 0.0, text_of(found))


def spelt_out(function: str, key: str, known: Mapping[str, float]) -> tuple[str, ...]:
    """The names that TA-Lib has for a parameter."""
    if key in known:
        return (key,)
    if key in WORDS and all(one in known for one in WORDS[key]):
        return WORDS[key]
    words = [short for short, full in WORDS.items() if all(one in known for one in full)]
    said = near(key, [*known, *words]) if known else "; it takes none"
    raise BadInput(f"{function} has no parameter {key!r}{said}")


def value_of(function: str, key: str, value: Any, default: float) -> float:
    """A parameter's value: a number, whole where the default is."""
    try:
        found = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError):
        found = float("nan")
    if found != found or abs(found) == float("inf"):
        raise BadInput(f"{function} {key} is {value!r}; write a number")
    if isinstance(default, int) and found != int(found):
        raise BadInput(f"{function} {key} is {value}; write a whole number")
    return int(found) if isinstance(default, int) else found


def inputs_of(of: Any) -> Any:
    """What an indicator is to read in place of its own columns: names of columns, or other indicators."""
    if of is None:
        return None
    if isinstance(of, list):
        return [input_of(one) for one in of]
    return input_of(of)


def input_of(one: Any) -> Any:
    """One of them."""
    if isinstance(one, str) and one.strip().lower() in COLUMNS:
        return one.strip().lower()
    found = operand_of(one)
    if found.indicator is None:
        raise BadInput(f"of is {one!r}; name a column ({', '.join(COLUMNS)}) or an indicator")
    return found.indicator


def check_range(one: Indicator) -> None:
    """Raise BadInput where the shorter of two periods is not the shorter. What TA-Lib takes `declared` has asked it."""
    values = dict(one.parameters)
    if "fastperiod" in values and values["fastperiod"] >= values.get("slowperiod", INFINITE):
        raise BadInput(
            f"{one.function} fastperiod is {values['fastperiod']} and slowperiod is {values['slowperiod']}; fast must "
            "be below slow"
        )


def text_of(one: Any) -> str:
    """An indicator, or a column by its name, as people write it."""
    if isinstance(one, str):
        return one
    values = [f"{value:g}" for _, value in one.parameters]
    own = described(one.function)["input_names"].values()
    usual = tuple(name for part in own for name in (part if isinstance(part, list | tuple) else [part]))
    if one.inputs != usual:
        values.append(f"of={' and '.join(map(text_of, one.inputs))}")
    outputs = described(one.function)["output_names"]
    output = f".{outputs[one.output]}" if len(outputs) > 1 else ""
    return f"{one.function}({', '.join(values)}){output}" if values else f"{one.function}{output}"
