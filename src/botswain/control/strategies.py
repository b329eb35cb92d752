"""Kinds of bots, as a person reads of them: taken from the classes themselves, so nothing is said twice."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock

from botswain.build.line_budget import TooManyLines, load_budget
from botswain.build.own_strategies import Own, own_strategies
from botswain.build.strategy_names import clash_text
from botswain.control.bot_settings import MOST_SYMBOLS
from botswain.control.refusals import Missing
from botswain.core.codes import SIZING_NAMES
from botswain.core.strategy import Data, Param, Strategy
from botswain.model.errors import BadInput, near
from botswain.strategies.catalog import PLACES, strategy_class

# A parameter's name, as the source writes it; the form has it without marks and underscores.
NAMED = re.compile(r"`(\w+)`")
# Words of names that are said letter by letter.
SHORT = {one: one.upper() for one in ("rsi", "macd", "sma", "dca")} | {"bollinger": "Bollinger bands"}
OURS = "botswain.strategies."
# Where the rules stand is said to readers of the source.
REFERENCE = re.compile(r"\s*docs/rules\.md[^.]*\d\.")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of bot. summary: one sentence; words: when it makes money and when it loses it.

    place    where it was written; empty for one that ships
    problem  why it cannot be used as it is; empty where it can
    """

    cls: type[Strategy]
    name: str
    title: str
    summary: str
    words: str
    parameters: dict[str, Param]
    sizings: tuple[str, ...]
    symbols_most: int
    place: str = ""
    problem: str = ""


# The kinds of a file by its path, with what the file was then: files are run again only when they changed.
_READ: dict[Path, tuple[tuple[object, ...], list[Kind]]] = {}
# Requests come in several threads, and running a file changes where this process imports from.
_ONE_AT_A_TIME = Lock()


def kinds() -> list[Kind]:
    """All that ship, in the order of the catalog, then a user's own by name; what is broken of those says so."""
    return [kind_of(strategy_class(name), name) for name in PLACES] + own_kinds()


def kind_named(name: str) -> Kind:
    """One of them. Raises Missing."""
    if name in PLACES:
        return kind_of(strategy_class(name), name)
    known = {one.name: one for one in own_kinds()}
    if name not in known:
        raise Missing(f"there is no strategy {name!r}{near(name, [*PLACES, *known])}")
    return known[name]


def own_kinds() -> list[Kind]:
    """Those of the configured folder and of installed packages, by name."""
    every = own_strategies()
    with _ONE_AT_A_TIME:
        for gone in _READ.keys() - {one.file for one in every}:
            del _READ[gone]
        return [kind for one in every for kind in kinds_of(one, every)]


def kinds_of(own: Own, every: list[Own]) -> list[Kind]:
    """The kinds behind one name: several where its file has several strategies, a broken one where it has none."""
    if own.name in PLACES:
        return [broken(own, clash_text(own))]
    twin = next((one for one in every if one.name == own.name and one is not own), None)
    if twin is not None:
        return [broken(own, f"{own.place} and {twin.place} are both called {own.name}; rename one of them")]
    if own.file is None:
        return read(own)
    stamps = stamps_of(own.file)
    if own.file not in _READ or _READ[own.file][0] != stamps:
        _READ[own.file] = stamps, read(own)
    return _READ[own.file][1]


def read(own: Own) -> list[Kind]:
    """What its file says, run now."""
    try:
        with load_budget():
            found = own.load()
        several = len(found) > 1
        return [
            replace(kind_of(cls, f"{own.name}:{name}" if several else own.name), place=own.place)
            for name, cls in found.items()
        ]
    except BadInput as error:
        return [broken(own, str(error))]
    except TooManyLines as error:
        return [broken(own, f"{error} while it was loaded; let a file define its strategy and compute nothing long")]
    except Exception as error:  # noqa: BLE001 - the outer wall of a user's class, of which the defaults are tried
        return [broken(own, f"{own.place}: {type(error).__name__}: {error}; its defaults must be a strategy that runs")]


def stamps_of(path: Path) -> tuple[object, ...]:
    """What tells that a file, or any file of a package, was edited."""
    files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return tuple((str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in files if one.is_file())


def broken(own: Own, problem: str) -> Kind:
    """One that cannot be used. It goes by its place, for its name may be another's."""
    name = own.file.name if own.file is not None else f"{own.name} ({own.place})"
    return Kind(Strategy, name, name, "", "", {}, (), 0, own.place, problem)


def kind_of(cls: type[Strategy], name: str) -> Kind:
    """What a class says of itself, or its module. Raises BadInput where its step or its defaults cannot be used."""
    cls.step_function()
    first, *rest = [" ".join(part.split()) for part in words_of(cls).split("\n\n")]
    words = NAMED.sub(lambda found: found[1].replace("_", " "), REFERENCE.sub("", " ".join(rest))).strip()
    title = " ".join(SHORT.get(word, word) for word in name.split("_"))
    title = title[:1].upper() + title[1:]
    return Kind(cls, name, title, first, words or first, in_sections(cls), sizings_of(cls), MOST_SYMBOLS)


def in_sections(cls: type[Strategy]) -> dict[str, Param]:
    """Its parameters as a form has them: those under no heading, then heading by heading."""
    every = cls.parameters()
    headed = [name for names in cls.sections.values() for name in names]
    return {name: every[name] for name in (*(one for one in every if one not in headed), *headed)}


def words_of(cls: type[Strategy]) -> str:
    """The text a strategy is described by: its module's for those that ship, else its own."""
    of_module = sys.modules[cls.__module__].__doc__ or ""
    own = cls.__doc__ if "__doc__" in vars(cls) and cls.__doc__ else ""
    return of_module if cls.__module__.startswith(OURS) else own or of_module


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
