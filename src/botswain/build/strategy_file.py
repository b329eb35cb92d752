"""A strategy by where it was written: a file, or a folder that is a package.

`my_bot.py` is a file with one strategy in it, `my_bot.py:Breakout` names one of several; a folder with an `__init__.py`
is read in the same way, and the files in it may import each other. Both are run as Python runs any module, with the
folder they stand in to import from (`beside`), so only files of one's own belong here. Each call runs them anew: an
edit is seen without a new process.
"""

from __future__ import annotations

import hashlib
import importlib.util
import linecache
import sys
import traceback
from pathlib import Path
from types import ModuleType

from botswain.build.beside import importing_from
from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput, BotswainError

SUFFIX = ".py"
PACKAGE = "__init__.py"
# How the modules that are made of such files are called, so that none is taken for an installed one.
PREFIX = "strategy_"


def strategy_in(path: Path, wanted: str = "") -> type[Strategy]:
    """The strategy in a file or package: the one called `wanted`, else the only one. Raises BadInput."""
    found = strategies_of(module_of(path))
    if wanted:
        if wanted not in found:
            raise BadInput(f"{path} has no strategy {wanted!r}; {listed(found)}")
        return found[wanted]
    some_in(path, found)
    if len(found) > 1:
        raise BadInput(f"{path} has {len(found)} strategies ({', '.join(found)}); name one, as {path}:{min(found)}")
    return next(iter(found.values()))


def strategies_in(path: Path) -> dict[str, type[Strategy]]:
    """All strategies of a file or package, by class name, one at least. Raises BadInput."""
    return some_in(path, strategies_of(module_of(path)))


def some_in(path: Path, found: dict[str, type[Strategy]]) -> dict[str, type[Strategy]]:
    """What was found. Raises BadInput where it is nothing."""
    if not found:
        raise BadInput(
            f"{path} has no strategy; write a class in it that derives from botswain.Strategy and has a @step"
        )
    return found


def strategies_of(module: ModuleType) -> dict[str, type[Strategy]]:
    """The strategies a module defines, by class name; what others derive from is a part, not a strategy of its own.

    Of a package those count that its own files define and its `__init__.py` names.
    """
    within = f"{module.__name__}."
    own = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Strategy)
        and (value.__module__ == module.__name__ or value.__module__.startswith(within))
    }
    parts = {base for one in own.values() for base in one.__mro__[1:]}
    return {name: one for name, one in own.items() if one not in parts}


def listed(found: dict[str, type[Strategy]]) -> str:
    """What a file has instead."""
    return f"it has {', '.join(found)}" if found else "it has none"


def file_of(module: ModuleType) -> str | None:
    """The file that another process is to run to have a module: of one within a package the package's own."""
    top, dot, _ = module.__name__.partition(".")
    if dot and top.startswith(PREFIX) and top in sys.modules:
        module = sys.modules[top]
    return getattr(module, "__file__", None)


def source_of(path: Path) -> Path:
    """The file that is run for a file or a package. Raises BadInput where there is none."""
    place = path.resolve()
    if place.is_dir():
        if not (place / PACKAGE).is_file():
            raise BadInput(
                f"{path} is a folder without {PACKAGE}; name a file in it, or write {PACKAGE} that imports its strategy"
            )
        return place / PACKAGE
    if not place.is_file():
        near = f"; {place.parent} is not a folder" if not place.parent.is_dir() else ""
        raise BadInput(f"there is no strategy file {path}{near}; name an existing .py file or a bot that ships")
    return place


def module_of(path: Path) -> ModuleType:
    """Run a file or package as a module. Raises BadInput where it cannot be read, is no Python, or raises."""
    place = source_of(path)
    whole = place.parent if place.name == PACKAGE else place
    name = f"{PREFIX}{whole.stem}_{hashlib.sha256(str(whole).encode()).hexdigest()[:8]}"
    packaged = [str(whole)] if whole != place else None
    spec = importlib.util.spec_from_file_location(name, place, submodule_search_locations=packaged)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    for stale in [one for one in sys.modules if one.startswith(f"{name}.")]:
        del sys.modules[stale]
    sys.modules[name] = module
    linecache.checkcache()
    try:
        with importing_from(whole.parent):
            spec.loader.exec_module(module)
    except BotswainError as error:
        raise BadInput(f"{path}{line_in(error, whole)}: {error}") from None
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise BadInput(f"{error.filename or path}{line}: {error.msg}; correct the file") from None
    except SystemExit as error:
        raise BadInput(
            f"{path}{line_in(error, whole)}: the file ends the program (SystemExit: {error}) when it is loaded; put "
            "what is to run on its own under: if __name__ == '__main__'"
        ) from None
    except Exception as error:  # noqa: BLE001 - the outer wall of a user's file
        what = f"{type(error).__name__}: {error}"
        raise BadInput(f"{path}{line_in(error, whole)}: {what}; the file cannot be run as it is") from None
    return module


def line_in(error: BaseException, whole: Path) -> str:
    """The last line of the file that an error came through, in words; of a package with the file it stands in."""
    through = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    if not whole.is_dir():
        lines = [line for file, line in through if file == str(whole)]
        return f", line {lines[-1]}" if lines else ""
    inside = [(Path(file).name, line) for file, line in through if Path(file).is_relative_to(whole)]
    return f", {inside[-1][0]}, line {inside[-1][1]}" if inside else ""
