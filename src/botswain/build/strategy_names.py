"""The one way from a word to a strategy, wherever one is named: a command, a configuration, a journal, a request.

    sma_crossover           a bot that ships
    my_bot, my_bot:Breakout a file or package of the configured folder, or what an installed package brings
    my_bot.py, ./my_bot     a file or package by its path; with :CLASS one of several in it

A name that ships stays what it is, whatever else is called so, because bots run by it; who calls his own so is told
(`clash_of`). Two of one's own by one name are refused: neither is the one that was meant.
"""

from __future__ import annotations

from pathlib import Path

from botswain.build.own_strategies import Own, own_strategies
from botswain.build.strategy_file import PACKAGE, SUFFIX, listed, strategy_in
from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput, near
from botswain.strategies.catalog import PLACES, strategy_class


def strategy_named(word: str, folder: Path | None = None) -> type[Strategy]:
    """The class behind a word; a relative path is looked for in `folder` (None: here).

    Raises BadInput saying what is wrong with the name, the file or its line, and what to do.
    """
    path, wanted = path_in(word)
    if path is not None:
        return strategy_in((folder or Path()) / path.expanduser(), wanted)
    name = word.partition(":")[0]
    # Looking at what lies around costs more than a class that ships: a search asks for one before each run.
    return known_by_name(word, "" if name in PLACES else here(name, folder or Path()))


def known_by_name(word: str, hint: str = "") -> type[Strategy]:
    """The class behind NAME[:CLASS], which is no path: what may be asked for from outside.

    hint  said of a name that is unknown, in place of the near one. Raises BadInput.
    """
    name, _, wanted = word.partition(":")
    if name in PLACES:
        return one_of({strategy_class(name).__name__: strategy_class(name)}, name, wanted)
    return one_of(own_named(name, hint).load(), name, wanted)


def path_in(word: str) -> tuple[Path | None, str]:
    """The path and the class in a word; no path where it is a name."""
    path, colon, wanted = word.partition(f"{SUFFIX}:")
    if colon:
        return Path(path + SUFFIX), wanted
    if word.endswith(SUFFIX):
        return Path(word), ""
    if "/" not in word:
        return None, ""
    path, _, wanted = word.partition(":")
    return Path(path), wanted


def own_named(name: str, hint: str) -> Own:
    """A strategy of one's own by its name. Raises BadInput for none and for two, with both places."""
    every = own_strategies()
    found = [one for one in every if one.name == name]
    if len(found) > 1:
        raise BadInput(
            f"strategy {name!r} is two: {found[0].place}, and {found[1].place}; rename one of them, or name the file "
            "by its path"
        )
    if found:
        return found[0]
    raise BadInput(f"strategy {name!r} is unknown{hint or near(name, [*PLACES, *(one.name for one in every)])}")


def here(name: str, folder: Path) -> str:
    """A question where a file or package of that name stands in the folder."""
    if (folder / f"{name}{SUFFIX}").is_file():
        return f"; did you mean the file {name}{SUFFIX}?"
    return f"; did you mean the folder ./{name}?" if (folder / name / PACKAGE).is_file() else ""


def one_of(found: dict[str, type[Strategy]], name: str, wanted: str) -> type[Strategy]:
    """The class called `wanted` of those behind a name, else the only one. Raises BadInput."""
    if wanted:
        if wanted not in found:
            raise BadInput(f"strategy {name!r} has no class {wanted!r}; {listed(found)}")
        return found[wanted]
    if len(found) > 1:
        raise BadInput(f"{name} has {len(found)} strategies ({', '.join(found)}); name one, as {name}:{min(found)}")
    return next(iter(found.values()))


def clash_of(word: str) -> str:
    """What to tell who names a bot that ships while something of their own is called so; empty where nothing is."""
    name = word.partition(":")[0]
    own = next((one for one in own_strategies() if one.name == name), None) if name in PLACES else None
    return clash_text(own) if own is not None else ""


def clash_text(own: Own) -> str:
    """What is wrong with the name of something of one's own that ships too."""
    module, cls = PLACES[own.name]
    return (
        f"strategy {own.name!r} is {cls} of {module}, which ships, and not {own.place}, which has the same name; "
        "rename yours, or name it by its path"
    )
