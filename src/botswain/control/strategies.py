"""Kinds of bots, as a person reads of them: taken from the classes themselves, so nothing is said twice."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass

from botswain.control.bot_settings import MOST_SYMBOLS
from botswain.control.refusals import Missing
from botswain.core.codes import SIZING_NAMES
from botswain.core.strategy import Data, Param, Strategy
from botswain.model.errors import BadInput, near
from botswain.strategies.catalog import PLACES, strategy_class

# A parameter's name, as the source writes it; the form has it without marks and underscores.
NAMED = re.compile(r"`(\w+)`")
# Words of names that are said letter by letter.
SHORT = {one: one.upper() for one in ("rsi", "macd", "sma", "dca")}
# Where the rules stand is said to readers of the source.
REFERENCE = re.compile(r"\s*docs/rules\.md[^.]*\d\.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of bot. summary: one sentence; words: when it makes money and when it loses it."""

    name: str
    title: str
    summary: str
    words: str
    parameters: dict[str, Param]
    sizings: tuple[str, ...]
    symbols_most: int


def kinds() -> list[Kind]:
    """All that ship, by name."""
    return [kind_of(strategy_class(name)) for name in sorted(PLACES)]


def kind_named(name: str) -> Kind:
    """One of them. Raises Missing."""
    if name not in PLACES:
        raise Missing(f"there is no strategy {name!r}{near(name, PLACES)}")
    return kind_of(strategy_class(name))


def kind_of(cls: type[Strategy]) -> Kind:
    """What a class says of itself."""
    first, *rest = [" ".join(part.split()) for part in (sys.modules[cls.__module__].__doc__ or "").split("\n\n")]
    words = NAMED.sub(lambda found: found[1].replace("_", " "), REFERENCE.sub("", " ".join(rest))).strip()
    name = cls.label()
    title = " ".join(SHORT.get(word, word) for word in name.split("_"))
    title = title[:1].upper() + title[1:]
    return Kind(name, title, first, words or first, cls.parameters(), sizings_of(cls), MOST_SYMBOLS)


def sizings_of(cls: type[Strategy]) -> tuple[str, ...]:
    """The kinds of sizing that its orders can have."""
    found, made = [], cls()
    for kind in SIZING_NAMES:
        try:
            made.check_sizing(kind)
        except BadInput:
            continue
        found.append(kind)
    return tuple(found)


def word_of(param: Param) -> str:
    """What a parameter is: integer, number, choice, text, boolean, or data, which is JSON as text."""
    if isinstance(param, Data):
        return "data"
    if param.choices:
        return "choice"
    if isinstance(param.default, bool):
        return "boolean"
    if isinstance(param.default, int):
        return "integer"
    return "number" if isinstance(param.default, float) else "text"
